"""The words by which people and programs call secrets, in many languages, and those that tie them to a value.

A table, not grammar: a star stands for the endings that a word takes, a space for a space, a hyphen, an underscore or
nothing. A search for lines worth a closer look goes by the same words, so that a word is added in one place.
"""

import re
from collections import defaultdict
from collections.abc import Iterator
from enum import Enum, auto
from functools import lru_cache
from typing import Final, final

from foreword.text.secrets.keys import SEEDS_BEGIN


@final
class Noun(Enum):
    """What a word may call, and so what may be taken for its value."""

    PASSWORD = auto()  # nothing but a password
    PASS = auto()  # something else as often
    CODE = auto()  # of digits, for a door or a purpose; something else as often
    PIN = auto()  # nothing but a code of digits
    CVV = auto()  # the same, of three
    KEY = auto()  # something else as often
    API_KEY = auto()  # nothing but a key
    LOGIN = auto()  # a user and a password
    PHRASE = auto()  # words
    IDENTITY = auto()  # what states and banks know people by

    __hash__ = object.__hash__  # that of Enum takes ten times as long


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


def _row(words: str) -> tuple[str, ...]:
    return tuple(words.split(", "))


INSIDE: Final = _row(
    "password, passwd, passwort*, passwört*, passcode, passord*, kennwort*, kennwört*, zugangscode, "
    "wachtwoord*, lösenord*, adgangskode*, kodeord*, salasana*, contraseña*, contrasena*, 비밀번호*, 암호*, пароль, "
    "пароля, паролю, паролем, пароли, паролей"
)
"""Words for a password that may be part of a longer one."""

WORDS: Final = {
    Noun.PASSWORD: _row(
        "pwd, pw, pswd, psw, passw, pass word, palavra passe, parolam*, parolan*, parolası*, senha*, mot de passe, "
        "mots de passe, mdp, parola d'ordine, lykilorð, hasł*, heslo*, jelszó*, jelszo, şifre*, parolă, lozink*, "
        "geslo, лозинка, κωδικός, κωδικος, كلمة السر, كلمة المرور, סיסמה, סיסמא, पासवर्ड, mật khẩu, kata"
    ),
    Noun.PASS: _row("pass, clave, parola*, parole, парола, šifra, passe"),
    Noun.CODE: _row(
        "code, codes, código*, codigo*, codice, codici, kod*, kód*, код, кода, коду, кодом, коды, kode*, koodi*, "
        "combination, combo, kombination, combinaison, combinación, combinação, combinazione, комбинация, 인증번호*"
    ),
    Noun.PIN: _row(
        "pin, pin code, pin number, pin nummer, puk, geheimzahl, digicode, otp, "
        "пин, пинкод, пин код, pinkod*, pinkode*"
    ),
    Noun.CVV: _row("cvv, cvc, security code, sicherheitscode, card code, prüfnummer, cryptogramme"),
    Noun.KEY: _row(
        "key, keys, token, tokens, secret, secrets, schlüssel, clé, llave, chave, chiave, ключ, ключа, klucz*, "
        "nyckel*"
    ),
    Noun.API_KEY: _row(
        "api key, api token, api secret, access key, access token, access code, auth key, auth token, auth code, "
        "client key, client secret, client token, private key, secret key, secret access key, secret token, session "
        "token, session key, account key, encryption key, signing key, license key, licence key, product key, "
        "activation key, recovery key, license code, licence code, authorization, bearer, access key id, client id, "
        "x api key, x auth token, api schlüssel, clé api, clé d'api, clave de la api, clave api, chave da api, "
        "chave de api, chave api, chiave api, api ключ, lizenzschlüssel"
    ),
    Noun.LOGIN: _row(
        "login, logins, creds, credentials, zugangsdaten, credenciales, credenciais, credenziali, inloggegevens, "
        "логин, логина"
    ),
    Noun.PHRASE: _row("phrase, pass phrase, seed phrase, mnemonic, mnemonics"),
    Noun.IDENTITY: _row(
        "tan, passport*, reisepass*, passeport, pasaporte, passaporte, passaporto, paspoort*, paszport*, паспорт*, "
        "pasaport*, ausweis*, perso, personalausweis*, national id, id card, identity card, carte d'identité, "
        "documento de identidad, dni, nie, nif, nino, ssn, social security, ni number, national insurance, "
        "sozialversicherung*, sécurité sociale, seguridad social, tax id, tax number, taxpayer, tin, vat, steuer "
        "id, steueridentifikation*, steuernummer, steuernr, numéro fiscal, numero fiscal, número fiscal, codice "
        "fiscale, partita iva, cpf, cnpj, rg, cuit, cuil, curp, инн, снилс, pesel, nip, bsn, kimlik*, "
        "personnummer*, cpr, aadhaar, pan number, pan card, ein, driver's license, drivers license, driver's "
        "licence, driving licence, driving license, führerschein*, permis de conduire, permiso de conducir, "
        "rijbewijs*, account number, account no, acct no, acct, kontonummer, routing number, sort code, medicare, "
        "nhs number"
    ),
}

UNSPACED: Final = _row(
    "密码, 密碼, 口令, パスワード, 暗証番号, 验证码, 驗證碼, 認証コード, 確認コード, รหัสผ่าน"
)
"""Words for a password or a code in scripts without spaces."""

NO_SECRETS: Final = _set("""
    zip post postal area country error errors status exit dress source bar qr color colour hex morse promo discount
    coupon return response http building penal civil tax legal product charge currency language airport unicode
    machine page página pagina seite byte time vinci the_da key legacy open clean genetic moral ethics honor honour
    cheat code bash python java javascript this that some any more no write writing wrote почтовый исходный штрих
    pocztowy posta kaynak programa fuente fonte barras barre sorgente
""")
"""What stands beside a word for a code that nobody enters."""

PARTS: Final = _set("""
    uni en de re ge trans bar post zip qr source quell strich fehler länder farb vorwahl byte op geo vi status
    produkt anbieter ziel beispiel maschinen assembler steuer escape tasten scan exit error key product
""")
"""What such a word begins with."""

PLACES: Final = _set("""
    door doors gate garage alarm entry entrance lock locker lockbox padlock safe bike building flat apartment front
    back house office bank card phone sim wifi wi-fi wlan router hotspot network guest netflix spotify login log-in
    email mail mailbox account vpn server ssh root admin security verification confirmation access sign-in unlock
    one-time sms 2fa auth authentication reset recovery backup deur toegangs tür haustür garagen konto zugangs
    bestätigungs sicherheits einmal verifizierungs freischalt porte portail entrée vérification sécurité accès
    puerta entrada verificación acceso seguridad porta portão verificação cancello portone verifica sicurezza
    accesso двери подтверждения домофона доступа verificatie drzwi bramy weryfikacyjny kapı doğrulama your my dein
    ihr mein votre ton mon tu su mi ваш твой мой вайфая вайфай почты банка seu meu tuo mio je jouw twój mój
""")
"""What stands beside a word for a code or a password that somebody enters."""

TIES: Final = _set("""
    is are was be it's its that's thats this's lautet ist war sind heißt lauten es son era est c'est c’est était
    sont é è são sono eram jest są brzmi är var jsou este esta este: это был является zijn olarak = == := => -> → -
    – — : <- ← reads equals
""")
"""What ties a word and its value."""

OWN_TIES: Final = {
    "to": ("hasł", "kod", "klucz"),
    "on": ("salasana", "koodi"),
    "je": ("heslo", "kód", "geslo", "lozink", "kod"),
    "er": ("adgangskode", "kodeord", "passord", "kode", "pin"),
}
"""The same where they are other words in other languages, with the beginnings of the words behind which they tie."""

OR: Final = _set("or and oder und ou et o y e или и lub ve")
"""What may stand between two values."""

THAT: Final = _set("it that this das es ce ça cela это то esto eso isso questo dit dat het to det")

AS: Final = _set("as als como comme come som как jako olarak for pour für para per для")
"""What ties a value to the word behind it."""

STILL: Final = _set("""
    now still just currently always actually simply probably again also the literally jetzt noch immer nun aktuell
    einfach ahora todavía siempre aún maintenant toujours encore simplement désormais agora ainda sempre ora adesso
    ancora сейчас теперь такой такая такой: nu nog altijd teraz wciąż nadal zawsze şimdi hala code pin: following:
    this: follows: bitte o a la le il das der die el lo
""")
"""What may stand between such a tie and the value."""

CHANGES: Final = re.compile(
    r"\b(?:chang|set\b|reset|updat|änder|geänder|gesetzt|umgestellt|cambi|chang|modifi|mud|alter|aggiorn|измен|смен|помен|постав|zmien|"
    r"wijzig|gewijzigd|veranderd|byt|ändra|endr|vaih|değiş)"
)
TO: Final = _set("to auf en à em para на naar til till olarak")
"""What ties them where somebody tells of a change."""

BETWEEN: Final = _set("""
    for in on of from at with by to until since für auf von bei mit ab seit um pour sur dans de du des à en depuis
    con para desde do da na no em di del per su для от на в с из у van voor op bij met z od dla w
""")
"""What stands before a thing, not a value."""

FOR: Final = _set("""
    for of to für von zum zur pour de du des do da dos para por di del della dei per от для к van voor dla
""")
"""What stands before that which a password or a code is for."""

ENTER: Final = _set("""
    use enter type input insert press submit gib nutze verwende nutzen verwenden eingeben saisissez entrez utilisez
    tapez saisis introduce usa ingresa ingrese introduzca digite insira введите используйте inserisci digita gebruik
    voer wpisz użyj girin kullanın
""")
PURPOSES: Final = AS | TO | _set("on um om aby and и und in when into per чтобы için")
"""What follows a code that somebody enters, and says what for."""

ACCESS: Final = re.compile(
    r"log ?-?in|sign ?-?in|verif|confirm|einlogg|einzulogg|anmeld|anzumeld|"
    r"bestätig|vérif|connect|sesión|accede|войти|входа|вход|подтвер|entrar|"
    r"iniciar|inlogg|zalog|logow|giriş|doğrula|unlock|get in\b|authenticat|reset|activat"
)
"""What a code is entered for."""

UNITS: Final = _set("""
    lines line years year days hours minutes characters chars words bytes dollars euros pages files people times
    points percent zeilen jahre zeichen seiten lignes ans caractères líneas años linhas anos righe anni строк лет
    regels linii satır km kg
""")
ONCE: Final = re.compile(
    r"verif|one[- ]?time|\botp\b|2fa|two[- ]factor|passcode|confirmation code|security code|log ?in code|"
    r"sign[- ]?in code|einmal|"
    r"bestätigungs|sicherheitscode|freischalt|vérification|verificación|подтвержд|одноразов|verificação|"
    r"verifica\b|verificatie|weryfikac|doğrulama|验证码|驗證碼|認証コード|인증번호"
)
"""What a message with a code for once says."""


ASKING: Final = _row(
    "passport, reisepass, passeport, pasaporte, passaport, paspoort, paszport, pasaport, паспорт"
)
"""Words for a document whose number may come in the next line; others are often other words."""

_IN_CAPITALS: Final = _set("ein nie nif nip tin vat rg cpr tan")
"""Words that are other words in small letters."""


ENDING: Final = r"s?[0-9_]{0,2}(?![^\W\d_]|[-‐][^\W\d_])"
_LAST: Final = r"s?[0-9_]{0,2}(?![^\W\d_])"
"""No further letter, nor one behind a hyphen: what has a `password-hint` tells none."""


def in_small(text: str) -> str:
    """`text` in small letters, each at its place: of one capital, that of Turkish i, the small letter is longer."""
    return text.replace("\u0130", "i").lower()


def _pattern(word: str) -> str:
    stem, star, _ = word.partition("*")
    spelled = re.escape(stem).replace(r"\ ", "[ _-]?").replace("'", "['’]?")
    return spelled + (rf"\w{{0,8}}{ENDING}" if star else ENDING)


def named_in(line: str, small: str) -> list[tuple[int, int, Noun]]:
    """Where words for secrets stand in a line, and what they call; `small` is the line in small letters."""
    return [
        (*each.span(), _noun(each.lastgroup or ""))
        for each in _nouns().finditer(small)
        if each.group() not in _IN_CAPITALS or line[slice(*each.span())].isupper()
    ]


@lru_cache
def _noun(group: str) -> Noun:
    return Noun[group.partition("__")[0]]


@lru_cache(maxsize=1)
def _nouns() -> re.Pattern[str]:
    """The words of the table in a line in small letters; a group begins with the name of a `Noun`."""
    # What is surest first: `api key` is no `key`. By first letters, for then most places are skipped at once.
    order = ["PASSWORD", "PHRASE", "API_KEY", "IDENTITY", "PIN", "CVV", "LOGIN", "PASS", "KEY", "CODE"]
    alone = defaultdict[str, list[str]](list)
    for noun in map(Noun.__getitem__, order):
        rests = defaultdict[str, list[str]](list)
        for word in sorted(map(_pattern, WORDS[noun]), key=len, reverse=True):
            rests[word[0]].append(word[1:].replace(ENDING, _LAST) if noun is Noun.IDENTITY else word[1:])
        for first, each in rests.items():
            alone[first].append(f"(?P<{noun.name}__{ord(first)}>{'|'.join(each)})")
    words = "|".join(f"{first}(?:{'|'.join(rests)})" for first, rests in alone.items())
    inside = "|".join(sorted(map(_pattern, INSIDE), key=len, reverse=True))
    firsts = "".join({word[0] for word in INSIDE} | {"c", "k"})
    compound = rf"(?=[{firsts}])(?:(?P<PASSWORD__>{inside})|(?P<CODE__>[ck]ode{ENDING}))"
    return re.compile(rf"(?:(?<![^\W_])(?:{words})|{compound})(?:['’]s(?!\w))?")


_TELLING: Final = re.compile(
    r"[\d:：=→>\"“„«`]|[-\u2010-\u2015]{2}|\w[!@#$%^&*+~?]\w|[a-zà-ÿ][A-Z]|(?:[^\W\d_]{3}[-_.]\w*){3}"
)
"""What stands in a line that tells a secret, be it in the value or between the word and the value."""
_ASKING: Final = re.compile(r"\w{0,20}[^\w\n]{0,4}(?:\w{1,6}[^\w\n]{0,4})?$")
_LONGEST_ASKING: Final = 34  # characters
"""How a line goes on behind the beginning of a word, if it asks for a secret without a colon."""

_OTHERS: Final = {"key": "(?<![cnr]key)", "keys": "(?<![cnr]keys)"}
"""What must not stand before: hockey, monkeys, turkey."""
_SHORT: Final = 6
"""Letters of words that are parts of many others, so that they must end there."""

_COMMON: Final = "zqxjkvbpgchlfwmyudrsnioate "
"""From rare to common, but for letters that are searched for anyway; what is not among them is rarer."""


def telling_places(text: str) -> Iterator[int]:
    """The first place in each line where a word stands that tells a secret or asks for one; hardly a line too many.

    The text is searched as a whole, not line by line, for patterns that begin with a rare character.
    """
    ascii_only = text if text.isascii() else text.encode("ascii", "replace").decode()
    small = ascii_only.lower()  # which takes four times as long where not all are ASCII
    patterns, beyond = _stem_patterns()
    hits = [each.start() for pattern in patterns for each in pattern.finditer(small)]
    if not text.isascii():
        hits += [each.start() for each in beyond.finditer(text)]
    end, is_telling, is_found = -1, False, False  # of the line
    for place in sorted(hits):
        if is_found and place < end:
            continue
        if place >= end:
            start, end = text.rfind("\n", 0, place) + 1, text.find("\n", place)
            end = len(text) if end == -1 else end
            is_telling = _TELLING.search(text, start, end) is not None
        is_phrase = text[place : place + 6].lower() == "phrase"
        is_found = (
            is_telling
            or (end - place <= _LONGEST_ASKING and _ASKING.match(text, place, end) is not None)
            or (is_phrase and SEEDS_BEGIN.search(text, place, min(end, place + 99)) is not None)
        )
        if is_found:
            yield place


@lru_cache(maxsize=1)
def _stem_patterns() -> tuple[list[re.Pattern[str]], re.Pattern[str]]:
    """What to look for in small letters, and where not all are ASCII.

    A pattern that begins with one character, and no choice of them, is searched for at the speed of memory.
    """
    by_first = defaultdict[str, list[str]](list)
    for stem, end in sorted(_stems().items()):
        rarest = min(range(len(stem)), key=lambda place: _COMMON.find(stem[place]))
        before, behind = re.escape(stem[: rarest + 1]), re.escape(stem[rarest + 1 :])
        by_first[stem[rarest]].append(f"(?<={before}){behind}{end}{_OTHERS.get(stem, '')}")
    beyond = "".join(first for first in by_first if not first.isascii())
    further = "|".join(rest for first in beyond for rest in by_first.pop(first))
    patterns = [re.compile(f"{re.escape(first)}(?:{'|'.join(rests)})") for first, rests in by_first.items()]
    return patterns, re.compile(f"[{beyond}{beyond.upper()}](?i:{further})")


@lru_cache(maxsize=1)
def _stems() -> dict[str, str]:
    """Small letters by one of which a line with a word for a secret is known, and what must come behind them.

    Of some words one part is enough. What has five digits is known by these, so words for documents are left out.
    """
    rows = [INSIDE, *(row for noun, row in WORDS.items() if noun is not Noun.IDENTITY)]
    words = [each for row in rows for each in row] + [f"{each}*" for each in (*ASKING, *UNSPACED)]
    parts = [word.replace("'", " ").split() for word in words]
    alone = {
        part.rstrip("*"): "" if part.endswith("*") or len(part) > _SHORT else ENDING
        for part, *others in parts
        if not others
    }
    for each in parts:
        if len(each) > 1 and not any(stem in part for part in each for stem in alone):
            alone[max(each, key=len)] = ""
    return {
        stem: end
        for stem, end in alone.items()
        if not any(other in stem and other != stem and not alone[other] for other in alone)
    }
