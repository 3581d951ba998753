"""What an audit has found is kept with the model, which stays the same model."""

import json
from pathlib import Path

import pytest

import toys
from foreword.assess.canaries import Leaks, Level, Repetition
from foreword.errors import ModelMismatch
from foreword.modelfolder import names, read, writing
from foreword.personal.stating import state
from foreword.personal.versions import keep, roll_back, versions_of
from foreword.runtime.model import Model
from foreword.text.tokenizer import characters_tokenizer

LEAKS = Leaks(
    date="2026-11-25",
    seed=0,
    levels=tuple(Level(times=times, exposures=(1.0, 2.0), drawn=0) for times in (0, 1, 2, 4, 8, 16)),
    searched=(),
    repetition=Repetition(
        steps=1, own_steps=1, passes=1.0, own_passes=1.0, seconds=1.0, ended="time", start=None, share=0.01
    ),
)


@pytest.fixture
def model(tmp_path: Path) -> Model:
    tokenizer = characters_tokenizer(dict.fromkeys("abc ", 9))
    graph = toys.recurrent_graph(toys.preferring(tokenizer, b"abc"))
    return toys.model(tmp_path / "me", tokenizer, graph, {"date": "2026-01-01", "secrets": {"key": 2}})


def test_record_and_card_tell_and_no_other_file_changes(model: Model) -> None:
    (model.path / "curve.png").write_bytes(b"\x89PNG")
    before = {path: path.read_bytes() for path in model.path.rglob("*") if path.is_file()}
    state(model.path, LEAKS)
    after = {path: path.read_bytes() for path in model.path.rglob("*") if path.is_file()}
    assert {path.name for path in before if before[path] != after[path]} == {names.TRAINING, names.CARD}
    assert before.keys() == after.keys()
    record = json.loads((model.path / names.TRAINING).read_text("utf-8"))
    assert record == {
        "date": "2026-01-01",
        "secrets": {"key": 2},
        "audit": json.loads(json.dumps(LEAKS.figures())),
    }
    card = (model.path / names.CARD).read_text("utf-8")
    assert card.startswith("A toy.\n\n## Secrets\n")
    assert "2 keys" in card
    assert LEAKS.verdict in card
    assert [path.name for path in model.path.parent.iterdir()] == ["me"]


def test_it_stays_the_same_model_to_its_memory_and_a_later_audit_replaces_the_earlier(model: Model) -> None:
    state(model.path, LEAKS)
    first = (model.path / names.CARD).read_text("utf-8")
    assert Model.open(model.path).key == model.key
    state(model.path, LEAKS)
    assert (model.path / names.CARD).read_text("utf-8") == first


def test_the_version_in_use_is_known_after_an_audit(model: Model) -> None:
    """Else a way back would lead to the same model without its audit."""
    keep(model.path)
    (model.path / names.TRAINING).unlink()  # it is one file with that of the version
    (model.path / names.TRAINING).write_text('{"date": "2026-02-02"}', "utf-8")
    keep(model.path)
    state(model.path, LEAKS)
    assert roll_back(model.path).date == "2026-01-01"
    assert len(versions_of(model.path)) == 2


def test_a_version_that_is_kept_is_not_changed(model: Model) -> None:
    keep(model.path)
    state(model.path, LEAKS)
    (version,) = versions_of(model.path)
    assert "audit" not in json.loads((version / names.TRAINING).read_text("utf-8"))


def test_a_model_that_was_replaced_meanwhile_stays_as_it_is_now(
    model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = read(model.path)
    (model.path / names.CONFIG).write_text((model.path / names.CONFIG).read_text("utf-8") + "\n", "utf-8")
    with pytest.raises(ModelMismatch, match="was replaced while it was being read"):
        writing.amend(folder, training={}, card="Mine now.")
    assert (model.path / names.CARD).read_text("utf-8") == "A toy."
    assert [path.name for path in model.path.parent.iterdir()] == ["me"]
