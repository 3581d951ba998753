"""Plain text of DiscordChatExporter: a head between two rules, then messages, `[date] author` above each.

What is no text of the author's follows below headings of its own: `{Attachments}`, `{Embed}`, `{Stickers}` and
`{Reactions}`.
Dates are those of the country that the export was made for. Old versions (2018) have no such headings and no foot, and
say in the head how many messages there are. Of a file that was cut at its beginning the head is missing.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, final

from foreword.text.documents import Document
from foreword.text.readers.cut_files import lines_before_the_cut
from foreword.text.readers.discord_notices import is_notice
from foreword.text.readers.local_dates import is_date, read_dates
from foreword.text.readers.opened import Opened
from foreword.text.readers.quotations import without_quotations
from foreword.text.readers.report import Report

_RULE: Final = "=" * 20  # 62 as they are written
_HEAD: Final = re.compile(r"\A\s*={20,}\r?\n(?:Guild|Server): .*\r?\n(?:[^\r\n]*\r?\n){0,40}?={20,}\r?\n")
_MESSAGE: Final = re.compile(r"\[(?P<date>[^\[\]]{6,40})\] (?P<author>.+)")
_PINNED: Final = " (pinned)"
_HEADINGS: Final = frozenset({"{Attachments}", "{Embed}", "{Embeds}", "{Stickers}", "{Reactions}"})
_OLD_HEAD: Final = re.compile(r"^Messages: +[0-9]", re.MULTILINE)
_OLD_ATTACHMENT: Final = re.compile(r"^https://cdn\.discordapp\.com/attachments/\S+$\n?", re.MULTILINE)
_NO_AUTHOR: Final = re.compile(r"[<*]|.*: ")
"""How what stands behind a time begins in chats of others, where the message is on the same line."""
_LONGEST_AUTHOR: Final = 40
_ENOUGH: Final = 3
"""Lines above messages by which a file is known that has no head."""
_MOST_BEFORE: Final = 20
_LEAST_SHARE: Final = 0.1
_FOOT: Final = re.compile(r"(?m:^)={20,}\nExported .*\n={20,}\s*\Z")


@final
@dataclass(slots=True, kw_only=True)
class _Message:
    """A message as it stands there, from `line` on."""

    line: int
    date: str
    author: str
    lines: list[str] = field(default_factory=list)


def fits(opened: Opened) -> bool:
    """Whether it begins with the head of DiscordChatExporter, or has its messages without a head."""
    return _HEAD.match(opened.start) is not None or _is_headless(opened)


def _is_headless(opened: Opened) -> bool:
    """Whether lines of a time and one of a few authors have messages below.

    In logs each line has a time; in diaries, what stands behind it does not come again.
    """
    if "\n[" not in f"\n{opened.start}":
        return False
    lines = [line for line in opened.start.splitlines() if line.strip()]
    begun = [_begun(line) for line in lines]
    authors = [found["author"] for found in begun if found]
    followed = sum(bool(found) and not following for found, following in pairwise(begun))
    return (
        len(authors) >= max(_ENOUGH, _LEAST_SHARE * len(lines))
        and any(begun[:_MOST_BEFORE])
        and followed * 2 > len(authors)
        and len(set(authors)) <= max(2, len(authors) // 2)
    )


def _begun(line: str) -> re.Match[str] | None:
    """The line above a message."""
    found = _MESSAGE.fullmatch(line) if line.startswith("[") else None
    if not found or len(found["author"]) > _LONGEST_AUTHOR or _NO_AUTHOR.match(found["author"]):
        return None
    return found if is_date(found["date"]) else None


def documents(opened: Opened, report: Report) -> Iterator[Document]:
    """The messages, in the order in which they stand there."""
    messages = list(_messages(opened, report))
    is_old = _OLD_HEAD.search(_head(opened)) is not None
    if messages and not _end(messages[-1]) and not is_old:
        report.notes.append(f"{opened.name} has no end: it was cut off; export it again to have the rest")
        _leave_half_a_header(messages[-1], opened.name, report)
    times = read_dates([message.date for message in messages])
    for message, time in zip(messages, times, strict=True):
        content, more = _old_content(message.lines) if is_old else _content(message.lines)
        if is_notice(content):
            report.leave_out("system message")
        elif not content.strip():
            report.leave_out("media message" if more else "message without text")
        elif time is None:
            report.not_understood(opened.name, f"line {message.line:,}", f"[{message.date}] {message.author}")
        elif text := without_quotations(content, report):
            yield Document(text=text, author=message.author, time=time)


def _head(opened: Opened) -> str:
    head = _HEAD.match(opened.start)
    return head[0] if head else ""


def _messages(opened: Opened, report: Report) -> Iterator[_Message]:
    message: _Message | None = None
    rules = 0 if _HEAD.match(opened.start) else 2
    for number, line in enumerate(lines_before_the_cut(opened), start=1):
        rules += rules < 2 and line.startswith(_RULE)
        found = _MESSAGE.fullmatch(line) if rules == 2 and line.startswith("[") else None
        if found and is_date(found["date"]):
            if message:
                yield message
            message = _Message(line=number, date=found["date"], author=found["author"].removesuffix(_PINNED))
        elif message:
            message.lines.append(line)
        elif rules == 2 and line.strip(f"{_RULE[0]} "):
            report.not_understood(opened.name, f"line {number:,}", line)
    if message:
        yield message


def _end(message: _Message) -> bool:
    """Take the foot of the file from its last message; false if there is none."""
    text, feet = _FOOT.subn("", "\n".join(message.lines))
    message.lines = text.split("\n")
    return feet > 0


def _leave_half_a_header(message: _Message, name: str, report: Report) -> None:
    """The last line of a file that was cut may be the beginning of a message, and is then no text of the one before."""
    if message.lines and message.lines[-1].startswith("["):
        line = message.lines.pop()
        report.not_understood(name, f"line {message.line + len(message.lines) + 1:,}", line)


def _content(lines: list[str]) -> tuple[str, bool]:
    """What the author wrote, and whether there was more than that."""
    for at, line in enumerate(lines):
        if line in _HEADINGS and (at == 0 or not lines[at - 1]):
            return "\n".join(lines[:at]).strip("\n"), True
    return "\n".join(lines).strip("\n"), False


def _old_content(lines: list[str]) -> tuple[str, bool]:
    """The same of an old version, where the addresses of attachments follow the text."""
    text, attachments = _OLD_ATTACHMENT.subn("", "\n".join(lines))
    return text.strip("\n"), attachments > 0
