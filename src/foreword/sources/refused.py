"""Exports that are known but not read: the same programs write JSON as well (docs/decisions/0050).

Read as plain text they would teach names, times and other people's words. So each is an error that names what to hand
in instead.
"""

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from foreword.errors import SourceNotText
from foreword.sources.opened import Opened
from foreword.sources.report import Report
from foreword.text.documents import Document

_LOOKED_AT: Final = 400
"""Lines by which a chat or a log is known."""

_DISCORD: Final = re.compile(r"\s*={20,}\r?\n(?:Guild|Server): ")
_DISCORD_COLUMNS: Final = frozenset({"author", "date", "content", "attachments"})
_DISCORD_HEAD: Final = re.compile(r"\[[^\[\]]{0,30}\d[:.h]\d\d[^\[\]]{0,10}\] (?P<author>[^<*:]{1,40})")
_SIGNAL: Final = (
    re.compile(r"\[[A-Z][a-z]{2} \d\d, \d{4} \d\d:\d\d:\d\d\] (?:<|\*\*\* )"),  # signalbackup-tools
    re.compile(r"\[\d{4}-\d\d-\d\d(?:, \d\d:\d\d\] .{1,100}?:| \d\d:\d\d:\d\d\] (?:Me:|No-Sender:|.*  $))"),
    re.compile(  # the two above are heads of signal-export's `chat.md`, this one is sigtop's
        r"\d{4}-\d\d-\d\d \d\d:\d\d [^:]{1,100}: "
        r"\[(?:reply to .{1,100}? on \d|edited[,\]]|\d+ attachments?\]|[a-z-]+ message\])"
    ),
)
_SIGTOP: Final = re.compile(r"Conversation: .*\s+(?:From: .*\s+)?Type: [a-z-]+\s+(?:Sent|Received): ")
_INSTAGRAM: Final = (
    re.compile(r"\s*\[\s*\{"),
    re.compile(r'"participants"\s*:\s*\['),
    re.compile(r'"conversation"\s*:\s*\['),
)
_JSON: Final = re.compile(
    r'\s*[\[{](?:[\s\[\]{},.+\deE-]|true|false|null){0,400}"[^"\n]{0,200}"\s*:\s*(?:["\[{\d-]|true|false|null)'
)
_CLOCK: Final = r"(?:[^<>*\t]{0,32}\d:\d\d[^<>*\t]{0,16}|\d{9,10})[ \t]+"
_TAG: Final = r"<(?i:html|head|body|p|br|hr|div|span|ul|ol|li|table|tr|td|h\d|a|b|i|title)\b"
_IRC_SAID: Final = re.compile(
    rf"(?:{_CLOCK}|(?!{_TAG}|.*</[a-z]))<[@+%&~!* ]?[^\s<>!]{{1,40}}(?:![^\s>]*)?>[ \t]"
    r"|[^\t]{0,32}\d:\d\d\t[^\t]{1,40}\t"
)
_IRC_PROGRAM: Final = re.compile(
    rf"(?:{_CLOCK})?(?:\*{{1,4}}[ \t]|-!-|-->|<--|---?[ \t]|===|-\S+- |\[Users )|Session (?:Start|Close|Ident|Time)"
)


def fits(opened: Opened) -> bool:
    """Whether it is one of these exports."""
    return _advice(opened) is not None


def read(opened: Opened, report: Report) -> Iterator[Document]:  # noqa: ARG001 - as every format has it
    """Read nothing.

    Raises:
        SourceNotText: always; it says what to hand in instead.
    """
    raise SourceNotText(f"{opened.name} is {_advice(opened)}")


def is_other_json(opened: Opened) -> bool:
    """Whether a file in no known format is JSON: its keys are nobody's words, and its strings may be others'."""
    return _JSON.match(opened.start) is not None


def _advice(opened: Opened) -> str | None:
    """What it is, and what to hand in instead; None where it is none of these exports."""
    start = opened.start
    lines = [line for line in start.split("\n", _LOOKED_AT)[:_LOOKED_AT] if line.strip()]
    return next((advice for advice, is_known in _REFUSED.items() if is_known(start, lines)), None)


def _is_discord(start: str, lines: list[str]) -> bool:
    """The head of its text, the columns of its CSV, or a time and one of a few authors above each message."""
    columns = re.split(r'[",;\t\r]+', start.partition("\n")[0].casefold())
    heads = [_DISCORD_HEAD.fullmatch(line.rstrip("\r")) for line in lines]
    authors = [head["author"] for head, below in pairwise(heads) if head and not below]
    return (
        _DISCORD.match(start) is not None
        or set(columns) >= _DISCORD_COLUMNS
        or (len(authors) >= max(3, 0.1 * len(lines)) and len(set(authors)) <= max(2, len(authors) // 2))
    )


def _is_signal(start: str, lines: list[str]) -> bool:
    if _SIGTOP.match(start):
        return True
    heads = [any(form.match(line.rstrip("\r")) for form in _SIGNAL) for line in lines]
    return any(heads[:1]) or sum(heads) * 10 > len(heads)


def _is_instagram(start: str, lines: list[str]) -> bool:  # noqa: ARG001
    return _INSTAGRAM[0].match(start) is not None and all(sign.search(start) for sign in _INSTAGRAM)


def _is_irc(start: str, lines: list[str]) -> bool:  # noqa: ARG001
    said = sum(_IRC_SAID.match(line) is not None for line in lines)
    known = sum(_IRC_SAID.match(line) is not None or _IRC_PROGRAM.match(line) is not None for line in lines)
    return said > 0 and known >= 0.8 * len(lines)


_REFUSED: Final[dict[str, Callable[[str, list[str]], bool]]] = {
    "Discord's text or CSV, which are not read; export it as JSON with DiscordChatExporter": _is_discord,
    "Signal's messages as text, which are not read; hand in JSON, such as the `data.json` of signal-export": _is_signal,
    "Instagram's export of before 2020, which is not read; download your information again, as JSON": _is_instagram,
    "a log of IRC, which is not read; make it lines of `name: message`, and hand in those": _is_irc,
}
