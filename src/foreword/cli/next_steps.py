"""What to do next: the commands that `foreword`, `foreword learn` and `foreword demo` suggest, in one table."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from foreword.errors import ModelError, ModelMissing
from foreword.files import quoted
from foreword.modelfolder import home, locate, read
from foreword.modelfolder.names import PERSONAL, SHIPPED, has_unfinished_run, named
from foreword.modelfolder.reading import is_being_trained
from foreword.text.plural import counted

if TYPE_CHECKING:
    from foreword.keyboard.memory import Memory

WORTH_TRAINING: Final = 400  # messages: of fewer, a network learns hardly more than the memory knows


class Step(NamedTuple):
    """A command, its gain in a list of commands, and the words before it in a sentence.

    {o} and {m} stand for the option that names the model, for `train` and for other commands.
    """

    command: str
    gain: str = ""
    hint: str = ""


STEPS: Final = {
    "learn": Step("learn {sources}", "teach it your words, in seconds"),
    "train": Step("train {sources}{o}", "a network of your own, in ten minutes", "Train a network on them"),
    "more": Step("train --more{o}", hint="{name} has not learned {untrained} of them yet"),
    "resume": Step(
        "train --resume{o}",
        "go on with the training",
        "The training of {name} was interrupted; go on with",
    ),
    "write": Step("write{m}", "write with it"),
    "suggest": Step('suggest "how are y"', "complete what you type"),
}


def listed(*steps: str, o: str = "", m: str = "") -> Iterator[str]:
    """A line for each step: its command, and its gain."""
    for each in steps:
        command = STEPS[each].command.format(sources="my-chats.txt", o=o, m=m)
        yield f"{f'foreword {command}':<28}  {STEPS[each].gain}"


def in_overview(messages: int) -> Iterator[str]:
    """The two steps that help most with so many messages in the memory."""
    there = locate()
    own = home() / PERSONAL if there == home() / SHIPPED else there
    found = ["write", "suggest"]
    if not messages:
        found.insert(0, "learn")
    if has_unfinished_run(own):  # no other training can begin
        found[:0] = [] if is_being_trained(own) else ["resume"]
    elif messages >= WORTH_TRAINING and not own.is_dir():
        found.insert(0, "train")
    yield from listed(*found[:2], o=named(own, "-o"))


def after_learning(
    memory: "Memory", of_model: str, sources: Sequence[str], options: Mapping[str, str | None]
) -> Iterator[str]:
    """Sentences for a person whose memory has learned `sources` with these `options`."""
    from foreword.keyboard.learn import LITTLE
    from foreword.keyboard.trained_on import TrainedOn, characters_of
    from foreword.libraries import missing_for_training
    from foreword.sources.opening import is_read_once

    if not memory.size() or memory.path is None:
        return
    yield (
        f"The memory has {counted(memory.size(), 'message')} now. "
        f"See its words with: foreword memory list{of_model}. "
        f'Type with it: foreword suggest "…"{of_model} or foreword write{of_model}'
    )
    folder, step, untrained = memory.path.with_suffix(""), None, 0
    try:
        if has_unfinished_run(folder):  # no other training can begin
            step = None if is_being_trained(folder) else "resume"
        elif (known := TrainedOn.of(memory, read(folder))).is_enough():
            step, untrained = "more", known.characters
    except ModelMissing:
        step = "train" if characters_of(memory.messages()) >= LITTLE else None
    except (ModelError, OSError):  # a damaged model hides no message
        return
    if step is not None:
        given = ["SOURCE" if each == "-" or is_read_once(each) else quoted(each) for each in sources]
        given += [f"--{name} {quoted(value)}" for name, value in options.items() if value is not None]
        command = STEPS[step].command.format(sources=" ".join(given), o=named(folder, "-o"))
        hint = STEPS[step].hint.format(name=folder.name, untrained=counted(untrained, "character"))
        first = ' (first: pip install "foreword[train]")' if missing_for_training() else ""
        yield f"{hint}: foreword {command}{first}"
