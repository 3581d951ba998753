"""An editor made of a pipe: speaks the protocol of language servers with `foreword lsp`, and sees every byte."""

import json
import subprocess
from types import TracebackType
from typing import Any, Self, final

from program import PATIENCE, Program


@final
class Editor:
    """Starts the server and has one document open."""

    def __init__(
        self,
        program: Program,
        *arguments: str,
        capabilities: dict[str, Any] | None = None,
        **environment: str,
    ) -> None:
        self._process = subprocess.Popen(
            program.command("lsp", *arguments),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=program.environment(**environment),
        )
        self._number = 0
        self._version = 0
        self.shown: list[str] = []  # messages to the person
        client = {"name": environment.get("CLIENT", "a pipe")}
        answer = self.ask(
            "initialize",
            processId=None,
            rootUri=None,
            clientInfo=client,
            capabilities=capabilities or {},
        )
        self.capabilities: dict[str, Any] = answer["capabilities"]
        self.notify("initialized")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.communicate(timeout=PATIENCE)

    def open(self, text: str, language: str = "plaintext", uri: str = "file:///letter.txt") -> None:
        """Show a text."""
        self.uri = uri
        self.notify(
            "textDocument/didOpen",
            textDocument={"uri": uri, "languageId": language, "version": 0, "text": text},
        )

    def change(self, text: str, *span: int) -> None:
        """Replace the span (line, character, line, character) or, without one, all of the text."""
        self._version += 1
        change: dict[str, Any] = {"text": text}
        if span:
            change["range"] = {
                "start": {"line": span[0], "character": span[1]},
                "end": {"line": span[2], "character": span[3]},
            }
        self.notify(
            "textDocument/didChange",
            textDocument={"uri": self.uri, "version": self._version},
            contentChanges=[change],
        )

    def save(self) -> None:
        """Say that it was saved."""
        self.notify("textDocument/didSave", textDocument={"uri": self.uri})

    def complete(self, line: int, character: int, kind: int = 1) -> list[dict[str, Any]]:
        """The items offered there."""
        position = {"line": line, "character": character}
        answer = self.ask(
            "textDocument/completion",
            textDocument={"uri": self.uri},
            position=position,
            context={"triggerKind": kind, **({"triggerCharacter": " "} if kind == 2 else {})},
        )
        assert answer["isIncomplete"]
        items: list[dict[str, Any]] = answer["items"]
        return items

    def inline(self, line: int, character: int) -> list[dict[str, Any]]:
        """The inline items offered there."""
        items: list[dict[str, Any]] = self.ask(
            "textDocument/inlineCompletion",
            textDocument={"uri": self.uri},
            position={"line": line, "character": character},
            context={"triggerKind": 2},
        )["items"]
        return items

    def ask(self, method: str, **params: Any) -> Any:
        """The result of a request."""
        self._number += 1
        self.send({"id": self._number, "method": method, "params": params})
        while (found := self.read()).get("id") != self._number:
            pass
        return found["result"]

    def notify(self, method: str, **params: Any) -> None:
        """Send a notification."""
        self.send({"method": method, "params": params})

    def send(self, message: dict[str, Any]) -> None:
        """Write a message."""
        self.write(json.dumps({"jsonrpc": "2.0", **message}).encode())

    def write(self, body: bytes) -> None:
        """Write these bytes as a message."""
        assert self._process.stdin is not None
        self._process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self._process.stdin.flush()

    def read(self) -> dict[str, Any]:
        """Read a message."""
        assert self._process.stdout is not None
        length = 0
        while header := self._process.stdout.readline().strip():
            name, _, value = header.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        assert length, f"the server ended: {self._errors()}"
        found: dict[str, Any] = json.loads(self._process.stdout.read(length))
        if found.get("method") == "window/showMessage":
            self.shown.append(found["params"]["message"])
        return found

    def end(self) -> tuple[int, str]:
        """Shut it down as an editor does; its exit code and what it wrote to standard error."""
        self.ask("shutdown")
        self.notify("exit")
        _, errors = self._process.communicate(timeout=PATIENCE)
        return self._process.returncode, errors.decode()

    def _errors(self) -> str:
        return self._process.communicate(timeout=PATIENCE)[1].decode()
