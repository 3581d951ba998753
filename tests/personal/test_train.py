"""Training turns texts into a model folder and reports events. A stopped or killed run resumes to the same result."""

import errno
import io
import os
import shutil
import signal
import stat
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from unittest.mock import Mock

import pytest

import planted
from foreword.cli.inventory import parts_of
from foreword.corpus import texts
from foreword.errors import OptionError, RecipeError, RunError, SourceError
from foreword.modelfolder import run_folder
from foreword.modelfolder.names import PLAN, has_unfinished_run
from foreword.personal.events import (
    Event,
    Finished,
    Measured,
    Planned,
    Prepared,
    Progressed,
    Remembered,
    Stopped,
    Validated,
)  # fmt: skip
from foreword.personal.request import Asked, resolve
from foreword.personal.run_folder import delete_run, locked, new_run_folder
from foreword.personal.signals import stopping
from foreword.personal.train import resume, train
from foreword.sources.reading import documents
from foreword.text.document import Document
from foreword.training.recipe import Table
from messages import never_read
from trainings import (
    NEW,
    OLD,
    Finish,
    after,
    asked,
    contents,
    corpus_of,
    killed,
    memory_of,
    new_text,
    of,
    record,
    remembered,
    stopped,
    trained,
    warnings,
    weights,
    written,
)  # fmt: skip


@pytest.fixture(scope="module")
def interrupted(old_text: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The place of a model whose run was stopped at step 8 of 40."""
    to, wish = tmp_path_factory.mktemp("interrupted") / "me", after(7)
    *_, last = stopped(train(asked(old_text, to), lambda: next(wish)))
    assert last == Stopped(step=8, progress=8 / 40, folder=run_folder(to))
    return to


@pytest.fixture
def unfinished(interrupted: Path, tmp_path: Path) -> Path:
    shutil.copy(interrupted.with_name("me.memory"), tmp_path / "me.memory")
    shutil.copytree(run_folder(interrupted), tmp_path / "me.run")
    return tmp_path / "me"


def test_training_reports_its_events_in_order(finished: Finish) -> None:
    to, events = finished
    told = [event for event in events if not isinstance(event, Progressed)]
    assert [type(event) for event in told] == [
        Remembered, Prepared, Planned, Validated, Validated, Measured, Remembered, Finished,
    ]  # fmt: skip
    (prepared,), (planned,), (last,) = of(Prepared, events), of(Planned, events), of(Finished, events)
    assert prepared.training_characters + prepared.held_out_characters == sum(len(line) + 1 for line in OLD)
    assert (planned.steps, planned.seconds, planned.first_step) == (40, None, 0)
    assert [event.step for event in of(Validated, events)] == [20, 40]
    shown = of(Progressed, events)[-1]
    assert (shown.step, shown.progress, shown.seconds_left) == (40, 1, 0)
    assert last.figures == record(to)["held_out"]
    assert (last.folder, last.replaced, last.kept) == (to, False, False)
    assert not run_folder(to).exists()


def test_the_memory_learns_training_text_first_and_held_out_text_last(old_text: Path, tmp_path: Path) -> None:
    """A killed run leaves words to type with, and the back-test types messages that nothing has learned."""
    to, known = tmp_path / "me", dict[type[Event], list[str]]()
    for event in train(asked(old_text, to)):
        known.setdefault(type(event), remembered(to))
    part = known[Prepared]
    assert known[Remembered] == known[Planned] == known[Measured] == part == OLD[: len(part)]
    assert 30 < len(part) < 50
    assert known[Finished] == OLD


def test_the_memory_keeps_the_words_of_a_run_killed_while_reading(old_text: Path, tmp_path: Path) -> None:
    to = tmp_path / "me"
    killed(train(asked(old_text, to)), Remembered)
    (run_folder(to) / "texts").mkdir(parents=True)
    assert parts_of(to) == ["run"]  # it can be deleted
    part = remembered(to)
    assert part == OLD[: len(part)] != []
    first, second = of(Remembered, trained(old_text, to))
    assert (first.messages, first.known) == (0, len(part))
    assert (second.messages, second.known) == (len(OLD) - len(part), 0)


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each source was read; the old text is on standard input."""
    found = Counter[str]()

    def counted(source: str, **options: object) -> Iterator[Document]:
        found[source] += 1
        return documents(source, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(texts, "documents", counted)
    text = "".join(f"{line}\n" for line in OLD)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    return found


@pytest.mark.usefixtures("reads")
def test_standard_input_and_a_file_give_the_same_model(finished: Finish, tmp_path: Path) -> None:
    trained("-", tmp_path / "me")
    assert weights(tmp_path / "me") == weights(finished[0])
    assert remembered(tmp_path / "me") == OLD
    assert record(tmp_path / "me")["sources"][0]["name"] == "-"


def test_each_source_is_read_once(
    finished: Finish, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, reads: Counter[str]
) -> None:
    """Even when base and new network are tried, a person is named and a report is written."""
    monkeypatch.setattr("foreword.modelfolder.names.shipped_folder", lambda: finished[0])
    file, folder = str(written(tmp_path, "new.txt", NEW)), str(tmp_path / "folder")
    written(tmp_path / "folder", "more.txt", NEW[::-1])
    options = {"tables": {"training": {"steps": 3}}, "me": "Ana", "html": tmp_path / "report.html"}
    request = resolve(Asked([file, "-", folder], tmp_path / "made", **options))  # type: ignore[arg-type]
    assert len(request.beginnings) == 2
    assert isinstance(list(train(request))[-1], Finished)
    assert reads == {file: 1, "-": 1, folder: 1}
    assert sorted(remembered(tmp_path / "made")) == sorted([*NEW, *OLD, *NEW])


def test_old_text_is_read_once(me: Path, tmp_path: Path, reads: Counter[str]) -> None:
    trained(written(tmp_path, "new.txt", NEW), me, more=True, old=Path("-"), steps=2)
    assert reads["-"] == 1


def test_more_training_names_a_better_base(me: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    new, base, own = written(tmp_path, "new.txt", NEW), tmp_path / "shipped", tmp_path / "own"
    trained(new, base, steps=120)
    monkeypatch.setattr("foreword.modelfolder.names.shipped_folder", lambda: base)
    line = f"without training, and less after it. To start from it: foreword train SOURCE --from base -o {me}"
    assert line in warnings(trained(new, me, more=True, steps=2))
    trained(new, own, start=base, steps=2)
    for _ in range(2):
        assert "To start from it" not in warnings(trained(new, own, more=True, steps=2))


def test_a_resumed_run_gives_the_weights_of_an_uninterrupted_run(unfinished: Path, finished: Finish) -> None:
    events = list(resume(unfinished))
    assert of(Planned, events)[0].first_step == 8
    assert isinstance(events[-1], Finished)
    assert weights(unfinished) == weights(finished[0])
    assert remembered(unfinished) == OLD
    assert not run_folder(unfinished).exists()
    with pytest.raises(RunError, match="there is no unfinished run in"):
        list(resume(unfinished))


def test_a_run_resumes_without_its_initial_model_and_its_texts(me: Path, tmp_path: Path) -> None:
    new, old = written(tmp_path, "new.txt", NEW), written(tmp_path, "old.txt", OLD)
    trained(new, tmp_path / "whole", start=me, old=old)
    for name, calls in (("killed", 0), ("stopped", 7)):
        wish = after(calls)
        running = train(asked(new, tmp_path / name, start=me, old=old), lambda wish=wish: next(wish))  # type: ignore[misc]
        killed(running, Planned) if name == "killed" else stopped(running)
    for gone in (new, old):
        gone.unlink()
    shutil.rmtree(me)
    for name in ("killed", "stopped"):
        assert isinstance(list(resume(tmp_path / name))[-1], Finished)
        assert weights(tmp_path / name) == weights(tmp_path / "whole")
        assert record(tmp_path / name)["from"] == record(tmp_path / "whole")["from"]


@pytest.mark.parametrize("name", ["lesson.json", "start.safetensors", "checkpoint.safetensors"])
def test_a_damaged_run_is_given_up_but_not_one_that_cannot_be_read(unfinished: Path, name: str) -> None:
    """The error is one line, and no model is written."""
    file = run_folder(unfinished) / name
    file.write_bytes(b'{"trained": ["one"]}')
    with pytest.raises(RunError, match=rf"{run_folder(unfinished)}.* cannot be .*start a new run$") as raised:
        list(resume(unfinished))
    assert "\n" not in str(raised.value)
    file.unlink()
    file.mkdir()
    with pytest.raises(RunError, match=rf"{name} cannot be read or written: .* foreword train --resume"):
        list(resume(unfinished))
    assert not unfinished.exists()


def test_an_unfinished_run_is_not_overwritten(unfinished: Path, old_text: Path) -> None:
    words = r"\. Continue: foreword train --resume -o .*Or delete it: foreword models delete"
    with pytest.raises(RunError, match=f"holds an unfinished run{words}"):
        next(train(asked(old_text, unfinished)))
    shutil.rmtree(run_folder(unfinished))
    trained(old_text, unfinished)


def test_a_folder_of_the_persons_own_beside_the_model_is_kept(tmp_path: Path, old_text: Path) -> None:
    own = run_folder(tmp_path / "me") / "thesis.txt"
    own.parent.mkdir()
    own.write_text("precious")
    with pytest.raises(RunError, match="holds files, but no run"):
        next(train(asked(old_text, tmp_path / "me")))
    assert not parts_of(tmp_path / "me")
    assert own.read_text() == "precious"


def test_a_run_of_another_device_is_refused(unfinished: Path) -> None:
    plan = run_folder(unfinished) / "plan.json"
    plan.write_text(plan.read_text().replace('"device": "cpu"', '"device": "cuda:9"'))
    with pytest.raises(OptionError, match="--device cuda:9: no such device; this machine has cpu"):
        list(resume(unfinished))


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_text_may_have_a_name_that_is_not_utf8(old_text: Path, tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9.txt")
    odd.write_bytes(old_text.read_bytes())
    trained(odd, tmp_path / "made")
    assert [each["name"] for each in record(tmp_path / "made")["sources"]] == ["caf\ufffd.txt"]


@pytest.mark.parametrize("reached", [Remembered, Planned])
def test_a_second_run_meanwhile_is_refused(old_text: Path, tmp_path: Path, reached: type[Event]) -> None:
    """It is refused while the first run reads and has no plan yet, and later, too."""
    to = tmp_path / "made"
    running = train(asked(old_text, to))
    next(event for event in running if isinstance(event, reached))
    words = "another process trains .*made"
    with pytest.raises(RunError, match=words):
        next(train(asked(old_text, to)))
    with pytest.raises(RunError, match=words if reached is Planned else "no unfinished run"):
        next(resume(to))
    with pytest.raises(RunError, match=words), locked(run_folder(to)):
        pass
    assert isinstance(list(running)[-1], Finished)
    assert not list(tmp_path.glob("*made.run*"))


HOLD = """
import sys
from pathlib import Path
from foreword.personal.run_folder import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.mark.slow
def test_a_run_folder_is_locked_until_its_process_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path / "mine.run")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        words = r"another process trains .*mine; wait"
        with pytest.raises(RunError, match=words), locked(tmp_path / "mine.run"):
            pass
        process.kill()
    with locked(tmp_path / "mine.run"):
        pass
    (tmp_path / "file").touch()
    for place, why in ((tmp_path / "file", "Not a directory"), (Path("/proc"), "No such file or directory")):
        words = rf"mine\.run cannot be made: {why}; choose another"
        with pytest.raises(RunError, match=words), locked(place / "mine.run"):
            pass
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_killed_deletion_leaves_no_run_to_continue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (run_folder(tmp_path / "me") / "corpus").mkdir(parents=True)
    (run_folder(tmp_path / "me") / PLAN).touch()
    with monkeypatch.context() as killed_here:
        killed_here.delattr("shutil.rmtree")
        with pytest.raises(AttributeError):
            delete_run(run_folder(tmp_path / "me"))
    assert not has_unfinished_run(tmp_path / "me")
    new_run_folder(tmp_path / "me")


@pytest.mark.parametrize("unit", ["characters", "words"])
def test_a_run_that_has_a_forgotten_word_does_not_resume(old_text: Path, tmp_path: Path, unit: str) -> None:
    to = tmp_path / "me"
    stopped(train(asked(old_text, to, tables={"text": {"unit": unit}}), lambda: True))
    memory = memory_of(to)
    memory.forget("nowhere")
    running = resume(to)
    assert isinstance(next(running), Prepared)
    running.close()  # type: ignore[attr-defined]
    memory.forget("MARKET")
    with pytest.raises(RunError, match=r"a blocked word; delete it with: foreword models delete .*me --run"):
        list(resume(to))
    memory.allow("market")
    assert isinstance(list(resume(to))[-1], Finished)


def test_secrets_and_forgotten_words_reach_neither_the_run_nor_the_memory(tmp_path: Path) -> None:
    """Only the owner may open the run folder. It holds text only as ids and as messages still to be learned."""
    source, to = tmp_path / "source.txt", tmp_path / "me"
    source.write_text("".join(f"bread for Anna {at}\n" for at in range(50)) + planted.TEXT * 2, "utf-8")
    memory = memory_of(to)
    memory.forget("bread")
    memory.close()
    stopped(train(asked(source, to, steps=3), lambda: True))
    run, corpus = run_folder(to), corpus_of(to)
    assert stat.S_IMODE(run.stat().st_mode) == 0o700
    inside = {path.name for path in run.iterdir()}
    assert inside == {"checkpoint.safetensors", "corpus", "lesson.json", "plan.json"}
    assert any("took out " in note for note in corpus.notes)
    source.unlink()
    files = [data.decode("latin-1") for data in contents(tmp_path).values()]
    list(resume(to))
    told = [new_text(corpus), *remembered(to), *files]
    for word in (*planted.SECRETS, "bread"):
        assert not [text for text in told if word in text], word
    assert "… for Anna 7" in remembered(to)


@pytest.mark.parametrize(
    "moment", ["train.save_checkpoint", "export._quantized_loss", "export.writing.write"]
)
def test_an_interrupt_while_the_run_or_the_model_is_written_keeps_the_run(
    old_text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    to = tmp_path / "made"
    with monkeypatch.context() as patch:
        patch.setattr(f"foreword.personal.{moment}", lambda *_: signal.raise_signal(signal.SIGINT))
        *_, last = stopped(train(asked(old_text, to, steps=3)))
    assert last == Stopped(step=3, progress=1.0, folder=run_folder(to))
    told = [type(event) for event in resume(to) if not isinstance(event, Progressed | Validated)]
    assert told == [Prepared, Planned, Measured, Remembered, Finished]
    assert not run_folder(to).exists()


def test_ctrl_c_ends_the_back_test(old_text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model is reported as written, even if a second interrupt follows."""
    stop = partial(signal.raise_signal, signal.SIGINT)
    monkeypatch.setattr("foreword.personal.train.backtest", lambda *_, **__: stop())
    events = []
    for event in train(asked(old_text, tmp_path / "made", steps=3)):
        events.append(event)
        if isinstance(event, Finished):
            signal.raise_signal(signal.SIGINT)
            assert not run_folder(tmp_path / "made").exists()
    assert "written. The memory may lack the held-out messages: foreword learn SOURCE" in warnings(events)
    assert isinstance(events[-1], Finished)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_sets_the_stop_flag_and_the_second_interrupts(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    with stopping() as stop:
        assert not stop()
        signal.raise_signal(number)
        assert stop()
        with pytest.raises(KeyboardInterrupt):
            signal.raise_signal(number)
    with stopping(same=60.0) as stop:
        signal.raise_signal(number)
        signal.raise_signal(number)  # the same, passed on by torchrun
        assert stop()
    assert signal.getsignal(number) == before


def test_a_network_too_large_for_memory_is_refused_before_any_reading(tmp_path: Path) -> None:
    too_large: list[dict[str, Table]] = [{"model": {"hidden": 10**9}}, {"training": {"batch": 10**12}}]
    for tables in too_large:
        with pytest.raises((RecipeError, RunError), match=r"memory|this machine has"):
            next(train(asked(never_read(tmp_path), tmp_path / "made", tables=tables)))
    with pytest.raises(SourceError):  # with a possible network, the source is read, which fails
        next(train(asked(never_read(tmp_path), tmp_path / "made")))
    assert not run_folder(tmp_path / "made").exists()


@pytest.mark.parametrize(
    "network",
    [
        {"architecture": "convolution", "layers": 10},  # only its graph in 8 bits is too costly
        {"architecture": "convolution", "layers": 6, "kernel": 100, "hidden": 16},
        {"architecture": "gru", "layers": 65, "hidden": 4},
    ],
)
def test_a_network_too_costly_to_type_with_is_refused(network: Table, old_text: Path, tmp_path: Path) -> None:
    with pytest.raises(RecipeError, match="too long to predict a token"):
        list(train(asked(old_text, tmp_path / "made", steps=1, recipe={"model": network})))
    assert not run_folder(tmp_path / "made").exists()


@pytest.mark.parametrize("moment", ["train.plan_run", "monitor.fit"])
def test_running_out_of_memory_is_a_one_line_error(
    old_text: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried to")

    monkeypatch.setattr(f"foreword.personal.{moment}", fail)
    with pytest.raises(RunError, match="too large for this machine's memory; take a smaller --size"):
        list(train(asked(old_text, tmp_path / "made")))
    assert (moment == "monitor.fit") == run_folder(tmp_path / "made").exists()


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="asks Linux which file is written")
@pytest.mark.parametrize(
    "fault",
    [
        (errno.ENOSPC, "train.ids", 1, "the memory keeps its messages. Free some space, then train again"),
        (errno.ENOSPC, "checkpoint", 1, "Free some space, then continue with: foreword train --resume"),
        (errno.EIO, "checkpoint", 4, r"made\.run has the training as last saved\. Mend that, then"),
        (errno.ENOSPC, "model.safetensors", 1, "made.run has the training as last saved"),
    ],
)
def test_a_full_or_failing_disk_is_a_one_line_error_and_saved_work_is_kept(
    fault: tuple[int, str, int, str],
    old_text: Path,
    tmp_path: Path,
    finished: Finish,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The disk is full, or fails, at the given write of that file. The last saved state is whole."""
    number, file, times, words = fault
    monkeypatch.setattr("foreword.personal.monitor.SAVE_EVERY", 0.0)
    to, calls = tmp_path / "made", Counter[bool]()

    def fsync(descriptor: int) -> None:
        calls[file in str(Path(f"/proc/self/fd/{descriptor}").readlink())] += 1
        if calls[True] >= times:
            raise OSError(number, os.strerror(number))

    full, failing = f"disk is full, no more fits into {tmp_path}", f"{tmp_path}.* cannot be read or written"
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", fsync)
        with pytest.raises(RunError, match=f"({full}|{failing}).*; .*{words}"):
            list(train(asked(old_text, to)))
    assert not [path for path in tmp_path.rglob("*") if path.suffix == ".new" or "draft" in path.name]
    if "train again" in words:
        assert not run_folder(to).exists()
    else:
        monkeypatch.setattr("foreword.personal.train.delete_run", Mock(side_effect=OSError(5, "broken")))
        *_, warned, made = resume(to)
        assert isinstance(made, Finished)
        assert f"cannot be deleted: broken; delete it with: foreword models delete {to} --run" in str(warned)
        assert weights(to) == weights(finished[0])
