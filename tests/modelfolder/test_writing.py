"""Writing always leaves the old model or the new one, complete, and never destroys other files."""

import dataclasses
import errno
import os
import shutil
import stat
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from foreword.errors import ModelError, ModelForeign, ModelMissing, ModelTruncated
from foreword.modelfolder import read
from foreword.modelfolder.writing import check_destination, write
from marked_models import contents_of, marker_of
from toys import ngrams

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither fork nor file modes")

COUNTED = ngrams({(): {"dog": 0.5, "Tux": 0.5}})
KILLED_WRITER = """
import os, pathlib, shutil, signal, sys
from marked_models import contents_of
from foreword.modelfolder.writing import write

def killing(function):
    def call(*arguments, **options):
        global left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **options)
    return call

old, out = map(pathlib.Path, sys.argv[1:])
os.fsync = killing(lambda descriptor: None)  # what is not on the disk yet is there for other processes
os.rmdir, pathlib.Path.rename = killing(os.rmdir), killing(pathlib.Path.rename)
status = at = 1
while status != 0:
    (out / str(at)).mkdir(parents=True)
    shutil.copytree(old, out / str(at) / "me")
    child = os.fork()
    if child == 0:
        left = at
        write(out / str(at) / "me", contents_of(2))
        os._exit(0)
    status, at = os.waitpid(child, 0)[1], at + 1
"""


@pytest.mark.slow
@posix
def test_a_writer_killed_at_any_step_leaves_the_old_model_or_the_new_one(model: Path, tmp_path: Path) -> None:
    """Each writer is killed a step later; the last one is not killed."""
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[1])}
    command = [sys.executable, "-c", KILLED_WRITER, str(model), str(tmp_path / "out")]
    subprocess.run(command, check=True, env=environment)
    folders = sorted((tmp_path / "out").iterdir(), key=lambda folder: int(folder.name))
    places = [folder / "me" for folder in folders]
    assert any(not place.exists() for place in places), "no writer was killed between the two moves"
    markers = [marker_of(place) for place in places]
    assert markers == sorted(markers)
    assert set(markers) == {1, 2}
    last = [place for place in places if list(place.parent.glob(".me.draft-*"))][-1]
    for draft in last.parent.glob(".me.draft-*"):
        os.utime(draft, (time.time() - 7200,) * 2)
    write(last, contents_of(3))
    assert (marker_of(last), list(last.parent.iterdir())) == (3, [last])


def test_a_draft_of_another_writer_is_not_deleted(model: Path) -> None:
    (draft := model.with_name(".whole.draft-other")).mkdir()
    write(model, contents_of(1))
    assert draft.is_dir()


@posix
def test_a_model_folder_has_the_designed_files_for_its_owner_only(model: Path) -> None:
    write(model, contents_of(2))
    names = sorted(path.relative_to(model).as_posix() for path in model.rglob("*") if path.is_file())
    inside = "model.safetensors onnx/model.onnx onnx/model_quantized.onnx tokenizer.json training.json"
    assert " ".join(names) == f"README.md config.json curve.svg {inside}"
    assert stat.S_IMODE(model.stat().st_mode) == 0o700
    assert [item.name for item in model.parent.iterdir()] == ["whole"]


@posix
def test_a_link_to_a_model_stays_and_its_target_is_replaced(model: Path, tmp_path: Path) -> None:
    link = tmp_path / "elsewhere" / "me"
    link.parent.mkdir()
    link.symlink_to(model)
    write(link, contents_of(2))
    assert link.is_symlink()
    assert marker_of(model) == 2


def test_a_transposed_array_is_stored_in_the_order_of_its_axes(model: Path) -> None:
    turned = np.arange(12, dtype=np.float32).reshape(3, 4).T
    weights = {**contents_of(1).weights, "embed.weight": turned}
    write(model, dataclasses.replace(contents_of(1), weights=weights))
    np.testing.assert_array_equal(read(model).weights()["embed.weight"], turned)


@pytest.mark.parametrize(
    "wrong",
    [{"graph": None, "quantized": None}, {"weights": {}}, {"tokenizer_json": ""}, {"graph": b"x" * 2**25}],
)
def test_unreadable_contents_do_not_replace_a_model(model: Path, wrong: dict[str, Any]) -> None:
    with pytest.raises(ModelError):
        write(model, dataclasses.replace(contents_of(2), **wrong))
    assert marker_of(model) == 1
    assert [item.name for item in model.parent.iterdir()] == ["whole"]


@pytest.mark.parametrize("name", ["notes/letter.txt", "notes/config.json", "notes"])
def test_a_path_that_is_not_a_model_is_never_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).write_text("{}")
    with pytest.raises(ModelForeign, match=r"is there, but is no model of Foreword's; choose another name"):
        write(tmp_path / "notes", contents_of(1))
    assert (tmp_path / name).read_text() == "{}"


def test_a_folder_with_other_files_is_not_replaced(model: Path) -> None:
    (model / ".git").mkdir()
    for ask in (check_destination, lambda model: write(model, contents_of(2))):
        with pytest.raises(ModelForeign, match=r"\.git is not part of a model, and the new model would"):
            ask(model)


def test_a_damaged_model_or_an_empty_folder_may_be_replaced(model: Path, tmp_path: Path) -> None:
    (model / "model.safetensors").unlink()
    (model / ".lexicon.txt.0a1b2c3d.draft").touch()  # of a killed forget
    (tmp_path / "empty").mkdir()
    for place in (model, tmp_path / "empty"):
        check_destination(place)
        write(place, contents_of(2))
        assert marker_of(place) == 2


def test_a_deleted_model_does_not_come_back(model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The leftover of a swap that only had to clean up must not be taken for an interrupted swap."""

    def full(**_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    shutil.copytree(model, model.with_name(".whole.old"))
    with monkeypatch.context() as patch:
        patch.setattr("tempfile.mkdtemp", full)
        assert marker_of(model) == 1
    assert marker_of(model) == 1
    shutil.rmtree(model)
    with pytest.raises(ModelMissing):
        read(model)


def test_a_word_list_and_n_grams_are_optional_and_belong_to_their_model(tmp_path: Path) -> None:
    def found() -> tuple[str | None, bytes | None]:
        folder = read(tmp_path / "me")
        counted = folder.ngrams()
        return folder.lexicon(), None if counted is None else bytes(counted)

    write(tmp_path / "me", dataclasses.replace(contents_of(1), lexicon="dog\nTux\n", ngrams=COUNTED))
    assert found() == ("dog\nTux\n", COUNTED)
    with pytest.raises(ModelTruncated, match="ngrams"):
        write(tmp_path / "me", dataclasses.replace(contents_of(1), ngrams=COUNTED[:-3]))
    assert found() == ("dog\nTux\n", COUNTED)
    write(tmp_path / "me", contents_of(2))
    assert found() == (None, None)
