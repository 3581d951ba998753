"""The author's own words in a mail, without quoted, forwarded and automatic text."""

import pytest

from foreword.sources.mail.quotes import own_text
from foreword.sources.report import Report


def read(text: str) -> tuple[str, dict[str, int]]:
    """The author's own words, and what was left out."""
    report = Report()
    return own_text(text.split("\n"), report), report.left_out


INTRODUCTIONS = [
    "On Mon, 5 Apr 2021 at 10:22, Rosa Thal\n<rosa.with.a.very.long.address@mail.example.com> wrote:",
    "On Nov 30, 2011, at 12:47 PM, Rosa <\n0123456789abcdef@mail.example.com>\nwrote:",
    "---- On Mon, 05 Apr 2021 10:22:33 +0200 Rosa Thal <rosa@example.com> wrote ----",
    "Am Mo., 5. Apr. 2021 um 10:22 Uhr schrieb Rosa Thal <\nrosa@example.com>:",
    "W dniu 28 stycznia 2015 01:53 użytkownik Rosa Thal <rosa@example.com>\nnapisał:",
    "пн, 5 апр. 2021 г. в 10:22, Rosa Thal <rosa@example.com>:",
    "2026年2月28日 周六 19:47 Rosa <rosa@example.com> 写道：",
    "From: Rosa Thal <rosa@example.com>\nSent: Monday, April 5, 2021 10:22\nTo: Ben\nSubject: Dinner",
    "________________________________\n\nVon: Rosa Thal [mailto:rosa@example.com]\nGesendet: Montag\nAn: Ben",
    "*From:* Rosa Thal [mailto:\nrosa@example.com]\n*Sent:* Monday\n*To:* ben@example.com\n*Subject:* Hello",
    "发件人: Rosa <rosa@example.com>\n发送时间: 2021年4月5日 10:22\n收件人: Ben\n主题: 晚饭",
    "Rosa Thal wrote on 04/05/2021 10:22:33 AM:",
    "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\nOn Monday, April 5th, 2021 at 10:22, Rosa <rosa@example.com> wrote:",
    '05.04.2021, 10:22, "Rosa Thal of the Old Bridge Bakery"\n<rosa@example.com>:',
    # Gmail, a few of its forty languages: a name, an address in brackets, a year and a time of day suffice
    "Rosa Thal of the Old Bridge Bakery <rosa@example.com> ezt írta (időpont: 2021. ápr. 5., H,\n10:22):",
    "\u202bבתאריך יום ב׳, 5 באפר׳ 2021 ב-10:22 מאת \u202aRosa\u202c\u200f <\u202arosa@example.com\u202c\u200f>:\u202c",
    "Kontakt Rosa Thal (<rosa@example.com>) kirjutas kuupäeval E, 5.\naprill 2021 kell 10:22:",
    # Thunderbird without an address
    "Στις 5/4/2021 10:22, ο Rosa Thal έγραψε:",
    # headers below a title in any language
    "-------- Mensagem original enviada --------\nQuem: Rosa Thal <rosa@example.com>\nQuando: 05/04/21  10:22",
    '====\nMessage du : 05/04/2021 10:22\nDe : "Rosa Thal" <rosa@example.com>\nA : ben@example.com\nSujet : Dîner',
]


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_text_after_an_introduction_is_quoted_to_the_end(introduction: str) -> None:
    lines = sum(1 for line in introduction.split("\n") if line.strip())
    mail = f"Yes, gladly.\n\nSee you there!\n\n{introduction}\n\nWill you come?\n\nRosa"
    assert read(mail) == ("Yes, gladly.\n\nSee you there!", {"quoted line": lines + 2})


@pytest.mark.parametrize("introduction", INTRODUCTIONS)
def test_quoted_lines_are_removed_and_answers_among_them_stay(introduction: str) -> None:
    """Answers stand among the quoted lines or, as on mailing lists, below them."""
    mail = f"Hello,\n\n{introduction}\n\n> Will you come?\nYes.\n>> At eight?\n> With Ben?\nOf course.\n"
    assert read(mail)[0] == "Hello,\n\nYes.\nOf course."
    for between in ("\n", "\n\n"):
        assert read(f"{introduction}{between}> Will you come?\n>\n> Rosa\n\nYes.\nBen")[0] == "Yes.\nBen"


LOOSE = (
    *("Rosa Thal writes:", "Rosa wrote on 5 April:", "Quoting Rosa Thal <rosa@example.com>:"),
    *("Rosa Thal, 5 April 2021:", "05.04.2021, 10:22, Rosa:", "At 10:20 AM 1/2/99 -0500, you wrote:"),
)


@pytest.mark.parametrize("introduction", LOOSE)
def test_a_loose_introduction_is_recognised_before_quoted_lines(introduction: str) -> None:
    above = "I will come tomorrow with all of the papers."  # a sentence before it is no part of it
    assert read(f"{above}\n{introduction}\n> Will you come?\n\nYes.")[0] == f"{above}\n\nYes."
    assert "Yes." in read(f"{introduction}\nWill you come?\n\nYes.")[0] or "wrote:" in introduction


PROSE = [
    "My father left us in 1999, and my aunt wrote:\ncome home.",
    "From: Berlin\nTo: Paris\nWhen: Monday",
    "- one\n- two\n-- three",
    "Sent with love, from my Proton Mail account, and I hope you like it.",
    "Bitte denk an die Umwelt, wenn du einkaufst, und nimm das Rad.",
    "This is what I need:\n---\n apples | 3\n pears | 4\nSee you.",
    "Sent from my car. Please excuse me if I am late.",
    "Ana: I like it\nBen: me too",
    "Am Ende schrieb er nichts:\nkein Wort.",
    "We meet on 5 April 2021 at 10:22, bring:\nbread, butter.",
    "On 5 April 2021 at 10:22 I had three of them left:\none, two, three.",
    "Ask Rosa <rosa@example.com> for these:\none, two.",
    "Name: Ana\nMail: ana@example.org\nDate: 5 April 2021",
    "One part.\n--------\nAnother part.",
    "--- Ideas ---\nfirst: walk\nsecond: swim",
]


@pytest.mark.parametrize("text", PROSE)
def test_prose_that_resembles_a_quote_stays_whole(text: str) -> None:
    assert read(text) == (text, {})


@pytest.mark.parametrize(
    "forward",
    [
        "---------- Forwarded message ---------\nFrom: Rosa <rosa@example.com>\nSubject: Fwd",
        "Begin forwarded message:\n\nFrom: Rosa\nSubject: x",
        "----- Forwarded by Ben/HQ on 04/05/2021 10:22 AM -----",
    ],
)
def test_a_forwarded_message_is_left_out(forward: str) -> None:
    assert read(f"FYI\n\n{forward}\n\nWill you come?") == ("FYI", {"forwarded message": 1})


def test_text_below_a_forwarded_message_with_marks_stays() -> None:
    mail = "FYI\n\nBegin forwarded message:\n\n> From: Rosa\n> Will you come?\n\nShall we?"
    assert read(mail) == ("FYI\n\nShall we?", {"forwarded message": 1, "quoted line": 2})


@pytest.mark.parametrize(
    "signature",
    [
        "-- \nAna Silva\nana@example.org, 9:00-12:30\n+49 000 000",
        "-- \n" + "line\n" * 40,
        "Sent from my iPhone",
        "Get Outlook for iOS<https://aka.ms/xyz>",
        "Sent with [Proton Mail](https://proton.me/mail/home) secure email.",
        *("Envoyé avec la messagerie sécurisée Proton Mail.", "Dikirim dari iPhone saya"),
        "Securely sent with Tutanota. Get your own encrypted, ad-free mailbox:",
        "https://tuta.com/free-email",
        *(
            "從我的 iPhone 傳送",
            "ส่งจาก iPhone ของฉัน",
            "मेरे iPhone से भेजा गया",
            "Outlook for iOS を入手",
            "Hämta Outlook för Android",
        ),
        "الحصول على Outlook لـ iOS<https://aka.ms/xyz>",
        "Ana Silva reacted to your message:",
        "Sent from my Verizon, Samsung Galaxy smartphone",
        "Sent via the Samsung Galaxy S21 5G, an AT&T 5G smartphone",
        "Sent from my Android device with K-9 Mail. Please excuse my brevity.",
        "Envoyé de mon appareil Android avec Courriel K-9 Mail. Veuillez excuser ma brièveté.",
        "Diese Nachricht wurde von meinem Android-Gerät mit Mail gesendet.",
        "_______________________________________________\nCooks mailing list\nCooks@example.org\nhttps://example.org/cooks",
        f"{'-' * 69}\nTo unsubscribe, e-mail: x@example.org",
        "________\nMicrosoft Teams meeting\nJoin the meeting now\nMeeting ID: 123\n________",
        "Please consider the environment before printing this email.",
        "Pensez à l'environnement avant d'imprimer ce message.",
        "Bitte denken Sie an die Umwelt, bevor Sie diese E-Mail drucken.",
        "CONFIDENTIALITY NOTICE: this is for you\nand for nobody else.",
        "This e-mail and its attachments are confidential. If you are not the one, delete it.",
    ],
)
def test_signatures_and_footers_are_removed_and_counted_once(signature: str) -> None:
    assert read(f"See you.\n\nAna\n\n{signature}") == ("See you.\n\nAna", {"signature": 1})


@pytest.mark.parametrize("begin", ["---\n src/a.py | 4 ++--\n 1 file changed\n\n", ""])
def test_a_patch_is_left_out(begin: str) -> None:
    own = "It fixes this.\n---\nNo file | here"
    assert read(f"{own}\n{begin}diff --git a/x b/x\n--- a/x\n+++ b/x\n-old\n+new\n-- \n2.43") == (
        own,
        {"patch": 1},
    )


INTRODUCED = "On 5 Apr 2021 at 10:22, Rosa <rosa@example.com> wrote:"
LONG = "> We could meet at the old bridge and walk along the river if it does\nnot rain.\n> Shall we?"
MANY = "Part one.\n--\n" + "\n".join(f"Sentence {number}." for number in range(30))


WRAPPED = "Am Ende\nAm So., 1. Jan. 2023 um 17:22 Uhr schrieb Rosa <\nrosa@example.com>:\nKommst du?"
RULED = f"Yes.\n\n{'-' * 16}\nRosa <rosa@example.com> wrote:\n\nWill you come?"
OWN = {
    "a signature ends at a quote": (
        f"Yes.\n\n-- \nAna\n\n{INTRODUCED}\n> Will you?\nAnd you?",
        "Yes.\n\nAnd you?",
    ),
    "the end of a quoted line that was wrapped": (
        f"No.\n\n{INTRODUCED}\n{LONG}\nYes.\n> Good",
        "No.\n\nYes.",
    ),
    "a sentence before an introduction is no part of it": (WRAPPED, "Am Ende"),
    "a rule above a quote": (RULED, "Yes."),
    "an introduction and a quote in one line, by Yahoo": (
        f"Yes.\n \n  {INTRODUCED}   Will you?\nRosa",
        "Yes.",
    ),
    "the same in a quoted line": (f"Yes.\n\n> {INTRODUCED}   Will you?\n> Rosa\n\nNo.", "Yes.\n\nNo."),
    "two dashes before a long text are no signature": (MANY, MANY),
    "a header in a language that the reader does not know": (
        "Hi\n\nप्रेषक: Ana <ana@example.org>\nभेजा गया: 15 01 2024 10:00\nप्रति: Ben\nविषय: Re: x\n\nTheirs",
        "Hi",
    ),
    "an invitation that Zoom writes": (
        "Hi\n\nAna B is inviting you to a scheduled Zoom meeting.\n\nTopic: x\n\nOne tap mobile\n+1 (Chicago)",
        "Hi",
    ),
    "indentation and emoji": ("Hi 👋\n\n    indented\n\tmore\n\nend",) * 2,
}


@pytest.mark.parametrize(("mail", "kept"), OWN.values(), ids=OWN)
def test_only_the_authors_own_text_is_kept(mail: str, kept: str) -> None:
    assert read(mail)[0] == kept


def test_pgp_armour_is_removed_and_the_signed_text_stays() -> None:
    mail = (
        "-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nHello.\n- - a point\n- -- \nAna\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQEzBAEBCAAdFiEE\n=abcd\n-----END PGP SIGNATURE-----\n"
    )
    assert read(mail) == ("Hello.\n- a point", {"signature": 2})


def test_lines_beyond_the_limit_are_left_out_and_counted() -> None:
    text, left_out = read("\n".join(["x"] * 50_001))
    assert text.count("x") == 50_000
    assert left_out == {"line of an overlong message": 1}
