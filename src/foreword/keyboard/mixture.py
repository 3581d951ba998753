"""The mixture of network and memory, and its adaptation to the words that a person writes.

    P(w | before) = (1 - share) · P_network(w | before) + share · P_memory(w | before)

It mixes probabilities of whole words, not scores: a word that one source finds impossible is still possible. The
memory's share depends on how much it knows of the text before (`Distribution.known`). Each word written changes the
share by one step of the EM algorithm; older words count less and less.

Sources: Jelinek and Mercer (1980), "Interpolated estimation of Markov source parameters from sparse data", for weights
by EM and by the knowledge of a context; Cappé and Moulines (2009), "On-line expectation-maximization algorithm for
latent data models", for one step at a time.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple, final

import numpy as np
from jaxtyping import Float64

from foreword.keyboard.background import Background
from foreword.keyboard.memory import Memory
from foreword.keyboard.ngram_model import KNOWLEDGE
from foreword.runtime.beam import Beam
from foreword.runtime.state_cache import Predictor
from foreword.text.cleaning import clean
from foreword.text.words import words

FIRST_SHARES: Final = (0.06, 0.08, 0.12, 0.2, 0.28, 0.35)
"""The memory's share by its degree of knowledge, before any fit (docs/decisions/0028)."""
FIRST_WORDS: Final = 20.0
"""The number of words that these shares count for."""
HORIZON: Final = 2_000.0
"""A word written this many words ago counts e times less."""
ROUNDS: Final = 20


class Observation(NamedTuple):
    """A written word: the memory's degree of knowledge before it, and the word's probability from each source."""

    known: int
    network: float
    memory: float


@final
class Mixture:
    """The shares, as counts of words credited to the network and to the memory, by degree of knowledge."""

    def __init__(self, weights: Sequence[float] | None = None) -> None:
        """Continue from `weights`, a result of `weights()`; other values are ignored."""
        self.restore(weights)

    def restore(self, weights: Sequence[float] | None) -> None:
        """Continue from `weights`, or begin again without them."""
        self._credits: Float64[np.ndarray, "known sources"] = _first_credits()
        given = np.array([] if weights is None else weights, dtype=np.float64)
        if given.size == self._credits.size and np.isfinite(given).all() and (given > 0).all():
            self._credits = given.reshape(self._credits.shape)

    def share(self, known: int) -> float:
        """The memory's share of the probability."""
        network, memory = self._credits[known]
        return float(memory / (network + memory))

    def follow(self, seen: Observation) -> None:
        """Count one more word; a word that both sources find impossible has no effect."""
        share = self.share(seen.known)
        memory, network = share * seen.memory, (1 - share) * seen.network
        if not memory + network > 0:
            return
        credit = memory / (memory + network)
        self._credits[seen.known] *= np.exp(-1 / HORIZON)
        self._credits[seen.known] += (1 - credit, credit)
        np.maximum(self._credits, 1e-6, out=self._credits)  # else a share of zero would stay zero

    def fit(self, written: Iterable[Observation]) -> None:
        """Start again with the shares that make these words likeliest."""
        words = [each for each in written if each.network > 0 or each.memory > 0]
        known = np.array([each.known for each in words], dtype=np.int64)
        chances = np.array([(each.network, each.memory) for each in words]).reshape(-1, 2)  # (words, sources)
        self._credits = _first_credits()
        for _ in range(ROUNDS):
            shares = self._credits / self._credits.sum(axis=1, keepdims=True)
            credited = shares[known] * chances
            self._credits = _first_credits()
            np.add.at(self._credits, known, credited / credited.sum(axis=1, keepdims=True))

    def weights(self) -> list[float]:
        """The counts, to store in a memory."""
        return [float(each) for each in self._credits.ravel()]


def _first_credits() -> Float64[np.ndarray, "known sources"]:
    shares = np.array(FIRST_SHARES[:KNOWLEDGE])
    return FIRST_WORDS * np.stack([1 - shares, shares], axis=1)


def observations(
    predictor: Predictor, beam: Beam, background: Background, memory: Memory, line: str
) -> Iterator[Observation]:
    """The words of one message, each with its probability from both sources before it is learned."""
    preceding = memory.latest().text
    for match in words(line):
        before, word = line[: match.start()], match.group()
        cursor = predictor.read_to_cursor(before, preceding)
        if cursor.word:
            continue  # a word that only a search from its middle would find, such as the second of 'a--b'
        found = beam.find(cursor, 0, protected=[word])
        network = next((each.probability for each in found.words if each.text == word), 0.0)
        known, expected = memory.after(before), background.after(before)
        yield Observation(
            known=known.known,
            network=expected.mixed(network * found.typed, expected.probability(word)),
            memory=known.probability(word),
        )


def fitted(
    predictor: Predictor, background: Background, memory: Memory, messages: Iterable[str], *, most: int
) -> Mixture:
    """A mixture fitted to messages that neither the network nor the memory has learned.

    Each message is learned before the next is read, as in use. The fit ends with the message that reaches `most` words.
    """
    beam = Beam(predictor)
    written: list[Observation] = []
    for message in messages:
        if len(written) >= most:
            break
        written.extend(observations(predictor, beam, background, memory, clean(message)))
        memory.learn(message)
    mixture = Mixture()
    mixture.fit(written)
    return mixture
