"""Wrong usage, in our words: one line, as every other error."""

import re
from typing import Any, Final, final

import typer
from typer.core import TyperCommand

from foreword.errors import OptionError

UsageError: Final[type[Exception]] = typer.BadParameter.__mro__[1]
"""What Typer raises for it; it has no public name there."""

_OUR_WORDS: Final = (
    (r"No such command (.+?)\.", r"there is no command \1"),
    (r"No such command (.+?)\. Did you mean (.+)\?", r"there is no command \1; perhaps \2"),
    (r"No such option: (\S+?)\.?", r"there is no option \1"),
    (
        r"No such option: (\S+) \((?:Possible options:|Did you mean) (.+?)\??\)",
        r"there is no option \1; perhaps \2",
    ),
    (r"Missing (?:argument|option) (.+?)\..*", r"\1 is missing"),
    (
        r"Got unexpected extra argument\S* \((.+)\)",
        r"\1: too many arguments; put quotes around a text of several words",
    ),
    (r"Option (.+) requires an argument\.", r"\1 needs a value"),
    (r"Option (.+) does not take a value\.", r"\1 takes no value"),
    (
        r"Invalid value for (.+?): (?:Value error, )?(.*) is not one of (.+?)\.?",
        r"\1 must be one of \3, not \2",
    ),
    (r"Invalid value for (.+?): .*\binteger\b.*", r"\1 must be a whole number"),
    (r"Invalid value for (.+?): .*greater than or equal to (\S+)", r"\1 must be at least \2"),
    (r"Invalid value for (.+?): .*less than or equal to (\S+)", r"\1 must be at most \2"),
    (r"Invalid value for (.+?): .*\b(?:number|float)\b.*", r"\1 must be a number"),
    (r"Invalid value for .+?: (?:file|directory|path) (.+) is not (readable|writable)\.?", r"\1 is not \2"),
    (r"Invalid value for (.+?): (.*)", r"\1: \2"),
)


_NEVER_EMPTY: Final = frozenset(["SOURCE", "FILE"])


@final
class Command(TyperCommand):
    """A command that refuses an empty value where it reads files: else it would read the current folder."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Parse what was given.

        Raises:
            OptionError: a value is empty.
        """
        named = {each.metavar for each in self.params if each.param_type_name == "argument"} & _NEVER_EMPTY
        if named and not all(each.strip() for each in args):
            raise OptionError(
                f"a value of foreword {self.name} is empty, not the name of a file; was a variable not set?"
            )
        return super().parse_args(ctx, args)


def in_our_words(error: Exception) -> str:
    """What is wrong, and where the help is; nothing where Typer has shown the help itself."""
    told: str = getattr(error, "format_message", error.__str__)()
    if not told:
        return ""
    for theirs, ours in _OUR_WORDS:
        if found := re.fullmatch(theirs, told, re.DOTALL | re.IGNORECASE):
            told = found.expand(ours).replace("'", "")
            break
    context = getattr(error, "ctx", None)
    return f"{told}; see: {'foreword COMMAND' if context is None else context.command_path} --help"
