"""Exports that are known and refused, with what to hand in instead; and texts that only look like them."""

from pathlib import Path

import pytest

from foreword.errors import SourceNotText
from foreword.sources import refused
from foreword.sources.detect import read_source
from foreword.sources.opened import opened_bytes
from foreword.sources.report import Report

RULE = "=" * 62
DISCORD = "[1/15/2024 10:30 AM] Ana\none\n\n[1/15/2024 10:31 AM] bo\ntwo\n\n[1/15/2024 10:32 AM] Ana\nthree\n"
REFUSED = {
    "Discord, text": (f"{RULE}\nGuild: Home\nChannel: Text / general\n{RULE}\n\n{DISCORD}", "DiscordChatExporter"),
    "Discord, text with CR LF": (f"{RULE}\r\nServer: Home\r\n{RULE}\r\n\r\n", "DiscordChatExporter"),
    "Discord, text without its head": (f"nd of a message\n\n{DISCORD}", "DiscordChatExporter"),
    "Discord, CSV": (
        'AuthorID,Author,Date,Content,Attachments,Reactions\r\n"1","Ana","2024-01-15T10:01:00Z","hi","",""\r\n',
        "DiscordChatExporter",
    ),
    "Discord, CSV with semicolons": ('"Author";"Date";"Content";"Attachments"\n"a";"b";"c";""\n', "as JSON"),
    "signal-export": ("[2020-01-15 10:15:33] Me: good morning  \n\n[2020-01-15 10:16:33] Ana: hi  \n", "data.json"),
    "signal-export, older": ("[2019-12-24, 12:23] Jane: Hi!\n[2020-01-17, 21:49] John: Hello\nJane!\n", "JSON"),
    "signalbackup-tools": ("[Jan 15, 2020 10:15:33] *** made\n[Jan 15, 2020 10:15:34] <Ana B> hi\nall\n", "JSON"),
    "sigtop": (
        "Conversation: Ana (+491234)\n\nType: incoming\nSent: Wed, 15 Jan 2020 10:15:33 +0000\n\nhello\n",
        "JSON",
    ),
    "sigtop, short": ("2020-01-15 10:15 Ana: hello\n2020-01-15 10:18 You: [1 attachment]\n" * 2, "JSON"),
    "Instagram before 2020": (
        '[{"participants": ["a"], "conversation": [{"sender": "a", "text": "hi"}]}]',
        "download your information again",
    ),
    "irssi": ("--- Log opened Tue Jan 15\n23:15 -!- n [~u@h] has joined\n23:16 <@op> hi\n23:17  * op waves\n", "IRC"),
    "WeeChat": ("2019-01-15 23:15:32\t-->\tn (~u@h) has joined\n2019-01-15 23:16:00\tn\thello: there\n", "IRC"),
    "ZNC": ("[23:15:33] *** Joins: n (~u@h)\n[23:16:00] <n> hello\n[23:17:00] * n waves\n[23:18:00] -n- no\n", "IRC"),
    "HexChat": ("**** BEGIN LOGGING AT Tue Jan 15\n\nJan 15 23:16:00 <n>\thello\nJan 15 23:17:00 *\tn waves\n", "IRC"),
    "mIRC": ("\nSession Start: Tue Jan 15\nSession Ident: #c\n[23:15] * Now talking in #c\n[23:16] <n> hello\n", "IRC"),
    "IRC, epoch": ("1547547333 <nick> hello\n1547547334 <other> hi\n", "IRC"),
    "IRC, ISO 8601": ("[2019-01-15T10:15:33+00:00] <nick!n=u@10.20.30.40> Hello > world!\n", "IRC"),
    "IRC, two brackets": ("[15.01.2019] [10:15:33] <nick> hello\n", "IRC"),
    "IRC, no times": ("<ana> good morning\n<ben> hi\n", "name: message"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_each_is_an_error_that_says_what_to_hand_in(name: str, tmp_path: Path) -> None:
    content, advice = REFUSED[name]
    (tmp_path / "it.txt").write_text(content, encoding="utf-8")
    report = Report()
    with pytest.raises(SourceNotText, match=r"it\.txt is .* not read; ") as refusal:
        list(read_source(str(tmp_path / "it.txt"), me="Ana", report=report))
    assert advice in str(refusal.value)
    assert not report.formats


def test_in_a_folder_one_is_left_out_and_the_rest_is_read(tmp_path: Path) -> None:
    (tmp_path / "chat.md").write_text(REFUSED["signal-export"][0])
    (tmp_path / "it.txt").write_text("seen")
    report = Report()
    assert [document.text for document in read_source(str(tmp_path), report=report)] == ["seen"]
    assert len(report.notes) == 1
    assert "data.json" in report.notes[0]


@pytest.mark.parametrize(
    "text",
    [
        "[2020-01-15, 10:15:33] Ana: good morning\n[2020-01-15, 10:15:34] Ben: and you\n",
        "2020-01-15 10:15 Ana: hello\n2020-01-15 10:16 Ben: hi\n",
        "[2024-01-15 10:30:00] server started\n[2024-01-15 10:31:00] ready\n",
        "[2024-01-15 10:30:00] Ana: hi\nthere\n[2024-01-15 10:31:00] bo: ho\nho\n",
        "[15.1.2024 10:30] A walk\nIt was long.\n[16.1.2024 9:00] A book\nGood.\n[17.1.2024 8:00] Rain\nAll day.\n",
        f"{RULE}\nA heading\n{RULE}\n",
        "The author gave a date for the content, and some attachments.\nThen nothing.\n",
        "<p> hello</p>\n<p> more</p>\n",
        "12:01:02 INFO: started\n12:01:03 ERROR: failed\n",
        "10:15 we left the house\n10:20 * the bus came\n11:00 we were there\n",
        "15/01/2020, 10:15 - Ana: <Media omitted>\n15/01/2020, 10:16 - Ben: ok\n",
        "# Notes\n\n* one thing\n* another thing\n",
        "2019-01-15 10:15:33\t5\n2019-01-15 10:15:34\t6\n",
        "Conversation: it went well.\n\nThen we left.\n",
        "Ana: <ben> said so\nBen: I did\n",
        '[{"participants": 3}]',
        "",
    ],
)
def test_other_texts_are_not_refused(text: str) -> None:
    assert not refused.fits(opened_bytes("it.txt", text.encode()))


@pytest.mark.parametrize(
    "text", ['{"likes": [{"title": "others"}]}', '[\n {\n  "id": 1\n }\n]', '{"a": 1}\n{"a": 2}\n']
)
def test_json_of_no_known_program_is_not_learned_with_its_keys(text: str, tmp_path: Path) -> None:
    (tmp_path / "it.json").write_text(text)
    with pytest.raises(SourceNotText, match=r"it\.json is JSON of no program that is known; hand in"):
        list(read_source(str(tmp_path / "it.json")))
    (tmp_path / "other.txt").write_text("seen")
    report = Report()
    list(read_source(str(tmp_path), report=report))
    assert report.left_out["JSON file of no known program"] >= 1


@pytest.mark.parametrize(
    "text",
    [
        *('["a", "b"]', "{so to speak}", '"a": b', "{}", "[1] a note", '{"she said, and left'),
        *('[Note] The word "love": the meaning.', '{ hello "friend": "he said" }', '{"stop": then he left'),
    ],
)
def test_text_in_brackets_is_text(text: str, tmp_path: Path) -> None:
    (tmp_path / "it.txt").write_text(text)
    assert [each.text for each in read_source(str(tmp_path / "it.txt"))] == [text]
