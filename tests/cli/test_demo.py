"""The demo deletes its own old model and run, but never a model or a run of the user."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import toys
from foreword.cli.demo import HALF_TYPED, SOURCE, _parted, _show_savings
from foreword.corpus.prepare import prepare
from foreword.modelfolder import run_folder
from foreword.personal.events import Event
from foreword.personal.request import TrainRequest
from foreword.personal.train import train
from foreword.runtime.model import Model
from foreword.sources.reading import documents
from foreword.text.cleaning import clean
from messages import write_messages
from program import CommandLine
from trainings import asked, stopped


@pytest.fixture(autouse=True)
def base(home: Path) -> Path:
    """A stand-in for the base model, because the real one changes with each release."""
    return toys.writer(home / "base", training={"sources": [{"name": "novels.txt", "sha256": "1"}]}).path


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[TrainRequest]:
    """The trainings that a demo starts; each one stops at once."""
    requests: list[TrainRequest] = []

    def begin(request: TrainRequest, *, begun: float, **_: object) -> Iterator[Event]:
        assert begun <= time.perf_counter()
        requests.append(request)
        return iter(())

    monkeypatch.setattr("foreword.personal.train.train", begin)
    return requests


def model_of(path: Path, *sources: str, before: tuple[str, ...] = ()) -> Path:
    """A model trained on `sources`; its history names the sources in `before`."""
    listed, earlier = ([{"name": name, "sha256": "0"} for name in names] for names in (sources, before))
    training = {"sources": listed, "history": [{"sources": earlier}]}
    return toys.writer(path, training=training).path


def run_of(home: Path, folder: Path, name: str = "text.txt") -> Path:
    """An unfinished run of the model named demo, on a file of this name."""
    written = write_messages(folder, lines=20)
    stopped(train(asked(written.rename(folder / name), home / "demo"), lambda: True))
    return run_folder(home / "demo")


@pytest.mark.parametrize(
    "made",
    [
        lambda home, _: model_of(home / "demo"),
        lambda home, _: model_of(home / "demo", "sample:chitchat", "diary.txt"),
        lambda home, _: model_of(home / "demo", "sample:chitchat", before=("diary.txt",)),
        run_of,
    ],
)
def test_the_demo_replaces_no_model_and_no_run_of_the_user(
    foreword: CommandLine,
    home: Path,
    tmp_path: Path,
    begun: list[TrainRequest],
    made: Callable[[Path, Path], Path],
) -> None:
    path = made(home, tmp_path)
    outcome = foreword("demo")
    assert outcome.code == 1
    assert outcome.err.startswith(f"foreword: the demo would replace {path}; rename or delete it")
    assert path.exists()
    assert begun == []


def test_the_demo_deletes_the_model_and_the_run_of_a_previous_demo(
    foreword: CommandLine,
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    begun: list[TrainRequest],
) -> None:
    model = model_of(home / "demo", "sample:chitchat", before=("novels.txt",))
    refused = foreword("demo", "--minutes", "0")
    assert (refused.code, refused.out, model.exists()) == (2, "", True)
    monkeypatch.setattr("foreword.cli.demo.SOURCE", str(tmp_path / "mine.txt"))
    run = run_of(home, tmp_path, "mine.txt")
    assert foreword("demo").code == 130
    assert [request.asked.to for request in begun] == [home / "demo"]
    assert not run.exists()
    assert not model.exists()


def test_the_demo_first_shows_the_base_models_words(foreword: CommandLine, begun: list[TrainRequest]) -> None:
    shown = foreword("demo").out.splitlines()
    assert shown[0] == "Foreword finishes the words you type. It does not know you yet, and says:"
    assert [line.split("▏")[0].strip() for line in shown if "▏" in line] == list(HALF_TYPED)
    assert begun[0].to_learn.sources == (SOURCE,)


def test_the_demo_shows_keystroke_savings(home: Path, base: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A random network knows nothing. A memory of the same messages saves many keys."""
    toys.writer(home / "demo")
    said = ["abccba cabbac bacabc", "cabcab bcabca ababab"]
    _show_savings(Model.open(base), said * 20, said * 6, seconds=60.0)
    shown = capsys.readouterr().out.splitlines()
    (before,), (after,), (most,) = (
        [float(line.split()[-2]) for line in shown if line.strip().startswith(name)]
        for name in ("before it learned", "after", "upper bound")
    )
    assert "It learned 40 messages of theirs." in shown
    assert "Then 12 later messages were typed with its help." in shown
    assert before + 10 < after <= most
    old, new = next(line for line in shown if "→" in line).split()[::2][:2]
    assert int(old) > int(new)


@pytest.mark.slow
def test_the_demo_types_only_messages_of_the_test_split(tmp_path: Path) -> None:
    """Neither training nor model selection used them. The learned messages come before them."""
    corpus = prepare([SOURCE], tmp_path / "corpus")
    assert corpus.validation is not None
    assert corpus.test is not None
    earlier, later = _parted(corpus.validation.characters + corpus.test.characters)
    tested = corpus.tokenizer.decode(corpus.test.ids[1:].astype("int64"))
    assert len(later) > 100
    assert clean("\n".join(later)) == tested[-len("\n".join(later)) - 1 :].strip("\n")
    assert earlier[0] == next(documents(SOURCE)).text
