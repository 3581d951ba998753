"""Passages, one or many: whole characters only, up to a length or a stop, without long copied runs."""

import pickle
from collections.abc import Iterable, Sequence
from functools import partial
from itertools import islice, product
from pathlib import Path
from unicodedata import category
from unittest.mock import MagicMock

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import toys
from foreword.errors import OptionError
from foreword.runtime.generate import TOGETHER, NoCopy, StopFilter, generate, generate_many, next_tokens
from foreword.runtime.model import Model
from foreword.runtime.predictor import Predictor
from foreword.text.cleaning import clean
from foreword.text.tokenizer import Tokenizer, characters_tokenizer, subwords_tokenizer

CYCLE = {"\n": {"a": 1.0}, "a": {"b": 1.0}, "b": {"c": 1.0}, "c": {"a": 1.0}}


@pytest.fixture
def cycle(tmp_path: Path) -> Model:
    """A model that repeats a, b, c."""
    return toys.of_letters(tmp_path / "cycle", CYCLE)


def test_the_likeliest_passage_continues_the_prompt(cycle: Model) -> None:
    assert "".join(generate(cycle, "a", characters=7, temperature=0)) == "bcabcab"
    assert list(islice(generate(cycle, "", characters=10**9, temperature=0), 3)) == ["a", "b", "c"]
    assert "".join(generate(cycle, "", characters=0)) == ""
    assert [shown for shown, _ in next_tokens(cycle, "ca", limit=1)] == ["b"]


def test_a_repetition_penalty_breaks_a_loop(tmp_path: Path) -> None:
    follows = {"\n": {"a": 1.0}, "a": {"a": 0.6, "b": 0.4}, "b": {"a": 0.6, "b": 0.4}}
    model = toys.of_letters(tmp_path / "loop", follows)
    assert "".join(generate(model, "a", characters=6, temperature=0)) == "aaaaaa"
    assert "b" in "".join(generate(model, "a", characters=6, temperature=0, repetition_penalty=2))
    assert "".join(generate(model, "", characters=3, temperature=0, repetition_penalty=2)) == "aba"


@pytest.mark.parametrize("prompt", ["see you tom", "see you ", "see ", "see you tomo"])
def test_generation_completes_a_half_typed_word(tmp_path: Path, prompt: str) -> None:
    """The tokens of "see you tom" are not the first ones of "see you tomorrow"."""
    sentence = "see you tomorrow "
    tokenizer = subwords_tokenizer([sentence * 50], 300)
    model = toys.parrot(tmp_path / "toy", tokenizer, sentence * 2, toys.UNLIKELY)
    characters = len("see you tomorrow") - len(prompt)
    assert (
        prompt + "".join(generate(model, prompt, characters=characters, temperature=0)) == "see you tomorrow"
    )


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"characters": -1}, "characters must be at least 0, not -1"),
        ({"seed": -5}, "seed must be at least 0, not -5"),
        ({"stop": [""]}, "stop must be a list of texts, and each needs a character"),
        ({"stop": "abc"}, "stop must be a list of texts"),
        ({"top_p": 0.0}, "top_p must be above 0"),
    ],
)
def test_a_wrong_option_is_named_before_generation_starts(
    cycle: Model, options: dict[str, object], message: str
) -> None:
    for attempt in (generate, partial(generate_many, passages=2)):
        with pytest.raises(OptionError, match=message):
            attempt(cycle, "a", **options)  # type: ignore[arg-type]
    with pytest.raises(OptionError, match="passages must be at least 1, not 0"):
        generate_many(cycle, passages=0)
    with pytest.raises(OptionError, match="limit must be at least 1, not 0"):
        next_tokens(cycle, "ca", limit=0)


@pytest.mark.parametrize("vocabulary", toys.VOCABULARIES)
@pytest.mark.parametrize("text", ["ab", "ab ", "ab, ba", "ab,\n"])
def test_next_tokens_and_passages_have_the_exact_probabilities_of_the_next_character(
    vocabulary: str, text: str, tmp_path: Path
) -> None:
    """P(next character) is P(the text and that character) / P(the text), over all spellings."""
    model = toys.babbler(tmp_path / "toy", toys.VOCABULARIES[vocabulary], "ab ,")
    everything = next_tokens(model, text, limit=10_000)
    chances = [chance for _, chance in everything]
    assert sum(chances) == pytest.approx(1)
    assert chances == sorted(chances, reverse=True)
    predictor = Predictor(model)
    cursor = predictor.read_to_cursor(text)
    typed = toys.spelling(model, cursor.reading, cursor.owed)
    written = generate_many(model, text, passages=2_000, characters=1, seed=1)
    for letter in "ab ,":
        begun = (letter,) if "subwords" in vocabulary else (letter, f"<0x{ord(letter):02X}>")
        chance = sum(chance for shown, chance in everything if shown.startswith(begun))
        joint = toys.spelling(model, cursor.reading, cursor.owed + letter.encode())
        assert chance == pytest.approx(joint / typed, abs=0.01)
        assert written.count(letter) / len(written) == pytest.approx(joint / typed, abs=0.04)


def test_next_tokens_follow_many_unlikely_letters(tmp_path: Path) -> None:
    """Their joint probability is 0 as a float."""
    model = toys.babbler(tmp_path / "toy", toys.VOCABULARIES["words"], "ab ,")
    assert sum(chance for _, chance in next_tokens(model, "ऴ" * 60, limit=10_000)) == pytest.approx(1)


LINE = "abcdefghijklm nopqrstuvwxyz\n"
SENTENCES = LINE * 20


@pytest.fixture(scope="module", params=["characters", "words", "subwords"])
def tokenizer(request: pytest.FixtureRequest) -> Tokenizer:
    return toys.tokenizer_of(request.param, LINE)


@pytest.fixture(scope="module")
def model(tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A random network; it writes anything, also in byte tokens."""
    return toys.babbler(tmp_path_factory.mktemp("toy") / "toy", tokenizer)


@pytest.fixture(scope="module")
def parrot(tokenizer: Tokenizer, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A model that has memorised the sentences; anything else has a very low probability."""
    return toys.parrot(tmp_path_factory.mktemp("toy") / "toy", tokenizer, SENTENCES, -9.0)


@pytest.mark.parametrize("temperature", [0.0, 0.8, 1.3])
def test_passages_differ_unless_the_likeliest_token_is_always_taken(model: Model, temperature: float) -> None:
    alone, many = (
        generate_many(model, "see", passages=count, characters=40, temperature=temperature, seed=5)
        for count in (1, TOGETHER + 2)
    )
    assert alone == ["".join(generate(model, "see", characters=40, temperature=temperature, seed=5))]
    assert (len(set(many)) == 1) == (temperature == 0)


def test_the_same_seed_gives_the_same_passages_and_no_seed_new_ones(model: Model) -> None:
    first, again, other, unseeded, another = (
        generate_many(model, passages=3, characters=30, seed=seed) for seed in (7, 7, 8, None, None)
    )
    assert first == again
    assert len({*first, *other, *unseeded, *another}) == 12


@pytest.mark.parametrize(
    "prompt", ["", "\n", "see you tom", "x" * 30_000, "🙂\ud800 zz", "o'", "e\u0301\x07"]
)
def test_each_passage_has_the_requested_length_in_whole_characters(model: Model, prompt: str) -> None:
    passages = generate_many(model, prompt, passages=5, characters=33, temperature=1.5, seed=1)
    assert [len(passage) for passage in passages] == [33] * 5
    for passage in passages:
        assert "\ufffd" not in passage
        assert not [
            character for character in passage if category(character) == "Cc" and character not in "\n\t"
        ]


def test_each_passage_ends_at_its_own_stop(model: Model) -> None:
    whole = generate_many(model, passages=6, characters=60, seed=2)
    stop = whole[0][10]
    stopped = generate_many(model, passages=6, characters=60, seed=2, stop=[stop])
    ended = [passage.split(stop)[0] for passage in whole]
    assert min(stopped, key=len) == min(ended, key=len)  # after it, the others draw other numbers
    assert not any(stop in passage for passage in stopped)
    assert len({len(passage) for passage in stopped}) > 1


def longest_new_run(prompt: str, text: str, source: str) -> int:
    """The longest run of the source that ends after the prompt, found by brute force."""
    whole = prompt + text
    longest = 0
    for end in range(len(prompt) + 1, len(whole) + 1):
        while longest < end and whole[end - longest - 1 : end] in source:
            longest += 1
    return longest


@pytest.mark.parametrize("temperature", [0.0, 0.7])
def test_a_memorising_model_repeats_at_most_the_allowed_length(parrot: Model, temperature: float) -> None:
    free = "".join(generate(parrot, characters=100, temperature=0))
    assert longest_new_run("", free, SENTENCES) == 100
    for prompt in ("", "abcdefghijklm nopqrstuvwxyz\nabc", "x abcdefghijklm"):
        for characters in (1, 12):
            no_copy = NoCopy(SENTENCES, characters=characters)
            options = {"characters": 60, "temperature": temperature, "seed": 1, "no_copy": no_copy}
            texts = ["".join(generate(parrot, prompt, **options))]  # type: ignore[arg-type]
            texts += generate_many(parrot, prompt, passages=2, **options)  # type: ignore[arg-type]
            for text in texts:
                assert len(text) == 60
                assert longest_new_run(prompt, text, SENTENCES) <= characters


def test_a_passage_ends_with_a_note_if_no_token_may_follow(tmp_path: Path) -> None:
    tokenizer = characters_tokenizer("abc")
    table = toys.transitions(tokenizer, CYCLE)
    table[table < -1] = -np.inf
    model = toys.model(tmp_path / "toy", tokenizer, toys.table_graph(table))
    no_copy = NoCopy("xx abcab", characters=4, name="notes.txt")
    notes: list[str] = []
    pieces = generate(model, "", stop=["cd"], temperature=0, no_copy=no_copy, notes=notes)
    assert "".join(pieces) == "abca"
    why = "every next token would have repeated more than 4 characters of notes.txt in a row"
    assert notes == [f"The passage ended after 4 characters: {why}"]
    assert "".join(generate(model, "xx ab", no_copy=no_copy)) == ""
    assert generate_many(model, "zabc", passages=2, no_copy=no_copy, notes=notes) == ["a", "a"]
    assert "".join(generate(model, "", characters=2, no_copy=no_copy, notes=notes)) == "ab"
    assert notes[1:] == [f"Passage {number} ended after 1 character: {why}" for number in (1, 2)]


def given_of(pieces: Iterable[str], characters: int, stops: Sequence[str] = ()) -> list[str]:
    """The text given after each piece and at the end."""
    stop_filter, pieces_given = StopFilter(characters, stops), []
    for piece in pieces:
        if stop_filter.reached:
            break
        pieces_given.append(stop_filter.feed(piece))
    if not stop_filter.reached:
        pieces_given.append(stop_filter.close())
    assert stop_filter.reached
    assert stop_filter.given == len("".join(pieces_given))
    return pieces_given


@given(
    pieces=st.lists(st.text("ab", max_size=3), max_size=8),
    stops=st.lists(st.text("ab", min_size=1), max_size=3),
    characters=st.integers(0, 20),
)
def test_a_stop_is_found_across_any_cut_of_the_pieces(
    pieces: list[str], stops: list[str], characters: int
) -> None:
    # text that cannot become a stop is given at once
    assert given_of(["ab", "xa", "b"], 100, ["abc"]) == ["", "abx", "", "ab"]
    whole = "".join(pieces)
    complete = [(whole.find(stop) + len(stop), whole.find(stop)) for stop in stops if stop in whole]
    _, end = min(complete, default=(0, len(whole)))
    assert "".join(given_of(pieces, characters, stops)) == whole[: min(end, characters)]


letters = st.text("ab", max_size=40) | st.text("aé中🙂\n", max_size=25)


@given(source=letters, before=letters, text=letters, characters=st.integers(1, 7))
def test_a_run_is_refused_if_and_only_if_it_is_too_long(
    source: str, before: str, text: str, characters: int
) -> None:
    whole = before + text
    ends = range(len(before) + 1, len(whole) + 1)
    runs = [whole[end - characters - 1 : end] for end in ends if end > characters]
    expected = any(run in clean(source) for run in runs)
    assert NoCopy(source, characters=characters).refuses(before, text) == expected


def test_many_tokens_after_one_prompt_need_one_search_of_the_source(monkeypatch: pytest.MonkeyPatch) -> None:
    """After a long prompt with a space at its end, a passage without runs of 20 MB began after 13 s."""
    no_copy = NoCopy("")
    monkeypatch.setattr(no_copy, "_text", source := MagicMock())
    source.find.return_value = -1
    assert not any(no_copy.refuses("a prompt " * 9, "".join(token)) for token in product("abc", repeat=3))
    assert len(source.mock_calls) == 1


def test_a_source_in_pieces_counts_as_one_text() -> None:
    no_copy = NoCopy(["ab", "cd", "ef"], characters=3)
    assert pickle.loads(pickle.dumps(no_copy)).refuses("xbc", "de")  # such as in another process
    assert not NoCopy("", characters=3).refuses("abc", "de")
    with pytest.raises(OptionError, match="the characters that may be repeated must be at least 1, not 0"):
        NoCopy("abc", characters=0)
