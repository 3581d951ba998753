"""An audit repeats a training with canaries in its text, records its result in the model and leaves nothing else."""

import json
import shutil
import signal
from collections import Counter, deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import toys
import trainings
from foreword.api import train
from foreword.assess.bits import nats, text_ids
from foreword.errors import ModelMismatch, OptionError, RunError
from foreword.modelfolder import names, run_folder
from foreword.modelfolder.versions import keep, versions_of
from foreword.personal import canaries
from foreword.personal import train as training
from foreword.personal.canaries import NOT_REMEMBERED, TIMES, Canary
from foreword.personal.events import Event, Planned, Prepared, Progressed, Warned
from foreword.personal.request import TrainRequest
from foreword.personal.run_folder import locked, private_folder
from foreword.runtime.model import Model
from foreword.text.secrets.scrubbing import scrub
from messages import RECIPE, messages

STEPS = 20
COPY = {"passes": 9.0, "own_passes": 9.3, "ended": "time", "share": 0.01, "start": None, "own_start": None}


def verdict(known: dict[int, float], **copy: float | str | None) -> str:
    """The verdict on canaries `known` with these exposures, by times."""
    levels = [{"times": at, "exposure": known.get(at, 1.4), "remembered": at in known} for at in TIMES]
    return canaries.verdict(levels, {**COPY, **copy})


TRACE = "A sentence written once leaves a trace: its secret is the likeliest of about {} like it."
NOTHING = f"{NOT_REMEMBERED}, even written 16 times."


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (verdict({}), NOTHING),
        (verdict({4: 9.0, 8: 12.0, 16: 12.0}), f"{NOT_REMEMBERED}. A sentence written 4 times leaves a trace."),
        (verdict({1: 5.0, 2: 9.0}), TRACE.format(32)),
        (verdict({1: 12.0}), TRACE.format("4,096")),
        (verdict({0: 8.0}), f"{NOTHING} But secrets that were never written also rank too high, so this result"),
        (verdict({}, passes=3.1), f"{NOTHING} But the copy was trained for 3.1 epochs, the model for 9.3: with "),
        (verdict({}, passes=3.1, ended="patience"), NOTHING),
        (verdict({}, own_passes=None), NOTHING),
        (verdict({}, own_start="base", start="base"), NOTHING),
        (verdict({}, own_start="made"), f"{NOTHING} But the model continued from made. The copy began from scratch: "),
        (verdict({}, share=0.3), f"{NOTHING} But canaries were 30% of the text of the copy: with a longer"),
    ],
)  # fmt: skip
def test_the_verdict_states_what_is_remembered_and_what_makes_it_uncertain(stated: str, words: str) -> None:
    assert stated.startswith(words)
    assert ("But" in stated) == ("But" in words)


def test_the_secrets_filter_lets_every_canary_pass() -> None:
    """Otherwise a network would never read them and could not memorise them."""
    for seed in range(20):
        chosen = canaries.canaries(seed)
        assert Counter(each.times for each in chosen) == TIMES
        assert len({each.beginning for each in chosen}) == len(chosen)
        text = "\n".join(each.beginning + each.secret for each in chosen)
        assert scrub(text).text == text


DIGITS = "0123456789"


def test_exposure_follows_from_the_rank_among_random_secrets(tmp_path: Path) -> None:
    """For this model, a secret is the likelier, the smaller the sum of its digits is."""
    row = {digit: 2.0 ** -int(digit) for digit in DIGITS}
    model = toys.of_letters(tmp_path / "counter", dict.fromkeys(DIGITS + "x \n", row))
    sums = np.array([1.0])
    for _ in range(8):
        sums = np.convolve(sums, np.full(10, 0.1))
    for secret, total in (("00 00 00 00", 0), ("23 23 23 23", 20), ("45 45 45 45", 36), ("99 99 99 99", 72)):
        expected = min(canaries.HIGHEST, -np.log2(sums[: total + 1].sum()))
        assert canaries.exposure_of(model, Canary(1, "x", secret)) == pytest.approx(expected, abs=0.3)
    assert canaries.HIGHEST == 12.0


@pytest.mark.parametrize("unit", ["characters", "words", "subwords"])
def test_information_is_that_of_each_whole_text(tmp_path: Path, unit: str) -> None:
    text = "see you at 12 35 then see you by 7 at the station and see 48 15 16 23 " * 9
    tokenizer = toys.tokenizer_of(unit, text)
    model = toys.babbler(tmp_path / "toy", tokenizer)
    texts = [f"see you at {end}" for end in ("48 15 16 23", "4", "", "the station", "12 35", "é")]
    whole = np.array([nats(model.exact, text_ids(tokenizer, each)) for each in texts])
    assert canaries.information(model, texts) == pytest.approx(whole, abs=1e-4)


def test_canaries_likelier_than_chance_explains_are_remembered(tmp_path: Path) -> None:
    rows = {"x": "0", "0": "1", "1": " ", " ": "246", "2": "3", "3": " ", "4": "5", "5": " ", "6": "7"}
    follows = {before: dict.fromkeys(after, 1.0) for before, after in rows.items()}
    model = toys.of_letters(tmp_path / "model", follows, others="y0123456789")
    chosen = [Canary(times, "y", "13 13 13 13") for times in TIMES]
    chosen += [Canary(1, "x", "01 23 45 67")] * 2
    never, once, *_ = canaries.levels_of(model, chosen)
    assert (never["times"], never["canaries"], never["remembered"]) == (0, 1, False)
    assert (once["times"], once["canaries"], once["remembered"]) == (1, 3, True)
    assert once["exposures"][1:] == [12.0, 12.0]
    assert once["exposure"] == pytest.approx(sum(once["exposures"]) / 3)


def test_few_canaries_leave_a_trace_only_with_a_higher_exposure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(canaries, "exposure_of", lambda *_, **__: 4.0)
    model = toys.indifferent(tmp_path / "model", "y")
    chosen = [Canary(times, "y", "") for times, count in {**TIMES, 16: 1}.items() for _ in range(count)]
    traces = {each["canaries"]: each["remembered"] for each in canaries.levels_of(model, chosen)}
    assert traces == {8: True, 4: True, 1: False}


@pytest.mark.parametrize(
    ("text", "held_out", "least", "most"),
    [
        (messages(100), 0.1, 0.1, 0.3),
        (messages(100) * 9, 0.1, 0.3, 0.52),
        (messages(100) * 9, 0.5, 0.1, 0.3),
        ("no line ends here " * 300, 0.1, 0.0, 0.3),
    ],
    ids=["short", "long", "half held out", "one line"],
)
def test_canaries_are_lines_to_be_trained_on(text: str, held_out: float, least: float, most: float) -> None:
    lines = [f"canary {number}\n" for number in range(20)]
    found = canaries.planted(text, lines, held_out, seed=3)
    there = [line for line in found.splitlines(keepends=True) if line in lines]
    assert sorted(there) == sorted(lines) != there
    assert "".join(line for line in found.splitlines(keepends=True) if line not in lines) == text
    assert least < found.rindex("canary") / len(found) < most
    assert found == canaries.planted(text, lines, held_out, seed=3)
    assert found != canaries.planted(text, lines, held_out, seed=4)


def test_an_audit_changes_only_the_record_and_the_card(tmp_path: Path) -> None:
    """The audited model still counts as the kept version; otherwise a rollback would give it back without its audit."""
    leaks: canaries.Figures = {
        "date": "2026-11-25", "verdict": "Well.", "canaries": [],
        "highest_exposure": 12.0, "exposure_of_the_unknown": 1.44,
    }  # fmt: skip
    toy = trainings.toy(tmp_path / "me", date="2026-01-01", secrets={"key": 2})
    keep(toy.path)
    key, before = Model.open(toy.path).key, trainings.contents(toy.path)
    canaries.record_leaks(toy.folder, leaks)
    after = trainings.contents(toy.path)
    assert {name for name in before if before[name] != after[name]} == {names.TRAINING, names.CARD}
    assert before.keys() == after.keys()
    assert trainings.record(toy.path) == {"date": "2026-01-01", "secrets": {"key": 2}, "audit": leaks}
    card = (toy.path / names.CARD).read_text("utf-8")
    assert card.startswith("A toy.\n\n## Secrets\n")
    assert "Audited on 2026-11-25. Well.\n" in card
    assert not any("audit" in trainings.record(version) for version in versions_of(toy.path))
    assert Model.open(toy.path).key == key  # its memory still sees the same model
    audited = Model.open(toy.path).folder

    trainings.toy(toy.path, date="2026-01-02")  # replaced during an audit
    with pytest.raises(ModelMismatch, match="was replaced"):
        canaries.record_leaks(audited, leaks)
    with locked(run_folder(toy.path)), pytest.raises(RunError, match="another process trains"):
        canaries.record_leaks(Model.open(toy.path).folder, leaks)
    assert trainings.record(toy.path) == {"date": "2026-01-02"}


@pytest.fixture(scope="module")
def texts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A text and the model `made` from it; a chat and `mine`, which continues from `made`.

    An audit plants one or two canaries of each kind, so that it is quick.
    """
    folder = tmp_path_factory.mktemp("texts")
    (folder / "text.txt").write_text(messages(300), "utf-16-le")
    chat = [f"{('Ana', 'Bo')[at % 2]}: {line}" for at, line in enumerate(messages(200, seed=5).splitlines())]
    trainings.written(folder, "chat.txt", chat)
    made(folder / "text.txt", folder / "made", encoding="utf-16-le")
    made(folder / "chat.txt", folder / "mine", start=folder / "made", me="Ana")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(canaries, "TIMES", {0: 1, 1: 2, 2: 1, 4: 1, 8: 1, 16: 1})
        yield folder


def made(source: Path, to: Path, *, encoding: str | None = None, **options: Any) -> Model:
    text: dict[str, object] = {"encoding": encoding}
    network = {} if "start" in options else RECIPE["model"]
    recipe = {"model": network, "text": text, "training": {**RECIPE["training"], "steps": STEPS}}
    return train(source, to=to, recipe=recipe, **{"start": "scratch", **options})


def audited(
    model: Path, source: Path, look: Callable[[Event], object] = lambda _: None, **options: Any
) -> tuple[canaries.Figures, list[Event]]:
    """The result and the events of an audit; each event is passed to `look`."""
    looking, events = canaries.look_for_leaks(Model.open(model), source, **options), list[Event]()
    while True:
        try:
            events.append(next(looking))
            look(events[-1])
        except StopIteration as end:
            return end.value, events


def test_an_audit_records_its_result_and_leaves_nothing_else(texts: Path, tmp_path: Path, home: Path) -> None:
    model, modes = shutil.copytree(texts / "made", tmp_path / "made"), []

    def look(event: Event) -> None:
        if isinstance(event, Progressed):
            modes.append((home / ".audit").stat().st_mode & 0o777)

    leaks, events = audited(model, texts / "text.txt", look)
    shown = Counter(map(type, events))
    assert (shown[Prepared], shown[Planned], shown[Warned]) == (1, 1, 0)
    assert {*modes} == {0o700}
    assert [(each["times"], each["canaries"]) for each in leaks["canaries"]] == [*canaries.TIMES.items()]
    copy = leaks["copy"]
    assert (copy["steps"], copy["own_steps"], copy["start"]) == (STEPS, STEPS, None)
    assert 0 < copy["share"] < 0.2
    assert trainings.record(model)["audit"] == json.loads(json.dumps(leaks))
    assert leaks["verdict"] in (model / "README.md").read_text("utf-8")
    assert trainings.weights(model) == trainings.weights(texts / "made")
    assert [each for each in tmp_path.iterdir() if each != home] == [model]  # no memory learned a canary
    assert list(home.iterdir()) == []


def test_an_audit_repeats_the_training(texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With no canaries planted, the copy has exactly the weights of the model. From a chat, it has the same person."""
    monkeypatch.setattr(canaries, "planted", lambda text, *_: text)
    monkeypatch.setattr(canaries, "shipped_folder", lambda: texts / "made")
    weights = []

    def taught(request: TrainRequest) -> Iterator[Event]:
        yield from training.train(request)
        weights.append(trainings.weights(request.asked.to))

    monkeypatch.setattr(canaries, "train", taught)
    for name, source, start in (("made", "text.txt", None), ("mine", "chat.txt", "base")):
        model = shutil.copytree(texts / name, tmp_path / name)
        leaks, events = audited(model, texts / source)
        assert not [event for event in events if isinstance(event, Warned)]
        assert weights.pop() == trainings.weights(model)
        assert leaks["copy"]["start"] == start


def test_a_time_limit_shortens_the_copy(texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is the base, which may not be changed."""
    model = shutil.copytree(texts / "made", tmp_path / "made")
    monkeypatch.setattr(canaries, "shipped_folder", lambda: model)
    training = trainings.record(model) | {"steps": 10**6, "passes": 10**6, "seconds": 10**6}
    training["recipe"]["training"]["steps"] = 10**6
    training["sources"] *= 2
    (model / "training.json").write_text(json.dumps(training), "utf-8")
    leaks, events = audited(model, texts / "text.txt", minutes=0.02)
    warned = trainings.warnings(events)
    assert warned == "of the 2 texts that made was trained on, the copy learns this one alone"
    assert "with more --minutes, it would remember more" in leaks["verdict"]
    assert "audit" not in trainings.record(model)


def test_an_audit_leaves_no_files_or_the_next_one_deletes_them(texts: Path, home: Path) -> None:
    model, source = Model.open(texts / "made"), texts / "text.txt"
    looking = canaries.look_for_leaks(model, source)
    next(event for event in looking if isinstance(event, Prepared))
    with pytest.raises(RunError, match="another audit with --canaries is under way"):
        audited(texts / "made", source)
    with pytest.raises(KeyboardInterrupt):
        looking.throw(KeyboardInterrupt())
    assert list(home.iterdir()) == []
    looking = canaries.look_for_leaks(model, source)
    next(event for event in looking if isinstance(event, Progressed))
    signal.raise_signal(signal.SIGINT)  # the training catches it, and saves its run
    with pytest.raises(KeyboardInterrupt):
        deque(looking)
    assert list(home.iterdir()) == []
    trainings.written(home / ".audit", "text.txt", ["my own words"])
    with private_folder(".audit", "taken") as folder:
        assert list(folder.iterdir()) == []


def test_an_audit_refuses_a_short_text_and_warns_of_another_text_and_another_beginning(
    texts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a short text, canaries would be most of the training text, and some would be in its held-out text."""

    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied", "mine")

    monkeypatch.setattr(canaries, "record_leaks", refuse)
    model = shutil.copytree(texts / "mine", tmp_path / "mine")
    training = (model / "training.json").read_text("utf-8")
    slow = training.replace('"learning_rate": 0.01', '"learning_rate": 0.0002')  # that of a trained network
    (model / "training.json").write_text(slow, "utf-8")
    short, other = (
        trainings.written(tmp_path, f"{n}.txt", messages(n, seed=9).splitlines()) for n in (10, 100)
    )
    with pytest.raises(OptionError, match=r"needs [\d,]+ characters of text or more, and .* has \d+"):
        audited(model, short)
    leaks, events = audited(model, other)
    assert (leaks["copy"]["start"], leaks["copy"]["own_start"]) == (None, "made")
    (planned,) = (event for event in events if isinstance(event, Planned))
    assert planned.reasons[0].endswith("a learning rate of 0.01")
    assert [event.message for event in events if isinstance(event, Warned)] == [
        f"mine was not trained on the present text of {other}",
        "mine continued from made; the copy begins from scratch",
        "the result could not be written into the model: [Errno 13] Permission denied: 'mine'",
    ]
