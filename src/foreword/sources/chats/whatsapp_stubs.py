"""What WhatsApp writes in a message's place: that there was a picture, that it was deleted, that somebody called.

It does so in the language of the phone, on iPhones behind a left-to-right mark. The phrases are those of its interface
(docs/sources.md), in small letters where a line is nothing but the phrase; `|` divides them.
"""

import re
import unicodedata
from itertools import product
from typing import Final

SYSTEM: Final = "system message"
_MEDIA: Final = "media message"
MARKS: Final = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Of direction: they stand around names and times, and nobody typed them."""
_SPACES: Final = " \t\u00a0\u202f"
_NO_MARKS: Final = dict.fromkeys(map(ord, MARKS))

_OMITTED: Final = """
image|video|audio|gif|sticker|document|contact card|media|video note|voice message|album = omitted
bild|video|audio|gif|sticker|dokument|kontaktkarte|videonachricht = weggelassen|ausgelassen
imagen|tarjeta de contacto = omitida
video|audio|gif|sticker|documento|vídeo|archivo|multimedia = omitido
image|vidéo = absente
audio|sticker|document|gif|fichier|médias|vidéo|image = omis|omise|retiré|manquant
fiche contact|image|vidéo = manquante
immagine|gif|scheda contatto|audio = omessa|esclusa
video|audio|documento|sticker|media = omesso|non incluso|omessi
imagem|gif|figurinha|mídia = ocultada|omitida|não revelada|oculta
vídeo|áudio|documento|sticker|contacto = ocultado|omitido|não revelado|oculto
cartão do contato|ficheiro|ficheiro de áudio|arquivo de mídia|gif = ocultado|omitido|não revelado|oculto
afbeelding|video|audio|gif|sticker|document|visitekaartje|media = weggelaten
изображение|видео|аудиофайл|gif|карточка контакта|документ = отсутствует|пропущено
файл|документ|стикер|медиа|медіа = пропущен|пропущено|не добавлен
зображення|відео|аудіо|картка контакту = відсутнє|відсутня
obrázek|video|gif|nálepka|dokument|zvukový soubor = vynechán|vynecháno|vynechána|vynechaný
vizitka|média|obrázok|zvuk|karta kontaktu = vynechán|vynecháno|vynechána|vynechaný
obrázek|video|gif|nálepka|dokument|zvukový soubor = vynechané|vynechaná|vynechány
vizitka|média|obrázok|zvuk|karta kontaktu = vynechané|vynechaná|vynechány
obraz|audio|dokument|plik gif|wideo|pliki = pominięty|pominięte|pominięto
naklejkę|wizytówka kontaktu = pominięto {}|pominięta {}
görüntü|video|ses|gif|belge|çıkartma|kişi kartı|medya = dahil edilmedi|atlanmış
gambar|video|audio|gif|stiker|dokumen|kartu kontak|media = tidak disertakan|disingkirkan
imej|video|audio|gif|pelekat|dokumen|kad kenalan = tidak dimasukkan|tidak disertakan
bild|video|ljud|gif|sticker|dokument|kontaktkort|media = utesluten|utelslutet|uteslutet|har utelämnats
bilde|video|lyd|gif|klistremerke|billede = utelatt|udeladt|utelatt {}
klistermærke|dokument|kontaktkort|mediefil|sticker = utelatt|udeladt|utelatt {}
bilde|video|lyd|gif|klistremerke|billede|klistermærke|dokument|kontaktkort|mediefil|sticker = ikke inkludert|sløyfet
imagine|clip video|gif|sticker|document|carte de vizită contact = omis|omisă
εικόνα|βίντεο|ήχος|αυτοκόλλητο|έγγραφο|η κάρτα επαφής = παραλείφθηκε|παραλήφθηκε
kép|videó|hang|matrica|gif fájl|dokumentum|névjegykártya = kihagyva|kihagyása|küldése sikertelen
slika|video|zvuk|naljepnica|gif|dokument|posjetnica|medijski zapis = izostavljen|izostavljena
äänitiedostoa|videota|tarraa|dokumenttia|kuvaa = ei sisällytetä|ei sisällytetty
imatge|vídeo|àudio|gif|adhesiu|document|targeta de contacte = omesa|omès
התמונה|סרטון הווידאו|gif|קטע קול|סטיקר|מסמך|כרטיס איש קשר|מדיה|תמונה|סרטון = הושמט|הושמטה|לא נכללה
الصورة|الفيديوهات|المقاطع الصوتية|صورة gif|المستند|بطاقة جهة اتصال = لم يتم إدراج {}
الملصقات|الوسائط = تم حذف {}|تم استبعاد {}
تصویر|ویدیو|صدا|استیکر|gif|سند|برگ مخاطب = حذف شد
画像|ビデオ|音声|gif|スタンプ|ドキュメント|メディア = {}は含まれていません
이미지|비디오|오디오|gif|스티커|문서|연락처 카드|동영상|사진 = 생략됨|제외됨
圖片|影片|音訊|貼圖|gif|gif 圖片|聯絡人卡片|文件|圖像 = {}已略去|已略去|{}已省略|{}已忽略|{}已被忽略
照片|视频|音频|贴图|gif 动态图|联系人卡片|文档|媒体|多媒體檔案 = {}已略去|已略去|{}已省略|{}已忽略|{}已被忽略
圖片|影片|音訊|貼圖|gif|gif 圖片|聯絡人卡片|文件|圖像 = {}已被省略|已略去{}|省略{}|忽略{}|<{}已省略>
照片|视频|音频|贴图|gif 动态图|联系人卡片|文档|媒体|多媒體檔案 = {}已被省略|已略去{}|省略{}|忽略{}|<{}已省略>
इमेज|व्हिडीओ|ऑडिओ|gif|स्टिकर|डॉक्युमेंट|संपर्क कार्ड|मीडिया = वगळली|वगळला|वगळले
फ़ोटो|वीडियो|ऑडियो|gif|स्टिकर|डॉक्यूमेंट|कॉन्टैक्ट कार्ड = हटाई गई|हटाई गयी|छोड़ा गया
hình ảnh|video|tệp âm thanh|sticker|ảnh gif|tài liệu|thẻ liên lạc|media = đã bỏ qua {}|đã bỏ {}|bỏ qua {}
รูปภาพ|ไฟล์เสียง|สติกเกอร์ = ไม่มี{}
gif|เอกสาร = ละเว้น {}|ละเว้น{}
"""
"""What pictures and the like are called, and how it is said, behind that or around `{}`, that they are not there."""
_OTHER_MEDIA: Final = """
medien ausgeschlossen|medien weggelassen|ei kuvaa|media jätetty pois|без медиафайлов|บัตรรายชื่อที่ละเว้น
วิดีโอถูกลบ|สื่อถูกลบ|uten vedlegg|без файл|fără audio|連絡先カードを省略|미디어 파일을 생략한 대화내용
pa media|null|live location shared|live-standort wird geteilt|ubicación en tiempo real compartida
localisation en direct partagée|posizione attuale condivisa|localização atual compartilhada
live locatie gedeeld|геоданные отправлены|геодані надіслано|lokasi terkini dibagikan
tarjeta de contacto omitida|gif-animaatio jätetty pois|yhteystietokortti jätettiin pois
gif-анімацію пропущено|наклейку не додано
"""  # of media, where a language does not put nouns and verbs together
_DELETIONS: Final = """
this message was deleted|you deleted this message|this message was deleted by an admin
you deleted this message as admin|diese nachricht wurde gelöscht|du hast diese nachricht gelöscht
se eliminó este mensaje|este mensaje fue eliminado|eliminaste este mensaje|ce message a été supprimé
vous avez supprimé ce message|questo messaggio è stato eliminato|hai eliminato questo messaggio
esta mensagem foi apagada|mensagem apagada|apagou esta mensagem|você apagou esta mensagem
esta mensagem foi apagada pelo remetente|dit bericht is verwijderd|u hebt dit bericht verwijderd
je hebt dit bericht verwijderd|данное сообщение удалено|вы удалили данное сообщение|вы удалили это сообщение
это сообщение удалено|це повідомлення було видалено|ви видалили це повідомлення|bu mesaj silindi
bu mesajı sildiniz|pesan ini dihapus|pesan ini telah dihapus|anda menghapus pesan ini
anda telah menghapus pesan ini|mesej ini telah dipadam|anda telah memadamkan mesej ini
ta wiadomość została usunięta|usunięto tę wiadomość|usunąłeś(-ęłaś) tę wiadomość|tato zpráva byla smazána
tuto zprávu jste smazal/a|tato zpráva byla odstraněna|táto správa bola odstránená|túto správu ste odstránili
det här meddelandet raderades|du raderade det här meddelandet|denne meldingen ble slettet
du slettet denne meldingen|denne besked er blevet slettet|denne besked blev slettet|du slettede denne besked
du har slettet denne besked|tämä viesti poistettiin|poistit tämän viestin|acest mesaj a fost șters
ați șters acest mesaj|αυτό το μήνυμα διαγράφηκε|διαγράψατε αυτό το μήνυμα|διαγράψατε το μήνυμα
ez az üzenet törlésre került|törölted ezt az üzenetet|ova je poruka izbrisana|ova poruka je izbrisana
izbrisali ste ovu poruku|съобщението беше изтрито|изтрихте това съобщение|aquest missatge s'ha suprimit
has suprimit aquest missatge|הודעה זו נמחקה|מחקת את ההודעה הזו|מחקת הודעה זו|تم حذف هذه الرسالة
لقد حذَفت هذه الرسالة|أنت حذفت هذه الرسالة|این پیام حذف شده است|این پیام حذف شد|شما این پیام را حذف کردید
یہ میسج حذف کر دیا گیا ہے|آپ نے یہ میسج حذف کر دیا ہے|यह मैसेज डिलीट कर दिया गया है|आपने यह मैसेज डिलीट किया
हा मेसेज हटवण्यात आला|तुम्ही हा मेसेज हटवला|এই মেসেজটি বাদ দেওয়া হয়েছে|আপনি এই মেসেজটি বাদ দিয়েছেন
આ મેસેજ ડિલીટ કરાયો|તમે આ મેસેજ ડિલીટ કર્યો|此訊息已刪除|您已刪除此訊息|你已刪除此訊息|这条消息已被删除
您已删除这条消息|你删除了这条消息|此消息已删除|このメッセージは削除されました|このメッセージを削除しました
삭제된 메시지입니다|이 메시지는 삭제되었습니다|이 메시지를 삭제했습니다|삭제한 메시지입니다
tin nhắn này đã bị xóa|tin nhắn này đã bị xoá|bạn đã xóa tin nhắn này|bạn đã xoá tin nhắn này
ข้อความนี้ถูกลบแล้ว|ข้อความนี้ได้ถูกลบ|คุณได้ลบข้อความนี้|คุณลบข้อความนี้|لقد حذفت هذه الرسالة
تم حذف هذه الرسالة من قبل المشرف|has eliminado este mensaje|este mensaje se eliminó
se ha eliminado este mensaje|tu as supprimé ce message|ce message a été effacé|você apagou essa mensagem
eliminou esta mensagem|esta mensagem foi eliminada|eliminaste esta mensagem|apagaste esta mensagem
du hast diese nachricht als admin gelöscht|diese nachricht wurde von einem admin gelöscht
это сообщение было удалено|сообщение удалено|вы удалили сообщение|це повідомлення видалено
повідомлення видалено|siz bu mesajı sildiniz|anda memadamkan mesej ini|mesej ini dipadam
mesej ini dipadamkan|usunąłeś tę wiadomość|usunęłaś tę wiadomość|usunięto wiadomość|wiadomość usunięta
smazali jste tuto zprávu|tuto zprávu jste smazali|tuto zprávu jste odstranili|odstranili jste tuto zprávu
zpráva byla smazána|túto správu ste vymazali|táto správa bola vymazaná|odstránili ste túto správu
ez az üzenet törölve lett|ezt az üzenetet törölték|ön törölte ezt az üzenetet|ai șters acest mesaj
acest mesaj a fost eliminat|това съобщение беше изтрито|това съобщение е изтрито|изтрихте съобщението
tämä viesti on poistettu|poistit viestin|du tog bort det här meddelandet|det här meddelandet togs bort
detta meddelande togs bort|du tog bort detta meddelande|du raderade detta meddelande
detta meddelande raderades|det här meddelandet har tagits bort|denne besked er slettet
denne meldingen er slettet|denne meldingen har blitt slettet|obrisali ste ovu poruku|ova poruka je obrisana
избрисали сте ову поруку|ова порука је избрисана|обрисали сте ову поруку|ова порука је обрисана
to sporočilo je bilo izbrisano|izbrisali ste to sporočilo|ištrynėte šią žinutę|jūs ištrynėte šią žinutę
ši žinutė buvo ištrinta|ši žinutė ištrinta|jūs izdzēsāt šo ziņu|šī ziņa tika izdzēsta|šī ziņa ir izdzēsta
sa kustutasid selle sõnumi|kustutasid selle sõnumi|see sõnum kustutati|see sõnum on kustutatud
e fshitë këtë mesazh|ju e fshitë këtë mesazh|ky mesazh u fshi|s'ha suprimit aquest missatge
heu suprimit aquest missatge|aquest missatge ha estat suprimit|has eliminat aquest missatge
eliminaches esta mensaxe|esta mensaxe foi eliminada|מחקת את ההודעה הזאת|ההודעה נמחקה
شما این پیام را پاک کردید|این پیام پاک شد|آپ نے یہ پیغام حذف کر دیا|یہ پیغام حذف کر دیا گیا
यह मैसेज डिलीट किया गया|यह मैसेज डिलीट कर दिया गया|यह संदेश हटा दिया गया|यह संदेश हटा दिया गया है
आपने यह संदेश हटाया|आपने यह मैसेज डिलीट कर दिया|आपने यह मैसेज डिलीट कर दिया है|আপনি এই মেসেজটি মুছে ফেলেছেন
এই মেসেজটি মুছে ফেলা হয়েছে|আপনি এই বার্তাটি মুছে ফেলেছেন|এই বার্তাটি মুছে ফেলা হয়েছে|இந்த மெசேஜ் நீக்கப்பட்டது
இந்தச் செய்தி நீக்கப்பட்டது|இந்த செய்தி நீக்கப்பட்டது|நீங்கள் இந்த மெசேஜை நீக்கிவிட்டீர்கள்|நீங்கள் இந்தச் செய்தியை நீக்கிவிட்டீர்கள்
ఈ సందేశం తొలగించబడింది|మీరు ఈ సందేశాన్ని తొలగించారు|ఈ మెసేజ్ తొలగించబడింది|ಈ ಸಂದೇಶವನ್ನು ಅಳಿಸಲಾಗಿದೆ
ನೀವು ಈ ಸಂದೇಶವನ್ನು ಅಳಿಸಿದ್ದೀರಿ|ഈ സന്ദേശം ഇല്ലാതാക്കി|നിങ്ങൾ ഈ സന്ദേശം ഇല്ലാതാക്കി|ਇਹ ਸੁਨੇਹਾ ਮਿਟਾ ਦਿੱਤਾ ਗਿਆ
ਇਹ ਸੁਨੇਹਾ ਮਿਟਾਇਆ ਗਿਆ|ਤੁਸੀਂ ਇਹ ਸੁਨੇਹਾ ਮਿਟਾ ਦਿੱਤਾ|您删除了这条消息|你已删除此消息|您已删除此消息
你删除了此消息|您删除了此消息|该消息已删除|这条消息已删除|此条消息已删除|此消息已被删除|你刪除了這則訊息
您刪除了這則訊息|你已刪除這則訊息|這則訊息已刪除|此訊息已被刪除|您已收回此訊息|你已收回此訊息|此訊息已收回
您收回了此訊息|你收回了此訊息|あなたはこのメッセージを削除しました|このメッセージを取り消しました
이 메시지가 삭제되었습니다|회원님이 삭제한 메시지입니다|회원님이 이 메시지를 삭제했습니다|คุณลบข้อความนี้แล้ว
คุณได้ลบข้อความนี้แล้ว|ข้อความนี้ถูกลบ|tin nhắn này đã được xóa|tin nhắn này đã được thu hồi
bạn đã thu hồi tin nhắn này|jy het hierdie boodskap geskrap|hierdie boodskap is geskrap
jy het hierdie boodskap uitgevee|hierdie boodskap is uitgevee|umefuta ujumbe huu|ujumbe huu umefutwa
binura mo ang mensaheng ito|binura ang mensaheng ito|сіз бұл хабарды жойдыңыз|бұл хабар жойылды
siz bu xabarni oʻchirdingiz|bu xabar oʻchirildi|ја избришавте поракава|пораката е избришана
оваа порака е избришана
"""
_CALLS: Final = """
missed voice call|missed video call|missed group voice call|missed group video call|voice call|video call
verpasster sprachanruf|verpasster videoanruf|llamada perdida|llamada de voz perdida|videollamada perdida
appel vocal manqué|appel vidéo manqué|chiamata vocale persa|videochiamata persa|chamada de voz perdida
videochamada perdida|chamada de vídeo perdida|gemist spraakgesprek|gemiste spraakoproep|gemist videogesprek
gemiste video-oproep|пропущенный аудиозвонок|пропущенный видеозвонок|пропущений аудіодзвінок
пропущений відеодзвінок|cevapsız sesli arama|cevapsız görüntülü arama|panggilan suara tak terjawab
panggilan video tak terjawab|zmeškaný hovor|zmeškaný hlasový hovor|zmeškaný videohovor
nieodebrane połączenie|missat röstsamtal|missat videosamtal|tapt taleanrop|tapt videoanrop
ubesvaret taleopkald|ubesvaret videoopkald|αναπάντητη κλήση|αναπάντητη βιντεοκλήση|שיחה קולית שלא נענתה
שיחת וידאו שלא נענתה|مكالمة صوتية فائتة|مكالمة فيديو فائتة|未接語音通話|未接视频通话|未接语音通话
未接視像通話|音声通話不在着信|ビデオ通話不在着信|부재중 전화|부재중 영상통화|cuộc gọi nhỡ|cuộc gọi nhỡ video
สายที่ไม่ได้รับ|วิดีโอคอลที่ไม่ได้รับ|waiting for this message|waiting for this message. this may take a while
warte auf diese nachricht|warte auf diese nachricht. dies kann etwas dauern
auf diese nachricht wird gewartet|auf diese nachricht wird gewartet. das kann einen moment dauern
esperando este mensaje|esperando este mensaje. esto puede tomar tiempo|esperando el mensaje
esperando el mensaje. esto puede tardar un poco|en attente de ce message
en attente de ce message. cela peut prendre un moment|en attente du message
en attente du message. cela peut prendre du temps|in attesa del messaggio
in attesa del messaggio. potrebbe volerci del tempo|in attesa di questo messaggio
in attesa di questo messaggio. potrebbe richiedere del tempo|aguardando mensagem
aguardando mensagem. essa ação pode levar alguns instantes|aguardando esta mensagem|a aguardar esta mensagem
a aguardar mensagem|a aguardar esta mensagem. isto pode demorar algum tempo|wachten op dit bericht
wachten op dit bericht. dit kan even duren|ожидание данного сообщения
ожидание данного сообщения. это может занять некоторое время|ожидание сообщения
ожидание сообщения. это может занять некоторое время|очікування повідомлення|bu mesaj bekleniyor
bu mesaj bekleniyor. bu biraz zaman alabilir|menunggu pesan ini
menunggu pesan ini. ini mungkin membutuhkan waktu beberapa saat|oczekiwanie na tę wiadomość
oczekiwanie na wiadomość|oczekiwanie na tę wiadomość. to może chwilę potrwać|čekání na tuto zprávu
čekání na zprávu|väntar på det här meddelandet|väntar på detta meddelande|venter på denne beskeden
venter på denne meldingen|odotetaan viestiä|odotetaan tätä viestiä|αναμονή για αυτό το μήνυμα
várakozás az üzenetre|se așteaptă acest mesaj|ממתין להודעה זו|בהמתנה להודעה זו|في انتظار هذه الرسالة
इस मैसेज का इंतज़ार है|正在等待此消息|等待此消息|正在等候此訊息|等待此訊息|このメッセージを待っています
이 메시지를 기다리는 중|이 메시지를 기다리는 중입니다|đang chờ tin nhắn này|กำลังรอข้อความนี้
verpasster gruppen-sprachanruf|verpasster gruppen-videoanruf|verpasster anruf|appel manqué
appel de groupe manqué|chiamata persa|chiamata di gruppo persa|videochiamata di gruppo persa
llamada grupal perdida|videollamada grupal perdida|llamada de voz grupal perdida|ligação perdida
ligação de voz perdida|ligação de vídeo perdida|chamada perdida|chamada de voz em grupo perdida
gemiste oproep|gemiste groepsoproep|пропущенный звонок|пропущенный групповой звонок
пропущенный групповой аудиозвонок|пропущенный групповой видеозвонок|пропущений дзвінок|cevapsız arama
cevapsız grup araması|panggilan tak terjawab|panggilan suara grup tak terjawab
panggilan suara tidak terjawab|panggilan video tidak terjawab|nieodebrane połączenie głosowe
nieodebrane połączenie wideo|nieodebrana rozmowa głosowa|nieodebrana rozmowa wideo|missat samtal
mistet opkald|mistet taleopkald|mistet videoopkald|ubesvart anrop|ubesvart taleanrop|ubesvart videoanrop
vastaamaton puhelu|vastaamaton äänipuhelu|vastaamaton videopuhelu|nem fogadott hívás|nem fogadott hanghívás
nem fogadott videohívás|apel ratat|apel vocal ratat|apel video ratat|пропуснато обаждане
пропуснато гласово обаждане|пропуснато видео обаждане|propušteni poziv|propušteni glasovni poziv
propušteni videopoziv|αναπάντητη φωνητική κλήση|تماس بی‌پاسخ|تماس صوتی بی‌پاسخ|تماس تصویری بی‌پاسخ
मिस्ड वॉइस कॉल|मिस्ड वीडियो कॉल|未接来电|未接視訊通話|未接來電|不在着信|부재중 음성통화|부재중 영상 통화
cuộc gọi thoại nhỡ|trucada de veu perduda|videotrucada perduda
"""  # and messages that have not come yet
_ATTACHED: Final = """
file attached|datei angehängt|archivo adjunto|archivo adjuntado|fichier joint|file allegato|arquivo anexado
ficheiro anexado|bestand bijgevoegd|файл добавлен|файл додано|dosya ekli|file terlampir|fail dilampirkan
fil vedhæftet|vedlagt fil|bifogad fil|liitetiedosto|załączony plik|soubor byl přiložen|súbor pripojený
fișier atașat|συνημμένο αρχείο|fájl csatolva|datoteka u privitku|priložena datoteka|прикачен файл
прикачена датотека|arxiu adjunt|lêer aangeheg|קובץ מצורף|الملف مرفق|پیوست شد|附件檔案|檔案附件|文件附件
添付ファイル有り|파일 첨부됨|tệp đính kèm|ไฟล์ที่แนบ|फाइल संलग्न|फाइल अटैच कर दी गई है|ফাইল সংযুক্ত হয়েছে
faili limeambatanishwa|pievienots fails|byla prisegta|fail lisatud|skedë e ngjitur
"""  # behind the name of a file on Android, in brackets
_NOTICES: Final = """
Messages and calls are end-to-end encrypted|Messages to this chat and calls are now secured
Messages to this group are now secured|Nachrichten und Anrufe sind Ende-zu-Ende-verschlüsselt
Los mensajes y las llamadas están cifrados de extremo a extremo
Les messages et les appels sont chiffrés de bout en bout|I messaggi e le chiamate sono crittografati end-to-end
As mensagens e as chamadas são protegidas com a criptografia de ponta a ponta
Berichten en gesprekken worden end-to-end versleuteld|Сообщения и звонки защищены сквозным шифрованием
Wiadomości i połączenia są w pełni szyfrowane|Mesajlar ve aramalar uçtan uca şifrelidir|Your security code with
Deine Sicherheitsnummer für|Votre code de sécurité avec|Il tuo codice di sicurezza con
Cambió tu código de seguridad con|O seu código de segurança|Seu código de segurança com|Uw beveiligingscode voor
Ваш код безопасности с контактом|Код безпеки з контактом|Kode keamanan Anda dengan|Bezpečnostní kód mezi vámi a
Mã bảo mật của bạn với|รหัสความปลอดภัยของคุณกับ
"""  # how a line begins that says that somebody's security code has changed, or what encrypts all
_POLLS: Final = (  # above a poll's question
    "POLL:|UMFRAGE:|ENCUESTA:|SONDAGE :|SONDAGE:|ENQUETE:|SONDAGGIO:|ОПРОС:"
)
_DOCUMENTS: Final = (  # parts of those above that mean documents, whose names stand before them
    "do[ck]u|dokum|문서|文件|文档|ドキュ|เอกสาร|tài liệu|документ|έγγραφο|belge|מסמך|المستند|سند|डॉक"
)
_EDITS: Final = (  # parts of what stands in angle brackets behind a message that was edited
    "edited|bearbeitet|edit[óa]|modifi|bewerkt|измен|змін|düzenlen|redig|upraven|szerkeszt|muokat|"
    "edyt|zmodyfik|编辑|編輯|編集|수정|편집|تعديل|ویرایش|נער|επεξεργ|disunting|diedit|संपादित|एडिट|"
    "chỉnh sửa|แก้ไข|редаг|редак|уређ|измењ|uređen|izmijenj|urej|redaguot|rediģ|muudet|সম্পাদ|এডিট|திருத்த|సవరించ"
)
_SECURED: Final = (  # parts of the sentence with which chats begin; it has the name WhatsApp, too
    "end-to-end|ende-zu-ende|extremo a extremo|bout en bout|pont[ao] a ponta|ponto a ponto|сквозн|"
    "наскрізн|uçtan uca|ende-til-ende|komplett krypter|végpontok|koncovým|šifrov|zaszyfrowane|"
    "täysin|hujung ke hujung|d'extrem|κρυπτογρ|מקצה|الطرفين|رمزگذاری|端到端|端對端|"
    "エンドツーエンド|종단간|đầu cuối|ต้นทางถึงปลายทาง|एंड-टू-एंड|एन्ड|এন্ড"
)

_EDITED: Final = re.compile(rf"<[^<>\n]{{0,60}}(?:{_EDITS})[^<>\n]{{0,60}}>\s*$")
_ENCRYPTED: Final = re.compile(_SECURED, re.IGNORECASE)
_SHORTEST_NOTICE: Final = 40
_STUB: Final = re.compile(r"<[^<>\n=\"/]+>")
_ON_IPHONE: Final = re.compile(r"<\s?[^<>\n:]{1,40}: (?:\d{5,}-)?[^<>\n]*\.\w{1,5}\s?>$")
_ON_ANDROID: Final = re.compile(r"(.*?)(?:\.\w{0,5})? \(([^()\n]+|[^()\n]*\([^()\n]*\)[^()\n]*)\)$")
_NAMED_BY_PHONE: Final = re.compile(r"(?:IMG|VID|AUD|PTT|STK|DOC|GIF|CON)-\d{8}-WA\d+")
_FILE_NAME: Final = re.compile(r"[^\n/]*[^\s.]\.[A-Za-z][A-Za-z0-9]{1,4}(?: •.*)?")
_PLACE: Final = re.compile(
    r"(?:[^\n]*\n){0,3}[^\n]*:? ?https://(?:maps\.google\.com/(?:maps)?\?|(?:www\.)?foursquare\.com/v/)\S+"
)
_CALL_WITH_LENGTH: Final = re.compile(r"(?:missed )?(?:group )?(?:voice|video) call, .{1,40}", re.IGNORECASE)
_ALIKE: Final = str.maketrans({"’": "'", "ʼ": "'", "ş": "ș", "ţ": "ț", "\u200c": None})


def _phrases(table: str) -> list[str]:
    return table.strip().replace("\n", "|").split("|")


def _key(phrase: str) -> str:
    """A phrase as it is looked up: without capitals and stops, and with letters of one kind."""
    return unicodedata.normalize("NFC", phrase).strip(".。। ").casefold().translate(_ALIKE)


_MADE: Final = [
    verb.format(noun) if "{}" in verb else f"{noun} {verb}"
    for row in _OMITTED.strip().split("\n")
    for noun, verb in product(*(words.split("|") for words in row.split(" = ")))
]
_WRITTEN: Final = (
    dict.fromkeys(_phrases(_DELETIONS), "deleted message")
    | dict.fromkeys(_phrases(_CALLS), SYSTEM)
    | dict.fromkeys([*_MADE, *_phrases(_OTHER_MEDIA)], _MEDIA)
)
"""What a whole line that says nothing else stands for."""
_PHRASES: Final = {_key(phrase): kind for phrase, kind in _WRITTEN.items()}
_DOCUMENT_PHRASES: Final = tuple(
    f" {phrase}" for phrase, kind in _PHRASES.items() if kind == _MEDIA and re.search(_DOCUMENTS, phrase)
)
_DOCUMENT_ENDS: Final = frozenset(phrase.rpartition(" ")[2] for phrase in _DOCUMENT_PHRASES)
_STOPS: Final = ("", ".", "。", "।", " ")
_ENDS: Final = frozenset(
    (form + stop)[-3:]
    for phrase, stop in product((*_WRITTEN, *_PHRASES), _STOPS)
    for form in (phrase, phrase.upper())
)
_BEGIN: Final = 5
_NOTICE_BEGINS: Final = frozenset(phrase[:_BEGIN] for phrase in _phrases(_NOTICES))


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
        kind = _PHRASES.get(_key(said), "") if said[-3:] in _ENDS else ""
        return ("", kind) if kind else (said, "")
    said = said.replace("\u2068", "").replace("\u2069", "")  # around names that are mentioned
    edited = _EDITED.search(said)
    if edited and edited.start():
        said = said[: edited.start()].rstrip(MARKS + _SPACES + "\n")
    line, _, below = said.partition("\n")
    shown = line.translate(_NO_MARKS).strip(_SPACES)
    kind, caption = _of_line(shown)
    if kind == _MEDIA:
        return "\n".join(filter(None, (caption, _caption(below, shown)))), _MEDIA
    if kind and not below:
        return "", kind
    return _of_whole(said, on_iphone=on_iphone)


def _may_be_odd(said: str) -> bool:
    """Whether this may be one of the sentences that stand as somebody's on an iPhone, without a mark."""
    return (
        "WhatsApp" in said
        or said[:_BEGIN] in _NOTICE_BEGINS
        or ("." in said and said.rpartition(" ")[2].casefold() in _DOCUMENT_ENDS)
        or ("واتساب" in said and not said.isascii())
    )


def _is_notice(said: str) -> bool:
    """Whether this is the sentence about encryption with which chats begin."""
    named = "WhatsApp" in said or "واتساب" in said
    return named and len(said) >= _SHORTEST_NOTICE and _ENCRYPTED.search(said) is not None


def _of_line(shown: str) -> tuple[str, str]:
    """What a message's first line is, and what stands before it and was typed."""
    phrase = _key(shown.strip("<> "))
    if kind := _PHRASES.get(phrase):
        return kind, ""
    if _CALL_WITH_LENGTH.fullmatch(phrase):
        return SYSTEM, ""
    if found := _ON_IPHONE.search(shown):
        before = shown[: found.start()].strip(_SPACES)
        return _MEDIA, "" if _FILE_NAME.fullmatch(before) else before
    attached = _ON_ANDROID.match(shown)
    media = (
        (_STUB.fullmatch(shown) and (" " in phrase or not phrase.isascii()))
        or (attached and (attached[2].casefold() in _phrases(_ATTACHED) or _NAMED_BY_PHONE.match(shown)))
        or (("." in shown or "•" in shown) and shown.casefold().endswith(_DOCUMENT_PHRASES))
    )
    return (_MEDIA if media else ""), ""


def _of_whole(said: str, *, on_iphone: bool) -> tuple[str, str]:
    """What a message is that its first line does not tell."""
    bare = said.strip(MARKS + _SPACES + "\n")
    if _PLACE.fullmatch(bare):
        return "", "location"
    if "\n" in bare and bare.startswith(tuple(_POLLS.split("|"))):
        return "", "poll"
    if on_iphone and (
        said.startswith("\u200e") or bare.startswith(tuple(_phrases(_NOTICES))) or _is_notice(said)
    ):
        return "", "poll" if "\n\u200e" in said else SYSTEM
    return said, ""


def _caption(below: str, shown: str) -> str:
    """The lines below a picture's, but for the name of a file, which programs write there."""
    found = _ON_ANDROID.match(shown)
    text = below.strip(MARKS + _SPACES + "\n")
    return "" if _FILE_NAME.fullmatch(text) or (found and text == found[1]) else text
