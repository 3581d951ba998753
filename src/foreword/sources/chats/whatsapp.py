"""Chats that WhatsApp exports as text: "15/01/2020, 10:15 - Ana Silva: good morning" (docs/decisions/0031).

A message ends before the next line that begins with a date and a time, whose form depends on the phone's region; an
iPhone writes brackets around them. The author is before the first colon; without a colon, WhatsApp wrote the message.
It also writes notices in place of messages, in the language of the phone; on iPhones, a left-to-right mark comes first.
`whatsapp_phrases.txt` holds its phrases (docs/sources.md); one that is a whole line is in small letters there.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import chain, product
from pathlib import Path
from typing import Final

from foreword.files import tables
from foreword.sources.dates import Evidence, half_of, moment
from foreword.sources.decoding import pieces_of
from foreword.sources.opening import Opened
from foreword.sources.report import Report
from foreword.text.document import Document

MARKS: Final = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Direction marks. They are around names and times, and nobody typed them."""
_GAP: Final = "[ \u00a0\u202f]"
_SIDE: Final = "[\u200e\u200f]?"
_NEXT: Final = rf"{_SIDE}[/.月월-]{_GAP}?{_SIDE}"
_DATE: Final = (
    rf"[RH]?\d{{1,4}}{_SIDE}[/.年년-](?P<apart>{_GAP})?{_SIDE}\d{{1,4}}{_NEXT}[RH]?\d{{1,4}}"
    rf"(?:{_GAP}BE|[日일])?"
)
_CLOCK: Final = (  # Canada writes "10 h 15 min 33 s"
    rf"\d{{1,2}}(?:[:.]|{_GAP}?h{_GAP}?)\d{{2}}(?:(?:[:.]|{_GAP}?min{_GAP}?)\d{{2}})?"
)
_BETWEEN: Final = r"[^\d\n\[\]<>:]{1,16}"
_AFTER: Final = r"[^\d\n\[\]<>:]{0,16}?"
_BEGIN: Final = rf"\n[{MARKS}]*+(?P<open>\[ ?)?[{MARKS}]*+"
_END: Final = (
    rf"(?(open)\]:? ?(?:- )?|(?:{_GAP}?[-–—] (?!\d{{1,2}}[:.]\d\d)|: |(?(apart) (?=[^\n:]{{1,80}}: )|(?!))))"
)
_DATE_FIRST: Final = re.compile(
    rf"{_BEGIN}(?P<date>{_DATE})(?P<between>{_BETWEEN})(?P<clock>{_CLOCK})(?P<after>{_AFTER}){_END}"
)
_CLOCK_FIRST: Final = re.compile(
    rf"{_BEGIN}(?P<between>)(?P<clock>{_CLOCK})(?P<after>{_AFTER}),?{_GAP}(?P<date>{_DATE}){_END}"
)
_NAMED: Final = re.compile(
    rf"{_BEGIN}\(?(?P<date>{_DATE})(?P<between>{_BETWEEN})(?P<clock>{_CLOCK}(?:[.,]\d{{1,9}})?)"
    rf"(?P<after>(?:Z|[+-]\d\d:?\d\d|{_GAP}?[AaPp]\.?{_GAP}?[Mm]\.?)?)\)?{_GAP}(?=\S)"
)
"""No sign separates the time from the name: people's own logs have this form, WhatsApp's chats do not."""
_BEHIND: Final = re.compile(r"(?:[^\W_]|[+~@]|[^\x00-\x7f])[^\n]*")
_NAME_AGAIN: Final = re.compile(r"[^:\n]{1,80}: ")
_MOST: Final = 0.8
_LONGEST_STAMP: Final = 200
OF_LOG: Final = re.compile(r"(?:\w+\.)?(?:INFO|WARN(?:ING)?|ERROR|DEBUG|TRACE|CRITICAL|FATAL)\b")
_AUTHORED: Final = 0.1  # the smallest share of messages with a name before a colon; Discord's text has none

_COPIED: Final = re.compile(
    r"^\[[^\[\]\n]{0,24}\d[:.]\d\d[^\[\]\n]{0,24}\] [^:\n]{1,80}: .*\n?", re.MULTILINE
)
"""A line of copied messages, as WhatsApp puts them on the clipboard."""

_LONGEST_NAME: Final = 100
_QUOTES: Final = (("„", "“"), ("«", "»"), ("「", "」"))


def fits(opened: Opened) -> bool:
    """Whether the file begins with messages of a chat; the first one may be cut."""
    text = start_of(opened)
    found = list(_pattern_of(text).finditer(text))
    if not found or named_pattern_of(text):
        return False
    begun = [text[each.end() : each.end() + _LONGEST_NAME].partition("\n")[0] for each in found]
    authored = sum(": " in each or each.rstrip(". ").endswith(":") for each in begun)
    names = Counter(each.partition(": ")[0] for each in begun if ": " in each)
    again = sum(count for count in names.values() if count > 1)
    of_another = sum(each.startswith(("<", "* ", "*** ")) or bool(OF_LOG.match(each)) for each in begun)
    at_once = not text[: found[0].start()].strip(MARKS + " \n")
    lines = sum(1 for line in text.split("\n") if line.strip())
    return (
        authored >= max(1, _AUTHORED * len(found))
        and (authored * 2 >= len(found) or again * 2 >= authored)  # a diary has few colons
        and of_another * 2 < len(found)
        and (at_once or len(found) * 10 >= lines)
    )


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The messages in the order of the file, without those that WhatsApp wrote. Errors as in `pieces_of`."""
    yield from read_stamped(opened, report, _pattern_of(start_of(opened)))


def start_of(opened: Opened) -> str:
    """The first bytes as text, with a newline before each line."""
    return "\n" + opened.start


def _pattern_of(text: str) -> re.Pattern[str]:
    """The pattern of a message's beginning: the date first, or the time first, as in Vietnam and in copied messages."""
    dated, timed = _DATE_FIRST.search(text), _CLOCK_FIRST.search(text)
    return _CLOCK_FIRST if timed and (not dated or timed.start() < dated.start()) else _DATE_FIRST


def named_pattern_of(text: str) -> re.Pattern[str] | None:
    """The pattern for lines with the name directly after the time; None if the first lines have another form.

    On such lines, `_pattern_of` reads the name and its colon as the rest of the time. Such a rest is not a word
    like AM or PM, and no other name follows it.
    """
    named = _NAMED.search(text)
    if not named or named["open"] or named["apart"] or not _BEHIND.match(text, named.end()):
        return None
    others = list(_pattern_of(text).finditer(text))
    if not others or named.start() < others[0].start():
        return _NAMED
    first = others[0]
    if named.start() > first.start() or not first[0].endswith(": "):
        return None
    again = sum(_NAME_AGAIN.match(text, each.end()) is not None for each in others)
    return None if half_of(first["between"], first["after"]) or again >= _MOST * len(others) else _NAMED


def read_stamped(opened: Opened, report: Report, pattern: re.Pattern[str]) -> Iterator[Document]:
    """The messages of a chat; `pattern` matches their beginnings: `open`, `date`, `between`, `clock`, `after`.

    The file is read twice, because the order of its dates must be known before the first message.
    """
    evidence = _survey(opened, pattern, report)
    if note := evidence.note(opened.name):
        report.notes.append(note)
    order, line = evidence.order(), 1
    for stamp, message in _messages_of(opened, pattern):
        if stamp:
            date, between, clock, after = stamp.group("date", "between", "clock", "after")
            time = moment(date, clock, order=order, half=half_of(between, after))
            if time is None:
                begins = message.partition("\n")[0]
                report.not_understood(opened.name, f"line {line}", f"{date}{between}{clock}{after} {begins}")
            else:
                author, said = _divided(message)
                typed = _typed(author, said, report, on_iphone=stamp["open"] is not None)
                if typed:
                    yield Document(text=typed, author=author, time=time)
            line += 1
        line += message.count("\n")


def _survey(opened: Opened, pattern: re.Pattern[str], report: Report) -> Evidence:
    """The order of the dates of a whole chat; lines above its first message count as not understood."""
    evidence, above = Evidence(), ""
    for stamp, message in _messages_of(opened, pattern, report.notes):
        if stamp is None:
            for number, line in enumerate(message[1:].split("\n"), 1):
                if line.strip(MARKS + " "):
                    report.not_understood(opened.name, f"line {number}", line)
        elif stamp["date"] != above:
            above = stamp["date"]
            evidence.add(above)
    return evidence


def _messages_of(
    opened: Opened, pattern: re.Pattern[str], notes: list[str] | None = None
) -> Iterator[tuple[re.Match[str] | None, str]]:
    """The messages of a file behind their beginnings; first the text above them. Errors as in `pieces_of`."""
    text, seen, stamp = "\n", 0, None
    for piece in chain(pieces_of(opened, notes), [""]):
        text += piece
        begin = 0
        whole = len(text) - (_LONGEST_STAMP if piece else 0)  # a beginning may go on after this block
        for found in pattern.finditer(text, seen):
            if found.start() >= whole:
                break
            yield stamp, text[begin : found.start()]
            stamp, begin = found, found.end()
        text, seen = text[begin:], max(0, whole - begin)
    yield stamp, text


def _divided(message: str) -> tuple[str | None, str]:
    """The author and the text of a message; the author is None if WhatsApp wrote it."""
    name, colon, said = message.partition(": ")
    if not colon or "\n" in name:
        line, _, said = message.partition("\n")
        name, colon, dot = line.rstrip().rpartition(":")
        if not colon or dot.strip("."):  # ":." marks a message that has disappeared
            return None, ""
    return _author(name), said.rstrip("\n")


@lru_cache(maxsize=10_000)
def _author(name: str) -> str | None:
    """A name without direction marks around it; None for a sentence of WhatsApp with a colon in a quotation."""
    quoted = name.count('"') % 2 or any(name.count(left) > name.count(right) for left, right in _QUOTES)
    quoted = quoted or ("„" not in name and name.count("“") > name.count("”"))
    return None if quoted or len(name) > _LONGEST_NAME else name.strip(MARKS + " \u00a0\u202f")


def _typed(author: str | None, said: str, report: Report, *, on_iphone: bool) -> str:
    """The typed part of a message, empty if there is none; the report counts the rest."""
    if author is None:
        report.leave_out(SYSTEM)
        return ""
    typed, rest = what_was_typed(said, on_iphone=on_iphone)
    typed, copied = _COPIED.subn("", typed) if "[" in typed else (typed, 0)
    if copied:
        typed = typed.rstrip("\n")
        report.leave_out("quoted line", copied)
    blank = not typed or typed.isspace()
    if rest or blank:
        report.leave_out(rest or "empty message")
    return "" if blank else typed


# Notices in place of messages

SYSTEM: Final = "system message"
_MEDIA: Final = "media message"
_SPACES: Final = " \t\u00a0\u202f"
_NO_MARKS: Final = dict.fromkeys(map(ord, MARKS))

_TABLE: Final = tables(Path(__file__).with_name("whatsapp_phrases.txt"))
_OF: Final = {part: lines.replace("\n", "|").split("|") for part, lines in _TABLE.items()}

_EDITED: Final = re.compile(rf"<[^<>\n]{{0,60}}(?:{'|'.join(_OF['edited'])})[^<>\n]{{0,60}}>\s*$")
_ENCRYPTED: Final = re.compile("|".join(_OF["secured"]), re.IGNORECASE)
_SHORTEST_NOTICE: Final = 40
_STUB: Final = re.compile(r"<[^<>\n=\"/]+>")
_ON_IPHONE: Final = re.compile(r"<\s?[^<>\n:]{1,40}: (?:\d{5,}-)?[^<>\n]*\.\w{1,5}\s?>$")
_ON_ANDROID: Final = re.compile(r"(.*?)(?:\.\w{0,5})? \(([^()\n]+|[^()\n]*\([^()\n]*\)[^()\n]*)\)$")
_NAMED_BY_PHONE: Final = re.compile(r"(?:IMG|VID|AUD|PTT|STK|DOC|GIF|CON)-\d{8}-WA\d+")
_FILE_NAME: Final = re.compile(r"[^\n/]*[^\s.]\.[A-Za-z][A-Za-z0-9]{1,4}(?: •.*)?")
_PLACE: Final = re.compile(
    r"(?:[^\n]*\n){0,3}[^\n]*:? ?https://(?:maps\.google\.com/(?:maps)?\?|(?:www\.)?foursquare\.com/v/)\S+"
)
_VOTES: Final = r"[:：].*[(（][^()（）\n]{0,20}\d[^()（）\n]{0,20}[)）]"
_POLL: Final = re.compile(
    rf".{{2,20}}[:：]\n(?:.*\n){{1,5}}?(?P<option>[^\n:：]{{2,20}}){_VOTES}(?:\n(?P=option){_VOTES})+"
)
_CALL_WITH_LENGTH: Final = re.compile(r"(?:missed )?(?:group )?(?:voice|video) call, .{1,40}", re.IGNORECASE)
_ALIKE: Final = str.maketrans({"’": "'", "ʼ": "'", "ş": "ș", "ţ": "ț", "\u200c": None})


def _key(phrase: str) -> str:
    """The lookup key of a phrase: without capitals and full stops, and with one form of each letter."""
    return unicodedata.normalize("NFC", phrase).strip(".。।۔ ").casefold().translate(_ALIKE)


_MADE: Final = [
    verb.format(noun) if "{}" in verb else f"{noun} {verb}"
    for row in _TABLE["omitted"].split("\n")
    for noun, verb in product(*(words.split("|") for words in row.split(" = ")))
]
_WRITTEN: Final = (
    dict.fromkeys(_OF["deleted"], "deleted message")
    | dict.fromkeys(_OF["calls"], SYSTEM)
    | dict.fromkeys([*_MADE, *_OF["other media"]], _MEDIA)
)
"""The kind of a message that is only one of these phrases."""
_PHRASES: Final = {_key(phrase): kind for phrase, kind in _WRITTEN.items()}
_DOCUMENT_PHRASES: Final = tuple(
    f" {phrase}"
    for phrase, kind in _PHRASES.items()
    if kind == _MEDIA and re.search("|".join(_OF["documents"]), phrase)
)


def what_was_typed(said: str, *, on_iphone: bool) -> tuple[str, str]:
    """The typed part of a message, and the kind of the rest: "" if there is no rest.

    A picture's caption and an edited message count as typed.
    """
    said = said.replace("\u2068", "").replace("\u2069", "")  # marks around mentioned names
    edited = _EDITED.search(said)
    if edited and edited.start():
        said = said[: edited.start()].rstrip(MARKS + _SPACES + "\n")
    line, _, below = said.partition("\n")
    shown = line.translate(_NO_MARKS).strip(_SPACES)
    kind, caption = _of_line(shown)
    if kind == _MEDIA:
        return "\n".join(filter(None, (caption, _caption(below, shown)))), _MEDIA
    if kind and not below:
        return "", kind
    before, mark, last = said.rpartition("\u200e")
    if mark and _of_line(last.strip(_SPACES))[0] == _MEDIA:  # below a caption of several lines
        return before.rstrip(MARKS + _SPACES + "\n"), _MEDIA
    return _of_whole(said, on_iphone=on_iphone)


def _is_notice(said: str) -> bool:
    """Whether this is the sentence about encryption at the beginning of a chat."""
    named = "WhatsApp" in said or "واتساب" in said
    return named and len(said) >= _SHORTEST_NOTICE and _ENCRYPTED.search(said) is not None


def _of_line(shown: str) -> tuple[str, str]:
    """The kind of a message's first line, and the typed text before the notice."""
    phrase = _key(shown.strip("<> "))
    if kind := _PHRASES.get(phrase):
        return kind, ""
    if _CALL_WITH_LENGTH.fullmatch(phrase):
        return SYSTEM, ""
    if found := _ON_IPHONE.search(shown):
        before = shown[: found.start()].strip(_SPACES)
        return _MEDIA, "" if _FILE_NAME.fullmatch(before) else before
    attached = _ON_ANDROID.match(shown)
    media = (
        (_STUB.fullmatch(shown) and (" " in phrase or not phrase.isascii()))
        or (attached and (attached[2].casefold() in _OF["attached"] or _NAMED_BY_PHONE.match(shown)))
        or (("." in shown or "•" in shown) and shown.casefold().endswith(_DOCUMENT_PHRASES))
    )
    return (_MEDIA if media else ""), ""


def _of_whole(said: str, *, on_iphone: bool) -> tuple[str, str]:
    """The typed part and the kind of a message whose first line does not show the kind."""
    bare = said.strip(MARKS + _SPACES + "\n")
    if _PLACE.fullmatch(bare):
        return "", "location"
    if _POLL.fullmatch(bare):
        return "", "poll"
    if on_iphone and (
        said.startswith("\u200e") or bare.startswith(tuple(_OF["notices"])) or _is_notice(said)
    ):
        return "", "poll" if "\n\u200e" in said else SYSTEM
    return said, ""


def _caption(below: str, shown: str) -> str:
    """The lines below a picture's line; empty if they are only a file name, which programs write there."""
    found = _ON_ANDROID.match(shown)
    text = below.strip(MARKS + _SPACES + "\n")
    return "" if _FILE_NAME.fullmatch(text) or (found and text == found[1]) else text
