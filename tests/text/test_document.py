"""Documents become one running text, each on its own line; and a noun agrees with its number."""

import pytest

from foreword.text.document import Document, join
from foreword.text.plural import counted

TO, EMPTY = Document(text="to", continued=True), Document(text="", continued=True)


@pytest.mark.parametrize(
    ("documents", "text"),
    [
        ([], ""),
        (["one", "two"], "one\ntwo"),
        (["one\n", "two"], "one\ntwo"),
        (["one\r", "two"], "one\rtwo"),
        ([TO, "day", "or not"], "today\nor not"),
        ([TO, "", "day"], "to\nday"),  # the last chunk of a file is empty
        (["to", EMPTY, "day"], "to\nday"),
    ],
)
def test_a_newline_separates_documents_but_not_chunks(documents: list[Document | str], text: str) -> None:
    whole = (Document(text=each) if isinstance(each, str) else each for each in documents)
    assert "".join(join(whole)) == text


def test_only_the_number_one_takes_a_singular_noun() -> None:
    assert counted(1, "minute") == counted(1.0, "minute") == "1 minute"
    assert counted(0, "step") == "0 steps"
    assert (counted(1.5, "minute"), counted(12345, "message")) == ("1.5 minutes", "12,345 messages")
    others = {"copy": "2 copies", "pass": "2 passes", "message of others": "2 messages of others"}
    assert {noun: counted(2, noun) for noun in others} == others
