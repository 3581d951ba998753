"""Lines of a date, a time, a name and a message, as bots and scripts write them."""

import pytest

from chat_readings import fits, tried
from foreword.sources.chats import dated_names as timed_names
from foreword.sources.chats import whatsapp


def test_the_name_is_what_stands_between_the_time_and_the_colon() -> None:
    found = tried(
        timed_names,
        "2024-01-02 14:23:45 Ana: good morning: all\nand more\n"
        "2024-01-02 14:24:00 Alexander the Great: hi\n"
        "2024-01-02 14:24:30 Ana left the room\n"
        "2024-01-02 14:25:00 Ana: still here\n"
        "2024-01-02 14:26:00 Alexander the Great: ah\n",
    )
    assert found.said == [
        ("Ana", "good morning: all\nand more"),
        ("Alexander the Great", "hi"),
        ("Ana", "still here"),
        ("Alexander the Great", "ah"),
    ]
    assert found.times[0] == "2024-01-02 14:23:45"
    assert found.report.left_out == {"system message": 1}


@pytest.mark.parametrize(
    "stamp",
    [
        "13/01/2024, 02:24:00 PM",
        "1/13/24 2:24 pm",
        "2024-01-13T14:24:00",
        "13.01.2024 14:24",
        "2024/1/13 14.24",
    ],
)
def test_dates_and_times_are_as_in_other_chats(stamp: str) -> None:
    found = tried(timed_names, f"{stamp} Ana: hi you two\n{stamp} Ben: ho there\n{stamp} Ana: ha\n")
    assert found.said == [("Ana", "hi you two"), ("Ben", "ho there"), ("Ana", "ha")]
    assert [time[:16] for time in found.times] == ["2024-01-13 14:24"] * 3


def test_any_name_begins_a_message() -> None:
    said = [
        ("Ana", "good morning"),
        ("+49 170 1234", "a secret of mine"),
        ("🦄 Bob", "hi all"),
        ("@ana2", "and so on"),
        ("<odd> one", "what"),
    ]
    thrice = [*said, *said[::-1], *said]
    text = "".join(f"2024-01-02 14:23:45 {name}: {message}\n" for name, message in thrice)
    assert tried(timed_names, text).said == thrice


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-02 14:23:45 INFO: started\n2024-01-02 14:23:46 WARNING: slow\n",
        "2024-01-02 14:23:45 Error: no file\n2024-01-02 14:23:46 Warning: slow\n2024-01-02 14:23:47 Error: again\n",
        "2024-01-02 14:23:45 Meeting with Ana and Ben about this: nothing\n2024-01-03 14:23:45 Walk: long\n",
        "2024-01-02 14:23 got up\n2024-01-02 14:30 breakfast: eggs\n2024-01-02 15:00 went out\n",
        "2024-01-02 14:23 Ana: alone\n",
        "".join(f"2024-01-02 14:{minute} Subject {minute}: all of it\n" for minute in range(10, 40)),
        "2024-01-02 14:23 Temperature: 21.5\n2024-01-02 14:23 Humidity: 40\n" * 3,
        "2024/01/02 14:23:45 worker: job 12 done\n2024/01/02 14:23:46 worker: job 13 done\n",
        "2024-01-02 14:23:45 myhost sshd[12]: it was opened\n2024-01-02 14:23:46 myhost sshd[12]: it was closed\n",
        "2024-01-02 14:23 fix: the reader reads\n2024-01-02 14:24 fix: the writer writes\n",
        '2024-01-02 14:23:45 Ana,"x: y",3\n2024-01-02 14:23:46 Ana,"x: y",3\n',
        "2024-01-02 20:00 Dear diary: it was good today\n2024-01-03 20:00 Today was good: we slept\n",
    ],
    ids=[
        *(
            "log",
            "words of logs",
            "diary",
            "hardly a name",
            "one line",
            "too many names",
            "sensors",
            "worker",
        ),
        *("daemon", "commits", "columns", "another diary"),
    ],
)
def test_what_is_no_chat_is_not_read_as_one(text: str) -> None:
    assert not fits(timed_names, text)
    assert not fits(whatsapp, text)


@pytest.mark.parametrize(
    "text",
    [
        "12/08/2013 10:15:33: Ana: hi\n12/08/2013 10:16:33: Ben: ho\n",
        "12/08/13 10:15:33 PM: Ana: hi\n12/08/13 10:16:33 PM: Ben: ho\n",
        "12/08/13, 10:15 - Ana: hi\n12/08/13, 10:15 - Ben: ho\n",
        "12/8/13, 10:15 μ.μ. - Ana: hi\n12/8/13, 10:15 μ.μ. - Ben: ho\n",
        "2020/1/15 下午10:15 - Ana: hi\n2020/1/15 下午10:15 - Ben: ho\n",
        "[12/08/13, 10:15] Ana: hi\n[12/08/13, 10:15] Ben: ho\n",
        "15. 1. 2020. 22:15:33 All is encrypted\n15. 1. 2020. 22:15:33 Ana: hi\n15. 1. 2020. 22:16:33 Ben: ho\n",
        "12/08/13 10:15 Uhr: Ana: hi\n12/08/13 10:16 Uhr: Ben: ho\n",
    ],
)
def test_whatsapps_own_stay_with_it(text: str) -> None:
    assert not fits(timed_names, text)
    assert tried(whatsapp, text).said == [("Ana", "hi"), ("Ben", "ho")]
