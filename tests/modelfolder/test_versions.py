"""A replaced model is kept as a version, and a rollback restores it."""

import json
import shutil
from pathlib import Path

import pytest

from foreword.errors import ModelMissing
from foreword.modelfolder.versions import (
    KEPT,
    earlier_versions,
    keep,
    prune,
    put_aside,
    roll_back,
    take_aside,
    versions_folder,
    versions_of,
)
from foreword.runtime.model import Model
from trainings import toy


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return toy(tmp_path / "me").path


def trained(model: Path, number: int) -> None:
    """Replace the model by another version, as training does."""
    keep(model)
    anew = model.with_name("anew")
    shutil.copytree(model, anew)
    record = {"date": f"2026-01-{number:02}", "held_out": {"test": {"bits_per_character": number / 10}}}
    (anew / "training.json").write_text(json.dumps(record), "utf-8")
    shutil.rmtree(model)
    anew.rename(model)
    prune(model)


def date(model: Path) -> object:
    return Model.open(model).folder.training.get("date")


def test_rollback_restores_the_kept_versions_one_by_one(model: Path) -> None:
    for number in range(1, 6):
        trained(model, number)
    assert len([*model.with_name("me.versions").iterdir()]) == KEPT
    assert len(earlier_versions(model)) == KEPT
    back = [roll_back(model) for _ in range(KEPT)]
    assert earlier_versions(model) == []
    assert [version.date for version in back] == ["2026-01-04", "2026-01-03", "2026-01-02"]
    assert back[0].bits_per_character == 0.4
    assert date(model) == "2026-01-02"
    with pytest.raises(ModelMissing, match="me has no earlier version; a training keeps the last 3 models"):
        roll_back(model)


def test_rollback_keeps_the_replaced_model_as_a_version(model: Path) -> None:
    trained(model, 1)
    trained(model, 2)
    roll_back(model)
    assert date(model) == "2026-01-01"
    trained(model, 3)
    assert [date(path) for path in versions_of(model)] == [None, "2026-01-02", "2026-01-01"]
    roll_back(model)
    assert date(model) == "2026-01-01"


def test_a_kept_version_does_not_change_when_the_model_is_replaced(model: Path) -> None:
    before = (model / "model.safetensors").read_bytes()
    trained(model, 1)
    (kept,) = versions_of(model)
    assert (kept / "model.safetensors").read_bytes() == before
    assert kept.stat().st_mode & 0o077 == 0 or kept.parent.stat().st_mode & 0o077 == 0


def test_a_training_deletes_the_rest_of_versions_that_a_killed_one_was_deleting(model: Path) -> None:
    trained(model, 1)
    folder = versions_folder(model)
    for name in (".000001.draft-x", "draft-000001"):
        shutil.copytree(model, folder / name)
    trained(model, 2)
    assert sorted(path.name for path in folder.iterdir()) == ["000001", "000002"]


def test_of_a_link_among_the_versions_only_the_link_is_deleted(model: Path, tmp_path: Path) -> None:
    """A stranger's link may lead to a folder of the person's own."""
    other = shutil.copytree(model, tmp_path / "mine")
    aside = put_aside(model)
    for name in ("000001", "000002", "000003", "000004", "aside"):
        aside.with_name(name).symlink_to(other)
    trained(model, 1)
    take_aside(model)
    assert [path.name for path in versions_of(model)] == ["000004", "000005", "000006"]
    assert (other / "config.json").is_file()


def test_a_killed_rollback_leaves_no_half_of_a_version(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    delete = shutil.rmtree

    def killed(folder: Path, ignore_errors: bool = False) -> None:
        if "aside" not in folder.name:
            return delete(folder, ignore_errors=ignore_errors)
        next(folder.rglob("config.json")).unlink()
        raise KeyboardInterrupt

    shutil.copytree(model, put_aside(model))
    monkeypatch.setattr("shutil.rmtree", killed)
    with pytest.raises(KeyboardInterrupt):
        take_aside(model)
    monkeypatch.undo()
    with pytest.raises(ModelMissing, match="no model is kept aside for me"):
        take_aside(model)


def test_rollback_replaces_a_model_with_a_damaged_record_and_goes_past_a_damaged_version(
    model: Path,
) -> None:
    for number in (1, 2, 3, 4):
        trained(model, number)
    (model / "training.json").unlink()  # its other name is in the versions
    (model / "training.json").write_text("{", "utf-8")
    (versions_of(model)[-1] / "config.json").unlink()
    assert [roll_back(model).date for _ in range(2)] == ["2026-01-02", "2026-01-01"]
    assert date(model) == "2026-01-01"


def test_rollback_keeps_a_link_to_the_model_and_what_it_can_of_a_damaged_model(model: Path) -> None:
    trained(model, 1)
    model.rename(model.with_name("real"))
    model.symlink_to("real")
    (model / "README.md").unlink()
    (model / "README.md").symlink_to("nowhere")
    (kept,) = versions_of(model)
    assert roll_back(model).date == "an unknown day"
    assert model.readlink() == Path("real")
    assert (model / "README.md").read_bytes() == (kept / "README.md").read_bytes()
