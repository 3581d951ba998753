"""The formats that are told apart by what is in a file, in the order in which they are tried.

`fits` goes by the first bytes, never by the name alone. `read` yields what was written by whomever, in the order of the
file, each `Document` with its author and an aware time where the format has them; one without an author is a text of
the person's own. It leaves out what nobody typed (media, system messages, quotations) and counts that in the report, as
it does what it could not understand. `detect` puts all messages of a source in the order of time, once.

Some exports are several files that belong together; what they leave is read by the formats of single files.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Final, final

from foreword.errors import SourceNotText
from foreword.sources.opened import Opened
from foreword.sources.refused import refused_chat, refused_document, refused_json
from foreword.sources.report import Report
from foreword.text.documents import Document


@final
@dataclass(frozen=True, kw_only=True)
class Format:
    """A format, by the name that people know it by; its file may itself be a zip archive.

    `sign` stands near the beginning of each such file. The reader of a format is loaded when a file has its sign.
    """

    name: str
    fits: Callable[[Opened], bool]
    read: Callable[[Opened, Report], Iterator[Document]]
    sign: str = ""
    is_zip: bool = False


Files = Mapping[str, Opened]
"""The files of a folder or an archive by their paths inside, with slashes, in reading order."""


@final
@dataclass(frozen=True, kw_only=True)
class Collection:
    """A format of several files. `fits` says which of them it reads, by path: none where it is something else."""

    name: str
    fits: Callable[[Files], list[str]]
    read: Callable[[Files, Report], Iterator[Document]]


OTHER_JSON: Final = "JSON file of no known program"


def _of(reader: str, function: str) -> Callable[..., Any]:
    """A function of a reader, which is loaded when it is called."""

    def call(*given: Any) -> Any:
        return getattr(import_module(f"foreword.sources.{reader}"), function)(*given)

    return call


def _format(name: str, reader: str, what: str = "", *, sign: str = "", is_zip: bool = False) -> Format:
    fits, read = _of(reader, f"fits{what}"), _of(reader, f"read{what}")
    return Format(name=name, fits=fits, read=read, sign=sign, is_zip=is_zip)


def _collection(name: str, reader: str, what: str = "_files") -> Collection:
    return Collection(name=name, fits=_of(reader, f"fits{what}"), read=_of(reader, f"read{what}"))


def _refused(name: str, advice: Callable[[Opened], str | None], *, is_zip: bool = False) -> Format:
    def read(opened: Opened, report: Report) -> Iterator[Document]:  # noqa: ARG001 - as all formats
        raise SourceNotText(f"{opened.name} {advice(opened)}")

    return Format(name=name, fits=lambda opened: advice(opened) is not None, read=read, is_zip=is_zip)


FORMATS: Final[tuple[Format, ...]] = (
    _format("Signal", "chats.signal"),
    _refused("refused chat", refused_chat),  # before WhatsApp, which Signal's text resembles
    _format("WhatsApp", "chats.whatsapp"),
    _format("Telegram", "chats.telegram", sign="{"),
    _format("mail", "mail.mailbox"),
    _format("OpenDocument text", "documents.office", "_odt", sign="PK", is_zip=True),
    _format("Word document", "documents.office", "_docx", sign="PK", is_zip=True),
    _format("EPUB", "documents.epub", sign="PK", is_zip=True),
    _format("HTML", "documents.html", sign="<"),
    _refused("refused document", refused_document, is_zip=True),
    _format("Discord", "chats.discord", sign="{"),
    _format("Instagram or Messenger", "chats.meta", sign="{"),
    _format("Slack", "chats.slack", sign="{"),
    _format("Markdown", "documents.markdown"),
    _format("names and messages", "chats.names"),
    _format("times, names and messages", "chats.names", "_dated"),
    _refused(OTHER_JSON, refused_json),
)

COLLECTIONS: Final[tuple[Collection, ...]] = (
    _collection("Signal", "chats.signal"),
    _collection("Maildir", "mail.mailbox", "_maildir"),
    _collection("Instagram or Messenger", "chats.meta"),
    _collection("Slack", "chats.slack"),
)


def format_of(opened: Opened) -> Format | None:
    """The first format that fits; None for plain text, and for an archive of files.

    The files in an archive may lie in it as they are, and its first bytes look like one of them.
    """
    possible = (each for each in FORMATS if (each.is_zip or not opened.is_zip) and each.sign in opened.start)
    return next((each for each in possible if each.fits(opened)), None)
