"""What a model has learned from is all of it: also what it learned before it went on learning, and along with it."""

from foreword.modelfolder.record import learned_from


def source(name: str) -> dict[str, object]:
    return {"name": name, "sha256": name * 3}


def test_the_texts_of_every_training_are_named_the_last_first() -> None:
    training: dict[str, object] = {
        "sources": [source("d"), source("e")],
        "old_sources": [source("f")],
        "history": [{"sources": [source("a")]}, {"sources": [source("b")], "old_sources": [source("c")]}],
    }
    assert learned_from(training) == [source(name) for name in "defbca"]


def test_a_record_that_says_nothing_names_nothing() -> None:
    """It may be anybody's, or a toy's."""
    for training in ({}, {"sources": None}, {"sources": "a"}, {"history": [3], "sources": [3]}):
        assert learned_from(training) == []
