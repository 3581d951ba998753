"""training.json: what a model was made of, how, and how well it does."""

from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from foreword.corpus.prepare import Corpus, SourceRecord
from foreword.personal.measuring import tokens_per_character
from foreword.personal.start import Start
from foreword.training.journal import Journal
from foreword.training.memory import peak_megabytes
from foreword.training.session import Session

MEASURED_WITH = ("foreword", "torch", "onnx", "onnxruntime", "tokenizers")


def training_record(
    session: Session, journal: Journal, corpus: Corpus, held_out: dict[str, object], start: Start | None
) -> dict[str, object]:
    """What training.json holds.

    `private` says where the texts lay, for the model to go on with them; who passes the model on takes it out.
    """
    plan = session.plan
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "sources": [_source(source) for source in corpus.sources],
        "old_sources": [_source(source) for source in corpus.old_sources],
        "characters": corpus.train.characters,
        "recipe": plan.recipe.tables(),
        "steps": session.step,
        "passes": session.epochs,
        "ended": session.ending,
        "rate_halvings": session.halvings,
        "seconds": session.seconds,
        "tokens_per_second": session.tokens / max(session.timing.updating, 1e-9),
        "characters_per_second": characters_per_second(session, corpus),
        "peak_megabytes": peak_megabytes(session.device),
        "precision": plan.precision,
        "device": plan.device,
        "curve": journal.curve(),
        "held_out": held_out,
        "versions": {name: version(name) for name in MEASURED_WITH},
        **({} if start is None else start.lineage()),
        "private": {
            "places": {source.sha256: source.place for source in (*corpus.sources, *corpus.old_sources)}
        },
    }


def characters_per_second(session: Session, corpus: Corpus) -> float:
    """Of training alone."""
    return session.tokens / tokens_per_character(corpus.train) / max(session.timing.updating, 1e-9)


def _source(source: SourceRecord) -> dict[str, object]:
    """The record of a text, without the folder that it lay in."""
    return {
        "name": Path(source.name).name,
        "sha256": source.sha256,
        "characters": source.characters,
        "files": list(source.files),
    }
