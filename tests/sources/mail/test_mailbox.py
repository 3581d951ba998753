"""Mail files and folders, and the messages in them."""

from datetime import UTC, datetime

import pytest

from chat_exports import read
from foreword.sources.mail import mailbox
from foreword.sources.mail.message import read_maildir
from foreword.sources.report import Report
from mails import counted, mbox, text_of, texts_of, written
from opened import opened_bytes

SEPARATORS = b"""- Tue Apr 01 00:00:00 2003
???@??? Mon Jan 01 00:00:00 2001
ana@example.org
1577836800000000000@xxx Wed Jan 01 00:00:00 +0000 2020
ana@example.org Wed Dec 31 16:00 PST 1997
ana at example.org  Tue Jan  2 10:11:12 2007"""


@pytest.mark.parametrize("separator", SEPARATORS.split(b"\n"))
def test_each_known_separator_splits_a_file_into_messages(separator: bytes) -> None:
    first, second = written(b"first"), written(b"second", at=1)
    data = b"From %b\n%b\n\nFrom %b\n%b\n" % (separator, first, separator, second)
    for end in (b"\n", b"\r\n"):
        assert texts_of(data.replace(b"\n", end)) == ["first", "second"]


def test_body_lines_that_begin_with_from_are_text() -> None:
    body = b"Where?\n\nFrom here:\nhttps://example.org\n\n>From there\n>>From afar\n\n"
    body += b"From 10:30 to 2021 or so.\nNote it.\n"
    text = "Where?\n\nFrom here:\nhttps://example.org\n\nFrom there\n\nFrom 10:30 to 2021 or so.\nNote it."
    assert counted(mbox(written(body))) == ([text], {"quoted line": 1})


@pytest.mark.parametrize("length", [1, 4_096, 300_000, 1 << 20])
def test_messages_of_any_length_are_read_whole_across_blocks(length: int) -> None:
    bodies = [f"mail {at} {'x' * (length + at)}" for at in range(9)]
    assert texts_of(mbox(*(written(body.encode(), at=at) for at, body in enumerate(bodies)))) == bodies


def test_a_file_cut_at_both_ends_gives_its_remaining_messages() -> None:
    whole = mbox(*(written(f"mail {at}, long enough to be cut in".encode(), at=at) for at in range(4)))
    texts, left_out = counted(whole[150:-15])
    assert [text[:6] for text in texts] == ["mail 1", "mail 2", "mail 3"]
    assert len(left_out) <= 1


def test_a_single_message_or_a_digest_is_recognised_as_mail() -> None:
    message = written(b"hello\n", "Message-ID: <1@x>")
    apple = f"{len(message)}\n".encode() + message + b'<?xml version="1.0"?>\n<plist></plist>\n'
    assert texts_of(message) == texts_of(apple) == ["hello"]
    topics = b"Today's Topics:\n\n   1. Soup (Ben)\n\n%b\n\nMessage: 1\nDate: Mon, 5 Apr 2021\n\nSoup.\n"
    assert text_of(written(topics % (b"-" * 70))).startswith("Today's Topics:")


@pytest.mark.parametrize(
    "text",
    [
        b"From the beginning, it was good.\nNote: it was.\n",
        b"From: me\nTo: you\n\nI love you.\n",
        b"Ana: hi\nBen: hello\nDate: tomorrow\n",
        b"MIME-Version: 1.0\nFrom: <Saved by Blink>\nSnapshot-Content-Location: x\nSubject: x\nDate: x\n\n",
    ],
)
def test_other_texts_are_not_recognised_as_mail(text: bytes) -> None:
    assert not mailbox.fits(opened_bytes("it.mbox", text))


def test_left_out_messages_and_lines_are_counted() -> None:
    empty, quoted, same = written(b"\n"), written(b"> quoted\n"), written(b"text", "Message-ID: <1@x>")
    left_out = {"message without text": 2, "quoted line": 1, "repeated message": 1}
    assert counted(mbox(empty, quoted, same, same)) == (["text"], left_out)


def test_an_overlong_message_is_cut_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_the_files_that_thunderbird_keeps_beside_a_mail_folder_are_not_read() -> None:
    index = b'// <!-- <mdb:mork:z v="1.4"/> -->\n< <(a=c)> // (f=iso-8859-1)\n'
    mails = {
        "tb/Sent": mbox(written(b"mine")),
        "tb/Sent.msf": index,
        "tb/msgFilterRules.dat": b'name="boss"\n',
    }
    found = read({**mails, "it.dat": b"kept", "a.msf": b"kept, too"})
    assert sorted(found.texts) == ["kept", "kept, too", "mine"]
    assert found.report.formats == {"text": 2, "mail": 1}


def test_maildirs_below_one_folder_are_read_together_without_other_files() -> None:
    opened = {path: opened_bytes(path, data) for path, data in MAILDIR.items()}
    paths = mailbox.fits_maildir(opened)
    assert sorted(paths) == sorted(path for path in MAILDIR if "notes" not in path)
    report = Report()
    found = list(read_maildir({path: opened[path] for path in paths}, report))
    assert [document.text for document in found] == ["second", "undated", "third"]
    assert found[1].time == datetime.fromtimestamp(1617616801, UTC)  # the time in the file's name
    assert report.left_out == {"deleted message": 1}
    assert mailbox.fits_maildir({path: opened[path] for path in MAILDIR if "notes" in path}) == []
