"""Passages in a model's voice, one as it is made or many at once; and the next tokens with their probabilities."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from foreword.errors import OptionError
from foreword.runtime.ending import Ending
from foreword.runtime.model import Model
from foreword.runtime.nocopy import NoCopy
from foreword.runtime.passages import Writing
from foreword.runtime.predictor import Predictor
from foreword.runtime.sampling import Sampling
from foreword.runtime.spelling import split
from foreword.text.counting import counted
from foreword.text.tokenizer import Tokenizer

TOGETHER: Final = 64  # passages in a batch: with twice as many, characters come no faster on one thread
BYTE_TOKENS: Final = 256  # the first ids of a vocabulary of characters or words


def generate(
    model: Model,
    prompt: str = "",
    *,
    characters: int = 200,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    min_p: float = 0.0,
    repetition_penalty: float = 1.0,
    stop: Sequence[str] = (),
    seed: int | None = None,
    no_copy: NoCopy | None = None,
    notes: list[str] | None = None,
) -> Iterator[str]:
    """Go on after `prompt` for so many characters, in pieces as they come; the prompt itself is not repeated.

    Args:
        model: what `foreword.load` gives.
        prompt: any text; of a long one, the last thousand characters or two are read.
        characters: the length in code points.
        temperature: see `Sampling`, as for the next four.
        top_k: only so many tokens to choose from.
        top_p: only the likeliest tokens with this probability together.
        min_p: only tokens with this share of the likeliest one's probability.
        repetition_penalty: above 1, what was just said is said less.
        stop: texts at which the passage ends; they are not given, not even in part.
        seed: the same seed gives the same passage; without one, each call gives another.
        no_copy: a text of which no longer run may come than it says, one that the prompt begins counted in.
        notes: is told when the passage ended early, because all that could follow would have repeated too much.

    Raises:
        OptionError: a value makes no sense. It is raised at once, not at the first piece.
    """
    sampling = Sampling(
        temperature=temperature, top_k=top_k, top_p=top_p, min_p=min_p, repetition_penalty=repetition_penalty
    )
    ending, generators = Ending(characters, stop), random_numbers(seed, range(1))
    return _written(
        model, prompt, sampling, ending, generators, no_copy=no_copy, notes=[] if notes is None else notes
    )


def generate_many(
    model: Model,
    prompt: str = "",
    *,
    passages: int,
    characters: int = 200,
    temperature: float = 1.0,
    top_k: int = 0,
    top_p: float = 1.0,
    min_p: float = 0.0,
    repetition_penalty: float = 1.0,
    stop: Sequence[str] = (),
    seed: int | None = None,
    no_copy: NoCopy | None = None,
    notes: list[str] | None = None,
) -> list[str]:
    """So many different passages after `prompt`, written side by side: several times as fast as one after the other.

    Each passage has its own random numbers, which depend on the seed and its place alone; those of the first are
    those of `generate`. So the same call gives the same passages, and of a model with a float32 network alone, the
    third of five is the third of fifty but for rounding. An 8-bit network answers a little differently in another
    batch: there, a passage begins as it would in a batch of another size, and sooner or later says something else.

    Args:
        model: what `foreword.load` gives.
        prompt: what all of them go on from.
        passages: how many.
        characters: the length of each; this and the others are those of `generate`.
        temperature: see `Sampling`, as for the next four.
        top_k: only so many tokens to choose from.
        top_p: only the likeliest tokens with this probability together.
        min_p: only tokens with this share of the likeliest one's probability.
        repetition_penalty: above 1, what was just said is said less.
        stop: texts at which a passage ends.
        seed: the same seed gives the same passages.
        no_copy: a text of which no longer run may come than it says.
        notes: is told of each passage that ended early, because all that could follow would have repeated too much.

    Raises:
        OptionError: a value makes no sense.
    """
    if passages < 1:
        raise OptionError(f"passages must be at least 1, not {passages}")
    sampling = Sampling(
        temperature=temperature, top_k=top_k, top_p=top_p, min_p=min_p, repetition_penalty=repetition_penalty
    )
    endings = [Ending(characters, stop) for _ in range(passages)]
    generators = random_numbers(seed, range(passages))
    predictor, pieces = Predictor(model), [[""] for _ in range(passages)]
    for first in range(0, passages, TOGETHER):
        part = slice(first, first + TOGETHER)
        writing = Writing(predictor, prompt, sampling, endings[part], generators[part], no_copy=no_copy)
        for at, piece in writing:
            pieces[first + at].append(piece)
        if notes is not None:
            notes += _ended_early(writing, [f"Passage {number + 1}" for number in range(passages)[part]])
    return ["".join(each) for each in pieces]


def next_tokens(model: Model, text: str, limit: int = 5) -> list[tuple[str, float]]:
    """The tokens most likely to follow `text`, with their probabilities; a byte of a character reads `<0xF0>`."""
    if limit < 1:
        raise OptionError(f"limit must be at least 1, not {limit}")
    chances = np.exp(Predictor(model).read(text).log_probabilities.astype(np.float64))
    likeliest = np.argsort(-chances, kind="stable")[:limit]
    total = chances.sum()  # one, but for rounding
    return [(readable(model.tokenizer, int(token)), float(chances[token] / total)) for token in likeliest]


def readable(tokenizer: Tokenizer, token: int) -> str:
    """A token for people to read: its text, or the bytes where it is no text."""
    spelled = tokenizer.tokens[token]
    whole = split(spelled)
    is_byte = tokenizer.unit != "subwords" and token < BYTE_TOKENS
    if is_byte or whole is None or whole[1]:
        return "".join(f"<0x{byte:02X}>" for byte in spelled)
    return whole[0]


def random_numbers(seed: int | None, passages: range) -> list[np.random.Generator]:
    """A stream of random numbers for each passage; it depends on the seed and the passage's number alone.

    Raises:
        OptionError: the seed is negative.
    """
    if seed is not None and seed < 0:
        raise OptionError(f"seed must be at least 0, not {seed}")
    entropy = np.random.SeedSequence(seed).entropy
    keys: list[tuple[int, ...]] = [(number,) if number else () for number in passages]
    return [np.random.default_rng(np.random.SeedSequence(entropy, spawn_key=key)) for key in keys]


def _written(
    model: Model,
    prompt: str,
    sampling: Sampling,
    ending: Ending,
    generators: Sequence[np.random.Generator],
    *,
    no_copy: NoCopy | None,
    notes: list[str],
) -> Iterator[str]:
    if ending.reached:
        return
    writing = Writing(Predictor(model), prompt, sampling, [ending], generators, no_copy=no_copy)
    for _, piece in writing:
        if piece:
            yield piece
    notes += _ended_early(writing, ["The passage"])


def _ended_early(writing: Writing, names: Sequence[str]) -> list[str]:
    """What to tell of passages that had to end, by what they are called."""
    return [
        f"{name} ended after {counted(passage.ending.given, 'character')}: all that could follow would have repeated "
        f"more than {counted(passage.no_copy.characters, 'character')} of {passage.no_copy.name} in a row"
        for name, passage in zip(names, writing.passages, strict=True)
        if passage.stuck and passage.no_copy is not None
    ]
