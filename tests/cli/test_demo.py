"""The demo makes room for itself, but never at the cost of what somebody else made."""

import shutil
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import toys
from foreword.cli.demo import HALF_TYPED, READ_THE_FIRST, SOURCES, _parted, _show_savings
from foreword.corpus.prepare import prepare
from foreword.corpus.samples import documents
from foreword.modelfolder import run_folder
from foreword.personal.events import Event
from foreword.personal.request import TrainRequest
from foreword.personal.train import train
from foreword.runtime.model import Model
from foreword.text.cleaning import clean
from messages import write_messages
from program import CommandLine
from trainings import asked, stopped


@pytest.fixture(autouse=True)
def base(home: Path) -> Path:
    """A model that comes with Foreword; the real one changes from release to release."""
    return toys.writer(home / "base", training={"sources": [{"name": "novels.txt", "sha256": "1"}]}).path


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[TrainRequest]:
    """The trainings that a demo begins: each is stopped at once."""
    requests: list[TrainRequest] = []

    def begin(request: TrainRequest, *, begun: float, **_: object) -> Iterator[Event]:
        assert begun <= time.perf_counter()
        requests.append(request)
        return iter(())

    monkeypatch.setattr("foreword.personal.train.train", begin)
    return requests


def model_of(home: Path, *sources: str, before: tuple[str, ...] = ()) -> Path:
    """A model named demo that says it learned from `sources`, and `before` that from others."""
    listed, earlier = ([{"name": name, "sha256": "0"} for name in names] for names in (sources, before))
    training = {"sources": listed, "history": [{"sources": earlier}]}
    return toys.writer(home / "demo", training=training).path


def run_of(home: Path, folder: Path) -> Path:
    """An unfinished run of that name."""
    stopped(train(asked(write_messages(folder, lines=20), home / "demo"), lambda: True))
    return run_folder(home / "demo")


@pytest.mark.parametrize(
    ("sources", "before"),
    [((), ()), (("sample:chitchat", "diary.txt"), ()), (("sample:chitchat",), ("diary.txt",))],
)
def test_a_model_of_ones_own_is_not_replaced(
    foreword: CommandLine,
    home: Path,
    begun: list[TrainRequest],
    sources: tuple[str, ...],
    before: tuple[str, ...],
) -> None:
    path = model_of(home, *sources, before=before)
    outcome = foreword("demo")
    assert outcome.code == 1
    assert outcome.err.startswith(f"foreword: the demo would replace {path}; rename or delete it")
    assert begun == []


def test_an_unfinished_run_of_ones_own_is_kept(foreword: CommandLine, home: Path, tmp_path: Path) -> None:
    run = run_of(home, tmp_path)
    outcome = foreword("demo")
    assert outcome.code == 1
    assert outcome.err.startswith(f"foreword: the demo would replace {run}; rename or delete it")
    assert (run / "checkpoint.safetensors").exists()


def test_what_an_earlier_demo_left_makes_room(
    foreword: CommandLine,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    begun: list[TrainRequest],
) -> None:
    model = model_of(home, "sample:chitchat-9", before=("novels.txt", "sample:chitchat"))
    run = run_of(home, tmp_path)
    read = ("sample:chitchat-9", "novels.txt")
    monkeypatch.setattr("foreword.personal.run_folder.run_sources", lambda _: read)
    outcome = foreword("demo")
    assert outcome.code == 130
    assert [request.asked.to for request in begun] == [home / "demo"]
    assert not run.exists()
    assert not model.exists()


def test_the_first_screen_comes_before_anything_is_learned(
    foreword: CommandLine, begun: list[TrainRequest]
) -> None:
    shown = foreword("demo").out.splitlines()
    assert shown[0] == "Foreword finishes the words you type. It does not know you yet, and says:"
    assert [line.split("▏")[0].strip() for line in shown if "▏" in line] == list(HALF_TYPED)
    assert begun[0].beginnings[0].model is not None
    assert begun[0].beginnings[0].model.path.name == "base"


@pytest.mark.parametrize(("digest", "chosen"), [("2", 0), (READ_THE_FIRST, 1)])
def test_the_person_is_one_whom_the_base_has_not_read(
    foreword: CommandLine, home: Path, begun: list[TrainRequest], digest: str, chosen: int
) -> None:
    before = [{"sources": [{"name": "sample:chitchat", "sha256": digest}]}]
    shutil.rmtree(home / "base")
    toys.writer(home / "base", training={"sources": [], "history": before})
    foreword("demo")
    assert begun[0].learned.sources == (SOURCES[chosen],)


def test_the_keys_after_are_those_of_what_was_learned(
    home: Path, base: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A random network knows nothing; the memory that has learned the same messages saves many keys."""
    toys.writer(home / "demo")
    said = ["abccba cabbac bacabc", "cabcab bcabca ababab"]
    _show_savings(Model.open(base), said * 20, said * 6, seconds=60.0)
    shown = capsys.readouterr().out.splitlines()
    (before,), (after,), (most,) = (
        [float(line.split()[-2]) for line in shown if line.strip().startswith(name)]
        for name in ("before it learned", "after", "if it always knew")
    )
    assert "It learned 40 messages of theirs." in shown
    assert "Then 12 later messages were typed with its help." in shown
    assert before + 10 < after <= most
    old, new = next(line for line in shown if "→" in line).split()[::2][:2]
    assert int(old) > int(new)


@pytest.mark.slow
def test_the_messages_typed_are_those_held_out_to_test(tmp_path: Path) -> None:
    """None of them was trained on, or chosen by; those that are learned came before them."""
    corpus = prepare([SOURCES[0]], tmp_path / "corpus")
    assert corpus.validation is not None
    assert corpus.test is not None
    earlier, later = _parted(SOURCES[0], corpus.validation.characters + corpus.test.characters)
    tested = corpus.tokenizer.decode(corpus.test.ids[1:].astype("int64"))
    assert len(later) > 100
    assert clean("\n".join(later)) == tested[-len("\n".join(later)) - 1 :].strip("\n")
    assert earlier[0] == next(documents(SOURCES[0])).text
