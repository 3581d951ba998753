"""One corpus for all processes of a team: prepared by the first one, and anew on each machine that cannot see it.

Machines that share a file system read the first one's; any other prepares its own from sources of the same names, and
the two are compared. What a machine has prepared for itself lies in a run folder without a plan, and goes with the run.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from foreword.corpus.prepare import Corpus
from foreword.errors import RunError
from foreword.personal.lock import held
from foreword.training.distribute import Team
from foreword.training.plan import NAME as PLAN


def lend(corpus: Corpus, team: Team) -> None:
    """Let the others have what the first process has prepared; it waits until they do, for it may delete it."""
    team.told(lambda: "" if team.on_one_machine else digest(corpus.folder))
    team.meet()  # each machine has it
    team.meet()  # each process has opened it


@contextmanager
def borrowed(team: Team, run: Path, prepare: Callable[[], Corpus] | None) -> Iterator[Corpus]:
    """The first process's corpus, for another one, while inside; on a machine that has not got it, by `prepare`.

    Raises:
        RunError: It is not there and cannot be prepared, or what was prepared is another text.
    """
    folder, wanted = run / "corpus", team.told(str)
    missing = team.leads and not team.on_one_machine and digest(folder) != wanted
    if missing and prepare is None:
        raise RunError(
            f"the text that the run learns from is not in {folder} on this machine; copy it there from the first "
            "machine, and start all again"
        )
    with ExitStack() as lock:
        if missing and prepare is not None:
            lock.enter_context(held(run))
            _prepare_own(run, prepare, wanted)
        team.meet()
        corpus = Corpus.open(folder)
        team.meet()
        yield corpus


def tell_end(team: Team, *, finished: bool) -> None:
    """Let processes of other machines know whether their copy of the text is needed any more."""
    if not team.on_one_machine:
        team.told(lambda: finished)


def await_end(team: Team, run: Path) -> None:
    """Wait until the model is made; where this machine had a copy of the text, it is deleted then."""
    if not team.on_one_machine and team.told(bool) and team.leads and not (run / PLAN).exists():
        shutil.rmtree(run, ignore_errors=True)


def digest(folder: Path) -> str:
    """The SHA-256 of what a network learns from in a corpus: its tokenizer and its ids; of nothing, if it has none."""
    total = hashlib.sha256()
    for path in sorted([*folder.glob("tokenizer.json"), *folder.glob("*.ids")]):
        with path.open("rb") as file:
            total.update(path.name.encode() + hashlib.file_digest(file, "sha256").digest())
    return total.hexdigest()


def _prepare_own(run: Path, prepare: Callable[[], Corpus], wanted: str) -> None:
    if (run / PLAN).exists():
        raise RunError(
            f"{run} holds an unfinished run of this machine alone; finish it first, or delete that folder"
        )
    shutil.rmtree(run, ignore_errors=True)
    run.mkdir(parents=True, mode=0o700)
    own = prepare()
    if digest(own.folder) != wanted:
        shutil.rmtree(run, ignore_errors=True)
        names = ", ".join(source.name for source in own.sources)
        raise RunError(
            f"{names} on this machine is not the text that the first machine has under that name; copy it from there"
        )
