"""Mail files and folders: who wrote what when, whatever programs have made of it."""

import base64
import sys
import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest

from foreword.errors import MissingExtra
from foreword.sources.formats import format_of
from foreword.sources.mail import mailbox as mail
from foreword.sources.mail.mailbox import LONGEST
from foreword.sources.opened import Opened, opened_bytes
from foreword.sources.report import Report
from foreword.text.documents import Document

FROM = b"From ana@example.org Mon Apr  5 10:22:01 2021\n"


def written(body: bytes, *fields: str, author: str = "Ana <ana@example.org>", at: int = 0) -> bytes:
    """A message as it lies in a file."""
    date = (datetime(2021, 4, 5, 10, tzinfo=UTC) + timedelta(minutes=at)).strftime(
        "%a, %d %b %Y %H:%M:%S +0000"
    )
    header = "\n".join([f"From: {author}", "Subject: x", f"Date: {date}", *fields])
    return header.encode() + b"\n\n" + body


def mbox(*messages: bytes) -> Opened:
    return opened_bytes("it.mbox", b"".join(FROM + message.rstrip(b"\n") + b"\n\n" for message in messages))


def read(opened: Opened, report: Report | None = None) -> list[Document]:
    found = format_of(opened)
    assert found is not None
    assert found.name == "mail"
    return list(found.read(opened, report if report is not None else Report()))


def text_of(message: bytes) -> str:
    (document,) = read(mbox(message))
    return document.text


def test_messages_come_oldest_first_with_author_and_time() -> None:
    first, second = read(mbox(written(b"second\n", at=5), written(b"first\n", author="ben@example.org")))
    assert (first.text, first.author, first.time) == (
        "first",
        "ben@example.org",
        datetime(2021, 4, 5, 10, tzinfo=UTC),
    )
    assert (second.text, second.author) == ("second", "Ana")


@pytest.mark.parametrize(
    ("field", "author"),
    [
        ("Ana Silva <ana@example.org>", "Ana Silva"),
        ('"Silva, Ana" <ana@example.org>', "Silva, Ana"),
        ("=?utf-8?q?Ana_Mar=C3=ADa?= <ana@example.org>", "Ana María"),
        ("=?iso-8859-1?B?QW5hIE1hcu1h?= <ana@example.org>", "Ana María"),
        ('"=?utf-8?q?Ana_Mar=C3=ADa?=" <ana@example.org>', "Ana María"),
        ("=?utf-8?q?Ana?=\n =?utf-8?q?_Mar=C3=ADa?= <ana@example.org>", "Ana María"),
        ("Ana María <ana@example.org>", "Ana María"),
        ("ana@example.org", "ana@example.org"),
        ("<ana@example.org>", "ana@example.org"),
        ("ana@example.org (Ana Silva)", "Ana Silva"),
        ("ana at example.org (Ana Silva)", "Ana Silva"),
        ("'Ana Silva' <ana@example.org>", "Ana Silva"),
        ("Ana: the one <ana@example.org>", "Ana: the one"),
        ("Ana Silva <ana@example.org>, Ben <ben@example.org>", "Ana Silva"),
        ("Ana [Silva <ana@@example..org", "Ana [Silva"),
    ],
)
def test_the_author_is_the_name_else_the_address(field: str, author: str) -> None:
    (document,) = read(mbox(written(b"text", author=field)))
    assert document.author == author


def test_a_message_without_a_sender_is_nobodys_own() -> None:
    (document,) = read(mbox(b"Subject: x\nMessage-ID: <1@x>\n\ntext\n"))
    assert document.author == "unknown sender"


@pytest.mark.parametrize(
    ("date", "hour"),
    [
        ("Mon, 05 Apr 2021 12:30:00 +0200", 10),
        ("5 Apr 2021 10:30:00 GMT", 10),
        ("Mon, 05 Apr 2021 10:30:00 -0000", 10),
        ("Mon, 5 Apr 2021 03:30 -0700 (PDT)", 10),
        ("yesterday", 8),
        ("", 8),
        ("Mon, 99 Apr 2021 10:30:00 +9999", 8),
    ],
)
def test_a_date_that_is_none_gives_way_to_the_time_of_delivery(date: str, hour: int) -> None:
    message = f"From a@example.org Mon Apr  5 08:30:00 2021\nFrom: a@example.org\nSubject: x\nDate: {date}\n\ntext\n"
    (document,) = read(opened_bytes("it", message.encode()))
    assert document.time == datetime(2021, 4, 5, hour, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "separator",
    [
        b"From - Tue Apr 01 00:00:00 2003\n",
        b"From ???@??? Mon Jan 01 00:00:00 2001\n",
        b"From 1577836800000000000@xxx Wed Jan 01 00:00:00 +0000 2020\n",
        b"From MAILER-DAEMON Fri Jul  8 12:08:34 2011\n",
        b"From ana at example.org  Tue Jan  2 10:11:12 2007\n",
        b"From ana@example.org Wed Dec 31 16:00 PST 1997\n",
        b"From ana@example.org\n",
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_all_separators_in_use_part_messages(separator: bytes, end: bytes) -> None:
    data = separator + written(b"first\n") + b"\n" + separator + written(b"second\n", at=1)
    assert [document.text for document in read(opened_bytes("it", data.replace(b"\n", end)))] == [
        "first",
        "second",
    ]


def test_lines_that_begin_with_from_are_text() -> None:
    body = b"Where?\n\nFrom here:\nhttps://example.org\n\n>From there\n>>From afar\n\n"
    body += b"From 10:30 to 2021 or so.\nNote it.\n"
    report = Report()
    (document,) = read(mbox(written(body)), report)
    assert document.text == (
        "Where?\n\nFrom here:\nhttps://example.org\n\nFrom there\n\nFrom 10:30 to 2021 or so.\nNote it."
    )
    assert report.left_out == {"quoted line": 1}


def test_a_file_cut_at_both_ends_is_read_as_far_as_it_goes() -> None:
    whole = mbox(
        *(written(f"mail {at}, long enough to be cut in".encode(), at=at) for at in range(4))
    ).bytes()
    report = Report()
    found = read(opened_bytes("it", whole[150:-15]), report)
    assert [document.text[:6] for document in found] == ["mail 1", "mail 2", "mail 3"]
    assert report.unreadable + len(report.left_out) <= 1


def test_one_message_is_mail_too() -> None:
    message = written(b"hello\n", "Message-ID: <1@x>")
    assert [document.text for document in read(opened_bytes("it.eml", message))] == ["hello"]
    apple = f"{len(message)}\n".encode() + message + b'<?xml version="1.0"?>\n<plist></plist>\n'
    assert [document.text for document in read(opened_bytes("it.emlx", apple))] == ["hello"]


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
    assert not mail.fits(opened_bytes("it.mbox", text))


def part(kind: str, body: bytes, *fields: str) -> bytes:
    return "\n".join([f"Content-Type: {kind}", *fields]).encode() + b"\n\n" + body + b"\n"


def multipart(kind: str, *parts: bytes, end: bytes = b"--bb--\n") -> bytes:
    body = b"".join(b"--bb\n" + each for each in parts) + end
    return written(body, "MIME-Version: 1.0", f'Content-Type: multipart/{kind}; boundary="bb"')


def test_plain_text_is_preferred_to_html() -> None:
    page = part("text/html", b"<p>page</p>")
    assert text_of(multipart("alternative", part("text/plain", b"plain"), page)) == "plain"
    assert text_of(multipart("alternative", part("text/plain", b" \n"), page)) == "page"
    assert (
        text_of(multipart("mixed", multipart("alternative", page).partition(b"\nMIME-Version: 1.0\n")[2]))
        == "page"
    )


def test_attachments_and_messages_within_are_counted() -> None:
    report = Report()
    inner = part("message/rfc822", written(b"inner"))
    picture = part("image/png", b"iVBORw0KGgo=", "Content-Transfer-Encoding: base64")
    patch = part("text/plain; name=a.patch", b"--- a", "Content-Disposition: attachment; filename=a.patch")
    (document,) = read(
        mbox(
            multipart("mixed", part("text/plain", b"one"), picture, inner, patch, part("text/plain", b"two"))
        ),
        report,
    )
    assert document.text == "one\ntwo"
    assert report.left_out == {"attachment": 2, "forwarded message": 1}


def test_a_message_without_words_of_its_own_is_counted() -> None:
    report = Report()
    assert (
        read(mbox(written(b"\n"), written(b"> quoted\n", at=1), written(b"text", at=2)), report)[0].text
        == "text"
    )
    assert report.left_out == {"message without text": 2, "quoted line": 1}


@pytest.mark.parametrize(
    ("charset", "data"),
    [
        ("utf-8", "Größe – 👋".encode()),
        ("us-ascii", "Größe – 👋".encode()),
        ("iso-8859-1", "Größe – 👋".encode()),
        ("iso-8859-1", b"Gr\xf6\xdfe \x96 x"),
        ("utf-8", b"Gr\xf6\xdfe \x96 x"),
        ("x-unknown", b"Gr\xf6\xdfe \x96 x"),
        ("utf-16", "Größe – x".encode("utf-16")),
        ("iso-2022-jp", "日本語".encode("iso-2022-jp")),
        ("gb2312", "中文囧".encode("gbk")),
        ("shift_jis", "日本語①".encode("cp932")),
        ("koi8-r", "Привет".encode("koi8-r")),
        ("hex", b"plain"),
    ],
)
def test_an_encoding_is_believed_as_far_as_the_bytes_bear_it_out(charset: str, data: bytes) -> None:
    packed = base64.encodebytes(data)
    message = written(
        packed, f"Content-Type: text/plain; charset={charset}", "Content-Transfer-Encoding: base64"
    )
    assert text_of(message) in ("Größe – 👋", "Größe – x", "日本語", "中文囧", "日本語①", "Привет", "plain")


def test_base64_that_was_cut_gives_what_there_is() -> None:
    packed = base64.encodebytes(b"A sentence that somebody wrote, and one more. " * 5)
    for cut in range(50, 60):
        message = written(packed[:cut], "Content-Transfer-Encoding: base64")
        assert text_of(message).startswith("A sentence that somebody wrote")


def test_quoted_printable_is_read_and_its_damage_forgiven() -> None:
    message = written(
        b"Gr=F6=DFe =\nist =ZZ =3D",
        "Content-Type: text/plain; charset=latin-1",
        "Content-Transfer-Encoding: Quoted-Printable",
    )
    assert text_of(message) == "Größe ist =ZZ ="


def test_lines_that_flow_are_joined_at_their_depth() -> None:
    body = (
        b"This is \none line.\nThis another.\n  indented\n> a quote \n> that flows\nmine \nagain\n-- \nAna\n"
    )
    report = Report()
    (document,) = read(mbox(written(body, "Content-Type: text/plain; format=flowed")), report)
    assert document.text == "This is one line.\nThis another.\n indented\nmine again"
    assert report.left_out == {"quoted line": 1, "signature": 1}


def test_space_that_only_marks_a_break_goes_where_it_says_so() -> None:
    message = written(
        "日本 \n語\n".encode(), "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes"
    )
    assert text_of(message) == "日本語"


@pytest.mark.parametrize(
    "damage",
    [
        multipart("mixed", part("text/plain", b"text"), end=b""),
        written(b"--bb\nContent-Type: text/plain\n\ntext\n", "Content-Type: multipart/mixed; boundary=bb"),
        written(b"text\n", "Content-Type: multipart/mixed"),
        written(b"text\n", "Content-Type: multipart/mixed; boundary=other"),
        written(b"text\n", "Content-Type: ;;;=?utf-8?q?=", "Content-Transfer-Encoding: 8-bit-ish"),
        written(b"text\n", "Content-Type: text"),
        written(b"text\n", "Content-Disposition: ; filename*0*=x'y"),
        written(b"text\n", "This is no field", "Message-ID: <a@[b"),
    ],
    ids=range(8),
)
def test_damaged_messages_give_their_text(damage: bytes) -> None:
    assert "text" in text_of(damage)


def test_what_has_no_header_is_not_understood() -> None:
    report = Report()
    found = read(
        opened_bytes("it", FROM + written(b"text") + b"\n" + FROM + b"x" * 20 + b": \n" + b"y"), report
    )
    assert len(found) + report.unreadable + sum(report.left_out.values()) >= 1


def test_html_mail_loses_what_mail_programs_quote_and_sign() -> None:
    page = (
        b"<html><head><style>p {}</style></head><body><p>Hello&nbsp;<b>Ben</b>,</p><div>see you<br>soon</div>"
        b'<div class="gmail_signature">Ana<br>HQ</div><img src="x">'
        b'<div class="gmail_quote"><div class="gmail_attr">On x Rosa wrote:<br></div>'
        b"<blockquote>Will you?</blockquote></div>"
        b"<p>PS: thanks</p></body></html>"
    )
    report = Report()
    (document,) = read(mbox(written(page, "Content-Type: text/html; charset=utf-8")), report)
    assert document.text == "Hello Ben,\nsee you\nsoon\nPS: thanks"
    assert report.left_out == {"quoted line": 2, "signature": 1, "image": 1}


@pytest.mark.parametrize(
    "border",
    [
        b'<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Rosa<br><b>Sent:</b> Monday<br></div>',
        b'<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in"><p><b>From:</b> Rosa</p></div>',
        b'<div style="border-top-color: rgb(229, 229, 229); border-top-style: solid"><b>From:</b> Rosa</div>',
        b'<hr id="zwchr"><b>From: </b>Rosa<br><b>Subject: </b>x<br>',
        b"<p>From: Rosa</p><p>Sent: Monday</p><p>Subject: x</p>",
        b"<div>05.04.2021, 10:22, &quot;Rosa&quot; &lt;rosa@example.com&gt;:</div>",
        b'<div>On 5 Apr 2021, at 10:22, Rosa &lt;<a href="mailto:r@example.com">r@example.com</a>&gt;<br>wrote:</div>',
    ],
)
def test_what_follows_the_border_of_a_reply_is_quoted(border: bytes) -> None:
    page = b"<div>Yes.</div>" + border + b"<div>Will you come?</div>"
    assert text_of(written(page, "Content-Type: text/html")) == "Yes."


@pytest.mark.parametrize(
    "quote",
    [
        b'<div>05.04.2021, 10:22, "Rosa" &lt;rosa@example.com&gt;:</div><blockquote><p>Will you?</p></blockquote>',
        b'<div name="quote" style="margin:10px; border-left:2px solid #C3D9E5;"><b>Gesendet:</b> x<br>Will you?</div>',
        b'<div class="x_gmail_quote">Will you?</div>',
        b'<div class="ydp1a2b3cyahoo_quoted">Will you?</div><div id="yahoo_quoted_0123456789">Will you?</div>',
        b"<p>Rosa Thal, 5 April 2021:</p><blockquote>Will you?</blockquote>",
    ],
)
def test_in_html_a_quote_above_the_answer_goes_and_the_answer_stays(quote: bytes) -> None:
    assert text_of(written(b"<html>" + quote + b"<p>Yes.</p>", "Content-Type: text/html")) == "Yes."


def test_a_mail_whose_html_is_refused_is_listed_and_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foreword.sources.documents.html.MOST_TAGS", 9)
    odd = [
        written(page, "Content-Type: text/html", at=at)
        for at, page in enumerate((b"<p><![a]>odd", b"<p>" * 10, b"<p>a"))
    ]
    report = Report()
    assert [document.text for document in read(mbox(*odd, written(b"plain", at=9)), report)] == [
        "odd",
        "a",
        "plain",
    ]
    assert report.unreadable == 1
    assert "message 2 of it.mbox" in report.sentences()[0]


def test_html_alone_without_the_library_is_said_and_not_dropped_in_silence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "bs4", None)
    page = written(b"<p>page</p>", "Content-Type: text/html")
    report = Report()
    assert [document.text for document in read(mbox(page, written(b"plain")), report)] == ["plain"]
    assert report.left_out == {"message in HTML": 1}
    assert "pip install 'foreword[documents]'" in report.notes[0]
    with pytest.raises(MissingExtra, match=r"pip install 'foreword\[documents\]'"):
        read(mbox(page))


def test_a_message_that_lies_there_twice_is_read_once() -> None:
    report = Report()
    same = written(b"text", "Message-ID: <1@x>")
    assert len(read(mbox(same, same, written(b"text", "Message-ID: <2@x>")), report)) == 2
    assert report.left_out == {"repeated message": 1}


def test_what_thunderbird_has_deleted_stays_deleted() -> None:
    report = Report()
    assert (
        read(mbox(written(b"x", "X-Mozilla-Status: 0009"), written(b"y", "X-Mozilla-Status: 0001")), report)[
            0
        ].text
        == "y"
    )
    assert report.left_out == {"deleted message": 1}


def test_a_digest_is_mail() -> None:
    body = (
        b"Today's Topics:\n\n   1. Soup (Ben)\n\n"
        + b"-" * 70
        + b"\n\nMessage: 1\nDate: Mon, 5 Apr 2021\n\nI like soup.\n"
    )
    assert text_of(written(body, author="cooks-request@example.org")).startswith("Today's Topics:")


class Endless:
    """A file of many messages that is made while it is read."""

    def __init__(self, messages: int) -> None:
        body = b"A sentence, and one more of about the length that they have. " * 1000
        self._all = (FROM + written(body, at=-at) + b"\n\n" for at in range(messages))
        self._held = b""

    def read(self, size: int = -1) -> bytes:
        while len(self._held) < size and (message := next(self._all, b"")):
            self._held += message
        taken, self._held = self._held[:size], self._held[size:]
        return taken

    def __enter__(self) -> "Endless":
        return self

    def __exit__(self, *_: object) -> None:
        return


def test_a_file_is_read_in_rounds_whose_texts_fit_into_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mail, "HELD", 1 << 18)
    opened = Opened(name="it.mbox", opening=lambda: Endless(60))  # type: ignore[arg-type,return-value]
    tracemalloc.start()
    times = [document.time for document in mail.read(opened, Report())]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert times == sorted(times, key=lambda time: time or datetime.min.replace(tzinfo=UTC))
    assert len(times) == 60
    assert peak < 8 << 20


def test_what_is_longer_than_any_mail_is_read_to_there() -> None:
    message = written(b"text\n" + b"x" * LONGEST + b"\n")
    found = [document.text[:4] for document in read(mbox(message, written(b"next", at=1)))]
    assert found == ["text", "next"]


def test_maildirs_below_one_folder_are_read_together_in_order() -> None:
    files = {
        "Mail/cur/1617616800.M1.host:2,S": written(b"second", at=1),
        "Mail/new/1617616801.M2.host": written(b"first"),
        "Mail/.Sent/cur/1617616802.M3.host:2,S": written(b"third", at=2),
        "Mail/cur/1617616803.M4.host:2,ST": written(b"deleted", at=3),
        "Mail/tmp/1617616804.M5.host": written(b"not there yet", at=3),
        "Mail/dovecot-uidlist": b"3 V1 N5\n",
        "notes.txt": b"mine",
        "other/cur/notes.txt": b"mine, too",
    }
    opened = {path: opened_bytes(path, data) for path, data in files.items()}
    assert sorted(mail.maildir_fits(opened)) == sorted(path for path in files if "notes" not in path)
    report = Report()
    found = list(mail.maildir_read(opened, report))
    assert [document.text for document in found] == ["first", "second", "third"]
    assert report.left_out == {"deleted message": 1}


def test_a_maildir_message_without_a_date_has_the_time_of_its_file() -> None:
    files = {
        "cur/1617616800.M1.host:2,S": opened_bytes("x", b"From: a@example.org\nTo: b\nSubject: x\n\ntext\n")
    }
    (document,) = mail.maildir_read(files, Report())
    assert document.time == datetime.fromtimestamp(1617616800, UTC)


def test_folders_that_are_no_maildirs_are_left_alone() -> None:
    assert (
        mail.maildir_fits({"cur/a.txt": opened_bytes("a", b"text"), "b.txt": opened_bytes("b", b"text")})
        == []
    )


def test_nothing_that_can_be_cut_anywhere_raises() -> None:
    whole = multipart(
        "mixed", part("text/plain; charset=utf-8", "Größe".encode()), part("text/html", b"<p>x")
    )
    data = mbox(whole, whole).bytes()
    for cut in range(0, len(data), 7):
        for piece in (data[:cut], data[cut:]):
            opened = opened_bytes("it", piece)
            if mail.fits(opened):
                list(mail.read(opened, Report()))
