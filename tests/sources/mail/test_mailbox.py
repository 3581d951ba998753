"""Mail files and folders: which messages are in them."""

import tracemalloc
from datetime import UTC, datetime
from io import BytesIO

import pytest

from foreword.sources.mail import mailbox
from foreword.sources.opened import Opened
from foreword.sources.report import Report
from mails import FROM, counted, mbox, multipart, part, text_of, texts_of, written
from opened import opened_bytes


@pytest.mark.parametrize(
    "separator",
    [
        b"From - Tue Apr 01 00:00:00 2003\n",
        b"From ???@??? Mon Jan 01 00:00:00 2001\n",
        b"From 1577836800000000000@xxx Wed Jan 01 00:00:00 +0000 2020\n",
        b"From ana at example.org  Tue Jan  2 10:11:12 2007\n",
        b"From ana@example.org Wed Dec 31 16:00 PST 1997\n",
        b"From ana@example.org\n",
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_all_separators_in_use_part_messages(separator: bytes, end: bytes) -> None:
    data = separator + written(b"first\n") + b"\n" + separator + written(b"second\n", at=1)
    assert texts_of(data.replace(b"\n", end)) == ["first", "second"]


def test_lines_that_begin_with_from_are_text() -> None:
    body = b"Where?\n\nFrom here:\nhttps://example.org\n\n>From there\n>>From afar\n\n"
    body += b"From 10:30 to 2021 or so.\nNote it.\n"
    text = "Where?\n\nFrom here:\nhttps://example.org\n\nFrom there\n\nFrom 10:30 to 2021 or so.\nNote it."
    assert counted(mbox(written(body))) == ([text], {"quoted line": 1})


@pytest.mark.parametrize("length", [1, 4_096, 300_000, 1 << 20])
def test_messages_are_whole_wherever_blocks_of_the_file_end(length: int) -> None:
    bodies = [f"mail {at} {'x' * (length + at)}" for at in range(9)]
    assert texts_of(mbox(*(written(body.encode(), at=at) for at, body in enumerate(bodies)))) == bodies


def test_a_file_cut_at_both_ends_is_read_as_far_as_it_goes() -> None:
    whole = mbox(*(written(f"mail {at}, long enough to be cut in".encode(), at=at) for at in range(4)))
    texts, left_out = counted(whole[150:-15])
    assert [text[:6] for text in texts] == ["mail 1", "mail 2", "mail 3"]
    assert len(left_out) <= 1


def test_one_message_is_mail_too_and_so_is_a_digest() -> None:
    message = written(b"hello\n", "Message-ID: <1@x>")
    apple = f"{len(message)}\n".encode() + message + b'<?xml version="1.0"?>\n<plist></plist>\n'
    assert texts_of(message) == texts_of(apple) == ["hello"]
    body = (
        b"Today's Topics:\n\n   1. Soup (Ben)\n\n"
        + b"-" * 70
        + b"\n\nMessage: 1\nDate: Mon, 5 Apr 2021\n\nSoup.\n"
    )
    assert text_of(written(body)).startswith("Today's Topics:")


@pytest.mark.parametrize(
    "text",
    [
        b"From the beginning, it was good.\nNote: it was.\n",
        b"From: me\nTo: you\n\nI love you.\n",
        b"Ana: hi\nBen: hello\nDate: tomorrow\n",
        b"",
        b"MIME-Version: 1.0\nFrom: <Saved by Blink>\nSnapshot-Content-Location: x\nSubject: x\nDate: x\n\n",
    ],
)
def test_other_texts_are_no_mail(text: bytes) -> None:
    assert not mailbox.fits(opened_bytes("it.mbox", text))


THUNDERBIRD = [(f"{flags}".encode(), f"X-Mozilla-Status: {flags}") for flags in ("0009", "0001", "odd")]


@pytest.mark.parametrize(
    ("messages", "texts", "left_out"),
    [
        ([(b"\n",), (b"> quoted\n",), (b"text",)], ["text"], {"message without text": 2, "quoted line": 1}),
        ([(b"text", "Message-ID: <1@x>")] * 2 + [(b"other",)], ["text", "other"], {"repeated message": 1}),
        (THUNDERBIRD, ["0001", "odd"], {"deleted message": 1}),
    ],
    ids=["nothing of their own", "repeated", "deleted"],
)
def test_what_is_left_out_is_counted(
    messages: list[tuple[bytes, str]], texts: list[str], left_out: dict[str, int]
) -> None:
    assert counted(mbox(*(written(*each) for each in messages))) == (texts, left_out)


class Endless(BytesIO):
    """A file of many messages that is made while it is read."""

    def __init__(self) -> None:
        super().__init__()
        body = b"A sentence, and one more of about the length that they have. " * 1000
        self._messages = (FROM + written(body, at=-at) + b"\n\n" for at in range(200))
        self._held = b""

    def read(self, size: int | None = -1) -> bytes:
        while len(self._held) < (size or 0) and (message := next(self._messages, b"")):
            self._held += message
        taken, self._held = self._held[:size], self._held[size:]
        return taken


def test_a_file_takes_the_memory_of_a_message() -> None:
    opened = Opened(name="it.mbox", opening=Endless)
    tracemalloc.start()
    count = sum(1 for _ in mailbox.read(opened, Report()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 200
    assert peak < 8 << 20  # of 12 MB


def test_what_is_longer_than_any_mail_is_read_to_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "LONGEST", 1 << 20)
    message = written(b"text\n" + b"x" * (4 << 20) + b"\n")
    first, second = texts_of(mbox(message, written(b"next", at=1)))
    assert (first[:4], len(first) < 1 << 20, second) == ("text", True, "next")


MAILDIR = {
    "Mail/cur/1617616800.M1.host:2,S": written(b"second", at=1),
    "Mail/new/1617616801.M2.host": b"From: a@example.org\nTo: b\nSubject: x\n\nundated\n",
    "Mail/.Sent/cur/1617616802.M3.host:2,S": written(b"third", at=2),
    "Mail/cur/1617616803.M4.host:2,ST": written(b"deleted", at=3),
    "Mail/tmp/1617616804.M5.host": written(b"not there yet", at=3),
    "Mail/dovecot-uidlist": b"3 V1 N5\n",
    "notes.txt": b"mine",
    "other/cur/notes.txt": b"mine, too",
}


def test_maildirs_below_one_folder_are_read_together_and_other_files_left_alone() -> None:
    opened = {path: opened_bytes(path, data) for path, data in MAILDIR.items()}
    paths = mailbox.fits_maildir(opened)
    assert sorted(paths) == sorted(path for path in MAILDIR if "notes" not in path)
    report = Report()
    found = list(mailbox.read_maildir({path: opened[path] for path in paths}, report))
    assert [document.text for document in found] == ["second", "undated", "third"]
    assert found[1].time == datetime.fromtimestamp(1617616801, UTC)  # that of the file's name
    assert report.left_out == {"deleted message": 1}
    assert mailbox.fits_maildir({path: opened[path] for path in MAILDIR if "notes" in path}) == []


def test_nothing_that_can_be_cut_anywhere_raises() -> None:
    whole = multipart(
        "mixed", part("text/plain; charset=utf-8", "Größe".encode()), part("text/html", b"<p>x")
    )
    data = mbox(whole, whole)
    for cut in range(0, len(data), 7):
        for piece in (data[:cut], data[cut:]):
            if mailbox.fits(opened_bytes("it", piece)):
                texts_of(piece)
