"""The phrases of WhatsApp's interface that stand in exported chats, in its languages; `|` divides them.

Where a line is nothing but the phrase, it is here in small letters. Sources: docs/sources.md.
"""

from typing import Final

OMITTED: Final = (  # what pictures and the like are called, and how it is said that they are not there
    (
        "image|video|audio|gif|sticker|document|contact card|media|video note|voice message|album",
        "{} omitted",
    ),
    ("bild|video|audio|gif|sticker|dokument|kontaktkarte|videonachricht", "{} weggelassen|{} ausgelassen"),
    ("imagen|tarjeta de contacto", "{} omitida"),
    ("video|audio|gif|sticker|documento|vídeo|archivo|multimedia", "{} omitido"),
    ("image|vidéo", "{} absente"),
    ("audio|sticker|document|gif|fichier|médias|vidéo|image", "{} omis|{} omise|{} retiré|{} manquant"),
    ("fiche contact|image|vidéo", "{} manquante"),
    ("immagine|gif|scheda contatto|audio", "{} omessa|{} esclusa"),
    ("video|audio|documento|sticker|media", "{} omesso|{} non incluso|{} omessi"),
    ("imagem|gif|figurinha|mídia", "{} ocultada|{} omitida|{} não revelada|{} oculta"),
    (
        (
            "vídeo|áudio|documento|sticker|contacto|cartão do contato|ficheiro|ficheiro de áudio|"
            "arquivo de mídia|gif"
        ),
        "{} ocultado|{} omitido|{} não revelado|{} oculto",
    ),
    ("afbeelding|video|audio|gif|sticker|document|visitekaartje|media", "{} weggelaten"),
    ("изображение|видео|аудиофайл|gif|карточка контакта|документ", "{} отсутствует|{} пропущено"),
    ("файл|документ|стикер|медиа|медіа", "{} пропущен|{} пропущено|{} не добавлен"),
    ("зображення|відео|аудіо|картка контакту", "{} відсутнє|{} відсутня"),
    (
        ("obrázek|video|gif|nálepka|dokument|zvukový soubor|vizitka|média|obrázok|zvuk|karta kontaktu"),
        "{} vynechán|{} vynecháno|{} vynechána|{} vynechaný|{} vynechané|{} vynechaná|{} vynechány",
    ),
    ("obraz|audio|dokument|plik gif|wideo|pliki", "{} pominięty|{} pominięte|{} pominięto"),
    ("naklejkę|wizytówka kontaktu", "pominięto {}|pominięta {}"),
    ("görüntü|video|ses|gif|belge|çıkartma|kişi kartı|medya", "{} dahil edilmedi|{} atlanmış"),
    ("gambar|video|audio|gif|stiker|dokumen|kartu kontak|media", "{} tidak disertakan|{} disingkirkan"),
    ("imej|video|audio|gif|pelekat|dokumen|kad kenalan", "{} tidak dimasukkan|{} tidak disertakan"),
    (
        "bild|video|ljud|gif|sticker|dokument|kontaktkort|media",
        "{} utesluten|{} utelslutet|{} uteslutet|{} har utelämnats",
    ),
    (
        ("bilde|video|lyd|gif|klistremerke|billede|klistermærke|dokument|kontaktkort|mediefil|sticker"),
        "{} utelatt|{} udeladt|utelatt {}|{} ikke inkludert|{} sløyfet",
    ),
    ("imagine|clip video|gif|sticker|document|carte de vizită contact", "{} omis|{} omisă"),
    ("εικόνα|βίντεο|ήχος|αυτοκόλλητο|έγγραφο|η κάρτα επαφής", "{} παραλείφθηκε|{} παραλήφθηκε"),
    (
        "kép|videó|hang|matrica|gif fájl|dokumentum|névjegykártya",
        "{} kihagyva|{} kihagyása|{} küldése sikertelen",
    ),
    ("slika|video|zvuk|naljepnica|gif|dokument|posjetnica|medijski zapis", "{} izostavljen|{} izostavljena"),
    ("äänitiedostoa|videota|tarraa|dokumenttia|kuvaa", "{} ei sisällytetä|{} ei sisällytetty"),
    ("imatge|vídeo|àudio|gif|adhesiu|document|targeta de contacte", "{} omesa|{} omès"),
    (
        "התמונה|סרטון הווידאו|gif|קטע קול|סטיקר|מסמך|כרטיס איש קשר|מדיה|תמונה|סרטון",
        "{} הושמט|{} הושמטה|{} לא נכללה",
    ),
    ("الصورة|الفيديوهات|المقاطع الصوتية|صورة gif|المستند|بطاقة جهة اتصال", "لم يتم إدراج {}"),
    ("الملصقات|الوسائط", "تم حذف {}|تم استبعاد {}"),
    ("تصویر|ویدیو|صدا|استیکر|gif|سند|برگ مخاطب", "{} حذف شد"),
    ("画像|ビデオ|音声|gif|スタンプ|ドキュメント|メディア", "{}は含まれていません"),
    ("이미지|비디오|오디오|gif|스티커|문서|연락처 카드|동영상|사진", "{} 생략됨|{} 제외됨"),
    (
        (
            "圖片|影片|音訊|貼圖|gif|gif 圖片|聯絡人卡片|文件|圖像|照片|视频|音频|贴图|gif 动态图|"
            "联系人卡片|文档|媒体|多媒體檔案"
        ),
        ("{}已略去|{} 已略去|{}已省略|{}已忽略|{}已被忽略|{}已被省略|已略去{}|省略{}|忽略{}|<{}已省略>"),
    ),
    ("इमेज|व्हिडीओ|ऑडिओ|gif|स्टिकर|डॉक्युमेंट|संपर्क कार्ड|मीडिया", "{} वगळली|{} वगळला|{} वगळले"),
    ("फ़ोटो|वीडियो|ऑडियो|gif|स्टिकर|डॉक्यूमेंट|कॉन्टैक्ट कार्ड", "{} हटाई गई|{} हटाई गयी|{} छोड़ा गया"),
    (
        "hình ảnh|video|tệp âm thanh|sticker|ảnh gif|tài liệu|thẻ liên lạc|media",
        "đã bỏ qua {}|đã bỏ {}|bỏ qua {}",
    ),
    ("รูปภาพ|ไฟล์เสียง|สติกเกอร์", "ไม่มี{}"),
    ("gif|เอกสาร", "ละเว้น {}|ละเว้น{}"),
)
OTHER_MEDIA: Final = (  # of media, where a language does not put nouns and verbs together
    "medien ausgeschlossen|medien weggelassen|ei kuvaa|media jätetty pois|без медиафайлов|"
    "บัตรรายชื่อที่ละเว้น|วิดีโอถูกลบ|สื่อถูกลบ|uten vedlegg|без файл|fără audio|連絡先カードを省略|"
    "미디어 파일을 생략한 대화내용|pa media|null|live location shared|live-standort wird geteilt|"
    "ubicación en tiempo real compartida|localisation en direct partagée|"
    "posizione attuale condivisa|localização atual compartilhada|live locatie gedeeld|"
    "геоданные отправлены|геодані надіслано|lokasi terkini dibagikan|tarjeta de contacto omitida|"
    "gif-animaatio jätetty pois|yhteystietokortti jätettiin pois|gif-анімацію пропущено|"
    "наклейку не додано"
)
DELETIONS: Final = (
    "this message was deleted|you deleted this message|this message was deleted by an admin|"
    "you deleted this message as admin|diese nachricht wurde gelöscht|"
    "du hast diese nachricht gelöscht|se eliminó este mensaje|este mensaje fue eliminado|"
    "eliminaste este mensaje|ce message a été supprimé|vous avez supprimé ce message|"
    "questo messaggio è stato eliminato|hai eliminato questo messaggio|esta mensagem foi apagada|"
    "mensagem apagada|apagou esta mensagem|você apagou esta mensagem|"
    "esta mensagem foi apagada pelo remetente|dit bericht is verwijderd|"
    "u hebt dit bericht verwijderd|je hebt dit bericht verwijderd|данное сообщение удалено|"
    "вы удалили данное сообщение|вы удалили это сообщение|это сообщение удалено|"
    "це повідомлення було видалено|ви видалили це повідомлення|bu mesaj silindi|bu mesajı sildiniz|"
    "pesan ini dihapus|pesan ini telah dihapus|anda menghapus pesan ini|"
    "anda telah menghapus pesan ini|mesej ini telah dipadam|anda telah memadamkan mesej ini|"
    "ta wiadomość została usunięta|usunięto tę wiadomość|usunąłeś(-ęłaś) tę wiadomość|"
    "tato zpráva byla smazána|tuto zprávu jste smazal/a|tato zpráva byla odstraněna|"
    "táto správa bola odstránená|túto správu ste odstránili|det här meddelandet raderades|"
    "du raderade det här meddelandet|denne meldingen ble slettet|du slettet denne meldingen|"
    "denne besked er blevet slettet|denne besked blev slettet|du slettede denne besked|"
    "du har slettet denne besked|tämä viesti poistettiin|poistit tämän viestin|"
    "acest mesaj a fost șters|ați șters acest mesaj|αυτό το μήνυμα διαγράφηκε|"
    "διαγράψατε αυτό το μήνυμα|διαγράψατε το μήνυμα|ez az üzenet törlésre került|"
    "törölted ezt az üzenetet|ova je poruka izbrisana|ova poruka je izbrisana|"
    "izbrisali ste ovu poruku|съобщението беше изтрито|изтрихте това съобщение|"
    "aquest missatge s'ha suprimit|has suprimit aquest missatge|הודעה זו נמחקה|מחקת את ההודעה הזו|"
    "מחקת הודעה זו|تم حذف هذه الرسالة|لقد حذَفت هذه الرسالة|أنت حذفت هذه الرسالة|"
    "این پیام حذف شده است|این پیام حذف شد|شما این پیام را حذف کردید|یہ میسج حذف کر دیا گیا ہے|"
    "آپ نے یہ میسج حذف کر دیا ہے|यह मैसेज डिलीट कर दिया गया है|आपने यह मैसेज डिलीट किया|"
    "हा मेसेज हटवण्यात आला|तुम्ही हा मेसेज हटवला|এই মেসেজটি বাদ দেওয়া হয়েছে|"
    "আপনি এই মেসেজটি বাদ দিয়েছেন|આ મેસેજ ડિલીટ કરાયો|તમે આ મેસેજ ડિલીટ કર્યો|此訊息已刪除|"
    "您已刪除此訊息|你已刪除此訊息|这条消息已被删除|您已删除这条消息|你删除了这条消息|此消息已删除|"
    "このメッセージは削除されました|このメッセージを削除しました|삭제된 메시지입니다|"
    "이 메시지는 삭제되었습니다|이 메시지를 삭제했습니다|삭제한 메시지입니다|"
    "tin nhắn này đã bị xóa|tin nhắn này đã bị xoá|bạn đã xóa tin nhắn này|bạn đã xoá tin nhắn này|"
    "ข้อความนี้ถูกลบแล้ว|ข้อความนี้ได้ถูกลบ|คุณได้ลบข้อความนี้|คุณลบข้อความนี้"
)
CALLS: Final = (
    "missed voice call|missed video call|missed group voice call|missed group video call|"
    "voice call|video call|verpasster sprachanruf|verpasster videoanruf|llamada perdida|"
    "llamada de voz perdida|videollamada perdida|appel vocal manqué|appel vidéo manqué|"
    "chiamata vocale persa|videochiamata persa|chamada de voz perdida|videochamada perdida|"
    "chamada de vídeo perdida|gemist spraakgesprek|gemiste spraakoproep|gemist videogesprek|"
    "gemiste video-oproep|пропущенный аудиозвонок|пропущенный видеозвонок|пропущений аудіодзвінок|"
    "пропущений відеодзвінок|cevapsız sesli arama|cevapsız görüntülü arama|"
    "panggilan suara tak terjawab|panggilan video tak terjawab|zmeškaný hovor|"
    "zmeškaný hlasový hovor|zmeškaný videohovor|nieodebrane połączenie|missat röstsamtal|"
    "missat videosamtal|tapt taleanrop|tapt videoanrop|ubesvaret taleopkald|ubesvaret videoopkald|"
    "αναπάντητη κλήση|αναπάντητη βιντεοκλήση|שיחה קולית שלא נענתה|שיחת וידאו שלא נענתה|"
    "مكالمة صوتية فائتة|مكالمة فيديو فائتة|未接語音通話|未接视频通话|未接语音通话|未接視像通話|"
    "音声通話不在着信|ビデオ通話不在着信|부재중 전화|부재중 영상통화|cuộc gọi nhỡ|"
    "cuộc gọi nhỡ video|สายที่ไม่ได้รับ|วิดีโอคอลที่ไม่ได้รับ|waiting for this message|"
    "waiting for this message. this may take a while"
)
ATTACHED: Final = (  # behind the name of a file on Android, in brackets
    "file attached|datei angehängt|archivo adjunto|archivo adjuntado|fichier joint|file allegato|"
    "arquivo anexado|ficheiro anexado|bestand bijgevoegd|файл добавлен|файл додано|dosya ekli|"
    "file terlampir|fail dilampirkan|fil vedhæftet|vedlagt fil|bifogad fil|liitetiedosto|"
    "załączony plik|soubor byl přiložen|súbor pripojený|fișier atașat|συνημμένο αρχείο|"
    "fájl csatolva|datoteka u privitku|priložena datoteka|прикачен файл|прикачена датотека|"
    "arxiu adjunt|lêer aangeheg|קובץ מצורף|الملف مرفق|پیوست شد|附件檔案|檔案附件|文件附件|"
    "添付ファイル有り|파일 첨부됨|tệp đính kèm|ไฟล์ที่แนบ|फाइल संलग्न|फाइल अटैच कर दी गई है|"
    "ফাইল সংযুক্ত হয়েছে|faili limeambatanishwa|pievienots fails|byla prisegta|fail lisatud|"
    "skedë e ngjitur"
)
NOTICES: Final = (  # how a line begins that says that somebody's security code has changed, or what encrypts all
    "Messages and calls are end-to-end encrypted|Messages to this chat and calls are now secured |"
    "Messages to this group are now secured |Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt|"
    "Los mensajes y las llamadas están cifrados de extremo a extremo|"
    "Les messages et les appels sont chiffrés de bout en bout|"
    "I messaggi e le chiamate sono crittografati end-to-end|"
    "As mensagens e as chamadas são protegidas com a criptografia de ponta a ponta|"
    "Berichten en gesprekken worden end-to-end versleuteld|"
    "Сообщения и звонки защищены сквозным шифрованием|"
    "Wiadomości i połączenia są w pełni szyfrowane|Mesajlar ve aramalar uçtan uca şifrelidir|"
    "Your security code with |Deine Sicherheitsnummer für |Votre code de sécurité avec |"
    "Il tuo codice di sicurezza con |Cambió tu código de seguridad con |O seu código de segurança |"
    "Seu código de segurança com |Uw beveiligingscode voor |Ваш код безопасности с контактом |"
    "Код безпеки з контактом |Kode keamanan Anda dengan |"
    "Bezpečnostní kód mezi vámi a |Mã bảo mật của bạn với |รหัสความปลอดภัยของคุณกับ "
)
POLLS: Final = (  # above a poll's question
    "POLL:|UMFRAGE:|ENCUESTA:|SONDAGE :|SONDAGE:|ENQUETE:|SONDAGGIO:|ОПРОС:"
)
DOCUMENTS: Final = (  # parts of those above that mean documents, whose names stand before them
    "do[ck]u|dokum|문서|文件|文档|ドキュ|เอกสาร|tài liệu|документ|έγγραφο|belge|מסמך|المستند|سند|डॉक"
)
EDITED: Final = (  # parts of what stands in angle brackets behind a message that was edited
    "edited|bearbeitet|edit[óa]|modifi|bewerkt|измен|змін|düzenlen|redig|upraven|szerkeszt|muokat|"
    "edyt|zmodyfik|编辑|編輯|編集|수정|편집|تعديل|ویرایش|נער|επεξεργ|disunting|diedit|संपादित|एडिट|"
    "chỉnh sửa|แก้ไข"
)
ENCRYPTED: Final = (  # parts of the sentence with which chats begin; it has the name WhatsApp, too
    "end-to-end|ende-zu-ende|extremo a extremo|bout en bout|pont[ao] a ponta|ponto a ponto|сквозн|"
    "наскрізн|uçtan uca|ende-til-ende|komplett krypter|végpontok|koncovým|šifrov|zaszyfrowane|"
    "täysin|hujung ke hujung|d'extrem|κρυπτογρ|מקצה|الطرفين|رمزگذاری|端到端|端對端|"
    "エンドツーエンド|종단간|đầu cuối|ต้นทางถึงปลายทาง|एंड-टू-एंड|एन्ड|এন্ড"
)
AFTERNOON: Final = (  # letters of what stands at hours after noon
    "pm|p|μμ|م|مساء|بظ|بعدازظهر|אחהצ|אחרהצהריים|ös|ch|ptg|nm|md|du|слоб|следобед|下午|午後|오후|"
    "晚上|中午|傍晚|अपराह्न|मउ|பிற்பகல்|ಅಪರಾಹ್ನ|ਬਾਦੁ|หลังเที่ยง|datarde|danoite|ip|em|odp|popo|"
    "intheafternoon|intheevening|atnight"
)
MORNING: Final = (  # and of what stands at those before
    "am|a|πμ|ص|صباحا|قظ|قبلازظهر|לפנהצ|öö|sa|pg|vm|pd|de|проб|преди|上午|午前|오전|凌晨|清晨|早上|"
    "पूर्वाह्न|मपू|முற்பகல்|ಪೂರ್ವಾಹ್ನ|ਪੂਦੁ|ก่อนเที่ยง|damanhã|damadrugada|ap|fm|dop|inthemorning"
)
