"""Lines of names and messages, with and without dates: chats, and other texts that resemble them."""

from pathlib import Path

import pytest

from chat_exports import read
from foreword.sources.formats import format_of
from opened import opened_bytes

CHAT = "Ana: good morning\nBen: good morning to you: slept well?\nAna: yes\nAna: and you?\nBen: fine thanks\n"
DATED = "times, names and messages"


def test_a_line_without_a_name_continues_the_message() -> None:
    found = read(CHAT + "PS: bring the book\n\nand the other\n" + CHAT)
    assert found.said[4] == ("Ben", "fine thanks\nPS: bring the book\nand the other")
    assert len(found.said) == 10
    longer = CHAT.replace("fine thanks", "fine thanks\nand the boat?\nis it there?") * 4
    assert len(read(longer).said) == 20
    assert len(read(CHAT + "Ben: no\nAna: ok\nBen: 3\n").said) == 8  # short answers are no values of settings
    assert read("小明: 好的\n小红: 你呢\n" * 3).said[0] == ("小明", "好的")


@pytest.mark.parametrize(
    "begin",
    [
        "Ana Silva: ",
        "+49 170 1234567: ",
        "王: ",
        "🤓: ",
        "Ana：",
        "Ana:\t",
        "Ana S.: ",
        "Ana (NUS): ",
        "MOM: ",
        "Domenica: ",
    ],
)
def test_the_reader_accepts_all_kinds_of_names_colons_and_tabs(begin: str) -> None:
    assert read(CHAT.replace("Ana: ", begin)).said[0] == (begin.strip(":： \t"), "good morning")


@pytest.mark.parametrize(
    "name",
    ["{}: ", "**{}:** ", "**{}**: ", "*{}*: ", "**10:15 {}:** ", "{} (10:15): ", "**{}** [0:10:15 AM]: "],
)
def test_a_chat_in_markdown_is_read_as_a_chat(name: str) -> None:
    lines = (line.split(": ", 1) for line in CHAT.splitlines())
    found = read({"it.md": "\n\n".join(name.format(author) + said for author, said in lines)}, me="Ana")
    assert found.texts == ["good morning", "yes", "and you?"]


@pytest.mark.parametrize("asked", ["**User**: {}\n\n**Assistant**: {}", "Human: {}\n\nAI: {}"])
def test_a_chat_with_a_program_is_a_chat_although_its_answers_are_long(asked: str) -> None:
    answer = "Two things.\n\n- It is old.\n  Very old.\n- It is big.\n\n```\ncode()\n```\n\nNote: so on.\n\n"
    for text in (asked, f"# Title\n\n{asked * 3}"):
        found = read({"it.md": text.format(*["What shall I see?", answer] * 3)})
        assert found.report.formats == {"names and messages": 1}
        assert {text for name, text in found.said if name in ("User", "Human")} == {"What shall I see?"}


CLOCKS = "[00:01:02] |(10:15:33) |10:15 |[9:15 pm] |00:00:12.3 |[1/15, 10:15\u202fAM] |[15.1., 10:15 p. m.] "


@pytest.mark.parametrize("clock", ["10:15 AM - ", *CLOCKS.split("|")])
def test_a_time_before_the_name_is_not_part_of_it(clock: str) -> None:
    said = [(name, "and so it goes on at 10:15: yes") for name in ("Ana Rao", "Ben") * 2]
    assert read("".join(f"{clock}{name}: {text}\n" for name, text in said)).said == said


@pytest.mark.parametrize(
    "text",
    [
        "name: Ana Silva here\nage: twelve years\ncity: Rome or so\n" * 5,
        "ROMEO: But soft, what light\nJULIET: Ay me, he speaks!\nNurse: Madam, come in\n" * 5,
        "host: localhost\nport: 8080\nhost: example\nport: 9090\n",
        "a:\n  b: one thing\n  c: another thing\n  b: one thing\n  c: another thing\n",
        "INFO: started the thing\nINFO: did the thing\nERROR: failed the thing\nINFO: did the thing\nERROR: no thing\n",
        "He said: this is so.\nThen they went. It rained.\nShe said: it is not.\nThey stayed.\n" * 3,
        "Monday: buy the milk\nTuesday: read the book\nWednesday: call the aunt\nThursday: rest a little\n",
        "Monday: the sea with Ben\nWe swam.\nTuesday: we stayed at home\nMonday: work\nTuesday: the doctor\n",
        "Verse: we go home\nChorus: and sing with you\nla la la\nVerse: the sun is down\nChorus: and sing too\n",
        "Classifier: Topic :: Text\nRequires-Dist: numpy (>=2)\n" * 4 + "A library.\nIt reads texts.\n" * 2,
        "case one: return thing();\ncase two: return thing();\n" * 4,
        "Ana: one message alone\nAna: and another of hers\nAna: and a third\nAna: and a fourth\n",
        "Ana: too few\nBen: too few\n",
        "It rained.\nMe: out?\nShe said no.\nClaude: never.\nSo we baked a cake.\n",
        "Present: Ana and me\nMe: will draft the budget\nAI: Ana to send notes\nWe closed at five.\n",
        "**Q:** how does it begin?\n\n**A:** it begins with this.\n\n" * 3,
        "Frage: wo ist der Schlüssel?\n\nAntwort: er liegt in der Lade.\n\n" * 3,
        "Lundi : la plage avec Ben\nMardi : il a plu tout le jour\n" * 3,
        "feat: read the files in blocks\nfix: no line is lost\ndocs: explain it\nfix: nor an empty one\n" * 3,
        "Q.: where is the key?\nA.: it is in the drawer.\n" * 3,
        "8 a.m.: the head hurts\n8 p.m.: it is better now\n" * 3,
        "Info (12): found the thing\nWarning (7): no thing here\n" * 3,
        "**Decision:** one file for each.\n**Why:** it is found at once.\n" * 3,
        "**Added:** a list on the left.\n**Fixed:** spaces in names.\n**Fixed:** it is quick.\n" * 2,
        "12:00:01 worker: starting the job\n12:00:02 scheduler: one job was found\n" * 4,
        "colour: dark red wine\nshape: round and flat\nplace: in the kitchen\n" * 5,
        # and with dates
        "It was, she said, a quarter past ten: on 15/01/2020, 10:15 - or later - Ana: hello.\n\nThen it rained.\n",
        "2024-01-02 14:23:45 INFO Disk: it was found\n2024-01-02 14:23:46 INFO Net: it went up now\n" * 3,
        "[2024-01-02 14:23:45] my.INFO: it was found\n[2024-01-02 14:23:46] my.ERROR: it was lost\n" * 3,
        "2024-01-02 14:23:45 Error: no file\n2024-01-02 14:23:46 Warning: slow\n2024-01-02 14:23:47 Error: again\n",
        "2024-01-02 14:23:45 Meeting with Ana and Ben about this: nothing\n2024-01-03 14:23:45 Walk: long\n",
        "2024-01-02 14:23 Ana: alone\n",
        "2024-01-02 14:23 Temperature: 21.5\n2024-01-02 14:23 Humidity: 40\n" * 3,
        "2024-01-02 14:23:45 myhost sshd[12]: it was opened\n2024-01-02 14:23:46 myhost sshd[12]: it was closed\n",
        "2024-01-02 14:23 fix: the reader reads\n2024-01-02 14:24 fix: the writer writes\n",
        '2024-01-02 14:23:45 Ana,"x: y",3\n2024-01-02 14:23:46 Ana,"x: y",3\n',
        "".join(
            f"2020-01-{day} 9:04 - {'Rain' if day % 5 else f'Day {day}: rain'} today\n"
            for day in range(1, 31)
        ),
        "2024-01-02 20:00 Dear diary: it was good today\n2024-01-03 20:00 Today was good: we slept\n",
    ],
)
def test_texts_that_resemble_chats_are_read_as_text(text: str) -> None:
    assert read(text).report.formats == {"text": 1}


@pytest.mark.parametrize(
    "stamp",
    [
        *("13/01/2024, 02:24:00 PM", "1/13/24 2:24 pm", "2024-01-13T14:24:00Z", "2024/1/13 14.24"),
        *("2024-01-13T14:24:00.123+01:00", "(01/13/2024 02:24:00 PM)"),
    ],
)
def test_a_dated_line_may_have_any_name_and_any_known_date_format(stamp: str) -> None:
    once = ("Ana", "+49 170 1234", "🦄 Bob", "@ana2", "<odd> one", "Alexander the Great")
    names = once + once[::-1] + once
    said = "".join(f"{stamp} {name}: hi you two\nand more\n" for name in names)
    found = read(f"{said}{stamp} Ana left the room\n{said}")
    assert found.said == [(name, "hi you two\nand more") for name in names * 2]
    assert found.report.left_out == {"system message": 1}
    few = f"{stamp} Ana: good morning\n{stamp} Alexander the Great: hi\n" * 2
    assert len(read(f"{few}{stamp} Ana left the room\n").said) == 4
    assert {time[:16] for time in found.times} == {"2024-01-13 14:24"}
    assert found.report.formats == {DATED: 1}


@pytest.mark.parametrize(
    "text",
    [
        "12/08/2013 10:15:33: Ana: hi\n12/08/2013 10:16:33: Ben: ho\n",
        "[12/08/2013 10:15:33]: Ana: hi\n[12/08/2013 10:16:33]: Ben: ho\n",
        "12/8/13, 10:15 μ.μ. - Ana: hi\n12/8/13, 10:15 μ.μ. - Ben: ho\n",
        "15. 1. 2020. 22:15:33 All is encrypted\n15. 1. 2020. 22:15:33 Ana: hi\n15. 1. 2020. 22:16:33 Ben: ho\n",
        "12/08/13 10:15 Uhr: Ana: hi\n12/08/13 10:16 Uhr: Ben: ho\n",
    ],
)
def test_whatsapp_lines_are_read_as_whatsapp(text: str) -> None:
    found = read(text)
    assert (found.report.formats, found.said) == ({"WhatsApp": 1}, [("Ana", "hi"), ("Ben", "ho")])


@pytest.mark.parametrize(
    "text",
    [
        *("tinyshakespeare/input.txt", "nietzsche/nietzsche.txt", "common-voice-en/all.txt"),
        "tatoeba-en/sentences.txt",
    ],
)
def test_books_and_lists_of_sentences_are_not_read_as_chats(text: str, shared_data: Path) -> None:
    if not (shared_data / text).exists():
        pytest.skip("the texts for measuring are not here")
    with (shared_data / text).open("rb") as file:
        opened = opened_bytes(text, file.read(1 << 16))
    assert format_of(opened) is None
