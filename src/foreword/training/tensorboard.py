"""A log of a run for TensorBoard, written by PyTorch's `SummaryWriter`."""

from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from foreword.errors import MissingExtra, OptionError, RunError

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

FLUSH_SECONDS: Final = 20  # between two writes; a killed run loses as much of its training


def require_tensorboard(folder: Path) -> None:
    """Raise MissingExtra if TensorBoard is not installed, or OptionError if `folder` is a file."""
    if folder.exists() and not folder.is_dir():
        raise OptionError(f"--tensorboard {folder} is a file; name a folder for the log")
    if find_spec("tensorboard") is None:
        raise MissingExtra('a log for TensorBoard needs TensorBoard: pip install "foreword[tensorboard]"')


@contextmanager
def open_log(folder: Path, *, after: int) -> Iterator["SummaryWriter"]:
    """Yield a log in `folder` and close it at the end. Older entries of steps later than `after` no longer count.

    Raises:
        MissingExtra: TensorBoard is not installed.
        OSError: The folder cannot be written to.
    """
    require_tensorboard(folder)
    from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415 - slow to import, and seldom asked for

    try:
        writer = SummaryWriter(str(folder), purge_step=after + 1 if after else None, flush_secs=FLUSH_SECONDS)
    except OSError as error:
        raise RunError(f"{folder}: {error.strerror}; choose another folder with --tensorboard") from None
    with writer:
        yield writer
