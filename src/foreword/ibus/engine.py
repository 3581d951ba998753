"""The engine on IBus's bus: each text field that the daemon knows is an object there, with a `Field`.

It speaks IBus's own protocol without its library, so any Python works: calls and signals on the daemon's D-Bus; texts
and lists as nested variants (ibustext.c, ibuslookuptable.c, ibusenginedesc.c of IBus 1.5).

After any error, a key still reaches the application. No message holds typed text: an exception's message would go to
the daemon, which may log it.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import count
from typing import Any, Final, final

from foreword.errors import ForewordError, MissingExtra
from foreword.ibus.field import Field
from foreword.keyboard.offers import KeyboardThread, Offer, Suggesting
from foreword.settings import Settings

try:
    from dbus_fast import (
        AuthError,
        InvalidAddressError,
        Message,
        MessageType,
        NameFlag,
        RequestNameReply,
        Variant,
    )
    from dbus_fast.aio import MessageBus
except ModuleNotFoundError:
    raise MissingExtra('foreword ibus needs dbus-fast: pip install "foreword[ibus]"') from None

ENGINE: Final = "foreword"
COMPONENT: Final = "org.freedesktop.IBus.Foreword"
TITLE: Final = "Foreword"
DESCRIPTION: Final = "Private predictive text"
LANGUAGE: Final = "en"  # "other" is shown as Konkani
NOT_INSTALLED: Final = "IBus is not installed; install your system's package ibus"
START: Final = "ibus-daemon --daemonize --xim"
START_IN_KDE: Final = "choose IBus Wayland in System Settings, Keyboard, Virtual Keyboard"

_IBUS: Final = "org.freedesktop.IBus"
_IBUS_PATH: Final = "/org/freedesktop/IBus"
_ENGINE: Final = "org.freedesktop.IBus.Engine"
_PROPERTIES: Final = "org.freedesktop.DBus.Properties"
_HORIZONTAL: Final = 0
_SILENT: Final = "IBus does not answer; restart it with: ibus restart"
_SECONDS_TO_ANSWER: Final = 5
_SECONDS_TO_READ: Final = 1.5
_SECONDS_TO_FIND: Final = 0.02

Reply = tuple[str, list[Any]]
NOTHING: Final[Reply] = ("", [])


def text_of(text: str) -> Variant:
    """A text without colours."""
    return Variant("(sa{sv}sv)", ["IBusText", {}, text, Variant("(sa{sv}av)", ["IBusAttrList", {}, []])])


def list_of(choices: Sequence[str], selected: int, key: str) -> Variant:
    """A lookup table: page size, cursor, visibility of the cursor, wrapping, orientation, choices and labels."""
    # GNOME numbers choices without a label, but no digit takes a word
    labels = [text_of((number == selected and key) or " ") for number in range(len(choices))]
    shape = [max(1, len(choices)), selected, True, True, _HORIZONTAL]
    rows = [text_of(choice) for choice in choices]
    return Variant("(sa{sv}uubbiavav)", ["IBusLookupTable", {}, *shape, rows, labels])


def component() -> Variant:
    """The description of Foreword, for a daemon that has not read our file."""
    about = ["", "Apache-2.0", TITLE, "", "", ""]  # version, licence, author, homepage, command, translations
    described = [ENGINE, TITLE, DESCRIPTION, LANGUAGE, "Apache-2.0", TITLE, "", "default"]
    engine = Variant(
        f"(sa{{sv}}{'s' * 8}u{'s' * 8})", ["IBusEngineDesc", {}, *described, 0, "", "F", *[""] * 6]
    )
    parts = ["IBusComponent", {}, COMPONENT, DESCRIPTION, *about, [], [engine]]
    return Variant(f"(sa{{sv}}{'s' * 8}avav)", parts)


@final
class Engine:
    """One object on the bus: it passes the daemon's calls to its field, and sends the field's answers as signals."""

    def __init__(self, service: "Service", path: str) -> None:
        self._service, self._path = service, path
        self.field = Field(self, service.settings)

    def call(self, member: str, body: list[Any]) -> Reply:
        """Answer a method of org.freedesktop.IBus.Engine; unknown methods are not needed."""
        match member:
            case "ProcessKeyEvent":
                keysym, _, state = body
                self._service.focused = self
                return "b", [self.field.key(keysym, state)]
            case "SetSurroundingText":
                text, cursor, anchor = body
                self.field.surrounding(text.value[2], cursor, anchor)
            case "FocusIn" | "FocusInId":
                self._service.focused = self
                self.field.focus_in(body[1] if len(body) > 1 else "")
            case "FocusOut" | "FocusOutId" | "Disable":
                self.field.focus_out()
            case "Reset":
                self.field.reset()
            case "CandidateClicked":
                self.field.click(body[0])
        return NOTHING

    @property
    def is_paused(self) -> bool:
        """Whether suggestions are switched off, in all fields alike."""
        return self._service.is_paused

    def commit(self, text: str) -> None:
        """Insert this text before the cursor."""
        self._send("CommitText", "v", text_of(text))

    def delete(self, length: int) -> None:
        """Delete `length` code points before the cursor."""
        self._send("DeleteSurroundingText", "iu", -length, length)

    def show(self, choices: tuple[str, ...], selected: int, key: str) -> None:
        """Show this list and the key that takes the selected choice; without choices, hide it."""
        self._send("UpdateLookupTable", "vb", list_of(choices, selected, key), bool(choices))

    def ask(self, before: str | None) -> None:
        """Find words for this text, and call `late` if that takes long; with None, stop the search."""
        self._service.keyboard_thread.ask(before)
        if before is not None:
            asyncio.get_running_loop().call_later(_SECONDS_TO_FIND, self.field.late, before)

    def learn(self, line: str) -> None:
        """Learn this line."""
        self._service.keyboard_thread.learn([line])

    def ask_surrounding(self) -> None:
        """Ask the application for its text."""
        self._send("RequireSurroundingText", "")

    def pause(self) -> None:
        """Switch suggestions off, or on again, and show this for a moment."""
        self._service.is_paused = not self._service.is_paused
        said = f"{TITLE} is {'off' if self._service.is_paused else 'on'}"
        self.show((said,), 0, "")  # an auxiliary text would leave an empty box behind
        asyncio.get_running_loop().call_later(_SECONDS_TO_READ, self._unsay)

    def _unsay(self) -> None:
        if not self.field.has_list:
            self.show((), 0, "")

    def _send(self, member: str, signature: str, *body: object) -> None:
        self._service.bus.send(Message.new_signal(self._path, _ENGINE, member, signature, list(body)))


@final
class Service:
    """The process: the fields, the one in focus, and the thread that finds words."""

    def __init__(self, keyboard: Suggesting, settings: Settings, bus: MessageBus) -> None:
        self.settings = settings
        self.is_paused = False
        self.focused: Engine | None = None
        self.bus = bus
        self._engines: dict[str, Engine] = {}
        self._numbers = count(1)
        self._printed: set[str] = set()
        loop = asyncio.get_running_loop()
        # asyncio itself would print the arguments of a callback that failed, such as the text before the cursor
        loop.set_exception_handler(lambda _, about: self._fail(about.get("exception", Exception())))
        self.keyboard_thread = KeyboardThread(
            keyboard,
            limit=settings.choices,
            confidence=settings.confidence,
            letters=settings.letters,
            deliver=lambda offer: _from_thread(loop, self._give, offer),
            fail=lambda error: _from_thread(loop, self._fail, error),
        )
        bus.add_message_handler(self.answer)

    def answer(self, message: Message) -> Message | None:
        """The reply to a call for us; after any error, a key passes through."""
        is_call = message.message_type is MessageType.METHOD_CALL
        if not is_call or not (message.path or "").startswith(_IBUS_PATH):
            return None
        try:
            signature, body = self._reply(message)
        except Exception as error:  # noqa: BLE001 - see the module
            self._fail(error)
            signature, body = ("b", [False]) if message.member == "ProcessKeyEvent" else NOTHING
        return Message.new_method_return(message, signature, body)

    def _reply(self, message: Message) -> Reply:
        path, member = message.path or "", message.member or ""
        engine = self._engines.get(path)
        if member == "CreateEngine":
            path = f"{_IBUS_PATH}/Foreword/Engine/{next(self._numbers)}"
            self._engines[path] = Engine(self, path)
            return "o", [path]
        if message.interface == _PROPERTIES:
            return self._property(engine, member, message.body)
        if engine is None:
            return NOTHING
        if member == "Destroy":
            engine.field.focus_out()
            del self._engines[path]
            self.focused = None if self.focused is engine else self.focused
        elif message.interface == _ENGINE:
            return engine.call(member, message.body)
        return NOTHING

    @staticmethod
    def _property(engine: Engine | None, member: str, body: list[Any]) -> Reply:
        """Request the program in focus and its text, and receive the purpose of a field."""
        wanted = {name: Variant("b", value=True) for name in ("FocusId", "ActiveSurroundingText")}
        if member == "Set" and engine is not None and body[1] == "ContentType":
            engine.field.content_type(*body[2].value)
        if member == "GetAll":
            return "a{sv}", [wanted]
        if member == "Get":
            return "v", [wanted.get(body[1], Variant("b", value=False))]
        return NOTHING

    def _give(self, offer: Offer) -> None:
        if self.focused is not None:
            self.focused.field.give(offer)

    def _fail(self, error: BaseException) -> None:
        """Print the name of an error, once per name, and not its message: that may hold typed text."""
        name = type(error).__name__
        if name not in self._printed:
            self._printed.add(name)
            print(f"foreword: no suggestions for a moment ({name})", file=sys.stderr, flush=True)


async def run(keyboard: Suggesting, settings: Settings) -> None:
    """Serve the daemon until it leaves, or until SIGINT or SIGTERM.

    If the daemon has not read our file, register with it and be its engine while this runs: for trying out.

    Raises:
        ForewordError: there is no daemon, or Foreword runs already.
    """
    try:
        bus = await asyncio.wait_for(MessageBus(bus_address=_address()).connect(), _SECONDS_TO_ANSWER)
    except (OSError, EOFError, AuthError, InvalidAddressError):
        raise ForewordError(_SILENT) from None
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    service = Service(keyboard, settings, bus)
    if await bus.request_name(COMPONENT, NameFlag.DO_NOT_QUEUE) is RequestNameReply.EXISTS:
        raise ForewordError("foreword ibus is already running")
    before = await _introduce(bus)
    left = asyncio.ensure_future(bus.wait_for_disconnect())  # type: ignore[no-untyped-call]
    await asyncio.wait([left, asyncio.ensure_future(stop.wait())], return_when=asyncio.FIRST_COMPLETED)
    if before and not left.done():
        await _call(bus, "SetGlobalEngine", "s", before)
    if unlearned := service.keyboard_thread.end():
        keyboard.learn("\n".join(unlearned))
    bus.disconnect()
    with suppress(Exception):  # however the connection ended
        await left


async def _introduce(bus: MessageBus) -> str | None:
    """Register with a daemon that does not know us, and become its engine. Return the engine to restore."""
    if (await _call(bus, "GetEnginesByNames", "as", [ENGINE]))[0]:
        print("Foreword runs; choose it as the input source.", file=sys.stderr, flush=True)
        return None
    described = await _call(bus, "Get", "ss", _IBUS, "GlobalEngine", interface=_PROPERTIES)
    await _call(bus, "RegisterComponent", "v", component())
    await _call(bus, "SetGlobalEngine", "s", ENGINE)
    said = "Foreword suggests words in your applications, until you press Ctrl-C here."
    print(said, file=sys.stderr, flush=True)
    try:
        return str(described[0].value.value[2])
    except (AttributeError, IndexError):
        return None


async def _call(
    bus: MessageBus, member: str, signature: str, *body: object, interface: str = _IBUS
) -> list[Any]:
    message = Message(_IBUS, _IBUS_PATH, interface, member, signature=signature, body=list(body))
    try:
        reply = await asyncio.wait_for(bus.call(message), _SECONDS_TO_ANSWER)
    except TimeoutError:
        raise ForewordError(_SILENT) from None
    return [[]] if reply.message_type is MessageType.ERROR else reply.body


def _address() -> str:
    if address := os.environ.get("IBUS_ADDRESS"):
        return address
    if shutil.which("ibus") is None:
        raise ForewordError(NOT_INSTALLED)
    address = output("ibus", "address").strip()
    if not address.startswith("unix:"):
        how = START_IN_KDE if is_kde_on_wayland() else f"start it with: {START}"
        raise ForewordError(f"IBus does not run in this session; {how}")
    return address


def is_kde_on_wayland() -> bool:
    """Whether KDE itself starts IBus, as its virtual keyboard."""
    return os.environ.get("XDG_SESSION_TYPE") == "wayland" and is_session_of("KDE")


def is_session_of(desktop: str) -> bool:
    """Whether this session runs that desktop."""
    return desktop in os.environ.get("XDG_CURRENT_DESKTOP", "").split(":")


def output(*command: str) -> str:
    """The output of a program; "" if it is missing or does not answer."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=5).stdout  # noqa: S603
    except (OSError, subprocess.TimeoutExpired):
        return ""


def _from_thread(loop: asyncio.AbstractEventLoop, call: Any, *arguments: object) -> None:
    with suppress(RuntimeError):  # the loop has ended
        loop.call_soon_threadsafe(call, *arguments)
