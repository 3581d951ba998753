"""What training.json says of the texts."""

from foreword.corpus.streams import SourceRecord
from foreword.personal.record import secrets_of


def test_the_secrets_of_all_texts_are_counted_by_kind() -> None:
    first = SourceRecord("a", "0", 1, secrets={"card number": 2, "key": 1})
    assert secrets_of([first, SourceRecord("b", "1", 1), SourceRecord("c", "2", 1, secrets={"key": 3})]) == {
        "card number": 2,
        "key": 4,
    }
    assert secrets_of([]) == {}
