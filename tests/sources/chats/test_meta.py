"""Exports of Instagram and Messenger."""

import json

import pytest

from chat_exports import fits, read
from foreword.sources.chats import meta
from foreword.sources.chats.meta import kind_of_stub

START = 1705315200000  # 2024-01-15 10:40 UTC


def message(minute: int, content: object = None, **keys: object) -> dict[str, object]:
    said = f"text {minute}" if content is None else content
    return {"sender_name": "Ana", "timestamp_ms": START + 60_000 * minute, "content": said, **keys}


def written(*messages: object) -> str:
    """An export as Meta writes it: the bytes of UTF-8 as escapes of Latin-1."""
    plain = json.dumps({"participants": [{"name": "Ana"}], "messages": messages}, ensure_ascii=False)
    return json.dumps(json.loads(plain.encode().decode("latin-1"), strict=False))


def encrypted(name: str, text: str, after: int) -> str:
    return json.dumps({"messages": [{"senderName": name, "text": text, "timestamp": START + after}]})


def test_letters_are_those_that_were_meant_in_texts_and_names() -> None:
    content = written(
        message(3, "café 👍 日本\n…"), message(2, sender_name="Zoë"), message(1, sender_name="")
    )
    assert r"caf\u00c3\u00a9 \u00f0\u009f" in content
    said = [("Facebook user", "text 1"), ("Zoë", "text 2"), ("Ana", "café 👍 日本\n…")]
    assert read(content).said == said
    right_already = [message(1, "«CAFÉ» naïve"), message(2, "日本 Ã©")]
    assert read(json.dumps({"messages": right_already})).texts == ["«CAFÉ» naïve", "日本 Ã©"]


def test_what_nobody_wrote_is_told_from_what_somebody_did() -> None:
    link = {"share": {"link": "https://example.org"}}
    found = read(
        written(
            message(1, "", photos=[{"uri": "photo.jpg"}]),
            message(2, "", reactions=[{"reaction": "❤", "actor": "Bo"}]),
            message(3, "Ana added Bo to the group.", type="Subscribe", users=[{"name": "Bo"}]),
            message(4, "Ana sent an attachment.", **link),
            message(5, "look: https://example.org", type="Share", **link),
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
            "inbox/bo_1/message_10.json": written(message(10, "second"), message(10, "first")),
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


def test_others_are_not_known() -> None:
    assert not fits(meta, '{"messages": [{"from": "a"}]}')
    assert not fits(meta, '{"sender_name": "a"}')


STUBS = {
    "media message": "Ana Silva sent an attachment.|You sent a photo.|Ana sent a voice message."
    "|Ana Silva hat einen Anhang gesendet.|Du hast einen Anhang gesendet.|Ana Silva a envoyé une pièce jointe."
    "|Ana Silva envió un archivo adjunto.|Ana Silva ha inviato un allegato.|Ana Silva enviou um anexo."
    "|Failed to download media",
    "reaction": "Liked a message|Ana Silva liked a message|Reacted ❤️ to your message "
    "|Ana Silva reacted 👍🏽 to your message",
    "unsent message": "You unsent a message",
    "call": "Video chat ended|You missed a call from Ana.|Missed a call with Ana Silva.|Ana started a video chat",
    "system message": "Ana named the group Us two.|Ana set your nickname to A.|You changed the group photo."
    "|You are now connected on Messenger",
    None: "I sent an attachment to your address|Bo left the group|named the group after you|she called you"
    "|Liked a message, did you|call ended at nine|You know that I sent a photo. Look at it.|Ana|",
}


@pytest.mark.parametrize("kind", STUBS)
def test_metas_sentences_are_told_from_what_people_write(kind: str | None) -> None:
    contents = STUBS[kind].split("|")
    assert {content: kind_of_stub(content, "Ana Silva") for content in contents} == dict.fromkeys(
        contents, kind
    )
