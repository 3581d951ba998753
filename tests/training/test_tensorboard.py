"""A TensorBoard log is read back as TensorBoard reads it."""

import importlib.util
from pathlib import Path

import pytest

from foreword.errors import MissingExtra, RunError
from foreword.training import tensorboard
from foreword.training.tensorboard import open_log
from logs import curves


def test_each_figure_is_a_curve_of_its_own(tmp_path: Path) -> None:
    with open_log(tmp_path / "log", after=0) as log:
        for step in (1, 2):
            log.write(step, {"a": 0.5 * step, "b/c": 8.0})
    assert curves(tmp_path / "log") == {"a": [(1, 0.5), (2, 1.0)], "b/c": [(1, 8.0), (2, 8.0)]}


def test_what_was_written_after_the_step_that_a_run_goes_on_from_is_void(tmp_path: Path) -> None:
    for after, steps in ((0, range(1, 8)), (4, range(5, 10))):
        with open_log(tmp_path / "log", after=after) as log:
            for step in steps:
                log.write(step, {"a": float(step + 100 * after)})
    assert [step for step, _ in curves(tmp_path / "log")["a"]] == list(range(1, 10))
    assert dict(curves(tmp_path / "log")["a"])[5] == 405.0


def test_without_tensorboard_it_is_said_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tensorboard, "find_spec", lambda _: None)
    with (
        pytest.raises(MissingExtra, match=r'pip install "foreword\[tensorboard\]"'),
        open_log(tmp_path, after=0),
    ):
        pass


def test_a_folder_that_cannot_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(RunError, match="choose another folder with --tensorboard"):  # noqa: SIM117
        with open_log(tmp_path / "file" / "log", after=0):
            pass


def test_it_is_installed_where_foreword_is_developed() -> None:
    assert importlib.util.find_spec("tensorboard") is not None
