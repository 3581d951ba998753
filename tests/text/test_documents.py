"""Documents become one running text, each on a line of its own."""

import pytest

from foreword.text.documents import Document, join

TO, EMPTY = Document(text="to", continued=True), Document(text="", continued=True)


@pytest.mark.parametrize(
    ("documents", "text"),
    [
        ([], ""),
        (["one"], "one"),
        (["one", "two"], "one\ntwo"),
        (["one\n", "two"], "one\ntwo"),
        (["one\r", "two"], "one\rtwo"),
        (["", "two"], "two"),
        ([TO, "day", "or not"], "today\nor not"),
        ([TO, EMPTY, "day"], "today"),
        ([TO, "", "day"], "to\nday"),  # the last piece of a file is empty
        (["to", EMPTY, "day"], "to\nday"),
    ],
)
def test_a_newline_parts_documents_but_not_their_pieces(documents: list[Document | str], text: str) -> None:
    whole = (Document(text=each) if isinstance(each, str) else each for each in documents)
    assert "".join(join(whole)) == text
