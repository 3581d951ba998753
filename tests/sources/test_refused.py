"""Known exports and documents that are refused with an alternative; and texts that only resemble them."""

import pytest

from chat_exports import read
from foreword.errors import SourceNotText
from foreword.sources.formats import refused_chat
from opened import opened_bytes
from packed_documents import zipped

SENT = "05.03.2024 10"
RULE = "=" * 62
LONG = "A line of an answer.\n" * 40
DISCORD = "[1/15/2024 10:30 AM] Ana\none\n\n[1/15/2024 10:31 AM] bo\ntwo\n\n[1/15/2024 10:32 AM] Ana\nthree\n"
CHATS = {
    "Discord, text": (f"{RULE}\nGuild: Home\nChannel: Text / general\n{RULE}\n\n{DISCORD}", "DiscordChatExporter"),
    "Discord, text without its head": (f"nd of a message\n\n{DISCORD}", "DiscordChatExporter"),
    "Teams, copied": ("[10:15 AM] Ana\nhi\n\n[10:16 AM] bo\nhey\n\n[10:17 AM] Ana\nok\n", "name: message"),
    "Teams, copied in blocks": (
        "Ana B\n1/15/24 10:15 AM\nhi\n \nBo C (Guest)\n1/15/24 1:16 PM\nhey\n\nAna B\n1/15/24 1:30 PM\nok\n", "JSON",
    ),
    "VK, copied": ("Аня Б\n15 янв в 10:15\nда\nБо\n15 янв в 10:16\nну\nи?\nАня Б\n15 янв в 10:37:05\nок\n", "JSON"),
    "nicknames in Markdown": ("**ana**\n*10:15*\n\nhi\n\n~bo\n10:16\n\nhey\n\n**ana**\n*10:19*\n\nok\n", "JSON"),
    "Skype, copied": ("Ana B, 10:15\nhi\nBo C, 10:16\nhey\nyou\nAna B, 10:17\nok\n", "name: message"),
    "Google Chat, copied": ("Ana, May 5, 1:15 PM\nhi\nBo, May 5, 1:16 PM\nhey\nAna, May 5, 1:17 PM\nok\n", "JSON"),
    "a webinar": ("[Ana B] 10:15:33\nhi\n\n[Bo C] 10:15:40\nhey\n\n[Ana B] 10:16:00\nok\n", "JSON"),
    "names, dashes and times": ("Ana\n \n— \n10:15\nhi\nBo\n \n— \n10:16\nhey\nAna\n \n— \n10:17\nok\n", "JSON"),
    "names and days": ("Ana B\n15.01.2024\nhi\nBo C\n15.01.2024\nhey\nAna B\n15.01.2024\nok\n", "name: message"),
    "Telegram, copied": (f"Ana B, [{SENT}:15]\nhi\n\nbo, [{SENT}:16]\nhey\n\nbo, [3/5/24 10:17 AM]\nok\n", "JSON"),
    "Slack, copied": ("Ana B  10:15 AM\nhi\nthere\nbo  10:16 AM\nhey\nAna B  10:17 AM\nok\n", "name: message"),
    "Slack, copied today": ("Ana B\n  10:15 AM\nhi\n10:15\nyes\nbo\n  1:16 PM\nhey\nbo\n  1:17 PM\nok\n", "JSON"),
    "Discord, copied": ("Ana — Today at 10:15 AM\nhi\nbo — heute um 10:16 Uhr\nhey\nbo — 10:17\nok\n", "JSON"),
    "ChatGPT, copied": ("You said:\nhi\nChatGPT said:\nHello!\nSure.\nYou said:\nthanks\nChatGPT said:\nok\n", "JSON"),
    "Claude, exported": (f"# Trip\n\n## User\nhi\n\n## Claude\n\n{LONG}\n**User:**\nok\n", "JSON"),
    "ChatGPT, exported": (f"# Trip\n\n## Prompt:\n1/15/2024, 10:15:33 AM\n\nhi\n\n## Response:\n{LONG}\n", "JSON"),
    "ChatGPT, in French": ("Vous avez dit :\nAllô ?\nChatGPT a dit :\nBonjour !\n", "JSON"),
    "ChatGPT, in German": ("Du hast gesagt:\nHallo?\nChatGPT hat gesagt:\nHallo!\n", "JSON"),
    "emoji and times": (f"## 👤 User\nhi\n\n## 🤖 Assistant (1/15/24, 10:15 AM)\n{LONG}\n_**User**_\nok\n", "JSON"),
    "QQ, copied": ("Ana 2024/1/15 9:15:33\nhi\nbo 2024/1/15 9:16:33\nhey\nAna (9:17 2024/1/15):\nok\n", "JSON"),
    "Discord, CSV": ('AuthorID,Author,Date,Content,Attachments\r\n"1","Ana","2024-01-15","hi",""\r\n', "give JSON"),
    "Discord, its own CSV": ("ID,Timestamp,Contents,Attachments\n1,2021-01-01 12:34:56,hello there,\n", "JSON"),
    "passwords": ("folder,name,login_username,login_password\n,Netflix,ana,Sommer22!\n", "without secrets"),
    "passwords, in German": ('Dienst;Benutzer;"Passwort"\nNetflix;ana;sonnenblume\n', "without secrets"),
    "KakaoTalk, PC": ("[홍길동] [오전 10:15] 안녕\n[김철수] [오후 1:16] 네\n", "name: message"),
    "KakaoTalk": ("2020년 1월 15일 오전 10:15, 홍길동 : 안녕\n2020. 1. 15. 10:16, 김철수 : 네\n", "name: message"),
    "KakaoTalk in English": ("[Ana] [10:15 AM] hi\nJan 15, 2024 at 10:15 AM, Ana : hi\n", "name: message"),
    "signal-export": ("[2020-01-15 10:15:33] Me: good morning  \n\n[2020-01-15 10:16:33] Ana: hi  \n", "data.json"),
    "signal-export, a long message": ("[2020-01-15 10:15:33] Me: one  \n" + "line\n" * 30, "data.json"),
    "signalbackup-tools": ("[Jan 15, 2020 10:15:33] *** made\n[Jan 15, 2020 10:15:34] <Ana B> hi\nall\n", "JSON"),
    "sigtop": ("Conversation: Ana\n\nType: incoming\nSent: Wed, 15 Jan 2020 10:15:33 +0000\n\nhello\n", "JSON"),
    "sigtop, short": ("2020-01-15 10:15 Ana: hello\n2020-01-15 10:18 You: [1 attachment]\n" * 2, "JSON"),
    "Instagram before 2020": ('[{"participants": ["a"], "conversation": [{"sender": "a"}]}]', "information again"),
    "irssi": ("--- Log opened Tue Jan 15\n23:15 -!- n [~u@h] has joined\n23:16 <@op> hi\n23:17  * op waves\n", "IRC"),
    "columns": ("2024-01-02 14:23\tAna\tgood morning\n2024-01-02 14:24\tBen\thi\n", "name: message"),
    "ZNC": ("[23:15:33] *** Joins: n (~u@h)\n[23:16:00] <n> hello\n[23:17:00] * n waves\n[23:18:00] -n- no\n", "IRC"),
    "IRC, ISO 8601": ("[2019-01-15T10:15:33+00:00] <nick!n=u@10.20.30.40> Hello > world!\n", "IRC"),
    "LINE": ("[LINE] Chat history with Ben\nSaved on: 2024/01/20\n\nMon, 1/15/2024\n10:15\tAna\thi\n", "name: message"),
    "LINE, on a computer": ("2024.01.15 月曜日\n10:15 Ana Silva hi there\n10:16 ベン やあ\n" * 2, "name: message"),
    "TikTok": (">>> Chat History with ben::\n\n2026-07-03 23:00:11 UTC ana: hi\n", "name: message"),
    "iMazing": ('Chat Session,Message Date,Type,"Sender Name",Text\nBen,2024-01-15,In,Ben,hi\n', "name: message"),
    "Outlook, CSV": ('"Betreff","Text","Von: (Name)","Von: (Adresse)"\n"Hi","Ja","Ben","b@c.de"\n', "name: message"),
    "CSV": ("date,author,text\n15/01/2020,Ana,hi\n", "name: message"),
    "Viber": ("15/01/2024,10:15:33,Ana,+43,hello there\n15/01/2024,10:16:33,Ben,+43,hi\n", "name: message"),
    "Zoom, with dates": ("2024-01-15 10:15:33 From Ana to Everyone:\n\thello\n", "name: message"),
    "Webex": ("from Ana B to everyone:    1:15 AM\nhello\nfrom Ben to Everyone:    7:16  PM\nhi\n", "name: message"),
    "a transcript": ("Ana B (00:01):\nhi\n\nbo [0:00:15]\nhey\n\nbo (1:00):\nok\n", "name: message"),
    "Zoom": ("10:15:33 From Ana to Everyone:\n\thello\n10:16:33\t From Ben : hi\n", "name: message"),
    "Element": ("Mon, Jan 15, 2024, 1:15:33 AM - Ana: hi\nMo., 15. Jan. 2024, 10:16:33 - Ben: ja\n" * 2, "name:"),
    "months in words": ("[Jan 15, 2024 1:15 AM] Ana: hi\n[15 Jan 2024, 10:16] Ben: ja\n" * 2, "name: message"),
    "WhatsApp before 2015": ("15 Jan 10:15 - Ana: hi\n16 Jan 10:16 - Ben: ja\n" * 2, "name: message"),
    "QQ": ("2024-01-15 10:15:33 Ana(12)\nhi\n\n2024-01-15 9:16:33 Ben<b@c.de>\nho\n\n" * 2, "JSON"),
    "imessage-exporter, without an answer": ("Jan 15, 2024  9:15:33 AM\n22395\nYour code is here\n", "name: message"),
    "imessage-exporter": ("Jan 15, 2024  9:15:33 AM (Read by them after 1 minute)\nMe\nHello\n", "name: message"),
    "imessage-exporter, long": (
        "Jan 15, 2024  9:15:33 AM\nMe\nHello\n\nJan 15, 2024  9:16:33 AM\n+16505551234\nHi\n\n" * 3, "Apple's"
    ),
    "git": (f"commit {'a1' * 20} (HEAD)\nAuthor: Ana <a@b>\nDate:   x\n\n    Fix\n", "git log --author=NAME"),
    "git, graph": (f"*   commit {'a1' * 20}\n|\\  Merge: a b\n| | Author: Ana <a@b>\n| |\n", "git log --author=NAME"),
    "IRC, no times": ("<ana> good morning\n<ben> hi\n", "name: message"),
}  # fmt: skip


DOCUMENTS = {
    r"in Rich Text Format; save it as \.docx": b"{\\rtf1\\ansi\\deff0 {\\b Hello} world\\par}",
    "an archive, but not a zip archive; unpack it": b"chat.txt".ljust(257, b"\0") + b"ustar\0",
    "an archive, but not": b"Rar!\x1a\x07\x01\0",
    "a PDF; save its text": b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\n",
    r"a FictionBook; convert it to \.epub": b'<?xml version="1.0"?>\n<FictionBook xmlns="x"><body>',
    "a Jupyter notebook; export it as Markdown": b'{\n "cells": [\n  {"cell_type": "markdown", "source": ["x"]}]}',
    "XML, not text; export it": b'<?xml version="1.0"?>\n<opml><body><outline text="Hello"/></body></opml>',
    "a workbook,": zipped({"[Content_Types].xml": "<Types/>", "xl/sharedStrings.xml": "<sst/>"}),
    "a workbook, a presentation": zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
    "a workbook, a presentation or": zipped({"content.xml": "<o/>", "mimetype": "application/vnd.oasis"}),
    r"a \.doc or another file of an older Office, .*; save it as \.docx": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1\0\0",
    "a database; give an export of its program": b"SQLite format 3\0\x10\0",
    "an exported memory; import it with: foreword memory import": b'{"format": "foreword-memory", "version": 1}\n',
    "Kindle's clippings,": b"\xef\xbb\xbfBook (Author)\r\n- Page 5 | 10:15\r\n\r\nhis\r\n==========\r\n",
    "Thunderbird's index of a mail folder": b'// <!-- <mdb:mork:z v="1.4"/> -->\n< <(a=c)> // (f=iso-8859-1)\n',
    "addresses,": b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Cy\r\nEND:VCARD\r\n",
    "addresses, a calendar,": b"BEGIN:VCALENDAR\nSUMMARY:Lunch\nEND:VCALENDAR\n",
    "addresses, a calendar, subtitles": b"1\r\n00:00:01,000 --> 00:00:02,000\r\nhi\r\n",
    "addresses, a calendar, subtitles or": b"WEBVTT\n\n00:01.000 --> 00:02.000\nAna: hi\n",
    "addresses, .* or a saved page in one file": b"From: <Saved by Blink>\nSubject: x\n\n--y\n\n<p>hi",
    r"not text: .*; save it as plain text or \.docx": b"A book".ljust(60, b"\0") + b"BOOKMOBI" + b"\0" * 99,
}


@pytest.mark.parametrize("name", CHATS)
def test_each_refused_chat_is_an_error_that_names_an_alternative(name: str) -> None:
    content, advice = CHATS[name]
    with pytest.raises(SourceNotText, match=r"it\.txt is .* not read; ") as refusal:
        read(content)
    assert advice in str(refusal.value)
    assert ("IRC" in str(refusal.value)) == (advice == "IRC" or name == "IRC, no times")


@pytest.mark.parametrize("advice", DOCUMENTS)
def test_each_refused_document_is_an_error_with_advice_to_convert_it(advice: str) -> None:
    with pytest.raises(SourceNotText, match=rf"it\.txt is {advice}"):
        read(DOCUMENTS[advice])


@pytest.mark.parametrize(
    "text",
    [
        *(
            f"{start} --> 00:00:02,000\nhi\n"
            for start in ("0\n00:00:01,000", "\n5 \r\n0:00:01.000", "00:00:01,00")
        ),
        *("0:00:01.000,0:00:02.000\nhi\n", "00:00:01.00,00:00:02.00\nhi[br]you\n", "{24}{48}hi\n"),
        "\ufeff[Script Info]\n; by hand\nTitle: x\n\n[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,,,0,0,0,,hi\n",
    ],
)
def test_subtitles_of_any_program_are_refused(text: str) -> None:
    with pytest.raises(SourceNotText, match=r"it\.txt is addresses, a calendar, subtitles"):
        read(text)


def test_a_refused_file_in_a_folder_is_skipped_with_a_note() -> None:
    found = read({"a.md": CHATS["signal-export"][0], "b.md": b"%PDF-1.7\n1 0 obj\n", "notes.txt": "seen"})
    assert (found.texts, found.report.formats) == (["seen"], {"text": 1})
    assert [reason.partition(" is ")[0][-4:] for reason in found.report.skipped] == ["a.md", "b.md"]


@pytest.mark.parametrize(
    "text",
    [
        "[2024-01-15 10:30:00] server started\n[2024-01-15 10:31:00] ready\n",
        "[2024-01-15 10:30:00] Ana: hi\nthere\n[2024-01-15 10:31:00] bo: ho\nho\n",
        "[15.1.2024 10:30] A walk\nIt was long.\n[16.1.2024 9:00] A book\nGood.\n[17.1.2024 8:00] Rain\nAll day.\n",
        "".join(
            f"{place} — {day} May 2024, 21:40\nRain.\n" for day in (1, 2, 3) for place in ("Rome", "Oslo")
        ),
        "Monday\n10:15\nA walk.\nTuesday\n10:20\nA book.\nMonday\n10:25\nRain.\n",
        "Mon, Jan 15, 2024, 10:15 - Walk: long.\nTue, Jan 16, 2024, 10:15 - Book: good.\n",
        "".join(f"{day} {at}/01/2024 10:15\nRain.\n" for at, day in enumerate(["Monday", "Tuesday"] * 5, 11)),
        "".join(
            f"Morning {at}.01.2024 8:15\nA walk.\nEvening {at}.01.2024 21:30\nA book.\n"
            for at in range(11, 14)
        ),
        f"Diary — 21:40\nA walk.\nDiary — 9:15\nA book.\nYou\n{LONG}",
        "You\nI see you\nHuman\nas you are\nYou\nand I\nHuman\nafter all\n",
        "Ai\nVocê chega\nMe\nespera\nAi\nde mim\n",
        "Salt, oil, eggs: (three), flour\nMix them.\n",
        "# Roles\n## User\nThey write.\n## Assistant\nThey help.\n",
        "".join(
            f"{day}\n{at % 4 + 19}:{at * 7}\nA walk.\n"
            for at, day in enumerate(["Monday", "Tuesday", "Friday"] * 2)
        ),
        "".join(
            f"New York\n{at} May 2024, 21:40\nA walk.\nSan Jose\n{at} May 2024, 9:40\nRain.\n"
            for at in (1, 2)
        ),
        "Breakfast\n8:15\neggs\nLunch\n12:30\nsoup\nDinner\n19:00\nbread\n" * 3,
        "Art\n9:00\nwith Ana\nArt\n9:00\nwith Ana\nSport\n9:00\nwith Bo\nSport\n9:00\nwith Bo\n",
        "Deep Work\n9:00\nreport\nTeam Call\n10:30\nof all\nDeep Work\n11:00\nreport\nTeam Call\n11:30\nof two\n",
        "Ana B\n10:15\nhi\nBo C\n10:16\nhey\nAna B\n10:17\nok\n" + LONG,
        "ERROR\n10:15:33\nno file\nINFO\n10:15:34\nup again\nERROR\n10:15:35\nno file\n",
        f"{RULE}\nA heading\n{RULE}\n",
        "I forgot my password, sorry\nPassword, and what else?\n",
        "2024.01.15 Monday\n10:15 we left the house\n10:20 the bus came\n11:00 all is well\n",
        "10:15 we left the house\n10:20 * the bus came\n11:00 we were there\n",
        "15/01/2020, 10:15 - Ana: <Media omitted>\n15/01/2020, 10:16 - Ben: ok\n",
        "Jan 15, 2024  9:15:33 AM\nA walk. It was long.\n",
        "Name, rank and number: the text of a date, 10:15:33, was lost.\n",
        "",
    ],
)
def test_other_texts_are_not_refused(text: str) -> None:
    assert refused_chat(opened_bytes("it.txt", text.encode())) is None


@pytest.mark.parametrize(
    "text",
    [
        *('{"likes": [{"title": "others"}]}', '[\n {\n  "id": 1\n }\n]', '{"a": 1}\n{"a": 2}\n'),
        'window.YTD.tweets.part0 = [\n  {\n    "tweet" : {\n',
    ],
)
def test_json_of_an_unknown_program_is_not_read_as_text(text: str) -> None:
    reason = r"is JSON of an unknown program; give the text in it"
    for source in (text, {"a.json": text}, {"a.json": text, "b/c.json": text}):
        with pytest.raises(SourceNotText, match=reason):
            read(source)
    found = read({"a.json": text, "b.txt": "seen"})
    assert (found.texts, found.report.skipped) == (["seen"], [])
    assert found.report.left_out == {"JSON file of an unknown program": 1}


@pytest.mark.parametrize(
    "text",
    [
        *('["a", "b"]', "{so to speak}", '"a": b', "{}", "[1] a note", '{"she said, and left'),
        *('[Note] The word "love": the meaning.', '{ hello "friend": "he said" }', '{"stop": then he left'),
    ],
)
def test_text_in_brackets_is_not_taken_for_json(text: str) -> None:
    assert read(text).texts == [text]
