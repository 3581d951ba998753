"""After a training, the memory beside a model is told which of its messages the network has met.

They are found in the corpus by their words, so that it makes no difference how a text came there, and in which order:
by `train`, by `learn` before it, or from the memory itself. A run that was killed has its corpus, and needs no more.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Literal, final

from foreword import modelfolder
from foreword.corpus.lines import MEMORY
from foreword.corpus.prepare import Corpus, Stream
from foreword.keyboard.forget import Blocked, as_kept
from foreword.keyboard.memory import Memory, Met, Numbered
from foreword.personal.fresh import met_by_time
from foreword.personal.measuring import last_lines
from foreword.personal.remembering import MOST_CHARACTERS
from foreword.personal.start import kept_start, weights_digest

Kind = Literal["trained", "held_out", "waiting"]


def note_met(corpus: Corpus, memory: Memory, to: Path, made: Path | None = None) -> None:
    """Let `memory` know what the network in `to`, which was just made of `corpus`, has met; nothing, if it was not.

    The network lies elsewhere where another one stays in `to` and this one was `made` aside.

    Of texts that are too long for the memory, nothing is noted.

    Raises:
        MemoryFull, MemoryBusy, MemoryReadOnly: it cannot be written.
        ModelError, RunError: the model or the run was replaced meanwhile.
    """
    folder = modelfolder.read(made or to)
    network, start = weights_digest(folder), kept_start(corpus.folder.parent)
    if (start is not None and start.sha256 == network) or _is_too_long(corpus):
        return
    there = memory.numbered()
    before = Met() if start is None else memory.met(start.sha256)
    if before is None:
        own = start is not None and start.name == to.name
        before = met_by_time(there, start.training) if start is not None and own else Met()
    words = Words(corpus, Blocked(memory.blocked_digests()))
    memory.set_met(network, _met(there, before, words))


@final
class Words:
    """The messages in a corpus, each as often as it is in there, to be taken out one by one."""

    def __init__(self, corpus: Corpus, blocked: Blocked) -> None:
        later: Kind = "waiting" if is_from_memory(corpus) else "held_out"
        self._new = [
            *_counted("trained", corpus.train, corpus, blocked),
            *_counted(later, corpus.validation, corpus, blocked),
            *_counted(later, corpus.test, corpus, blocked),
        ]
        self._old = [
            *_counted("trained", corpus.old, corpus, blocked),
            *_counted("held_out", corpus.old_held_out, corpus, blocked),
        ]

    def take(self, text: str) -> Kind | None:
        """What became of a message with these words, which is then no longer in there; None, if there is none."""
        return _taken(self._new, text) or self.take_old(text)

    def take_old(self, text: str) -> Kind | None:
        """The same, of old text that was learned along."""
        return _taken(self._old, text)


def _counted(
    kind: Kind, part: Stream | None, corpus: Corpus, blocked: Blocked
) -> Iterator[tuple[Kind, Counter[str]]]:
    if part is not None:
        yield kind, Counter(as_kept(last_lines(part, corpus, len(part.ids)), blocked))


def _taken(counted: Iterable[tuple[Kind, Counter[str]]], text: str) -> Kind | None:
    for kind, left in counted:
        if left[text] > 0:
            left[text] -= 1
            return kind
    return None


def is_from_memory(corpus: Corpus) -> bool:
    """Whether a corpus was made of what a memory took in."""
    return any(source.place == MEMORY for source in corpus.sources)


def own_old_text(corpus: Corpus) -> Stream | None:
    """The old text of a corpus, if all of it came from the memory too."""
    return corpus.old if all(source.place == MEMORY for source in corpus.old_sources) else None


def _met(there: list[Numbered], before: Met, words: Words) -> Met:
    """What was met before, and what is in the words; of the same words, the message that came first."""
    found: Mapping[Kind, set[int]] = {
        "trained": set(before.trained),
        "held_out": set(before.held_out),
        "waiting": set(),
    }
    for each in there:
        if each.number in before.trained or each.number in before.held_out:
            words.take_old(each.message.text)
            continue
        kind = words.take(each.message.text)
        if kind is not None:
            found[kind].add(each.number)
        elif each.number in before.waiting:
            found["waiting"].add(each.number)
    return Met(
        trained=frozenset(found["trained"]),
        held_out=frozenset(found["held_out"]),
        waiting=frozenset(found["waiting"]),
    )


def _is_too_long(corpus: Corpus) -> bool:
    return sum(source.characters for source in (*corpus.sources, *corpus.old_sources)) > MOST_CHARACTERS
