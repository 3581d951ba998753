"""Many passages at once: each as it would be alone, with its own length and stop, and none that repeats too much."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import toys
from foreword.errors import OptionError
from foreword.runtime.generate import TOGETHER, generate, generate_many
from foreword.runtime.model import Model
from foreword.runtime.network import Network, State
from foreword.runtime.nocopy import NoCopy
from foreword.text.tokenizer import Tokenizer, characters_tokenizer, subwords_tokenizer, words_tokenizer

LINE = "abcdefghijklm nopqrstuvwxyz\n"
SENTENCES = LINE * 20


def tokenizers() -> list[Tokenizer]:
    return [
        characters_tokenizer(dict.fromkeys(set(SENTENCES) - {"\n"}, 9)),
        words_tokenizer([SENTENCES], 320),
        subwords_tokenizer([SENTENCES], 320),
    ]


@pytest.fixture(scope="module", params=[0, 1, 2], ids=["characters", "words", "subwords"])
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Model:
    """A random network; it says anything, in bytes as well."""
    tokenizer = tokenizers()[request.param]
    graph = toys.recurrent_graph(np.zeros(tokenizer.size, np.float32))
    return toys.model(tmp_path_factory.mktemp("toy") / "toy", tokenizer, graph)


@pytest.fixture(scope="module")
def parrot(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Tokenizer], Model]:
    """A model that has learned the sentences by heart, and hardly knows that anything else could follow."""

    def make(tokenizer: Tokenizer) -> Model:
        ids = tokenizer.encode(SENTENCES)
        table = np.full((tokenizer.size, tokenizer.size), -9.0, dtype=np.float32)
        table[ids[:-1], ids[1:]] = 0.0
        table -= np.logaddexp.reduce(table, axis=1, keepdims=True)
        return toys.model(tmp_path_factory.mktemp("toy") / "toy", tokenizer, toys.table_graph(table))

    return make


@pytest.mark.parametrize("temperature", [0.0, 0.8, 1.3])
def test_a_passage_does_not_depend_on_those_beside_it(model: Model, temperature: float) -> None:
    """In a float32 network: its answer in another batch differs by rounding alone."""
    alone, few, many = (
        generate_many(model, "see", passages=count, characters=40, temperature=temperature, seed=5)
        for count in (1, 3, TOGETHER + 2)
    )
    assert alone == ["".join(generate(model, "see", characters=40, temperature=temperature, seed=5))]
    assert few[:1] == alone
    assert many[:3] == few
    assert (len(set(many)) == 1) == (temperature == 0)


def test_the_same_seed_gives_the_same_passages_and_none_gives_others(model: Model) -> None:
    first, again, other, unseeded, another = (
        generate_many(model, passages=3, characters=30, seed=seed) for seed in (7, 7, 8, None, None)
    )
    assert first == again
    assert len({*first, *other, *unseeded, *another}) == 12


@pytest.mark.parametrize("prompt", ["", "see you tom", "x" * 3_000, "🙂\ud800", "o'"])
def test_each_passage_has_its_length_in_whole_characters(model: Model, prompt: str) -> None:
    passages = generate_many(model, prompt, passages=5, characters=33, temperature=1.5, seed=1)
    assert [len(passage) for passage in passages] == [33] * 5
    assert not any("\ufffd" in passage for passage in passages)


def test_each_passage_ends_at_its_own_stop_and_the_others_go_on(model: Model) -> None:
    whole = generate_many(model, passages=6, characters=60, seed=2)
    stop = whole[0][10]
    stopped = generate_many(model, passages=6, characters=60, seed=2, stop=[stop])
    assert stopped == [passage.split(stop)[0] for passage in whole]
    assert len({len(passage) for passage in stopped}) > 1


def test_passages_that_have_ended_are_not_read_further(model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes, step = [], Network.step

    def watched(self: Network, ids: np.ndarray, state: State) -> tuple[np.ndarray, State]:
        sizes.append(ids.shape[1])
        return step(self, ids, state)

    monkeypatch.setattr(Network, "step", watched)
    generate_many(model, passages=6, characters=200, seed=2, stop=["a", "e", "o"])
    assert sizes[1:] == sorted(sizes[1:], reverse=True)
    assert len(set(sizes)) > 2
    generate_many(model, passages=4, characters=0)
    assert list(generate(model, characters=0)) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"passages": 0}, "passages must be at least 1, not 0"),
        ({"passages": 2, "characters": -1}, "characters must be at least 0"),
        ({"passages": 2, "seed": -1}, "seed must be at least 0, not -1"),
        ({"passages": 2, "top_p": 0.0}, "top_p must be above 0"),
        ({"passages": 2, "stop": "ab"}, "stop must be a list of texts"),
    ],
)
def test_a_wrong_option_is_named(model: Model, options: dict[str, object], message: str) -> None:
    with pytest.raises(OptionError, match=message):
        generate_many(model, **options)  # type: ignore[arg-type]


def longest_new_run(prompt: str, text: str, source: str) -> int:
    """The longest run of the source that ends behind the prompt, by looking for each."""
    whole = prompt + text
    longest = 0
    for end in range(len(prompt) + 1, len(whole) + 1):
        while longest < end and whole[end - longest - 1 : end] in source:
            longest += 1
    return longest


@pytest.mark.parametrize("unit", [0, 1, 2])
@pytest.mark.parametrize("temperature", [0.0, 0.7])
def test_a_parrot_repeats_no_more_than_it_may(
    parrot: Callable[[Tokenizer], Model], unit: int, temperature: float
) -> None:
    model = parrot(tokenizers()[unit])
    free = "".join(generate(model, characters=100, temperature=0))
    assert longest_new_run("", free, SENTENCES) == 100
    for prompt in ("", "abcdefghijklm n", "abcdefghijklm nopqrstuvwxyz\nabc", "defg", "x abcdefghijklm"):
        for characters in (1, 4, 12):
            no_copy = NoCopy(SENTENCES, characters=characters)
            options = {"characters": 100, "temperature": temperature, "seed": 1, "no_copy": no_copy}
            texts = ["".join(generate(model, prompt, **options))]  # type: ignore[arg-type]
            texts += generate_many(model, prompt, passages=3, **options)  # type: ignore[arg-type]
            for text in texts:
                assert len(text) == 100
                assert longest_new_run(prompt, text, SENTENCES) <= characters


@given(
    source=st.text("ab", max_size=60),
    prompt=st.text("ab", max_size=8),
    characters=st.integers(1, 8),
    seed=st.integers(0, 99),
)
def test_no_run_is_ever_too_long(
    tmp_path_factory: pytest.TempPathFactory, source: str, prompt: str, characters: int, seed: int
) -> None:
    tokenizer = characters_tokenizer({"a": 9, "b": 9})
    graph = toys.recurrent_graph(toys.preferring(tokenizer, b"ab"))
    model = toys.model(tmp_path_factory.mktemp("toy") / "toy", tokenizer, graph)
    text = "".join(
        generate(model, prompt, characters=30, seed=seed, no_copy=NoCopy(source, characters=characters))
    )
    assert longest_new_run(prompt, text, source) <= characters


def test_where_nothing_else_can_follow_the_passage_ends_with_a_note(tmp_path: Path) -> None:
    tokenizer = characters_tokenizer(dict.fromkeys("abc", 9))
    table = toys.transitions(tokenizer, {"\n": {"a": 1.0}, "a": {"b": 1.0}, "b": {"c": 1.0}, "c": {"a": 1.0}})
    table = np.where(table < -1, np.float32(-np.inf), table)
    model = toys.model(tmp_path / "toy", tokenizer, toys.table_graph(table))
    no_copy = NoCopy("xx abcab", characters=4, name="notes.txt")
    notes: list[str] = []

    pieces = generate(model, "", stop=["cd"], temperature=0, no_copy=no_copy, notes=notes)
    assert "".join(pieces) == "abca"
    (note,) = notes
    assert note == (
        "The passage ended after 4 characters: all that could follow would have repeated more than 4 characters "
        "of notes.txt in a row"
    )
    assert "".join(generate(model, "xx ab", no_copy=no_copy)) == ""

    assert generate_many(model, "zabc", passages=2, no_copy=no_copy, notes=notes) == ["a", "a"]
    assert [note.split(":")[0] for note in notes[1:]] == [
        "Passage 1 ended after 1 character",
        "Passage 2 ended after 1 character",
    ]
