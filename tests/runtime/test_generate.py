"""Passages: whole characters only, up to a length or a stop, for every prompt."""

from itertools import islice
from pathlib import Path

import numpy as np
import pytest

import toys
from foreword.errors import OptionError
from foreword.runtime.generate import generate, next_tokens
from foreword.runtime.model import Model
from foreword.runtime.network import Network, State
from foreword.text.tokenizer import characters_tokenizer, subwords_tokenizer

CYCLE = {"\n": {"a": 1.0}, "a": {"b": 1.0}, "b": {"c": 1.0}, "c": {"a": 1.0}}


@pytest.fixture
def cycle(tmp_path: Path) -> Model:
    """A model that says a, b, c, and again."""
    tokenizer = characters_tokenizer(dict.fromkeys("abc", 9))
    return toys.model(tmp_path / "cycle", tokenizer, toys.table_graph(toys.transitions(tokenizer, CYCLE)))


@pytest.fixture
def wild(tmp_path: Path) -> Model:
    """A model that says anything at all, most of it in bytes."""
    tokenizer = characters_tokenizer(dict.fromkeys("abc", 9))
    return toys.model(
        tmp_path / "wild", tokenizer, toys.recurrent_graph(np.zeros(tokenizer.size, np.float32))
    )


def text(*pieces: str) -> str:
    return "".join(pieces)


def test_the_likeliest_passage_goes_on_where_the_prompt_ends(cycle: Model) -> None:
    assert text(*generate(cycle, "a", characters=7, temperature=0)) == "bcabcab"
    assert text(*generate(cycle, "", characters=4, temperature=0)) == "abca"


@pytest.mark.parametrize("characters", [0, 1, 50])
def test_the_length_is_in_characters(wild: Model, characters: int) -> None:
    assert len(text(*generate(wild, "a", characters=characters, seed=3))) == characters


def test_bytes_never_leave_half_a_character_or_a_control_in_the_text(wild: Model) -> None:
    passage = text(*generate(wild, "a", characters=400, seed=1))

    assert "\ufffd" not in passage
    assert passage.encode().decode() == passage
    assert len({character for character in passage if ord(character) > 0x7F}) > 50
    assert not any(character < " " and character not in "\n\t" for character in passage)


def test_the_same_seed_gives_the_same_passage_and_another_one_another(wild: Model) -> None:
    first, again, other = (text(*generate(wild, "a", characters=60, seed=seed)) for seed in (7, 7, 8))

    assert first == again != other


@pytest.mark.parametrize("prompt", ["", "\n", "\U0001f600", "zz \ud800 zz", "e\u0301\x07", "x" * 30_000])
def test_any_prompt_will_do(wild: Model, prompt: str) -> None:
    assert len(text(*generate(wild, prompt, characters=5, seed=0))) == 5


def test_a_stop_ends_the_passage_and_is_not_given(cycle: Model) -> None:
    assert text(*generate(cycle, "a", temperature=0, stop=["ab", "zzz"])) == "bc"
    assert text(*generate(cycle, "a", temperature=0, stop=["bc"])) == ""


def test_a_repetition_penalty_leads_out_of_a_loop(tmp_path: Path) -> None:
    tokenizer = characters_tokenizer(dict.fromkeys("ab", 9))
    table = toys.transitions(
        tokenizer, {"\n": {"a": 1.0}, "a": {"a": 0.6, "b": 0.4}, "b": {"a": 0.6, "b": 0.4}}
    )
    model = toys.model(tmp_path / "loop", tokenizer, toys.table_graph(table))

    assert text(*generate(model, "a", characters=6, temperature=0)) == "aaaaaa"
    assert "b" in text(*generate(model, "a", characters=6, temperature=0, repetition_penalty=2))
    assert text(*generate(model, "", characters=3, temperature=0, repetition_penalty=2)) == "aba"


@pytest.mark.parametrize("prompt", ["see you tom", "see you ", "see "])
def test_a_word_half_typed_is_gone_on_with_as_its_own_token_would(tmp_path: Path, prompt: str) -> None:
    """The tokens of "see you tom" are not the first ones of "see you tomorrow"."""
    sentence = "see you tomorrow "
    tokenizer = subwords_tokenizer([sentence * 50], 300)
    ids = tokenizer.encode(sentence * 2)
    table = np.full((tokenizer.size, tokenizer.size), toys.UNLIKELY, dtype=np.float32)
    table[[tokenizer.newline, *ids[:-1]], ids] = 0.0
    table -= np.logaddexp.reduce(table, axis=1, keepdims=True)
    model = toys.model(tmp_path / "toy", tokenizer, toys.table_graph(table))

    passage = text(*generate(model, prompt, characters=len("see you tomorrow") - len(prompt), temperature=0))
    assert prompt + passage == "see you tomorrow"


def test_letters_typed_are_spelled_first_however_many_tokens_that_takes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokenizer = subwords_tokenizer(["see you tomorrow " * 50], 300)
    graph = toys.recurrent_graph(np.zeros(tokenizer.size, np.float32))
    model, read = toys.model(tmp_path / "toy", tokenizer, graph), []
    step = Network.step

    def watched(self: Network, ids: np.ndarray, state: State) -> tuple[np.ndarray, State]:
        read.extend(ids[:, 0].tolist())
        return step(self, ids, state)

    monkeypatch.setattr(Network, "step", watched)
    passage = text(*generate(model, "see you tomqxé", characters=5, seed=0))

    spelled = b"".join(tokenizer.tokens[token] for token in read).decode(errors="ignore")
    assert f"\nsee you tomqxé{passage}".startswith(spelled)
    assert "tomqxé" in spelled


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"characters": -1}, "characters must be at least 0, not -1"),
        ({"temperature": -1.0}, "temperature must be at least 0"),
        ({"seed": -5}, "seed must be at least 0, not -5"),
        ({"stop": [""]}, "stop must be a list of texts, none of them empty"),
        ({"stop": "abc"}, "stop must be a list of texts"),
    ],
)
def test_a_wrong_option_is_named_before_the_first_piece(
    cycle: Model, options: dict[str, object], message: str
) -> None:
    with pytest.raises(OptionError, match=message):
        generate(cycle, "a", **options)  # type: ignore[arg-type]


def test_pieces_come_as_they_are_made(cycle: Model) -> None:
    assert list(islice(generate(cycle, "", characters=10**9, temperature=0), 3)) == ["a", "b", "c"]


def test_the_next_tokens_are_a_distribution(wild: Model) -> None:
    everything = next_tokens(wild, "ab", limit=wild.tokenizer.size)
    chances = [chance for _, chance in everything]

    assert sum(chances) == pytest.approx(1)
    assert chances == sorted(chances, reverse=True)
    assert len({shown for shown, _ in everything}) == wild.tokenizer.size
    assert {"a", "\n", "<0xF0>", "<0x61>"} <= {shown for shown, _ in everything}


def test_the_next_tokens_follow_the_text(cycle: Model) -> None:
    assert [shown for shown, _ in next_tokens(cycle, "ca", limit=1)] == ["b"]
    with pytest.raises(OptionError, match="limit must be at least 1, not 0"):
        next_tokens(cycle, "ca", limit=0)
