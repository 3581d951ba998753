"""Logs of IRC as the programs in use write them."""

import pytest

from chat_readings import fits, tried
from foreword.text.readers import irc

IRSSI = """\
--- Log opened Tue Jan 15 23:15:33 2019
23:15 -!- nick [~u@host] has joined #chan
23:15 [Users #chan]
23:15 [@op] [ nick]
23:15 -!- Irssi: #chan: Total of 2 nicks [1 ops, 0 halfs, 0 voices, 1 normal]
23:16 < nick> hello: there
23:16 <@op> hi <nick>
23:17  * nick waves
--- Day changed Wed Jan 16 2019
00:01 < nick> \x0304,01late\x03 now
00:02 -op:#chan- notice
00:02 -!- nick [~u@host] has quit [Quit: bye]
--- Log closed Wed Jan 16 00:03:00 2019
"""
WEECHAT = """\
2019-01-15 23:15:32\t-->\tnick (~u@h) has joined #chan
2019-01-15 23:16:00\tnick\thello: there
2019-01-15 23:16:00\t@op\thi <nick>
2019-01-15 23:17:00\t *\tnick waves
2019-01-15 23:18:36\t--\tMode #chan [+o nick] by op
2019-01-16 00:01:00\tnick\tlate now
2019-01-16 00:02:37\t<--\tnick (~u@h) has quit (bye)
"""
ZNC = """\
[23:15:33] *** Joins: nick (~u@h)
[23:16:00] <nick> hello: there
[23:16:00] <op> hi <nick>
[23:17:00] * nick waves
[23:17:35] -nick- a notice
[00:01:00] <nick> late now
"""
HEXCHAT = """\
**** BEGIN LOGGING AT Tue Jan 15 23:15:33 2019

Jan 15 23:15:33 *\tNow talking on #chan
Jan 15 23:16:00 <nick>\thello: there
Jan 15 23:16:00 <op>\thi <nick>
Jan 15 23:17:00 *\tnick waves
Jan 15 23:18:00 *\tother (~u@h) has joined
Jan 16 00:01:00 <nick>\tlate now
**** ENDING LOGGING AT Wed Jan 16 00:15:33 2019
"""
MIRC = """\

Session Start: Tue Jan 15 23:15:33 2019
Session Ident: #chan
[23:15] * Now talking in #chan
[23:15] * nick (~u@h) has joined #chan
[23:16] <nick> hello: there
[23:16] <@op> hi <nick>
[23:16] * op sets mode: +o nick
[23:17] * nick waves
[23:17] * nick is now known as nack
[00:01] <nick> late now
Session Close: Wed Jan 16 00:20:33 2019
"""


@pytest.mark.parametrize(
    ("log", "name"),
    [
        (IRSSI, "it"),
        (WEECHAT, "it"),
        (ZNC, "logs/freenode_#chan_20190115.log"),
        (ZNC, "2019-01-15.log"),
        (HEXCHAT, "it"),
        (MIRC, "it"),
    ],
    ids=["irssi", "WeeChat", "ZNC", "ZNC, a folder a channel", "HexChat", "mIRC"],
)
def test_what_was_said_is_the_same_in_the_logs_of_all_programs(log: str, name: str) -> None:
    found = tried(irc, log, name)
    assert found.said == [
        ("nick", "hello: there"),
        ("op", "hi <nick>"),
        ("nick", "waves"),
        ("nick", "late now"),
    ]
    assert found.times == [
        "2019-01-15 23:16:00",
        "2019-01-15 23:16:00",
        "2019-01-15 23:17:00",
        "2019-01-16 00:01:00",
    ]
    assert set(found.report.left_out) == {"system message"}
    assert not found.report.unreadable
    assert not found.report.notes


@pytest.mark.parametrize(
    "stamp",
    [
        "[2019-01-15T10:15:33+00:00] ",
        "[2019-01-15T10:15:33.120Z] ",
        "[2019-01-15T10:15:33+0000] ",
        "1547547333 ",
    ],
)
def test_times_with_a_zone(stamp: str) -> None:
    (message,) = tried(irc, f"{stamp}<nick> hello\n").messages
    assert message.time is not None
    assert message.time.timestamp() == 1547547333


@pytest.mark.parametrize(
    "stamp",
    ["[15-Jan-2019 10:15:33] ", "[15.01.2019] [10:15:33] ", "[2019/01/15 10:15:33] ", "2019-01-15T10:15:33  ",
     "[01/15/2019 10:15:33 AM] ", "Jan 15 2019 10:15:33 ", "(2019-01-15 10:15:33) "],
)  # fmt: skip
def test_dates_in_many_forms(stamp: str) -> None:
    found = tried(irc, f"{stamp}<nick!n=user@10.20.30.40> Hello > world!\n")
    assert found.said == [("nick", "Hello > world!")]
    assert found.times == ["2019-01-15 10:15:33"]


def test_a_year_that_is_not_written_turns_with_the_months() -> None:
    log = "**** BEGIN LOGGING AT Mon Dec 31 23:15:33 2018\n\nDec 31 23:15:34 <a>\tone\nJan 01 00:15:36 <b>\ttwo\n"
    assert tried(irc, log).times == ["2018-12-31 23:15:34", "2019-01-01 00:15:36"]


def test_without_any_date_there_are_no_times_and_a_note_says_so() -> None:
    found = tried(irc, "[10:15] <nick> hello\n[10:16] <op> hi\n")
    assert found.times == ["never", "never"]
    assert found.report.notes == ["it.txt: no date stands in it or its name; 2 messages have no time"]


def test_lines_that_are_none_of_a_log_are_shown() -> None:
    found = tried(irc, IRSSI + "what is this\n\n23:59 something else\n")
    assert [(each.where, each.text) for each in found.report.first_unreadable] == [
        ("line 14", "what is this"), ("line 16", "23:59 something else"),
    ]  # fmt: skip


def test_a_day_that_cannot_be_changes_nothing() -> None:
    found = tried(
        irc, IRSSI.replace("Wed Jan 16 2019", "Wed Jan 99 2019").replace("Tue Jan 15", "Tue Feb 31", 1)
    )
    assert len(found.messages) == 4


@pytest.mark.parametrize(
    "text",
    [
        "<p> hello</p>\n<p> more</p>\n",
        "<html>\n<body> hello\n</body>\n",
        "12:01:02 INFO: started\n12:01:03 ERROR: failed\n",
        "10:15 we left the house\n10:20 * the bus came\n11:00 we were there\n",
        "15/01/2020, 10:15 - Ana: <Media omitted>\n",
        "# Notes\n\n* one thing\n* another thing\n",
        "2019-01-15 10:15:33\t5\n2019-01-15 10:15:34\t6\n",
        "",
    ],
)
def test_other_texts_are_not_taken_for_it(text: str) -> None:
    assert not fits(irc, text)


@pytest.mark.parametrize(
    "stamp", ["[2019-01-15T10:15:33+99:99] ", "[2019-99-15T10:15:33Z] ", "[9999-12-31 23:59:59] ", "99:99 "]
)
def test_a_time_that_cannot_be_is_none(stamp: str) -> None:
    assert tried(irc, f"{stamp}<nick> hello\n").times == ["never"]
