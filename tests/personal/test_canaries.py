"""An audit repeats a training with canaries in its text, records its result in the model and leaves nothing else."""

import json
import shutil
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import planted as secretive
import trainings
from foreword.assess import canaries as chosen
from foreword.assess.canaries import Leaks, Level, Repetition
from foreword.corpus.samples import documents
from foreword.errors import OptionError, PersonUnknown, RunError, SourceMissing
from foreword.modelfolder import names
from foreword.modelfolder.versions import keep, roll_back, versions_of
from foreword.personal import canaries
from foreword.personal.api import train
from foreword.personal.canaries import look_for_leaks, planted, state
from foreword.personal.events import Event, Planned, Prepared, Progressed, Warned
from foreword.personal.request import TrainRequest
from foreword.personal.run_folder import private_folder
from foreword.personal.train import train as run
from foreword.runtime.model import Model
from messages import RECIPE, messages

STEPS = 20
LEAKS = Leaks(
    date="2026-11-25",
    seed=0,
    levels=tuple(Level(times=times, exposures=(1.0, 2.0), drawn=0) for times in (0, 1, 2, 4, 8, 16)),
    searched=(),
    repetition=Repetition(
        steps=1, own_steps=1, passes=1.0, own_passes=1.0, seconds=1.0, ended="time", start=None, share=0.01
    ),
)


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """One or two canaries of each kind, so that an audit is quick."""
    monkeypatch.setattr(chosen, "TIMES", {0: 1, 1: 2, 2: 1, 4: 1, 8: 1, 16: 1})


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a text that contains secrets, the model `made` from it, and `mine`, which continues from `made`."""
    folder = tmp_path_factory.mktemp("texts")
    (folder / "text.txt").write_text(messages(150) + secretive.TEXT + messages(150, seed=2), "utf-8")
    (folder / "more.txt").write_text(messages(100, seed=5), "utf-8")
    made(folder / "text.txt", folder / "made")
    made(folder / "more.txt", folder / "mine", start=folder / "made")
    return folder


def found(
    looking: Generator[Event, None, Leaks],
    events: list[Event],
    look: Callable[[Event], None] = lambda _: None,
) -> Leaks:
    """The result of an audit. Each of its events is added to `events` and passed to `look`."""
    while True:
        try:
            events.append(next(looking))
            look(events[-1])
        except StopIteration as end:
            return end.value  # type: ignore[no-any-return]


def made(source: Path, to: Path, *, start: Path | str = "scratch", me: str | None = None) -> Model:
    model = RECIPE["model"] if start == "scratch" else {}
    recipe = {"model": model, "training": {**RECIPE["training"], "steps": STEPS}}
    return train(source, to=to, start=start, recipe=recipe, me=me)


def test_an_audit_records_its_result_in_the_model_and_leaves_nothing_else(
    texts: Path, tmp_path: Path, home: Path
) -> None:
    model = Model.open(shutil.copytree(texts / "made", tmp_path / "made"))
    events: list[Event] = []

    def look(event: Event) -> None:
        if isinstance(event, Progressed):
            assert (home / ".audit").stat().st_mode & 0o777 == 0o700

    leaks = found(look_for_leaks(model, texts / "text.txt"), events, look)
    told = [type(each) for each in events if isinstance(each, Prepared | Planned | Warned)]
    assert told == [Prepared, Planned]
    assert [(level.times, len(level.exposures)) for level in leaks.levels] == list(chosen.TIMES.items())
    assert {str(each.kind): each.taken for each in leaks.searched} == secretive.FOUND
    assert not any(each.drawn for each in leaks.searched)
    copy = leaks.repetition
    assert (copy.steps, copy.own_steps, copy.start, copy.is_short) == (STEPS, STEPS, None, False)
    assert 0 < copy.share < 0.2
    assert trainings.record(model.path)["audit"] == json.loads(json.dumps(leaks.figures()))
    card = (model.path / "README.md").read_text("utf-8")
    assert leaks.verdict in card
    assert secretive.TOLD in card
    written = b"".join(trainings.contents(model.path).values()).decode("latin-1")
    assert not [secret for secret in secretive.SECRETS if secret in written or secret in repr(leaks)]
    assert list(home.iterdir()) == []


def test_a_text_too_short_for_the_canaries_is_refused(texts: Path, tmp_path: Path) -> None:
    """The canaries would be most of the copy's training text, and some would be in its held-out text."""
    short = tmp_path / "short.txt"
    short.write_text(messages(10), "utf-8")
    with pytest.raises(OptionError, match=r"needs [\d,]+ characters of text or more, and .* has \d+"):
        found(look_for_leaks(Model.open(texts / "made"), short), [])


def test_an_audit_repeats_the_original_training(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With no canaries planted, the copy has exactly the weights of the model."""
    monkeypatch.setattr(canaries, "planted", lambda text, *_: text)
    weights = []

    def taught(request: TrainRequest) -> Iterator[Event]:
        yield from run(request)
        weights.append((request.asked.to / "model.safetensors").read_bytes())

    monkeypatch.setattr(canaries, "train", taught)
    for name, source in (("made", "text.txt"), ("mine", "more.txt")):
        model = Model.open(shutil.copytree(texts / name, tmp_path / name))
        leaks = found(look_for_leaks(model, texts / source), [])
        assert weights.pop() == (model.path / "model.safetensors").read_bytes()
    assert leaks.repetition.start == "made"


@pytest.mark.parametrize(
    "text", [messages(100), "no line ends here " * 300, "x" * 5_000], ids=["lines", "words", "x"]
)
def test_canaries_are_planted_as_lines_in_the_training_part(text: str) -> None:
    lines = [f"canary {number}\n" for number in range(20)]
    planted_text = planted(text, lines, 0.1, seed=3)
    assert [f"{line}\n" for line in planted_text.split("\n") if line.startswith("canary ")] != lines
    without = "".join(line for line in planted_text.splitlines(keepends=True) if line not in lines)
    assert without.replace("\n", "") == text.replace("\n", "")
    assert planted_text.rindex("canary") < len(planted_text) / 2
    assert planted_text == planted(text, lines, 0.1, seed=3) != planted(text, lines, 0.1, seed=4)


def test_a_time_limit_shortens_the_copy_of_a_long_training(texts: Path, tmp_path: Path) -> None:
    model = Model.open(shutil.copytree(texts / "made", tmp_path / "made"))
    training = {**model.folder.training, "steps": 10**6, "passes": 10**6, "seconds": 10**6}
    training["recipe"]["training"]["steps"] = 10**6  # type: ignore[index]
    (model.path / "training.json").write_text(json.dumps(training), "utf-8")
    looking = look_for_leaks(Model.open(model.path), texts / "text.txt", minutes=0.02)
    assert found(looking, []).repetition.is_short


@pytest.mark.parametrize("moment", [Prepared, Progressed])
def test_an_interrupted_audit_leaves_no_files(texts: Path, home: Path, moment: type[Event]) -> None:
    looking = look_for_leaks(Model.open(texts / "made"), texts / "text.txt")
    next(event for event in looking if isinstance(event, moment))
    with pytest.raises(KeyboardInterrupt):
        looking.throw(KeyboardInterrupt())
    assert list(home.iterdir()) == []


def test_an_audit_deletes_the_files_of_a_killed_audit_and_refuses_a_second_audit(
    texts: Path, home: Path
) -> None:
    model = Model.open(texts / "made")
    (home / ".audit").mkdir(parents=True)
    (home / ".audit" / "text.txt").write_text("my own words", "utf-8")
    with pytest.raises(SourceMissing):
        found(look_for_leaks(model, texts / "nowhere.txt"), [])
    with private_folder(".audit", "taken") as folder:
        assert list(folder.iterdir()) == []
        with pytest.raises(RunError, match="another audit with --canaries is under way"):
            found(look_for_leaks(model, texts / "text.txt"), [])
        assert folder.is_dir()
    assert list(home.iterdir()) == []


def test_an_audit_warns_of_changed_text_missing_model_and_unwritten_result(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "mine")

    monkeypatch.setattr(canaries, "state", refuse)
    model = Model.open(shutil.copytree(texts / "mine", tmp_path / "mine"))
    other, events = tmp_path / "other.txt", list[Event]()
    other.write_text(messages(100, seed=9), "utf-8")
    leaks = found(look_for_leaks(model, other), events)
    assert leaks.repetition.start is None
    assert [event.message for event in events if isinstance(event, Warned)] == [
        f"mine was not trained on the present text of {other}",
        "mine went on from made, which is not there any more: the copy begins from scratch",
        "the result could not be written into the model: [Errno 13] Permission denied: 'mine'",
    ]


@pytest.mark.slow
def test_an_audit_of_a_chat_uses_the_person_named_in_training(tmp_path: Path) -> None:
    chat, lines = tmp_path / "chat.txt", messages(300).splitlines()
    chat.write_text("".join(f"{('Ana', 'Bo')[at % 2]}: {line}\n" for at, line in enumerate(lines)), "utf-8")
    model = made(chat, tmp_path / "ana", me="Ana")
    events: list[Event] = []
    found(look_for_leaks(model, chat), events)
    assert not [event for event in events if isinstance(event, Warned)]
    prepared = next(event for event in events if isinstance(event, Prepared))
    own = sum(len(each.text) + 1 for each in documents(str(chat), me="Ana"))
    assert own < prepared.training_characters + prepared.held_out_characters < 1.2 * own
    (model.path / "training.json").write_text(json.dumps({**model.folder.training, "private": {}}), "utf-8")
    with pytest.raises(PersonUnknown):
        found(look_for_leaks(Model.open(model.path), chat), [])


def test_an_audit_changes_only_the_record_and_the_card(tmp_path: Path) -> None:
    """The audited model still counts as the kept version; otherwise a rollback would give it back without its audit."""
    toy = trainings.toy(tmp_path / "me", date="2026-01-01", secrets={"key": 2})
    keep(toy.path)
    (toy.path / names.TRAINING).unlink()  # the kept version shares this file
    (toy.path / names.TRAINING).write_text('{"date": "2026-02-02", "secrets": {"key": 2}}')
    keep(toy.path)
    key, before = Model.open(toy.path).key, trainings.contents(toy.path)
    state(toy.path, LEAKS)
    after = trainings.contents(toy.path)
    assert {name for name in before if before[name] != after[name]} == {names.TRAINING, names.CARD}
    assert before.keys() == after.keys()
    audit = json.loads(json.dumps(LEAKS.figures()))
    assert trainings.record(toy.path) == {"date": "2026-02-02", "secrets": {"key": 2}, "audit": audit}
    card = (toy.path / names.CARD).read_text("utf-8")
    assert card.startswith("A toy.\n\n## Secrets\n")
    assert LEAKS.verdict in card
    assert not any("audit" in trainings.record(version) for version in versions_of(toy.path))
    assert Model.open(toy.path).key == key  # its memory still sees the same model
    state(toy.path, replace(LEAKS, date="2027-01-01"))
    assert (toy.path / names.CARD).read_text("utf-8").count("## Secrets") == 1
    assert roll_back(toy.path).date == "2026-01-01"
    assert len(versions_of(toy.path)) == 2
