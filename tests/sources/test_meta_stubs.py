"""Sentences that Meta writes in people's names, and what people write themselves."""

import pytest

from foreword.sources.chats.meta_stubs import kind_of_stub


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
    ],
)
def test_stubs_are_told_by_what_they_say(content: str, kind: str) -> None:
    assert kind_of_stub(content, "Ana Silva") == kind


@pytest.mark.parametrize(
    "content",
    [
        "I sent an attachment to your address",
        "Bo left the group",
        "named the group after you",
        "she called you",
        "Liked a message, did you",
        "call ended at nine",
        "Ana",
        "You know that I sent a photo. Look at it.",
        "hello",
        "",
    ],
)
def test_what_people_write_stays(content: str) -> None:
    assert kind_of_stub(content, "Ana Silva") is None
