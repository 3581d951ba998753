"""Each reader takes time in proportion to its file, for any content: anybody may send a mail or a message."""

import gc
import json
import re
import time
import tracemalloc
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from xml.sax.saxutils import escape, quoteattr

import pytest

from foreword.errors import ForewordError
from foreword.sources.formats import FORMATS
from foreword.sources.reading import _read
from foreword.sources.report import Report
from opened import opened_bytes
from packed_documents import docx, odt

MAIL = "From a@b.org Mon Jan 15 10:00:00 2024\nFrom: Ana <a@b.org>\nDate: Mon, 15 Jan 2024 10:00:00 +0000\n"
WHATSAPP = "15/01/20, 22:15 - Ana: one\n15/01/20, 22:16 - Ben: two\n"
IPHONE = "[15.01.20, 22:15:33] Ana: one\n[15.01.20, 22:15:34] Ben: two\n"
NAMES = "Ana: good morning\nBen: good morning to you\nAna: and you?\nBen: and how\n" * 2
TIMED = "2024-01-02 14:23:45 Ana: good morning\n2024-01-02 14:24:00 Ben: hi there\n" * 2
JSON = {  # the beginning of an export; `%s` is the text of a message
    "Telegram": '{"type": "personal_chat", "messages": [\n {"date_unixtime": "1", "from": "Ana", "text": %s},\n',
    "Discord": '{"guild": {}, "messages": [\n {"timestamp": "2024-01-15T10:00:00Z", "author": {}, "content": %s},\n',
    "Instagram or Messenger": '{"messages": [\n {"sender_name": "A", "timestamp_ms": 1705312800000, "content": %s},\n',
    "Slack": '[\n {"type": "message", "user": "U1", "ts": "1705312800.1", "text": %s},\n',
    "Signal": '{"date": "2020-01-15T10:15:33", "sender": "Ana", "body": %s, "reactions": []}\n',
}


def xml(text: str) -> str:
    return escape(re.sub("[\0-\x08\x0b\x0c\x0e-\x1f]", "", text))


def in_json(form: str) -> list[Callable[[str], str | bytes]]:
    """The odd text inside a message's text, and after a message."""
    return [lambda odd: form % json.dumps(odd), *all_behind(form % '"a"', "", '{"text": "')]


def all_behind(begin: str, *mores: str) -> list[Callable[[str], str | bytes]]:
    return [f"{begin}{more}".__add__ for more in mores or [""]]


FIELDS = ("Sender", "Date", "MIME-Version", "Content-Disposition", "Content-Transfer-Encoding")


def in_fields(odd: str) -> str:
    """A mail with the odd text in each field that is read, except the fields that have their own row."""
    line = " ".join(odd.split("\n"))
    return MAIL + "".join(f"{name}: {line}\n" for name in FIELDS) + f"\n--b\nA: {line}\n\ntext\n"


def in_parameters(odd: str) -> str:
    line = " ".join(odd.split("\n"))
    kinds = (
        f"multipart/mixed; boundary={line}",
        f'text/plain; charset="{line}',
        f"text/plain; name*0*={line}",
    )
    parts = "".join(f"--b\nContent-Type: {kind}\n\ntext\n" for kind in kinds)
    return f"{MAIL}Content-Type: multipart/mixed; boundary=b; x={line}\n\n{parts}--b--\n"


KINDS = (
    "text/html\n\n<html><body><p>",
    "multipart/mixed; boundary=b\n\n--b\n",
    "text/plain; format=flowed\n\n",
)
BEGINNINGS: dict[str, list[Callable[[str], str | bytes]]] = {
    **{name: in_json(form) for name, form in JSON.items()},
    "SMS Backup & Restore": [
        lambda odd: f'<smses>\n<sms type="2" date="1" body={quoteattr(odd)} />',
        *all_behind("<smses>\n", "<sms ", '<mms type="2', "<part a='b' c="),
    ],
    "WhatsApp": [
        *all_behind(WHATSAPP, "15/01/20, 22:17 - Ana: ", "15/01/20, 22:17 - ", "15/01/20"),
        *all_behind(IPHONE, "[15.01.20, 22:15:35] Ana: \u200e", "["),
    ],
    "mail": [
        *all_behind(MAIL, "\n", "Subject: ", "To: ", "Content-Type: text/plain; ", "\nhi\n\nFrom "),
        *all_behind(MAIL, *(f"Content-Type: {kind}" for kind in KINDS)),
        lambda odd: f"{MAIL}\nhi\nOn Mon, Jan 15, 2024 {odd} wrote:\n> yes\n",
        in_fields,
        in_parameters,
    ],
    "OpenDocument text": [lambda odd: odt(f"<text:p>{xml(odd)}</text:p>")],
    "Word document": [lambda odd: docx(f"<w:p><w:r><w:t>{xml(odd)}</w:t></w:r></w:p>")],
    "HTML": [
        *all_behind("<html>", "<body><p>", "<!--", "<!", "<script>"),
        lambda odd: f"<html><p {odd}>x<!{odd}>x<!--{odd}>",
    ],
    "Markdown": [
        *all_behind("", "# Title\n\n", ""),
        lambda odd: "\n\n".join(begin + odd[: len(odd) // 3] for begin in ("", "- ", "[^a]: ")),
    ],
    "names and messages": all_behind(NAMES, "", "Ana: "),
    "times, names and messages": all_behind(TIMED, "", "2024-01-02 14:27:00 Ana: "),
    "refused document": all_behind("{\\rtf1 "),
    "JSON file of an unknown program": all_behind("", '{"a": 1}', "[" * 400),
    "refused chat": [
        *all_behind("", "10:15\tana\t", "10:15\tana\thi\n", f"{'=' * 62}\nGuild: x\n"),
        *all_behind(f"commit {'a' * 40} "),
    ],
    "text": all_behind(""),
}
CHARACTERS = (
    " \t\n\r\0\x1b\x0c\"'\\/[]{}()<>&;:,.-_*#|!?=+@%~`$^1\u00a0\u202f\u200e\u2068\ufeff\u2028：。é👍\u0301"
)
PHRASES = (
    *("On ", "wrote: ", "On and on\nwrote\n", "-----\n", "--\nThis e-mail\n", "this mail ", "From: x\n"),
    *("<!-- a -->\n", "| "),
)
ODDS = (*(odd for character in CHARACTERS for odd in (character, f"{character}a")), *PHRASES)


def seconds(begin: Callable[[str], str | bytes], odd: str, size: int, name: str) -> float:
    """The processor time to read a file with a valid beginning and `size` more characters."""
    content = begin((odd * (size // len(odd) + 1))[:size])
    data = content.encode() if isinstance(content, str) else content
    opened = opened_bytes("it.md" if name == "Markdown" else "it.bin", data)
    gc.disable()  # as timeit does: a collection takes longer after a thousand other tests
    try:
        started = time.process_time()
        with suppress(ForewordError):
            deque(_read(opened, Report()), maxlen=0)
        return time.process_time() - started
    finally:
        gc.enable()


def test_each_format_has_a_row_in_the_table() -> None:
    assert {each.name for each in FORMATS} <= set(BEGINNINGS)


@pytest.mark.slow
@pytest.mark.parametrize("name", BEGINNINGS)
def test_a_file_four_times_as_long_takes_less_than_nine_times_the_time(name: str) -> None:
    """Each format is timed with the text that is slowest at a small size, so that growth shows on any machine."""
    for begin in BEGINNINGS[name]:
        slowest = max(ODDS, key=lambda odd: seconds(begin, odd, 3_000, name))
        once, four = (min(seconds(begin, slowest, size, name) for _ in "ab") for size in (25_000, 100_000))
        assert four < max(9 * once, 0.05), (slowest, once, four)


@pytest.mark.slow
def test_links_in_links_take_little_time_each() -> None:
    tags = ('<a href="#">ab', '<b id="##">ab')
    linked, plain = (seconds("<html>".__add__, tag, 560_000, "HTML") for tag in tags)
    assert linked < 5 * plain


@pytest.mark.slow
@pytest.mark.parametrize(
    ("begin", "odd"),
    [
        (f"{MAIL}\n", "-" * 390 + ":\n"),
        (f"{MAIL}\n", f"\nFrom {'1' * 980}\nDate: x\nFrom: a\n"),
        (f"{MAIL}\n", "".join(f"--\n{at} 10:15 {'wrote:' * 10}{' ' * 300}x\n" for at in range(99))),
        ('{"version": 1}\n', "\n"),
        ("Conversation: ", " "),
        ("Book\n- ", "|10:10"),
        ("", " " * 50_000 + "x<smses"),
    ],
    ids=range(7),
)
def test_odd_text_takes_little_time_where_a_limit_hides_growth(begin: str, odd: str) -> None:
    """Lines of mail, and the text that shows a format, have a limit."""
    usual, slow = (seconds(begin.__add__, each, 100_000, "") for each in ("word " * 80 + "\n", odd))
    assert slow < 0.2 + 40 * usual, (slow, usual)


LONG = "word " * 2_000


@pytest.mark.parametrize(
    ("name", "message"), [("WhatsApp", f"15/01/20, 22:15 - Ana: {LONG}\n"), ("mail", f"{MAIL}\n{LONG}\n\n")]
)
def test_a_reader_of_a_long_file_uses_little_memory(name: str, message: str) -> None:
    opened = opened_bytes("it", (message * 800).encode())
    (reader,) = (each for each in FORMATS if each.name == name)
    tracemalloc.start()
    deque(reader.read(opened, Report()), maxlen=0)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4 << 20  # of 8 MB
