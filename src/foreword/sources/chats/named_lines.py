"""Plain text in which each line is a message: "Ana: good morning", "[10:15] Ana: good morning" (docs/decisions/0031).

Settings, recipes, plays, logs and heads of letters look similar. In a chat, most lines have this form and the others
continue them, a few names repeat, and the text after the names is neither a value nor code. Bots, scripts and people
also write a date before the time: "2024-01-02 14:23:45 Ana: good morning". These lines are read like a chat of
WhatsApp.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import pairwise, takewhile
from typing import Final

from foreword.sources.chats.whatsapp import OF_LOG, named_pattern_of, read_stamped, start_of
from foreword.sources.decoding import lines_of
from foreword.sources.opening import Opened
from foreword.sources.report import Report
from foreword.text.document import Document

_CLOCK: Final = (
    r"(?:\[\d{1,2}[/.-] ?\d{1,2}\.?,? \d{1,2}[:.]|[\[(]?\d{1,2}:)\d{2}(?::\d{2}(?:[.,]\d+)?)?"
    r"(?:[ \u202f]?[AaPp]\.?[ \u00a0]?[Mm]\.?)?[\])]?(?: -)?[ \t]+"
)
"""A time of day, with day and month in messages copied from a telephone. It is not kept: the year is unknown."""
_LINE: Final = re.compile(
    rf"\*{{0,2}}(?P<clock>{_CLOCK})?\*{{0,2}}"  # stars make a name bold in Markdown
    r"(?P<name>(?:[^\W_]|[+~@]|[^\x00-\x7f])[^:：\n<>{}\[\]=;\"/\\|#*`_]{0,39}?)"
    r" ?\*{0,2}(?: ?[\[(](?:\d{1,2}:)?\d{1,2}:\d\d(?: ?[AaPp][Mm])?[\])])?"  # a time, as in transcripts
    r"(?::\*{0,2} +|：\s*|:\t)(?P<said>\S.*)"
)
_VALUE: Final = re.compile(
    r"""[-+]?[\d.,:/-]+ ?(?:%|\w{1,3})?|true|false|null|none|yes|no|["'\[{].*|\S*[/\\]\S*|[|>]-?""",
    re.IGNORECASE,
)
_CODE: Final = re.compile(r"[;{}\\,]$|=>|\bdef\b|\breturn\b|[^\s]\(\)")
_KEYS: Final = (  # words before colons that are not names
    "info|warning|warn|error|debug|trace|critical|fatal|note|notes|todo|fixme|hint|tip|example|"
    "input|output|usage|default|args|arguments|returns|raises|from|to|cc|bcc|subject|date|name|"
    "title|description|type|version|url|author|key|value|id|http|https|step|chapter|section|"
    "question|answer|q|decision|why|because|reason|context|status|consequences|problem|solution|issue|cause|"
    "pros|cons|advantages|disadvantages|idea|goal|plan|result|task|thought|lesson|summary|"
    "added|changed|fixed|removed|deprecated|morning|afternoon|evening|night|today|yesterday|tomorrow|"
    "monday|tuesday|wednesday|thursday|friday|saturday|sunday|"
    "breakfast|lunch|dinner|noun|verb|adjective|verse|chorus|classifier|requires-dist|files|copyright|license|"
    "feat|fix|docs|chore|refactor|test|perf|build|ci|"
    "frage|antwort|réponse|pregunta|respuesta|domanda|risposta|pergunta|resposta|vraag|antwoord|"
    "montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|"
    "lunes|martes|miércoles|jueves|viernes|sábado|lunedì|martedì|mercoledì|giovedì|venerdì|sabato"  # Domenica is a name
)
_NO_NAMES: Final = frozenset(_KEYS.split("|"))
_ASKING: Final = frozenset({"You", "User", "Human", "Me"})
_ANSWERING: Final = frozenset(
    {"AI", "Assistant", "ChatGPT", "Claude", "Copilot", "DeepSeek", "Gemini", "Grok"}
)  # programs

_LEAST_LINES: Final = 4
_MOST_OF: Final = 0.8
_LEAST_NAMED: Final = 0.6  # of the lines, if they are many; the others continue them
_MANY: Final = 20
_MOST_NAMES: Final = 40
_WORDS_IN_NAME: Final = 5
_NO_NAME_END: Final = re.compile(r"(?:[!?,]|(?<! \w)(?<! [A-Z]\w)\.|\S\([^()]*\)|^[^(]*\))$")
"""The end of what is no name, such as P.S. or f(); but Ana S. and Ana (NUS) are names."""
_MOST_ODD: Final = 0.2
_MOST_VALUES: Final = 0.4  # people, too, write "yes", "no" and numbers
_MOST_CAPITALS: Final = 0.6  # MOM may write half of a chat
_LONGEST: Final = 200

_Line = tuple[str, str, str]
"""A time, a name and the text of a message."""


def fits(opened: Opened) -> bool:
    """Whether most first lines begin messages of at least two people, nearly all by people with several messages."""
    lines = [line for line in opened.start.split("\n") if line.strip()]
    found = _divided(map(str.strip, lines))
    titles = [*takewhile(lambda line: not _line_of(line), map(str.strip, lines[:5]))]
    begins = len(titles) < 5 and not any(line.endswith((".", "!", "?")) for line in titles)
    names = [name for _, name, _ in found]
    both = not _ASKING.isdisjoint(names) and not _ANSWERING.isdisjoint(names)
    if begins and both and names[0] in _ASKING | _ANSWERING:
        return True  # the answers of programs have many lines
    indented = sum(line.startswith((" ", "\t")) for line in lines)
    least = _LEAST_NAMED if len(found) >= _MANY else _MOST_OF
    if indented > _MOST_ODD * len(lines) or len(found) < max(_LEAST_LINES, least * len(lines)):
        return False
    again = [count for count in Counter(names).values() if count > 1]
    return len(again) >= 2 and sum(again) >= _MOST_OF * len(found) and _are_messages(found)


def fits_dated(opened: Opened) -> bool:
    """Whether the text begins with a dated line of this form, and nearly all of its first dated lines have a name."""
    text = start_of(opened)
    pattern = named_pattern_of(text)
    begun = [] if pattern is None else list(pattern.finditer(text))
    if not begun or text[: begun[0].start()].strip():
        return False
    lines = [text[each.end() : each.end() + _LONGEST].partition("\n")[0] for each in begun]
    found = _divided(lines)
    names = Counter(name for _, name, _ in found)
    return (
        max(names.values(), default=0) > 1
        and len(found) >= _MOST_OF * len(lines)
        and not any(OF_LOG.match(line) for line in lines)
        and _are_messages(found, timed=True)
    )


def _divided(lines: Iterable[str]) -> list[_Line]:
    return [line for line in map(_line_of, lines) if line]


def _line_of(line: str) -> _Line | None:
    found = _LINE.match(line)
    name = found["name"].strip() if found else ""
    if not found or len(name.split()) > _WORDS_IN_NAME or _NO_NAME_END.search(name):
        return None
    return found["clock"] or "", name, found["said"]


def _are_messages(found: list[_Line], *, timed: bool = False) -> bool:
    """Whether people wrote these lines, and the names do not repeat in a fixed cycle.

    Logs of programs with times look similar, but programs have names in small letters.
    """
    names = [name for _, name, _ in found]
    timed = timed or any(clock for clock, _, _ in found)
    are_people = not timed or any(name[0] in "+~@" or not name.islower() for name in names)
    texts = [said for *_, said in found]
    return are_people and _are_names(names) and _are_said(texts) and not _is_round(names)


def _are_names(names: list[str]) -> bool:
    """Whether the names are few, hardly any is a word such as "note", and not most are in capitals, as in plays."""
    keys = sum(name.partition(" (")[0].casefold() in _NO_NAMES for name in names)
    capitals = sum(len(name) > 2 and name.isupper() for name in names)
    few = len(set(names)) <= min(_MOST_NAMES, max(2, len(names) // 2))
    return few and keys <= _MOST_ODD * len(names) and capitals <= _MOST_CAPITALS * len(names)


def _are_said(texts: list[str]) -> bool:
    """Whether the texts are people's words, not values and not code."""
    values = sum(1 for text in texts if _VALUE.fullmatch(text))
    code = sum(1 for text in texts if _CODE.search(text))
    words = sum(1 for text in texts if " " in text or len(text) > 15 or not text.isascii())
    few = values <= _MOST_VALUES * len(texts) and code <= _MOST_ODD * len(texts)
    return few and words * 3 >= len(texts)


def _is_round(names: list[str]) -> bool:
    """Whether three or more names repeat in one fixed cycle, like the fields of records."""
    counts = Counter(names)
    names = [name for name in names if counts[name] > 1]
    pairs = set(pairwise(names))
    return len(pairs) >= 3 and len(names) >= 2 * len(pairs) and len({name for name, _ in pairs}) == len(pairs)


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The messages, without times; a line without a name continues the line above. Errors as in `lines_of`."""
    names = _names(opened, report)
    author, said = "", list[str]()
    for number, line in enumerate(map(str.strip, lines_of(opened)), 1):
        found = _line_of(line)
        if found and found[1] in names:
            if said:
                yield Document(text="\n".join(said), author=author)
            author, said = found[1], [found[2]]
        elif line and not said:
            report.not_understood(opened.name, f"line {number}", line)
        elif line:
            said.append(line)
    if said:
        yield Document(text="\n".join(said), author=author)


def read_dated(opened: Opened, report: Report) -> Iterator[Document]:
    """The messages in the order of the file; errors as in `read`."""
    pattern = named_pattern_of(start_of(opened))
    assert pattern is not None  # noqa: S101 - it fits
    yield from read_stamped(opened, report, pattern)


def _names(opened: Opened, report: Report) -> frozenset[str]:
    """The authors. If some lines have no name, a name that occurs once may be a word such as "PS": it is left out."""
    lines = filter(None, map(str.strip, lines_of(opened, report.notes)))
    names = Counter(found and found[1] for found in map(_line_of, lines))
    sure = _ASKING | _ANSWERING if None in names else names.keys()
    return frozenset(name for name, count in names.items() if name and (count > 1 or name in sure))
