"""Logs of IRC: "[12:01] <nick> text", as irssi, WeeChat, ZNC, HexChat, mIRC and their like write them.

Each line has a time and one of: a nick and what it said; `* nick waves`, an action, of which "waves" was typed; or what
the program itself says of joins, modes and topics. Many have the date in lines of its own only, or in the file's name.
"""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, final

from foreword.text.documents import Document
from foreword.text.readers.dateorder import ORDERS, Evidence, Order, date_in_any
from foreword.text.readers.lines import lines_of
from foreword.text.readers.opened import Opened
from foreword.text.readers.report import Report

SYSTEM: Final = "system message"

_DATE: Final = (
    r"\d{4}[-/.]\d\d[-/.]\d\d|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}"
    r"|\d{1,2}[ -][A-Z][a-z]{2}(?:[ -]\d{4})?|[A-Z][a-z]{2} +\d{1,2}(?:,? \d{4})?"
)
_STAMP: Final = re.compile(
    rf"(?P<open>[\[(])?(?:(?P<date>{_DATE})(?:[T ]|\] \[|, ))?"
    r"(?P<clock>\d{1,2}:\d\d(?::\d\d)?)(?:[.,]\d+)?(?P<half> ?[AaPp]\.?[Mm]\.?)?"
    r"(?P<zone>Z|[+-]\d\d:?\d\d)?(?(open)[\])])(?:[ \t]+|$)"
)
_EPOCH: Final = re.compile(r"(\d{9,10})[ \t]+")
_NICK: Final = r"[^\s<>!]{1,40}"
_SPEECH: Final = re.compile(rf"<[@+%&~!* ]?(?P<nick>{_NICK})(?:![^\s>]*)?>(?:[ \t](?P<said>.*)|$)")
_ACTION: Final = re.compile(rf" ?\*[ \t](?P<nick>{_NICK})(?:[ \t](?P<said>.*)|$)")
_COLUMNS: Final = re.compile(r"(?P<nick>[^\t]{0,40})\t(?P<said>.*)")  # WeeChat's
_PROGRAM: Final = re.compile(
    r"-!-|\*\*\*|-->|<--|---?(?: |\t|$)|=!=|===|-[^\s-]\S*(?:\([^)]*\))?- "
    r"|\*[ \t](?:\*\*\* |Now talking|Topic |Set by |Joins: |Parts: |Quits: |Disconnected|Connecting|Retrieving "
    r"|Looking up |Users on |End of )"
)
_HOST: Final = r"[(\[][^\s)\]]*@[^\s)\]]*[)\]]"
_EVENT: Final = re.compile(
    rf"(?:{_HOST} )?(?:has (?:joined|left|quit|changed the topic|set the topic|kicked)|(?:is|are) now known as"
    r"|sets? mode|was kicked by|changes topic to|Quit \(|(?:joined|left) #"
    r"|(?:gives|removes) (?:channel operator|voice))"
)
_DAY: Final = re.compile(
    r"(?:-{3} |\*{4} |-!- |\*{3} )?(?:Log opened|Log closed|Day changed(?: to)?|BEGIN LOGGING AT|ENDING LOGGING AT"
    r"|Session (?:Start|Time|Close)(?: \([^)]*\))?:|Logging (?:started|stopped)(?: on| at)?|Date changed(?: to)?)"
    r"\s*(?P<when>.*)"
)
_HEADER: Final = re.compile(r"Session Ident: |\[?#{5,}|$")
_CODES: Final = re.compile(r"\x03(?:\d{1,2}(?:,\d{1,2})?)?|\x04[0-9A-Fa-f]{6}|[\x02\x0f\x11\x16\x1d\x1e\x1f]")
_IN_NAME: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)[-_.]?(0[1-9]|1[0-2])[-_.]?(0[1-9]|[12]\d|3[01])(?!\d)")
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1
    )
}
_WORD: Final = re.compile(r"[A-Za-z]+|\d+")
_HALF_DAY: Final = dt.timedelta(hours=12)
_FIRST_YEAR, _LAST_YEAR = 1980, 2100
_MOST_OF: Final = 0.8


def fits(opened: Opened) -> bool:
    """Whether most of its first lines are those of a log, and somebody says something."""
    lines = [_CODES.sub("", line) for line in opened.start.split("\n")[:-1] or [opened.start]]
    kinds = Counter(_kind(line.rstrip("\r")) for line in lines)
    shown = sum(kinds.values()) - kinds["blank"]
    known = kinds["said"] + kinds["program"] + kinds["day"]
    bare = kinds["bare"] if not any("</" in line for line in lines) else 0
    return kinds["said"] + bare > 0 and known + bare >= _MOST_OF * shown


def _kind(line: str) -> str:
    if not line.strip():
        return "blank"
    if _DAY.match(line) or _HEADER.match(line):
        return "day"
    stamp = _STAMP.match(line) or _EPOCH.match(line)
    if stamp is None:
        return "bare" if _SPEECH.match(line) else "program" if line.startswith(("*** ", "-!- ")) else "other"
    rest = line[stamp.end() :]
    nick, said = _said(rest, columns=stamp[0].endswith("\t"))
    return "said" if nick else "program" if said or _DAY.match(rest) else "other"


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """What was said, oldest first, without joins, modes and notices.

    Raises:
        SourceEmpty, SourceNotText, WrongEncoding: as `read_plain` says.
    """
    clock = _Clock(order=_order(opened.start), day=_day_in(opened.name))
    untimed = 0
    for number, coded in enumerate(lines_of(opened, report.notes), 1):
        line = _CODES.sub("", coded)
        stamp = _STAMP.match(line)
        epoch = None if stamp else _EPOCH.match(line)
        head = stamp or epoch
        rest = line[head.end() :] if head else line
        if day := _DAY.match(rest):
            clock.turn(day["when"])
            report.leave_out(SYSTEM)
            continue
        if not line.strip() or _HEADER.match(line):
            continue
        time = clock.at(stamp) if stamp else _of_epoch(epoch)
        nick, said = _said(rest, columns=head is not None and head[0].endswith("\t"))
        if nick is None and said is None:
            report.not_understood(opened.name, f"line {number}", line)
        elif nick is None or not said:
            report.leave_out(SYSTEM)
        else:
            untimed += time is None
            yield Document(text=said, author=nick, time=time)
    if untimed:
        report.notes.append(
            f"{opened.name}: no date stands in it or its name; {untimed:,} messages have no time"
        )


def _said(rest: str, *, columns: bool) -> tuple[str | None, str | None]:
    """Nick and text; only a text where the program speaks, and neither where it cannot be told."""
    if columns and (found := _COLUMNS.match(rest)):
        return _in_columns(found["nick"].strip(), found["said"])
    if found := _SPEECH.match(rest.lstrip()):
        return found["nick"], found["said"] or ""
    if _PROGRAM.match(rest) or rest.startswith("["):  # who is there, in brackets
        return None, rest
    if found := _ACTION.match(rest):
        said = found["said"] or ""
        return None if _EVENT.match(said) else found["nick"], said
    return None, None


def _in_columns(nick: str, said: str) -> tuple[str | None, str]:
    """WeeChat's columns: what it says itself has signs in place of a nick."""
    if nick == "*":
        nick, _, said = said.partition(" ")
    return (None if nick in ("", "-->", "<--", "--", "=!=", "-") else nick.lstrip("@+%&~!")), said


@final
@dataclass(slots=True, kw_only=True)
class _Clock:
    """Turns the times of lines into moments, by what was said of days above them.

    Attributes:
        order: of the dates that are numbers.
        day: the one that it is; None as long as nothing tells.
        last: the moment of the line above, without a zone.
    """

    order: Order
    day: dt.date | None
    last: dt.datetime | None = None

    def turn(self, when: str) -> None:
        """A new day, as a line says; one that cannot be read changes nothing."""
        if day := _day_in_words(when, None):
            self.day, self.last = day, None

    def at(self, stamp: re.Match[str]) -> dt.datetime | None:
        """The moment of a line; None where the day is not known."""
        if stamp["date"]:
            day = self._dated(stamp["date"])
            if day is None:
                return None
            self.day, self.last = day, None
        time = _time_of_day(stamp["clock"], stamp["half"])
        if self.day is None or time is None:
            return None
        moment = dt.datetime.combine(self.day, time)
        if self.last and moment < self.last - _HALF_DAY:  # past midnight, and no line said so
            self.day += dt.timedelta(days=1)
            moment += dt.timedelta(days=1)
        self.last = moment
        try:
            return dt.datetime.fromisoformat(moment.isoformat() + (stamp["zone"] or "")).astimezone()
        except ValueError:  # a zone that cannot be
            return None

    def _dated(self, text: str) -> dt.date | None:
        in_words = any(map(str.isalpha, text))
        return _day_in_words(text, self.day) if in_words else date_in_any(text, self.order)


def _order(start: str) -> Order:
    evidence, last = Evidence(), ""
    for line in start.split("\n"):
        date = (found["date"] if (found := _STAMP.match(line)) else None) or ""
        if date and date != last and not re.search("[a-z]", date):
            evidence.add(date)
            last = date
    return evidence.order() if evidence.dates else ORDERS[0]


def _day_in(name: str) -> dt.date | None:
    """The last date in a file's name."""
    found = _IN_NAME.findall(name)
    return dt.date.fromisoformat("-".join(found[-1])) if found and _is_date(found[-1]) else None


def _is_date(parts: tuple[str, str, str]) -> bool:
    try:
        dt.date.fromisoformat("-".join(parts))
    except ValueError:
        return False
    return True


def _day_in_words(text: str, now: dt.date | None) -> dt.date | None:
    """The day of "Tue Jan 15 10:15:33 2019" and its like; without a year, the one that is nearest to `now`."""
    if iso := re.match(r"((?:19|20)\d\d)-(\d\d)-(\d\d)", text, re.ASCII):
        return dt.date.fromisoformat(iso[0]) if _is_date((iso[1], iso[2], iso[3])) else None
    words = _WORD.findall(re.sub(r"\d{1,2}:\d\d(?::\d\d)?", "", text))
    month = next((_MONTHS[word[:3].lower()] for word in words if word[:3].lower() in _MONTHS), None)
    days = [int(word) for word in words if word.isdecimal() and len(word) <= 2]
    years = [int(word) for word in words if word.isdecimal() and len(word) == 4]
    if month is None or not days:
        return None
    year = years[0] if years else now.year if now else None
    if year is None or not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    if not years and now and abs(month - now.month) > 6:
        year += 1 if month < now.month else -1
    try:
        return dt.date(year, month, days[0])
    except ValueError:
        return None


def _time_of_day(clock: str, half: str | None) -> dt.time | None:
    hour, minute, second = (*map(int, clock.split(":")), 0)[:3]
    if half:
        hour = hour % 12 + (12 if "p" in half.lower() else 0)
    try:
        return dt.time(hour % 24 if hour == 24 else hour, minute, second)
    except ValueError:
        return None


def _of_epoch(found: re.Match[str] | None) -> dt.datetime | None:
    return dt.datetime.fromtimestamp(int(found[1]), dt.UTC).astimezone() if found else None
