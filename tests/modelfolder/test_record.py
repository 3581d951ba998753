"""training.json as a typed record; it lists the texts of all trainings of a model."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from foreword.errors import ModelForeign
from foreword.modelfolder.record import TrainingRecord

PATH = Path("training.json")


def source(name: str) -> dict[str, object]:
    return {"name": name, "sha256": name * 3}


def test_the_record_lists_the_texts_of_all_trainings_latest_first() -> None:
    training: dict[str, object] = {
        "sources": [source("d"), source("e")],
        "old_sources": [source("f")],
        "history": [{"sources": [source("a")]}, {"sources": [source("b")], "old_sources": [source("c")]}],
    }
    assert "".join(str(text.name) for text in TrainingRecord.of(training, PATH).learned_from()) == "defbca"


@pytest.mark.parametrize(
    ("training", "place"),
    [
        ({"steps": "7"}, r"`\$\.steps`"),
        ({"from": {"name": "base"}}, r"missing required field `sha256` - at `\$\.from`"),
    ],
)
def test_a_field_of_the_wrong_type_is_named(training: dict[str, object], place: str) -> None:
    with pytest.raises(ModelForeign, match=place):
        TrainingRecord.of(training, PATH)


@pytest.mark.parametrize(
    ("training", "moment"),
    [
        ({}, None),
        ({"date": "long ago"}, None),
        ({"date": "2026-02-03"}, datetime(2026, 2, 3, 23, 59, 59, 999_999, UTC)),
        ({"time": "9999-12-31T23:59:59-12:00"}, None),
        ({"date": "2026-02-03", "time": "2026-02-03T04:05:06+02:00"}, datetime(2026, 2, 3, 2, 5, 6, 0, UTC)),
    ],
)
def test_a_record_knows_the_end_of_its_training(training: dict[str, object], moment: datetime | None) -> None:
    assert TrainingRecord.of(training, PATH).trained_at() == moment
