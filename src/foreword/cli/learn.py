"""`foreword learn`: words that the keyboard knows at once."""

from collections import Counter
from time import perf_counter
from typing import Annotated

from foreword.cli import options
from foreword.cli.options import argument
from foreword.cli.output import say_json, tell, waiting
from foreword.text.plural import counted


def learn(
    sources: Annotated[
        list[str], argument("SOURCE", "Files, folders, .gz, - for standard input, sample:chitchat.")
    ],
    model: options.MemoryOption = None,
    me: options.MeOption = None,
    encoding: options.EncodingOption = None,
    as_json: options.JsonOption = False,
) -> None:
    """Remember the messages of SOURCEs, so that their words are suggested from now on. Each line is a message.

    It takes seconds, and needs neither a network nor PyTorch. If SOURCE has grown at its end, only the new messages are
    learned. If it has changed elsewhere, such as in one file of a folder, known messages are skipped: those with the
    same text and, if dated, the same minute.
    """
    from foreword.cli.next_steps import after_learning
    from foreword.keyboard.learn import learn_source
    from foreword.sources.reading import check_are_there, documents
    from foreword.sources.report import Report
    from foreword.text.secrets import Kind, in_words

    begun, learned, known, taken, chosen = perf_counter(), 0, 0, Counter[Kind](), set[str]()
    check_are_there(sources)
    of_model = options.named(model)  # a mistake in the settings is found before anything is learned
    with options.open_memory(model) as memory:
        for source in sources:
            report = Report()
            with waiting(f"reading {source}", as_json=as_json) as wait:
                asking = wait.interrupted_by(options.ask_whose)
                read = documents(source, encoding=encoding, me=me, choose=asking, report=report)
                found = learn_source(memory, wait.reading(read, source))
            learned, known = learned + found.messages, known + found.known
            taken += found.taken
            if report.me is not None:
                chosen.add(report.me)
            for note in report.sentences():
                tell(note)
        path, seconds = memory.path, perf_counter() - begun
        given = {"me": chosen.pop() if len(chosen) == 1 else me, "encoding": encoding}
        wants_hints = (learned or known) and not as_json
        hints = list(after_learning(memory, of_model, sources, given)) if wants_hints else []
    before = f" ({known:,} known already)" if known else ""
    tell(f"Learned {counted(learned, 'message')}{before} in {seconds:.1f} s. The memory is {path}.")
    if taken:
        tell(f"Taken out and not learned: {in_words(taken)}.")
    if as_json:
        row = {"messages": learned, "known": known, "taken": dict(taken), "seconds": round(seconds, 3)}
        say_json({**row, "memory": str(path)})
    for hint in hints:
        tell(hint)
