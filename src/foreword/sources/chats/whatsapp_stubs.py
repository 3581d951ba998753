"""What WhatsApp writes in a message's place: that there was a picture, that it was deleted, that somebody called.

It does so in the language of the phone, on iPhones behind a left-to-right mark. The phrases are those of its interface
(docs/sources.md): `whatsapp_phrases.txt`, in small letters where a line is nothing but the phrase.
"""

import re
import unicodedata
from itertools import product
from pathlib import Path
from typing import Final

from foreword.text.tables import tables

SYSTEM: Final = "system message"
_MEDIA: Final = "media message"
MARKS: Final = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Of direction: they stand around names and times, and nobody typed them."""
_SPACES: Final = " \t\u00a0\u202f"
_NO_MARKS: Final = dict.fromkeys(map(ord, MARKS))

_TABLE: Final = tables(Path(__file__).with_name("whatsapp_phrases.txt"))
_OF: Final = {part: lines.replace("\n", "|").split("|") for part, lines in _TABLE.items()}

_EDITED: Final = re.compile(rf"<[^<>\n]{{0,60}}(?:{'|'.join(_OF['edited'])})[^<>\n]{{0,60}}>\s*$")
_ENCRYPTED: Final = re.compile("|".join(_OF["secured"]), re.IGNORECASE)
_SHORTEST_NOTICE: Final = 40
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


_MADE: Final = [
    verb.format(noun) if "{}" in verb else f"{noun} {verb}"
    for row in _TABLE["omitted"].split("\n")
    for noun, verb in product(*(words.split("|") for words in row.split(" = ")))
]
_WRITTEN: Final = (
    dict.fromkeys(_OF["deleted"], "deleted message")
    | dict.fromkeys(_OF["calls"], SYSTEM)
    | dict.fromkeys([*_MADE, *_OF["other media"]], _MEDIA)
)
"""What a whole line that says nothing else stands for."""
_PHRASES: Final = {_key(phrase): kind for phrase, kind in _WRITTEN.items()}
_DOCUMENT_PHRASES: Final = tuple(
    f" {phrase}"
    for phrase, kind in _PHRASES.items()
    if kind == _MEDIA and re.search("|".join(_OF["documents"]), phrase)
)
_DOCUMENT_ENDS: Final = frozenset(phrase.rpartition(" ")[2] for phrase in _DOCUMENT_PHRASES)
_STOPS: Final = ("", ".", "。", "।", " ")
_ENDS: Final = frozenset(
    (form + stop)[-3:]
    for phrase, stop in product((*_WRITTEN, *_PHRASES), _STOPS)
    for form in (phrase, phrase.upper())
)
_BEGIN: Final = 5
_NOTICE_BEGINS: Final = frozenset(phrase[:_BEGIN] for phrase in _OF["notices"])


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
        said = said[: edited.start()].rstrip(MARKS + _SPACES + "\n")
    line, _, below = said.partition("\n")
    shown = line.translate(_NO_MARKS).strip(_SPACES)
    kind, caption = _of_line(shown)
    if kind == _MEDIA:
        return "\n".join(filter(None, (caption, _caption(below, shown)))), _MEDIA
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
        return _MEDIA, "" if _FILE_NAME.fullmatch(before) else before
    attached = _ON_ANDROID.match(shown)
    media = (
        (_STUB.fullmatch(shown) and (" " in phrase or not phrase.isascii()))
        or (attached and (attached[2].casefold() in _OF["attached"] or _NAMED_BY_PHONE.match(shown)))
        or (("." in shown or "•" in shown) and shown.casefold().endswith(_DOCUMENT_PHRASES))
    )
    return (_MEDIA if media else ""), ""


def _of_whole(said: str, *, on_iphone: bool) -> tuple[str, str]:
    """What a message is that its first line does not tell."""
    bare = said.strip(MARKS + _SPACES + "\n")
    if _PLACE.fullmatch(bare):
        return "", "location"
    if "\n" in bare and bare.startswith(tuple(_OF["polls"])):
        return "", "poll"
    if on_iphone and (
        said.startswith("\u200e") or bare.startswith(tuple(_OF["notices"])) or _is_notice(said)
    ):
        return "", "poll" if "\n\u200e" in said else SYSTEM
    return said, ""


def _caption(below: str, shown: str) -> str:
    """The lines below a picture's, but for the name of a file, which programs write there."""
    found = _ON_ANDROID.match(shown)
    text = below.strip(MARKS + _SPACES + "\n")
    return "" if _FILE_NAME.fullmatch(text) or (found and text == found[1]) else text
