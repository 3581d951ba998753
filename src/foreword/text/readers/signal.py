"""Chats of Signal as text, as three programs make it from its database (docs/sources.md).

- signal-export's `chat.md`: "[2020-01-15 10:15:33] Ana: good morning", with Markdown for pictures and quotations;
- signalbackup-tools: "[Jan 15, 2020 10:15:33] <Ana> good morning";
- sigtop: a block of fields and text for each message, or lines like "2020-01-15 10:15 Ana: good morning".

What Signal exports itself, and what these programs write as JSON, is read by `signal_json`.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from operator import attrgetter
from typing import Final

from foreword.text.documents import Document
from foreword.text.readers.lines import lines_of
from foreword.text.readers.opened import Opened
from foreword.text.readers.report import Report

_MARKDOWN: Final = re.compile(
    r"\[(?P<time>\d{4}-\d\d-\d\d,? \d\d:\d\d(?::\d\d)?)\] (?P<who>.{1,100}?):(?: |$)"
)
_BACKUP: Final = re.compile(
    r"\[(?P<time>[A-Z][a-z]{2} \d\d, \d{4} \d\d:\d\d:\d\d)\] (?:<(?P<who>.{1,100}?)> |\*\*\* )"
)
_SHORT: Final = re.compile(r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d) (?P<who>[^:\n]{1,100}):(?: |$)")
_BLOCK: Final = re.compile(
    r"^(?:From: (?P<who>.*)\n)?Type: (?P<kind>[a-z][a-z-]*)\n(?=Sent: |Received: )", re.MULTILINE
)

_CALL: Final = re.compile(r"(?:Incoming|Outgoing|Missed) (?:voice |video |group )?call(?: \(.*\))?")
_REACTIONS: Final = re.compile(r"\n\(- .* -\)")
_STICKERS: Final = re.compile(r"\n\(\( .* \)\)|\[[^\]\n]{0,255}\]\(\.\./exported_stickers/[^)\n]{0,999}\) *")
_ATTACHMENTS: Final = re.compile(r"!?\[[^\]\n]{0,255}\]\((?:\./)?media/[^)\n]{0,999}\) *")
_QUOTED: Final = re.compile(r"\s*\n\n((?:>.*\n)+)\n*")
_REACTED: Final = re.compile(r" \([^():;\n]+: [^\w\s():;]+(?:; [^():;\n]+: [^\w\s():;]+)*\)$")
_POLL: Final = re.compile(r"Poll: .*(?:\n {20,}\[\d+\] .*)+")
_DETAILS: Final = re.compile(
    r"\[(?=[a-z\d])(?:reply to [^\n]{1,100}? on [\d: -]{16}(?:, |(?=\])))?(?:edited(?:, |(?=\])))?"
    r"(?:\d+ attachments?|[a-z-]+ message)?\](?: |$)"
)
_FIELD: Final = re.compile(r"(?:Sent|Received|Attachment|Reaction|Edited): ")
_IDENTITY: Final = re.compile(r" \((?:\+?\d+|[0-9a-f-]{36}|group)\)$")
_MONTHS: Final = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_LOOKED_AT: Final = 400

_Part = tuple[re.Match[str], str, int]
"""The head of a message, what follows it, and its line."""
_Read = Callable[[re.Match[str], str, Report], Document | None]


def fits(opened: Opened) -> bool:
    """Whether it begins as one of these texts does."""
    return _form(opened) is not None


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """Its messages, oldest first; what was left out or not understood is in the report.

    Raises:
        SourceEmpty, SourceNotText, WrongEncoding: as `read_plain` says.
    """
    head, read_one = _form(opened) or (_MARKDOWN, _of_markdown)
    parts = _blocks(opened, report) if head is _BLOCK else _lines(opened, head, report)
    yield from sorted(_messages(parts, read_one, opened.name, report), key=attrgetter("time"))


def _form(opened: Opened) -> tuple[re.Pattern[str], _Read] | None:
    lines = [line.removesuffix("\r") for line in opened.start.split("\n")[:_LOOKED_AT]]
    shown = [line for line in lines if line.strip()]
    if not shown:
        return None
    if shown[0].startswith("Conversation: ") and _BLOCK.search("\n".join(lines)):
        return _BLOCK, _of_block
    if _share(_BACKUP, shown):
        return _BACKUP, _of_backup
    if _share(_MARKDOWN, shown) and _is_markdown(lines):
        return _MARKDOWN, _of_markdown
    if _share(_SHORT, shown) and any(line[16:22] == " You: " for line in shown):
        return _SHORT, _of_short
    return None


def _share(head: re.Pattern[str], lines: list[str]) -> bool:
    """Whether the first line is a head, or enough are: messages may have many lines."""
    return head.match(lines[0]) is not None or sum(1 for line in lines if head.match(line)) * 10 >= len(lines)


def _is_markdown(lines: list[str]) -> bool:
    """Whether these are signal-export's lines, not those of WhatsApp on an iPhone.

    Signal-export wrote no seconds once, and an iPhone always does; now it ends texts in the two spaces that break a
    line in Markdown, and names the writer "Me".
    """
    heads = [found for line in lines if (found := _MARKDOWN.match(line))]
    spaced = sum(1 for found in heads if found.string.endswith("  "))
    mine = any(found["who"] in ("Me", "No-Sender") for found in heads)
    return bool(heads) and (heads[0]["time"].count(":") == 1 or spaced * 2 > len(heads) or mine)


def _lines(opened: Opened, head: re.Pattern[str], report: Report) -> Iterator[_Part]:
    """What each head is followed by, up to the next."""
    found: re.Match[str] | None = None
    body: list[str] = []
    begun = 0
    for number, line in enumerate(lines_of(opened, report.notes), 1):
        if match := head.match(line):
            if found:
                yield found, "\n".join(body), begun
            found, body, begun = match, [line[match.end() :]], number
        elif found:
            body.append(line)
        elif line.strip():
            report.not_understood(opened.name, f"line {number}", line)
    if found:
        yield found, "\n".join(body), begun


def _blocks(opened: Opened, report: Report) -> Iterator[_Part]:
    text = "\n".join(lines_of(opened, report.notes))
    heads = list(_BLOCK.finditer(text))
    for head, end in zip(heads, [each.start() for each in heads[1:]] + [len(text)], strict=True):
        yield head, text[head.end() : end], text.count("\n", 0, head.start()) + 1


def _messages(parts: Iterator[_Part], read_one: _Read, name: str, report: Report) -> Iterator[Document]:
    for found, body, line in parts:
        try:
            message = read_one(found, body, report)
        except (ValueError, OverflowError, OSError):  # a time that cannot be
            report.not_understood(name, f"line {line}", found[0].strip())
        else:
            if message is not None:
                yield message


def _document(text: str, author: str, time: dt.datetime, report: Report, *, rest: bool) -> Document | None:
    """A message, if anything in it was typed; `rest` says that something else was in it and counted."""
    text = text.strip("\n").rstrip(" ")
    if text.strip():
        return Document(text=text, author=author, time=time)
    if not rest:
        report.leave_out("empty message")
    return None


def _of_markdown(found: re.Match[str], body: str, report: Report) -> Document | None:
    time = dt.datetime.fromisoformat(found["time"].replace(",", "")).astimezone()
    bare = body.strip()
    if bare == "(This message was deleted)":
        report.leave_out("deleted message")
        return None
    if _CALL.fullmatch(bare):
        report.leave_out("system message")
        return None
    body, reactions = _REACTIONS.subn("", body)
    body, stickers = _STICKERS.subn("", body)
    body, attachments = _ATTACHMENTS.subn("", body)
    quoted = _QUOTED.match(body)
    if quoted:
        body = body[quoted.end() :]
        report.leave_out("quoted line", quoted[1].count("\n"))
    for kind, count in (("reaction", reactions), ("sticker", stickers), ("media message", attachments)):
        if count:
            report.leave_out(kind, count)
    rest = bool(reactions or stickers or attachments or quoted)
    return _document(body, found["who"], time, report, rest=rest)


def _of_backup(found: re.Match[str], body: str, report: Report) -> Document | None:
    month, day, year, clock = found["time"].replace(",", "").split(" ")
    time = dt.datetime.fromisoformat(f"{year}-{_MONTHS.index(month) + 1:02}-{day} {clock}").astimezone()
    if found["who"] is None:
        report.leave_out("media message" if re.match(r"<.*> sent file", body) else "system message")
        return None
    if _POLL.match(body):
        report.leave_out("poll")
        return None
    body, reactions = _REACTED.subn("", body)
    if reactions:
        report.leave_out("reaction")
    return _document(body, found["who"], time, report, rest=bool(reactions))


def _of_short(found: re.Match[str], body: str, report: Report) -> Document | None:
    time = dt.datetime.fromisoformat(found["time"]).astimezone()
    details = _DETAILS.match(body)
    if details:
        body = body[details.end() :]
        if not body.strip():
            report.leave_out("media message" if "attachment" in details[0] else "system message")
            return None
    return _document(body, found["who"], time, report, rest=False)


def _of_block(found: re.Match[str], body: str, report: Report) -> Document | None:
    lines = body.split("\n")
    fields: dict[str, str] = {}
    at = 0
    while at < len(lines) and _FIELD.match(lines[at]):
        name, _, value = lines[at].partition(": ")
        fields.setdefault(name, value)
        at += 1
    if found["kind"] not in ("incoming", "outgoing"):
        report.leave_out("system message")
        return None
    when = fields.get("Sent") or fields.get("Received") or ""
    time = dt.datetime.strptime(when, "%a, %d %b %Y %H:%M:%S %z").astimezone()
    text, quoted = _typed(lines[at:])
    if quoted:
        report.leave_out("quoted line", quoted)
    if "Attachment" in fields:
        report.leave_out("media message")
    author = _IDENTITY.sub("", found["who"] or "").strip() or "Unknown"
    return _document(text, author, time, report, rest="Attachment" in fields or bool(quoted))


def _typed(lines: list[str]) -> tuple[str, int]:
    """The text of a block without what it quotes, and how many lines that were; of edits the first, the newest."""
    if "| Version: " in "\n".join(lines[:3]):
        first = next(at for at, line in enumerate(lines) if line.startswith("| Version: "))
        rest = [line[2:] for line in lines[first + 1 :] if line.startswith("|")]
        until = next((at for at, line in enumerate(rest) if line.startswith("Version: ")), len(rest))
        lines = rest[:until]
        while lines and _FIELD.match(lines[0]):
            lines = lines[1:]
    quoted = 0
    while lines and (not lines[0] or lines[0].startswith(">")):
        quoted += lines[0].startswith(">")
        lines = lines[1:]
    return "\n".join(lines), quoted
