"""Exports of Instagram and Messenger."""

import json

import pytest

from chat_exports import fits, read
from foreword.sources.chats import meta
from foreword.sources.chats.meta import kind_of_stub

START = 1705315200000  # 2024-01-15 10:40 UTC


def message(minute: int, **keys: object) -> dict[str, object]:
    return {
        "sender_name": "Ana",
        "timestamp_ms": START + 60_000 * minute,
        "content": f"text {minute}",
        **keys,
    }


def written(*messages: object) -> str:
    """An export as Meta writes it: the bytes of UTF-8 as escapes of Latin-1."""
    plain = json.dumps({"participants": [{"name": "Ana"}], "messages": messages}, ensure_ascii=False)
    return json.dumps(json.loads(plain.encode().decode("latin-1"), strict=False))


def encrypted(name: str, text: str, after: int) -> str:
    messages = [{"senderName": name, "text": text, "timestamp": START + after}]
    return json.dumps({"threadName": "x", "messages": messages}, ensure_ascii=False)


def test_letters_are_those_that_were_meant_in_texts_and_names() -> None:
    content = written(message(2, content="café 👍 日本\n…"), message(1, sender_name="Zoë"))
    assert r"caf\u00c3\u00a9 \u00f0\u009f" in content
    assert read(content).said == [("Zoë", "text 1"), ("Ana", "café 👍 日本\n…")]
    right_already = [message(1, content="«CAFÉ» naïve"), message(2, content="日本 Ã©")]
    assert read(json.dumps({"messages": right_already})).texts == ["«CAFÉ» naïve", "日本 Ã©"]


def test_what_nobody_wrote_is_told_from_what_somebody_did() -> None:
    found = read(
        written(
            message(1, content=None, photos=[{"uri": "photo.jpg"}]),
            message(2, content=None, reactions=[{"reaction": "❤", "actor": "Bo"}]),
            message(3, type="Subscribe", users=[{"name": "Bo"}], content="Ana added Bo to the group."),
            message(4, content="Ana sent an attachment.", share={"link": "https://example.org"}),
            message(
                5, content="look: https://example.org", share={"link": "https://example.org"}, type="Share"
            ),
        )
    )
    assert found.texts == ["look: https://example.org"]
    assert found.report.left_out == {"media message": 2, "message without text": 1, "system message": 1}


def test_the_files_of_a_conversation_are_one() -> None:
    """The newest file comes first, and so do the messages of one moment."""
    found = read(
        {
            "inbox/bo_1/message_1.json": written(message(50), message(40)),
            "inbox/bo_1/message_2.json": written(message(30), message(20)),
            "inbox/bo_1/message_10.json": written(
                message(10, content="second"), message(10, content="first")
            ),
            "inbox/cy_2/message_1.json": written(message(60), message(5), message(5)),
            "e2e/Di_1.json": encrypted("Di", "a", 0),
            "e2e/Di_2.json": encrypted("Di", "b", 1),
            "profile.json": '{"profile": {}}',
            "photo.jpg": b"\xff\xd8\xff",
        }
    )
    numbers = [f"text {number}" for number in (20, 30, 40, 50, 60)]
    assert found.texts == ["a", "b", "text 5", "first", "second", *numbers]
    assert found.report.formats == {"Instagram or Messenger": 1}
    assert found.report.left_out["JSON file of no known program"] == 1


def test_one_without_a_name_has_left() -> None:
    assert read(written(message(1, sender_name=""))).said == [("Facebook user", "text 1")]


def test_others_are_not_known() -> None:
    assert not fits(meta, '{"messages": [{"from": "a"}]}')
    assert not fits(meta, '{"sender_name": "a"}')


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("Ana Silva sent an attachment.", "media message"),
        ("You sent a photo.", "media message"),
        ("Ana sent a voice message.", "media message"),
        ("Ana Silva hat einen Anhang gesendet.", "media message"),
        ("Du hast einen Anhang gesendet.", "media message"),
        ("Ana Silva a envoyé une pièce jointe.", "media message"),
        ("Ana Silva envió un archivo adjunto.", "media message"),
        ("Ana Silva ha inviato un allegato.", "media message"),
        ("Ana Silva enviou um anexo.", "media message"),
        ("Failed to download media", "media message"),
        ("Liked a message", "reaction"),
        ("Ana Silva liked a message", "reaction"),
        ("Reacted ❤️ to your message ", "reaction"),
        ("Ana Silva reacted 👍🏽 to your message", "reaction"),
        ("You unsent a message", "unsent message"),
        ("Video chat ended", "call"),
        ("You missed a call from Ana.", "call"),
        ("Missed a call with Ana Silva.", "call"),
        ("Ana started a video chat", "call"),
        ("Ana named the group Us two.", "system message"),
        ("Ana set your nickname to A.", "system message"),
        ("You changed the group photo.", "system message"),
        ("You are now connected on Messenger", "system message"),
        ("I sent an attachment to your address", None),
        ("Bo left the group", None),
        ("named the group after you", None),
        ("she called you", None),
        ("Liked a message, did you", None),
        ("call ended at nine", None),
        ("You know that I sent a photo. Look at it.", None),
        ("Ana", None),
        ("", None),
    ],
)
def test_metas_sentences_are_told_from_what_people_write(content: str, kind: str | None) -> None:
    assert kind_of_stub(content, "Ana Silva") == kind
