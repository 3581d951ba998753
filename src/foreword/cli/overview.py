"""The output of `foreword` without a command: model, memory, surfaces and next steps."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from foreword.cli.output import one_line, say
from foreword.errors import ForewordError
from foreword.text.plural import counted

TYPE_IN: Final = {
    "Terminal": "the terminal",
    "Page": "a page",
    "Editors": "editors",
    "Input method": "all programs",
}
"""The surfaces to type in, by their names in `doctor`."""
WORTH_TRAINING: Final = 400  # messages: of fewer, a network learns hardly more than the memory knows


def overview() -> None:
    """Print the overview, at most eight lines."""
    for line in _lines():
        say(one_line(line))


def _lines() -> Iterator[str]:
    from foreword import modelfolder

    yield "Foreword finishes your words as you type. Nothing leaves this computer."
    try:
        yield f"Model    {_model(modelfolder.find_to_type())}"
        messages = _messages()
        known = (
            f"{counted(messages, 'message')} of yours" if messages else "empty: it does not know your words"
        )
        yield f"Memory   {known}"
        yield from _surfaces()
        yield from _next_steps(messages)
    except ForewordError as error:
        yield f"Trouble  {error}"
        yield "Next     foreword doctor               what is broken, and what helps"
    yield "         foreword --help               all commands"


def _model(path: Path) -> str:
    from foreword import modelfolder
    from foreword.modelfolder.names import SHIPPED

    record = modelfolder.read(path).record()
    characters = counted(record.characters or 0, "character")
    if path.name == SHIPPED:
        return f"{path.name}, the English one that comes with Foreword"
    return f"{path.name}, last trained on {characters} on {record.date or 'an unknown day'}"


def _messages() -> int:
    from foreword.keyboard.memory import memory_path
    from foreword.keyboard.memory_file import counts_in

    memory = memory_path()
    return counts_in(memory)[0] if memory.is_file() else 0


def _surfaces() -> Iterator[str]:
    from foreword.cli.doctor import SURFACES, examined

    found = {TYPE_IN[part]: examined(part, SURFACES[part]).state == "ready" for part in TYPE_IN}
    ready = [name for name, is_ready in found.items() if is_ready]
    missing = [name for name, is_ready in found.items() if not is_ready]
    more = f"; for {' and '.join(missing)}: foreword doctor" if missing else ""
    yield f"Type in  {', '.join(ready)}{more}"


def _next_steps(messages: int) -> Iterator[str]:
    """The two most helpful next commands."""
    from foreword import modelfolder
    from foreword.modelfolder import names
    from foreword.modelfolder.names import PERSONAL, SHIPPED

    there = modelfolder.locate()
    own = there.with_name(PERSONAL) if there.name == SHIPPED else there
    steps = [
        (names.has_unfinished_run(own), f"train --resume{names.named(own, '-o')}", "go on with the training"),
        (not messages, "learn my-chats.txt", "teach it your words, in seconds"),
        (
            messages >= WORTH_TRAINING and not own.is_dir(),
            f"train my-chats.txt{names.named(own, '-o')}",
            "a network of your own, in ten minutes",
        ),
        (True, "write", "write with it"),
        (True, 'suggest "how are y"', "complete what you type"),
    ]
    helpful = [f"{f'foreword {command}':<28}  {what}" for is_helpful, command, what in steps if is_helpful]
    yield f"Next     {helpful[0]}"
    yield f"         {helpful[1]}"
