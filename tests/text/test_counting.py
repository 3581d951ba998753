"""A number and its noun agree."""

import pytest

from foreword.text.counting import counted


@pytest.mark.parametrize(
    ("number", "noun", "words"),
    [
        (1, "minute", "1 minute"),
        (1.0, "minute", "1 minute"),
        (0, "step", "0 steps"),
        (1.5, "minute", "1.5 minutes"),
        (12345, "message", "12,345 messages"),
        (2, "copy", "2 copies"),
        (2, "pass", "2 passes"),
        (2, "message of others", "2 messages of others"),
        (2, "message in HTML", "2 messages in HTML"),
    ],
)
def test_only_one_is_in_the_singular(number: float, noun: str, words: str) -> None:
    assert counted(number, noun) == words
