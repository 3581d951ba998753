"""WhatsApp's text: dates and times of all regions, who wrote, and what nobody typed."""

import datetime as dt
import time
import tracemalloc
from pathlib import Path

import pytest

from chat_readings import Tried, fits
from chat_readings import tried as tried_by
from foreword.errors import WrongEncoding
from foreword.sources.chats import whatsapp
from foreword.sources.detect import people_in, read_source
from foreword.sources.opened import BLOCK, opened_bytes
from foreword.sources.report import Report

LRM, RLM, NARROW = "\u200e", "\u200f", "\u202f"


def tried(text: str | bytes) -> Tried:
    return tried_by(whatsapp, text)


def android(*messages: str) -> str:
    return "".join(f"15/01/20, 10:15 - {message}\n" for message in messages)


def iphone(*messages: str) -> str:
    return "".join(f"[15/01/20, 10:15:33] {message}\r\n" for message in messages)


@pytest.mark.parametrize(
    "stamp",
    [
        "15/01/2020, 22:15 - ",
        "15.01.20, 22:15 - ",
        "15-01-2020 22:15 - ",
        "1/15/20, 10:15 PM - ",
        f"1/15/20, 10:15{NARROW}PM - ",
        "15/1/20 10:15 p. m. - ",
        "15/1/20, 10:15 p.\u00a0m. - ",
        "15/1/2020, 10:15 p.m. - ",
        "2020-01-15, 10:15 p.m. - ",
        "2020/01/15, 22:15. - ",
        "15.1.2020 klo 22.15 - ",
        "15/01/2020 à 22:15 - ",
        "15.01.20 г., 22:15 - ",
        "15. 1. 2020. 22:15 - ",
        "2020. 01. 15. 22:15 - ",
        "2020. 1. 15. 오후 10:15 - ",
        "2020/1/15 下午10:15 - ",
        "2020-01-15 22 h 15 - ",
        "15/1/20, 10:15 μ.μ. - ",
        "15/1/2020, 10:15 PTG - ",
        "١٥/١/٢٠٢٠، ١٠:١٥ م - ",
        "15/01/2020, 22:15 – ",
        "22:15, 15/01/2020 - ",
    ],
)
def test_androids_times_of_many_regions(stamp: str) -> None:
    found = tried(f"{stamp}Ana Silva: good evening\n")
    assert found.said == [("Ana Silva", "good evening")]
    assert found.times == ["2020-01-15 22:15:00"]


@pytest.mark.parametrize(
    "stamp",
    [
        "[15/01/20, 22:15:33] ",
        "[15.01.20, 22:15:33] ",
        "[1/15/20, 10:15:33 PM] ",
        f"[1/15/20, 10:15:33{NARROW}PM] ",
        "[15-01-20 22:15:33] ",
        "[2020-01-15 22:15:33] ",
        "[15.1.2020, 22.15.33] ",
        "[15.01.20, 22.15:33] ",
        "[15/1/20 10:15:33 p. m.] ",
        "[2020/1/15 下午10:15:33] ",
        f"[{RLM}١٥{RLM}/١{RLM}/٢٠٢٠, ١٠:١٥:٣٣ م] ",
        "[22:15:33, 15/01/2020] ",
        "[2020-01-15, 22 h 15 min 33 s] ",
        f"{LRM}[15/01/20, 22:15:33] ",
        "15/01/20 22:15:33: ",
        "15. 1. 2020. 22:15:33 ",
    ],
)
def test_iphones_times_of_many_regions(stamp: str) -> None:
    found = tried(f"{stamp}Ana Silva: good evening\n")
    assert found.said == [("Ana Silva", "good evening")]
    assert found.times == ["2020-01-15 22:15:33"]


@pytest.mark.parametrize(
    ("clock", "time"),
    [
        ("12:05 AM", "00:05"),
        ("12:05 PM", "12:05"),
        ("1:05 am", "01:05"),
        ("11:05 pm", "23:05"),
        ("24:05", "00:05"),
    ],
)
def test_noon_and_midnight(clock: str, time: str) -> None:
    assert tried(f"15/01/20, {clock} - Ana: hi\n").times == [f"2020-01-15 {time}:00"]


def test_times_are_those_of_this_computers_zone() -> None:
    (message,) = tried("15/07/20, 10:15 - Ana: hi\n").messages
    assert message.time == dt.datetime(2020, 7, 15, 10, 15).astimezone()
    assert message.time is not None
    assert message.time.tzinfo is not None


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="needs a clock whose zone can be changed")
def test_on_the_days_on_which_clocks_change_each_hour_has_its_own_distance(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    try:
        text = "".join(
            f"{day}/0{month}/2020, {hour}:30 - Ana: hi\n"
            for month, day in ((3, 28), (3, 29), (6, 1))
            for hour in ("00", "05")
        )
        hours = [message.time.utcoffset() for message in tried(text).messages if message.time]
        assert hours == [dt.timedelta(hours=each) for each in (1, 1, 1, 2, 2, 2)]
    finally:
        monkeypatch.undo()
        time.tzset()


def test_the_order_is_told_over_the_whole_file_before_the_first_time_is_given() -> None:
    head = "".join(f"02/03/20, 10:15 - Ana: {'x' * 50}\n" for _ in range(2 * BLOCK // 70))
    found = tried(head + "02/13/20, 10:15 - Ana: y\n")
    assert found.times[-1] == "2020-02-13 10:15:00" or found.times[0] == "2020-02-03 10:15:00"
    assert found.times[0] == "2020-02-03 10:15:00"
    assert not found.report.notes


def test_months_first_without_a_day_above_twelve_are_told_by_time_and_noted() -> None:
    found = tried("2/1/20, 10:00 - Ana: a\n3/2/20, 10:00 - Ana: b\n4/1/20, 10:00 - Ana: c\n")
    assert found.times == ["2020-02-01 10:00:00", "2020-03-02 10:00:00", "2020-04-01 10:00:00"]
    assert found.report.notes == [
        "it.txt: no date tells day from month; read as month, day, year, so they stand in the order of time"
    ]


def test_two_exports_in_one_file_are_read_each_in_its_order_oldest_first() -> None:
    found = tried(
        "30/12/20, 10:00 - Ana: a\n31/12/20, 10:00 - Ben: b\n01/01/21, 10:00 - Ben: c\n02/01/21, 10:00 - Ben: e\n"
        "[12/31/20, 11:00:00 AM] Ana: bb\n[1/2/21, 11:00:00 AM] Ana: f\n"
    )
    assert [text for _, text in found.said] == ["a", "b", "bb", "c", "e", "f"]
    assert "not all in one order" in found.report.notes[0]


def test_messages_that_came_late_are_put_where_they_belong() -> None:
    found = tried("15/01/20, 10:16 - Ana: b\n15/01/20, 10:15 - Ben: a\n15/01/20, 10:16 - Ben: c\n")
    assert [text for _, text in found.said] == ["a", "b", "c"]


def test_a_day_that_is_written_in_two_ways_is_one_day() -> None:
    found = tried(
        "15/01/20, 10:16 - Ana: b\n15/1/2020, 10:15 - Ben: a\n45/45/20, 10:15 - Ben: no\n15/01/20, 10:14 - Ben: 0\n"
    )
    assert [text for _, text in found.said] == ["0", "a", "b"]


def test_a_message_goes_on_until_the_next_line_with_a_time() -> None:
    found = tried(
        iphone("Ana: one\ntwo\n\n  three: 10:15 - four\n2016-04-29 10:30:00", "Ben: yes ").replace(
            "\r\n", "\n"
        )
    )
    assert found.said == [("Ana", "one\ntwo\n\n  three: 10:15 - four\n2016-04-29 10:30:00"), ("Ben", "yes ")]


def test_text_is_kept_as_it_was_typed() -> None:
    said = [
        "👍🏽 naïve 日本",
        "  two  spaces ",
        "a: b: c",
        "https://example.org/a?b=c",
        "<3",
        "(see you)",
        "ok <b>",
        "12:30 - no",
    ]
    assert tried(android(*(f"Ana: {each}" for each in said))).said == [("Ana", each) for each in said]


@pytest.mark.parametrize(
    "name",
    ["Ana-Lena", "+49 170 1234567", "🤓", "Dr. Ana", 'Ana "Annie" Silva', "Ana (work)", "~ Ana", "علي"],
)
def test_names_of_all_kinds(name: str) -> None:
    assert tried(android(f"{name}: hi")).said == [(name, "hi")]


def test_marks_of_direction_are_not_part_of_names() -> None:
    assert tried(android("\u202a+49 170 1234567\u202c: hi")).said == [("+49 170 1234567", "hi")]


def test_a_colon_belongs_to_a_name_whose_every_message_goes_on_alike() -> None:
    found = tried(android("Ana: work: hi", "Ben: work: hi", "Ana: work: a: b", "Ben: no", "Ana: work: bye"))
    assert found.said == [
        ("Ana: work", "hi"), ("Ben", "work: hi"), ("Ana: work", "a: b"), ("Ben", "no"), ("Ana: work", "bye"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "Messages and calls are end-to-end encrypted. Tap to learn more.",
        'You created group "Trip"',
        'Ana changed the subject from "Trip" to "Trip: Rome"',
        "Ana hat den Betreff zu „Reise: Rom“ geändert",
        "Ana a changé le sujet en « Voyage : Rome »",
        "+49 170 1234567 left",
        "Your security code with Ana changed. Tap to learn more.",
        "Ana",
    ],
)
def test_lines_without_an_author_are_whatsapps(line: str) -> None:
    found = tried(android("Ana: hi", line))
    assert found.said == [("Ana", "hi")]
    assert found.report.left_out == {"system message": 1}


@pytest.mark.parametrize(
    "stub",
    [
        "<Media omitted>",
        "<Medien ausgeschlossen>",
        "<Multimedia omitido>",
        "<Médias omis>",
        "<Media omessi>",
        "<Media weggelaten>",
        "<Mídia oculta>",
        "<Arquivo de mídia oculto>",
        "<Без медиафайлов>",
        "<Файл пропущен>",
        "<Medya dahil edilmedi>",
        "<Media tidak disertakan>",
        "<省略多媒體檔案>",
        "<המדיה לא נכללה>",
        "<تم استبعاد الوسائط>",
        "<Something in a language nobody thought of>",
        "IMG-20200115-WA0001.jpg (file attached)",
        f"{LRM}PTT-20200115-WA0001.opus (Datei angehängt)",
        "AUD-20190101-WA0000. (file attached)",
        "Ana Silva.vcf (archivo adjunto)",
        "VID-20200115-WA0001.mp4 (किसी भाषा में)",
        "null",
        "live location shared",
    ],
)
def test_androids_stubs_of_media_are_left_out(stub: str) -> None:
    found = tried(android("Ana: hi", f"Ana: {stub}"))
    assert found.said == [("Ana", "hi")]
    assert found.report.left_out == {"media message": 1}


@pytest.mark.parametrize(
    "stub",
    [
        "image omitted",
        f"{LRM}image omitted",
        f"{LRM}sticker omitted",
        "GIF omitted",
        "Contact card omitted",
        "Bild weggelassen",
        "imagen omitida",
        "image absente",
        "immagine omessa",
        "afbeelding weggelaten",
        "imagem ocultada",
        "изображение отсутствует",
        "görüntü dahil edilmedi",
        "画像は含まれていません",
        "이미지 생략됨",
        "圖片已略去",
        "ไม่มีรูปภาพ",
        "đã bỏ qua hình ảnh",
        "<attached: 00000042-PHOTO-2020-06-07-15-13-20.jpg>",
        "< attached: 00000042-PHOTO-2020-06-07-15-13-20.jpg >",
        f"{LRM}<Anhang: 00000042-AUDIO-2020-06-07-15-13-20.opus>",
        "Some file.txt <attached: 00000046-Some file.txt>",
        f"plan.pdf • {LRM}2 pages {LRM}<attached: 00000047-plan.pdf>",
        "plan.pdf • 2 pages document omitted",
        "Template.docx document omitted",
        "Vertrag.pdf Dokument weggelassen",
    ],
)
def test_iphones_stubs_of_media_are_left_out(stub: str) -> None:
    found = tried(iphone("Ana: hi", f"Ana: {stub}"))
    assert found.said == [("Ana", "hi")]
    assert found.report.left_out == {"media message": 1}


def test_captions_were_typed_and_names_of_files_were_not() -> None:
    found = tried(
        android(
            "Ana: IMG-20200115-WA0001.jpg (file attached)\nlook at this",
            "Ana: plan.pdf (file attached)\nplan",
            "Ana: <Media omitted>\nplan b.docx",
            "Ana: <Media omitted>\nand\nthis",
        )
    )
    assert found.said == [("Ana", "look at this"), ("Ana", "and\nthis")]
    assert found.report.left_out == {"media message": 4}
    found = tried(iphone(f"Ana: my caption {LRM}<attached: 00000055-PHOTO-2022-03-27-21-53-56.jpg>"))
    assert found.said == [("Ana", "my caption")]


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("This message was deleted", "deleted message"),
        ("You deleted this message.", "deleted message"),
        ("Diese Nachricht wurde gelöscht.", "deleted message"),
        ("Se eliminó este mensaje.", "deleted message"),
        ("此訊息已刪除。", "deleted message"),
        (f"{LRM}This message was deleted.", "deleted message"),
        (f"{LRM}Missed voice call", "system message"),
        (f"{LRM}Voice call, {LRM}2 min", "system message"),
        (f"{LRM}Ana added Ben", "system message"),
        (
            "Messages and calls are end-to-end encrypted. No one outside of this chat, not even WhatsApp, can read",
            "system message",
        ),
        ("Сообщения и звонки защищены сквозным шифрованием.", "system message"),
        ("Your security code with Ana changed. Tap to learn more.", "system message"),
        (f"{LRM}POLL:\nWhere?\n{LRM}OPTION: Rome ({LRM}1 vote)", "poll"),
        ("Location: https://maps.google.com/?q=51.50,-0.12", "location"),
        ("Çalış Plajı (Fethiye, Muğla): https://foursquare.com/v/4dea6dacd22da22d4ed36317", "location"),
        ("", "empty message"),
    ],
)
def test_what_else_nobody_typed_is_left_out_by_its_kind(said: str, kind: str) -> None:
    found = tried(iphone("Ana: hi", f"Ana: {said}"))
    assert found.said == [("Ana", "hi")]
    assert found.report.left_out == {kind: 1}
    assert not found.report.unreadable


@pytest.mark.parametrize(
    "edited",
    [
        "<This message was edited>",
        f"{LRM}<This message was edited>",
        "<Diese Nachricht wurde bearbeitet.>",
        "<Se editó este mensaje.>",
    ],
)
def test_an_edited_message_is_read_without_the_remark(edited: str) -> None:
    assert tried(android(f"Ana: see you\ntomorrow {edited}")).said == [("Ana", "see you\ntomorrow")]


def test_people_who_are_mentioned_are_read_without_marks() -> None:
    assert tried(android("Ana: ask @\u2068Ben\u2069")).said == [("Ana", "ask @Ben")]


def test_a_message_that_is_gone_has_no_text() -> None:
    found = tried(android("Ana: hi", "Ben:.", "Ben:"))
    assert found.said == [("Ana", "hi")]
    assert found.report.left_out == {"empty message": 2}


def test_a_file_cut_at_both_ends_is_read() -> None:
    whole = android(*(f"Ana: mañana {number} 👍" for number in range(100))).encode()
    for begin, end in ((5, -1), (700, -2), (701, -3), (702, -4), (703, -40)):
        found = tried(whole[begin:end].decode("utf-8", "ignore").encode() if begin > 5 else whole[:end])
        assert len(found.messages) >= 80
        assert found.report.unreadable <= 1
    found = tried(whole[:-3])
    assert found.said[-1] == ("Ana", "mañana 99 ")
    assert found.report.notes[0] == "it.txt breaks off within a character: it may have been cut"


def test_the_rest_of_a_cut_message_is_shown_as_not_understood() -> None:
    found = tried("nd of a message\n\nand more\n" + android("Ana: hi", "Ben: ho"))
    assert found.said == [("Ana", "hi"), ("Ben", "ho")]
    assert [(each.where, each.text) for each in found.report.first_unreadable] == [
        ("line 1", "nd of a message"), ("line 3", "and more"),
    ]  # fmt: skip


def test_a_time_that_cannot_be_is_shown_with_its_line() -> None:
    found = tried(
        android("Ana: hi\nmore")
        + "45/45/20, 10:15 - Ana: no\n15/01/20, 99:15 - Ana: no\n"
        + android("Ana: ho")
    )
    assert found.said == [("Ana", "hi\nmore"), ("Ana", "ho")]
    assert [each.where for each in found.report.first_unreadable] == ["line 3", "line 4"]


def test_another_encoding_is_an_error_that_names_it() -> None:
    data = android("Ana: mañana", "Ben: sí").encode("latin-1")
    with pytest.raises(WrongEncoding, match="--encoding"):
        tried(data)
    opened = opened_bytes("it.txt", data, encoding="latin-1")
    assert whatsapp.fits(opened)
    assert [message.text for message in whatsapp.read(opened, Report())] == ["mañana", "sí"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_byte_order_mark_and_any_ends_of_lines_do_no_harm(end: str) -> None:
    text = android("Ana: one\ntwo", "Ben: ok").replace("\n", end)
    assert tried(b"\xef\xbb\xbf" + text.encode()).said == [("Ana", "one\ntwo"), ("Ben", "ok")]


@pytest.mark.parametrize("shift", range(0, 40, 3))
def test_a_message_is_whole_wherever_blocks_end(shift: int) -> None:
    head = android("Ana: " + "x" * (BLOCK - 60 + shift))
    found = tried(head + android("Ben: one\ntwo 👍", "Ana: three"))
    assert found.said[1:] == [("Ben", "one\ntwo 👍"), ("Ana", "three")]


@pytest.mark.parametrize(
    "text",
    [
        "First Citizen:\nBefore we proceed any further, hear me speak.\n",
        "Some prose. On 15/01/2020, 10:15 - as I recall: it rained.\n",
        "2020-01-15 10:15:33 INFO: started\n2020-01-15 10:15:34 ERROR: failed\n",
        "2020-01-15 10:15:33 - INFO: started\n2020-01-15 10:15:34 - ERROR: failed\n",
        "[1/15/2024 10:30 AM] Alice\nHello Discord!\n\n[1/15/2024 10:31 AM] bob\nHi Alice!\n",
        "[2019-01-15 10:15:33] <nick> hello: there\n[2019-01-15 10:15:34] <nack> hi: you\n",
        "date,author,text\n15/01/2020,Ana,hi\n",
        "",
    ],
)
def test_other_texts_are_not_taken_for_it(text: str) -> None:
    assert not fits(whatsapp, text)


def test_a_long_chat_is_read_in_bounded_memory() -> None:
    days = (dt.date(2020, 1, 1) + dt.timedelta(days=number) for number in range(200))
    text = "".join(
        f"{day:%d/%m/%Y}, 10:15 - Ana: {'word ' * 100}\n" for day in days for _ in range(50)
    ).encode()
    opened = opened_bytes("it.txt", text)
    tracemalloc.start()
    count = sum(1 for _ in whatsapp.read(opened, Report()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 10_000
    assert peak < len(text) / 2


@pytest.mark.parametrize(
    "odd", [" ", "<", "(", " (a", "<edited ", "https://a ", "\n", "a: ", "15/01/20, 10:15"]
)
def test_odd_messages_take_no_longer_than_others(odd: str) -> None:
    begin = time.process_time()
    tried(android("Ana: hi", f"Ana: {odd * 60_000}>", f"Ana: {odd * 60_000})"))
    assert time.process_time() - begin < 5


DELETED = """
You deleted this message|This message was deleted|Du hast diese Nachricht gelöscht.
Eliminaste este mensaje.|Se eliminó este mensaje.|Vous avez supprimé ce message
Ce message a été supprimé|Hai eliminato questo messaggio|Você apagou esta mensagem
Você apagou essa mensagem|Apagou esta mensagem.|Eliminou esta mensagem|Je hebt dit bericht verwijderd
Вы удалили данное сообщение|Данное сообщение удалено.|Ви видалили це повідомлення|Bu mesajı sildiniz
Bu mesaj silindi|Anda menghapus pesan ini|Mesej ini telah dipadam|Usunięto tę wiadomość
Ta wiadomość została usunięta|Tuto zprávu jste smazali|Tato zpráva byla smazána
Túto správu ste vymazali|Törölted ezt az üzenetet|Ați șters acest mesaj|Aţi şters acest mesaj
Изтрихте това съобщение|Διαγράψατε αυτό το μήνυμα|Poistit tämän viestin
Du raderade det här meddelandet|Det här meddelandet togs bort|Du slettede denne besked
Du slettet denne meldingen|Izbrisali ste ovu poruku|Избрисали сте ову поруку
Izbrisali ste to sporočilo|Jūs ištrynėte šią žinutę|Sa kustutasid selle sõnumi
S’ha suprimit aquest missatge|מחקת הודעה זו|لقد حذفت هذه الرسالة|تم حذف هذه الرسالة
شما این پیام را حذف کردید|आपने यह मैसेज डिलीट किया|आपने यह मैसेज डिलीट कर दिया है।
এই মেসেজটি মুছে ফেলা হয়েছে|இந்தச் செய்தி நீக்கப்பட்டது|మీరు ఈ సందేశాన్ని తొలగించారు|你已删除此消息
您已刪除此訊息|你已刪除此訊息。|你删除了这条消息|このメッセージは削除されました
이 메시지를 삭제했습니다|삭제된 메시지입니다|Bạn đã xóa tin nhắn này|คุณได้ลบข้อความนี้
Umefuta ujumbe huu
"""


@pytest.mark.parametrize("notice", DELETED.replace("\n", "|").strip("|").split("|"))
def test_a_deleted_message_is_nobodys_words_in_any_language(notice: str) -> None:
    for line in (f"15/01/20, 10:15 - Ana: {notice}", f"[15.01.20, 10:15:33] Ana: \u200e{notice}"):
        found = tried(f"{line}\n{line.replace(notice, f'and {notice} she said')}\n")
        assert found.said == [("Ana", f"and {notice} she said")] or "\u200e" in line
        assert found.report.left_out["deleted message"] == 1


@pytest.mark.parametrize(
    "notice",
    [
        "Waiting for this message. This may take a while.",
        "Esperando este mensaje",
        "En attente de ce message.",
        "Wachten op dit bericht",
        "Verpasster Sprachanruf",
        "Missed group voice call",
        "Chamada de voz perdida",
        "Cevapsız görüntülü arama",
        "不在着信",
    ],
)
def test_calls_and_messages_that_have_not_come_are_whatsapps(notice: str) -> None:
    found = tried(f"15/01/20, 10:15 - Ana: {notice}\n15/01/20, 10:16 - Ana: yes\n")
    assert (found.said, found.report.left_out) == ([("Ana", "yes")], {"system message": 1})


@pytest.mark.parametrize(
    "mark",
    [
        "This message was edited",
        "Diese Nachricht wurde bearbeitet.",
        "Se editó este mensaje.",
        "Ce message a été modifié",
        "Mensagem editada",
        "Questo messaggio è stato modificato",
        "Dit bericht is bewerkt",
        "Сообщение изменено",
        "Bu mesaj düzenlendi",
        "此訊息已編輯",
        "Ta wiadomość została edytowana",
        "Це повідомлення відредаговано",
        "Тази съобщение е редактирано",
        "Poruka je uređena",
    ],
)
def test_of_a_message_that_was_edited_the_mark_goes(mark: str) -> None:
    assert tried(f"15/01/20, 10:15 - Ana: yes <{mark}>\n").said == [("Ana", "yes")]


@pytest.mark.parametrize("name", ["\u200e", "\u200e\u2068\u2069", "\u200b", "\u3164", "\u00a0", ""])
def test_a_person_whose_name_cannot_be_seen_keeps_their_messages(name: str, tmp_path: Path) -> None:
    (tmp_path / "it.txt").write_text(
        f"1/15/20, 9:32 am - {name}: Good luck\n1/15/20, 9:33 am - Ana: hi\n", encoding="utf-8"
    )
    assert people_in(str(tmp_path / "it.txt")) == {"(no name)": 1, "Ana": 1}
    assert [each.text for each in read_source(str(tmp_path / "it.txt"), me="(no name)")] == ["Good luck"]
