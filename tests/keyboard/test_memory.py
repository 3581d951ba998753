"""What the memory says of the next word: probabilities that add up, of the words that were written."""

import threading
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from foreword.errors import OptionError
from foreword.keyboard import counts, ngram_model
from foreword.keyboard.memory import LATEST, Memory, memory_path
from foreword.modelfolder import home
from kneser_ney import KneserNey

vocabulary = st.sampled_from(
    ["see", "See", "seen", "you", "Your", "YOU", "a", "tomorrow", "don't", "今天", "né"]
)
signs = st.sampled_from([" ", " ", " ", ", ", ". ", "! ", " - "])
message = st.lists(st.tuples(vocabulary, signs), min_size=1, max_size=7).map(
    lambda pairs: "".join(word + sign for word, sign in pairs)
)
talk = st.lists(message, max_size=8)


def taught(messages: list[str]) -> Memory:
    """A memory in the process that has learned some messages."""
    memory = Memory.open()
    for each in messages:
        memory.learn(each)
    return memory


@settings(max_examples=40)
@given(talk, message)
def test_probabilities_add_up_to_the_mass_and_to_no_more_than_one(messages: list[str], before: str) -> None:
    memory = taught(messages)
    words = {use.word for use in memory.uses(1000)}
    chances = {word: memory.probability(before, word) for word in words}

    assert all(0 < chance < 1 for chance in chances.values())
    assert sum(chances.values()) < 1 + 1e-9
    for typed in ("", "s", "se", "see", "y", "Y", "今", "don'", "x"):
        expected = sum(chance for word, chance in chances.items() if word.startswith(typed))
        assert memory.mass(before, typed) == pytest.approx(expected, abs=1e-9)


@settings(max_examples=40)
@given(talk, message, st.sampled_from(["", "s", "se", "y", "x"]), st.integers(1, 12))
def test_the_candidates_are_the_likeliest_words_that_begin_so(
    messages: list[str], before: str, typed: str, limit: int
) -> None:
    memory = taught(messages)
    words = [use.word for use in memory.uses(1000) if use.word.startswith(typed)]
    chances = sorted((memory.probability(before, word) for word in words), reverse=True)
    found = memory.candidates(before, typed, limit)

    np.testing.assert_allclose([each.probability for each in found], chances[:limit], atol=1e-12)
    assert all(each.probability == memory.probability(before, each.word) for each in found)
    assert len({each.word for each in found}) == len(found)


@settings(max_examples=40)
@given(talk, message)
def test_without_recency_the_probabilities_are_those_of_the_papers(messages: list[str], before: str) -> None:
    """Kneser-Ney from whole sets of n-grams, where the memory updates counts one message after another."""
    second = KneserNey([line.strip() for line in messages])
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ngram_model, "WORD_SHARE", 0.0)
        patch.setattr(ngram_model, "PAIR_SHARE", 0.0)
        memory = taught(messages)
        assert {use.word for use in memory.uses(1000)} == second.words
        for word in second.words:
            assert memory.probability(before, word) == pytest.approx(second.probability(before, word))


@settings(max_examples=25)
@given(talk, talk, message)
def test_a_memory_in_use_says_what_one_opened_later_says(
    first: list[str], later: list[str], before: str
) -> None:
    """The view in the process, kept in step word by word, is the one that is read from the file."""
    memory = taught(first)
    for each in later:
        memory.mass(before, "")  # so that there is something to keep in step
        memory.learn(each)
    fresh = taught([*first, *later])
    for typed in ("", "s", "Y"):
        here, there = (
            [(each.word, pytest.approx(each.probability)) for each in which.candidates(before, typed, 50)]
            for which in (memory, fresh)
        )
        assert dict(here) == dict(there)


def test_after_much_news_all_is_read_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "MOST_MESSAGES", 2)
    memory = taught(["see you"])
    assert memory.candidates("see ", "", 1)[0].word == "you"
    memory.learn("see me\nsee me\nsee me\nsee me")
    assert memory.candidates("see ", "", 1)[0].word == "me"


def test_a_word_is_known_the_moment_after_it_was_learned() -> None:
    memory = Memory.open()
    assert memory.candidates("see you ", "t", 3) == []
    assert memory.learn("see you tomorrow\n\n see you there ") == 2
    assert [each.word for each in memory.candidates("see you ", "t", 3)] == ["there", "tomorrow"]
    memory.learn("see you tomorrow")
    assert [each.word for each in memory.candidates("See you ", "t", 3)] == ["tomorrow", "there"]


def test_words_keep_their_case_and_contexts_have_none() -> None:
    memory = taught(["ask Anna", "ASK Anna", "anna asks"])
    assert [each.word for each in memory.candidates("Ask ", "A", 3)] == ["Anna", "ASK"]
    assert memory.candidates("ask ", "an", 3)[0].word == "anna"


def test_a_word_said_a_moment_ago_weighs_more_than_one_said_as_often_before() -> None:
    memory = taught([*["old"] * 3, *["filler words to say"] * 40, *["new"] * 3])
    assert memory.probability("say ", "new") > memory.probability("say ", "old")


def test_a_pair_said_a_moment_ago_weighs_more() -> None:
    memory = taught(["so red", *["words to fill it"] * 60, "so raw"])
    assert memory.probability("so ", "raw") > memory.probability("so ", "red")


def test_the_words_of_a_moment_ago_count_by_their_age_and_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ngram_model, "WORD_SHARE", 1.0)  # so that nothing else is heard
    monkeypatch.setattr(ngram_model, "PAIR_SHARE", 0.0)
    memory = taught(["red raw", "red"])
    oldest, middle, newest = (0.5 ** (age / ngram_model.WORD_HALF_LIFE) for age in (3, 2, 1))
    everything = oldest + middle + newest
    assert memory.probability("so ", "red") == pytest.approx((oldest + newest) / everything)
    assert memory.probability("so ", "raw") == pytest.approx(middle / everything)


def test_nothing_is_said_before_anything_was_learned() -> None:
    memory = Memory.open()
    assert memory.candidates("", "", 3) == []
    assert memory.mass("a ", "") == 0
    assert memory.probability("", "a") == 0
    assert memory.uses(3) == []
    assert memory.why("a") is None
    assert memory.messages() == []


def test_the_latest_are_whole_messages_but_for_a_very_long_one() -> None:
    memory = Memory.open()
    assert memory.latest().text == ""
    memory.learn("one\ntwo")
    assert memory.latest().text == "one\ntwo"
    memory.learn("three " * 50)
    memory.learn("four " * 40)
    assert memory.latest().text.split("\n") == [("three " * 50).strip(), ("four " * 40).strip()]
    memory.learn("so " * 400 + "long")
    assert memory.latest().text == ("so " * 400 + "long")[-LATEST:]


def test_a_list_of_no_length_is_refused() -> None:
    with pytest.raises(OptionError, match="limit must be at least 1, not 0"):
        Memory.open().candidates("", "", 0)


def test_the_use_of_a_word_is_how_often_and_when_last() -> None:
    memory = Memory.open()
    early, late = datetime(2020, 5, 1, 12, tzinfo=UTC), datetime(2024, 5, 1, 12, tzinfo=UTC)
    memory.learn("see you", late)
    memory.learn("see, see", early)
    use = memory.why("see")
    assert use is not None
    assert (use.times, use.last) == (3, late)
    assert [each.word for each in memory.uses(1)] == ["see"]
    assert [(each.text, each.time) for each in memory.messages()] == [("see you", late), ("see, see", early)]


def test_a_copy_knows_the_same_and_teaches_the_original_nothing(tmp_path: Path) -> None:
    memory = Memory.open(tmp_path / "me.memory")
    memory.learn("see you\nsee Anna")
    memory.forget("Anna")
    copy = memory.copy()
    assert copy.candidates("see ", "", 9) == memory.candidates("see ", "", 9)
    assert copy.is_blocked("anna")
    copy.learn("see me there")
    assert copy.candidates("see me ", "", 1)[0].word == "there"
    assert memory.why("there") is None
    assert Memory.open().copy().messages() == []


def test_weights_are_kept_by_model(tmp_path: Path) -> None:
    memory = Memory.open(tmp_path / "me.memory")
    assert memory.weights("a") is None
    memory.set_weights("a", [0.25, 0.75])
    memory.set_weights("b", [1])
    memory.set_weights("a", [0.5, 0.5])
    again = Memory.open(tmp_path / "me.memory")
    assert (again.weights("a"), again.weights("b")) == ([0.5, 0.5], [1.0])


def test_threads_may_share_a_memory() -> None:
    memory = taught(["see you"])

    def use() -> None:
        for _ in range(20):
            memory.learn("see me there")
            assert memory.candidates("see ", "m", 1)[0].word == "me"

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    use_of_me = memory.why("me")
    assert use_of_me is not None
    assert use_of_me.times == 80


@pytest.mark.parametrize(
    ("model", "variable", "expected"),
    [
        (None, None, "me.memory"),
        ("work", None, "work.memory"),
        (None, "base", "base.memory"),
        ("me", "base", "me.memory"),
    ],
)
def test_a_memory_lies_beside_its_model(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model: str | None, variable: str | None, expected: str
) -> None:
    monkeypatch.setenv("FOREWORD_HOME", str(tmp_path))
    monkeypatch.delenv("FOREWORD_MODEL", raising=False)
    if variable:
        monkeypatch.setenv("FOREWORD_MODEL", variable)
    assert memory_path(model) == home() / expected
    assert memory_path(f"{tmp_path}/x/mine") == tmp_path / "x" / "mine.memory"
