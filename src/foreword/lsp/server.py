"""The language server: it sends the suggestions of `Keyboard` to an editor over standard input and output.

Every editor gets a list of choices (`textDocument/completion`); an editor that can show it gets an inline suggestion
(`textDocument/inlineCompletion`, protocol 3.18). One thread asks the keyboard and learns line by line, so that typing
does not wait for learning. Errors and logs never hold typed text.
"""

import asyncio
import io
import logging
import os
import select
import sys
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from importlib.metadata import version
from itertools import chain
from typing import Any, BinaryIO, Final, NamedTuple, TypeVar, final

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcMethodNotFound
from pygls.lsp.server import LanguageServer
from pygls.protocol import LanguageServerProtocol, lsp_method

from foreword.errors import ForewordError
from foreword.keyboard.offers import Choice, Offer, Suggesting, learn_first, offer_after
from foreword.keyboard.signs import replaces_space
from foreword.lsp.document import Document, Place
from foreword.settings import Settings
from foreword.text.words import is_inside_word, word_goes_on

Answer = TypeVar("Answer")

SCRIPTS: Final = range(0x41, 0x3100), range(0x4E00, 0xA000), range(0xAC00, 0xD7A4)
"""The code points of nearly all letters in use: of alphabets and kana, of Han, of Hangul."""
SENDING_KEYS: Final = frozenset({"neovim", "helix", "visual studio code", "vscodium"})
"""Editors that send each key in a change of its own. Emacs and Kate send what was typed until a pause, as a paste."""
MARKUP: Final = (".html", ".htm", ".xhtml", ".xml", ".svg", ".yaml", ".yml", ".toml")
"""Files that Emacs says are plain text, because their modes are made from that of plain text."""
CLOSING: Final = frozenset(' "»–—')
"""Before one of these, or a sign that replaces a space, a word is inserted without the space after it."""


@final
class Edit(NamedTuple):
    """A choice as an edit of the text."""

    choice: Choice
    typed: str  # the letters that it replaces
    is_inline: bool
    span: types.Range
    text: str


def _only(feature: str) -> Callable[..., None]:
    """A method that calls our own feature, and nothing of pygls, which keeps 2 kB of each generator for good."""

    @lsp_method(feature)
    def method(protocol: LanguageServerProtocol, params: object) -> None:
        protocol.fm.features[feature](params)

    return method


@final
class Protocol(LanguageServerProtocol):
    """Keeps no texts: those of pygls take seconds for a key in a long line. `Document` replaces them."""

    lsp_text_document__did_open = _only(types.TEXT_DOCUMENT_DID_OPEN)
    lsp_text_document__did_change = _only(types.TEXT_DOCUMENT_DID_CHANGE)
    lsp_text_document__did_close = _only(types.TEXT_DOCUMENT_DID_CLOSE)

    def structure_message(self, data: dict[str, Any]) -> Any:
        """The message that these values are. A request that is none gets an error: pygls would not answer it."""
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "id" in data and "method" in data:
                self._send_response(data["id"], error=error.to_response_error())
            raise


@final
class Server(LanguageServer):
    """The server of one editor. It shows a person only Foreword's own errors: they say what to do."""

    def __init__(self, keyboard: Suggesting, settings: Settings, *, learns: bool) -> None:
        super().__init__("foreword", version("foreword"), protocol_cls=Protocol)
        self._keyboard, self._settings, self._learns = keyboard, settings, learns
        self._documents: dict[str, Document] = {}
        self._closed: Document | None = None
        self._thread = ThreadPoolExecutor(1, "foreword-lsp")
        self._unlearned: deque[str] = deque()
        self._learning: asyncio.Task[None] | None = None  # pygls would keep the task of each save
        self._shown: set[str] = set()
        self._sends_keys = self._is_vs_code = self._is_eglot = False
        self._input: Input | None = None
        self._on(types.INITIALIZE, self._begin)
        self._on(types.TEXT_DOCUMENT_DID_OPEN, self._open)
        self._on(types.TEXT_DOCUMENT_DID_CHANGE, self._change)
        self._on(types.TEXT_DOCUMENT_DID_CLOSE, self._close)

    def run(self, reads: BinaryIO | None = None, writes: BinaryIO | None = None) -> None:
        """Answer until the editor ends, then learn the lines that are left."""
        pygls = logging.getLogger("pygls")
        pygls.addHandler(logging.NullHandler())  # else it would print messages with typed text
        pygls.propagate = False
        given = reads or sys.stdin.buffer
        if os.name == "posix":
            self._input = Input(given.fileno())
            given = io.BufferedReader(self._input)
        self.start_io(given, writes)
        self._thread.shutdown(cancel_futures=True)
        self._learn_rest()

    def shutdown(self) -> None:
        """End, even if the editor or a signal asks for it while standard input stays open."""
        if self._input:
            self._input.end()
        super().shutdown()  # type: ignore[no-untyped-call]

    def report_server_error(self, error: Exception, source: Any) -> None:  # noqa: ARG002
        """Show only the name of the error: its message may hold typed text. An unknown request is no fault."""
        if not isinstance(error, JsonRpcMethodNotFound):
            name = type(error).__name__
            self._tell(f"something failed ({name}); to see what may be wrong: foreword doctor")

    def _on(self, name: str, answer: Callable[..., object], options: object = None) -> None:
        self.feature(name, options)(partial(answer))  # pygls sets attributes, which a method cannot have

    def _begin(self, asked: types.InitializeParams) -> None:
        """Announce the features that this editor can use."""
        client = asked.client_info.name if asked.client_info else ""
        if client.casefold() in {each.casefold() for each in self._settings.leave_out}:
            return
        # Programs made from VS Code have many names; its extension says what they do.
        self._is_vs_code = asked.initialization_options == {"sendsKeys": True}
        self._sends_keys = self._is_vs_code or client.casefold() in SENDING_KEYS
        self._is_eglot = client == "Eglot"
        text = asked.capabilities.text_document
        is_inline = text is not None and text.inline_completion is not None
        # Some editors wait for a trigger; but a list that nobody asked for would hide inline suggestions.
        triggers = None if is_inline else [*" '", *filter(is_inside_word, map(chr, chain(*SCRIPTS)))]
        options = types.CompletionOptions(trigger_characters=triggers)
        self._on(types.TEXT_DOCUMENT_COMPLETION, self._complete, options)
        if is_inline:
            self._on(types.TEXT_DOCUMENT_INLINE_COMPLETION, self._inline, types.InlineCompletionOptions())
        if self._learns:
            self._on(types.TEXT_DOCUMENT_DID_SAVE, self._save)
            self._on(types.SHUTDOWN, self._end)

    def _open(self, opened: types.DidOpenTextDocumentParams) -> None:
        text = opened.text_document
        if self._is_eglot and text.uri.endswith(MARKUP):
            return
        encoding = types.PositionEncodingKind(self.server_capabilities.position_encoding or "utf-16")
        is_commit = text.uri.endswith("/COMMIT_EDITMSG")  # which Emacs shows as plain text
        language = "gitcommit" if is_commit else text.language_id
        document = Document(
            text.text, language, encoding.value, sends_keys=self._sends_keys, version=text.version
        )
        self._follow(document)
        self._documents[text.uri] = document

    def _follow(self, document: Document) -> None:
        """Find the document that this one comes from. VS Code saves a new text by inserting it into an empty one."""
        for each in (*self._documents.values(), self._closed):
            if each:
                document.follow(each)

    def _change(self, changed: types.DidChangeTextDocumentParams) -> None:
        document = self._documents.get(changed.text_document.uri)
        if document is None or (self._is_vs_code and document.version == changed.text_document.version):
            return  # VS Code sends a change again that was in the text when it opened in another language
        was_empty = document.lines == [""]
        before, document.version = document.version, changed.text_document.version
        # Emacs counts each change, and sends one again if a key comes while it sends.
        repeated = max(len(changed.content_changes) - (document.version - before), 0) if self._is_eglot else 0
        document.change_together(changed.content_changes[repeated:])
        if was_empty:
            self._follow(document)

    def _close(self, closed: types.DidCloseTextDocumentParams) -> None:
        self._closed = self._documents.pop(closed.text_document.uri, None)
        if self._closed:
            self._unlearned += self._closed.rest()  # learned with the next text, or at the end

    async def _complete(self, asked: types.CompletionParams) -> types.CompletionList:
        """The choices, each in place of the typed letters; the editor asks again after each letter."""
        # Kate does not say whether somebody asked. Enter takes a word of its list, and should end a line.
        is_asked = asked.context and asked.context.trigger_kind == types.CompletionTriggerKind.Invoked
        letters = 0 if is_asked else self._settings.letters
        found = await self._find(asked, letters=letters)
        return types.CompletionList(
            is_incomplete=True,
            items=[
                types.CompletionItem(
                    label=each.choice.suggestion.text,
                    kind=types.CompletionItemKind.Text,
                    detail=f"for {each.choice.replaces}" if each.choice.replaces else None,
                    sort_text=f"{number:02}",
                    # An editor drops items that do not begin with the typed letters; corrections do not.
                    filter_text=each.typed or each.choice.suggestion.text,
                    preselect=number == 0,
                    text_edit=types.TextEdit(range=each.span, new_text=each.text),
                )
                for number, each in enumerate(found)
            ],
        )

    async def _inline(self, asked: types.InlineCompletionParams) -> types.InlineCompletionList:
        """The first choice, if it is likely enough and continues the typed text."""
        found = await self._find(asked, letters=self._settings.letters)
        return types.InlineCompletionList(
            items=[
                types.InlineCompletionItem(insert_text=each.text, filter_text=each.text, range=each.span)
                for each in found
                if each.is_inline
            ]
        )

    def _save(self, saved: types.DidSaveTextDocumentParams) -> None:
        document = self._documents.get(saved.text_document.uri)
        if document is not None:
            self._unlearned += document.lessons()
            if self._learning is None or self._learning.done():
                self._learning = asyncio.ensure_future(self._learn())

    async def _learn(self) -> None:
        """Learn line by line, so that a question in between is answered. An error ends it until the next save."""
        learns_one = partial(learn_first, self._keyboard, self._unlearned)
        while self._unlearned and await self._ask(learns_one) is not None:
            pass

    def _end(self, _: None) -> None:
        """Learn the lines that are left before the answer: Helix kills a server that has answered.

        No other message is read meanwhile. After an error, `run` tries again.
        """
        if self._learning:
            self._learning.cancel()
        wait([self._thread.submit(self._learn_rest)])

    def _learn_rest(self) -> None:
        """Learn the lines that are left at once: some editors kill a server that takes seconds."""
        for each in self._documents.values():
            self._unlearned += each.rest()
        if self._unlearned:
            self._keyboard.learn("\n".join(self._unlearned))
            self._unlearned.clear()

    async def _find(
        self, asked: types.CompletionParams | types.InlineCompletionParams, *, letters: int
    ) -> list[Edit]:
        """The choices at the end of a word in the person's own prose; none elsewhere."""
        document = self._documents.get(asked.text_document.uri)
        place = document.at(asked.position) if document else None
        if place is None or not place.is_prose or word_goes_on(place.after):
            return []
        context = asked.context if isinstance(asked, types.InlineCompletionParams) else None
        offer = await self._ask(partial(self._offer, place.before, context, letters=letters))
        return [*_edits(offer, place)] if offer else []

    def _offer(self, before: str, inline: types.InlineCompletionContext | None, *, letters: int) -> Offer:
        limit, confidence = self._settings.choices, self._settings.confidence
        offer = offer_after(
            self._keyboard, before, limit=limit, confidence=confidence, letters=letters, shown=not inline
        )
        if inline and not inline.selected_completion_info:  # no list is open, so no other choice is seen
            self._keyboard.report(before, [offer.inline.suggestion] if offer.inline else [])
        return offer

    async def _ask(self, question: Callable[[], Answer]) -> Answer | None:
        """The keyboard's answer; None after an error, which is shown once."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, question)
        except ForewordError as error:
            self._tell(str(error))
        except Exception as error:  # noqa: BLE001 - whatever happens to suggestions, typing goes on
            self.report_server_error(error, None)
        return None

    def _tell(self, message: str) -> None:
        if message not in self._shown:
            self._shown.add(message)
            warning = types.MessageType.Warning
            self.window_show_message(types.ShowMessageParams(warning, f"foreword: {message}"))


@final
class Input(io.RawIOBase):
    """Standard input that can end while a thread reads it: else the process would wait for the editor."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._ends: int | None
        self._end, self._ends = os.pipe()

    def readable(self) -> bool:
        """True."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read the bytes that are there; 0 at the end."""
        ready, _, _ = select.select([self._descriptor, self._end], [], [])
        if self._end in ready:
            return 0
        found = os.read(self._descriptor, len(buffer))
        buffer[: len(found)] = found
        return len(found)

    def end(self) -> None:
        """Let the reader see the end."""
        if self._ends is not None:
            os.close(self._ends)
            self._ends = None


def _edits(offer: Offer, place: Place) -> Iterator[Edit]:
    """The choices, without their last space if a space or a mark follows the cursor.

    All replace the same letters: Neovim inserts a list at one place, and at the cursor if its choices differ in that.
    """
    following = place.after[:1]
    is_followed = following in CLOSING or replaces_space(place.written, following)
    found = []
    for choice in offer.choices:
        count, text = choice.suggestion.replace, choice.suggestion.insert
        if place.before[len(place.before) - count :][:1] == text[:1] == " ":  # before a sign
            count, text = count - 1, text[1:]
        found.append((choice, count, text.removesuffix(" ") if is_followed else text))
    most = max((count for _, count, _ in found), default=0)
    typed = place.before[len(place.before) - most :]
    if span := place.span(most):
        for choice, count, text in found:
            yield Edit(choice, typed, choice is offer.inline, span, typed[: most - count] + text)
