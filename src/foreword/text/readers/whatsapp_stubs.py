"""What WhatsApp writes in a message's place: that there was a picture, that it was deleted, that somebody called.

It does so in the language of the phone, on iPhones behind a left-to-right mark. The phrases are those of its interface
(docs/sources.md), as nouns and what is said of them where a language puts them together.
"""

import re
from itertools import product
from typing import Final

MEDIA: Final = "media message"
DELETED: Final = "deleted message"
SYSTEM: Final = "system message"
LOCATION: Final = "location"
POLL: Final = "poll"

_OMITTED: Final = (  # what a language calls them, and how it says that they are not there
    ("image|video|audio|gif|sticker|document|contact card|media|video note|voice message|album", "{} omitted"),
    ("bild|video|audio|gif|sticker|dokument|kontaktkarte|videonachricht", "{} weggelassen|{} ausgelassen"),
    ("imagen|tarjeta de contacto", "{} omitida"),
    ("video|audio|gif|sticker|documento|vídeo|archivo|multimedia", "{} omitido"),
    ("image|vidéo", "{} absente"),
    ("audio|sticker|document|gif|fichier|médias|vidéo|image", "{} omis|{} omise|{} retiré|{} manquant"),
    ("fiche contact|image|vidéo", "{} manquante"),
    ("immagine|gif|scheda contatto|audio", "{} omessa|{} esclusa"),
    ("video|audio|documento|sticker|media", "{} omesso|{} non incluso|{} omessi"),
    ("imagem|gif|figurinha|mídia", "{} ocultada|{} omitida|{} não revelada|{} oculta"),
    ("vídeo|áudio|documento|sticker|contacto|cartão do contato|ficheiro|ficheiro de áudio|arquivo de mídia|gif",
     "{} ocultado|{} omitido|{} não revelado|{} oculto"),
    ("afbeelding|video|audio|gif|sticker|document|visitekaartje|media", "{} weggelaten"),
    ("изображение|видео|аудиофайл|gif|карточка контакта|документ", "{} отсутствует|{} пропущено"),
    ("файл|документ|стикер|медиа|медіа", "{} пропущен|{} пропущено|{} не добавлен"),
    ("зображення|відео|аудіо|картка контакту", "{} відсутнє|{} відсутня"),
    ("obrázek|video|gif|nálepka|dokument|zvukový soubor|vizitka|média|obrázok|zvuk|karta kontaktu",
     "{} vynechán|{} vynecháno|{} vynechána|{} vynechaný|{} vynechané|{} vynechaná|{} vynechány"),
    ("obraz|audio|dokument|plik gif|wideo|pliki", "{} pominięty|{} pominięte|{} pominięto"),
    ("naklejkę|wizytówka kontaktu", "pominięto {}|pominięta {}"),
    ("görüntü|video|ses|gif|belge|çıkartma|kişi kartı|medya", "{} dahil edilmedi|{} atlanmış"),
    ("gambar|video|audio|gif|stiker|dokumen|kartu kontak|media", "{} tidak disertakan|{} disingkirkan"),
    ("imej|video|audio|gif|pelekat|dokumen|kad kenalan", "{} tidak dimasukkan|{} tidak disertakan"),
    ("bild|video|ljud|gif|sticker|dokument|kontaktkort|media", "{} utesluten|{} utelslutet|{} uteslutet|{} har utelämnats"),
    ("bilde|video|lyd|gif|klistremerke|billede|klistermærke|dokument|kontaktkort|mediefil|sticker",
     "{} utelatt|{} udeladt|utelatt {}|{} ikke inkludert|{} sløyfet"),
    ("imagine|clip video|gif|sticker|document|carte de vizită contact", "{} omis|{} omisă"),
    ("εικόνα|βίντεο|ήχος|αυτοκόλλητο|έγγραφο|η κάρτα επαφής", "{} παραλείφθηκε|{} παραλήφθηκε"),
    ("kép|videó|hang|matrica|gif fájl|dokumentum|névjegykártya", "{} kihagyva|{} kihagyása|{} küldése sikertelen"),
    ("slika|video|zvuk|naljepnica|gif|dokument|posjetnica|medijski zapis", "{} izostavljen|{} izostavljena"),
    ("äänitiedostoa|videota|tarraa|dokumenttia|kuvaa", "{} ei sisällytetä|{} ei sisällytetty"),
    ("imatge|vídeo|àudio|gif|adhesiu|document|targeta de contacte", "{} omesa|{} omès"),
    ("התמונה|סרטון הווידאו|gif|קטע קול|סטיקר|מסמך|כרטיס איש קשר|מדיה|תמונה|סרטון", "{} הושמט|{} הושמטה|{} לא נכללה"),
    ("الصورة|الفيديوهات|المقاطع الصوتية|صورة gif|المستند|بطاقة جهة اتصال", "لم يتم إدراج {}"),
    ("الملصقات|الوسائط", "تم حذف {}|تم استبعاد {}"),
    ("تصویر|ویدیو|صدا|استیکر|gif|سند|برگ مخاطب", "{} حذف شد"),
    ("画像|ビデオ|音声|gif|スタンプ|ドキュメント|メディア", "{}は含まれていません"),
    ("이미지|비디오|오디오|gif|스티커|문서|연락처 카드|동영상|사진", "{} 생략됨|{} 제외됨"),
    ("圖片|影片|音訊|貼圖|gif|gif 圖片|聯絡人卡片|文件|圖像|照片|视频|音频|贴图|gif 动态图|联系人卡片|文档|媒体|多媒體檔案",
     "{}已略去|{} 已略去|{}已省略|{}已忽略|{}已被忽略|{}已被省略|已略去{}|省略{}|忽略{}|<{}已省略>"),
    ("इमेज|व्हिडीओ|ऑडिओ|gif|स्टिकर|डॉक्युमेंट|संपर्क कार्ड|मीडिया", "{} वगळली|{} वगळला|{} वगळले"),
    ("फ़ोटो|वीडियो|ऑडियो|gif|स्टिकर|डॉक्यूमेंट|कॉन्टैक्ट कार्ड", "{} हटाई गई|{} हटाई गयी|{} छोड़ा गया"),
    ("hình ảnh|video|tệp âm thanh|sticker|ảnh gif|tài liệu|thẻ liên lạc|media", "đã bỏ qua {}|đã bỏ {}|bỏ qua {}"),
    ("รูปภาพ|ไฟล์เสียง|สติกเกอร์", "ไม่มี{}"),
    ("gif|เอกสาร", "ละเว้น {}|ละเว้น{}"),
)  # fmt: skip
_OTHER_MEDIA: Final = (
    "medien ausgeschlossen|medien weggelassen|ei kuvaa|media jätetty pois|без медиафайлов|บัตรรายชื่อที่ละเว้น|วิดีโอถูกลบ|สื่อถูกลบ|"
    "uten vedlegg|без файл|fără audio|連絡先カードを省略|미디어 파일을 생략한 대화내용|pa media|null|live location shared|"
    "live-standort wird geteilt|ubicación en tiempo real compartida|localisation en direct partagée|posizione attuale condivisa|"
    "localização atual compartilhada|live locatie gedeeld|геоданные отправлены|геодані надіслано|lokasi terkini dibagikan|"
    "tarjeta de contacto omitida|gif-animaatio jätetty pois|yhteystietokortti jätettiin pois|gif-анімацію пропущено|наклейку не додано"
)
_DELETED: Final = (
    "this message was deleted|you deleted this message|this message was deleted by an admin|you deleted this message as admin|"
    "diese nachricht wurde gelöscht|du hast diese nachricht gelöscht|se eliminó este mensaje|este mensaje fue eliminado|"
    "eliminaste este mensaje|ce message a été supprimé|vous avez supprimé ce message|questo messaggio è stato eliminato|"
    "hai eliminato questo messaggio|esta mensagem foi apagada|mensagem apagada|apagou esta mensagem|você apagou esta mensagem|"
    "esta mensagem foi apagada pelo remetente|dit bericht is verwijderd|u hebt dit bericht verwijderd|"
    "je hebt dit bericht verwijderd|данное сообщение удалено|вы удалили данное сообщение|вы удалили это сообщение|"
    "это сообщение удалено|це повідомлення було видалено|ви видалили це повідомлення|bu mesaj silindi|bu mesajı sildiniz|"
    "pesan ini dihapus|pesan ini telah dihapus|anda menghapus pesan ini|anda telah menghapus pesan ini|mesej ini telah dipadam|"
    "anda telah memadamkan mesej ini|ta wiadomość została usunięta|usunięto tę wiadomość|usunąłeś(-ęłaś) tę wiadomość|"
    "tato zpráva byla smazána|tuto zprávu jste smazal/a|tato zpráva byla odstraněna|táto správa bola odstránená|"
    "túto správu ste odstránili|det här meddelandet raderades|du raderade det här meddelandet|denne meldingen ble slettet|"
    "du slettet denne meldingen|denne besked er blevet slettet|denne besked blev slettet|du slettede denne besked|"
    "du har slettet denne besked|tämä viesti poistettiin|poistit tämän viestin|acest mesaj a fost șters|ați șters acest mesaj|"
    "αυτό το μήνυμα διαγράφηκε|διαγράψατε αυτό το μήνυμα|διαγράψατε το μήνυμα|ez az üzenet törlésre került|"
    "törölted ezt az üzenetet|ova je poruka izbrisana|ova poruka je izbrisana|izbrisali ste ovu poruku|съобщението беше изтрито|"
    "изтрихте това съобщение|aquest missatge s'ha suprimit|has suprimit aquest missatge|הודעה זו נמחקה|מחקת את ההודעה הזו|"
    "מחקת הודעה זו|تم حذف هذه الرسالة|لقد حذَفت هذه الرسالة|أنت حذفت هذه الرسالة|این پیام حذف شده است|این پیام حذف شد|"
    "شما این پیام را حذف کردید|یہ میسج حذف کر دیا گیا ہے|آپ نے یہ میسج حذف کر دیا ہے|यह मैसेज डिलीट कर दिया गया है|"
    "आपने यह मैसेज डिलीट किया|हा मेसेज हटवण्यात आला|तुम्ही हा मेसेज हटवला|এই মেসেজটি বাদ দেওয়া হয়েছে|আপনি এই মেসেজটি বাদ দিয়েছেন|"
    "આ મેસેજ ડિલીટ કરાયો|તમે આ મેસેજ ડિલીટ કર્યો|此訊息已刪除|您已刪除此訊息|你已刪除此訊息|这条消息已被删除|您已删除这条消息|"
    "你删除了这条消息|此消息已删除|このメッセージは削除されました|このメッセージを削除しました|삭제된 메시지입니다|이 메시지는 삭제되었습니다|"
    "이 메시지를 삭제했습니다|삭제한 메시지입니다|tin nhắn này đã bị xóa|tin nhắn này đã bị xoá|bạn đã xóa tin nhắn này|"
    "bạn đã xoá tin nhắn này|ข้อความนี้ถูกลบแล้ว|ข้อความนี้ได้ถูกลบ|คุณได้ลบข้อความนี้|คุณลบข้อความนี้"
)
_CALLS: Final = (
    "missed voice call|missed video call|missed group voice call|missed group video call|voice call|video call|"
    "verpasster sprachanruf|verpasster videoanruf|llamada perdida|llamada de voz perdida|videollamada perdida|"
    "appel vocal manqué|appel vidéo manqué|chiamata vocale persa|videochiamata persa|chamada de voz perdida|"
    "videochamada perdida|chamada de vídeo perdida|gemist spraakgesprek|gemiste spraakoproep|gemist videogesprek|"
    "gemiste video-oproep|пропущенный аудиозвонок|пропущенный видеозвонок|пропущений аудіодзвінок|пропущений відеодзвінок|"
    "cevapsız sesli arama|cevapsız görüntülü arama|panggilan suara tak terjawab|panggilan video tak terjawab|"
    "zmeškaný hovor|zmeškaný hlasový hovor|zmeškaný videohovor|nieodebrane połączenie|missat röstsamtal|missat videosamtal|"
    "tapt taleanrop|tapt videoanrop|ubesvaret taleopkald|ubesvaret videoopkald|αναπάντητη κλήση|αναπάντητη βιντεοκλήση|"
    "שיחה קולית שלא נענתה|שיחת וידאו שלא נענתה|مكالمة صوتية فائتة|مكالمة فيديو فائتة|未接語音通話|未接视频通话|未接语音通话|未接視像通話|"
    "音声通話不在着信|ビデオ通話不在着信|부재중 전화|부재중 영상통화|cuộc gọi nhỡ|cuộc gọi nhỡ video|สายที่ไม่ได้รับ|วิดีโอคอลที่ไม่ได้รับ|"
    "waiting for this message|waiting for this message. this may take a while"
)
_ATTACHED: Final = (
    "file attached|datei angehängt|archivo adjunto|archivo adjuntado|fichier joint|file allegato|arquivo anexado|"
    "ficheiro anexado|bestand bijgevoegd|файл добавлен|файл додано|dosya ekli|file terlampir|fail dilampirkan|fil vedhæftet|"
    "vedlagt fil|bifogad fil|liitetiedosto|załączony plik|soubor byl přiložen|súbor pripojený|fișier atașat|συνημμένο αρχείο|"
    "fájl csatolva|datoteka u privitku|priložena datoteka|прикачен файл|прикачена датотека|arxiu adjunt|lêer aangeheg|"
    "קובץ מצורף|الملف مرفق|پیوست شد|附件檔案|檔案附件|文件附件|添付ファイル有り|파일 첨부됨|tệp đính kèm|ไฟล์ที่แนบ|फाइल संलग्न|"
    "फाइल अटैच कर दी गई है|ফাইল সংযুক্ত হয়েছে|faili limeambatanishwa|pievienots fails|byla prisegta|fail lisatud|skedë e ngjitur"
)
_SECURITY: Final = (
    "Your security code with ", "Deine Sicherheitsnummer für ", "Votre code de sécurité avec ", "Il tuo codice di sicurezza con ",
    "Cambió tu código de seguridad con ", "O seu código de segurança ", "Seu código de segurança com ", "Uw beveiligingscode voor ",
    "Ваш код безопасности с контактом ", "Код безпеки з контактом ", "Mã bảo mật của bạn với ", "รหัสความปลอดภัยของคุณกับ ",
)  # fmt: skip
_EDITED: Final = re.compile(
    r"[\s\u200e\u200f]*<\u200e?[^<>\n]*(?:edited|bearbeitet|edit[óa]|modifi|bewerkt|измен|змін|düzenlen|redig|upraven|szerkeszt|muokat"
    r"|edyt|zmodyfik|编辑|編輯|編集|수정|편집|تعديل|ویرایش|נער|επεξεργ|disunting|diedit|संपादित|एडिट|chỉnh sửa|แก้ไข)[^<>\n]*>\s*$"
)
_ENCRYPTED: Final = re.compile(
    "end-to-end|ende-zu-ende|extremo a extremo|bout en bout|pont[ao] a ponta|ponto a ponto|сквозн|наскрізн|uçtan uca|ende-til-ende"
    "|komplett krypter|végpontok|koncovým|šifrov|zaszyfrowane|täysin|hujung ke hujung|d'extrem|κρυπτογρ|מקצה|الطرفين|رمزگذاری"
    "|端到端|端對端|エンドツーエンド|종단간|đầu cuối|ต้นทางถึงปลายทาง|एंड-टू-एंड|एन्ड|এন্ড",
    re.IGNORECASE,
)

_POLLS: Final = (
    "POLL:",
    "UMFRAGE:",
    "ENCUESTA:",
    "SONDAGE :",
    "SONDAGE:",
    "ENQUETE:",
    "SONDAGGIO:",
    "ОПРОС:",
)
_SPACES: Final = " \t\u00a0\u202f"
_MARKS: Final = "\u200e\u200f\u202a\u202b\u202c\u2068\u2069\ufeff"
_STUB: Final = re.compile(r"<[^<>\n=\"/]+>")
_ON_IPHONE: Final = re.compile(r"<\s?[^<>\n:]{1,40}: (?:\d{5,}-)?[^<>\n]*\.\w{1,5}\s?>$")
_ON_ANDROID: Final = re.compile(r"(.*?)(?:\.\w{0,5})? \(([^()\n]+|[^()\n]*\([^()\n]*\)[^()\n]*)\)$")
_NAMED_BY_PHONE: Final = re.compile(r"(?:IMG|VID|AUD|PTT|STK|DOC|GIF|CON)-\d{8}-WA\d+")
_FILE_NAME: Final = re.compile(r"[^\n/]*[^\s.]\.[A-Za-z][A-Za-z0-9]{1,4}(?: •.*)?")
_PLACE: Final = re.compile(
    r"(?:[^\n]*\n){0,3}[^\n]*:? ?https://(?:maps\.google\.com/\?q=|maps\.google\.com/maps\?|(?:www\.)?foursquare\.com/v/)\S+"
)
_CALL_WITH_LENGTH: Final = re.compile(r"(?:missed )?(?:group )?(?:voice|video) call, .{1,40}", re.IGNORECASE)


def _phrases() -> dict[str, str]:
    """What a whole line that says nothing else stands for."""
    found = {phrase: DELETED for phrase in _DELETED.split("|")} | {
        phrase: SYSTEM for phrase in _CALLS.split("|")
    }
    for nouns, saying in _OMITTED:
        found |= {each.format(noun): MEDIA for noun, each in product(nouns.split("|"), saying.split("|"))}
    return found | {phrase: MEDIA for phrase in _OTHER_MEDIA.split("|")}


_PHRASES: Final = _phrases()
_DOCUMENT_PHRASES: Final = tuple(
    f" {phrase}"
    for phrase, kind in _PHRASES.items()
    if kind == MEDIA
    and re.search(
        "do[ck]u|dokum|문서|文件|文档|ドキュ|เอกสาร|tài liệu|документ|έγγραφο|belge|מסמך|المستند|سند|डॉक",
        phrase,
    )
)
_DOCUMENT_ENDS: Final = frozenset(phrase.rpartition(" ")[2] for phrase in _DOCUMENT_PHRASES)
_ENDS: Final = frozenset(
    (form + stop)[-3:] for phrase in _PHRASES for form in (phrase, phrase.upper()) for stop in ("", ".", "。", "।", " ")
)
_ATTACHED_PHRASES: Final = frozenset(_ATTACHED.split("|"))
_NO_MARKS: Final = dict.fromkeys(map(ord, _MARKS))


def what_was_typed(said: str, *, on_iphone: bool) -> tuple[str, str]:
    """What a person typed of a message, and what the rest of it is: "" where there is no rest.

    A picture's caption was typed, and so was a message that was edited.
    """
    if not (
        said[-1:] in ">)"
        or "\n" in said
        or "https://" in said
        or (not said.isascii() and ("\u200e" in said or "\u200f" in said or "\u2068" in said))
        or (on_iphone and _may_be_odd(said))
    ):  # as nearly all are: what follows would come to the same, and takes ten times as long
        kind = _PHRASES.get(said.rstrip(" .。।").casefold(), "") if said[-3:] in _ENDS else ""
        return ("", kind) if kind else (said, "")
    said = said.replace("\u2068", "").replace("\u2069", "")  # around names that are mentioned
    edited = _EDITED.search(said)
    if edited and edited.start():
        said = said[: edited.start()]
    line, _, below = said.partition("\n")
    shown = line.translate(_NO_MARKS).strip(_SPACES)
    kind, caption = _of_line(shown)
    if kind == MEDIA:
        return "\n".join(filter(None, (caption, _caption(below, shown)))), MEDIA
    if kind and not below:
        return "", kind
    return _of_whole(said, on_iphone=on_iphone)


def _may_be_odd(said: str) -> bool:
    """Whether this may be one of the sentences that stand as somebody's on an iPhone, without a mark."""
    return (
        "WhatsApp" in said
        or said.startswith(_SECURITY)
        or ("." in said and said.rpartition(" ")[2].casefold() in _DOCUMENT_ENDS)
    )


def _of_line(shown: str) -> tuple[str, str]:
    """What a message's first line is, and what stands before it and was typed."""
    phrase = shown.strip("<> ").rstrip(" .。।").casefold()
    if kind := _PHRASES.get(phrase):
        return kind, ""
    if _CALL_WITH_LENGTH.fullmatch(phrase):
        return SYSTEM, ""
    if shown.endswith(">"):
        if found := _ON_IPHONE.search(shown):
            before = shown[: found.start()].strip(_SPACES)
            return MEDIA, "" if _FILE_NAME.fullmatch(before) else before
        if _STUB.fullmatch(shown) and (" " in phrase or not phrase.isascii()):
            return MEDIA, ""
    elif shown.endswith(")"):
        found = _ON_ANDROID.match(shown)
        if found and (found[2].casefold() in _ATTACHED_PHRASES or _NAMED_BY_PHONE.match(shown)):
            return MEDIA, ""
    elif shown.casefold().endswith(_DOCUMENT_PHRASES) and ("." in shown or "•" in shown):
        return MEDIA, ""
    return "", ""


def _of_whole(said: str, *, on_iphone: bool) -> tuple[str, str]:
    """What a message is that its first line does not tell."""
    bare = said.strip(_MARKS + _SPACES + "\n")
    if _PLACE.fullmatch(bare):
        return "", LOCATION
    if "\n" in bare and bare.startswith(_POLLS):
        return "", POLL
    if on_iphone and (
        said.startswith("\u200e")
        or bare.startswith(_SECURITY)
        or ("WhatsApp" in said and _ENCRYPTED.search(said))
    ):
        return "", POLL if "\n\u200e" in said else SYSTEM
    return said, ""


def _caption(below: str, shown: str) -> str:
    """The lines below a picture's, but for the name of a file, which programs write there."""
    found = _ON_ANDROID.match(shown)
    text = below.strip(_MARKS + _SPACES + "\n")
    return "" if _FILE_NAME.fullmatch(text) or (found and text == found[1]) else text
