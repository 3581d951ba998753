"""The server must handle anything that an editor sends: broken messages, impossible positions, very long texts."""

import json
import time

import pytest

from guessing import Guessing

pytest.importorskip("pygls")

from foreword.lsp.document import units
from lsp_client import editing

WORDS = {"tomorrow": 0.6}
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


def test_the_server_still_answers_after_invalid_messages() -> None:
    with editing(Guessing(WORDS)) as editor:
        editor.open("See tom")
        for each in STRANGE:
            message = {"jsonrpc": "2.0", **each} if isinstance(each, dict) else each
            editor.write(json.dumps(message).encode())
        for body in (b"", b"{", b"\xff\xfe", b"null", b"[" * 1000):
            editor.write(body)
        editor.complete(5, 2**31 - 1)
        editor.change("!", 9, 9, 9, 9)
        editor.change("See tom", 0, 0, 9, 9)
        assert len(editor.complete(0, 7)) == 1
        editor.uri = "file:///never.opened"
        assert editor.complete(0, 7) == []
        editor.change("and nothing happens")


def test_an_invalid_request_gets_an_error_and_an_invalid_notification_none() -> None:
    with editing(Guessing(WORDS)) as editor:
        editor.notify("textDocument/didChange", contentChanges="all")
        broken: tuple[object, ...] = (None, {"textDocument": {}}, [1])
        for params in broken:
            editor.send({"id": "invalid", "method": "textDocument/completion", "params": params})
            editor.send({"id": "unknown", "method": "textDocument/nonsense", "params": {}})
            while "id" not in (found := editor.read()):
                pass
            assert (found["id"], found["error"]["code"]) == ("invalid", -32602)
            assert editor.read()["id"] == "unknown"


@pytest.mark.parametrize("line", ["word and other words, ", "😀 word ", "It is a short line.\n"], ids=ascii)
def test_a_keystroke_at_the_end_of_a_megabyte_is_answered_quickly(line: str) -> None:
    """The test measures processor time, because a busy machine lengthens the time on the clock."""
    text = line * (1_000_000 // len(line.encode()))
    at, start = text.count("\n"), units(text.rpartition("\n")[2], "utf-16")
    with editing(Guessing(WORDS)) as editor:
        editor.open(text, "markdown")
        editor.complete(at, start)
        begun = time.process_time()
        for place, letter in enumerate("tomorr", start):
            editor.change(letter, at, place, at, place)
            assert len(editor.complete(at, place + 1)) == 1
        assert time.process_time() - begun < 6 * 0.25, "a key took 2 s once"
