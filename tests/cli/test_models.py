"""`models` lists and deletes models; memories and the files of a person stay."""

import contextlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

import toys
from foreword.cli.inventory import delete, parts_of
from foreword.errors import ModelMissing
from foreword.modelfolder import names
from foreword.modelfolder.versions import keep, put_aside
from foreword.personal.run_folder import locked
from foreword.runtime.model import Model
from program import CommandLine
from trainings import learned


def make(path: Path, **training: object) -> Path:
    path.parent.mkdir(exist_ok=True)
    return toys.writer(path, training=training).path


@pytest.fixture
def work(home: Path) -> Path:
    """A model with a previous version, a version kept aside, an interrupted run and a memory."""
    keep(make(home / "work", date="2026-01-01"))
    shutil.rmtree(home / "work")
    model = make(home / "work", date="2026-01-02", held_out={"test": {"bits_per_character": 1.5}})
    shutil.copytree(model, put_aside(model))
    (home / "work.run").mkdir()
    (home / "work.run" / "plan.json").write_text("{}", encoding="utf-8")
    learned(model, ["see you"])
    return model


def test_models_prints_one_line_per_model_and_marks_the_default(
    foreword: CommandLine, work: Path, home: Path, toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "shipped_folder", lambda: toy)
    foreword("learn", "-", "-m", "notes", stdin=b"see you\n")
    (make(home / "broken") / "config.json").write_bytes(b"{")
    make(home / "my copy")  # an invalid model name, but the folder is a model
    outcome = foreword("models")
    lines = {line[2:].split("  ")[0]: line for line in outcome.out.splitlines()}
    assert sorted(lines) == ["broken", "my copy", "notes", "toy", "work"]
    assert [name for name, line in lines.items() if line.startswith("*")] == ["toy"]
    assert "2026-01-02, " in lines["work"]
    there = "1 earlier version, a version kept aside, a training interrupted, memory "
    assert f"1.500 bits per character, {there}" in lines["work"]
    assert "no network, uses base, memory " in lines["notes"]
    assert "cannot be used: " in lines["broken"]
    rows = {row["name"]: row for row in json.loads(foreword("models", "--json").out)}
    assert rows["work"]["bytes"] == sum(path.stat().st_size for path in work.rglob("*") if path.is_file())
    assert (rows["work"]["versions"], rows["work"]["run"]) == (1, "interrupted")
    assert rows["toy"]["default"]
    assert rows["notes"]["date"] is None


def test_models_delete_removes_parts_or_all_but_the_memory(
    foreword: CommandLine, work: Path, home: Path
) -> None:
    refused = foreword("models", "delete", "work")
    assert refused.code == 2
    copy = shutil.copytree(home, home.with_name("copy"))
    for part in ("versions", "run"):
        assert foreword("models", "delete", "work", f"--{part}", "--yes", FOREWORD_HOME=str(copy)).code == 0
        assert not (copy / f"work.{part}").exists()
        assert (copy / "work").is_dir()
    missing = foreword("models", "delete", "work", "--run", "--yes", FOREWORD_HOME=str(copy))
    assert (missing.code, missing.err.startswith(f"foreword: {copy / 'work'} has no ")) == (1, True)
    whole = "the network and the earlier versions and the interrupted training of work"
    assert refused.err == f"foreword: to delete {whole}, add --yes\n"
    assert work.is_dir()
    outcome = foreword("models", "delete", "work", "--yes")
    assert outcome.err.splitlines() == [
        f"Deleted {whole}",
        f"Its memory is kept: {home / 'work.memory'}; to empty it: foreword memory clear -m work",
    ]
    assert [path.name for path in home.iterdir()] == ["work.memory"]


def test_rollback_restores_a_version_and_refuses_the_base_model(
    foreword: CommandLine, work: Path, toy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for option, version in ([], "2026-01-01"), (["--aside"], "2026-01-02, 1.500 bits per character"):
        assert foreword("rollback", "-m", work, *option).err == f"work is now the version of {version}\n"
    monkeypatch.setattr(names, "shipped_folder", lambda: toy)
    outcome = foreword("rollback")
    assert (outcome.code, outcome.out) == (1, "")
    assert outcome.err.startswith("foreword: the base model has no versions; rollback is for a model of your")


def test_models_delete_never_deletes_the_base_or_foreign_files(
    foreword: CommandLine, work: Path, toy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(names, "shipped_folder", lambda: toy)
    monkeypatch.setattr("foreword.cli.inventory.shipped_folder", lambda: toy)
    make(work.with_name("base"))
    (tmp_path / "project").mkdir()
    (tmp_path / "project" / "config.json").write_text("{}", encoding="utf-8")
    (tmp_path / "project.run").mkdir()
    (work / "thesis.txt").write_text("mine", encoding="utf-8")
    (tmp_path / "loop").symlink_to("loop")
    make(tmp_path / "stranger")
    (tmp_path / "photos" / "2024").mkdir(parents=True)
    (tmp_path / "stranger.versions").symlink_to("photos")
    others = (tmp_path / name for name in ("loop", "project", "stranger"))
    for given in ("base", toy, *others, "work"):
        for option in ([], ["--run"], ["--versions"]):
            outcome = foreword("models", "delete", given, *option, "--yes")
            assert outcome.code in (1, 2)
            assert outcome.err.count("\n") == 1
    assert (toy / "config.json").exists()
    assert (tmp_path / "project.run").exists()
    assert (tmp_path / "photos" / "2024").exists()
    assert (work / "thesis.txt").exists()


@pytest.mark.parametrize(
    ("beside", "parts"),
    [
        ("versions/000001", ["versions"]),
        ("versions/aside", ["versions"]),
        ("versions/photos", []),
        ("run/corpus", ["run"]),
        ("run/thesis", []),
    ],
)
def test_elsewhere_only_our_files_are_parts_of_a_model(tmp_path: Path, beside: str, parts: list[str]) -> None:
    (tmp_path / f"me.{beside}").mkdir(parents=True)
    assert parts_of(tmp_path / "me") == parts


def test_a_training_prevents_deletion_and_rollback(foreword: CommandLine, work: Path, home: Path) -> None:
    with locked(home / "work.run"):
        assert json.loads(foreword("models", "--json").out)[0]["run"] == "under way"
        outcomes = [foreword("models", "delete", "work", "--yes"), foreword("rollback", "-m", "work")]
    refused = f"foreword: another process trains {work}; wait for its end, or stop it first\n"
    assert [(outcome.code, outcome.err) for outcome in outcomes] == [(1, refused)] * 2
    assert len(parts_of(work)) == 3


@pytest.mark.parametrize("beside", [".new", ".old"])
def test_a_deletion_is_atomic(work: Path, home: Path, beside: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """This also holds if an interrupted training left a model that a reader would move into place."""
    shutil.copytree(work, home / f".work{beside}")
    steps, rmtree = 0, shutil.rmtree

    def killed(step: Callable[..., object], after: int) -> Callable[..., object]:
        def wrapped(*given: object, **more: object) -> object:
            nonlocal steps
            steps += 1
            if steps > after:
                if step is rmtree:  # killed in the middle of it
                    next(each for each in Path(str(given[0])).rglob("*.json")).unlink()
                raise KeyboardInterrupt
            return step(*given, **more)

        return wrapped

    for after in range(30):
        steps = 0
        with monkeypatch.context() as patch:
            patch.setattr(Path, "rename", killed(Path.rename, after))
            patch.setattr(shutil, "rmtree", killed(rmtree, after))
            try:
                delete(work, parts_of(work))
            except KeyboardInterrupt:
                pass
            else:
                break
        with contextlib.suppress(ModelMissing):
            Model.open(work)
    assert after > 3
    assert [path.name for path in home.iterdir()] == ["work.memory"]
