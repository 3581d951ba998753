"""Rules for all chat exports: authors, texts, the order of messages, and the result for cut or damaged files."""

import json
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, final

import pytest
from hypothesis import given
from hypothesis import strategies as st

import chat_exports as made
from chat_exports import START, Reading, among, lines, local, read
from foreword.errors import ForewordError, PersonUnknown

SAID = [
    *(("Ana", "good morning 👍"), ("Ben", "naïve: yes\nand more"), ("Ana", "<3"), ("Ana", "how are you")),
    *(("Ben", "fine thanks, 日本"), ("Ana", "see you"), ("Ben", "> no"), ("Ben", "12:30 then - ok")),
]


@final
@dataclass(frozen=True)
class Export:
    """How a program writes one message and a file of messages; and, by kind, entries that nobody typed."""

    name: str
    message: Callable[[str, str, datetime], Any]
    whole: Callable[[list[Any]], str] = "".join
    noise: dict[str, Any] = field(default_factory=dict)

    def messages(self) -> list[Any]:
        return [self.message(who, text, START + timedelta(minutes=at)) for at, (who, text) in enumerate(SAID)]

    @property
    def is_json(self) -> bool:
        return not isinstance(self.messages()[0], str)

    @property
    def once(self) -> bool:
        """Whether a repeated message counts once."""
        return self.is_json and self.name != "Signal"

    @property
    def timed(self) -> bool:
        return self.name != "names and messages"


def in_lines(form: str, line: str) -> Callable[[str, str, datetime], str]:
    return lambda who, text, time: line.format(who=who, text=text, time=local(time, form))


META, OF_TWO = "Instagram or Messenger", {"participants": [], "is_still_participant": True}
EXPORTS = {
    "WhatsApp, Android": Export("WhatsApp", in_lines("%d/%m/%Y, %H:%M", "{time} - {who}: {text}\n")),
    "WhatsApp, iPhone": Export("WhatsApp", in_lines("%d.%m.%y, %H:%M:%S", "[{time}] {who}: {text}\r\n")),
    "Telegram": Export("Telegram", made.telegram, among(name="x", type="private_group", id=1)),
    "Discord": Export("Discord", made.discord, among(guild={"id": "5"}, channel={"id": "6"})),
    "Messenger": Export(META, made.messenger, lambda them: json.dumps({**OF_TWO, "messages": them})),
    "Messenger, encrypted": Export(META, made.encrypted, among(threadName="x")),
    "Slack": Export("Slack", made.slack, lambda them: json.dumps(them, indent=1, ensure_ascii=False)),
    "Signal": Export("Signal", made.signal, made.recipients),
    "Signal, signal-export": Export("Signal", made.signal_export, lines),
    "Signal, sigtop": Export("Signal", made.sigtop, made.in_rows),
    "SMS": Export("SMS Backup & Restore", made.sms, made.in_smses),
    "names": Export("names and messages", in_lines("", "{who}: {text}\n")),
    "times and names": Export(
        "times, names and messages", in_lines("%Y-%m-%d %H:%M:%S", "{time} {who}: {text}\n")
    ),
}
GONE = ("Ana", "gone", START)
NOISE: dict[str, dict[str, Any]] = {
    "Telegram": {
        "system message": made.telegram(*GONE, id=1, type="service"),
        "forwarded message": made.telegram(*GONE, id=2, forwarded_from=None),
        "media message": made.telegram("Ana", "", START, id=3, photo="p.jpg"),
        "bot message": made.telegram(*GONE, id=4, via_bot="@gif"),
    },
    "Discord": {
        "system message": made.discord(*GONE, id="1", type="GuildMemberJoin"),
        "bot message": made.discord(*GONE, id="2", author={"name": "b", "isBot": True}),
        "media message": made.discord("Ana", "", START, id="3", attachments=[{"fileName": "x"}]),
        "forwarded message": made.discord("Ana", "", START, id="4", forwardedMessage={"content": "x"}),
    },
    "Messenger": {
        "unsent message": made.messenger(*GONE, is_unsent=True),
        "media message": made.messenger("Ana", "Ana sent a photo.", START),
        "reaction": made.messenger("Ana", "Liked a message", START),
        "call": made.messenger("Ana", "Ana called you.", START, call_duration=3),
    },
    "Messenger, encrypted": {
        "unsent message": made.encrypted(*GONE, isUnsent=True),
        "media message": made.encrypted("Ana", "", START, media=[{"uri": "x"}]),
        "system message": made.encrypted(*GONE, type="placeholder"),
    },
    "Slack": {
        "system message": made.slack(*GONE, subtype="channel_join"),
        "deleted message": made.slack(*GONE, subtype="tombstone"),
        "bot message": made.slack(*GONE, bot_id="B"),
        "media message": made.slack("Ana", "", START, files=[{"id": "F"}]),
    },
    "SMS": {
        "draft": made.sms(*GONE, type="3"),
        "message without text": made.sms("Ana", "", START),
    },
    "Signal": {
        "system message": made.signal(*GONE, updateMessage={}),
        "deleted message": made.signal(*GONE, remoteDeletedMessage={}),
        "media message": made.signal(*GONE, standardMessage={"attachments": [{}]}),
        "sticker": made.signal(*GONE, stickerMessage={}),
    },
    "Signal, signal-export": {
        "system message": made.signal_export("Ana", "Missed video call", START),
        "deleted message": made.signal_export(*GONE, deleted=True),
        "media message": made.signal_export("Ana", "", START, attachments=[{"name": "x"}]),
    },
    "Signal, sigtop": {
        "system message": made.sigtop(*GONE, type="verified-change"),
        "deleted message": made.sigtop(*GONE, deletedForEveryone=True),
        "media message": made.sigtop("Ana", "", START, attachments=[{}]),
    },
}
for name, noise in NOISE.items():
    EXPORTS[name].noise.update(noise)
IN_JSON = {name: export for name, export in EXPORTS.items() if export.is_json}
each_export = pytest.mark.parametrize("export", EXPORTS.values(), ids=EXPORTS)
in_json = pytest.mark.parametrize("export", IN_JSON.values(), ids=IN_JSON)


def expected(export: Export) -> list[tuple[str | None, str]]:
    """All messages except quoted lines."""
    return [each for each in SAID if each[1] != "> no" or export.name not in ("Discord", "Slack")]


@each_export
def test_each_export_gives_authors_texts_and_times_and_counts_automatic_messages(export: Export) -> None:
    found = read(export.whole([*export.noise.values(), *export.messages()]))
    assert (found.said, found.report.formats) == (expected(export), {export.name: 1})
    assert found.report.left_out - Counter({"quoted line": 1}) == Counter(dict.fromkeys(export.noise, 1))
    assert not found.report.unreadable
    times = [START + timedelta(minutes=at) for at, each in enumerate(SAID) if each in found.said]
    read_times = [each.time.astimezone(UTC).replace(microsecond=0) for each in found.messages if each.time]
    assert read_times == (times if export.timed else [])


@each_export
def test_messages_come_oldest_first_from_a_shuffled_or_reversed_file(export: Export) -> None:
    shuffled = random.Random(1).sample(export.messages(), len(SAID))
    for messages in (shuffled, export.messages()[::-1]) if export.timed else ():
        assert read(export.whole(messages)).said == expected(export)


@each_export
def test_only_the_words_of_the_named_person_are_read(export: Export) -> None:
    content = export.whole(export.messages())
    found = read(content, me="ana")
    assert found.said == [(who, text) for who, text in expected(export) if who == "Ana"]
    assert found.report.left_out["message of others"] == sum(who == "Ben" for who, _ in expected(export))
    with pytest.raises(PersonUnknown) as several:
        read(content, me="Cem")
    assert several.value.people == Counter(who for who, _ in expected(export))


@each_export
def test_a_cut_file_gives_the_messages_before_the_cut(export: Export) -> None:
    whole = export.whole(export.messages() * (1 if export.once else 3)).encode()
    before = 0
    for end in range(len(whole) // 2, len(whole), 17):
        found = read(whole[:end])
        whole_ones = [each for each in found.said if each in expected(export)]
        assert len(found.said) - len(whole_ones) <= (not export.is_json)  # the last line may be cut
        assert len(whole_ones) >= before - (not export.is_json)
        assert found.report.unreadable <= 1
        before = max(before, len(whole_ones))
    assert before >= len(expected(export)) - 1


@each_export
def test_a_repeated_message_counts_once_in_exports_with_duplicate_detection(export: Export) -> None:
    found = read(export.whole(export.messages() + export.messages()[2:4]))
    assert len(found.messages) == len(expected(export)) + (0 if export.once else 2)
    assert found.report.left_out["repeated message"] == (2 if export.once else 0)


@each_export
@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_gives_the_encoding(export: Export, encoding: str) -> None:
    """Windows editors write these marks; the file may also be cut within a character."""
    data = export.whole(export.messages()).encode(encoding)
    assert read(data).said == expected(export)
    assert len(read(data[:-1]).said) >= len(expected(export)) - 1


def one_clear_line_or_read(content: str | bytes) -> Reading | None:
    """The messages read, or None after a one-line error; each message must suit the code after the readers."""
    try:
        found = read(content)
    except ForewordError as refusal:
        assert "\n" not in str(refusal)  # noqa: PT017 - or else it is read
        return None
    for each in found.messages:
        assert each.text.strip() or each.author is None
        assert each.time is None or each.time.astimezone().isoformat()
    return found


@given(
    st.sampled_from(list(EXPORTS.values())), st.integers(0, 400), st.text(max_size=20), st.binary(max_size=3)
)
def test_a_damaged_export_is_read_or_refused(export: Export, at: int, spoilt: str, data: bytes) -> None:
    whole = export.whole(export.messages())
    one_clear_line_or_read(whole[at:])
    one_clear_line_or_read((whole[:at] + spoilt + whole[at:]).encode("utf-8", "replace"))
    one_clear_line_or_read(whole[:at].encode() + data + whole[at:].encode())


DEEP: Any = json.loads("[" * 300 + "]" * 300)
VALUES: list[Any] = [
    *(None, True, -1, "", "\0", "\ud800", "1e400", 10**30, 1e308, float("nan"), 253_402_300_800_000),
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", [], [[]], {}, [{"text": None}], DEEP),
]


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all fields, from the outermost one inwards."""
    if path:
        yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*path, key))


def changed(whole: Any, path: tuple[Any, ...], value: Any) -> Any:
    whole = json.loads(json.dumps(whole))
    inner = whole
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    return whole


@in_json
def test_an_odd_value_in_a_field_does_not_stop_the_messages_after_it(export: Export) -> None:
    last, *others = export.messages()[::-1]
    odd = [others[0], export.noise["media message"]]
    for path in places(odd):
        for value in VALUES:
            messages = [others[1], *changed(odd, path, value), last]
            found = one_clear_line_or_read(export.whole(messages))
            kind = found and found.report.formats
            assert not found or kind != {export.name: 1} or "12:30 then - ok" in found.texts


@in_json
@pytest.mark.parametrize(
    "odd", ['"\\q"', "[" * 100_000, '{"a":' * 100_000, "9" * 5000, "nul", '{"a": }', "-"],
    ids=["escape", "arrays", "objects", "digits", "word", "no value", "sign"],
)  # fmt: skip
def test_invalid_json_is_counted_once_and_the_messages_before_it_are_read(export: Export, odd: str) -> None:
    content = export.whole([*export.messages(), "HERE"]).replace('"HERE"', odd)
    found = read(content)
    assert found.said == expected(export)
    assert found.report.unreadable == 1
