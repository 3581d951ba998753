"""Going on with a finished model: it becomes better on the new text or stays what it was, and says what has changed."""

import hashlib
import json
import math
import shutil
from collections.abc import Callable, Iterator
from itertools import count, pairwise
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

from foreword.assess.bits import bits_per_character, text_ids
from foreword.corpus.prepare import Corpus
from foreword.errors import (
    ModelIncomplete,
    ModelMismatch,
    ModelMissing,
    ModelTruncated,
    RunError,
    SourceMissing,
)
from foreword.modelfolder import run_folder
from foreword.models.catalogue import ARCHITECTURES
from foreword.personal.events import (
    Compared,
    Event,
    Finished,
    Measured,
    Planned,
    Prepared,
    Stopped,
    Validated,
    Warned,
)
from foreword.personal.make import make, resume_run, run_sources
from foreword.personal.order import Order, order_for
from foreword.personal.versions import roll_back, take_aside
from foreword.runtime.model import Model
from foreword.training.recipe import Table
from messages import RECIPE, never_read

OLD = "see you tomorrow then, I think we should go to the market and buy some bread before it rains\n" * 40
NEW = "wir sehen uns morgen, ich glaube wir sollten auf den Markt und Brot holen bevor es regnet\n" * 40
STRANGE = "Grüße aus der Straße 🙂 heiße Füße 👍🏽 süß\n" * 80
SHORT: dict[str, Table] = {
    "training": {**RECIPE["training"], "steps": 60, "learning_rate": 0.01, "patience": 0}
}


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.txt"
    path.write_text(text, encoding="utf-8")
    return path


def from_scratch(source: Path, to: Path, **tables: Table) -> Path:
    """A small finished model."""
    order = order_for(
        [str(source)],
        to,
        recipe={**RECIPE, "training": {**RECIPE["training"], "steps": 40}},
        tables=tables,
    )
    assert isinstance(list(make(order))[-1], Finished)
    return to


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that has read the old text alone; to be copied by who changes it."""
    folder = tmp_path_factory.mktemp("finished")
    return from_scratch(written(folder, "old", OLD), folder / "base")


@pytest.fixture
def base(finished: Path, tmp_path: Path) -> Path:
    """A copy of it for each test."""
    return Path(shutil.copytree(finished, tmp_path / "base"))


def order(source: Path | None, to: Path, *, old: Path | None = None, **options: object) -> Order:
    tables = options.pop("tables", {})
    return order_for(
        [] if source is None else [str(source)],
        to,
        recipe=SHORT,
        tables=tables,  # type: ignore[arg-type]
        old=[] if old is None else [str(old)],
        **options,  # type: ignore[arg-type]
    )


def record(model: Path) -> dict[str, object]:
    found: dict[str, object] = json.loads((model / "training.json").read_text("utf-8"))
    return found


def digest(model: Path) -> str:
    return hashlib.sha256((model / "model.safetensors").read_bytes()).hexdigest()


def bits(model: Path, text: str) -> float:
    return bits_per_character(Model.open(model), text)


def compared(events: list[Event]) -> dict[str, Compared]:
    return {event.text: event for event in events if isinstance(event, Compared)}


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_every_network_goes_on_from_what_it_knows_and_becomes_better_on_the_new_text(
    tmp_path: Path, architecture: str
) -> None:
    model: Table = {"architecture": architecture}
    base = from_scratch(written(tmp_path, "old", OLD), tmp_path / "base", model=model)
    events = list(make(order(written(tmp_path, "new", NEW), tmp_path / "made", start=base)))
    looks = [event for event in events if isinstance(event, Validated)]
    assert (looks[0].step, looks[0].training_bits_per_character) == (0, None)
    assert min(look.bits_per_character for look in looks) < looks[0].bits_per_character
    made = Model.open(tmp_path / "made")
    assert made.config.sizes.keys() == Model.open(base).config.sizes.keys()
    assert made.config.architecture == architecture
    assert (tmp_path / "made" / "tokenizer.json").read_bytes() == (base / "tokenizer.json").read_bytes()
    new = compared(events)["new"]
    end = NEW[-new.characters :]
    assert new.before == pytest.approx(bits(base, end), abs=1e-5)
    assert new.after == pytest.approx(bits(tmp_path / "made", end), abs=1e-5)
    assert new.after < new.before


@pytest.mark.parametrize("unit", ["words", "subwords"])
def test_units_are_taken_over(tmp_path: Path, unit: str) -> None:
    base = from_scratch(written(tmp_path, "old", OLD), tmp_path / "base", text={"unit": unit})
    events = list(make(order(written(tmp_path, "new", NEW), tmp_path / "made", start=base)))
    assert Model.open(tmp_path / "made").config.unit == unit
    assert compared(events)["new"].after < compared(events)["new"].before


def test_a_network_that_was_trained_on_windows_goes_on_with_windows(tmp_path: Path) -> None:
    base = from_scratch(
        written(tmp_path, "old", OLD),
        tmp_path / "base",
        model={"architecture": "unrolled", "context": 4},
        training={"layout": "windows", "context": 4},
    )
    old = tmp_path / "old.txt"
    events = list(make(order(written(tmp_path, "new", NEW), tmp_path / "made", start=base, old=old)))
    recipe = record(tmp_path / "made")["recipe"]
    assert isinstance(recipe, dict)
    assert (recipe["training"]["layout"], recipe["training"]["context"]) == ("windows", 4)
    assert compared(events)["new"].after < compared(events)["new"].before


@pytest.fixture
def nothing_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at held-out text finds less than the one before."""
    looks = count(2.0, 0.1)
    monkeypatch.setattr("foreword.training.loop.validate", lambda *_, **__: next(looks))


@pytest.mark.usefixtures("nothing_helps")
def test_where_nothing_helps_the_model_itself_stays_as_it_is(base: Path, tmp_path: Path) -> None:
    before = {path.name: path.read_bytes() for path in base.iterdir() if path.is_file()}
    events = list(make(order(written(tmp_path, "old", OLD), base, start=base)))
    warnings = [event.message for event in events if isinstance(event, Warned)]
    assert any(
        "none of this training helped: on held-out text base was best as it was" in one for one in warnings
    )
    assert isinstance(events[-1], Finished)
    assert events[-1].kept
    assert events[-1].figures == record(base)["held_out"]
    assert {path.name: path.read_bytes() for path in base.iterdir() if path.is_file()} == before
    assert not run_folder(base).exists()


@pytest.mark.usefixtures("nothing_helps")
def test_where_nothing_helps_another_model_gets_the_weights_as_they_were(base: Path, tmp_path: Path) -> None:
    events = list(make(order(written(tmp_path, "old", OLD), tmp_path / "made", start=base)))
    warnings = [event.message for event in events if isinstance(event, Warned)]
    assert any("so made gets its weights as they were" in one for one in warnings)
    assert digest(tmp_path / "made") == digest(base)
    assert compared(events)["new"].after == compared(events)["new"].before


def test_with_nothing_held_out_there_is_nothing_to_be_better_on(base: Path, tmp_path: Path) -> None:
    source = written(tmp_path, "new", NEW)
    events = list(make(order(source, base, start=base, tables={"text": {"held_out": 0.0}})))
    assert isinstance(events[-1], Finished)
    assert events[-1].replaced
    assert not [event for event in events if isinstance(event, Validated | Compared)]


def test_characters_that_the_old_vocabulary_lacks_are_learned_in_bytes(base: Path, tmp_path: Path) -> None:
    """Every one of them costs bits in every byte, and all are counted: what the figures say is the whole truth."""
    assert not any(
        token.decode("utf-8", "ignore") in "ß🙂" for token in Model.open(base).tokenizer.tokens[256:]
    )
    source = written(tmp_path, "strange", STRANGE)
    list(make(order(source, tmp_path / "made", start=base)))
    made = Model.open(tmp_path / "made")
    line = "süße 🙂\n"
    ids = text_ids(made.tokenizer, line)
    assert len(ids) - 1 == len(line.encode())  # ü, ß and the face are spelled in 2, 2 and 4 bytes
    state, nats = made.exact.initial_state(1), 0.0
    for given, token in pairwise(ids):
        answer, state = made.exact.step(np.array([[given]]), state)
        nats -= float(answer[0, 0, token])
    assert bits(tmp_path / "made", line) == pytest.approx(nats / math.log(2) / len(line), abs=1e-5)
    assert math.isfinite(bits(base, line))
    assert bits(tmp_path / "made", line) < bits(base, line) - 2


def test_old_text_walks_along_and_what_is_forgotten_is_said(base: Path, tmp_path: Path) -> None:
    old, new = written(tmp_path, "old", OLD), written(tmp_path, "new", NEW)
    after = {}
    for share in (0.0, 0.5):
        to = tmp_path / f"made{share}"
        tables: dict[str, Table] = {"training": {"replay": share}}
        events = list(make(order(new, to, start=base, old=old, tables=tables)))
        prepared, told = events[0], compared(events)["old"]
        assert isinstance(prepared, Prepared)
        assert prepared.old_characters + told.characters == len(OLD)
        end = OLD[-told.characters :]
        assert told.before == pytest.approx(bits(base, end), abs=1e-5)
        assert told.after == pytest.approx(bits(to, end), abs=1e-5)
        after[share] = told.after
        assert record(to)["old_sources"][0]["name"] == "old.txt"  # type: ignore[index]
        assert (
            f"On {told.characters:,} characters of old text: {told.after:.3f}"
            in (to / "README.md").read_text()
        )
    assert after[0.5] < after[0.0]


def test_the_record_and_the_card_say_where_it_came_from_and_what_was_before(
    base: Path, tmp_path: Path
) -> None:
    first = record(base)
    list(make(order(written(tmp_path, "new", NEW), tmp_path / "second", start=base)))
    list(make(order(written(tmp_path, "more", NEW * 2), tmp_path / "third", start=tmp_path / "second")))
    second, third = record(tmp_path / "second"), record(tmp_path / "third")
    assert second["from"] == {"name": "base", "sha256": digest(base)}
    assert third["from"] == {"name": "second", "sha256": digest(tmp_path / "second")}
    history = third["history"]
    assert isinstance(history, list)
    assert [run["curve"] for run in history] == [first["curve"], second["curve"]]
    assert [run["sources"] for run in history] == [first["sources"], second["sources"]]
    assert not any("private" in run or "history" in run for run in history)
    card = (tmp_path / "third" / "README.md").read_text("utf-8")
    assert (
        f"| went on from | second, weights {digest(tmp_path / 'second')[:12]}, with 2 earlier trainings |"
        in card
    )
    assert "| the model it went on from |" in card


def held_out_digests(model: Path) -> list[str]:
    """Of a run under way: the hashes of the texts that its corpus holds out."""
    corpus = Corpus.open(run_folder(model) / "corpus")
    parts = [part for part in (corpus.validation, corpus.test) if part is not None]
    return [
        hashlib.sha256(corpus.tokenizer.decode(part.ids[1:].astype(np.int64)).encode()).hexdigest()
        for part in parts
    ]


def stopped_at_once(events: Iterator[Event]) -> None:
    assert isinstance(list(events)[-1], Stopped)


@pytest.mark.parametrize("handed_in", [True, False])
def test_more_keeps_held_out_what_was_held_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, handed_in: bool
) -> None:
    """The same text, handed in again or found again from elsewhere, or the figures would be of what it knows."""
    (tmp_path / "here").mkdir()
    source, to = written(tmp_path / "here", "old", OLD), tmp_path / "me"
    monkeypatch.chdir(tmp_path / "here")
    text: Table = {"held_out": 0.3}
    first = order_for(
        ["old.txt"],
        to,
        recipe={**RECIPE, "training": {**RECIPE["training"], "steps": 40}},
        tables={"text": text},
    )
    stopped_at_once(make(first, lambda: True))
    digests = held_out_digests(to)
    assert len(digests) == 2
    assert isinstance(list(resume_run(to))[-1], Finished)
    monkeypatch.chdir(tmp_path)
    stopped_at_once(make(order(source if handed_in else None, to, more=True), lambda: True))
    assert held_out_digests(to) == digests


def test_more_goes_on_from_where_it_was_at_a_lower_rate(base: Path) -> None:
    first, weights = record(base), digest(base)
    events = list(
        make(order(None, base, more=True, tables={"training": {"steps": 100, "learning_rate": None}}))
    )
    assert isinstance(events[-1], Finished)
    assert events[-1].replaced
    assert compared(events)["new"].after < compared(events)["new"].before
    again = record(base)
    assert again["from"] == {"name": "base", "sha256": weights}
    assert again["history"] == [{key: value for key, value in first.items() if key != "private"}]
    assert again["sources"] == first["sources"]
    assert again["private"] == first["private"]


def test_more_says_to_hand_in_a_text_that_is_gone_or_has_changed_and_leaves_no_run(tmp_path: Path) -> None:
    source = written(tmp_path, "old", OLD)
    base = from_scratch(source, tmp_path / "me")
    source.write_text(OLD + "one more message\n", encoding="utf-8")
    with pytest.raises(SourceMissing, match=r"old\.txt has changed since me learned from it; hand in"):
        list(make(order(None, base, more=True)))
    assert not run_folder(base).exists()
    source.unlink()
    with pytest.raises(SourceMissing, match=r"old\.txt is gone, from which me has learned; hand in"):
        list(make(order(None, base, more=True)))


def test_a_run_that_was_killed_ends_as_one_that_was_not_though_the_model_is_gone(
    base: Path, tmp_path: Path
) -> None:
    """It needs neither the model nor the texts any more: all of it is in the run's own folder."""
    new, old = written(tmp_path, "new", NEW), written(tmp_path, "old", OLD)
    list(make(order(new, tmp_path / "whole", start=base, old=old)))
    for stops in (0, 25):
        to = tmp_path / f"stopped{stops}"
        wish = iter([False] * stops + [True] * 9)
        running = make(order(new, to, start=base, old=old), lambda wish=wish: next(wish))  # type: ignore[misc]
        if stops:
            stopped_at_once(running)
        else:
            assert [type(next(running)) for _ in range(2)] == [Prepared, Planned]
            del running  # as a kill before the first checkpoint would leave it
        shutil.move(base, tmp_path / "elsewhere")
        events = list(resume_run(to))
        shutil.move(tmp_path / "elsewhere", base)
        assert isinstance(events[-1], Finished)
        assert digest(to) == digest(tmp_path / "whole")
        assert record(to)["from"] == record(tmp_path / "whole")["from"]


def test_weights_in_halves_are_gone_on_from(base: Path, tmp_path: Path) -> None:
    path, config = base / "model.safetensors", base / "config.json"
    save_file({name: weight.astype(np.float16) for name, weight in load_file(path).items()}, path)
    config.write_text(config.read_text("utf-8").replace('"F32"', '"F16"'), encoding="utf-8")
    events = list(make(order(written(tmp_path, "new", NEW), tmp_path / "made", start=base)))
    assert isinstance(events[-1], Finished)
    assert {weight.dtype for weight in load_file(tmp_path / "made" / "model.safetensors").values()} == {
        np.dtype("f4")
    }


def remove_weights(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def cut_weights(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])


def drop_a_bias(folder: Path) -> None:
    """As no check without PyTorch can find."""
    path, config = folder / "model.safetensors", folder / "config.json"
    weights = load_file(path)
    del weights["output.bias"]
    save_file(weights, path)
    described = json.loads(config.read_text("utf-8"))
    del described["tensors"]["output.bias"]
    config.write_text(json.dumps(described), encoding="utf-8")


@pytest.mark.parametrize(
    ("damage", "error", "words"),
    [
        (shutil.rmtree, ModelMissing, "there is no model"),
        (remove_weights, ModelIncomplete, r"base lacks model\.safetensors"),
        (cut_weights, ModelTruncated, r"model\.safetensors is cut off"),
        (drop_a_bias, ModelMismatch, "base: the weight 'output.bias' is missing from the stored weights"),
    ],
)
def test_a_model_that_cannot_be_gone_on_from_is_named_before_any_text_is_read(
    base: Path, tmp_path: Path, damage: Callable[[Path], None], error: type[Exception], words: str
) -> None:
    damage(base)
    with pytest.raises(error, match=words):
        next(make(order(never_read(tmp_path), tmp_path / "made", start=base)))
    assert not run_folder(tmp_path / "made").exists()


def test_a_model_under_training_may_be_gone_on_from_but_not_in_its_place(base: Path, tmp_path: Path) -> None:
    source = written(tmp_path, "new", NEW)
    running = make(order(source, base, start=base))
    next(running)
    with pytest.raises(RunError, match="base is being trained by another process"):
        next(make(order(source, base, more=True)))
    assert isinstance(list(make(order(source, tmp_path / "made", start=base)))[-1], Finished)
    del running


def test_all_that_a_run_under_way_knows_of_is_named(base: Path, tmp_path: Path) -> None:
    new, to = written(tmp_path, "new", NEW), tmp_path / "made"
    stopped_at_once(make(order(new, to, start=base, old=written(tmp_path, "along", OLD)), lambda: True))
    assert run_sources(to) == (str(new), str(tmp_path / "along.txt"), "old.txt")


def test_what_goes_on_is_said_first(base: Path, tmp_path: Path) -> None:
    events = make(order(written(tmp_path, "new", NEW), base, start=base))
    prepared, planned = next(events), next(events)
    assert isinstance(prepared, Prepared)
    assert prepared.notes[-1].startswith(
        f"{base} is there already, and is replaced only if held-out text is read no worse then"
    )
    assert isinstance(planned, Planned)
    assert planned.reasons[0] == "goes on from base"


def made_from_scratch(source: Path, to: Path, steps: int, **text: object) -> list[Event]:
    recipe = {**RECIPE, "training": {**RECIPE["training"], "steps": steps}}
    return list(make(order_for([str(source)], to, recipe=recipe, tables={"text": text}, start="scratch")))


def warned(events: list[Event]) -> str:
    return " ".join(event.message for event in events if isinstance(event, Warned))


@pytest.mark.parametrize("unit", ["characters", "words"])
def test_a_new_model_that_reads_worse_than_the_one_in_its_place_is_kept_aside(
    tmp_path: Path, unit: str
) -> None:
    """Whatever it began from and whatever a token of either is: both read the same characters."""
    source, to = written(tmp_path, "old", OLD), tmp_path / "made"
    made_from_scratch(source, to, 400, unit=unit)
    before = digest(to)
    events = made_from_scratch(source, to, 2)
    last = events[-1]
    assert isinstance(last, Finished)
    assert (last.kept, last.replaced, digest(to)) == (True, False, before)
    assert last.figures == record(to)["held_out"]
    assert "made stays as it is: on held-out text this training would have made it worse, " in warned(events)
    assert f"to take it all the same: foreword rollback --aside -m {to}" in warned(events)
    measured = next(event for event in events if isinstance(event, Measured))
    assert last.aside is not None
    assert bits(last.aside, OLD[-measured.characters :]) == pytest.approx(
        measured.bits_per_character, abs=1e-5
    )
    assert bits(to, OLD[-measured.characters :]) < measured.bits_per_character

    aside = digest(last.aside)
    take_aside(to)
    assert digest(to) == aside
    assert not last.aside.exists()
    roll_back(to)
    assert digest(to) == before


def test_a_new_model_that_reads_no_worse_replaces_the_one_before_which_is_kept(tmp_path: Path) -> None:
    source, to = written(tmp_path, "old", OLD), tmp_path / "made"
    made_from_scratch(source, to, 2)
    first = digest(to)
    assert made_from_scratch(source, to, 80)[-1].replaced  # type: ignore[union-attr]
    again = made_from_scratch(source, to, 80)[-1]  # the same seed, so no worse
    assert isinstance(again, Finished)
    assert again.replaced
    roll_back(to)
    roll_back(to)
    assert digest(to) == first


def test_going_on_from_another_model_replaces_none_that_reads_better(base: Path, tmp_path: Path) -> None:
    """Though it reads better than the one that it went on from."""
    source, to = written(tmp_path, "new", NEW), tmp_path / "made"
    made_from_scratch(source, to, 200)
    events = list(make(order(source, to, start=base, tables={"training": {"steps": 10}})))
    assert isinstance(events[-1], Finished)
    assert events[-1].kept


def test_a_run_that_is_resumed_replaces_no_better_model_either(tmp_path: Path) -> None:
    source, to = written(tmp_path, "old", OLD), tmp_path / "made"
    made_from_scratch(source, to, 80)
    recipe = {**RECIPE, "training": {**RECIPE["training"], "steps": 4}}
    stopped_at_once(make(order_for([str(source)], to, recipe=recipe, start="scratch"), lambda: True))
    last = list(resume_run(to))[-1]
    assert isinstance(last, Finished)
    assert last.kept


def test_models_that_cannot_be_compared_are_replaced_with_the_way_back(tmp_path: Path) -> None:
    """One has learned what is held out now, and would win whatever the other has learned."""
    source, to = written(tmp_path, "old", OLD), tmp_path / "made"
    made_from_scratch(source, to, 80, held_out=0.0)
    for held_out in (0.1, 0.0):
        events = made_from_scratch(source, to, 2, held_out=held_out)
        assert isinstance(events[-1], Finished)
        assert events[-1].replaced
        assert f"To have that one again: foreword rollback -m {to}" in warned(events)
