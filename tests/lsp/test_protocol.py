"""What editors may send, and what must hold whatever they send: positions, broken messages, very long texts."""

import json
import time
from itertools import product

import pytest

from guessing import Guessing
from program import PATIENCE

pytest.importorskip("pygls")

from foreword.lsp.document import UNITS
from lsp_client import Editor, editing

WORDS = {"tomorrow": 0.6}
BEFORE = {
    "nothing": "",
    "emoji": "😀 👩🏽‍🚀 ",
    "an accent of its own": "cafe\u0301 ",
    "a form feed": "one\x0ctwo ",
    "a separator of lines": "one\u2028two\u2029three\x85four ",
    "lines of Windows": "😀 one\r\ntwo\r\n",
    "lines of an old Mac": "one\r😀 two\r",
    "a tab and a null": "\t\0 ",
}


@pytest.mark.parametrize("encoding", UNITS)
@pytest.mark.parametrize("before", BEFORE.values(), ids=BEFORE)
def test_the_letters_typed_are_replaced_whatever_stands_before_them(before: str, encoding: str) -> None:
    units = UNITS[encoding]
    line = before.replace("\r\n", "\n").replace("\r", "\n").count("\n")
    start = units(before.replace("\r", "\n").rpartition("\n")[2])
    wanted = {"start": {"line": line, "character": start}, "end": {"line": line, "character": start + 3}}
    with editing(Guessing(WORDS), capabilities={"general": {"positionEncodings": [encoding]}}) as editor:
        assert editor.capabilities["positionEncoding"] == encoding
        editor.open(f"{before}X and more\r\nbelow")
        editor.change("", line, start, line, start + units("X and more"))
        for at, letter in enumerate("tom"):  # as it is typed
            editor.change(letter, line, start + at, line, start + at)
        (typed,) = editor.complete(line, start + 3)
        editor.change(f"{before}tom")  # as a whole
        (whole,) = editor.complete(line, start + 3)
    assert typed["textEdit"]["range"] == whole["textEdit"]["range"] == wanted


STRANGE: tuple[object, ...] = (
    {"id": 7, "method": "textDocument/nonsense", "params": {}},
    {"id": 7, "method": "textDocument/completion", "params": {"textDocument": {}}},
    {"id": 7, "method": "textDocument/completion"},
    {"method": "textDocument/didChange", "params": {"contentChanges": "all"}},
    {"method": "$/unheard/of", "params": [1, 2]},
    {"method": "textDocument/didClose", "params": {"textDocument": {"uri": "file:///never.opened"}}},
    {"id": 99, "result": "nobody asked"},
    {},
    [],
)


def test_an_editor_that_sends_nonsense_is_answered_on() -> None:
    with editing(Guessing(WORDS)) as editor:
        editor.open("See tom")
        for each in STRANGE:
            editor.write(
                json.dumps(each if not isinstance(each, dict) else {"jsonrpc": "2.0", **each}).encode()
            )
        for body in (b"", b"{", b"\xff\xfe", b"null", b"[" * 1000):
            editor.write(body)
        assert len(editor.complete(0, 7)) == 1


def test_places_that_are_not_there_are_answered_too() -> None:
    with editing(Guessing(WORDS)) as editor:
        editor.open("See tom")
        for line, character in product((0, 5, 2**31 - 1), (0, 99, 2**31 - 1)):
            editor.complete(line, character)
        editor.change("!", 9, 9, 9, 9)
        editor.change("?", 0, 99, 0, 99)
        editor.change("See tom", 0, 0, 9, 9)
        assert len(editor.complete(0, 7)) == 1
        editor.uri = "file:///never.opened"
        assert editor.complete(0, 7) == []
        editor.change("and nothing happens")


@pytest.mark.parametrize("line", ["word and other words, ", "😀 word ", "It is a short line.\n"], ids=ascii)
def test_a_key_at_the_end_of_a_megabyte_is_quick(line: str) -> None:
    text = line * (1_000_000 // len(line.encode()))
    at, units = text.count("\n"), UNITS["utf-16"]
    start = units(text.rpartition("\n")[2])
    with editing(Guessing(WORDS)) as editor:
        editor.open(text, "markdown")
        assert _seconds_for_keys(editor, at, start) < 6 * 0.25, "a key took 2 s once"


def _seconds_for_keys(editor: Editor, line: int, start: int) -> float:
    """Of the processor, which a busy machine does not lengthen as it does those of a clock."""
    editor.complete(line, start)
    begun = time.process_time()
    for place, letter in enumerate("tomorr", start):
        editor.change(letter, line, place, line, place)
        assert len(editor.complete(line, place + 1)) == 1
    return time.process_time() - begun


def test_editors_that_type_faster_than_they_are_answered_get_all_answers() -> None:
    with editing(Guessing(WORDS)) as editor:
        editor.open("")
        for at, letter in enumerate("tomorro" * 20):
            editor.change(letter, 0, at, 0, at)
            place = {"line": 0, "character": at + 1}
            asked = {"textDocument": {"uri": editor.uri}, "position": place}
            editor.send({"id": f"fast {at}", "method": "textDocument/completion", "params": asked})
            if at % 2:
                editor.notify("$/cancelRequest", id=f"fast {at}")
        answered, end = set[str](), time.monotonic() + PATIENCE
        while len(answered) < 140 and time.monotonic() < end:
            answered.add(str(editor.read().get("id")))
        assert len(answered) == 140
