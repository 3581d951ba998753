"""How well the network and the memory foresaw the words that were written: what the mixture's weights are fitted to."""

from collections.abc import Iterable, Iterator
from typing import final

from foreword.keyboard.memory import Memory
from foreword.keyboard.mixture import Mixture, Observation
from foreword.runtime.beam import Beam
from foreword.runtime.predictor import Predictor
from foreword.text.cleaning import clean
from foreword.text.words import words


@final
class Observer:
    """Asks both sources for the words of a message, as they are before it is learned."""

    def __init__(self, predictor: Predictor, beam: Beam, memory: Memory) -> None:
        self._predictor = predictor
        self._beam = beam
        self._memory = memory

    def observations(self, line: str) -> Iterator[Observation]:
        """The words of one message, each with its probability for both sources."""
        preceding = self._memory.latest().text
        for match in words(line):
            before, word = line[: match.start()], match.group()
            cursor = self._predictor.read_to_cursor(before, preceding)
            if cursor.word:
                continue  # a word that only a search from its middle would find, such as the second of 'a--b'
            found = self._beam.find(cursor, 0, protected=[word])
            network = next((each.probability for each in found.words if each.text == word), 0.0)
            known = self._memory.after(before)
            yield Observation(
                known=known.known, network=network * found.typed, memory=known.probability(word)
            )


def fitted(predictor: Predictor, memory: Memory, messages: Iterable[str], *, most: int) -> Mixture:
    """A mixture fitted to messages that neither the network nor the memory has learned from.

    Each is learned before the next is looked at: as it is in use. It ends with the message in which `most` words are
    reached.
    """
    observer = Observer(predictor, Beam(predictor), memory)
    written: list[Observation] = []
    for message in messages:
        if len(written) >= most:
            break
        written.extend(observer.observations(clean(message)))
        memory.learn(message)
    mixture = Mixture()
    mixture.fit(written)
    return mixture
