"""training.json: what a model was made of, how, and how well it does."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import final

from foreword.corpus.prepare import Corpus, SourceRecord
from foreword.personal.measuring import tokens_per_character
from foreword.personal.start import Start
from foreword.runtime.resident import peak_megabytes
from foreword.training.device import peak_device_megabytes
from foreword.training.plan import Plan
from foreword.training.session import Session

MEASURED_WITH = ("foreword", "torch", "onnx", "onnxruntime", "tokenizers")


@final
@dataclass(frozen=True, kw_only=True)
class Effort:
    """What the training took: its speed, and the most memory that was in use (None where the system does not say)."""

    tokens_per_second: float
    characters_per_second: float
    peak_megabytes: float | None

    @classmethod
    def of(cls, session: Session, corpus: Corpus) -> "Effort":
        """That of a session that has ended; its speed is that of updates alone."""
        tokens_per_second = session.tokens_per_second
        return cls(
            tokens_per_second=tokens_per_second,
            characters_per_second=tokens_per_second / tokens_per_character(corpus.train),
            peak_megabytes=peak_device_megabytes(session.device) or peak_megabytes(),
        )


def training_record(
    session: Session,
    plan: Plan,
    corpus: Corpus,
    *,
    effort: Effort,
    held_out: dict[str, object],
    mixture: list[float] | None,
    start: Start | None,
    share: float,
) -> dict[str, object]:
    """What training.json holds.

    `share` is how much of the way its weights have gone from those that it went on from to those that it reached.
    `private` says where the texts lay, and whose words were taken from chats, for the model to go on with them; who
    passes the model on takes it out.
    """
    now = datetime.now(UTC)
    return {
        "date": now.date().isoformat(),
        "time": now.isoformat(timespec="seconds"),
        "sources": [_source(source) for source in corpus.sources],
        "old_sources": [_source(source) for source in corpus.old_sources],
        "secrets": secrets_of([*corpus.sources, *corpus.old_sources]),
        "characters": corpus.train.characters,
        "recipe": plan.recipe.tables(),
        "steps": session.record.step,
        "passes": session.epochs,
        "ended": session.ending,
        "rate_halvings": session.record.halvings,
        "seconds": session.seconds,
        **asdict(effort),
        "precision": plan.precision,
        "device": plan.device,
        "curve": [asdict(point) for point in session.record.curve],
        "held_out": held_out,
        "mixture": mixture,
        "versions": {name: version(name) for name in MEASURED_WITH},
        **({} if start is None else {"share": share, **start.lineage()}),
        "private": {
            "places": {source.sha256: source.place for source in (*corpus.sources, *corpus.old_sources)},
            "me": corpus.me,
        },
    }


def _source(source: SourceRecord) -> dict[str, object]:
    """The record of a text, without the folder that it lay in."""
    return {
        "name": Path(source.name).name,
        "sha256": source.sha256,
        "characters": source.characters,
        "files": list(source.files),
        "secrets": dict(source.secrets),
    }


def secrets_of(sources: Sequence[SourceRecord]) -> dict[str, int]:
    """How many were taken out of all texts, by kind."""
    return dict(sum((Counter(source.secrets) for source in sources), Counter[str]()))
