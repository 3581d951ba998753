"""An editor on two pipes that speaks the language server protocol and sees every byte."""

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, final

from foreword.keyboard.offers import Suggesting
from foreword.settings import Settings
from program import PATIENCE, Program

INLINE: dict[str, Any] = {"textDocument": {"inlineCompletion": {}}}


@contextmanager
def editing(
    keyboard: Suggesting, settings: Settings | None = None, *, learns: bool = False, **asked: Any
) -> "Iterator[Editor]":
    """An editor with a server in this process."""
    from foreword.lsp.server import Server  # noqa: PLC0415 - pygls may not be installed

    (reads, asks), (answers, writes) = os.pipe(), os.pipe()
    with open(reads, "rb") as inward, open(writes, "wb") as outward:  # noqa: PTH123 - pipes
        server = Server(keyboard, settings or Settings(), learns=learns)
        thread = threading.Thread(target=server.run, args=(inward, outward))
        thread.start()
        with open(asks, "wb") as asking, open(answers, "rb") as answering:  # noqa: PTH123
            editor = Editor(answering, asking, **asked)
            yield editor
            editor.end()
            thread.join(PATIENCE)
    left = [*server.protocol._request_futures.values()]
    assert len(left) <= 2, "of all messages, pygls may keep initialized and exit"


@contextmanager
def started(
    program: Program, *arguments: str, environment: dict[str, str] | None = None, **asked: Any
) -> "Iterator[tuple[Editor, subprocess.Popen[bytes]]]":
    """An editor with `foreword lsp` in its own process."""
    pipe = subprocess.PIPE
    given = program.environment(**environment or {})
    command = program.command("lsp", *arguments)
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=given) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Editor(process.stdout, process.stdin, **asked), process
        finally:
            process.kill()


@final
class Editor:
    def __init__(
        self,
        reads: IO[bytes],
        writes: IO[bytes],
        *,
        capabilities: dict[str, Any] | None = None,
        name: str = "pipe",
        options: dict[str, Any] | None = None,
    ) -> None:
        self._reads, self._writes = reads, writes
        self._number = self._version = 0
        self.received = b""
        self.shown: list[str] = []  # messages to the person
        about = {"processId": None, "rootUri": None, "clientInfo": {"name": name}}
        given = {"capabilities": capabilities or {}, "initializationOptions": options}
        answer = self.ask("initialize", **about, **given)
        self.capabilities: dict[str, Any] = answer["capabilities"]
        self.notify("initialized")

    def open(self, text: str, language: str = "plaintext", uri: str = "file:///letter.txt") -> None:
        self.uri = uri
        document = {"uri": uri, "languageId": language, "version": 0, "text": text}
        self.notify("textDocument/didOpen", textDocument=document)

    def change(self, text: str, *span: int, version: int | None = None) -> None:
        """Replace the span (line, character, line, character) or, without one, all of the text."""
        self._version = self._version + 1 if version is None else version
        change: dict[str, Any] = {"text": text}
        if span:
            start, end = {"line": span[0], "character": span[1]}, {"line": span[2], "character": span[3]}
            change["range"] = {"start": start, "end": end}
        document = {"uri": self.uri, "version": self._version}
        self.notify("textDocument/didChange", textDocument=document, contentChanges=[change])

    def save(self) -> None:
        self.notify("textDocument/didSave", textDocument={"uri": self.uri})

    def complete(self, line: int, character: int, kind: int = 1) -> list[dict[str, Any]]:
        """The completion items at this place; `kind` 0 does not say why they are asked for."""
        position, document = {"line": line, "character": character}, {"uri": self.uri}
        context = {"triggerKind": kind, **({"triggerCharacter": " "} if kind == 2 else {})} if kind else None
        method = "textDocument/completion"
        answer = self.ask(method, textDocument=document, position=position, context=context)
        assert answer["isIncomplete"]
        return list(answer["items"])

    def inline(self, line: int, character: int, *, selected: str = "") -> list[dict[str, Any]]:
        """The inline suggestions at this place, where a list may be open with a selected text."""
        position, document = {"line": line, "character": character}, {"uri": self.uri}
        method, context = "textDocument/inlineCompletion", dict[str, Any](triggerKind=2)
        if selected:
            span = {"start": position, "end": position}
            context["selectedCompletionInfo"] = {"range": span, "text": selected}
        items = self.ask(method, textDocument=document, position=position, context=context)["items"]
        return list(items)

    def ask(self, method: str, **params: Any) -> Any:
        self._number += 1
        self.send({"id": self._number, "method": method, "params": params})
        while (found := self.read()).get("id") != self._number:
            pass
        return found["result"]

    def notify(self, method: str, **params: Any) -> None:
        self.send({"method": method, "params": params})

    def send(self, message: dict[str, Any]) -> None:
        self.write(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def write(self, body: bytes) -> None:
        self._writes.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._writes.flush()

    def read(self) -> dict[str, Any]:
        length = 0
        while header := self._reads.readline().strip():
            name, _, value = header.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, "the server has ended"
        body = self._reads.read(length)
        self.received += body
        found: dict[str, Any] = json.loads(body)
        if found.get("method") == "window/showMessage":
            self.shown.append(found["params"]["message"])
        return found

    def end(self) -> None:
        self.ask("shutdown")
        self.notify("exit")
