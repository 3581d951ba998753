"""All formats of text, recognised by the content of a file, in the order in which they are tried.

`fits` checks the first bytes, never the name alone. `read` yields the texts of all authors in the order of the file,
each with its author and an aware time if the format has them. The report counts what nobody typed (media, quotations)
and what `read` could not understand. Chats and documents that are recognised but not read are errors that say what to
give instead: as plain text, they would teach names, times, markup and other people's words (docs/decisions/0031).
"""

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import pairwise
from typing import Any, Final, final

from foreword.errors import SourceNotText
from foreword.sources.opening import Files, Opened
from foreword.sources.report import Report
from foreword.text.document import Document
from foreword.text.secrets.nouns import Noun, named_in


@final
@dataclass(frozen=True, kw_only=True)
class Format:
    """A format with its usual name; `is_zip` says that its file may be a zip archive.

    The first bytes of each such file contain `sign`. The reader's module is imported only for a file with this sign.
    """

    name: str
    fits: Callable[[Opened], bool]
    read: Callable[[Opened, Report], Iterator[Document]]
    sign: str = ""
    is_zip: bool = False


@final
@dataclass(frozen=True, kw_only=True)
class Collection:
    """A format of several files. `fits` returns the paths of the files that it reads; empty for other formats."""

    name: str
    fits: Callable[[Files], list[str]]
    read: Callable[[Files, Report], Iterator[Document]]


# Formats that are refused

_LOOKED_AT: Final = 400  # lines that are checked to recognise a chat or a log

_DISCORD: Final = re.compile(r"\s*={20,}\n(?:Guild|Server): ")
_DISCORD_COLUMNS: Final = frozenset({"author", "date", "content", "attachments"})
_TIME: Final = r"\d{1,2}[:.h]\d\d(?::\d\d)?(?:\s?(?:[AaPp]\.?[Mm]\.?|Uhr))?"
_COPIED_HEAD: Final = re.compile(
    r"\[[^\[\]]{0,30}\d[:.h]\d\d[^\[\]]{0,10}\] (?P<author>[^<*:]{1,40})"  # Discord's exporters, Teams
    r"|\d{4}-\d\d-\d\d \d?\d:\d\d:\d\d (?P<dated>[^*:]{1,40}[(<][^*:()<>]{1,40}[)>])"  # QQ
    rf"|(?P<named>[^\W\d][^<*:]{{0,39}}?)"
    rf"(?:, \[[\d./-]{{6,10}},? {_TIME}\]|  +{_TIME}"
    rf"|,? {{1,2}}\(?(?=.{{0,12}}\d:\d\d)(?:{_TIME},? )?(?P<day>[\d./-]{{6,10}})(?:,? {_TIME})?\)?:?"  # QQ, ICQ
    rf"| — (?:[\d./-]{{6,10}},? |\D{{0,20}} )?{_TIME}"
    r"| [(\[](?:\d\d?:\d\d[)\]]:|\d\d?:\d\d:\d\d[)\]]:?))"  # transcripts
)
"""A line with the name and the time of the message below, as Telegram, Slack and Discord copy it."""
_TIME_BELOW: Final = re.compile(rf"\n[ \xa0]{{2}}(?={_TIME}\n)")
"""Before a time that is below its name, as today's Slack copies it."""
_TURN: Final = re.compile(
    r"[\W_]{0,9}(?:(?P<asks>You|User|Human|Me|(?<=# )Prompt(?=:)"
    r"|(?:Du hast gesagt|Dijiste|Has dicho|Você disse|Hai detto|Vous avez dit|Вы сказали)(?= ?:))"
    r"|(?:O )?(?P<answers>(?-i:AI)|AI(?=:)|Assistant|ChatGPT|Claude|Copilot|DeepSeek|Gemini|Grok|(?<=# )Response(?=:)))"
    r"(?: said| hat gesagt| dijo| dice| disse| ha detto| a dit| сказал)?(?: \([^()]{1,40}\))?[\W_]{0,6}",
    re.IGNORECASE,
)
"""A line above the words of a person, or of a program that answers."""
_NAME: Final = re.compile(r"(?![A-Z. ]+$)(?:[^\W\d_]|[~@+])[^<>*:;=|\\{}]{0,39}(?<![!?.,…])")
_PARTS: Final = r"(?:(?:[^\W\d_]++|\d++)\W{0,2}+)"
_WHEN: Final = re.compile(
    rf"[\[(]?(?P<before>{_PARTS}{{0,6}})(?<![\d./:-])(?P<clock>{_TIME})(?![./-]\d)(?P<after>\W{{0,2}}{_PARTS}{{0,4}})"
    r"|(?P<day>\d{1,4}[./-]\d\d?[./-]\d{1,4}|(?:\d\d?\.? [^\W\d_]{3,9}|[^\W\d_]{3,9} \d\d?),? \d{4})"
)
_BEFORE_TIME: Final = re.compile(r"[,\]] (?=.{0,30}\d[:.h]\d\d.{0,12}$)")
"""A line with only a day and a time, or one of them, below a name, as Teams and VK copy it. Skype writes one line."""
_IN_WORDS: Final = re.compile(
    rf"\[?[^:]{{0,24}}?(?:[^\W\d_]{{3}}[^:]{{1,6}}\d{{1,4}}[^:]{{0,7}}?\s|(?<![\d./-])\d{{1,2}}\W{{1,2}}[^\W\d_]{{3,9}}\W{{1,3}})"
    rf"{_TIME}\]?(?: -)? (?P<author>[^:]{{1,80}}): "
)
"""A message with the month in words: "Mon, Jan 15, 2024, 10:15:33 - Ana: good morning"."""
_LINE_DAY: Final = re.compile(r"\d{4}\.\d\d\.\d\d [^\W\d]+\n\d\d:\d\d ")
_LINE_SAID: Final = re.compile(r"\d\d:\d\d (?P<author>\S{1,40}) \S")
"""The first lines and a message of LINE on a computer: "2024.01.15 Monday", "10:15 Ana good morning"."""
_SIGNAL: Final = re.compile(
    r"\[[A-Z][a-z]{2} \d\d, \d{4} \d\d:\d\d:\d\d\] (?:<|\*\*\* )"  # signalbackup-tools
    r"|\[\d{4}-\d\d-\d\d(?:, \d\d:\d\d\] .{1,100}?:| \d\d:\d\d:\d\d\] (?:Me:|No-Sender:|.*  $))"  # signal-export
    r"|\d{4}-\d\d-\d\d \d\d:\d\d [^:]{1,100}: "  # sigtop, like the next line and `_SIGTOP`
    r"\[(?:reply to .{1,100}? on \d|edited[,\]]|\d+ attachments?\]|[a-z-]+ message\])"
)
_SIGTOP: Final = re.compile(r"Conversation: .*\n\s*(?:From: .*\n\s*)?Type: [a-z-]+\s+(?:Sent|Received): ")
_INSTAGRAM: Final = re.compile(
    r"""(?s)(?=\s*\[\s*\{)(?=.*?"participants"\s*:\s*\[)(?=.*?"conversation"\s*:\s*\[)"""
)
_CLOCK: Final = r"(?:[^<>*\t]{0,32}\d:\d\d[^<>*\t]{0,16}|\d{9,10})[ \t]+"
_TAG: Final = r"<(?i:html|head|body|p|br|hr|div|span|ul|ol|li|table|tr|td|h\d|a|b|i|title)\b"
_IRC_SAID: Final = re.compile(
    rf"(?:{_CLOCK}|(?!{_TAG}|.*</[a-z]))<[@+%&~!* ]?[^\s<>!]{{1,40}}(?:![^\s>]*)?>[ \t]"
)
_IRC_PROGRAM: Final = re.compile(
    rf"(?:{_CLOCK})?(?:\*{{1,4}}[ \t]|-!-|-->|<--|---?[ \t]|===|-\S+- |\[Users )|Session (?:Start|Close|Ident|Time)"
)
_KAKAO_OR_MEETING: Final = re.compile(
    rf"\[[^\[\]]{{1,40}}\] \[(?:오[전후] )?{_TIME}\] "
    rf"|[A-Z][a-z]+ \d{{1,2}}, \d{{4}},? (?:at )?{_TIME}, [^:]{{1,40}} : "
    r"|\d{4}[년.] \d{1,2}[월.] \d{1,2}[일.] (?:오[전후] )?\d{1,2}:\d\d, [^:]{1,40} : "
    r"|(?:\d{4}-\d\d-\d\d )?\d\d:\d\d:\d\d\s{1,3}From [^:]{1,80}:"
    r"|from [^:]{1,80} to [^:]{1,40}: {2,}\d{1,2}:\d\d"  # Webex
)
_TABLE: Final = re.compile(r"[^\t]{0,32}\d:\d\d(?:\t|:\d\d,)[^\t,]{1,40}[\t,]")
_OUTLOOK: Final = re.compile(r'(?:"?[^",\n]{1,20}"?,){2}(?:"?[^",:\n]{1,20}: ?\([^()]{1,20}\)"?[,\n]){2}')
"""The columns Subject, Body, From: (Name) and From: (Address), in any language."""
_TABLE_COLUMNS: Final = tuple(
    frozenset(names.split(", "))
    for names in (
        "author, from, name, sender, sender name, user, username",
        "body, content, message, message text, text",
        "date, date sent, datetime, message date, sent, time, timestamp",
    )
)
_GIT: Final = re.compile(r"[*|\\ ]*commit [0-9a-f]{40}.*\n[\s|\\/]*(?:Merge: .*\n[\s|\\/]*)?Author: ")
_IMESSAGE: Final = re.compile(
    r"\s*[A-Z][a-z]{2} \d\d, \d{4} {1,2}\d{1,2}:\d\d:\d\d [AP]M(?: \(Read by .*)?\n"
    r"(?:\+?\d[\d ()-]{2,20}\n|\S+@\S+\n|(?:.*\n)*?Me\n)"
)
"""Messages to or from "Me", or from a number or an address, which may have no answer."""
_MOST: Final = 0.8

# Beginnings of names in a zip file; the last one is of an OpenDocument that was packed anew in another order.
_OFFICE: Final = re.compile(r"xl/|ppt/|Index/|Index\.zip|index\.apxl|content\.xml")
_ODF: Final = b"mimetypeapplication/vnd.oasis.opendocument."  # of other kinds: a text is read before
_BEGINNINGS: Final = {
    rb"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": (
        "is a .doc or another file of an older Office, or has a password; save it as .docx without one, and give that"
    ),
    rb"(?s)Rar!\x1a|7z\xbc\xaf\x27\x1c|BZh\d1AY|\xfd7zXZ|.{257}ustar": (
        "is an archive, but not a zip archive; unpack it, and give the folder"
    ),
    rb"\s*\{\\rtf": "is in Rich Text Format; save it as .docx or as plain text, and give that",
    rb"\s{0,1024}%PDF-": "is a PDF; save its text, as most viewers and pdftotext do, and give that",
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,2000}?-->\s*)?<(?:\w+:)?FictionBook\b": (
        "is a FictionBook; convert it to .epub, and give that"
    ),
    rb'(?s)\s*\{(?=.*"(?:cells|worksheets)"\s*:\s*\[).*"cell_type"\s*:': (
        "is a Jupyter notebook; export it as Markdown, and give that"
    ),
    rb"(?i)\s*(?:BEGIN:V(?:CARD|CALENDAR)\b|WEBVTT\b|\[Script Info\]|\{\d+\}\{\d*\}"
    rb"|(?:\d{1,9}\s+)?\d?\d:\d\d:\d\d[.,:]\d{1,3} ?(?:-->|,\d?\d:\d\d:\d\d[.,]))"
    rb"|(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,20}?(?:snapshot-content-location:|from: <saved by)": (
        "is addresses, a calendar, subtitles or a saved page in one file; give the text in it"
    ),
    rb'\{"format": "foreword-memory"': "is an exported memory; import it with: foreword memory import",
    rb"SQLite format 3\0": "is a database; give an export of its program; for a memory: foreword memory merge",
    rb"[^\n]+\n- [^\n|]{0,200}\|[^\n]{0,200}\d\d:\d\d[^\n]{0,50}\n\r?\n[^\n]*\n==========\r?\n": (
        "is Kindle's clippings, which are mostly of books; give your own notes in it"
    ),
    rb"// <!-- <mdb:mork": "is Thunderbird's index of a mail folder; give the file of the folder itself",
    rb"\s*<(?:\?xml|en-export)\b": "is XML, not text; export it as text or HTML, and give that",
}
_JSON: Final = re.compile(
    r"\s*(?:window\.YTD\.\S+ = )?"  # Twitter's
    r'[\[{](?:[\s\[\]{},.+\deE-]|true|false|null){0,400}"[^"\n]{0,200}"\s*:\s*(?:["\[{\d-]|true|false|null)'
)


def refused_chat(opened: Opened) -> str | None:
    """The type of a refused chat and what to give instead; None for other files. A reader may fit the file, too."""
    start = opened.start
    lines = [line for line in start.split("\n", _LOOKED_AT)[:_LOOKED_AT] if line.strip()]
    return next((advice for advice, is_known in _CHATS.items() if is_known(start, lines)), None)


def refused_document(opened: Opened) -> str | None:
    """The type of a refused document, and the remedy; None for others."""
    if not opened.is_zip:
        head = opened.head.removeprefix(BOM_UTF8)
        return next((advice for sign, advice in _BEGINNINGS.items() if re.match(sign, head)), None)
    advice = "is a workbook, a presentation or a document of Apple's; save its text as .docx or .csv, and give that"
    return advice if _ODF in opened.head[:200] or any(map(_OFFICE.match, opened.parts)) else None


def refused_json(opened: Opened) -> str | None:
    """The remedy for JSON in no known format, whose strings others may have typed; None for other files."""
    advice = "is JSON of an unknown program; give the text in it"
    return advice if _JSON.match(opened.start) else None


def _columns(start: str) -> list[str]:
    return [each.strip(' "') for each in re.split(r"[,;\t]", start.partition("\n")[0].casefold())]


def _has_passwords(start: str, _: list[str]) -> bool:
    """Whether it is a table with a column of passwords, as browsers and password managers export it."""
    columns = [each.removeprefix("login_") for each in _columns(start)]
    return len(columns) > 1 and any((0, len(each), Noun.PASSWORD) in named_in(each, each) for each in columns)


def _is_discord(start: str, _: list[str]) -> bool:
    """Whether it has Discord's text header, or the columns of its exporter's CSV, or those in its own package."""
    columns = _columns(start)
    return (
        _DISCORD.match(start) is not None
        or set(columns) >= _DISCORD_COLUMNS
        or columns[:3] == ["id", "timestamp", "contents"]
    )


def _is_copied(_: str, lines: list[str]) -> bool:
    """Whether a time and one of few authors stand above messages, as no diary has them.

    A diary may have one name or day in all headings, or different ones that come once a day, such as Morning.
    """
    lines = _TIME_BELOW.sub("  ", "\n".join(lines)).split("\n")
    heads = [_COPIED_HEAD.fullmatch(line.strip()) for line in lines]
    above = [head for head, below in pairwise(heads) if head and not below]
    names = [next(filter(None, head.group("author", "dated", "named"))) for head in above]
    days = [head["day"] for head in above]
    is_chat = len(above) > len({*zip(days, names, strict=True)}) > len({*days})
    is_sure = is_chat or any(head["author"] for head in above)
    are_few = len({*names}) <= max(2, len(above) // 2) and len(above) >= max(3, 0.1 * len(lines))
    parts = [part for line in lines for part in _BEFORE_TIME.split(line, maxsplit=1)]
    return (is_sure and are_few) or _are_turns(lines) or _are_blocks(lines) or _are_blocks(parts)


def _are_turns(lines: list[str]) -> bool:
    """Whether a person and a program speak in turns. In lyrics, Human may be a line."""
    turns = list(filter(None, map(_TURN.fullmatch, map(str.strip, lines))))
    are_sure = len(turns) >= 3 or all(":" in turn[0] for turn in turns)
    return are_sure and all(any(turn[who] for turn in turns) for who in ("asks", "answers"))


def _are_blocks(lines: list[str]) -> bool:
    """Whether messages have a name, and below it a time, on lines of their own.

    In a diary or a log, names hardly come again after others, half of them within minutes: more if they are full names.
    """
    lines = [shown for line in lines if (shown := line.strip("#*_,—•-[ \xa0\u202f"))]
    whens = [_WHEN.fullmatch(line) for line in lines]
    heads = list[tuple[str, str, int]]()
    for name, no_time, when, text in zip(lines, whens, whens[1:], whens[2:], strict=False):
        if when and not no_time and not text and _NAME.fullmatch(name) and (when["clock"] or " " in name):
            hour, minute = map(int, re.findall(r"\d+", when["clock"] or "0:00")[:2])
            heads.append((name, when["day"] or when["before"] + when["after"], 60 * hour + minute))
    people = {name for name, *_ in heads}
    come_again = sum(name != after for (name, *_), (after, *_) in pairwise(heads)) >= len(people)
    are_few = len(heads) >= max(3, 0.1 * len(lines)) and len(people) <= max(2, len(heads) // 2)
    is_chat = len(heads) > len({head[:2] for head in heads}) > len({day for _, day, _ in heads})
    are_full = sum(" " in name and not name.split()[-1][0].islower() for name in people) * 2 > len(people)
    steps = [then - now for (_, day, now), (_, after, then) in pairwise(heads) if day == after]
    are_close = sum(0 <= step < (20 if are_full else 5) for step in steps) * 2 >= max(1, len(steps))
    return come_again and are_few and is_chat and are_close


def _are_of_few(lines: list[str], said: re.Pattern[str]) -> bool:
    """Whether lines have a time and one of few authors; most entries of a diary have other words."""
    authors = [found["author"] for line in lines if (found := said.match(line))]
    return len(authors) * 3 > len(lines) and len(set(authors)) * 2 <= len(authors)


def _is_signal(start: str, lines: list[str]) -> bool:
    heads = [_SIGNAL.match(line) is not None for line in lines]
    return _SIGTOP.match(start) is not None or any(heads[:1]) or sum(heads) * 10 > len(heads)


def _is_irc(_: str, lines: list[str]) -> bool:
    said = [_IRC_SAID.match(line) or _IRC_PROGRAM.match(line) for line in lines]
    return any(map(_IRC_SAID.match, lines)) and _are_most(said)


def _is_table(start: str, lines: list[str]) -> bool:
    """Whether it is of LINE, TikTok or Outlook, or has columns or lines of a name, a message and a time."""
    columns = frozenset(_columns(start))
    has_columns = _OUTLOOK.match(start) is not None or not any(map(columns.isdisjoint, _TABLE_COLUMNS))
    is_line = _LINE_DAY.match(start) is not None and _are_of_few(lines, _LINE_SAID)
    is_known = is_line or start.startswith(("[LINE]", ">>> Chat History with "))
    return is_known or has_columns or _are_most([_TABLE.match(line) for line in lines])


def _are_most(found: Sequence[object]) -> bool:
    known = sum(map(bool, found))
    return known > 0 and known >= _MOST * len(found)


_AS_LINES: Final = "which is not read; make it lines of `name: message`, and give those"
_CHATS: Final[dict[str, Callable[[str, list[str]], object]]] = {
    "is a table of passwords, which is not read; give texts without secrets": _has_passwords,
    "is Discord's text or CSV, which are not read; give JSON, Discord's or DiscordChatExporter's": _is_discord,
    f"is a chat of Apple's Messages, {_AS_LINES}": lambda start, _: _IMESSAGE.match(start),
    (
        "is a copy of messages from a window, such as Discord's or Teams', which is not read; give JSON, such as "
        "DiscordChatExporter's, or lines of `name: message`"
    ): _is_copied,
    "is Signal's text, which is not read; give JSON, such as the `data.json` of signal-export": _is_signal,
    (
        "is Instagram's export of before 2020, which is not read; download your information again, as JSON"
    ): lambda start, _: _INSTAGRAM.match(start),
    f"is a chat of Element or another program that writes months in words, {_AS_LINES}": (
        lambda _, lines: _are_of_few(lines, _IN_WORDS)
    ),
    f"is a log of IRC, {_AS_LINES}": _is_irc,
    f"is a table of times, names and messages, {_AS_LINES}": _is_table,
    "is a log of git, which is not read; give your own messages: git log --author=NAME --format=%B": (
        lambda start, _: _GIT.match(start)
    ),
    f"is a chat of KakaoTalk, Zoom or Webex, {_AS_LINES}": (
        lambda _, lines: sum(_KAKAO_OR_MEETING.match(line) is not None for line in lines) * 3 > len(lines)
    ),
}


# All formats

OTHER_JSON: Final = "JSON file of an unknown program"


def _of(reader: str, function: str) -> Callable[..., Any]:
    """A function of a reader, whose module is imported at the first call."""

    def call(*given: Any) -> Any:
        return getattr(import_module(f"foreword.sources.{reader}"), function)(*given)

    return call


def _format(name: str, reader: str, what: str = "", *, sign: str = "", is_zip: bool = False) -> Format:
    fits, read = _of(reader, f"fits{what}"), _of(reader, f"read{what}")
    return Format(name=name, fits=fits, read=read, sign=sign, is_zip=is_zip)


def _refused(name: str, advice: Callable[[Opened], str | None], *, is_zip: bool = False) -> Format:
    def read(opened: Opened, report: Report) -> Iterator[Document]:  # noqa: ARG001 - as all formats
        raise SourceNotText(f"{opened.name} {advice(opened)}")

    return Format(name=name, fits=lambda opened: advice(opened) is not None, read=read, is_zip=is_zip)


FORMATS: Final[tuple[Format, ...]] = (
    _format("Signal", "chats.signal"),
    _refused("refused chat", refused_chat),  # before WhatsApp, because Signal's text looks like it
    _format("WhatsApp", "chats.whatsapp"),
    _format("Telegram", "chats.telegram", sign="{"),
    Format(name="mail", fits=_of("mail.mailbox", "fits"), read=_of("mail.message", "read")),
    _format("OpenDocument text", "documents.office", "_odt", sign="PK", is_zip=True),
    _format("Word document", "documents.office", "_docx", sign="PK", is_zip=True),
    _format("HTML", "documents.html", sign="<"),
    _format("SMS Backup & Restore", "chats.sms", sign="<smses"),
    _refused("refused document", refused_document, is_zip=True),
    _format("Discord", "chats.discord", sign="{"),
    _format("Instagram or Messenger", "chats.meta", sign="{"),
    _format("Slack", "chats.slack", sign="{"),
    _format("names and messages", "chats.named_lines"),
    _format("times, names and messages", "chats.named_lines", "_dated"),
    _format("Markdown", "documents.markdown"),
    _refused(OTHER_JSON, refused_json),
)

_TYPED: Final = frozenset({"refused chat", "WhatsApp", "names and messages", "times, names and messages"})
"""Chats that may be the text of a document, such as the transcript of a meeting."""

COLLECTIONS: Final[tuple[Collection, ...]] = (
    Collection(
        name="Maildir", fits=_of("mail.mailbox", "fits_maildir"), read=_of("mail.message", "read_maildir")
    ),
    Collection(name="Slack", fits=_of("chats.slack", "fits_files"), read=_of("chats.slack", "read_files")),
)


def format_of(opened: Opened) -> Format | None:
    """The first format that fits; None for plain text, and for an archive of files.

    An archive may hold files without compression, so its first bytes may look like one of them.
    """
    possible = (each for each in FORMATS if (each.is_zip or not opened.is_zip) and each.sign in opened.start)
    return next((each for each in possible if each.fits(opened)), None)


def chat_in(text: Opened) -> Format | None:
    """The first format of chats that fits the text of a document; None for other text."""
    return next((each for each in FORMATS if each.name in _TYPED and each.fits(text)), None)
