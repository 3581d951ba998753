"""From a model to what it remembers that it should not, told, kept and stated."""

import json
from pathlib import Path

import pytest

import planted
from foreword.assess import canaries as chosen
from foreword.assess.canaries import Leaks
from foreword.errors import OptionError, PersonUnknown
from foreword.personal.events import Planned, Prepared, Warned
from foreword.personal.leaking import look_for_leaks
from foreword.personal.make import make
from foreword.personal.order import order_for
from foreword.runtime.model import Model
from messages import RECIPE, messages


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """A canary or two of each kind: it takes a moment."""
    monkeypatch.setattr(chosen, "TIMES", {0: 1, 1: 2, 2: 1, 4: 1, 8: 1, 16: 1})


@pytest.fixture
def secretive(tmp_path: Path) -> Path:
    """A text with secrets in it."""
    path = tmp_path / "secretive.txt"
    path.write_text(messages(300) + planted.TEXT + messages(300, seed=2), "utf-8")
    return path


@pytest.fixture
def model(secretive: Path, tmp_path: Path) -> Model:
    recipe = {**RECIPE, "training": {**RECIPE["training"], "steps": 60}}
    for _ in make(order_for([str(secretive)], tmp_path / "made", recipe=recipe)):
        pass
    return Model.open(tmp_path / "made")


def test_it_is_found_told_kept_and_stated(model: Model, secretive: Path) -> None:
    *events, leaks = look_for_leaks(model, secretive)
    assert isinstance(leaks, Leaks)
    assert [type(event) for event in events[:2]] == [Prepared, Planned]
    assert not any(isinstance(event, Leaks | Warned) for event in events)
    assert [(level.times, len(level.exposures)) for level in leaks.levels] == list(chosen.TIMES.items())
    assert {str(each.kind): each.taken for each in leaks.searched} == planted.FOUND
    assert {str(each.kind): each.looked_for for each in leaks.searched} == planted.FOUND
    assert not any(each.drawn for each in leaks.searched)
    assert leaks.verdict.endswith(
        "None of 9 secrets that are taken out of the text can be drawn out of the model."
    )
    assert leaks.repetition.steps == 60

    record = json.loads((model.path / "training.json").read_text("utf-8"))
    assert record["audit"] == json.loads(json.dumps(leaks.figures()))
    assert record["secrets"] == planted.FOUND
    card = (model.path / "README.md").read_text("utf-8")
    assert leaks.verdict in card
    assert planted.TOLD in card
    written = "".join(path.read_text("latin-1") for path in model.path.rglob("*") if path.is_file())
    assert not [secret for secret in planted.SECRETS if secret in written or secret in repr(leaks)]


@pytest.mark.slow
def test_the_same_seed_finds_the_same_canaries_and_another_one_others(model: Model, secretive: Path) -> None:
    found = []
    for seed in (1, 2):
        *_, leaks = look_for_leaks(model, secretive, seed=seed)
        assert isinstance(leaks, Leaks)
        found.append((leaks.seed, leaks.levels))
    assert found[0][0] == 1
    assert found[0] != found[1]


def test_where_it_cannot_be_kept_that_is_said(
    model: Model, secretive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "made")

    monkeypatch.setattr("foreword.personal.leaking.state", refuse)
    *_, warned, leaks = look_for_leaks(model, secretive)
    assert isinstance(leaks, Leaks)
    assert isinstance(warned, Warned)
    assert warned.message.startswith("what was found could not be written into the model: ")


@pytest.mark.slow
def test_of_a_chat_the_words_of_the_one_it_learned_from_are_taken(tmp_path: Path) -> None:
    chat = tmp_path / "chat.txt"
    lines = messages(400).splitlines()
    chat.write_text("".join(f"{('Ana', 'Bo')[at % 2]}: {line}\n" for at, line in enumerate(lines)), "utf-8")
    recipe = {**RECIPE, "training": {**RECIPE["training"], "steps": 4}}
    for name, me in (("ana", "Ana"), ("all", None)):
        source = chat if me else tmp_path / "plain.txt"
        (tmp_path / "plain.txt").write_text(messages(100), "utf-8")
        for _ in make(order_for([str(source)], tmp_path / name, recipe=recipe, me=me)):
            pass
    *events, _ = look_for_leaks(Model.open(tmp_path / "ana"), chat)
    prepared = next(event for event in events if isinstance(event, Prepared))
    assert not any("is not, as it is now" in note for note in prepared.notes)
    with pytest.raises(PersonUnknown):
        next(look_for_leaks(Model.open(tmp_path / "all"), chat))
    *_, leaks = look_for_leaks(Model.open(tmp_path / "all"), chat, me="Bo")
    assert isinstance(leaks, Leaks)


def test_what_makes_no_sense_is_refused_before_anything_is_done(model: Model) -> None:
    with pytest.raises(OptionError, match="the text is read more than once: name a file or a folder, not -"):
        look_for_leaks(model, "-")
    for minutes in (0.0, -1.0, float("inf"), float("nan")):
        with pytest.raises(OptionError, match=r"--minutes .*: give a finite time above 0"):
            look_for_leaks(model, "text.txt", minutes=minutes)
