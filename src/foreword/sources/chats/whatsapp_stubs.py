"""What WhatsApp writes in a message's place: that there was a picture, that it was deleted, that somebody called.

It does so in the language of the phone, on iPhones behind a left-to-right mark. The phrases are those of its interface
(docs/sources.md), as nouns and what is said of them where a language puts them together.
"""

import re
import unicodedata
from itertools import product
from typing import Final

from foreword.sources.chats.whatsapp_phrases import (
    ATTACHED,
    CALLS,
    DELETIONS,
    DOCUMENTS,
    EDITED,
    ENCRYPTED,
    NOTICES,
    OMITTED,
    OTHER_MEDIA,
    POLLS,
)

MEDIA: Final = "media message"
DELETED: Final = "deleted message"
SYSTEM: Final = "system message"
LOCATION: Final = "location"
POLL: Final = "poll"

_EDITED: Final = re.compile(rf"<[^<>\n]{{0,60}}(?:{EDITED})[^<>\n]{{0,60}}>\s*$")
_ENCRYPTED: Final = re.compile(ENCRYPTED, re.IGNORECASE)

_SHORTEST_NOTICE: Final = 40
_SPACES: Final = " \t\u00a0\u202f"
_MARKS: Final = "\u200e\u200f\u202a\u202b\u202c\u2068\u2069\ufeff"
_STUB: Final = re.compile(r"<[^<>\n=\"/]+>")
_ON_IPHONE: Final = re.compile(r"<\s?[^<>\n:]{1,40}: (?:\d{5,}-)?[^<>\n]*\.\w{1,5}\s?>$")
_ON_ANDROID: Final = re.compile(r"(.*?)(?:\.\w{0,5})? \(([^()\n]+|[^()\n]*\([^()\n]*\)[^()\n]*)\)$")
_NAMED_BY_PHONE: Final = re.compile(r"(?:IMG|VID|AUD|PTT|STK|DOC|GIF|CON)-\d{8}-WA\d+")
_FILE_NAME: Final = re.compile(r"[^\n/]*[^\s.]\.[A-Za-z][A-Za-z0-9]{1,4}(?: •.*)?")
_PLACE: Final = re.compile(
    r"(?:[^\n]*\n){0,3}[^\n]*:? ?https://(?:maps\.google\.com/(?:maps)?\?|(?:www\.)?foursquare\.com/v/)\S+"
)
_CALL_WITH_LENGTH: Final = re.compile(r"(?:missed )?(?:group )?(?:voice|video) call, .{1,40}", re.IGNORECASE)


_ALIKE: Final = str.maketrans({"’": "'", "ʼ": "'", "ş": "ș", "ţ": "ț", "\u200c": None})


def _key(phrase: str) -> str:
    """A phrase as it is looked up: without capitals and stops, and with letters of one kind."""
    return unicodedata.normalize("NFC", phrase).strip(".。। ").casefold().translate(_ALIKE)


def _phrases() -> dict[str, str]:
    """What a whole line that says nothing else stands for."""
    found = dict.fromkeys(DELETIONS.split("|"), DELETED) | dict.fromkeys(CALLS.split("|"), SYSTEM)
    for nouns, saying in OMITTED:
        found |= {each.format(noun): MEDIA for noun, each in product(nouns.split("|"), saying.split("|"))}
    return found | dict.fromkeys(OTHER_MEDIA.split("|"), MEDIA)


_WRITTEN: Final = _phrases()
_PHRASES: Final = {_key(phrase): kind for phrase, kind in _WRITTEN.items()}
_DOCUMENT_PHRASES: Final = tuple(
    f" {phrase}" for phrase, kind in _PHRASES.items() if kind == MEDIA and re.search(DOCUMENTS, phrase)
)
_DOCUMENT_ENDS: Final = frozenset(phrase.rpartition(" ")[2] for phrase in _DOCUMENT_PHRASES)
_ENDS: Final = frozenset(
    (form + stop)[-3:]
    for phrase in (*_WRITTEN, *_PHRASES)
    for form in (phrase, phrase.upper())
    for stop in ("", ".", "。", "।", " ")
)
_ATTACHED_PHRASES: Final = frozenset(ATTACHED.split("|"))
_NOTICES: Final = tuple(NOTICES.split("|"))
_BEGIN: Final = 5
_NOTICE_BEGINS: Final = frozenset(phrase[:_BEGIN] for phrase in _NOTICES)
_POLLS: Final = tuple(POLLS.split("|"))
_NO_MARKS: Final = dict.fromkeys(map(ord, _MARKS))


def what_was_typed(said: str, *, on_iphone: bool) -> tuple[str, str]:
    """What a person typed of a message, and what the rest of it is: "" where there is no rest.

    A picture's caption was typed, and so was a message that was edited.
    """
    if not (
        said[-1:] in ">)"
        or "\n" in said
        or "https://" in said
        or (not said.isascii() and ("\u200e" in said or "\u200f" in said or "\u2068" in said))
        or (on_iphone and _may_be_odd(said))
    ):  # as nearly all are: what follows would come to the same, and takes ten times as long
        kind = _PHRASES.get(_key(said), "") if said[-3:] in _ENDS else ""
        return ("", kind) if kind else (said, "")
    said = said.replace("\u2068", "").replace("\u2069", "")  # around names that are mentioned
    edited = _EDITED.search(said)
    if edited and edited.start():
        said = said[: edited.start()].rstrip(_MARKS + _SPACES + "\n")
    line, _, below = said.partition("\n")
    shown = line.translate(_NO_MARKS).strip(_SPACES)
    kind, caption = _of_line(shown)
    if kind == MEDIA:
        return "\n".join(filter(None, (caption, _caption(below, shown)))), MEDIA
    if kind and not below:
        return "", kind
    return _of_whole(said, on_iphone=on_iphone)


def _may_be_odd(said: str) -> bool:
    """Whether this may be one of the sentences that stand as somebody's on an iPhone, without a mark."""
    return (
        "WhatsApp" in said
        or said[:_BEGIN] in _NOTICE_BEGINS
        or ("." in said and said.rpartition(" ")[2].casefold() in _DOCUMENT_ENDS)
        or ("واتساب" in said and not said.isascii())
    )


def _is_notice(said: str) -> bool:
    """Whether this is the sentence about encryption with which chats begin."""
    named = "WhatsApp" in said or "واتساب" in said
    return named and len(said) >= _SHORTEST_NOTICE and _ENCRYPTED.search(said) is not None


def _of_line(shown: str) -> tuple[str, str]:
    """What a message's first line is, and what stands before it and was typed."""
    phrase = _key(shown.strip("<> "))
    if kind := _PHRASES.get(phrase):
        return kind, ""
    if _CALL_WITH_LENGTH.fullmatch(phrase):
        return SYSTEM, ""
    if found := _ON_IPHONE.search(shown):
        before = shown[: found.start()].strip(_SPACES)
        return MEDIA, "" if _FILE_NAME.fullmatch(before) else before
    attached = _ON_ANDROID.match(shown)
    media = (
        (_STUB.fullmatch(shown) and (" " in phrase or not phrase.isascii()))
        or (attached and (attached[2].casefold() in _ATTACHED_PHRASES or _NAMED_BY_PHONE.match(shown)))
        or (("." in shown or "•" in shown) and shown.casefold().endswith(_DOCUMENT_PHRASES))
    )
    return (MEDIA if media else ""), ""


def _of_whole(said: str, *, on_iphone: bool) -> tuple[str, str]:
    """What a message is that its first line does not tell."""
    bare = said.strip(_MARKS + _SPACES + "\n")
    if _PLACE.fullmatch(bare):
        return "", LOCATION
    if "\n" in bare and bare.startswith(_POLLS):
        return "", POLL
    if on_iphone and (said.startswith("\u200e") or bare.startswith(_NOTICES) or _is_notice(said)):
        return "", POLL if "\n\u200e" in said else SYSTEM
    return said, ""


def _caption(below: str, shown: str) -> str:
    """The lines below a picture's, but for the name of a file, which programs write there."""
    found = _ON_ANDROID.match(shown)
    text = below.strip(_MARKS + _SPACES + "\n")
    return "" if _FILE_NAME.fullmatch(text) or (found and text == found[1]) else text
