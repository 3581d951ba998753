"""`foreword learn`: words that the keyboard knows at once."""

from collections import Counter
from time import perf_counter
from typing import Annotated

import typer

from foreword.cli.next_steps import after_learning
from foreword.cli.options import EncodingOption, JsonOption, MemoryOption, MeOption, open_memory
from foreword.cli.terminal import say_json, tell, waiting
from foreword.cli.whose import ask_whose
from foreword.text.counting import counted


def learn(
    sources: Annotated[
        list[str],
        typer.Argument(metavar="SOURCE", help="Files, folders, .gz, - for standard input, sample:chitchat."),
    ],
    model: MemoryOption = None,
    me: MeOption = None,
    encoding: EncodingOption = None,
    as_json: JsonOption = False,
) -> None:
    """Remember the messages of SOURCEs, so that their words are suggested from now on. Each line is a message.

    It takes seconds, and needs neither a network nor PyTorch. A message that is known already is not learned again.
    """
    from foreword.corpus.samples import documents
    from foreword.keyboard.learn import learn_source
    from foreword.sources.report import Report
    from foreword.text.secrets import Kind, in_words

    begun, learned, known, taken = perf_counter(), 0, 0, Counter[Kind]()
    with open_memory(model) as memory:
        for source in sources:
            report = Report()
            with waiting(f"reading {source}", as_json=as_json) as wait:
                choose = wait.interrupted_by(ask_whose)
                read = documents(source, encoding=encoding, me=me, choose=choose, report=report)
                found = learn_source(memory, wait.reading(read, source))
            learned, known = learned + found.messages, known + found.known
            taken += found.taken
            for note in report.sentences():
                tell(note)
        path, seconds = memory.path, perf_counter() - begun
        hints = [] if as_json else after_learning(memory, model, sources, {"me": me, "encoding": encoding})
    before = f" ({known:,} were known already)" if known else ""
    tell(f"Learned {counted(learned, 'message')}{before} in {seconds:.1f} s. The memory is {path}.")
    if taken:
        tell(f"Taken out and not learned: {in_words(taken)}.")
    if as_json:
        row = {
            "messages": learned,
            "known": known,
            "taken": dict(taken),
            "seconds": round(seconds, 3),
            "memory": str(path),
        }
        say_json(row)
    for hint in hints:
        tell(hint)
