"""WhatsApp's text export: dates and times of all regions, authors, and automatic messages."""

import datetime as dt
import time

import pytest

from chat_exports import read
from foreword.sources.opening import BLOCK

LRM, RLM, NARROW = "\u200e", "\u200f", "\u202f"
NOTICED = "Messages and calls are end-to-end encrypted. No one outside of this chat, not even WhatsApp, can"


def android(*messages: str) -> str:
    return "".join(f"15/01/20, 10:15 - {message}\n" for message in messages)


def iphone(*messages: str) -> str:
    return "".join(f"[15/01/20, 10:15:33] {message}\r\n" for message in messages)


STAMPS = """
15.01.20, 22:15 - |15-01-2020 22:15 - |1/15/20, 10:15_PM - |15/1/20, 10:15 p.\u00a0m. - |2020/01/15, 22:15. - 
15.1.2020 klo 22.15 - |15/01/2020 à 22:15 - |15. 1. 2020. 22:15 - |2020/1/15 下午10:15 - |2020-01-15 22 h 15 - 
١٥/١/٢٠٢٠، ١٠:١٥ م - |15/01/2020, 22:15 – |22:15, 15/01/2020 - |[1/15/20, 10:15:33_PM] |[15-01-20 22:15:33] 
[15.1.2020, 22.15.33] |[15/1/20 10:15:33 p. m.] |[<١٥</١</٢٠٢٠, ١٠:١٥:٣٣ م] |[22:15:33, 15/01/2020] 
[2020-01-15, 22 h 15 min 33 s] |>[15/01/20, 22:15:33] |15/01/20 22:15:33: |15. 1. 2020. 22:15:33 
[ 15/01/2020 22:15:33 ] |2020年1月15日 下午10:15 - |2020년 1월 15일 오후 10:15 - |15.1.20, 10:15_e pasdites - 
"""  # noqa: W291
"""`_` is a narrow space; `<` and `>` are direction marks."""


@pytest.mark.parametrize("stamp", STAMPS.strip("\n").replace("\n", "|").split("|"))
def test_the_reader_accepts_times_of_many_regions(stamp: str) -> None:
    found = read(stamp.replace("_", NARROW).replace("<", RLM).replace(">", LRM) + "Ana Silva: good evening\n")
    assert found.said == [("Ana Silva", "good evening")]
    assert found.times == [f"2020-01-15 22:15:{33 if '33' in stamp or '٣٣' in stamp else '00'}"]
    assert found.report.formats == {"WhatsApp": 1}


def test_noon_and_midnight_are_read_correctly() -> None:
    clocks = {"24:05": "00:05", "12:05 AM": "00:05", "12:05 PM": "12:05", "11:05 pm": "23:05"}
    times = read("".join(f"15/01/20, {clock} - Ana: hi\n" for clock in clocks)).times
    assert times == [f"2020-01-15 {time}:00" for time in clocks.values()]


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="needs a clock whose zone can be changed")
def test_each_time_has_the_utc_offset_of_its_own_hour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        days = [(3, 28, "00"), (3, 28, "05"), (3, 29, "00"), (3, 29, "05"), (6, 1, "00"), (6, 1, "05")]
        text = "".join(f"{day}/0{month}/2020, {hour}:30 - Ana: hi\n" for month, day, hour in days)
        hours = [message.time.utcoffset() for message in read(text).messages if message.time]
        assert hours == [dt.timedelta(hours=each) for each in (1, 1, 1, 2, 2, 2)]
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_date_format_is_inferred_from_the_whole_file() -> None:
    head = "".join(f"02/03/20, 10:15 - Ana: {'x' * 50}\n" for _ in range(2 * BLOCK // 70))
    found = read(head + "02/13/20, 10:15 - Ana: y\n")
    assert (found.times[0], found.times[-1]) == ("2020-02-03 10:15:00", "2020-02-13 10:15:00")
    assert not found.report.notes


SAID = "👍🏽 naïve 日本|  two  spaces |a: b: c|https://example.org/a?b=c|(see you)|ok <b>|12:30 - no"
MORE = "and This message was deleted she said|one\ntwo\n\n  three: 10:15 - four\n2016-04-29 10:30:00"


def test_a_text_stays_as_typed_up_to_the_next_line_with_a_time() -> None:
    for said in f"{SAID}|{MORE}".split("|"):
        assert read(android(f"Ana: {said}", "Ben: yes ")).said == [("Ana", said), ("Ben", "yes ")]


def test_a_long_dash_after_the_time_is_no_name() -> None:
    chat = android("Ana created the group", "Ana: hi", "Cy joined", "Dan joined", "Ana: ok")
    assert read(chat.replace(" - ", " – ")).said == [("Ana", "hi"), ("Ana", "ok")]


def test_a_schedule_inside_a_message_is_typed_and_copied_messages_are_not() -> None:
    schedule = "The dates:\n18.05.2024 10:00 - 12:00 rehearsal\n25.05.2024 10:00 - 12:00 concert: in black"
    copied = "Look\n[14.05., 20:15] Carla: I cannot come\n[14.05., 20:16] Dora: a pity"
    found = read(android(f"Ana: {schedule}", f"Ben: {copied}", "Ana: [10:15, 14.5.2024] Carla: no"))
    assert found.said == [("Ana", schedule), ("Ben", "Look")]
    assert found.report.left_out["quoted line"] == 3


NAMES = ("Ana-Lena", "+49 170 1234567", "🤓", "Dr. Ana", "Ana (work)", "~ Ana", "علي", 'Ana "Annie" Silva')
SHOWN = dict(zip(NAMES, NAMES, strict=True)) | {"\u202aAna\u202c": "Ana"}


@pytest.mark.parametrize(("name", "shown"), SHOWN.items())
def test_the_reader_accepts_all_kinds_of_names(name: str, shown: str) -> None:
    assert read(android(f"{name}: hi"), me=shown).said == [(shown, "hi")]
    said = "do you still use WhatsApp on the old phone, or only on the new one?"
    assert read(iphone(f"{name}: {said}"), me=shown).said == [(shown, said)]


LINES = """
Messages and calls are end-to-end encrypted. Tap to learn more.
Ana changed the subject from "Trip" to "Trip: Rome"
Ana hat den Betreff zu „Reise: Rom“ geändert
Ana a changé le sujet en « Voyage : Rome »
+49 170 1234567 left
"""
ON_ANDROID = """
<Media omitted>|<省略多媒體檔案>|<Something in a language nobody thought of>|null
IMG-20200115-WA0001.jpg (file attached)
~PTT-20200115-WA0001.opus (Datei angehängt)|Ana Silva.vcf (archivo adjunto)|VID-20200115-WA0001.mp4 (किसी भाषा में)
umowa.pdf (plik załączony)|posizione in tempo reale condivisa
Live location shared|localização em tempo real compartilhada|تمت مشاركة الموقع المباشر|ライブロケーション共有
"""
ON_IPHONE = """
~image omitted|Contact card omitted|изображение отсутствует|画像は含まれていません|đã bỏ qua hình ảnh
<attached: 00000042-PHOTO-2020-06-07-15-13-20.jpg>|~<Anhang: 00000042-AUDIO-2020-06-07-15-13-20.opus>
Some file.txt <attached: 00000046-Some file.txt>|plan.pdf • ~2 pages ~<attached: 00000047-plan.pdf>
plan.pdf • 2 pages document omitted|Vertrag.pdf Dokument weggelassen
"""
DELETED = """
You deleted this message|Du hast diese Nachricht gelöscht.|Aţi şters acest mesaj|S’ha suprimit aquest missatge
شما این پیام را حذف کردید|आपने यह मैसेज डिलीट कर दिया है।|你已刪除此訊息。|آپ نے یہ میسج حذف کر دیا ہے۔
Un admin. eliminó este mensaje.|Данное сообщение удалено админом.
삭제된 메시지입니다|Tuto zprávu jste odstranil/a|您删除这个信息
"""
WAITING = "Waiting for this message. This may take a while.|Verpasster Sprachanruf|不在着信"
IPHONES = """
~Missed voice call|~Voice call, ~2 min|Сообщения и звонки защищены сквозным шифрованием.
Your security code with Ana changed. Tap to learn more.
"""
EDITED = "This message was edited|此訊息已編輯"
"""`~` is the left-to-right mark."""


def each(table: str) -> list[str]:
    return table.strip().replace("\n", "|").replace("~", LRM).split("|")


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        *((android(line), "system message") for line in each(LINES)),
        *((android(f"Ana: {line}"), "system message") for line in each(WAITING)),
        *((android(f"Ana: {stub}"), "media message") for stub in each(ON_ANDROID)),
        *((iphone(f"Ana: {stub}"), "media message") for stub in each(ON_IPHONE)),
        *((android(f"Ana: {notice}"), "deleted message") for notice in each(DELETED)),
        *((iphone(f"Ana: {LRM}{notice}"), "deleted message") for notice in each(DELETED)),
        *((android(line), "empty message") for line in ("Ben:.", "Ben:")),
        *((iphone(f"Ana: {line}"), "system message") for line in (NOTICED, *each(IPHONES))),
        (android("Ana: ANKIETA:\nDokąd?\nOPCJA: Rzym (1 głos)\nOPCJA: Oslo (0 głosów)\n"), "poll"),
        (iphone(f"Ana: {LRM}POLL:\nWhere?\n{LRM}OPTION: Rome ({LRM}1 vote)"), "poll"),
        (iphone("Ana: Location: https://maps.google.com/?q=51.50,-0.12"), "location"),
        (iphone("Ana: Çalış Plajı (Muğla): https://foursquare.com/v/4dea6dacd22da22d4ed36317"), "location"),
        (iphone("Ana: "), "empty message"),
    ],
)
def test_automatic_messages_in_any_language_are_left_out_by_kind(line: str, kind: str) -> None:
    found = read((iphone if line.startswith("[") else android)("Ana: hi") + line)
    assert (found.said, found.report.left_out) == ([("Ana", "hi")], {kind: 1})
    assert not found.report.unreadable


def test_captions_are_kept_and_file_names_are_left_out() -> None:
    attached = ("IMG-20200115-WA0001.jpg (file attached)\nlook at this", "plan.pdf (file attached)\nplan")
    omitted = ("<Media omitted>\nplan b.docx", "<Media omitted>\nand\nthis")
    found = read(android(*(f"Ana: {text}" for text in attached + omitted)))
    assert (found.texts, found.report.left_out) == (["look at this", "and\nthis"], {"media message": 4})
    for media in (f"{LRM}<attached: 00000055-PHOTO-2022-03-27-21-53-56.jpg>", f"{LRM}image omitted"):
        on_iphone = iphone(f"Ana: my caption {media}", f"Ana: of\ntwo lines {media}")
        assert read(on_iphone).texts == ["my caption", "of\ntwo lines"]


@pytest.mark.parametrize("mark", [*each(EDITED), f"{LRM}<This message was edited>"])
def test_edit_remarks_and_mention_marks_are_removed(mark: str) -> None:
    remark = mark if mark.startswith(LRM) else f"<{mark}>"
    assert read(android(f"Ana: see you\ntomorrow {remark}", "Ben: ok")).texts == ["see you\ntomorrow", "ok"]
    assert read(android("Ana: ask @\u2068Ben\u2069")).said == [("Ana", "ask @Ben")]


def test_the_report_shows_unreadable_text_with_its_line() -> None:
    odd = "45/45/20, 10:15 - Ana: no\n15/01/20, 99:15 - Ana: no\n"
    text = f"nd of a message\n\nand more\n{android('Ana: hi')}{odd}{android('Ana: ho', 'Ben: a', 'Ben: b')}"
    assert (found := read(text)).texts == ["hi", "ho", "a", "b"]
    assert {each.where: each.text for each in found.report.first_unreadable} == {
        "line 1": "nd of a message",
        "line 3": "and more",
        "line 5": "45/45/20, 10:15 Ana: no",
        "line 6": "15/01/20, 99:15 Ana: no",
    }


@pytest.mark.parametrize("shift", range(0, 40, 3))
def test_a_message_across_two_blocks_is_read_whole(shift: int) -> None:
    head = android("Ana: " + "x" * (BLOCK - 60 + shift))
    found = read(head + android("Ben: one\ntwo 👍", "Ana: three"))
    assert found.said[1:] == [("Ben", "one\ntwo 👍"), ("Ana", "three")]


def test_a_group_with_more_automatic_lines_than_messages_is_a_chat() -> None:
    automatic = [f"Member {number} joined using this group's invite link" for number in range(30)]
    found = read(android(*automatic, *["Ana: hi", "Ben: hello"] * 5, "Cy: hi"))
    assert (len(found.said), found.report.left_out) == (11, {"system message": 30})
