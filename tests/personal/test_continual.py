"""A memory and its network: each message is taught once, and the memory knows which networks trained on it."""

import json
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from foreword.corpus.texts import MEMORY, ReadSettings, Source, read
from foreword.errors import SourceEmpty, SourceMissing
from foreword.keyboard.exchange import exported, import_lines
from foreword.keyboard.learn import learn_source
from foreword.keyboard.memory import NETWORKS, KnownMessages, Memory, Message, memory_path
from foreword.keyboard.trained_on import FEWEST, TrainedOn, weights_digest
from foreword.modelfolder import read as read_model
from foreword.modelfolder import run_folder
from foreword.modelfolder.versions import roll_back, versions_of
from foreword.personal.continual import InitialWeights
from foreword.personal.events import Compared, Event, Finished, Prepared, Remembered, Validated
from foreword.personal.lessons import Lessons, learn_left, note_trained, teach
from foreword.personal.request import Asked, resolve
from foreword.personal.train import resume, train
from foreword.sources.reading import documents
from foreword.training.plan import read_plan
from trainings import (
    NEW,
    OLD,
    asked,
    contents,
    corpus_of,
    learned,
    memory_of,
    new_text,
    of,
    record,
    remembered,
    stopped,
    text_of,
    toy,
    trained,
    warnings,
    written,
)

TRAINED = "2026-03-01T12:00:00+00:00"
LINES = [f"this is message number {number}" for number in range(400)]
BASE64 = "MIIEpAIBAAKCAQEA7bqsDFoaqT0MIIEpAIBAAKCAQEA7b\n"
KEY = f"-----BEGIN PRIVATE KEY-----\n{BASE64 * 9}-----END PRIVATE KEY-----"


def taught(
    memory: Memory, *sources: Source, folder: Path, me: str | None = None
) -> tuple[Lessons, list[int]]:
    """What a run teaches from sources, and the numbers of the held-out messages."""
    with read(sources, folder / "texts", ReadSettings(me=me)) as texts:
        of_run = teach(texts, memory)
    return of_run, learn_left(of_run, memory)


def texts_of(memory: Memory, numbers: Iterable[int]) -> list[str]:
    found = {each.number: each.text for each in memory.messages()}
    return [found[number] for number in numbers]


# Teaching


SOURCES: dict[str, str | list[str]] = {
    "lines": "\n".join(LINES),
    "carriage returns": "\r\n".join(LINES),
    "blank lines": "\n\n \t\n".join(LINES) + "\n\n",
    "blanks around": "  \n ".join(LINES),
    "long lines": "\n".join([*LINES[:99], "word " * 2_500, "x" * 30_000, *LINES[99:]]),
    "one long line": "word " * 3_000,
    "thousands": "\n".join(f"{line}, {at}" for at in range(3) for line in LINES[:350]),
    "the same again and again": "ok\nyes\nok\n" * 150,
    "secrets": "\n".join([*LINES[:99], "my card is 4111 1111 1111 1111", KEY, *LINES[99:]]),
    "soft hyphens": "cafe\u00ad\u0301 and soft hy\u00adphens\n".join(LINES),
    "a folder": ["\n".join(LINES), "\r\n".join(LINES[:50]) + "\r\n", "no newline", "", *LINES[:9]],
    "a chat": "".join(
        f"12/01/2024, {10 + at // 60}:{at % 60:02} - {('Ana', 'Bo')[at % 2]}: hi {at}\n" for at in range(400)
    ),
    "a minute of a chat": "12/01/2024, 10:00 - Bo: and?\n" + "12/01/2024, 10:00 - Ana: ok\n" * 400,
}


@pytest.fixture(params=SOURCES)
def source(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str | None]:
    """A source, and the person whose words are to be learned."""
    contents = SOURCES[request.param]
    if isinstance(contents, str):
        (tmp_path / "source.txt").write_bytes(contents.encode())
        return str(tmp_path / "source.txt"), "Ana" if "chat" in request.param else None
    for at, text in enumerate(contents):
        written(tmp_path / "source", f"{at}.txt", []).write_bytes(text.encode())
    return str(tmp_path / "source"), None


def test_learn_and_train_teach_each_message_once(source: tuple[str, str | None], tmp_path: Path) -> None:
    path, me = source
    learned, first = Memory.open(), Memory.open()
    learn_source(learned, documents(path, me=me))
    messages = [each.text for each in learned.messages()]
    times = [each.time for each in learned.messages()]
    for memory in (first, learned, first):  # by training alone; after learning; after both
        of_run, held_out = taught(memory, path, folder=tmp_path, me=me)
        assert [each.text for each in memory.messages()] == messages
        assert me is None or [each.time for each in memory.messages()] == times
        numbers = [*of_run.trained, *held_out]
        assert sorted(numbers) == [each.number for each in memory.messages()]
        assert texts_of(memory, numbers) == messages
        assert learn_source(memory, documents(path, me=me)).messages == 0


def test_a_grown_source_teaches_only_its_new_lines(tmp_path: Path) -> None:
    memory, before = Memory.open(), 0
    for count in (200, 1_400, 3_000, 3_000):
        path = written(tmp_path, "grown.txt", [f"message {at}" for at in range(count)])
        of_run, held_out = taught(memory, str(path), folder=tmp_path)
        assert len(memory.messages()) == count
        assert sorted([*of_run.trained, *held_out]) == list(range(1, count + 1))
        assert (of_run.messages, of_run.known) == (count - before, before)
        before = count


def test_a_line_that_the_memory_has_is_trained_on_and_not_learned_again(tmp_path: Path) -> None:
    """Each source has its own numbers, and an equal line counts once for each message."""
    memory = Memory.open()
    memory.learn("ok\ntyped before\nok")
    sources = [str(written(tmp_path, f"{at}.txt", ["ok", *LINES[at : at + 60], "ok"])) for at in (0, 1)]
    of_run, held_out = taught(memory, sources[0], folder=tmp_path)
    assert {*of_run.trained, *held_out} == {1, 3, *range(4, 64)}
    assert [learn_source(memory, documents(source)).messages for source in sources] == [0, 1]
    of_run, held_out = taught(memory, *sources, folder=tmp_path)
    assert sorted([*of_run.trained, *held_out]) == [1, *range(3, 65)]


def test_a_memory_cleared_during_a_training_stays_empty_and_learns_the_source_again(
    tmp_path: Path,
) -> None:
    source, memory = str(written(tmp_path, "a.txt", LINES)), Memory.open()
    with read((source,), tmp_path / "texts", ReadSettings()) as texts:
        of_run = teach(texts, memory)
    memory.clear()
    assert (learn_left(of_run, memory), memory.size()) == ([], 0)
    assert learn_source(memory, documents(source)).messages == 400


def test_a_sample_is_not_taught_to_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foreword.sources.samples._chitchat", lambda: documents(str(tmp_path / "a.txt")))
    written(tmp_path, "a.txt", LINES)
    memory = Memory.open()
    of_run, held_out = taught(memory, "sample:chitchat", folder=tmp_path)
    assert (of_run.trained, held_out, memory.messages()) == ([], [], [])


# Trained and untrained messages


@pytest.fixture
def months() -> Memory:
    memory = Memory.open()
    for month, text in enumerate(("one", "two", "three", "four"), 1):
        memory.learn(text, datetime(2026, month, 1, 12, tzinfo=UTC))
    return memory


def words(found: Iterable[Message]) -> list[str]:
    return [each.text for each in found]


def test_each_message_is_untrained_trained_held_out_or_waiting(months: Memory, tmp_path: Path) -> None:
    me = toy(tmp_path / "me", time=TRAINED).folder
    months.set_known_to(weights_digest(me), KnownMessages(trained={2}, held_out={3}, waiting={4}))  # type: ignore[arg-type]
    known = TrainedOn.of(months, me)
    found = (known.untrained, known.trained, known.held_out, known.waiting)
    assert [words(each) for each in found] == [["one"], ["two"], ["three"], ["four"]]
    assert known.characters == len("one\n")
    months.learn("a" * (FEWEST - len("one\na\n")))
    assert not TrainedOn.of(months, me).is_enough()
    months.learn("b")
    assert TrainedOn.of(months, me).is_enough()


def test_a_memory_of_two_years_is_compared_with_a_network_in_linear_time(tmp_path: Path) -> None:
    """Two hundred thousand messages took many minutes."""
    me, memory, numbers = toy(tmp_path / "me").folder, Memory.open(), frozenset(range(1, 20_001))
    memory.learn("a\n" * len(numbers))
    memory.set_known_to(weights_digest(me), KnownMessages(trained=numbers))
    begun = time.process_time()
    assert len(TrainedOn.of(memory, me).trained) == len(numbers)
    assert time.process_time() - begun < 6  # a set of all numbers for each message takes 8


@pytest.mark.parametrize(
    ("training", "untrained"),
    [({"time": TRAINED, "date": "2026-01-01"}, "four"), ({"date": "soon"}, "one two three four")],
)
def test_a_memory_uses_the_training_time_of_an_unknown_network(
    months: Memory, tmp_path: Path, training: dict[str, object], untrained: str
) -> None:
    """An example is a memory exported and imported on another computer."""
    other = Memory.open()
    import_lines(other, exported(months), "here")
    known = TrainedOn.of(other, toy(tmp_path / "me", **training).folder)
    assert words(known.untrained) == untrained.split()


BEFORE = KnownMessages(trained=frozenset([1]), held_out=frozenset([3]), waiting=frozenset([2, 4]))


@pytest.mark.parametrize(
    ("name", "before", "trained_on"),
    [
        ("me", BEFORE, {1, 2}),
        ("me", None, {1, 2, 3, 4}),  # by the date of its training
        ("base", None, {2}),  # somebody else's network knows nothing of this person
    ],
)
def test_a_network_inherits_the_trained_messages_of_its_initial_model(
    months: Memory, tmp_path: Path, name: str, before: KnownMessages | None, trained_on: set[int]
) -> None:
    initial = InitialWeights(name=name, sha256="before", weights={}, training={"date": "2100-01-01"})
    if before is not None:
        months.set_known_to("before", before)
    made = toy(tmp_path / "aside").folder
    note_trained(Lessons(trained=[2]), [4], months, made, initial, name="me")
    known = months.known_to(weights_digest(made))
    assert known is not None
    assert known.trained == trained_on
    assert known.held_out == ({3, 4} if before else {4} - trained_on)
    assert known.waiting == set()
    assert months.known_to("before") == before


def test_a_network_stays_known_after_many_worse_ones_from_it(months: Memory, tmp_path: Path) -> None:
    """It stays in use, and each next training continues from it; the others are kept aside."""
    known = KnownMessages(trained=frozenset([1]))
    months.set_known_to("used", known)
    initial = InitialWeights(name="me", sha256="used", weights={}, training={})
    for number in range(NETWORKS + 1):
        note_trained(Lessons(trained=[2]), [], months, toy(tmp_path / "aside").folder, initial, name="me")
        months.set_known_to(f"aside {number}", KnownMessages())
    assert months.known_to("used") == known


def test_a_memory_damaged_during_a_training_knows_nothing(me: Path, old_text: Path, tmp_path: Path) -> None:
    events = list[Event]()
    for event in train(asked(old_text, tmp_path / "next", start=me, steps=2)):
        events.append(event)
        if isinstance(event, Validated):
            (tmp_path / "next.memory").write_bytes(b"no memory" * 1_000)
    assert "next.memory.damaged-1" in warnings(events)
    known = memory_of(tmp_path / "next").known_to(weights_digest(read_model(tmp_path / "next")))
    assert known is None or not known.trained


# `train --more`


def known_to(model: Path) -> TrainedOn:
    with closing(memory_of(model)) as memory:
        return TrainedOn.of(memory, read_model(model))


def began(model: Path, **options: Any) -> Prepared:
    """The first event of a run that is stopped at once; its corpus is left for inspection."""
    events = stopped(train(asked(None, model, more=True, **options), lambda: True))
    return of(Prepared, events)[0]


def test_more_trains_on_untrained_messages_and_replays_trained_ones(me: Path) -> None:
    """The latest messages are held out. The old ones come from the memory and keep their split."""
    before = known_to(me)
    learned(me, NEW)
    prepared, corpus = began(me), corpus_of(me)
    assert new_text(corpus).splitlines() == NEW
    assert text_of(corpus, corpus.test).splitlines()[-1] == NEW[-1]
    assert prepared.notes[0] == (
        f"me learns 60 new messages of me.memory ({sum(len(line) + 1 for line in NEW):,} characters); "
        "the newest are held out"
    )
    assert prepared.notes[1].endswith("suggestions will come from me as it was and from the memory")
    assert text_of(corpus, corpus.old).splitlines() == words(before.trained)
    assert text_of(corpus, corpus.old_held_out).splitlines() == words(before.held_out)
    assert words((*before.trained, *before.held_out)) == OLD
    assert {source.place for source in (*corpus.sources, *corpus.old_sources)} == {MEMORY}


def test_more_orders_messages_by_their_times_and_replays_the_given_text(me: Path, tmp_path: Path) -> None:
    """An old chat that is taught last does not count as the latest."""
    with closing(memory_of(me)) as memory:
        for some, month in ((NEW[30:], 5), (NEW[:30], 2)):
            for at, text in enumerate(some):
                memory.learn(text, datetime(2026, month, 1, 12, at, tzinfo=UTC))
    began(me, old=written(tmp_path, "old.txt", OLD[:9]))
    corpus = corpus_of(me)
    assert new_text(corpus).splitlines() == NEW
    assert text_of(corpus, corpus.old, corpus.old_held_out).splitlines() == OLD[:9]


def test_the_next_run_trains_on_the_last_held_out_messages(me: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foreword.personal.train.MOST_CHARACTERS", 100)  # the memory has its own messages
    before, trained_on = contents(me), words(known_to(me).trained)
    learned(me, NEW)
    events = trained(None, me, more=True, steps=60)
    (last,), compared = of(Finished, events), {each.text: each for each in of(Compared, events)}
    assert (last.replaced, last.kept) == (True, False)
    assert compared["new"].after < compared["new"].before
    assert "old" in compared
    assert [contents(path) for path in versions_of(me)] == [before]
    assert (run_folder(me).exists(), remembered(me)) == (False, [*OLD, *NEW])
    assert of(Remembered, events) == []

    known = known_to(me)
    waiting = words(known.waiting)
    assert 10 < len(waiting) < 30
    assert (known.untrained, waiting) == ((), NEW[-len(waiting) :])
    assert words(known.trained) == [*trained_on, *NEW[: -len(waiting)]]
    nothing = r"me\.memory has learned nothing since me was trained; write on, or teach .* SOURCE -m .*/me$"
    with pytest.raises(SourceEmpty, match=nothing):
        asked(None, me, more=True)

    later = [f"und noch einmal {line}" for line in NEW]
    learned(me, later)
    prepared, corpus = began(me), corpus_of(me)
    assert new_text(corpus).splitlines() == [*waiting, *later]
    assert text_of(corpus, corpus.old).splitlines() == words(known.trained)
    assert f"and {len(waiting)} that its last training held out" in prepared.notes[0]
    shutil.rmtree(run_folder(me))

    roll_back(me)
    assert words(known_to(me).untrained) == [*NEW, *later]


def test_a_worse_model_replaces_nothing(me: Path, measured: Callable[[Iterable[float]], None]) -> None:
    measured([2.0, 2.00001, 2.2])
    learned(me, NEW)
    before = contents(me)
    events = trained(None, me, more=True)
    assert "this training did not improve me on held-out text, so it stays as it is" in warnings(events)
    assert of(Finished, events)[0].kept
    assert (of(Compared, events), versions_of(me), run_folder(me).exists()) == ([], [], False)
    assert contents(me) == before
    assert words(known_to(me).untrained) == NEW  # the next run tries them again


@pytest.mark.parametrize("count", [0, 5])
def test_more_reuses_the_last_texts_if_there_is_little_new_text(me: Path, old_text: Path, count: int) -> None:
    learned(me, NEW[:count])
    training = json.dumps({**record(me), "old_sources": record(me)["sources"]})
    (me / "training.json").write_text(training, "utf-8")
    characters = sum(len(line) + 1 for line in NEW[:count])
    there = f"{characters} characters" if count else "nothing"
    enough = ", and training needs 2,000" if count else ""
    prepared, corpus = began(me), corpus_of(me)
    assert prepared.notes[0] == (
        f"me.memory has learned {there} since me was trained{enough}; training continues with the texts of the last one"
    )
    assert [source.place for source in (*corpus.sources, *corpus.old_sources)] == [str(old_text)] * 2
    assert new_text(corpus).splitlines() == OLD
    list(resume(me))
    assert remembered(me) == [*OLD, *NEW[:count]]
    assert words(known_to(me).untrained) == NEW[:count]


def test_changed_texts_are_refused_and_leave_no_run(tmp_path: Path) -> None:
    """They may contain held-out text."""
    source, to = written(tmp_path, "old.txt", OLD), tmp_path / "me"
    trained(source, to, steps=2)
    written(tmp_path, "old.txt", [*OLD, "one more"])
    with pytest.raises(SourceMissing, match=r"old\.txt has changed since me was trained on it; give"):
        list(train(asked(None, to, more=True)))
    assert not run_folder(to).exists()
    assert remembered(to) == OLD


def test_a_secret_in_an_old_memory_is_not_trained_on(me: Path) -> None:
    """Learning always removes secrets; one that came into the file in another way is removed, too."""
    learned(me, NEW)
    with closing(sqlite3.connect(memory_path(str(me)))) as database, database:
        secret = "my card is 4111 1111 1111 1111, use it"
        database.execute("UPDATE messages SET text = ? WHERE text = ?", (secret, NEW[0]))
    prepared = began(me)
    assert any(note.startswith("took out ") for note in prepared.notes)
    assert "4111" not in new_text(corpus_of(me))


def test_a_forgotten_word_in_new_or_old_text_is_not_trained_on(me: Path) -> None:
    learned(me, [*NEW, "bread for Anna"])
    with closing(memory_of(me)) as memory:
        memory.forget("bread")
    began(me)
    corpus = corpus_of(me)
    assert "… for Anna" in new_text(corpus)
    assert "bread" not in new_text(corpus) + text_of(corpus, corpus.old, corpus.old_held_out)


@pytest.mark.parametrize(("share", "held_out"), [(0.0, 0.1), (0.3, 0.3)])
def test_more_holds_out_text_even_if_the_first_training_did_not_and_replays_its_sample(
    me: Path, old_text: Path, monkeypatch: pytest.MonkeyPatch, share: float, held_out: float
) -> None:
    """Without held-out text, nobody could see whether the new model is worse."""
    monkeypatch.setattr("foreword.sources.samples._chitchat", lambda: documents(str(old_text)))
    text = (me / "training.json").read_text("utf-8")
    assert '"held_out": 0.1' in text
    text = text.replace('"held_out": 0.1', f'"held_out": {share}').replace(str(old_text), "sample:chitchat")
    (me / "training.json").write_text(text, "utf-8")
    learned(me, NEW)
    began(me)
    assert corpus_of(me).old_sources[-1].place == "sample:chitchat"
    assert corpus_of(me).test is not None
    assert read_plan(run_folder(me)).recipe.text.held_out == held_out


def test_a_memory_may_fail_to_learn(old_text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory_path(str(tmp_path / "me")).mkdir()
    assert "the memory has learned nothing: " in warnings(trained(old_text, tmp_path / "me", steps=2))
    monkeypatch.setattr("foreword.personal.train.MOST_CHARACTERS", 1_000)
    with closing(Memory.open(memory_path(str(tmp_path / "other")))) as memory:
        memory.learn("a message that the network never reads")
    told = trained(old_text, tmp_path / "other", steps=2)
    way = f"teach it your own with: foreword learn SOURCE -m {tmp_path / 'other'}"
    assert warnings(told).endswith(f"too long for the memory; {way}")
    assert not of(Remembered, told)
    assert len(known_to(tmp_path / "other").untrained) == 1
    monkeypatch.setattr("foreword.sources.samples._chitchat", lambda: documents(str(old_text)))
    assert not warnings(trained("sample:chitchat", tmp_path / "other", steps=2))
    memory_path(str(tmp_path / "me")).rmdir()
    (tmp_path / "me.memory").write_bytes(b"no memory" * 100)
    request = resolve(Asked([str(old_text)], tmp_path / "me"))
    assert "it is kept as me.memory.damaged-1" in request.notes[0]
