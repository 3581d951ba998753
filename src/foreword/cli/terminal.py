"""Text that somebody else wrote, on its way out: without control characters, which steer terminals.

Those that turn the direction of writing are among them: behind them, a name is shown as another one.

A text, a token, a file's name, or a model's folder may hold them. What goes into a pipe may be shown on a terminal
later, so they are escaped there, too.
"""

import json
import re

import typer

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def say(text: str, *, nl: bool = True) -> None:
    """Print `text`, by default as a line."""
    typer.echo(printable(text), nl=nl, color=True)  # or echo strips colours


def say_json(value: object) -> None:
    """Print `value` as a line of JSON, in which each control character is escaped."""
    line = json.dumps(value, ensure_ascii=False)
    typer.echo(_CONTROL.sub(lambda found: f"\\u{ord(found.group()):04x}", line))


def printable(text: str) -> str:
    r"""`text` with `\x1b` and the like for control characters; newlines and tabs stay."""
    return _CONTROL.sub(_escaped, text.replace("\r\n", "\n"))


def _escaped(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def one_line(text: str) -> str:
    """The same with a space for each newline: what a name or a message is shown as."""
    return " ".join(printable(text).splitlines())
