"""Whether a model that has learned on from the memory stays as it was: the newest messages decide.

The best weights are chosen on the older half of what is held out; the newer half, which nothing was chosen by, must not
be read worse than before.
"""

from collections.abc import Mapping

from foreword.corpus.prepare import Corpus
from foreword.personal.measuring import tokens_per_character
from foreword.personal.meeting import is_from_memory
from foreword.personal.start import Start
from foreword.training.journal import Journal, bits


def found_worse(corpus: Corpus, held_out: Mapping[str, object], start: Start) -> str | None:
    """What is said where the network made reads the newest messages worse than `start`; None where it does not.

    `held_out` are the figures of both. A network that was trained on something else than the memory is not judged here.
    """
    now = held_out.get("test")
    before = now.get("start") if isinstance(now, Mapping) else None
    if not is_from_memory(corpus) or not isinstance(now, Mapping) or not isinstance(before, Mapping):
        return None
    after, earlier = float(now["bits_per_character"]), float(before["bits_per_character"])
    return _stays(start, earlier, after) if after > earlier else None


def nothing_better(corpus: Corpus, journal: Journal, start: Start) -> str | None:
    """What is said where no weights but the first did well on the messages to choose by; None for other texts."""
    first, later = journal.points[:1], journal.points[1:]
    if not is_from_memory(corpus) or corpus.validation is None or not later:
        return None
    scale = bits(1.0) * tokens_per_character(corpus.validation)
    return _stays(start, scale * first[0].nats, scale * min(point.nats for point in later))


def _stays(start: Start, before: float, after: float) -> str:
    return (
        f"{start.name} stays as it is: on the newest messages this training would have made it worse, "
        f"{after:.3f} bits per character instead of {before:.3f}"
    )
