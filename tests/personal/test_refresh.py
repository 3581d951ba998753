"""Learning goes on: what the memory took in since is learned, once, and only where that does good."""

import re
import shutil
import sqlite3
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import numpy as np
import pytest

import foreword
from foreword.corpus.prepare import Corpus, Stream
from foreword.errors import SourceEmpty
from foreword.keyboard.exchange import exported, import_lines
from foreword.keyboard.memory import Memory, memory_path
from foreword.modelfolder import read, run_folder
from foreword.personal.events import Compared, Event, Finished, Planned, Prepared, Stopped, Warned
from foreword.personal.fresh import Fresh, fresh_for
from foreword.personal.make import make, resume_run
from foreword.personal.order import Order, Use, order_for
from foreword.personal.trying import BackTest
from foreword.personal.versions import roll_back, versions_of
from foreword.training.recipe import Table
from messages import RECIPE

OLD = [f"see you at {number} then, we should go to the market and buy bread" for number in range(60)]
NEW = [f"wir sehen uns um {number}, ich glaube auf dem Markt gibt es Brot" for number in range(60)]
SHORT: dict[str, Table] = {
    "training": {**RECIPE["training"], "steps": 60, "learning_rate": 0.01, "patience": 0}
}


@pytest.fixture(autouse=True)
def untried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing here is about the back-test, which takes its time."""
    monkeypatch.setattr(BackTest, "attempt", lambda *_: None)


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model that has learned the old messages from a file, and a memory beside it that has done so, too."""
    folder = tmp_path_factory.mktemp("finished")
    (folder / "old.txt").write_text("\n".join(OLD) + "\n", encoding="utf-8")
    recipe = {**RECIPE, "training": {**RECIPE["training"], "steps": 40}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BackTest, "attempt", lambda *_: None)
        events = list(make(order_for([str(folder / "old.txt")], folder / "me", recipe=recipe, use=Use())))
    assert isinstance(events[-1], Finished)
    return folder


@pytest.fixture
def me(finished: Path, tmp_path: Path) -> Path:
    """A copy of both for each test, the text where it was."""
    shutil.copy(finished / "me.memory", tmp_path / "me.memory")
    return Path(shutil.copytree(finished / "me", tmp_path / "me"))


def memory_of(model: Path) -> Memory:
    return Memory.open(memory_path(str(model)))


def taught(model: Path, lines: list[str]) -> None:
    memory = memory_of(model)
    memory.learn("\n".join(lines))
    memory.close()


def more(model: Path, **tables: Table) -> Order:
    return order_for([], model, recipe=SHORT, tables=tables, more=True, use=Use())


def stopped(events: Iterator[Event]) -> Prepared:
    prepared, *_, last = events
    assert isinstance(last, Stopped)
    assert isinstance(prepared, Prepared)
    return prepared


def corpus_of(model: Path) -> Corpus:
    return Corpus.open(run_folder(model) / "corpus")


def lines(part: Stream | None, corpus: Corpus) -> list[str]:
    assert part is not None
    return corpus.tokenizer.decode(part.ids[1:].astype(np.int64)).splitlines()


def new_lines(corpus: Corpus) -> list[str]:
    parts = (corpus.train, corpus.validation, corpus.test)
    return [line for part in parts for line in lines(part, corpus)]


def texts(found: Fresh, kind: str) -> list[str]:
    return [each.message.text for each in getattr(found, kind)]


def warnings(events: list[Event]) -> list[str]:
    return [event.message for event in events if isinstance(event, Warned)]


def contents(model: Path) -> dict[str, bytes]:
    return {str(path.relative_to(model)): path.read_bytes() for path in model.rglob("*") if path.is_file()}


def test_only_what_the_memory_took_in_since_is_learned_and_its_newest_messages_are_held_out(me: Path) -> None:
    taught(me, NEW)
    prepared = stopped(make(more(me), lambda: True))
    corpus = corpus_of(me)
    assert new_lines(corpus) == NEW
    assert lines(corpus.test, corpus)[-1] == NEW[-1]
    assert prepared.notes[0] == (
        f"me learns 60 messages ({sum(len(line) + 1 for line in NEW):,} characters) that me.memory has taken in "
        "since; the newest are held out"
    )


def test_what_was_learned_before_is_learned_along_parted_as_it_was(me: Path, finished: Path) -> None:
    """The file is not needed: the memory has it."""
    taught(me, NEW)
    source = finished / "old.txt"
    stopped(make(more(me), lambda: True))
    corpus = corpus_of(me)
    known, kept = lines(corpus.old, corpus), lines(corpus.old_held_out, corpus)
    assert known + kept == OLD
    assert 10 < len(kept) < 30
    assert not any(record.place == str(source) for record in corpus.old_sources)


def test_messages_are_learned_in_the_order_of_their_times(me: Path) -> None:
    """An old chat that was taught last is not the newest."""
    memory = memory_of(me)
    for line, month in ((NEW[30:], 5), (NEW[:30], 2)):
        for at, text in enumerate(line):
            memory.learn(text, datetime(2026, month, 1, 12, at, tzinfo=UTC))
    memory.close()
    stopped(make(more(me), lambda: True))
    assert new_lines(corpus_of(me)) == NEW


def test_a_better_model_replaces_the_one_before_which_is_kept(me: Path) -> None:
    before = contents(me)
    taught(me, NEW)
    events = list(make(more(me)))
    last, compared = events[-1], {each.text: each for each in events if isinstance(each, Compared)}
    assert isinstance(last, Finished)
    assert (last.replaced, last.kept) == (True, False)
    assert compared["new"].after < compared["new"].before
    assert "old" in compared
    assert [contents(path) for path in versions_of(me)] == [before]
    assert not run_folder(me).exists()
    assert len(memory_of(me).messages()) == len(OLD) + len(NEW)


def test_after_it_nothing_is_new_and_the_next_time_what_was_held_out_is_learned(me: Path) -> None:
    taught(me, NEW)
    list(make(more(me)))
    found = fresh_for(read(me))
    assert found.new == ()
    waiting = texts(found, "waiting")
    assert waiting == NEW[-len(waiting) :]
    assert 10 < len(waiting) < 30
    with pytest.raises(
        SourceEmpty, match=r"me\.memory has taken in nothing since me was trained; write on, or"
    ):
        list(make(more(me)))
    assert not run_folder(me).exists()
    later = [f"und noch einmal {line}" for line in NEW]
    taught(me, later)
    prepared = stopped(make(more(me), lambda: True))
    corpus = corpus_of(me)
    assert new_lines(corpus) == [*waiting, *later]
    assert lines(corpus.old, corpus) == texts(found, "trained")
    assert f"and {len(waiting)} that were held out of the last ones" in prepared.notes[0]


@pytest.fixture
def nothing_helps(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each look at the messages to choose by finds less than the one before."""
    looks = count(2.0, 0.1)
    monkeypatch.setattr("foreword.training.loop.validate", lambda *_, **__: next(looks))


@pytest.fixture
def was_better(monkeypatch: pytest.MonkeyPatch) -> None:
    """The messages to choose by are read better than before, and the very newest ones worse."""
    figures = {"bits_per_character": 0.25, "characters": 9, "tokens": 9, "nats_per_token": 0.1}
    monkeypatch.setattr("foreword.personal.comparison.measured", lambda *_: figures)


@pytest.mark.parametrize("worse", ["nothing_helps", "was_better"])
def test_a_model_that_reads_the_newest_messages_worse_replaces_nothing(
    me: Path, worse: str, request: pytest.FixtureRequest
) -> None:
    request.getfixturevalue(worse)
    taught(me, NEW)
    before = contents(me)
    events = list(make(more(me)))
    (told,) = [each for each in warnings(events) if "me stays as it is" in each]
    assert "on the newest messages this training would have made it worse, " in told
    after, earlier = map(float, re.findall(r"\d\.\d+", told))
    assert after > earlier
    assert isinstance(events[-1], Finished)
    assert events[-1].kept
    assert not [event for event in events if isinstance(event, Compared)]
    assert contents(me) == before
    assert versions_of(me) == []
    assert not run_folder(me).exists()
    found = fresh_for(read(me))
    assert texts(found, "new") == NEW  # to be tried again
    assert len(memory_of(me).messages()) == len(OLD) + len(NEW)


def test_with_nothing_new_it_goes_on_with_its_own_text(me: Path, finished: Path) -> None:
    prepared = stopped(make(more(me), lambda: True))
    assert prepared.notes[0] == (
        "me.memory has taken in nothing since me was trained; it goes on with the texts that it was trained on"
    )
    (source,) = corpus_of(me).sources
    assert source.place == str(finished / "old.txt")


def test_with_too_little_that_is_new_it_says_how_much_would_do(me: Path) -> None:
    taught(me, NEW[:5])
    prepared = stopped(make(more(me), lambda: True))
    characters = sum(len(line) + 1 for line in NEW[:5])
    assert prepared.notes[0] == (
        f"me.memory has taken in {characters} characters since me was trained, and it takes 2,000 to learn from them; "
        "it goes on with the texts that it was trained on"
    )
    assert new_lines(corpus_of(me)) == OLD


def test_what_was_rolled_back_from_is_new_again(me: Path) -> None:
    taught(me, NEW)
    list(make(more(me)))
    roll_back(me)
    assert texts(fresh_for(read(me)), "new") == NEW


def test_a_memory_that_was_exported_and_imported_has_the_same_that_is_new(me: Path) -> None:
    memory = memory_of(me)
    trained = datetime.fromisoformat(str(read(me).training["time"]))
    memory.learn("\n".join(NEW), trained + timedelta(minutes=1))
    outside = list(exported(memory))
    memory.close()
    memory_path(str(me)).unlink()
    import_lines(memory_of(me), outside, "here")
    assert texts(fresh_for(read(me)), "new") == NEW


def test_a_secret_that_an_old_memory_holds_does_not_come_back(me: Path) -> None:
    """Nothing that is learned today has one in it; what was put into the file otherwise is looked through again."""
    taught(me, NEW)
    with sqlite3.connect(memory_path(str(me))) as database:
        secret = "my card is 4111 1111 1111 1111, use it"
        database.execute("UPDATE messages SET text = ? WHERE text = ?", (secret, NEW[0]))
    database.close()
    prepared = stopped(make(more(me), lambda: True))
    assert any(note.startswith("took out ") for note in prepared.notes)
    assert not any("4111" in line for line in new_lines(corpus_of(me)))


def test_a_forgotten_word_is_not_trained_on_wherever_it_stood(me: Path, finished: Path) -> None:
    """Neither in what is new nor in what is old: here from the memory, and from the file, once the memory is empty."""
    taught(me, [*NEW, "bread for Anna"])
    memory = memory_of(me)
    memory.forget("bread")
    stopped(make(more(me), lambda: True))
    corpus = corpus_of(me)
    whole = [*new_lines(corpus), *lines(corpus.old, corpus), *lines(corpus.old_held_out, corpus)]
    assert any("… for Anna" in line for line in whole)
    assert not any("bread" in line for line in whole)
    shutil.rmtree(run_folder(me))
    memory.clear()
    memory.learn("\n".join(f"again {line}" for line in NEW))
    memory.close()
    stopped(make(more(me), lambda: True))
    corpus = corpus_of(me)
    assert [record.place for record in corpus.old_sources] == [str(finished / "old.txt")]
    assert [line.replace("…", "bread") for line in lines(corpus.old, corpus)] == OLD[
        : len(lines(corpus.old, corpus))
    ]


def test_a_text_that_has_changed_is_not_learned_along(me: Path, tmp_path: Path) -> None:
    """It may hold what is held out now. Nor is one that is gone."""
    record = (me / "training.json").read_text("utf-8")
    source = next(iter(read(me).training["private"]["places"].values()))  # type: ignore[index]
    grown = tmp_path / "grown.txt"
    grown.write_text("\n".join([*OLD, *NEW]), encoding="utf-8")
    (me / "training.json").write_text(record.replace(source, str(grown)), encoding="utf-8")
    memory = memory_of(me)
    memory.clear()
    memory.learn("\n".join(NEW))
    memory.close()
    for gone in (False, True):
        if gone:
            grown.unlink()
        stopped(make(more(me), lambda: True))
        assert corpus_of(me).old is None
        shutil.rmtree(run_folder(me))


def test_a_run_that_was_killed_ends_as_one_that_was_not(me: Path, tmp_path: Path) -> None:
    """And the memory knows then what was learned, though more was written meanwhile."""
    taught(me, NEW)
    (tmp_path / "other").mkdir()
    whole = Path(shutil.copytree(me, tmp_path / "other" / "me"))
    shutil.copy(memory_path(str(me)), memory_path(str(whole)))
    list(make(more(whole)))
    for stops in (0, 25):
        to = Path(shutil.copytree(me, tmp_path / f"killed{stops}" / "me"))
        shutil.copy(memory_path(str(me)), memory_path(str(to)))
        wish = iter([False] * stops + [True] * 9)
        running = make(more(to), lambda wish=wish: next(wish))  # type: ignore[misc]
        if stops:
            stopped(running)
        else:
            assert [type(next(running)) for _ in range(2)] == [Prepared, Planned]
            del running  # as a kill before the first checkpoint would leave it
        taught(to, ["written meanwhile"])
        assert isinstance(list(resume_run(to, use=Use()))[-1], Finished)
        for name in ("model.safetensors", "onnx/model.onnx"):
            assert (to / name).read_bytes() == (whole / name).read_bytes()
        assert texts(fresh_for(read(to)), "new") == ["written meanwhile"]
        assert len(versions_of(to)) == 1


def test_no_word_of_it_lies_anywhere_but_in_the_memory_and_the_run(me: Path, tmp_path: Path) -> None:
    taught(me, NEW)
    stopped(make(more(me), lambda: True))
    run = run_folder(me)
    assert stat.S_IMODE(run.stat().st_mode) == 0o700
    assert sorted(path.name for path in run.iterdir()) == [
        "checkpoint.safetensors",
        "corpus",
        "plan.json",
        "start.safetensors",
    ]
    assert not (run / "corpus" / "cleaned").exists()
    elsewhere = [path for path in tmp_path.rglob("*") if path.is_file() and run not in path.parents]
    found = [path.name for path in elsewhere if b"ich glaube auf dem Markt" in path.read_bytes()]
    assert set(found) <= {"me.memory", "me.memory-wal"}


def test_a_text_of_nothing_held_out_has_something_held_out_when_it_goes_on(me: Path) -> None:
    """Or a worse model could not be told from a better one."""
    record = (me / "training.json").read_text("utf-8")
    (me / "training.json").write_text(record.replace('"held_out": 0.1', '"held_out": 0.0'), encoding="utf-8")
    taught(me, NEW)
    stopped(make(more(me), lambda: True))
    assert corpus_of(me).test is not None


def test_from_python_it_is_the_same(me: Path) -> None:
    taught(me, NEW)
    told: list[Event] = []
    foreword.train(to=me, more=True, recipe=SHORT, report=told.append)
    assert isinstance(told[0], Prepared)
    assert told[0].notes[0].startswith("me learns 60 messages (")
    assert fresh_for(read(me)).new == ()
