"""One mail: its author, time and text, in all the forms that mail programs write."""

import base64
import sys
from datetime import UTC, datetime

import pytest

from foreword.errors import MissingExtra
from foreword.sources.report import Report
from mails import counted, mbox, multipart, part, text_of, written
from opened import read

AUTHORS = {
    "Ana Silva": "Ana Silva <a@b.org>|a@b.org (Ana Silva)|'Ana Silva' <a@b.org>|Ana Silva <a@b.org>, Ben <b@b.org>",
    "Ana María": "=?utf-8?q?Ana_Mar=C3=ADa?= <a@b.org>|=?iso-8859-1?B?QW5hIE1hcu1h?= <a@b.org>"
    "|=?utf-8?q?Ana?=\n =?utf-8?q?_Mar=C3=ADa?= <a@b.org>|Ana María <a@b.org>",
    "a@b.org": "a@b.org|<a@b.org>",
    "Silva, Ana": '"Silva, Ana" <a@b.org>',
    "Ana: the one": "Ana: the one <a@b.org>",
    "Ana [Silva": "Ana [Silva <ana@@example..org",
    "unknown sender": "",
}


@pytest.mark.parametrize(
    ("author", "field"), [(who, field) for who in AUTHORS for field in AUTHORS[who].split("|")]
)
def test_the_author_is_the_senders_name_or_address_or_an_unknown_sender(author: str, field: str) -> None:
    (document,) = read(mbox(written(b"text", author=field)), "mail")
    assert document.author == author


DATES = {
    10: "Mon, 05 Apr 2021 12:30:00 +0200|5 Apr 2021 10:30:00 GMT|Mon, 05 Apr 2021 10:30:00 -0000"
    "|Mon, 5 Apr 2021 03:30 -0700 (PDT)",
    8: "yesterday||Mon, 99 Apr 2021 10:30:00 +9999",
}


@pytest.mark.parametrize(
    ("hour", "date"), [(hour, date) for hour in DATES for date in DATES[hour].split("|")]
)
def test_the_time_is_the_date_field_or_else_the_time_of_delivery(hour: int, date: str) -> None:
    message = f"From a@example.org Mon Apr  5 08:30:00 2021\nFrom: a@example.org\nSubject: x\nDate: {date}\n\ntext\n"
    (document,) = read(message.encode(), "mail")
    assert document.time == datetime(2021, 4, 5, hour, 30, tzinfo=UTC)


def test_plain_text_is_preferred_to_html() -> None:
    page = part("text/html", b"<p>page</p>")
    assert text_of(multipart("alternative", part("text/plain", b"plain"), page)) == "plain"
    assert text_of(multipart("alternative", part("text/plain", b" \n"), page)) == "page"
    assert text_of(multipart("alternative", page, part("text/calendar", b"BEGIN:VCALENDAR"))) == "page"
    within = multipart("alternative", page).partition(b"\nMIME-Version: 1.0\n")[2]
    assert text_of(multipart("mixed", within)) == "page"


def test_attachments_and_forwarded_messages_are_left_out_and_counted() -> None:
    parts = (
        part("text/plain", b"one"),
        part("image/png", b"iVBORw0KGgo=", "Content-Transfer-Encoding: base64"),
        part("message/rfc822", written(b"inner")),
        part("text/plain; name=a.patch", b"--- a", "Content-Disposition: attachment; filename=a.patch"),
        part("text/plain; name=notes.txt", b"three"),
        part("text/plain", b"four", "Content-Disposition: inline; filename=notes.txt"),
        part("text/plain", b"two"),
    )
    assert counted(mbox(multipart("mixed", *parts))) == (
        ["one\ntwo"],
        {"attachment": 4, "forwarded message": 1},
    )


def test_the_signs_of_pictures_and_links_in_plain_text_are_removed() -> None:
    body = b"Hello\n[image: image.png]\nsee [cid:image001.png@01DA]\nto ana@x.org<mailto:ana@x.org> <3"
    assert counted(mbox(written(body))) == (["Hello\n\nsee\nto ana@x.org <3"], {"image": 2})


AUTOMATIC = [
    written(b"I am away", "Auto-Submitted: auto-replied (vacation)"),
    multipart("report", part("text/plain", b"Your message was read")),
    multipart("alternative", part("text/plain", b"x"), part("text/vnd.google.email-reaction+json", b"{}")),
]


@pytest.mark.parametrize("message", AUTOMATIC, ids=range(3))
def test_a_message_that_a_program_wrote_is_left_out(message: bytes) -> None:
    assert counted(mbox(message, written(b"own", "Auto-Submitted: no"))) == (
        ["own"],
        {"automatic message": 1},
    )


def test_a_longer_inner_boundary_does_not_end_a_part() -> None:
    inner = b"--bbb\nContent-Type: text/plain\n\none\n--bbb\nContent-Type: text/plain\n\ntwo\n--bbb--"
    whole = multipart("mixed", part("multipart/mixed; boundary=bbb", inner), part("text/plain", b"three"))
    assert text_of(whole) == "one\ntwo\nthree"


def test_damaged_base64_and_quoted_printable_still_give_their_text() -> None:
    packed = base64.encodebytes(b"A sentence that somebody wrote, and one more. " * 5)
    for cut in range(50, 60):
        text = text_of(written(packed[:cut], "Content-Transfer-Encoding: base64"))
        assert text.startswith("A sentence that somebody wrote")
    fields = ("Content-Type: text/plain; charset=latin-1", "Content-Transfer-Encoding: Quoted-Printable")
    assert text_of(written(b"Gr=F6=DFe =\nist =ZZ =3D", *fields)) == "Größe ist =ZZ ="


def test_flowed_lines_are_joined_at_their_quote_depth() -> None:
    body = b"This is \none line.\nNew.\n  indented\n> a quote \n> that flows\nmine \nagain\n-- \nAna\n"
    flowed = mbox(written(body, "Content-Type: text/plain; format=flowed"))
    own = "This is one line.\nNew.\n indented\nmine again"
    assert counted(flowed) == ([own], {"quoted line": 1, "signature": 1})
    added = "今日は天気が \nいい。\nThis is  \none line.\n> a \n>  b\nend\n-- \nAna\n".encode()
    message = written(added, "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes")
    assert text_of(message) == "今日は天気がいい。\nThis is one line.\nend"


DAMAGED = {
    "Content-Type: multipart/mixed": b"text\n",
    "Content-Type: multipart/mixed; boundary=other": b"text\n",
    "Content-Type: ;;;=?utf-8?q?=\nContent-Transfer-Encoding: 8-bit-ish": b"text\n",
    "Content-Disposition: ; filename*0*=x'y\nContent-Type: text": b"text\n",
    "This is no field\nMessage-ID: <a@[b": b"text\n",
}


@pytest.mark.parametrize("fields", DAMAGED)
def test_damaged_messages_still_give_their_text(fields: str) -> None:
    assert "text" in text_of(written(DAMAGED[fields], fields))
    assert text_of(multipart("mixed", part("text/plain", b"text"), end=b"")) == "text"


def html(page: bytes) -> bytes:
    return written(page, "Content-Type: text/html; charset=utf-8")


def test_quotes_and_signatures_in_html_mail_are_removed() -> None:
    page = (
        b"<html><head><style>p {}</style></head><body><p>Hello&nbsp;<b>Ben</b>,</p><div>see you<br><br>soon</div>"
        b'<div class="gmail_signature">Ana<br>HQ</div><div data-smartmail="gmail_signature">Ana</div><img src="x">'
        b'<div class="gmail_quote"><div class="gmail_attr">On x Rosa wrote:<br></div>'
        b"<blockquote>Will you?</blockquote></div><p>PS: thanks</p></body></html>"
    )
    left_out = {"quoted line": 2, "signature": 2, "image": 1}
    assert counted(mbox(html(page))) == (["Hello Ben,\nsee you\n\nsoon\nPS: thanks"], left_out)


BORDERS = [
    b'<div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>From:</b> Rosa<br><b>Sent:</b> Monday<br></div>',
    b'<div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0in"><p><b>From:</b> Rosa</p></div>',
    b'<div style="border-top-color: rgb(229, 229, 229); border-top-style: solid"><b>From:</b> Rosa</div>',
    b'<div><hr id="zwchr"></div><b>From: </b>Rosa<br><b>Subject: </b>x<br>',
    b"<p>From: Rosa</p><p>Sent: Monday</p><p>Subject: x</p>",
    b'<div>On 5 Apr 2021, at 10:22, Rosa &lt;<a href="mailto:r@example.com">r@example.com</a>&gt;<br>wrote:</div>',
]
QUOTES = [
    b'<div>05.04.2021, 10:22, "Rosa" &lt;rosa@example.com&gt;:</div><blockquote><p>Will you?</p></blockquote>',
    b'<div name="quote" style="margin:10px; border-left:2px solid #C3D9E5;"><b>Gesendet:</b> x<br>Will you?</div>',
    b'<div class="x_gmail_quote">Will you?</div>',
    b'<div class="ydp1a2b3cyahoo_quoted">Will you?</div><div id="yahoo_quoted_0123456789">Will you?</div>',
]
PAGES = [
    *(b"<div>Yes.</div>%s<div>Will you come?</div>" % border for border in BORDERS),
    *(b"<html>%s<p>Yes.</p>" % quote for quote in QUOTES),
]


@pytest.mark.parametrize("page", PAGES, ids=range(len(PAGES)))
def test_an_html_reply_loses_its_quote_and_keeps_the_answer(page: bytes) -> None:
    assert text_of(html(page)) == "Yes."


def test_a_mail_with_refused_html_is_listed_and_the_others_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foreword.sources.documents.html.MOST_TAGS", 9)
    odd = [html(page) for page in (b"<p><![a]>odd", b"<p>" * 10, b"<p>a")]
    report = Report()
    found = read(mbox(*odd, written(b"plain")), "mail", report)
    assert [each.text for each in found] == ["odd", "a", "plain"]
    assert report.unreadable == 1
    assert "message 2 of it.bin" in report.sentences()[0]


def test_html_mail_without_the_library_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "bs4", None)
    report = Report()
    found = read(mbox(html(b"<p>page</p>"), written(b"plain")), "mail", report)
    assert [each.text for each in found] == ["plain"]
    assert report.left_out == {"message in HTML": 1}
    assert 'pip install "foreword[documents]"' in report.notes[0]
    with pytest.raises(MissingExtra, match=r'pip install "foreword\[documents\]"'):
        read(mbox(html(b"<p>page</p>")), "mail")
