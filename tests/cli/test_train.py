"""`train` on the command line: any text, interrupted and continued trainings, and wrong options."""

import json
import signal
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from foreword.modelfolder.names import PLAN
from foreword.personal.run_folder import locked
from messages import RECIPE_FILE, messages
from program import CommandLine, ran

SCRIPTS = """Ἐν ἀρχῇ ἦν ὁ λόγος, καὶ ὁ λόγος ἦν πρὸς τὸν θεόν.
नमस्ते दुनिया, आप कैसे हैं? मैं ठीक हूँ।
السلام عليكم، كيف حالك اليوم؟ الحمد لله
吾輩は猫である。名前はまだ無い。どこで生れたか見当がつかぬ。
สวัสดีครับ วันนี้อากาศดีมาก ไปเที่ยวกันไหม
👩‍👩‍👧‍👦 ok 👍🏽 ❤️ 1️⃣ 🏴\U000e0067\U000e0062\U000e007f lol 🙂🙂
"""
TEXTS = {
    "of many scripts": SCRIPTS * 2,
    "fifty characters": messages(20).replace("\n", " ")[:50],
    "one character": "x",
}
SHORT = ("--recipe", "tiny.toml", "--steps")


@pytest.fixture(scope="module", autouse=True)
def quick() -> Iterator[None]:
    """Do not type held-out messages, which takes long."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("foreword.personal.train.backtest", lambda *_, **__: iter(()))
        yield


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder with a recipe and two texts."""
    monkeypatch.chdir(tmp_path)
    Path("tiny.toml").write_text(RECIPE_FILE, encoding="utf-8")
    Path("old.txt").write_text(messages(60), encoding="utf-8")
    Path("new.txt").write_text("Grüße! Alles ist anders hier, ganz und gar. ☀\n" * 60, encoding="utf-8")


@pytest.fixture
def begun(foreword: CommandLine) -> CommandLine:
    """The model `me` was trained on the old text."""
    assert foreword("train", "old.txt", *SHORT, "20").code == 0
    return foreword


def record(home: Path, model: str = "me") -> dict[str, Any]:
    found: dict[str, Any] = json.loads((home / model / "training.json").read_text("utf-8"))
    return found


@pytest.mark.slow
@pytest.mark.parametrize("kind", TEXTS)
def test_a_model_of_any_text_can_be_evaluated_and_used(foreword: CommandLine, home: Path, kind: str) -> None:
    Path("text.txt").write_bytes(TEXTS[kind].encode())
    trained = foreword("train", "text.txt", *SHORT, "4")
    assert trained.code == 0, trained.err
    cleaned = unicodedata.normalize("NFC", TEXTS[kind])
    figures = json.loads(foreword("evaluate", "text.txt", "--json", "--messages", "2").out)
    assert (figures["characters"], figures["among_training_text"]) == (len(cleaned), True)
    half = cleaned[: len(cleaned) // 2]
    assert foreword("suggest", half).code == 0
    passage = json.loads(foreword("generate", half, "-n", "12", "--seed", "3", "--json").out)["text"]
    assert len(passage) == 12
    assert record(home)["sources"][0]["characters"] == len(cleaned)


@pytest.mark.slow
def test_train_reads_several_sources_and_options_override_a_recipe(foreword: CommandLine, home: Path) -> None:
    """One source is given twice, and nothing is held out. A second training replaces the model and says so."""
    for name in ("a.txt", "b.txt"):
        Path(name).write_bytes(f"Grüße aus Köln, {name}\n".encode("cp1252") * 30)
    options = "--architecture=gru --units=words --seed=5 --encoding=cp1252 --held-out=0 --json"
    outcome = foreword("train", "a.txt", "b.txt", "a.txt", *SHORT, "4", *options.split())
    assert outcome.code == 0, outcome.err
    assert "none held out" in outcome.err
    found = record(home)
    assert json.loads(outcome.out) == {"model": str(home / "me"), **found["held_out"]}
    assert [source["name"] for source in found["sources"]] == ["a.txt", "b.txt", "a.txt"]
    model, text, training = (found["recipe"][name] for name in ("model", "text", "training"))
    assert (model["architecture"], model["hidden"], text["unit"]) == ("gru", 16, "words")
    assert (training["steps"], training["seed"], training["batch"]) == (4, 5, 8)
    assert "Köln" in (home / "me" / "tokenizer.json").read_text("utf-8")
    assert "nothing was held out when me was trained" in foreword("evaluate").err
    assert f"Replaced {home / 'me'} (" in foreword("train", "a.txt", *SHORT, "3", "--encoding", "cp1252").err


@pytest.mark.parametrize(
    ("moment", "stays"),
    [
        ("train.encode", "no network was trained yet; the memory keeps its messages; train again"),
        ("train.Corpus.open", "{run} has the training as last saved; continue with: foreword train --resume"),
    ],
    ids=["after it was read", "as it goes on"],
)
def test_an_interrupt_before_the_training_says_what_is_kept(
    foreword: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch, moment: str, stays: str
) -> None:
    arguments = ["old.txt", *SHORT, "4"]
    if "{run}" in stays:
        (home / "me.run").mkdir(parents=True)
        (home / "me.run" / "plan.json").write_text("{}", encoding="utf-8")
        monkeypatch.setattr("foreword.personal.train.read_plan", lambda *_: None)
        arguments = ["--resume"]
    monkeypatch.setattr(f"foreword.personal.{moment}", lambda *_, **__: signal.raise_signal(signal.SIGINT))
    outcome = foreword("train", *arguments)
    assert (outcome.code, outcome.out) == (130, "")
    assert outcome.err.splitlines()[-1] == f"Stopped: {stays}".format(run=home / "me.run")


@pytest.mark.slow
def test_the_from_option_trains_a_new_model_from_another_model(begun: CommandLine, home: Path) -> None:
    outcome = begun("train", "new.txt", "--from", "me", "-o", "german", "--replay", "old.txt", *SHORT, "40")
    assert outcome.code == 0, outcome.err
    lines = outcome.err.splitlines()
    assert "of old text, " in lines[1]
    assert "The training continues from me." in lines
    for text in ("new", "old"):
        assert any(line.startswith(f"On held-out {text} text: ") for line in lines)
    assert record(home, "german")["from"]["name"] == "me"
    assert "initial weights" in begun("inspect", "-m", "german").out
    known = begun("evaluate", "old.txt", "-m", "german", "--messages", "1").err
    assert "is part of the training text" in known


WRONG = {
    "old.txt --minutes soon": "--minutes must be a number; see: foreword train --help",
    "old.txt --minutes 0": "--minutes must be above 0, not 0",
    "old.txt --minutes 1 --steps 9": ": --minutes and --steps both set the length of a training",
    "old.txt --steps 1.5": "--steps must be a whole number; see: foreword train --help",
    "old.txt --held-out 0.7": "text.held_out is 0.7",
    "old.txt --size vast": "--size must be one of small, medium, large, not vast",
    "old.txt --size large --architecture window": "--size large has no effect on window; leave it out, or",
    "old.txt --recipe nowhere.toml": "there is no recipe nowhere.toml",
    "old.txt --recipe key.toml": "there is no key in [training] named 'epoch'",
    "old.txt --encoding klingon": "there is no encoding named 'klingon'",
    "old.txt --device tpu": "--device must be cpu, cuda or mps, not tpu",
    "old.txt --html .": "--html . cannot be written: it is a folder",
    "old.txt --share": "name the file of the report with --html",
    "old.txt --tensorboard old.txt": "--tensorboard old.txt is a file",
    "old.txt -o base": "the name base is reserved",
    "old.txt -o me.run": "'me.run' cannot be the name of a model",
    "old.txt -o ./new.txt": "new.txt is there, but is no model of Foreword's",
    "old.txt --replay old.txt": "name the model with --from MODEL, or give --more",
    "old.txt --more --from toy": "--more continues the model of --to, and --from another model",
    "old.txt --more -o nobody": "there is no model",
    "old.txt --from ./old.txt": "old.txt is a file, and a model is a folder",
    "old.txt --from toy --units words": "units words: the weights of toy fit only",
    "old.txt --from toy --size small": "--size small: the size of toy is fixed",
    "--more -o toy --held-out 0.3": "--held-out 0.3: toy was trained with 0.1",
    "": "name a source",
    "--from toy": "name a source",
    "--resume": "me.run; begin one with: foreword train SOURCE",
    "--resume old.txt": "leave out SOURCE",
    "--resume --held-out 0": "leave out --held-out",
    "--resume --html nowhere/report.html": "there is no folder nowhere",
}
SCRIPT = """
import io, json, sys
from contextlib import redirect_stderr
from foreword.cli.main import main

found = []
for line in json.loads(sys.argv[1]):
    sys.argv = ["foreword", "train", *line.split()]
    said = io.StringIO()
    try:
        with redirect_stderr(said):
            main()
    except SystemExit as left:
        found.append([left.code, said.getvalue()])
print(json.dumps([found, "torch" in sys.modules]))
"""


@pytest.mark.slow
def test_a_wrong_option_is_one_error_line_before_pytorch_is_imported(toy: Path, home: Path) -> None:
    """The commands run in another process, because this one has imported PyTorch."""
    home.mkdir(exist_ok=True)
    toy.rename(home / "toy")
    Path("key.toml").write_text("[training]\nepoch = 3\n", encoding="utf-8")
    found, imported = json.loads(ran(sys.executable, "-c", SCRIPT, json.dumps(list(WRONG))).stdout)
    for (arguments, words), (code, said) in zip(WRONG.items(), found, strict=True):
        assert code in (1, 2), (arguments, said)
        assert said.startswith("foreword: ")
        assert words in said, (arguments, said)
        assert said.count("\n") == 1
    assert not imported
    assert sorted(path.name for path in home.iterdir()) == ["toy"]


def test_a_rank_alone_does_not_hide_the_source(foreword: CommandLine) -> None:
    """A batch system may set RANK. Only with WORLD_SIZE does rank 1 leave the sources to rank 0."""
    outcome = foreword("train", "nowhere.txt", RANK="1")
    assert outcome.err.startswith("foreword: there is no file or folder nowhere.txt")


def test_a_running_training_is_not_called_interrupted(foreword: CommandLine, home: Path) -> None:
    run = home / "mine.run"
    run.mkdir(parents=True)
    with locked(run):
        outcome = foreword("inspect", "-m", "mine")
    assert "training of mine is under way" in outcome.err
    assert "interrupted" not in outcome.err
    assert "mine  no network, a training interrupted" in foreword("models").out
    begin = f"{run} was stopped before its training began; begin one with: foreword train SOURCE -o mine"
    assert begin in foreword("train", "--resume", "-o", "mine").err
    (run / PLAN).touch()
    left = foreword("inspect", "-m", "mine").err
    assert "its training was interrupted, go on with: foreword train --resume -o mine" in left
