"""The engine answers each call of the daemon, even after an internal error."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("dbus_fast", reason="the extra ibus is not installed")

from dbus_fast import Message, MessageType, Variant

from foreword.errors import ForewordError
from foreword.ibus import engine
from foreword.ibus.engine import Service, component, list_of, text_of
from foreword.settings import Settings
from guessing import Guessing

TAB = 0xFF09
ENGINE, PROPERTIES = "org.freedesktop.IBus.Engine", "org.freedesktop.DBus.Properties"


class Bus:
    def __init__(self) -> None:
        self.sent: list[Message] = []
        self.handler: Callable[[Message], Message | None] = lambda _: None

    def add_message_handler(self, handler: Callable[[Message], Message | None]) -> None:
        self.handler = handler

    def send(self, message: Message) -> None:
        message._marshall(negotiate_unix_fd=False)  # fails if the body does not match its signature
        self.sent.append(message)

    def call(
        self, path: str, member: str, signature: str = "", *body: object, interface: str = ENGINE
    ) -> list[Any]:
        about: dict[str, Any] = {"signature": signature, "body": [*body], "serial": 1, "sender": "org.ibus"}
        reply = self.handler(Message("org.us", path, interface, member, **about))
        assert reply is not None
        assert reply.message_type is MessageType.METHOD_RETURN
        reply._marshall(negotiate_unix_fd=False)
        return reply.body

    def signals(self, member: str) -> list[Message]:
        return [each for each in self.sent if each.member == member]


class Failing(Guessing):
    """A keyboard whose error contains the typed text, as real errors can."""

    def suggest(self, text: str, *arguments: object, **options: object) -> list[object]:  # type: ignore[override]
        raise KeyError(text)


def started(keyboard: Guessing) -> tuple[Bus, str, Service]:
    bus = Bus()
    service = Service(keyboard, Settings(learn=True), bus)  # type: ignore[arg-type]
    (path,) = bus.call("/org/freedesktop/IBus/Factory", "CreateEngine", "s", "foreword")
    bus.call(path, "FocusInId", "ss", "/1", "gtk3-im:gedit")
    return bus, path, service


async def typed(bus: Bus, path: str, text: str) -> None:
    for character in text:
        assert bus.call(path, "ProcessKeyEvent", "uuu", ord(character), 0, 0) == [False]


async def until(holds: Callable[[], object]) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.001)


def test_the_engine_shows_a_list_and_commits_a_word() -> None:
    async def run() -> None:
        bus, path, service = started(Guessing({"tomorrow": 0.9}))
        assert bus.signals("RequireSurroundingText")
        await typed(bus, path, "See you tom")
        await until(lambda: bus.signals("UpdateLookupTable"))
        assert bus.call(path, "ProcessKeyEvent", "uuu", TAB, 0, 0) == [True]
        shown = len(bus.signals("UpdateLookupTable"))
        await typed(bus, path, ",")
        assert bus.call(path, "ProcessKeyEvent", "uuu", ord(" "), 0, 0) == [False]
        await until(lambda: len(bus.signals("UpdateLookupTable")) > shown)
        bus.call(path, "CandidateClicked", "uuu", 0, 1, 0)
        assert [each.body[0].value[2] for each in bus.signals("CommitText")] == ["orrow", "tomorrow"]
        service.keyboard_thread.end()

    asyncio.run(run())


@pytest.mark.parametrize("is_bus", [False, True])
def test_keys_pass_after_a_suggestion_error_and_typed_text_stays_secret(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, is_bus: bool
) -> None:
    """The bus fails when the daemon ends."""

    async def run() -> None:
        bus, path, service = started(Guessing({"secretary": 0.9}) if is_bus else Failing({}))
        if is_bus:
            monkeypatch.setattr(bus, "send", {}.__getitem__)
        await typed(bus, path, "a secret")
        await until(lambda: service._printed)
        service.keyboard_thread.end()

    asyncio.run(run())
    assert capsys.readouterr().err == "foreword: no suggestions for a moment (KeyError)\n"


def test_a_malformed_call_lets_the_key_pass(capsys: pytest.CaptureFixture[str]) -> None:
    async def run() -> None:
        bus, path, service = started(Guessing({}))
        assert bus.call(path, "ProcessKeyEvent", "s", "a secret") == [False]
        bus.call(path, "SetSurroundingText", "s", "a secret")
        bus.call(path, "NoSuchMethod")
        service.keyboard_thread.end()

    asyncio.run(run())
    assert "secret" not in capsys.readouterr().err


def test_an_older_daemon_and_its_end_are_no_errors(capsys: pytest.CaptureFixture[str]) -> None:
    async def run() -> None:
        bus, path, service = started(Guessing({}))
        bus.call(path, "FocusIn")  # without the program
        bus.call(path, "CandidateClicked", "uuu", 0, 1, 0)  # there is no list any more
        bus.call("/org/freedesktop/IBus/Factory", "Destroy", interface="org.freedesktop.IBus.Service")
        service.keyboard_thread.end()

    asyncio.run(run())
    assert capsys.readouterr().err == ""


def test_the_engine_suggests_nothing_in_a_password_field() -> None:
    async def run() -> None:
        keyboard = Guessing({"tomorrow": 0.9})
        bus, path, service = started(keyboard)
        bus.call(path, "Set", "ssv", ENGINE, "ContentType", Variant("(uu)", [8, 0]), interface=PROPERTIES)
        await typed(bus, path, "tom")
        assert bus.call(path, "GetAll", "s", ENGINE, interface=PROPERTIES)[0]["FocusId"].value is True
        service.keyboard_thread.end()
        assert keyboard.asked == []
        assert bus.signals("UpdateLookupTable") == []
        bus.call(path, "Destroy", interface="org.freedesktop.IBus.Service")

    asyncio.run(run())


@pytest.mark.parametrize("is_connected", [False, True])
def test_a_silent_daemon_is_one_error_line(monkeypatch: pytest.MonkeyPatch, is_connected: bool) -> None:
    class Silent(Bus):
        def __init__(self, **_: object) -> None:
            super().__init__()

        async def connect(self) -> "Silent":
            return self if is_connected else await asyncio.Event().wait()  # type: ignore[return-value]

        async def request_name(self, *_: object) -> None:
            pass

        async def call(self, *_: object) -> None:  # type: ignore[override]
            await asyncio.Event().wait()

    monkeypatch.setenv("IBUS_ADDRESS", "unix:path=/nowhere")
    monkeypatch.setattr(engine, "MessageBus", Silent)
    monkeypatch.setattr(engine, "_SECONDS_TO_ANSWER", 0.05)
    with pytest.raises(ForewordError, match="IBus does not answer; restart it with: ibus restart"):
        asyncio.run(engine.run(Guessing({}), Settings()))


def test_a_wrong_address_is_one_error_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IBUS_ADDRESS", "unix")
    with pytest.raises(ForewordError, match="IBus does not answer"):
        asyncio.run(engine.run(Guessing({}), Settings()))


def test_the_sent_values_match_their_dbus_signatures() -> None:
    for variant in (text_of("é"), list_of(["one", "two"], 1, "⇥"), list_of([], 0, ""), component()):
        Message.new_signal("/a", "b.c", "D", "v", [variant])._marshall(negotiate_unix_fd=False)
