"""The figures of a run as TensorBoard reads them, for those who have it open beside."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, final

from foreword.errors import MissingExtra, OptionError, RunError

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter

FLUSH_SECONDS: Final = 20
"""As old as a checkpoint gets: what a kill costs there, it costs here."""


def require_tensorboard(folder: Path) -> None:
    """See that there is a TensorBoard to write for, and no file where the log is to be.

    Raises:
        OptionError: There is.
        MissingExtra: It is not installed; the message says how to get it.
    """
    if folder.exists() and not folder.is_dir():
        raise OptionError(f"--tensorboard {folder} is a file; name a folder for the log")
    if find_spec("tensorboard") is None:
        raise MissingExtra(
            'a log for TensorBoard needs TensorBoard, not installed here: pip install "foreword[tensorboard]"'
        )


@final
class TensorBoardLog:
    """An open log."""

    def __init__(self, writer: "SummaryWriter") -> None:
        self._writer = writer

    def write(self, step: int, figures: Mapping[str, float]) -> None:
        """Add a point to each curve."""
        for name, value in figures.items():
            self._writer.add_scalar(name, value, step)


@contextmanager
def open_log(folder: Path, *, after: int) -> Iterator[TensorBoardLog]:
    """A log in `folder`, closed in the end. What an earlier part of the run wrote there of steps after `after` is void.

    Raises:
        MissingExtra: TensorBoard is not installed.
        RunError: The folder cannot be written to.
    """
    require_tensorboard(folder)
    from torch.utils.tensorboard import SummaryWriter  # noqa: PLC0415 - slow to import, and seldom asked for

    try:
        writer = SummaryWriter(str(folder), purge_step=after + 1 if after else None, flush_secs=FLUSH_SECONDS)
    except OSError as error:
        raise RunError(
            f"{folder} cannot be written to: {error.strerror}; choose another folder with --tensorboard"
        ) from None
    with writer:
        yield TensorBoardLog(writer)
