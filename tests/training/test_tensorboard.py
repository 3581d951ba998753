"""A TensorBoard log is read back as TensorBoard reads it."""

from pathlib import Path

import pytest

from foreword.errors import MissingExtra, OptionError, RunError
from foreword.training import tensorboard
from foreword.training.tensorboard import open_log, require_tensorboard
from logs import curves


def test_figures_after_the_step_of_a_resumed_run_are_void(tmp_path: Path) -> None:
    for after, steps in ((0, range(1, 8)), (4, range(5, 10))):
        with open_log(tmp_path / "log", after=after) as log:
            for step in steps:
                log.add_scalar("a", float(step + 100 * after), step)
    assert [step for step, _ in curves(tmp_path / "log")["a"]] == list(range(1, 10))
    assert dict(curves(tmp_path / "log")["a"])[5] == 405.0


def test_where_tensorboard_or_a_folder_is_missing_an_error_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(OptionError, match="is a file; name a folder for the log"):
        require_tensorboard(tmp_path / "file")
    with (
        pytest.raises(RunError, match="choose another folder with --tensorboard"),
        open_log(tmp_path / "file" / "log", after=0),
    ):
        pass
    monkeypatch.setattr(tensorboard, "find_spec", lambda _: None)
    with pytest.raises(MissingExtra, match=r'pip install "foreword\[tensorboard\]"'):
        require_tensorboard(tmp_path)
