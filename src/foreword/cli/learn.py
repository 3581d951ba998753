"""`foreword learn`: words that the keyboard knows at once."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from time import perf_counter
from typing import TYPE_CHECKING, Annotated

from foreword.cli.options import (
    EncodingOption,
    JsonOption,
    MemoryOption,
    MeOption,
    argument,
    ask_whose,
    named,
    open_memory,
)
from foreword.cli.output import say_json, tell, waiting
from foreword.files import quoted
from foreword.text.plural import counted

if TYPE_CHECKING:
    from foreword.keyboard.memory import Memory


def learn(
    sources: Annotated[
        list[str], argument("SOURCE", "Files, folders, .gz, - for standard input, sample:chitchat.")
    ],
    model: MemoryOption = None,
    me: MeOption = None,
    encoding: EncodingOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remember the messages of SOURCEs, so that their words are suggested from now on. Each line is a message.

    It takes seconds, and needs neither a network nor PyTorch. If SOURCE has grown at its end, only the new messages are
    learned. If it has changed elsewhere, such as in one file of a folder, known messages are skipped: those with the
    same text and, if dated, the same minute.
    """
    from foreword.keyboard.learn import learn_source
    from foreword.sources.reading import check_are_there, documents
    from foreword.sources.report import Report
    from foreword.text.secrets import Kind, in_words

    begun, learned, known, taken, chosen = perf_counter(), 0, 0, Counter[Kind](), set[str]()
    check_are_there(sources)
    of_model = named(model)  # a mistake in the settings is found before anything is learned
    with open_memory(model) as memory:
        for source in sources:
            report = Report()
            with waiting(f"reading {source}", as_json=as_json) as wait:
                asking = wait.interrupted_by(ask_whose)
                read = documents(source, encoding=encoding, me=me, choose=asking, report=report)
                found = learn_source(memory, wait.reading(read, source))
            learned, known = learned + found.messages, known + found.known
            taken += found.taken
            if report.me is not None:
                chosen.add(report.me)
            for note in report.sentences():
                tell(note)
        path, seconds = memory.path, perf_counter() - begun
        wants_hints = (learned or known) and not as_json
        options = {"me": chosen.pop() if len(chosen) == 1 else me, "encoding": encoding}
        hints = list(_next(memory, of_model, sources, options)) if wants_hints else []
    before = f" ({known:,} known already)" if known else ""
    tell(f"Learned {counted(learned, 'message')}{before} in {seconds:.1f} s. The memory is {path}.")
    if taken:
        tell(f"Taken out and not learned: {in_words(taken)}.")
    if as_json:
        row = {"messages": learned, "known": known, "taken": dict(taken), "seconds": round(seconds, 3)}
        say_json({**row, "memory": str(path)})
    for hint in hints:
        tell(hint)


def _next(
    memory: "Memory", of_model: str, sources: Sequence[str], options: Mapping[str, str | None]
) -> Iterator[str]:
    """Hints for the person: see the words, type with them, and train a network if that helps."""
    from foreword import modelfolder
    from foreword.errors import ModelError, ModelMissing
    from foreword.keyboard.learn import LITTLE
    from foreword.keyboard.trained_on import TrainedOn, characters_of
    from foreword.libraries import missing_for_training
    from foreword.modelfolder.names import has_unfinished_run
    from foreword.modelfolder.names import named as named_at
    from foreword.modelfolder.reading import is_being_trained
    from foreword.sources.opening import is_read_once

    if not memory.size() or memory.path is None:
        return
    yield (
        f"The memory has {counted(memory.size(), 'message')} now. "
        f"See its words with: foreword memory list{of_model}. "
        f'Type with it: foreword suggest "…"{of_model} or foreword write{of_model}'
    )
    folder = memory.path.with_suffix("")
    first = ' (first: pip install "foreword[train]")' if missing_for_training() else ""
    if has_unfinished_run(folder):  # no other training can begin
        if not is_being_trained(folder):
            go_on = f"foreword train --resume{named_at(folder, '-o')}{first}"
            yield f"The training of {folder.name} was interrupted; go on with: {go_on}"
        return
    try:
        known = TrainedOn.of(memory, modelfolder.read(folder))
    except ModelMissing:
        if characters_of(memory.messages()) < LITTLE:
            return
        given = ["SOURCE" if each == "-" or is_read_once(each) else quoted(each) for each in sources]
        given += [f"--{name} {quoted(value)}" for name, value in options.items() if value is not None]
        yield f"Train a network on them: foreword train {' '.join(given)}{named_at(folder, '-o')}{first}"
    except (ModelError, OSError):
        return
    else:
        if known.is_enough():
            untrained = counted(known.characters, "character")
            command = f"foreword train --more{named_at(folder, '-o')}{first}"
            yield f"{folder.name} has not learned {untrained} of them yet: {command}"
