"""The formats that are told apart by what is in a file, in the order in which they are tried.

`fits` goes by the first bytes, never by the name alone. `read` yields what was written by whomever, in the order of the
file, each `Document` with its author and an aware time where the format has them; one without an author is a text of
the person's own. It leaves out what nobody typed (media, system messages, quotations) and counts that in the report, as
it does what it could not understand. `detect` puts all messages of a source in the order of time, once.

Some exports are several files that belong together; what they leave is read by the formats of single files.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final, final

from foreword.errors import SourceNotText
from foreword.sources.chats import discord, meta, names, signal, slack, telegram, whatsapp
from foreword.sources.documents import books, html, markdown, office
from foreword.sources.mail import mailbox
from foreword.sources.opened import Opened
from foreword.sources.refused import refused_chat, refused_document, refused_json
from foreword.sources.report import Report
from foreword.text.documents import Document


@final
@dataclass(frozen=True, kw_only=True)
class Format:
    """A format, by the name that people know it by; its file may itself be a zip archive."""

    name: str
    fits: Callable[[Opened], bool]
    read: Callable[[Opened, Report], Iterator[Document]]
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


def _refused(name: str, advice: Callable[[Opened], str | None], *, is_zip: bool = False) -> Format:
    def read(opened: Opened, report: Report) -> Iterator[Document]:  # noqa: ARG001 - as all formats
        raise SourceNotText(f"{opened.name} {advice(opened)}")

    return Format(name=name, fits=lambda opened: advice(opened) is not None, read=read, is_zip=is_zip)


FORMATS: Final[tuple[Format, ...]] = (
    Format(name="Signal", fits=signal.fits, read=signal.read),
    _refused("refused chat", refused_chat),  # before WhatsApp, which Signal's text resembles
    Format(name="WhatsApp", fits=whatsapp.fits, read=whatsapp.read),
    Format(name="Telegram", fits=telegram.fits, read=telegram.read),
    Format(name="mail", fits=mailbox.fits, read=mailbox.read),
    Format(name="OpenDocument text", fits=office.fits_odt, read=office.read_odt, is_zip=True),
    Format(name="Word document", fits=office.fits_docx, read=office.read_docx, is_zip=True),
    Format(name="EPUB", fits=books.fits_epub, read=books.read_epub, is_zip=True),
    Format(name="FictionBook", fits=books.fits_fb2, read=books.read_fb2),
    Format(name="Jupyter notebook", fits=markdown.fits_notebook, read=markdown.read_notebook),
    Format(name="HTML", fits=html.fits, read=html.read),
    _refused("refused document", refused_document, is_zip=True),
    Format(name="Discord", fits=discord.fits, read=discord.read),
    Format(name="Instagram or Messenger", fits=meta.fits, read=meta.read),
    Format(name="Slack", fits=slack.fits, read=slack.read),
    Format(name="Markdown", fits=markdown.fits, read=markdown.read),
    Format(name="names and messages", fits=names.fits, read=names.read),
    Format(name="times, names and messages", fits=names.fits_dated, read=names.read_dated),
    _refused(OTHER_JSON, refused_json),
)

COLLECTIONS: Final[tuple[Collection, ...]] = (
    Collection(name="Signal", fits=signal.fits_files, read=signal.read_files),
    Collection(name="Maildir", fits=mailbox.fits_maildir, read=mailbox.read_maildir),
    Collection(name="Instagram or Messenger", fits=meta.fits_files, read=meta.read_files),
    Collection(name="Slack", fits=slack.fits_files, read=slack.read_files),
)


def format_of(opened: Opened) -> Format | None:
    """The first format that fits; None for plain text, and for an archive of files.

    The files in an archive may lie in it as they are, and its first bytes look like one of them.
    """
    return next((each for each in FORMATS if (each.is_zip or not opened.is_zip) and each.fits(opened)), None)
