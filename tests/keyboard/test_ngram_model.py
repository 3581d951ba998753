"""The n-gram model: contexts, counts that match the messages, probabilities as in the papers, recent words."""

from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foreword.keyboard import counts, ngram_model
from foreword.keyboard.casing import written
from foreword.keyboard.memory import Memory
from foreword.keyboard.ngram_model import (
    NEW_LETTER,
    PAUSE,
    START,
    TAIL,
    UNSEEN_KINDS,
    WORD_HALF_LIFE,
    context_of,
    occurrences,
    suffixes,
)
from foreword.text.cleaning import clean
from kneser_ney import KneserNey, check_counts, words_after
from writings import any_text

vocabulary = st.sampled_from(
    ["see", "See", "seen", "you", "Your", "YOU", "a", "tomorrow", "don't", "今天", "né"]
)
signs = st.sampled_from([" ", " ", " ", ", ", ". ", "! ", " - "])
message = st.lists(st.tuples(vocabulary, signs), min_size=1, max_size=7).map(
    lambda pairs: "".join(word + sign for word, sign in pairs)
)
talk = st.lists(message, max_size=8)


def taught(messages: list[str]) -> Memory:
    """A memory without a file that has learned some messages."""
    memory = Memory.open()
    for each in messages:
        memory.learn(each)
    return memory


@pytest.mark.parametrize(
    ("before", "context"),
    [
        ("", (START,)),
        ("See ", (START, "see")),
        ("we will see you ", ("see", "you")),
        ("see you. ", (START,)),
        ("see you! So ", (START, "so")),
        ("see you\n", (START,)),
        ("see you\r\n", (START,)),
        ("see you, ", ("you", PAUSE)),
        ("see you - ", ("you", PAUSE)),
        ("see you 🙂 ", ("see", "you")),
        ('"see ', (START, "see")),
        ("क्या तुम। ", (START,)),
        ("今天", (START, "今天")),
        ("word " * 100_000 + "see you ", ("see", "you")),
    ],
)
def test_a_context_is_the_last_two_symbols_of_the_sentence(before: str, context: tuple[str, ...]) -> None:
    assert context_of(before) == context
    assert suffixes(("see", "you")) == [("see", "you"), ("you",), ()]
    assert len(context_of("x" * 100_000)) == 2


@settings(max_examples=50)
@given(any_text)
def test_learning_and_suggesting_use_the_same_context(text: str) -> None:
    """Otherwise a learned word would be looked up in another context."""
    line = clean(text).replace("\n", " ")
    at = 0
    for word, context in occurrences(line):
        at = line.index(word, at)
        if len(line) <= TAIL:
            assert context_of(line[:at]) == context
        at += len(word)


@settings(max_examples=40)
@given(talk, message, st.integers(1, 12))
def test_letters_select_the_words_that_they_may_begin_and_probabilities_sum_to_at_most_one(
    messages: list[str], before: str, limit: int
) -> None:
    memory = taught(messages)
    known = memory.after(before)
    chances = {use.word: known.probability(use.word) for use in memory.uses(1000)}
    assert all(0 < chance < 1 for chance in chances.values())
    assert sum(chances.values()) < 1 + 1e-9
    likeliest = words_after(memory, before, limit=limit)
    np.testing.assert_allclose([*likeliest.values()], sorted(chances.values(), reverse=True)[:limit])
    for typed in ("", "s", "se", "See", "y", "Y", "今", "don'", "x"):
        forms = defaultdict[str, float](float)
        for word, chance in chances.items():
            form, weight = written(typed, word)
            forms[form] += weight * chance
        found, mass = known.fitting(typed, len(chances) + 1, starts=False)
        assert found == pytest.approx({form: chance for form, chance in forms.items() if chance})
        assert mass == pytest.approx(sum(forms.values()))


@settings(max_examples=40)
@given(talk, message)
def test_probabilities_without_recency_match_the_papers(messages: list[str], before: str) -> None:
    """The reference computes Kneser-Ney from all n-grams; the memory updates its counts message by message."""
    second = KneserNey([line.strip() for line in messages])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ngram_model, "WORD_SHARE", 0.0)
        patch.setattr(ngram_model, "PAIR_SHARE", 0.0)
        memory = taught(messages)
        assert {use.word for use in memory.uses(1000)} == set(second.occurrences)
        for word in second.occurrences:
            assert memory.after(before).probability(word) == pytest.approx(second.probability(before, word))


def test_recent_pairs_weigh_more() -> None:
    after = taught(["so red", *["words to fill it"] * 60, "so raw"]).after("so ")
    assert after.probability("raw") > after.probability("red")


def test_each_use_of_a_recent_word_counts_by_its_age(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ngram_model, "WORD_SHARE", 1.0)  # so that nothing else counts
    monkeypatch.setattr(ngram_model, "PAIR_SHARE", 0.0)
    memory = taught(["red raw", "red"])
    oldest, middle, newest = (0.5 ** (age / WORD_HALF_LIFE) for age in (3, 2, 1))
    everything = oldest + middle + newest
    assert memory.after("so ").probability("red") == pytest.approx((oldest + newest) / everything)
    assert memory.after("so ").probability("raw") == pytest.approx(middle / everything)


@settings(max_examples=60)
@given(st.lists(message | st.sampled_from(["-see", "-you", "-don't"]), max_size=12))
def test_counts_match_the_messages_after_learning_and_forgetting(steps: list[str]) -> None:
    memory = Memory.open()
    for step in steps:
        if step.startswith("-"):
            memory.forget(step[1:])
            memory.allow(step[1:])
        else:
            memory.learn(step)
    check_counts(memory)


@settings(max_examples=25)
@given(talk, talk, message)
def test_an_updated_memory_agrees_with_a_newly_read_one(
    first: list[str], later: list[str], before: str
) -> None:
    """The view that is updated word by word equals the view that is read from the file."""
    memory, fresh = Memory.open(), Memory.open()
    for each in [*first, *later]:
        memory.after(before)  # loads a view, which learning must then update
        memory.learn(each)
        fresh.learn(each)
    for typed in ("", "s", "Y"):
        here, there = (words_after(each, before, typed, 50) for each in (memory, fresh))
        assert here == pytest.approx(there)


def test_a_distribution_answers_after_many_new_words() -> None:
    memory = Memory.open()
    memory.learn("hello world")
    known = memory.after("hello ")
    memory.learn(" ".join(f"word{number}" for number in range(1_500)))
    memory.after("hello ")
    assert "world" in known.fitting("w", 3, starts=False)[0]
    assert known.probability("word1499") == 0.0


def test_many_new_messages_make_the_memory_read_everything_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "MOST_NEW", 2)
    memory = Memory.open()
    memory.learn("see you")
    assert [*words_after(memory, "see ", limit=1)] == ["you"]
    memory.learn("see me\nsee me\nsee me\nsee me")
    assert [*words_after(memory, "see ", limit=1)] == ["me"]


def test_a_short_word_with_accents_is_known_only_with_them() -> None:
    memory = Memory.open()
    memory.learn("et l'été resume")
    known = memory.after("")
    words = {word: known.knows(word) for word in ("Et", "ét", "l’ete", "L'ÉTÉ", "résumé", "résum")}
    assert words == {"Et": True, "ét": False, "l’ete": True, "L'ÉTÉ": True, "résumé": True, "résum": False}


def test_a_new_word_begins_as_the_known_ones_do() -> None:
    known = taught(["see seen you"]).after("")
    unknown = 1 - sum(map(known.probability, ["see", "seen", "you"]))
    kinds = 3 + UNSEEN_KINDS
    assert known.new_word("se") == pytest.approx(unknown * 2 / kinds)
    assert known.new_word("SEEX") == pytest.approx(unknown * 2 / kinds * NEW_LETTER)
    assert known.new_word("tx") == pytest.approx(unknown * 3 / kinds * NEW_LETTER**2)
    assert Memory.open().after("").new_word("a") == 0
