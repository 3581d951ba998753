"""What `preview` shows of a source; it learns nothing."""

import json
from pathlib import Path

import pytest

from program import CommandLine

SAID = [
    ("2024-01-02T10:00:00", "Ana Silva", "good morning"),
    ("2024-01-02T10:01:00", "Ben", "morning"),
    ("2024-03-02T10:01:00", "Ana Silva", "and good night"),
]


def export(path: Path, said: list[tuple[str, str, str]]) -> Path:
    """A chat as Telegram exports it."""
    rows: list[dict[str, object]] = [
        {"id": at, "type": "message", "date": date, "from": author, "text": text}
        for at, (date, author, text) in enumerate(said)
    ]
    rows.append({"id": len(said), "type": "service", "date": "2024-03-02T10:02:00", "action": "pin_message"})
    chat = {"name": "Ben", "type": "personal_chat", "id": 1, "messages": rows}
    path.write_text(json.dumps(chat), encoding="utf-8")
    return path


@pytest.fixture
def chat(tmp_path: Path) -> Path:
    return export(tmp_path / "result.json", SAID)


def test_preview_shows_a_source_and_learns_nothing(foreword: CommandLine, chat: Path, home: Path) -> None:
    lines = foreword("preview", chat).out.splitlines()
    assert lines == [
        "Read as Telegram",
        "  Ana Silva: 2 messages",
        "  Ben: 1 message",
        "From 2024-01-02 to 2024-03-02",
        "3 messages of all people, 33 characters; each line is a message; --me chooses yours",
        "left out: 1 system message",
        "  | good morning",
        "  | morning",
        "  | and good night",
    ]
    of_ana = foreword("preview", chat, "--me", "Ana Silva").out
    assert "2 messages to learn, 26 characters; each line is a message\n" in of_ana
    assert list(home.glob("*")) == []


def test_learn_needs_a_known_person_and_learns_only_their_messages(foreword: CommandLine, chat: Path) -> None:
    assert foreword("learn", chat).err == (
        f"foreword: {chat} has messages of Ana Silva (2), Ben (1); choose your name with --me\n"
    )
    for command in ("learn", "preview"):
        wrong = foreword(command, chat, "--me", "Cem")
        assert (wrong.code, wrong.out) == (1, "")
        there = "it has those of Ana Silva (2), Ben (1)"
        assert wrong.err == f"foreword: {chat} has no messages of 'Cem'; {there}\n"
    told = foreword("learn", chat, "--me", "Ana Silva").err
    assert "Learned 2 messages" in told
    assert "left out: 1 message of others, 1 system message" in told


@pytest.mark.parametrize("me", [None, "Ana"])
def test_preview_and_learn_find_equal_messages(foreword: CommandLine, tmp_path: Path, me: str | None) -> None:
    """Both use one pass and one filter: for messages of several lines, of spaces, long ones, secrets, a private key."""
    key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQEFAASC\n-----END PRIVATE KEY-----"
    texts = ["see you\n\n  at five ", " ", "\u200b", key, "my password: hunter2x", "word " * 5_000]
    texts.append("good\r\nnight")
    path = tmp_path / "result.json"
    if me is None:
        path.write_text("\n".join(texts * 3), encoding="utf-8")
    else:
        authors = ["Ben", "Ana", "Ana"]
        said = [(f"2024-01-02T10:00:{at:02}", authors[at % 3], text) for at, text in enumerate(texts * 3)]
        export(path, said)
    named = [] if me is None else ["--me", me]
    assert foreword("preview", path, "--me", "Ana").code == 0
    figures = json.loads(foreword("preview", path, *named, "--json").out)
    learned = json.loads(foreword("learn", path, *named, "--json").out)
    assert figures["messages"] == learned["messages"] > 5
    assert figures["taken"] == learned["taken"] != {}
    kept = [json.loads(line)["text"] for line in foreword("memory", "export").out.splitlines()[1:]]
    assert figures["characters"] == sum(map(len, kept))
    assert figures["examples"][0] == kept[0][:200]
    assert figures["examples"][-1] == kept[-1][:200]
