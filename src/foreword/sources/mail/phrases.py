"""Phrases that mail programs write into mails, in some thirty languages.

Each function finds one in a line, or in the lines of an introduction joined by spaces. The phrases come from the test
mails of the reply parsers named in docs/sources.md, and from programs in use; the patterns are our own. No pattern has
nested repetition, because a line may be very long.
"""

import re
from typing import Final


def _any(words: str) -> str:
    """A pattern for one of several words or phrases, which commas separate."""
    return "|".join(
        re.escape(" ".join(word.split())).replace("\\ ", " ") for word in words.split(",") if word.strip()
    )


_WROTE: Final = _any(
    """wrote, writes, said, sent, wrote the following, schrieb, schreibt, geschrieben, a écrit, a ecrit, écrit,
    escribió, escribio, escribe, va escriure, escreveu, scrisse, ha scritto, scrive, schreef, schrijft,
    geschreven, verzond, skrev, skriver, skrifaði, kirjoitti, napisał, napisała, napisał(a), nadesłał, pisze,
    napsal, napsala, napsal(a), napísal, napísala, napísal(a), je napisao, je napisala, je napisao/la, написал,
    написала, написал(а), пишет, писал(а), написав, пише, напісаў, írta, ezt írta, a scris, έγραψε, yazdı, şunu
    yazdı, đã viết, menulis, rašė, parašė, rakstīja, kirjutas, ha escrit, ha escrito, escribiu, написа, је
    написао, је написала, је написао/ла, napisal, je napisal, писал, писала, şunları yazdı, نوشت, كتبت, ایمیل
    نوشت, scriveva, idatzi du, כתב, כתבה, כתב/ה, كتب, เขียนว่า, ने लिखा, のメッセージ, は書きました,
    さんは書きました, のメール"""
)
_WROTE_EAST: Final = _any("写道, 寫道, 작성, 작성하였습니다, 작성했습니다, 쓴 글")
_NAME_AFTER: Final = _any(
    "wrote on, schrieb, schreef, skrev, kirjoitti, написал, пишет, napisał, napisał(a), ha scritto"
)
_BEGINNINGS: Final = _any(
    """on, at, in, am, le, el, il, op, em, no dia, a, den, dne, dňa, dana, dnia, w dniu, på, vào, pe, pada, la, u,
    v, mon, tue, wed, thu, fri, sat, sun, mo, di, mi, do, fr, sa, so, man, tir, ons, tor, fre, lør, søn, mån,
    tis, lör, sön, ma, ti, ke, to, su, en, στις, на, у, în, i, vo, dia, ngày, saat, tanggal, ในวันที่, בתאריך,
    في, در, 在, 於, 于, пн, вт, ср, чт, пт, сб, вс, нд, pon, wt, śr, czw, pt, sob, nd, niedz, po, út, st, čt,
    pá, ne, seg, ter, qua, qui, sex"""
)

wrote: Final = re.compile(
    rf"(?<!\w)(?:{_WROTE})(?!\w).{{0,160}}[:：]\s*-*\s*$|(?<!\w)(?:a écrit|wrote)\s*-+\s*$"
    rf"|(?:{_WROTE_EAST}).{{0,20}}[:：]\s*$",
    re.IGNORECASE,
).search
"""The end of an introduction such as "On Monday, Ana wrote:", if a quoted line follows."""

wrote_alone: Final = re.compile(
    rf"(?<!\w)(?!said|says|sent)(?:{_WROTE})\s*[:：]?\s*-*\s*$|(?:{_WROTE_EAST}).{{0,20}}[:：]\s*$"
    rf"|(?<!\w)(?:{_NAME_AFTER})\s(?:[^:]|(?<=\d):(?=\d)){{1,120}}:\s*$",
    re.IGNORECASE,
).search
"""The same, if no quoted line follows."""

begins: Final = re.compile(rf"[\W_]*(?:(?:{_BEGINNINGS})(?!\w)|\d{{1,4}}[./年-])", re.IGNORECASE).match
"""The beginning of its first line."""

dated: Final = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d|\d{1,2}[:.h]\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{1,2}[./]\d{1,2}[./]?)(?!\d)"
).search
year: Final = re.compile(
    r"(?<![\d+-])(?:1[34]|19|20|25)\d\d(?!\d)|(?<!\d)\d{1,2}[./-] ?\d{1,2}[./-] ?\d{2}(?:\d\d)?(?!\d)"
).search
"""A date with its year, also of the calendars of Iran and Thailand."""
addressed: Final = re.compile(r"[\w.+=%-]@[\w-]|<[^<>\s]* at [^<>]*>|\[mailto:|＠").search

bracketed: Final = re.compile(r"[<(\[＜] ?[^<>()\[\]\s]{0,100}@[^<>()\[\]\s]{1,200}[>)\]＞]|\[mailto:").search
"""An address as programs write it."""
time: Final = re.compile(r"(?<![\d.])\d{1,2}[:.h]\d{2}(?![\d.])").search

_ORIGINAL: Final = _any(
    """original message, oprindelig besked, original appointment, original e-mail, original mail, reply message,
    message d'origine, message original, ursprüngliche nachricht, ursprünglicher termin, original-nachricht,
    originalnachricht, antwort nachricht, mensaje original, mensagem original, messaggio originale,
    oorspronkelijk bericht, oorspronkelijke bericht, oprindelig meddelelse, original meddelelse, opprinnelig
    melding, originalmeddelande, ursprungligt meddelande, alkuperäinen viesti, oryginalna wiadomość, wiadomość
    oryginalna, původní zpráva, původní e-mail, pôvodná správa, eredeti üzenet, исходное сообщение, оригинальное
    сообщение, оригінальне повідомлення, orijinal mesaj, özgün ileti, mesaj original, mesajul original, αρχικό
    μήνυμα, missatge original, 原始邮件, 原始郵件, 邮件原件, 元のメッセージ, 원본 메시지, 원본 메일"""
)
original: Final = re.compile(rf"\s*[-‐_=*]{{2,}}\s*(?:{_ORIGINAL})\s*[-‐_=*]{{2,}}\s*$", re.IGNORECASE).match

_FORWARDED: Final = _any(
    """forwarded message, forwarded by, begin forwarded message, weitergeleitete nachricht, message transféré,
    message transmis, mensaje reenviado, mensagem encaminhada, mensagem reencaminhada, messaggio inoltrato,
    doorgestuurd bericht, videresendt meddelelse, videresendt melding, vidarebefordrat meddelande, välitetty
    viesti, edelleenlähetetty viesti, wiadomość przekazana, treść przekazanej wiadomości, přeposlaná zpráva,
    továbbított üzenet, пересылаемое сообщение, пересланное сообщение, переслане повідомлення, iletilmiş mesaj,
    yönlendirilen ileti, mesaj redirecționat, missatge reenviat, προωθημένο μήνυμα, 转发的邮件, 轉寄的郵件,
    轉寄郵件, 転送メッセージ, 전달된 메시지"""
)
_FORWARDED_APPLE: Final = _any(
    """begin forwarded message, anfang der weitergeleiteten nachricht, anfang der weitergeleiteten e-mail, début du
    message transféré, début du message réexpédié, inicio del mensaje reenviado, inizio messaggio inoltrato,
    begin doorgestuurd bericht, início da mensagem reenviada, início da mensagem encaminhada, start på
    videresendt besked, vidarebefordrat brev, начало переадресованного сообщения, 以下是转发的邮件,
    下記は転送されたメールです"""
)
forwarded: Final = re.compile(
    rf"\s*(?:[-‐_=*]{{2,}}\s*(?:{_FORWARDED})[^\n]{{0,100}}|(?:{_FORWARDED_APPLE})\s*[:：]?)\s*$",
    re.IGNORECASE,
).match

_FROM: Final = _any(
    """from, von, de, da, van, od, fra, från, lähettäjä, feladó, от, від, kimden, de la, από, 发件人, 發件人,
    寄件者, 差出人, 보낸 사람, 보낸사람, absender, expéditeur, remitente, remetente, mittente, afzender,
    avsändare, afsender, avsender, gönderen, от кого, відправник, pošiljatelj, šalje, odesílatel, odosielateľ,
    מאת, من, จาก, từ, dari, daripada, saatja, nuo, frá"""
)
_DATE: Final = _any(
    """sent, date, gesendet, datum, envoyé, enviado el, enviado, enviada em, fecha, data, inviato, verzonden,
    sendt, skickat, lähetetty, päivämäärä, wysłano, wysłane, odesláno, odoslané, elküldve, dátum, dato,
    отправлено, дата, надіслано, gönderildi, gönderme tarihi, tarih, trimis, στάλθηκε, ημερομηνία, when,
    发送时间, 日期, 發送日期, 傳送日期, 送信日時, 日付, 보낸 날짜, 날짜, sent on, gesendet am, envoyé le, date
    d'envoi, message du, enviado em, enviat, enviat el, poslano, изпратено, נשלח, تاريخ الإرسال, التاريخ, ส่ง,
    วันที่, đã gửi, ngày, dikirim, tanggal, dihantar, saadetud, nosūtīts, išsiųsta, data wysłania, datum
    odeslání"""
)
_TO: Final = _any(
    """to, cc, bcc, an, kopie, copie à, à, a, para, aan, til, till, kopia, kopio, vastaanottaja, do, dw, komu,
    címzett, кому, копия, копія, kime, către, προς, reply-to, organization, organisation, importance, priority,
    收件人, 抄送, 收件者, 副本, 宛先, 받는 사람, 받는사람, 참조, naar, pour, destinataire, destinatario,
    destinatário, ontvanger, empfänger, kopi, mottagare, modtager, mottaker, prima, за, към, אל, إلى, ถึง, đến,
    kepada, ke, saaja, kam, alıcı, bilgi"""
)
_SUBJECT: Final = _any(
    """subject, betreff, objet, asunto, assunto, oggetto, onderwerp, emne, ämne, aihe, temat, předmět, predmet,
    tárgy, тема, konu, sujet, naslov, относно, נושא, الموضوع, เรื่อง, chủ đề, subjek, perihal, teema, temats,
    tema, efni, subiect, θέμα, 主题, 主題, 主旨, 件名, 제목"""
)
header: Final = re.compile(
    rf"[\s*|]*(?:(?P<source>{_FROM})|(?P<date>{_DATE})|(?P<subject>{_SUBJECT})|(?P<other>{_TO}))(?: ?\*)?\s?[:：]",
    re.IGNORECASE,
).match
"""A line of the header that Outlook and others put above a quote."""

_SENT: Final = (
    r"sent (?:from|via|with|using|by) (?:my |the |a |an )?(?P<device>.{2,60})",
    r"sent wirelessly (?:from|via) .{2,40}",
    r"get outlook for .{2,40}|get the outlook app.{0,60}",
    r"(?:holen sie sich|laden sie|télécharger|obtenez|obtener|obtén|scarica) outlook .{2,60}",
    r"outlook (?:für|voor) .{2,40}(?:beziehen|herunterladen|downloaden|ophalen)",
    r"(?:diese nachricht wurde )?von (?:meine[mr]|mein|samsung|mobil) ?.{0,70}gesendet\.?",
    r"gesendet (?:von|mit|aus|über|via) .{2,60}",
    r"envoyé (?:de|depuis|à partir) .{2,60}",
    r"enviad[oa] (?:desde|do|de|pelo|a partir|con|com) .{2,60}",
    r"inviat[oa] (?:da|dal|con) .{2,60}|inviat[oa] dall'.{2,60}",
    r"(?:verstuurd|verzonden) (?:vanaf|vanuit|met|via) .{2,60}",
    r"skickat (?:från|med) .{2,60}|sendt (?:fra|med|via) .{2,60}|lähetetty .{2,60}",
    r"wysłan[eoy] (?:z|ze|za) .{2,60}|odesláno (?:z|ze) .{2,60}|odoslané (?:z|zo) .{2,60}",
    r"отправлено (?:с|из) .{2,60}|надіслано (?:з|із) .{2,60}|trimis de pe .{2,40}|στάλθηκε από .{2,40}",
    r".{2,30}(?:dan|den) gönderildi|được gửi từ .{2,40}|enviat des .{2,40}",
    r".{2,30}から送信|(?:从|發自|发自)我的.{2,30}|(?:나의|내) .{2,30}에서 보냄",
)
sent_from: Final = re.compile(rf"\s*(?:{'|'.join(_SENT)})(?:\s*<[^<>\s]{{4,200}}>)?\s*$", re.IGNORECASE).match
"""The line that telephones add below a mail."""

_FOOTER: Final = _any(
    """mailing list, unsubscribe, abbestellen, abmelden, désabonner, list info, listinfo, mailman, you received
    this message because, you are receiving this, reply to this email directly, view it on github, sponsored by,
    virus, avast, yahoo, hotmail, web.de, free e-mail, free email, google groups, groups.google, list archive,
    confidential, disclaimer, vertraulich, handelsregister, geschäftsführer, registered office, amtsgericht"""
)
footer: Final = re.compile(rf"{_FOOTER}|\b(?:avg|msn|gmx)\b", re.IGNORECASE).search
"""Words of a footer below a line of dashes."""

_NOTICES: Final = _any("confidentiality, disclaimer, legal, privacy, privileged, confidential")
_THIS: Final = (
    "(?:the (?:information(?: contained)? in|contents of) )?this|diese|cette|le présent|ce|este|questo|dit"
)
_MAIL: Final = _any(
    "e-mail, email, message, mail, communication, transmission, nachricht, courriel, correo, messaggio, bericht"
)
_SECRET: Final = _any(
    """confidential, privileged, intended only, intended solely, vertraulich, confidentiel, confidencial, riservat,
    vertrouwelijk, scanned for, checked for, auf viren"""
)
disclaimer: Final = re.compile(
    rf"\s*\W{{0,4}}(?:(?:{_NOTICES})(?: (?:notice|note|statement|information))?\s*:"
    rf"|(?:{_THIS}) (?:{_MAIL})\b.{{0,300}}(?:{_SECRET}))",
    re.IGNORECASE,
).match
"""The beginning of a legal notice below a mail."""
