"""What a token makes of a word half spelled."""

import pytest

from foreword.runtime.beam import Hypothesis, first_of


@pytest.mark.parametrize(
    ("before", "token", "after"),
    [
        (Hypothesis(text="tom"), b"orrow", Hypothesis(text="tomorrow")),
        (Hypothesis(text="tom"), b" ", Hypothesis(text="tom", ended=True)),
        (Hypothesis(text="tom"), b"orrow, and", Hypothesis(text="tomorrow", ended=True)),
        (Hypothesis(text="don"), b"'", Hypothesis(text="don'")),
        (Hypothesis(text="don'"), b"t", Hypothesis(text="don't")),
        (Hypothesis(text="rock'"), b" ", Hypothesis(text="rock", ended=True)),
        (Hypothesis(text="well-"), b"-", Hypothesis(text="well", ended=True)),
        (Hypothesis(text="caf"), b"\xc3", Hypothesis(text="caf", pending=b"\xc3")),
        (Hypothesis(text="caf", pending=b"\xc3"), b"\xa9", Hypothesis(text="café")),
        (Hypothesis(text="caf", pending=b"\xc3"), b"e", None),
        (Hypothesis(text="wow", pending=b"\xf0\x9f\x98"), b"\x80", Hypothesis(text="wow", ended=True)),
        (Hypothesis(text="tom"), b" \xf0", Hypothesis(text="tom", ended=True)),
        (Hypothesis(text=""), b" the", None),
        (Hypothesis(text="", may_space=True), b" the", Hypothesis(text="the", spaced=True)),
        (Hypothesis(text="", may_space=True), b"the", Hypothesis(text="the")),
        (Hypothesis(text="", may_space=True), b"  the", None),
        (Hypothesis(text="", spaced=True), b" the", None),
        (Hypothesis(text="tom", owed=b" tom"), b" t", Hypothesis(text="tom", owed=b"om")),
        (Hypothesis(text="tom", owed=b"om"), b"omorrow", Hypothesis(text="tomorrow")),
        (Hypothesis(text="今"), "天".encode(), Hypothesis(text="今天")),
        (Hypothesis(text="今天"), "日".encode(), Hypothesis(text="今天", ended=True)),
    ],
)
def test_a_token_makes_a_longer_word_an_ended_one_or_none(
    before: Hypothesis, token: bytes, after: Hypothesis | None
) -> None:
    assert before.follow(token) == after


def test_a_token_is_judged_by_its_first_character() -> None:
    tokens = [b"a", b"'s", b" a", b",", "é".encode(), b"\xc3", "😀".encode(), b"\x80", b"\xff", b"7a"]

    assert [first_of(token) for token in tokens] == [
        *("inside", "inside", "outside", "outside", "inside"),
        *("unknown", "outside", "broken", "broken", "inside"),
    ]
