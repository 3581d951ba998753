"""Made-up secrets in typical sentences, to measure how many of them the filter finds.

Each wording holds the name of a kind of value in braces. The values are drawn with a seed, some for each wording. Every
third wording was held aside while the filter was written: its results show how the filter does on unknown wordings.
"""

import string
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Final, final

WORDINGS: Final[Mapping[str, tuple[str, ...]]] = {
    "password": (
        "the wifi password is {password}", "wifi pass {password}", "wifi password\n{password}",
        "{password} is the password", "{password} is the wifi password btw", "password's {password}",
        "ok so the password for the guest network is {password}, all lower case", "pw {password}",
        "the new pw is {password}", "my netflix password got changed, it's {password} now",
        "try {password} as the password", "use {password} for the password", "log in with ana / {password}",
        "user / password: ana / {password}", "user: ana@example.org pass: {password}",
        "ana@example.org / {password}", "username ana password {password}", "wifi password:\n{password}",
        "what's the wifi password?\n{password}", "I changed the password to {password}",
        "password changed to {password}", "the password (it's {password})",
        "the password is still {password}", 'the password is "{word}"', "password = {word}",
        "Password - {password}", "{password} <- that's the password", "the passcode is {password}",
        "pass: {word}", "login ana {password}", "login: ana / {password}", "creds are ana:{password}",
        "credentials: ana / {password}", "pwd is {password}", "the router password was set to {password}",
        "the password should be {password}",
    ),
    "password in other languages": (
        "das Passwort ist {password}", "Das WLAN-Passwort lautet {password}", "WLAN Passwort\n{password}",
        "{password} ist das Passwort fürs WLAN", "Kennwort {password}",
        "mein Passwort für Netflix ist {password}", "ich hab das Passwort auf {password} geändert",
        "Zugangsdaten: ana / {password}", "le mot de passe est {password}",
        "le mot de passe du wifi c'est {password}", "mot de passe wifi {password}",
        "{password} est le mot de passe", "mdp : {word}", "voici le mot de passe\n{password}",
        "le mdp c'est {password}", "la contraseña es {password}", "la contraseña del wifi es {password}",
        "contraseña\n{password}", "{password} es la contraseña del wifi", "mi clave es {password}",
        "la clave del wifi: {word}", "пароль {password}", "пароль от вайфая {password}", "пароль: {word}",
        "{password} это пароль", "пароль от почты — {password}", "вот пароль\n{password}",
        "новый пароль такой: {password}", "a senha é {password}", "a senha do wifi é {password}",
        "senha {password}", "{password} é a senha do wifi", "a senha agora é {password}", "senha:\n{word}",
        "la password è {password}", "la password del wifi è {password}", "{password} è la password",
        "het wachtwoord is {password}", "wachtwoord van de wifi is {password}",
        "{password} is het wachtwoord", "hasło to {password}", "hasło do wifi to {password}",
        "hasło {password}", "wifi şifresi {password}", "şifre {password}", "şifremiz: {word}",
        "lösenordet är {password}", "adgangskoden er {password}", "heslo je {password}",
        "salasana on {password}", "wifi 密码是{password}", "パスワードは{password}です", "비밀번호는 {password} 입니다",
    ),
    "code": (
        "your code is {code6}", "Your verification code is {code6}", "{code6} is your verification code",
        "G-{code6} is your Google verification code.", "door code is {code4}#", "the door code is {code4}",
        "PIN {code4}", "my pin is {code4}", "use {code6} to log in", "Use {code6} as your login code",
        "{code4} is the pin for the garage", "gate code {code4}", "code for the gate: {code4}",
        "the code's {code4}", "enter {code6} to verify your account", "one-time code: {code6}",
        "OTP {code6}. Do not share it with anyone.", "security code {code3}", "the code:\n{code6}",
        "Your Uber code: {code4}. Never share this code.", "the combination is {code4}",
        "the alarm code is still {code4}", "lockbox code\n{code4}",
        "{code6} is your Amazon OTP. Don't share it", "{code3}-{code3} is your login code",
        "the code to get in is {code4}", "TAN {code6}", "Your Telegram login code: {code5}",
        "pincode is {code4}", "my bank card pin {code4}", "press *{code4}# at the door",
        "Your one-time passcode is {code6}", "safe combo {code2}-{code2}-{code2}",
    ),
    "code in other languages": (
        "Ihr Code lautet {code6}", "dein Bestätigungscode ist {code6}", "{code6} ist dein Code",
        "der Türcode ist {code4}", "PIN ist {code4}", "die Geheimzahl ist {code4}", "votre code est {code6}",
        "le code de la porte est {code4}", "{code6} est votre code de vérification", "code d'entrée {code4}",
        "le digicode c'est {code4}", "tu código es {code6}", "{code6} es tu código de verificación",
        "el código de la puerta es {code4}", "tu código de acceso: {code6}", "ваш код {code6}",
        "Ваш код подтверждения: {code6}", "{code6} — ваш код", "код от двери {code4}", "код домофона {code4}",
        "пин {code4}", "seu código é {code6}", "{code6} é o seu código de verificação",
        "o código da porta é {code4}", "il tuo codice è {code6}", "il codice del cancello è {code4}",
        "je code is {code6}", "de deurcode is {code4}", "twój kod to {code6}", "kod do drzwi {code4}",
        "doğrulama kodunuz {code6}", "kapı kodu {code4}", "验证码：{code6}", "您的验证码是{code6}",
    ),
    "key": (
        "the key is {key}", "api key {key}", "my api key: {key}", "export {name}_SECRET={lower}",
        "export API_TOKEN={key}", "{name}_SECRET_KEY='{key}'", "the token is {key}", "here's the key\n{key}",
        "{key} is the api key", "token {key}", "ethereum key 0x{hex64}", "0x{hex64}",
        "the private key of my wallet is {hex64}", "{jwt}", "Authorization: Bearer {key}",
        "Authorization: Basic {base64}", "X-Api-Key: {key}", "Cookie: sessionid={key}; Path=/",
        "set-cookie: sid={key}; HttpOnly", "licence key {licence}", "{licence}", "the serial is {licence}",
        "Windows key {licence} works", "activation key: {licence}", "aws_secret_access_key = {base64}",
        "sk-{key}{key}", "der Schlüssel ist {key}", "la clé est {key}", "la clave de la API es {key}",
        "ключ {key}", "a chave é {key}", "la chiave è {key}", "my client secret is {key}", "secret key {key}",
        "access token {key}", "ghp_{token36}", "the encryption key is {key}", "const apiKey = '{key}'",
    ),
    "command and address": (
        "sshpass -p {word} ssh ana@example.org", "sshpass -p '{password}' scp x y",
        "mysql -u root -p{word} shop", "mysqldump -uroot -p{password} shop > x",
        "curl -u ana:{word} https://example.org", "https://ana:{word}@example.org/x",
        "postgres://ana:{password}@db.example.org:5432/shop",
        "mongodb+srv://ana:{password}@cluster0.example.net/x", "redis://:{password}@localhost:6379",
        "WIFI:T:WPA;S:Home;P:{word};;", "WIFI:S:Home;T:WPA2;P:{password};H:false;;",
        "Server=db;Database=shop;User Id=ana;Password={password};", "https://example.org/login?token={key}",
        "https://example.org/x?sig={hex32}", "https://example.org/reset/{key}",
        "https://example.org/magic?{key}", "https://app.example.org/magic-link/{hex32}",
        "https://example.org/auth/verify?email=a@b.org&t={key}",
        "https://example.org/password/reset/{token36}", "https://example.org/invite/{key}",
        "https://us02web.zoom.us/j/81234567?pwd={key}", "https://example.org/confirm?code={key}",
        "https://x.blob.core.windows.net/a?sv=2020-08-04&sig={base64}",
        "docker login -u ana -p {password} example.org", "redis-cli -a {password} ping",
        "mongo -u ana -p {password} shop", "PGPASSWORD={word} psql -U ana", "export DB_PASS={word}",
        "wget --user=ana --password={word} https://example.org", "7z x -p{password} a.7z",
        "psql 'host=db user=ana password={word}'", "AccountKey={base64}",
        "otpauth://totp/Ana?secret={base32}&issuer=X", "https://example.org/unsubscribe?token={key}",
        "net use Z: //srv/x /user:ana {password}", "http://example.org/sso?jwt={jwt}",
    ),
    "seed phrase": (
        "{seed12}", "my seed phrase is {seed12}", "seed {seed12}", "wallet backup: {seed24}", "{seed24}",
        "recovery phrase\n{seed12}", "here are the words {seed12} keep them safe", "{seed15}",
        "mnemonic {seed18}", "the phrase: {seed21}", "write this down: {seed12}", "my seed phrase:\n{seed24}",
    ),
    "number": (
        "my passport number is {passport}", "passport no. {passport}", "passport {passport}",
        "Reisepass {passport}", "Reisepassnummer: {passport}", "Ausweisnummer {passport}",
        "mon passeport {passport}", "numéro de passeport : {passport}", "pasaporte {passport}",
        "mi DNI es {dni}", "{dni}", "паспорт {digits10}", "номер паспорта {digits9}", "ИНН {digits10}",
        "СНИЛС {snils}", "my ssn is {ssn}", "ssn {ssn}", "my tax id is {digits11}", "Steuer-ID {digits11}",
        "Steuernummer {tax}", "CPF {cpf}", "codice fiscale {fiscale}", "my codice fiscale is {fiscale}",
        "NI number {nino}", "{nino}", "driver's license number {licence_number}", "PESEL {digits11}",
        "TC kimlik no {digits11}", "numéro fiscal {digits13}", "BSN {digits9}", "account number {digits8}",
        "acct no {digits8} sort code {sort}", "VAT DE{digits9}", "EIN {ein}", "national id {digits10}",
        "my ID card number is {passport}",
    ),
    "card and account": (
        "{card}", "my card is {card}", "card:\n{card_lines}", "{card_lines}", "{card_comma}", "{card_slash}",
        "{card_under}", "card number {card_dots}", "{card_wide}", "visa {card_dashes} exp 12/29 cvv {code3}",
        "{card_fours}", "IBAN {iban}", "{iban}", "bitte auf {iban} überweisen", "{iban_lines}",
        "{card_pipes}", "cvv is {code3}", "my amex {amex}",
    ),
}  # fmt: skip


def _list(words: str) -> list[str]:
    return words.split()


VALUES_EACH: Final = 3
"""Values drawn for each wording."""

_COUNTRIES: Final = {"DE": 18, "FR": 23, "ES": 20, "GB": 18, "NL": 14, "IT": 23}
_BASE32: Final = string.ascii_uppercase + "234567"
_WORDS: Final = _list("""
    swordfish sunflower bluebird meridian pineapple tangerine hedgehog lighthouse marmalade avalanche porcupine
    saxophone
""")
# Some words of the English list of BIP-39.
_SEED: Final = _list("""
    abandon ability absent acid acoustic actual adapt airport album alien almost amateur anchor ancient apple
    arctic arrow aspect atom autumn average bacon badge balance bamboo banner barely basket beach become beyond
    bicycle blanket bonus border bracket bridge bronze bubble budget buffalo burger cabin cactus camera canyon
    carbon casino castle catalog ceiling cement cereal chalk cherry chronic circle citizen clarify clever cliff
    coconut comfort copper coral cotton coyote cradle creek cricket crystal curious curtain damp daring decade
    decline defense deliver deposit despair detail dinosaur dolphin donkey dragon dutch eagle earth easily echo
    economy elbow elder ethics evidence exotic fabric faculty fantasy feature fiction flavor fluid fossil galaxy
    garlic genuine ghost giraffe glimpse gorilla gravity hamster harvest hidden horror humble hybrid ivory jacket
    jungle kangaroo kitchen ladder lava lemon leopard lizard mango marble maximum mosquito muffin noodle nuclear
    oblige ocean olive orphan oxygen panther peanut pelican pigeon plastic pottery puzzle pyramid quantum rabbit
    rhythm saddle salmon satoshi scorpion shiver silver slender spider squirrel stadium sunset symptom tackle
    tattoo tiger tornado trumpet turtle umbrella vacuum velvet village violin walnut whale window winter wrestle
    yellow zebra zoo
""")


@final
@dataclass(frozen=True, slots=True)
class Planted:
    """A secret, its text, its kind, and whether its wording was held aside."""

    kind: str
    wording: str
    text: str
    secret: str
    held_aside: bool

    def survives_in(self, text: str) -> bool:
        """Whether a line of the secret is still there."""
        return any(line in text for line in self.secret.split("\n"))


def planted(*, seed: int = 1) -> Iterator[Planted]:
    """All wordings with their values, in order."""
    draw, number = Random(seed), 0
    for kind, wordings in WORDINGS.items():
        for wording in wordings:
            number += 1
            for _ in range(VALUES_EACH):
                yield _planted(kind, wording, draw, held_aside=number % 3 == 0)


def _planted(kind: str, wording: str, draw: Random, *, held_aside: bool) -> Planted:
    drawn: list[str] = []
    text = ""
    rest = wording
    while "{" in rest:
        before, _, rest = rest.partition("{")
        name, _, rest = rest.partition("}")
        value = _VALUES[name](draw)
        text += before + value
        if name != "name":
            drawn.append(value)
    return Planted(kind, wording, text + rest, max(drawn, key=len), held_aside)


def _of(alphabet: str, length: int) -> Callable[[Random], str]:
    return lambda draw: "".join(draw.choices(alphabet, k=length))


def _password(draw: Random) -> str:
    word = draw.choice(_WORDS)
    return draw.choice([
        f"{word.capitalize()}{draw.randint(10, 9999)}",
        f"{word}{draw.randint(1, 99)}",
        f"{word.capitalize()}{draw.randint(10, 2030)}!",
        word.replace("a", "4").replace("e", "3").replace("i", "1").replace("o", "0") + str(draw.randint(1, 99)),
        f"{draw.choice('BCDFG')}{draw.randint(2, 9)}{''.join(draw.choices(string.ascii_letters + string.digits, k=8))}",
        f"{''.join(draw.choices(string.ascii_letters, k=4))}#{draw.randint(10, 99)}{draw.choice('xyzQ')}",
        f"{word[:5]}_{draw.choice(_WORDS)[:6].upper()}{draw.randint(1, 9)}",
    ])  # fmt: skip


def _code(length: int) -> Callable[[Random], str]:
    """Digits that do not form a year."""
    return lambda draw: draw.choice("345678") + "".join(draw.choices(string.digits, k=length - 1))


def _key(draw: Random) -> str:
    middle = "".join(draw.choices(string.ascii_letters + string.digits, k=draw.choice([14, 18, 22])))
    return f"{draw.choice('ABXYZ')}{draw.randint(2, 9)}{middle}{draw.randint(2, 9)}k"


def _groups(text: str, sizes: tuple[int, ...], between: str) -> str:
    parts, at = [], 0
    for size in sizes:
        parts.append(text[at : at + size])
        at += size
    return between.join(parts)


def _luhn(beginning: str, length: int) -> Callable[[Random], str]:
    def draw_card(draw: Random) -> str:
        digits = beginning + "".join(draw.choices(string.digits, k=length - 1 - len(beginning)))
        doubled = [int(each) * (2 - at % 2) for at, each in enumerate(reversed(digits))]
        return digits + str(-sum(each - 9 * (each > 9) for each in doubled) % 10)

    return draw_card


def _card(between: str, sizes: tuple[int, ...] = (4, 4, 4, 4)) -> Callable[[Random], str]:
    return lambda draw: _groups(_luhn("4", sum(sizes))(draw), sizes, between)


def _iban(between: str, size: int = 4) -> Callable[[Random], str]:
    def draw_iban(draw: Random) -> str:
        country = draw.choice(["DE", "ES"])
        digits = "".join(draw.choices(string.digits, k=_COUNTRIES[country]))
        remainder = int(digits + "".join(str(int(each, 36)) for each in country) + "00") % 97
        number = f"{country}{98 - remainder:02}{digits}"
        return between.join(number[at : at + size] for at in range(0, len(number), size))

    return draw_iban


def _seed_phrase(words: int) -> Callable[[Random], str]:
    return lambda draw: " ".join(draw.choices(_SEED, k=words))


def _dni(draw: Random) -> str:
    digits = draw.randint(10_000_000, 99_999_999)
    return f"{digits}{'TRWAGMYFPDXBNJZSQVHLCKE'[digits % 23]}"


def _joined(*parts: Callable[[Random], str] | str) -> Callable[[Random], str]:
    return lambda draw: "".join(part if isinstance(part, str) else part(draw) for part in parts)


_ALNUM: Final = string.ascii_letters + string.digits
_CAPITALS: Final = string.ascii_uppercase
_DIGITS: Final = string.digits
_VALUES: Final[Mapping[str, Callable[[Random], str]]] = {
    "password": _password,
    "word": lambda draw: draw.choice(_WORDS),
    "name": lambda draw: draw.choice(["STRIPE", "X", "DJANGO", "MY_APP"]),
    "lower": _of(string.ascii_lowercase, 14),
    **{f"code{length}": _code(length) for length in range(2, 7)},
    "key": _key,
    **{f"hex{length}": _of("0123456789abcdef", length) for length in (32, 64)},
    "token36": _of(_ALNUM, 36),
    "base64": _joined(_of(_ALNUM + "+/", 38), _of(_DIGITS, 1), "="),
    "base32": _of(_BASE32, 24),
    "jwt": _joined("eyJhbGciOiJIUzI1NiJ9.eyJ", _of(_ALNUM, 24), ".", _of(_ALNUM + "-_", 43)),
    "licence": lambda draw: "-".join(
        "".join(draw.choices(_CAPITALS, k=3)) + str(draw.randint(10, 99)) for _ in range(5)
    ),
    **{f"seed{words}": _seed_phrase(words) for words in (12, 15, 18, 21, 24)},
    "passport": lambda draw: draw.choice(
        [
            f"{draw.choice('CFGHJK')}{draw.randint(1_000_000, 99_999_999)}",
            f"C0{draw.randint(1, 9)}X0{draw.randint(0, 9)}T{draw.randint(10, 99)}",
            f"{draw.randint(10, 99)}{draw.choice('AX')}{draw.choice('BZ')}{draw.randint(10_000, 99_999)}",
        ]
    ),
    "dni": _dni,
    **{f"digits{length}": _code(length) for length in (8, 9, 10, 11, 13)},
    "snils": _joined(_code(3), "-", _code(3), "-", _code(3), " ", _code(2)),
    "ssn": _joined(_code(3), "-", _code(2), "-", _code(4)),
    "tax": _joined(_code(2), "/", _code(3), "/", _code(5)),
    "cpf": _joined(_code(3), ".", _code(3), ".", _code(3), "-", _code(2)),
    "fiscale": _joined(_of(_CAPITALS, 6), _code(2), "A", _code(2), "H", _code(3), "S"),
    "nino": _joined("AB ", _code(2), " ", _code(2), " ", _code(2), " C"),
    "licence_number": _joined(_of(_CAPITALS, 1), _code(6), _code(1)),
    "sort": _joined(_code(2), "-", _code(2), "-", _code(2)),
    "ein": _joined(_code(2), "-", _code(6), _code(1)),
    "card": _card(" "),
    "card_lines": _card("\n", (8, 8)),
    "card_comma": _card(", "),
    "card_slash": _card("/"),
    "card_under": _card("_"),
    "card_dots": _card(" . "),
    "card_wide": _card("   "),
    "card_dashes": _card("-"),
    "card_fours": _card("\n"),
    "card_pipes": _card(" | "),
    "amex": lambda draw: _groups(_luhn("37", 15)(draw), (4, 6, 5), " "),
    "iban": _iban(" "),
    "iban_lines": _iban("\n", 12),
}
