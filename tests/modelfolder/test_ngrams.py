"""The n-grams of a model: what they say after a context, and damaged files."""

import numpy as np
import pytest
from safetensors.numpy import load, save

from foreword.errors import ModelTruncated
from foreword.modelfolder.ngrams import HALF, Ngrams, key
from toys import ngrams

WORDS = {"see": 0.1, "you": 0.4, "You": 0.1, "then": 0.1, "Zoë": 0.1, "zoe": 0.2}
TABLE = {
    (): WORDS,
    ("\n",): {"see": 0.5},
    ("see",): {"you": 0.5, "zoe": 0.25},
    ("zoë",): {"then": 0.5},
    ("you",): {},
    ("\n", "see"): {"you": 0.75},
    ("see", "you"): {},
    ("\n", "see", "you"): {"then": 0.9},
}
FILE = ngrams(TABLE)


def expected(context: tuple[str, ...], word: str) -> float:
    if not context:
        return WORDS[word]
    own = TABLE[context]
    return own.get(word, 0.0) + (1 - sum(own.values())) * expected(context[1:], word)


@pytest.mark.parametrize("context", TABLE)
def test_a_context_adds_its_chances_to_a_part_of_the_shorter_one(context: tuple[str, ...]) -> None:
    found = Ngrams(FILE)
    chances, symbols = found.after(context)
    assert symbols == len(context)
    wanted = {word: expected(context, word) for word in WORDS}
    assert dict(zip(found.words, chances.tolist(), strict=True)) == pytest.approx(wanted, rel=0.04, abs=0.005)


@pytest.mark.parametrize(
    ("context", "symbols"),
    [("then", 0), ("see bread", 0), ("\n \n", 1), ("you see", 1), ("zoe", 0), ("then \n see you", 3)],
)
def test_the_longest_known_context_counts(context: str, symbols: int) -> None:
    assert Ngrams(FILE).after(context.split(" "))[1] == symbols


def test_contexts_of_up_to_two_symbols_have_keys_of_their_own() -> None:
    numbers = [0, 1, 2, 3, 700, HALF - 1]
    keys = [key([each]) for each in numbers[1:]]
    keys += [key([one, other]) for one in numbers for other in numbers[1:]]
    assert len({*keys}) == len(keys)
    assert all(0 <= key([one, other, 5]) < HALF**2 for one in numbers for other in numbers)


def changed(name: str, array: np.ndarray) -> bytes:
    return save(load(FILE) | {name: array})


def longer(name: str) -> bytes:
    array = load(FILE)[name]
    return changed(name, np.append(array, np.full_like(array[:1], 10)))


HEADERS = [
    b"[]",
    b"5",
    b"[" * 100_000,
    b'{"words": null}',
    b'{"words": {"dtype": [], "data_offsets": [0, 1]}}',
    b'{"words": {"dtype": "U8", "data_offsets": ["0", null]}}',
    b'{"words": {"dtype": "U8", "data_offsets": [9, 1]}}',
]
DAMAGED = [
    *(FILE[:at] for at in (0, 7, 40, len(FILE) // 2, len(FILE) - 1)),
    *map(longer, ("words", "unigram", "shares", "counts_2", "keys_3", "followers_1")),
    changed("offsets_1", load(FILE)["offsets_1"][1:]),
    changed("shares", np.full(3, 0.5, np.float32)),
    changed("shares", np.full(4, np.nan, np.float32)),
    changed("shares", np.full(4, 5.0, np.float32)),
    changed("unigram", np.full(len(WORDS), -0.1, np.float32)),
    changed("unigram", np.ones(1, np.float32)),
    changed("followers_1", np.ones(3, np.float32)),
    changed("frequencies", np.ones(1, np.uint8)),
    changed("frequencies", np.ones(len(WORDS), np.float32)),
    changed("starts_1", np.zeros(HALF + 1, np.float32)),
    changed("counts_1", np.full(4, np.nan, np.float32)),
    changed("words", np.frombuffer(b"a" * 65 + b"\nb" * (len(WORDS) - 1), np.uint8)),
    *(len(header).to_bytes(8, "little") + header + b"data" for header in HEADERS),
]


@pytest.mark.parametrize("data", DAMAGED, ids=range(len(DAMAGED)))
def test_a_damaged_file_is_refused(data: bytes) -> None:
    with pytest.raises(ModelTruncated, match=r"ngrams.safetensors is damaged: .*; get the model again"):
        Ngrams(data, "ngrams.safetensors")


def test_the_metadata_of_a_file_is_ignored() -> None:
    assert Ngrams(save(load(FILE), metadata={"format": "np"})).words == Ngrams(FILE).words


def test_chances_never_add_to_more_than_one() -> None:
    arrays = load(FILE)
    arrays["chances_1"] = np.zeros_like(arrays["chances_1"])  # each is 1
    assert Ngrams(save(arrays)).after(("see",))[0].sum() == pytest.approx(1)
