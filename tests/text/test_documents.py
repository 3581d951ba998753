"""Documents become one running text, each on a line of its own."""

import pytest

from foreword.text.documents import Document, join


def joined(*documents: Document) -> str:
    return "".join(join(documents))


@pytest.mark.parametrize(
    ("first", "second", "together"),
    [
        ("one", "two", "one\ntwo"),
        ("one\n", "two", "one\ntwo"),
        ("one\r", "two", "one\rtwo"),
        ("", "two", "two"),
    ],
)
def test_a_newline_stands_between_two_documents_unless_the_first_ends_in_one(
    first: str, second: str, together: str
) -> None:
    assert joined(Document(text=first), Document(text=second)) == together


def test_pieces_of_one_file_go_on_where_the_one_before_ended() -> None:
    pieces = [Document(text="to", continued=True), Document(text="day"), Document(text="or not")]
    assert joined(*pieces) == "today\nor not"


def test_an_empty_piece_neither_joins_nor_parts_its_neighbours_but_by_being_the_last_of_its_file() -> None:
    going_on = Document(text="to", continued=True)
    assert joined(going_on, Document(text="", continued=True), Document(text="day")) == "today"
    assert joined(going_on, Document(text=""), Document(text="day")) == "to\nday"
    assert joined(Document(text="to"), Document(text="", continued=True), Document(text="day")) == "to\nday"


def test_no_newline_is_put_before_the_first_or_after_the_last() -> None:
    assert joined(Document(text="one")) == "one"
    assert joined() == ""
