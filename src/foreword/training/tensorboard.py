"""A log of a run for TensorBoard, written by PyTorch's `SummaryWriter`."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from foreword.errors import MissingExtra, OptionError, RunError

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

FLUSH_SECONDS: Final = 20
"""A kill costs so many seconds of the log: as much as of the training itself."""


def require_tensorboard(folder: Path) -> None:
    """See that TensorBoard is installed, and that `folder` is no file; or raise MissingExtra, or OptionError."""
    if folder.exists() and not folder.is_dir():
        raise OptionError(f"--tensorboard {folder} is a file; name a folder for the log")
    if find_spec("tensorboard") is None:
        raise MissingExtra('a log for TensorBoard needs TensorBoard: pip install "foreword[tensorboard]"')


@contextmanager
def open_log(folder: Path, *, after: int) -> Iterator["SummaryWriter"]:
    """A log in `folder`, closed at the end. What a killed run wrote there of steps after `after` no longer counts.

    Raises:
        MissingExtra: TensorBoard is not installed.
        RunError: The folder cannot be written to.
    """
    require_tensorboard(folder)
    from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415 - slow to import, and seldom asked for

    try:
        writer = SummaryWriter(str(folder), purge_step=after + 1 if after else None, flush_secs=FLUSH_SECONDS)
    except OSError as error:
        raise RunError(f"{folder}: {error.strerror}; choose another folder with --tensorboard") from None
    with writer:
        yield writer
