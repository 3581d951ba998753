"""From texts to a model folder: read, fill the memory, prepare, plan, train, export, back-test.

`train` begins a run, `resume` continues one. Until the model is written, the run is in `NAME.run/` beside its folder.
"""

import shutil
import signal
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Final

from msgspec import structs

from foreword import modelfolder
from foreword.corpus.prepare import BY_DEFAULT, Corpus, EncodingSettings, encode
from foreword.corpus.texts import Texts, read
from foreword.errors import ForewordError, MemoryUnusable, RecipeError, RunError
from foreword.keyboard.learn import LITTLE
from foreword.keyboard.memory import Memory, memory_path
from foreword.keyboard.trained_on import weights_digest
from foreword.modelfolder.names import CHECKPOINT, PLAN, in_a_command, named, run_folder
from foreword.personal.backtest import backtest, seen_sources
from foreword.personal.continual import INITIAL_WEIGHTS, InitialWeights, Tables, changed_text
from foreword.personal.deadline import Deadline
from foreword.personal.events import Event, Finished, Noted, Prepared, Remembered, Stopped, Warned
from foreword.personal.export import Run, export
from foreword.personal.lessons import MOST_CHARACTERS, Lessons, learn_left, note_trained, teach
from foreword.personal.model_selection import PreparedBeginning, choose, is_comparable, knows_language
from foreword.personal.monitor import monitor, planned, prepared
from foreword.personal.request import Beginning, TrainRequest, forgotten_words
from foreword.personal.run_folder import delete_run, disk_errors, locked, new_run_folder
from foreword.personal.signals import signals_handled_by, stopping
from foreword.runtime.graph_check import GraphRefusedError, check
from foreword.runtime.model import Model
from foreword.sources.samples import PREFIX
from foreword.text.plural import counted
from foreword.training.checkpoint import load_checkpoint, save_checkpoint
from foreword.training.device import bound_threads, choose_device, keep_large_buffers, within_memory
from foreword.training.distributed import ALONE, Processes
from foreword.training.onnx import float_graph, quantized_graph
from foreword.training.plan import check_sizes, new_model, new_session, plan_run, read_plan, write_plan
from foreword.training.recipe import RATES, Recipe, merged
from foreword.training.session import Session

PASSED_ON: Final = 1.0
"""Seconds in which a second Ctrl-C counts as the first: the terminal sends it to all processes, torchrun repeats it."""


def train(
    request: TrainRequest,
    stop: Callable[[], bool] = lambda: False,
    *,
    begun: float | None = None,
    processes: Processes = ALONE,
) -> Iterator[Event]:
    """Train a model as requested and write it to the folder that was asked for.

    The minutes count from `begun`, a moment of `time.perf_counter()`; by default, from now. The training calls `stop`
    at least once after each update. If it returns True, the run is saved and ends with a `Stopped`. `signals.py` has
    the signals. With several processes, rank 0 calls `train` and the others call `join`.

    Raises:
        ForewordError: the request cannot be done; the message says why.
    """
    deadline = Deadline.after(request.minutes, time.perf_counter() if begun is None else begun)
    to = request.asked.to
    with locked(run_folder(to)), disk_errors(to):
        folder = new_run_folder(to)
        try:
            keep_large_buffers()
            device = processes.device(choose_device(request.asked.device))
            beginnings = yield from _read(request, folder)
            with within_memory(), bound_threads(device, processes.count):
                chosen = yield from _choose(request, beginnings, deadline, folder)
                yield _prepared_event(chosen, request)
                _plan(request, chosen, deadline, folder, processes)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)  # the network has learned nothing yet
            raise
        processes.barrier()
        yield from _run(to, processes, stop)


def resume(
    to: Path, *, html: Path | None = None, share: bool = False, processes: Processes = ALONE
) -> Iterator[Event]:
    """Continue the unfinished run of the model `to`, exactly from its last checkpoint.

    If `html` is given, `html` and `share` replace the report options of the run.

    Raises:
        RunError: there is no such run, it is damaged, it has text with forgotten words, or another process uses it.
    """
    folder = run_folder(to)
    with disk_errors(to):
        read_plan(folder)  # without a plan, this fails before a lock file is made
    with locked(folder), disk_errors(to):
        if html is not None:
            write_plan(structs.replace(read_plan(folder), html=str(html.absolute()), share=share), folder)
        corpus = Corpus.open(folder / "corpus")
        _check_forgotten(corpus, to)
        yield prepared(corpus, corpus.notes)
        processes.barrier()
        yield from _run(to, processes)


def join(to: Path, processes: Processes) -> None:
    """Train the model `to` together with rank 0, which has prepared its run folder and writes the model.

    A signal ends the process at once while it waits for rank 0: it has nothing to save.

    Raises:
        RunError: the run folder is not on this machine, or has other files than rank 0's.
    """
    with signals_handled_by(signal.SIG_DFL):
        processes.barrier()
        deque(_run(to, processes), maxlen=0)


def _read(request: TrainRequest, folder: Path) -> Generator[Event, None, list[PreparedBeginning]]:
    """Read all texts once, let the memory learn, and cut the texts into the tokens of each beginning."""
    for each in request.beginnings:
        check_sizes(each.tables)
    settings = [_settings(each, request.minutes) for each in request.beginnings]
    initials = [each.model and InitialWeights.of(each.model) for each in request.beginnings]
    to_learn = request.to_learn
    with read(to_learn.sources, folder / "texts", request.reading, old=to_learn.old) as texts:
        _check_unchanged(request, texts)
        yield from _teach_memory(request, texts, folder)
        corpora = [encode(texts, folder / f"corpus-{at}", each) for at, each in enumerate(settings)]
    return [
        PreparedBeginning(tables=_with_chosen_unit(each.tables, corpus), corpus=corpus, initial=initial)
        for each, corpus, initial in zip(request.beginnings, corpora, initials, strict=True)
    ]


def _check_unchanged(request: TrainRequest, texts: Texts) -> None:
    """Raise SourceMissing if `train --more` reads the texts of the last training again, and one has changed."""
    model, unchanged = request.beginnings[0].model, request.to_learn.unchanged
    if model is None or unchanged is None:
        return
    for text, sha256 in zip(texts.new, unchanged, strict=True):
        if text.record.sha256 != sha256:
            raise changed_text(model, text.record.name)


def _choose(
    request: TrainRequest, beginnings: list[PreparedBeginning], deadline: Deadline, folder: Path
) -> Generator[Event, None, PreparedBeginning]:
    """The chosen beginning; moves its corpus to `folder`/corpus and deletes the others."""
    chosen = beginnings[0]
    if len(beginnings) > 1:
        length = deadline.trial_length(request.beginnings[0].recipe.training.steps)
        if is_comparable(chosen.corpus):
            yield Noted(message=f"training the base model and a new network for {length} each, to choose one")
        chosen = choose(*beginnings, length=length, device=request.asked.device)
    elif chosen.initial is not None:
        chosen = replace(chosen, reasons=(f"the training continues from {chosen.initial.name}",))
    for each in beginnings:
        if each.corpus is not chosen.corpus:
            shutil.rmtree(each.corpus.folder)
    chosen.corpus.folder.rename(folder / "corpus")
    return replace(chosen, corpus=Corpus.open(folder / "corpus"))


def _plan(
    request: TrainRequest, chosen: PreparedBeginning, deadline: Deadline, folder: Path, processes: Processes
) -> None:
    """Plan the run, and write its files into its folder, the plan last."""
    asked, reserve = request.asked, deadline.reserve.seconds
    plan = plan_run(
        chosen.tables,
        chosen.corpus,
        device=processes.device(choose_device(asked.device)),
        size=asked.size,
        minutes=request.minutes,
        seconds=None if request.minutes is None else deadline.left - reserve,
        knows_language=knows_language(chosen),
        processes=processes,
    )
    if chosen.initial is None:
        _check_graph(plan.recipe, chosen.corpus)
    else:
        chosen.initial.keep(folder)
    plan = structs.replace(  # plan_run knows neither what the person asked for nor the time after the updates
        plan,
        budget=None if plan.budget is None else structs.replace(plan.budget, measuring=reserve),
        tensorboard=None if asked.tensorboard is None else str(asked.tensorboard.absolute()),
        html=None if asked.html is None else str(asked.html.absolute()),
        share=asked.share,
        reasons=(*chosen.reasons, *plan.reasons),
    )
    write_plan(plan, folder)


def _check_graph(recipe: Recipe, corpus: Corpus) -> None:
    """Raise RecipeError if the runtime would refuse the model of a new network as too costly."""
    graph = float_graph(new_model(recipe, corpus).eval())
    try:
        check(graph)
        if recipe.architecture not in RATES:  # in 8 bits, a recurrent network costs no more
            check(quantized_graph(graph))
    except (GraphRefusedError, ValueError):
        raise RecipeError(
            "a network of these sizes takes too long to predict a token; take fewer model.layers (64 at most), or a "
            "smaller model.kernel, model.context or model.hidden"
        ) from None


def _with_chosen_unit(tables: Tables, corpus: Corpus) -> Tables:
    """The tables with the unit that the text decided, if the person named none."""
    if "unit" in tables["text"]:
        return tables
    unit = corpus.tokenizer.unit
    chosen = {"unit": unit, "vocabulary": BY_DEFAULT if unit == "subwords" else None}
    return merged(tables, {"text": chosen})


def _settings(beginning: Beginning, minutes: float | None) -> EncodingSettings:
    recipe = beginning.recipe
    return EncodingSettings(
        unit=recipe.text.unit if "unit" in beginning.tables["text"] else None,
        vocabulary=recipe.text.vocabulary,
        minutes=minutes,
        seed=recipe.training.seed,
        tokenizer=None if beginning.model is None else beginning.model.tokenizer,
    )


def _teach_memory(request: TrainRequest, texts: Texts, folder: Path) -> Iterator[Remembered | Warned]:
    """Let the memory learn the training part. A problem is only a warning: the network still learns.

    Empty lessons say that the network is trained on no message of the memory; without a file, nothing is noted.
    """
    from_memory = request.to_learn.numbers
    if not from_memory and sum(text.characters for text in texts.new) > MOST_CHARACTERS:
        if not all(text.record.place.startswith(PREFIX) for text in texts.new):
            way = f"teach it your own with: foreword learn SOURCE{named(request.asked.to, '-m')}"
            yield Warned(message=f"the texts are too long for the memory; {way}")
        Lessons().keep(folder)
        return
    try:
        with closing(Memory.open(memory_path(str(request.asked.to)))) as memory:
            of_run = teach(texts, memory, from_memory)
    except MemoryUnusable as error:
        yield Warned(message=f"the memory has learned nothing: {error}")
        return
    of_run.keep(folder)
    if of_run.messages or of_run.known:
        yield Remembered(messages=of_run.messages, known=of_run.known)


def _run(to: Path, processes: Processes, stop: Callable[[], bool] = lambda: False) -> Iterator[Event]:
    """Train from the last checkpoint, or from the beginning, to the end of the plan; then finish the model."""
    folder = run_folder(to)
    processes.check_same(folder, PLAN, CHECKPOINT, "corpus/*.ids", "corpus/tokenizer.json", INITIAL_WEIGHTS)
    plan, corpus = read_plan(folder), Corpus.open(folder / "corpus")
    initial = InitialWeights.kept(folder)
    if initial and len(seen_sources(initial.record(), corpus, plan.recipe)) == len(corpus.sources):
        if corpus.test is not None:
            why = f"{initial.name} was trained on all text that is held out now"
            yield Warned(message=f"{why}, so nothing shows how well the new model predicts text new to it")
        corpus = replace(corpus, validation=None, test=None)
    Lessons.kept(folder)  # a damaged one is an error now, not after the model is written
    choose_device(plan.device)  # an error if the run was begun on another machine's GPU
    keep_large_buffers()
    with within_memory():
        with stopping(PASSED_ON if processes.count > 1 else 0.0) as interrupted:
            session = new_session(plan, corpus, initial and initial.weights, processes=processes)
            if (folder / CHECKPOINT).exists():
                load_checkpoint(session, folder)
            yield planned(plan, session)
            is_stopped = False
            with bound_threads(session.device, processes.count):
                for event in monitor(session, plan, corpus, folder):  # None is a moment to stop
                    if event is not None:
                        yield event
                    if stop() or interrupted():
                        session.flags.ask("stop")
                    if session.flags.granted("stop"):  # several processes stop after the same update
                        is_stopped = True
                        break
            save_checkpoint(session, folder)
            if is_stopped or interrupted():
                yield _stopped_event(session, folder)
                return
        if processes.first:
            yield from _finish(Run(to=to, plan=plan, corpus=corpus, session=session, initial=initial))


def _finish(run: Run) -> Iterator[Event]:
    """Write the model of a run whose last checkpoint is saved: an interrupt loses only the work of this function."""
    folder = run_folder(run.to)
    try:
        made = yield from export(run)
        yield from _backtest(run, made)
        with stopping():  # the model is written: too late to stop, but its event must go out
            try:
                delete_run(folder)
            except OSError as error:  # a failing disk
                way = f"delete it with: foreword models delete {in_a_command(run.to)} --run"
                yield Warned(message=f"{folder} has the text and cannot be deleted: {error.strerror}; {way}")
            yield made
    except KeyboardInterrupt:
        yield _stopped_event(run.session, folder)


def _backtest(run: Run, made: Finished) -> Iterator[Event]:
    """Back-test the model, then let its memory learn the held-out part; an interrupt ends only these two steps."""
    to, plan, initial = run.to, run.plan, run.initial
    of_run = Lessons.kept(run_folder(to))
    try:
        html = None if plan.html is None else Path(plan.html)
        yield from backtest(Model.open(to), run.corpus, run.reserve.typing, html=html, share=plan.share)
        if of_run is None:
            return
        messages, known = of_run.messages, of_run.known
        with closing(Memory.open(memory_path(str(to)))) as memory:
            held_out = learn_left(of_run, memory)
            folder = modelfolder.read(made.aside or to)
            if initial is None or weights_digest(folder) != initial.sha256:  # else the old network stays
                note_trained(of_run, held_out, memory, folder, initial, name=to.name)
            notes = list(memory.notes)
        if (of_run.messages, of_run.known) != (messages, known):
            new, old = of_run.messages - messages, of_run.known - known
            yield Remembered(messages=new, known=old, held_out=True)
        yield from (Warned(message=note) for note in notes)
    except ForewordError as error:
        yield Warned(message=f"the memory has not learned the held-out part: {error}")
    except KeyboardInterrupt:
        yield Warned(
            message="interrupted; the model is written. "
            f"The memory may lack the held-out messages: foreword learn SOURCE{named(to, '-m')}"
        )


def _stopped_event(session: Session, folder: Path) -> Stopped:
    return Stopped(step=session.record.step, progress=session.record.progress, folder=folder)


def _prepared_event(chosen: PreparedBeginning, request: TrainRequest) -> Prepared:
    corpus, initial = chosen.corpus, chosen.initial
    notes = [*request.notes, *corpus.notes]
    if corpus.train.characters < LITTLE:
        little = counted(corpus.train.characters, "character")
        known = "" if initial is None else f"{initial.name} as it was and from "
        notes.append(f"the text is small ({little}): most suggestions will come from {known}the memory")
    if request.asked.to.exists():
        worse = "unless the new model is worse on text that is new to both"
        when = "when this run ends" if corpus.test is None else worse
        there = f"{request.asked.to} is there already, and is replaced {when}"
        notes.append(f"{there}; to keep it, stop and choose another -o")
    return prepared(corpus, notes)


def _check_forgotten(corpus: Corpus, to: Path) -> None:
    """Raise RunError if the unfinished run of `to` has text with a word that was forgotten since."""
    forgotten, _ = forgotten_words(to)
    if forgotten is not None and any(map(forgotten.is_in, corpus.texts())):
        raise RunError(
            f"the unfinished run of {to.name} cannot continue: its text has a blocked word; "
            f"delete it with: foreword models delete {in_a_command(to)} --run"
        )
