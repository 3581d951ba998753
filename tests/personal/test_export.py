"""The finished folder: true figures, a small graph if it is good enough, no worse model in place, and the card."""

import json
import math
import re
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from foreword.assess.bits import bits_per_character
from foreword.corpus.prepare import SourceRecord, prepare
from foreword.errors import ModelTruncated
from foreword.keyboard.memory import Memory, memory_path
from foreword.keyboard.suggest import Keyboard
from foreword.modelfolder import run_folder
from foreword.modelfolder.record import Source, TrainingRecord
from foreword.modelfolder.versions import earlier_versions, roll_back, take_aside, versions_folder
from foreword.models.catalogue import ARCHITECTURES
from foreword.personal import export
from foreword.personal.backtest import seen_sources
from foreword.personal.continual import InitialWeights
from foreword.personal.events import Event, Finished, Measured, Prepared, Validated
from foreword.personal.train import resume, train
from foreword.runtime.model import Model
from foreword.text.tokenizer_file import UNITS
from foreword.training.recipe import recipe_of
from toys import ngrams
from trainings import NEW, OLD, Finish, asked, digest, memory_of, of, record, trained, warnings, written

TEXT = "".join(f"{line}\n" for line in OLD)


@pytest.fixture(scope="module", params=[*zip(ARCHITECTURES, UNITS * 2, strict=True)], ids="-".join)
def made(
    request: pytest.FixtureRequest, old_text: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, list[Event]]:
    """Every architecture, each with one unit of text."""
    architecture, unit = request.param
    to = tmp_path_factory.mktemp("made") / "made"
    network = {"architecture": architecture, "hidden": 8, "embedding": 4}
    return to, trained(old_text, to, recipe={"model": network}, tables={"text": {"unit": unit}})


def test_each_architecture_becomes_a_model_that_suggests(made: Finish) -> None:
    """The figures are those of the network on the end of the text, in bits per character for every unit."""
    to, events = made
    model, recipe = Model.open(to), record(to)["recipe"]
    wanted = (recipe["model"]["architecture"], recipe["text"]["unit"])
    assert (model.config.architecture, model.config.unit) == wanted
    assert len(Keyboard(model).suggest("see you ")) == 3
    found = record(to)["held_out"]
    characters = found["test"]["characters"]
    bits = bits_per_character(model, TEXT[-characters:])
    assert found["test"]["bits_per_character"] == pytest.approx(bits, abs=1e-6)
    assert found["test"]["ngram"]["characters"] == characters
    assert found["test"]["ngram"]["bits_per_character"] < found["test"]["uniform"]
    assert found["test"]["uniform"] == math.log2(len({*TEXT}))
    assert abs(found["quantized_loss"]) <= 0.01
    shown = min(event.bits_per_character for event in of(Validated, events))
    assert found["validation"]["bits_per_character"] == pytest.approx(shown, rel=0.05)
    (measured,) = of(Measured, events)
    assert (measured.characters, measured.held_out) == (characters, characters)


def test_the_record_and_the_card_describe_the_training(finished: Finish, old_text: Path) -> None:
    to, events = finished
    found, last = record(to), events[-1]
    assert isinstance(last, Finished)
    assert [source["name"] for source in found["sources"]] == ["old.txt"]
    assert found.pop("private") == {"places": {found["sources"][0]["sha256"]: str(old_text)}, "me": None}
    assert str(old_text.parent) not in json.dumps(found)
    assert (found["steps"], found["ended"], found["rate_halvings"]) == (40, "steps", 0)
    assert [point["step"] for point in found["curve"]] == [20, 40]
    assert found["passes"] == found["curve"][-1]["epoch"]
    assert {"foreword", "torch", "onnxruntime"} <= set(found["versions"])
    assert last.characters_per_second == found["characters_per_second"] > 40 * 8 / found["seconds"]
    assert last.peak_megabytes == found["peak_megabytes"]
    assert sys.platform == "win32" or 50 < found["peak_megabytes"] < 50_000  # millions of bytes

    card = (to / "README.md").read_text("utf-8")
    bits = found["held_out"]["test"]["bits_per_character"]
    assert card.startswith("---\nlibrary_name: foreword\n")
    assert "**Private.**" in card
    assert f"| this model | {bits:.3f} |" in card
    assert "![Bits per character while training](curve.png)" in card
    assert (to / "curve.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("quantized", [150.0, math.nan])
def test_a_quantised_graph_that_loses_too_much_is_not_written(
    old_text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, quantized: float
) -> None:
    nats = iter([100.0, quantized])
    monkeypatch.setattr(export, "nats_of", lambda *_: next(nats))
    assert "so only the large graph is kept" in warnings(trained(old_text, tmp_path / "made", steps=2))
    assert [path.name for path in (tmp_path / "made" / "onnx").iterdir()] == ["model.onnx"]
    assert (record(tmp_path / "made")["held_out"]["quantized_loss"] is None) == math.isnan(quantized)


def test_words_and_n_grams_go_on_but_for_forgotten_words(me: Path, old_text: Path, tmp_path: Path) -> None:
    assert Model.open(me).lexicon is None
    table = {(): {"bread": 0.5, "market": 0.25}, ("bread",): {"market": 0.5}}
    counted = ngrams(table, {"bread": 0.5, "market": 0.5})
    (me / "lexicon.txt").write_text("bread\nanna\nZürich\n", encoding="utf-8")
    Memory.open(tmp_path / "next.memory").forget("Anna")
    (me / "ngrams.safetensors").write_bytes(counted)
    trained(old_text, tmp_path / "next", start=me, steps=2)
    assert (tmp_path / "next" / "lexicon.txt").read_text("utf-8") == "bread\nZürich\n"
    # The network has learned how often the person writes each word, so it is not adapted once more.
    assert (tmp_path / "next" / "ngrams.safetensors").read_bytes() == ngrams(table)
    (me / "ngrams.safetensors").write_bytes(counted[:-1])
    with pytest.raises(ModelTruncated, match=r"me/ngrams\.safetensors is damaged"):
        InitialWeights.of(Model.open(me))

    corpus = prepare([str(old_text)], tmp_path / "corpus")
    sample = replace(corpus, sources=tuple(replace(each, place="sample:x") for each in corpus.sources))
    listed = export._lexicon(sample, None, None)
    assert listed is not None
    assert {"market", "bread"} <= {*listed.split("\n")}


# Replacing another model


@pytest.fixture(scope="module")
def good(old_text: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model trained for longer, which predicts the end of the old text better than a model of two steps."""
    to = tmp_path_factory.mktemp("good") / "me"
    trained(old_text, to, steps=120, tables={"text": {"unit": "words"}})
    return to


@pytest.mark.parametrize("goes_on", [False, True])
def test_a_new_model_that_predicts_worse_is_kept_aside(
    good: Path, finished: Finish, old_text: Path, tmp_path: Path, goes_on: bool
) -> None:
    """Initial weights and units may differ: both models are measured on the same characters."""
    to = Path(shutil.copytree(good, tmp_path / "me"))
    before = digest(to)
    events = trained(old_text, to, steps=2, start=finished[0] if goes_on else "scratch")
    (last,), (measured,), (prepared,) = of(Finished, events), of(Measured, events), of(Prepared, events)
    assert (last.kept, last.replaced, digest(to)) == (True, False, before)
    assert memory_of(to).known_to(before) is None  # it was trained on none of the messages
    assert re.match("the text is small .* come from (me as it was and from )?the memory$", prepared.notes[0])
    assert "and is replaced unless the new model is worse on text that is new to both; " in prepared.notes[1]
    assert last.figures == record(to)["held_out"]
    assert "me stays as it is: on held-out text the new model is worse, " in warnings(events)
    assert f"to use it anyway: foreword rollback --aside -m {to}" in warnings(events)
    assert last.aside is not None
    end = TEXT[-measured.characters :]
    bits = bits_per_character(Model.open(last.aside), end)
    assert measured.bits_per_character == pytest.approx(bits, abs=1e-5)
    (there,) = re.findall(r" instead of ([\d.]+)\.", warnings(events))
    assert "1.00002 bits per character instead of 1.00001" in export._stays("me", 1.00001, 1.00002)
    assert bits > float(there) == pytest.approx(bits_per_character(Model.open(to), end), abs=1e-3)
    assert not run_folder(to).exists()
    aside = digest(last.aside)
    take_aside(to)
    assert (digest(to), last.aside.exists()) == (aside, False)
    roll_back(to)
    assert digest(to) == before


def test_a_model_that_is_not_worse_replaces_the_old_one(old_text: Path, tmp_path: Path) -> None:
    """A second run gives the same network, which is no version of its own; so does a run that is resumed after it."""
    to = tmp_path / "me"
    trained(old_text, to, steps=2)
    first, left = digest(to), versions_folder(to) / ".000001.draft-x"
    left.mkdir(parents=True)  # by a killed process
    assert [of(Finished, trained(old_text, to))[0].replaced for _ in range(2)] == [True, False]
    roll_back(to)
    assert (digest(to), left.exists()) == (first, False)
    assert not earlier_versions(to)


def test_a_run_that_is_killed_after_its_model_is_written_is_no_version_of_itself(
    old_text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    to = tmp_path / "me"
    monkeypatch.setattr("foreword.personal.train.backtest", lambda *_, **__: sys.exit())
    with pytest.raises(SystemExit):
        trained(old_text, to, steps=2)
    monkeypatch.setattr("foreword.personal.train.backtest", lambda *_, **__: iter(()))
    assert run_folder(to).exists()
    memory_path(str(to)).rename(tmp_path / "moved")
    memory_path(str(to)).mkdir()
    events = list(resume(to))
    assert "the memory has not learned the held-out part: " in warnings(events)
    assert not of(Finished, events)[0].replaced
    assert not earlier_versions(to)


@pytest.mark.parametrize("start", ["scratch", "me"])
def test_a_model_that_was_trained_on_the_whole_text_has_no_figures_and_is_no_measure(
    start: str, old_text: Path, me: Path, tmp_path: Path
) -> None:
    """Also if an earlier training of it was; but new text beside that one is a measure.

    An old model is replaced, and a warning names the rollback.
    """
    events = trained(old_text, me, tables={"text": {"held_out": 0.0}})
    assert "is there already, and is replaced when this run ends; " in of(Prepared, events)[0].notes[-1]
    assert f"to go back to the old model: foreword rollback -m {me}" in warnings(events)
    assert not of(Validated, events)
    assert "No text was held out that is new" in (me / "README.md").read_text("utf-8")
    assert not (me / "curve.png").exists()
    for _ in range(2):
        events = trained(old_text, me, steps=2, start=me if start == "me" else start)
        assert not of(Finished, events)[0].kept
        assert ("me is replaced without a comparison" in warnings(events)) or start == "scratch"
        assert ("test" in record(me)["held_out"]) == (start == "scratch")
    request, new = asked(old_text, me, steps=2, start=me), str(written(tmp_path, "new.txt", NEW))
    both = replace(request.to_learn, sources=(str(old_text), new))
    assert of(Validated, train(replace(request, to_learn=both)))


def test_text_known_from_another_folder_is_no_measure(tmp_path: Path) -> None:
    """A folder that became shorter has text at its end that was trained on; one that became longer has not."""
    folder, to, compared = tmp_path / "texts", tmp_path / "me", []
    for name, lines in (("a", OLD), ("b", OLD[:20]), ("c", NEW)):
        written(folder, f"{name}.txt", lines)
    gone = [(folder / "b.txt").read_bytes(), (folder / "c.txt").read_bytes()]
    (folder / "b.txt").unlink()
    for change in (
        lambda: None,
        (folder / "c.txt").unlink,
        lambda: (folder / "c.txt").write_bytes(gone[1]),
        lambda: (folder / "c.txt").write_bytes(gone[1] + gone[0]),
    ):
        change()
        compared.append("without a comparison" not in warnings(trained(folder, to, steps=2)))
    assert compared == [True, False, True, True]


@pytest.mark.parametrize(
    ("before", "held_out", "now", "seen"),
    [
        (("a", 20), 0.1, ("a", 20), False),
        (("a", 20), None, ("a", 20), False),
        (("a", 20), 0.05, ("a", 20), True),
        (("a", 20), "much", ("a", 20), True),
        (("a", 20), 0.05, ("b", 20), False),
        (("a", 20), 0.1, ("ab", 30), False),
        (("ab", 20), 0.1, ("ab", 19), False),  # more secrets are removed now
        (("ab", 20), 0.1, ("abc", 30), False),
        (("ab", 20), 0.05, ("abc", 30), True),
        (("ab", 20), 0.1, ("abc", 19), True),
        (("ab", None), 0.1, ("abc", 30), True),
        (("ab", 20), 0.1, ("bac", 30), True),
        (("ab", 30), 0.1, ("a", 20), True),
        (("aab", 30), 0.1, ("aacb", 40), True),
    ],
)
def test_a_model_has_seen_held_out_text_unless_it_held_out_as_much_of_it_or_of_its_beginning(
    before: tuple[str, int | None], held_out: object, now: tuple[str, int], seen: bool
) -> None:
    """A text has its files, a letter each, and its characters."""

    def fields(text: str, characters: int | None) -> dict[str, Any]:
        files = tuple(text) if len(text) > 1 else ()
        return {"name": "text", "sha256": text, "files": files, "characters": characters}

    recipe: dict[str, dict[str, object]] = {} if held_out is None else {"text": {"held_out": held_out}}
    old, new = Source(**fields(*before)), SourceRecord(**fields(*now))
    corpus: Any = SimpleNamespace(sources=(new,))
    first = TrainingRecord(sources=(old,), recipe=recipe)
    for there in (first, TrainingRecord(old_sources=(old,), recipe=recipe), TrainingRecord(history=(first,))):
        assert seen_sources(there, corpus, recipe_of({})) == [new] * seen
