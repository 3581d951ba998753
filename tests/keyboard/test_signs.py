"""A person's signs are suggested after the words that they followed before, and while they are being typed."""

import pytest

from foreword.keyboard.signs import Signs

LINES = ["haha!! that is cool :D", "haha!! me too :D", "haha so good T.T", "see you at 10:30 <3", "ok :D"]


@pytest.fixture(scope="module")
def signs() -> Signs:
    return Signs(LINES * 20)


@pytest.mark.parametrize(
    ("line", "best"),
    [
        ("haha", "!!"),
        ("haha!", "!!"),
        ("cool", " :D"),
        ("so cool ", " :D"),
        ("so cool :", " :D"),
        ("we meet at 10:30", " <3"),
        ("good", " T.T"),
        ("haha so good T", " :D"),  # a letter begins a word: as after any new word, and not T.T again
    ],
)
def test_the_likeliest_sign_is_the_one_used_after_the_same_word(signs: Signs, line: str, best: str) -> None:
    chances = signs.follow(line).chances
    assert max(chances, key=lambda each: chances[each]) == best


@pytest.mark.parametrize(
    "line", ["haha", "haha!", "haha ", "cool :", "", "never seen", "what?!", "haha haha!!"]
)
def test_probabilities_sum_to_one(signs: Signs, line: str) -> None:
    found = signs.follow(line)
    assert sum(found.chances.values()) + found.ends == pytest.approx(1.0)
    assert all(each.startswith(found.typed) and each != found.typed for each in found.chances)
    assert Signs().follow(line).ends == 1.0
    for message in ("at 10:30 and/or 3.5", "at 10 \ufffd\ufffd"):  # an export that lost its emoji
        assert not Signs([message] * 9).follow("10").chances


def test_a_word_may_follow_a_sign_that_also_begins_a_longer_one() -> None:
    """This person writes *word* often, and **** once."""
    found = Signs(["he *still* sleeps", "she *puts* it there"] * 9 + ["what the ****"]).follow("haha *")
    assert 0.8 < found.ends < 1.0
    assert list(found.chances) == [" ****"]


def test_a_sign_that_was_used_once_is_not_likely_elsewhere() -> None:
    """After "Dear Ms Okonkwo," and one quotation, a comma was inserted after each word, and ." after each sentence."""
    assert Signs(["Dear Ms Okonkwo,"]).follow("Thank you").chances[","] < 0.1
    assert Signs(['She said "I will find out."']).follow("He ran after the bus.").chances['."'] < 0.3


def test_a_frequent_sign_after_one_word_is_not_likely_after_others() -> None:
    signs = Signs(["haha!!", "no", "yes", "well", "fine then"] * 30)
    assert signs.follow("haha").chances["!!"] > 0.8
    assert signs.follow("well").chances["!!"] < 0.1
    assert 0.05 < signs.follow("unseen").chances["!!"] < 0.5


def test_without_spaces_a_sign_is_likely_after_the_letters_that_it_follows() -> None:
    """A word of one letter stood only at ends, so a sign was expected after each first letter of a word."""
    found = Signs(["我们都去吧！！！你呢", "我们去"] * 20)
    for begun in ("我", "我们", "我们都"):
        assert found.follow(begun).chances["！！！"] < 0.05
    assert found.follow("吧").chances["！！！"] > 0.5  # although a word touches it
    assert Signs(["សួស្តី។"] * 20).follow("សួស្តី").chances["។"] > 0.5  # of the same script as the letters
