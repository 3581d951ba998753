r"""Instagram and Messenger: the JSON of Meta's "Download your information", and that of end-to-end encrypted chats.

The first writes the bytes of UTF-8 as Latin-1 (`\u00c3\u00a9` for é), from new to old, in the files of a folder. The
second has a file for each conversation, with other keys and correct letters (docs/sources.md). Both write sentences of
the program under a person's name, in the language of the user: somebody liked, called or joined.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from foreword.files import tables
from foreword.sources.chats.json_messages import Meaning, Message, last_versions, messages_of
from foreword.sources.dates import from_unix
from foreword.sources.opening import Opened
from foreword.sources.report import Report
from foreword.text.document import Document

_MESSAGES: Final = re.compile(r'"messages"\s*:\s*\[')
_SIGNS: Final = re.compile(r'"(?:sender_name|senderName|is_still_participant|thread_path|threadName)"\s*:')
_MEDIA: Final = ("photos", "videos", "audio_files", "gifs", "sticker", "files", "share", "media")
_NAMELESS: Final = "Facebook user"  # Facebook's name for people who have left

_YOU: Final = ("You", "Du", "Vous", "Tu", "Você", "Je", "Jij")
_LONGEST: Final = 400
_TABLE: Final = tables(Path(__file__).with_name("meta_phrases.txt"))
_KINDS: Final = ("media message", "reaction", "unsent message", "call", "system message")


def _compiled(*parts: str) -> re.Pattern[str]:
    sentences = "\n".join(_TABLE.get(part, "") for part in parts).strip().replace("THING", _TABLE["THING"])
    return re.compile(rf"(?:{'|'.join(sentences.splitlines())})\s*[.!]?", re.IGNORECASE)


_ALONE: Final = {kind: _compiled(kind) for kind in _KINDS}
_AFTER_A_NAME: Final = {kind: _compiled(kind, f"{kind} behind a name") for kind in _KINDS}


def fits(opened: Opened) -> bool:
    """Whether the file begins like a conversation of Instagram or Messenger."""
    start = opened.start
    return start.lstrip().startswith("{") and all(sign.search(start) for sign in (_MESSAGES, _SIGNS))


def read(opened: Opened, report: Report) -> Iterator[Document]:
    """The messages of one file, without media, calls, reactions and unsent messages."""
    yield from last_versions(messages_of(opened, report, _meaning), report)


def _meaning(message: Message) -> Meaning:
    author = _mended(message.get("sender_name", message.get("senderName")))
    content = _mended(message.get("content") or message.get("text") or "")
    times = (from_unix(message.get(key), per_second=1000) for key in ("timestamp_ms", "timestamp"))
    time = next(filter(None, times), None)
    kind = str(message.get("type", "")).casefold()
    if author is None or content is None or time is None:
        return None
    if message.get("is_unsent") is True or message.get("isUnsent") is True:
        return "unsent message"
    if kind == "call" or "call_duration" in message:
        return "call"
    if kind in ("subscribe", "unsubscribe", "placeholder") or message.get("msg_type") == "placeholder":
        return "system message"
    if not content.strip():
        return "media message" if any(map(message.get, _MEDIA)) else "message without text"
    return kind_of_stub(content, author) or Document(text=content, author=author or _NAMELESS, time=time)


def _mended(text: object) -> str | None:
    """`text` with the correct letters, if it holds the bytes of UTF-8; None if it is not a string."""
    if not isinstance(text, str):
        return None
    try:
        return text.encode("latin-1").decode()
    except UnicodeError:
        return text


def kind_of_stub(content: str, author: str) -> str | None:
    """The kind of a message that the program wrote: "media message", "reaction", "call" …; None if a person did."""
    text = content.strip()
    if len(text) > _LONGEST or "\n" in text:
        return None
    names = filter(None, (author, author.partition(" ")[0], *_YOU))
    deeds = ((text[len(name) :].lstrip(), _AFTER_A_NAME) for name in names if text.startswith(f"{name} "))
    for rest, sentences in (*deeds, (text, _ALONE)):
        for kind, pattern in sentences.items():
            if pattern.fullmatch(rest):
                return kind
    return None
