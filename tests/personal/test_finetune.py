"""Continued training from a finished model: inherited settings, refused settings, and better predictions."""

import json
import math
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import load_file, save, save_file

from foreword import modelfolder
from foreword.assess.bits import bits_per_character, text_ids
from foreword.errors import ModelForeign, ModelMismatch, ModelTruncated, OptionError, RunError, SourceMissing
from foreword.modelfolder import run_folder
from foreword.models.catalogue import ARCHITECTURES
from foreword.personal.continual import INITIAL_WEIGHTS, InitialWeights, own_sources, tables_for
from foreword.personal.events import Compared, Event, Finished, Measured, Planned, Validated
from foreword.personal.train import resume, train
from foreword.runtime.model import Model
from foreword.training.recipe import Table, recipe_of
from messages import never_read
from trainings import (
    LENGTH,
    NEW,
    OLD,
    asked,
    corpus_of,
    digest,
    of,
    record,
    stopped,
    text_of,
    toy,
    trained,
    warnings,
    weights,
    written,
)

TRAINING: Table = {"batch": 5, "layout": "windows", "context": 4, "steps": 700, "learning_rate": 0.9}
RECIPE = {
    "text": {"held_out": 0.3, "encoding": "latin-1", "vocabulary": 300},
    "model": {"architecture": "of another version"},
    "training": TRAINING,
}


def bits(model: Path, text: str) -> float:
    return bits_per_character(Model.open(model), text)


def compared(events: list[Event]) -> dict[str, Compared]:
    return {event.text: event for event in of(Compared, events)}


# Inherited settings


def test_the_next_training_inherits_network_unit_and_layout(tmp_path: Path) -> None:
    me = toy(tmp_path / "me", recipe=RECIPE)
    tables = tables_for(me, {}, more=False)
    assert tables["model"] == {"architecture": "rnn", "embedding": 1, "hidden": 1, "layers": 1}
    assert tables["text"] == {"unit": "characters"}
    kept = dict(tables["training"])
    rate = kept.pop("learning_rate")
    assert kept == {"layout": "windows", "context": 4, "stride": recipe_of({}).training.stride}
    assert 0 < float(str(rate)) < 0.1
    other = tables_for(me, {"text": {"held_out": 0.1}}, more=False)
    assert other["text"] == {"unit": "characters", "held_out": 0.1}

    more = tables_for(me, {}, more=True)
    assert more["text"] == {"unit": "characters", "held_out": 0.3, "encoding": "latin-1"}
    assert (more["training"]["batch"], more["training"]["learning_rate"]) == (5, rate)
    assert "steps" not in more["training"]

    model, training = {"hidden": 1, "dropout": 0.5, "tied": False}, {"batch": 3, "learning_rate": 0.5}
    over = tables_for(me, {"text": {"held_out": 0.3}, "model": model, "training": training}, more=True)
    found = (over["model"]["dropout"], over["training"]["batch"], over["training"]["learning_rate"])
    assert found == (0.5, 3, 0.5)
    with pytest.raises(OptionError, match=r"text\.vocabulary 400: .* fit only its own tokens; leave that"):
        tables_for(me, {"text": {"vocabulary": 400}}, more=True)


@pytest.mark.parametrize("recipe", [{}, {"training": {"unknown": 1, "optimizer": "nadam"}, "more": {}}])
def test_unknown_settings_of_another_version_are_ignored(tmp_path: Path, recipe: object) -> None:
    tables_for(toy(tmp_path / "me", recipe=recipe), {}, more=True)
    wrong = toy(tmp_path / "me", recipe={"training": {"layout": "spiral"}})
    with pytest.raises(ModelForeign, match=r"holds no recipe of Foreword's: training\.layout is"):
        tables_for(wrong, {}, more=False)


@pytest.mark.parametrize("damage", [lambda sizes: sizes.pop("hidden"), lambda sizes: sizes.update(hidden=0)])
def test_initial_models_need_a_width(tmp_path: Path, damage: Callable[[dict[str, object]], object]) -> None:
    config = toy(tmp_path / "me", recipe=RECIPE).path / "config.json"
    described = json.loads(config.read_text("utf-8"))
    damage(described["sizes"])
    config.write_text(json.dumps(described), encoding="utf-8")
    with pytest.raises(ModelMismatch, match=r"config\.json has no size 'hidden'; get the model again"):
        tables_for(Model(modelfolder.read(config.parent)), {}, more=True)


def test_a_model_finds_its_own_texts_or_asks_for_them(tmp_path: Path) -> None:
    places = {name: str(written(tmp_path, name, [name])) for name in ("a", "b", "old")}
    sources, old = ([{"sha256": each} for each in texts] for texts in (("a", "sample", "b", "a"), ("old",)))
    private = {"places": {**places, "sample": "sample:chitchat"}}
    model = toy(tmp_path / "me", sources=sources, old_sources=old, private=private)
    assert own_sources(model) == (places["a"], "sample:chitchat", places["b"], places["a"])
    assert own_sources(model, old=True) == (places["old"],)
    (tmp_path / "b").unlink()
    with pytest.raises(SourceMissing, match=r"/b is gone.*: foreword train SOURCE --more -o .*/me$"):
        own_sources(model)
    standard_input: dict[str, Any] = {"sources": [{"sha256": "1"}], "private": {"places": {"1": ""}}}
    nothings: list[dict[str, Any]] = [{}, {"sources": []}, standard_input]
    for nothing in nothings:
        with pytest.raises(SourceMissing, match=r"me does not say .*; give the text"):
            own_sources(toy(tmp_path / "me", **nothing))


# The initial weights in a run folder


FIRST = {"steps": 1, "curve": [{"step": 1}]}
INITIAL = InitialWeights(
    name="me",
    sha256="of its weights",
    weights={"a": np.arange(6, dtype=np.float32).reshape(2, 3)},
    training={"steps": 2, "history": [FIRST], "private": {"places": {"0": "/home/ana/diary"}}, "audit": {}},
    lexicon="bread\n",
    ngrams=b"\x01\x02",
)


def test_a_run_folder_keeps_initial_weights_and_a_lineage_without_text_paths(tmp_path: Path) -> None:
    INITIAL.keep(tmp_path)
    kept = InitialWeights.kept(tmp_path)
    assert kept is not None
    assert (kept.name, kept.sha256, kept.training) == ("me", INITIAL.sha256, INITIAL.training)
    assert (kept.lexicon, kept.ngrams) == (INITIAL.lexicon, INITIAL.ngrams)
    np.testing.assert_equal(dict(kept.weights), dict(INITIAL.weights))
    initial = {"name": "me", "sha256": INITIAL.sha256}
    assert kept.lineage() == {"from": initial, "history": [FIRST, {"steps": 2}]}
    assert InitialWeights.kept(tmp_path / "nowhere") is None


def test_damaged_initial_weights_are_a_named_error(tmp_path: Path) -> None:
    INITIAL.keep(tmp_path)
    data = (tmp_path / INITIAL_WEIGHTS).read_bytes()
    others = save({"weight": np.zeros(3, dtype=np.float32)})
    for broken in (data[:-9], b"", data[8:], others):
        (tmp_path / INITIAL_WEIGHTS).write_bytes(broken)
        with pytest.raises(RunError, match=r"initial weights in .* cannot be read: .*; delete that folder"):
            InitialWeights.kept(tmp_path)


@pytest.mark.parametrize("number", [np.nan, np.inf])
def test_weights_with_nan_or_infinity_are_refused(tmp_path: Path, number: float) -> None:
    path = toy(tmp_path / "me").path
    stored = load_file(path / "model.safetensors")
    save_file({name: np.full_like(each, number) for name, each in stored.items()}, path / "model.safetensors")
    with pytest.raises(ModelTruncated, match=r"'.*' has values that are not finite numbers; get the model"):
        InitialWeights.of(Model(modelfolder.read(path)))


def test_an_unusable_initial_model_is_named_before_any_text_is_read(me: Path, tmp_path: Path) -> None:
    """Only a check with PyTorch can find this damage."""
    stored, config = load_file(me / "model.safetensors"), me / "config.json"
    del stored["output.bias"]
    save_file(stored, me / "model.safetensors")
    described = json.loads(config.read_text("utf-8"))
    del described["tensors"]["output.bias"]
    config.write_text(json.dumps(described), encoding="utf-8")
    words = "me: the weight 'output.bias' is missing from the stored weights"
    with pytest.raises(ModelMismatch, match=words):
        next(train(asked(never_read(tmp_path), tmp_path / "made", start=me)))
    assert not run_folder(tmp_path / "made").exists()


# Results of continued training


BESIDE: dict[str, dict[str, Table]] = {
    "unrolled": {"training": {"layout": "windows", "context": 4}, "model": {"context": 4}},
    "gru": {"text": {"unit": "subwords"}},
    "lstm": {"text": {"unit": "words"}},
}


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_more_training_improves_every_architecture(old_text: Path, tmp_path: Path, architecture: str) -> None:
    """It keeps its tokens and its layout. The figures are those of both networks on held-out text."""
    tables = BESIDE.get(architecture, {})
    network = {"architecture": architecture, "hidden": 8, "embedding": 4, **tables.get("model", {})}
    training = {**LENGTH["training"], **tables.get("training", {})}
    base = tmp_path / "base"
    trained(old_text, base, recipe={**tables, "model": network, "training": training})
    events = trained(written(tmp_path, "new.txt", NEW), tmp_path / "made", start=base, old=old_text)
    first, *later = of(Validated, events)
    assert (first.step, first.training_bits_per_character) == (0, None)
    alone = ["new text alone" in each for each in of(Planned, events)[0].reasons]
    assert any(alone) == (tables.get("training", {}).get("layout") == "windows")
    assert min(each.bits_per_character for each in later) < first.bits_per_character
    before, made = Model.open(base).config, Model.open(tmp_path / "made").config
    assert (made.architecture, made.unit) == (architecture, before.unit)
    assert made.sizes.keys() == before.sizes.keys()
    assert (tmp_path / "made" / "tokenizer.json").read_bytes() == (base / "tokenizer.json").read_bytes()
    cut = {key: tables.get("training", {}).get(key) for key in ("layout", "context")}
    assert cut["layout"] is None or cut.items() <= record(tmp_path / "made")["recipe"]["training"].items()
    for text, lines in (("new", NEW), ("old", OLD)):
        figures = compared(events)[text]
        end = "".join(f"{line}\n" for line in lines)[-figures.characters :]
        assert figures.before == pytest.approx(bits(base, end), abs=1e-5)
        assert figures.after == pytest.approx(bits(tmp_path / "made", end), abs=1e-5)
    assert compared(events)["new"].after < compared(events)["new"].before
    card = (tmp_path / "made" / "README.md").read_text("utf-8")
    assert f"characters of old text: {compared(events)['old'].after:.3f}" in card


def test_characters_outside_the_vocabulary_are_learned_as_bytes(me: Path, tmp_path: Path) -> None:
    """Each such character costs bits in each of its bytes, and the figures count all of these bits."""
    new = written(tmp_path, "new.txt", ["Grüße aus der Straße 🙂 heiße Füße 👍🏽 süß"] * 60)
    trained(new, tmp_path / "made", start=me)
    made, line = Model.open(tmp_path / "made"), "süße 🙂\n"
    ids = text_ids(made.tokenizer, line)
    assert len(ids) - 1 == len(line.encode())  # ü, ß and the face are spelled in 2, 2 and 4 bytes
    state, nats = made.exact.initial_state(1), 0.0
    for given, token in pairwise(ids):
        answer, state = made.exact.step(np.array([[given]]), state)
        nats -= float(answer[0, 0, token])
    assert bits(made.path, line) == pytest.approx(nats / math.log(2) / len(line), abs=1e-5)
    assert bits(made.path, line) < bits(me, line) - 0.5


def test_the_record_states_the_initial_model_and_earlier_trainings(me: Path, tmp_path: Path) -> None:
    first, second, third = me, tmp_path / "second", tmp_path / "third"
    trained(written(tmp_path, "new.txt", NEW), second, start=first, steps=3)
    trained(written(tmp_path, "more.txt", NEW[::-1]), third, start=second, steps=3)
    assert record(second)["from"] == {"name": "me", "sha256": digest(first)}
    assert record(third)["from"] == {"name": "second", "sha256": digest(second)}
    history = record(third)["history"]
    assert [each["sources"] for each in history] == [record(each)["sources"] for each in (first, second)]
    assert not any("private" in each or "history" in each for each in history)


@pytest.mark.parametrize("handed_in", [True, False])
def test_the_same_text_is_held_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, handed_in: bool) -> None:
    """The text is given again or found from another folder. Otherwise the figures would measure text it has learned."""
    source, to, held_out = written(tmp_path / "here", "old.txt", OLD), tmp_path / "me", []
    monkeypatch.chdir(tmp_path / "here")
    first = asked("old.txt", to, steps=2, tables={"text": {"held_out": 0.3}})
    for _ in range(2):
        stopped(train(first, lambda: True))
        corpus = corpus_of(to)
        held_out.append(text_of(corpus, corpus.validation, corpus.test))
        assert isinstance(list(resume(to))[-1], Finished)
        monkeypatch.chdir(tmp_path)
        first = asked(source if handed_in else None, to, more=True, steps=2)
    assert held_out[0] == held_out[1] != ""


def test_training_without_improvement_leaves_the_weights_unchanged(
    me: Path, old_text: Path, tmp_path: Path, measured: Callable[[Iterable[float]], None]
) -> None:
    before = weights(me)
    told = "this training did not improve me on held-out text, so "
    for to, words in ((me, "it stays as it is"), (tmp_path / "made", "made gets its weights as they were")):
        measured([2.0, 2.1, 2.2])
        events = trained(old_text, to, start=me)
        assert told + words in warnings(events)
        (figure,) = of(Measured, events)  # of the given text, whichever weights are kept
        assert figure.held_out == figure.characters > 0
        (last,) = of(Finished, events)
        assert (weights(to), last.figures) == (before, record(to)["held_out"])
        assert last.kept == (to == me)
        assert not run_folder(to).exists()
    assert compared(events)["new"].after == compared(events)["new"].before


def test_training_continues_from_float16_weights(me: Path, tmp_path: Path) -> None:
    path, config = me / "model.safetensors", me / "config.json"
    save_file({name: each.astype(np.float16) for name, each in load_file(path).items()}, path)
    config.write_text(config.read_text("utf-8").replace('"F32"', '"F16"'), encoding="utf-8")
    trained(written(tmp_path, "new.txt", NEW), tmp_path / "made", start=me, steps=2)
    found = load_file(tmp_path / "made" / "model.safetensors").values()
    assert {each.dtype for each in found} == {np.dtype("f4")}
