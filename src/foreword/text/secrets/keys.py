"""Keys: tokens, seed phrases, licence keys, tickets in links and cookies, and private keys.

A text is a key if it is long, mixes letters and digits like a random text, and is no part of a web address. Tokens that
may not look random are known by the prefixes that their makers publish (docs/sources.md). A private key has several
lines between two marks, or is on one line. A cut file may hold a key without its end.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from importlib.resources import files
from itertools import groupby, pairwise
from math import log2
from operator import ge
from typing import Final, TypeVar, final

from foreword.text.secrets import Kind, Span
from foreword.text.secrets.numbers import goes_on

_KNOWN: Final = (
    r"(?:A3T[A-Z0-9]|ABIA|ACCA|AKIA|ASIA)[A-Z0-9]{16}",  # Amazon
    r"AGE-SECRET-KEY-1[A-Z0-9]{50,}",  # age
    r"A3-[A-Z0-9]{6}(?:-[A-Z0-9]{5,11}){4,5}|ops_eyJ[\w+/]{100,}=*",  # 1Password
    r"AIza[\w-]{30,}|ya29\.[\w-]{20,}|GOCSPX-[\w-]{20,}|1//0[\w-]{30,}",  # Google
    r"AT[AC]TT3[\w=-]{60,}",  # Atlassian
    r"(?:AccountKey|SharedAccessKey)=[\w+/%-]{20,}=*|[\w~.]{3}\dQ~[\w~.-]{31,}",  # Azure
    r"dapi[0-9a-f]{32}(?:-\d)?",  # Databricks
    r"do[opr]_v1_[0-9a-f]{60,}",  # DigitalOcean
    r"[MNO][\w-]{23,27}\.[\w-]{6}\.[\w-]{27,}|discord(?:app)?\.com/api/webhooks/\d+/[\w-]{20,}",  # Discord
    r"dp\.(?:audit|ct|pt|sa|scim|st)\.[\w.-]{40,}",  # Doppler
    r"dt0[a-z]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{60,}",  # Dynatrace
    r"FLW(?:PUB|SEC)K\w*-\w{12,}(?:-X)?",  # Flutterwave
    r"gh[oprsu]_[A-Za-z0-9]{30,}|github_pat_\w{30,}",  # GitHub
    r"gl(?:agent|cbt|dt|ffct|ft|imt|oas|pat|ptt|rt|soat)-[\w-]{20,}(?:\.\w{9})?|GR1348941[\w-]{20,}",  # GitLab
    r"[a-z0-9]{14}\.atlasv1\.[\w=-]{60,}|hv[bs]\.[\w-]{20,}",  # HashiCorp
    r"(?:hf|api_org)_[A-Za-z0-9]{30,}",  # Hugging Face
    r"eyJ[\w-]{10,4000}\.[\w-]{10,}(?:\.[\w-]*)*=*",  # JSON Web Tokens
    r"[0-9a-f]{32}-us\d{1,2}",  # Mailchimp
    r"(?<![A-Za-z0-9])key-[0-9a-f]{32}",  # Mailgun
    r"https://[a-z0-9]+\.webhook\.office\.com/\S+",  # Microsoft
    r"NR(?:AK|II|JS)-[\w-]{19,}",  # New Relic
    r"(?<![A-Za-z0-9])sk-(?:(?:admin|ant|or|proj|svcacct)-[\w-]{20,}|(?:[a-z0-9]{2,10}-)?[A-Za-z0-9]{20,}[\w-]*)",
    # Anthropic, OpenAI, and others with the same form
    r"pscale_(?:oauth|pw|tkn)_[\w=.-]{32,}",  # PlanetScale
    r"PMAK-[0-9a-f]{24}-[0-9a-f]{34}",  # Postman
    r"pnu_[A-Za-z0-9]{36}",  # Prefect
    r"pul-[0-9a-f]{40}",  # Pulumi
    r"rdme_[a-z0-9]{70}",  # ReadMe
    r"rubygems_[0-9a-f]{40,}",  # RubyGems
    r"SG\.[\w-]{16,}\.[\w-]{16,}",  # SendGrid
    r"xkeysib-[0-9a-f]{60,}-\w{16}",  # Sendinblue
    r"sntry[su]_[\w+/=]{40,}",  # Sentry
    r"shippo_(?:live|test)_[0-9a-f]{40}",  # Shippo
    r"shp(?:at|ca|pa|ss)_[0-9a-fA-F]{32}",  # Shopify
    r"xox[a-z](?:\.xox[a-z])?-[\w-]{10,}|xapp-\d-[\w-]{10,}",  # Slack
    r"hooks\.slack\.com/(?:services|triggers|workflows)/[\w+/]{20,}",
    r"sgp_(?:[0-9a-f]{16}_|local_)?[0-9a-f]{40}",  # Sourcegraph
    r"sq0[a-z]{3}-[\w-]{20,}",  # Square
    r"[rs]k_(?:live|prod|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/]{20,}=*",  # Stripe
    r"tskey-[\w-]{20,}",  # Tailscale
    r"(?<!\d)\d{8,10}:[\w-]{33,}",  # Telegram; its place is often an address
    r"(?<![A-Za-z0-9])(?:AC|SK)[0-9a-f]{32}",  # Twilio
)
_WEB: Final = re.compile(r".*(?:://|www\.)|\W*(?:[\w-]{1,63}\.){1,9}[A-Za-z]{2,24}/")
_LONGEST_ADDRESS: Final = 2_000
_STRANGE: Final = re.compile(r"(?<![\w+/.@-])[\w+/-]{20,}+={0,2}", re.ASCII)
_HEXADECIMAL: Final = re.compile(
    r"(?:0[xX])?(?=.*\d)(?=.*[A-Fa-f])(?:[0-9a-f]{32,}|[0-9A-F]{32,}|(?<=0[xX])[0-9A-Fa-f]{32,})"
)

SHORTEST: Final = 16  # characters
LONG: Final = 32  # characters; from this length the thresholds are lower
_LEAST: Final = 0.8, 0.15, 1
_LEAST_IN_SHORT: Final = 0.84, 0.28, 2
"""The least spread, turning and digits, measured on random keys and on names in programs (docs/log.md)."""
_MOST_BITS: Final = 6.0  # a character in base 64


def known_keys(line: str) -> Iterator[Span]:
    """The positions of keys with a known prefix."""
    if any(len(word) >= SHORTEST for word in line.split()):
        yield from ((*found.span(), Kind.KEY) for found in _known().finditer(line))


@lru_cache(maxsize=1)
def _known() -> re.Pattern[str]:
    return re.compile("|".join(_KNOWN), re.ASCII)  # slow, and most texts do not need it


def strange_keys(line: str) -> Iterator[Span]:
    """The positions of random letters and digits outside web addresses, or in place of a user in one."""
    for found in _STRANGE.finditer(line):
        if is_random(found.group()) or _HEXADECIMAL.fullmatch(found.group()):
            *_, word = line[max(0, found.end() - _LONGEST_ADDRESS) : found.end()].split()
            if not _WEB.match(word) or line.startswith("@", found.end()):
                yield *found.span(), Kind.KEY


def is_random(text: str) -> bool:
    """Whether letters and digits look random: many different ones, of all classes, that alternate."""
    classes = [_class_of(each) for each in text]
    digits = classes.count("digit")
    if not (digits and "small" in classes and "capital" in classes):
        return False
    pairs = [pair for pair in pairwise(classes) if "other" not in pair]
    # Words begin with a capital before a small letter.
    turns = sum(first != second and (first, second) != ("capital", "small") for first, second in pairs)
    turning = turns / max(1, len(pairs))
    shares = [times / len(text) for times in Counter(text).values()]
    spread = -sum(share * log2(share) for share in shares) / min(log2(len(text)), _MOST_BITS)
    return all(map(ge, (spread, turning, digits), _LEAST if len(text) >= LONG else _LEAST_IN_SHORT))


def turns(text: str) -> int:
    """The number of changes between small letters, capitals, digits and signs. A first capital does not count."""
    classes = [_class_of(each) for each in text]
    return sum(one != two for one, two in pairwise(classes)) - (classes[:2] == ["capital", "small"])


def _class_of(each: str) -> str:
    if each.isdigit():
        return "digit"
    return "small" if each.islower() else "capital" if each.isupper() else "other"


SHORTEST_PHRASE: Final = 12  # words

SEEDS: Final = (
    r"(?:(?!(?:the|and|are|for|was|has|had|his|her|its|but|not|from|have|your|when|they|der|die|das|und|que|los|les|des)\b)"
    rf"\w{{3,10}}+[ ,;]{{1,3}}+){{{SHORTEST_PHRASE - 1}}}"
)
"""The beginning of a seed phrase. Little other text matches."""
SEEDS_BEGIN: Final = re.compile(rf"[^\w\n]{{0,3}}{SEEDS}")
_SEEDS: Final = re.compile(
    rf"\b(?:\d{{1,2}}[.):]? ?)?(?:\w{{3,10}}+[ ,;]{{1,3}}+(?:\d{{1,2}}[.):]? ?)?){{{SHORTEST_PHRASE - 1}}}"
)
_SEED: Final = re.compile(r"[^\W\d_]+")

_BLOCKS: Final = re.compile(r"\d[A-Z]{0,3} [A-Z0-9]{4} [A-Z0-9]{4}")
_LICENCE: Final = re.compile(
    r"(?<![\w-])(?:[A-Z0-9]{4,8}|[a-z0-9]{5})(?:-[A-Z0-9]{4,8}|-[a-z0-9]{5}){2,7}(?![\w-])"
    r"|(?<!\w)(?:[A-Z0-9]{4} ){3}[A-Z0-9]{4}(?!\w| \w{4}\b)"
)
_LINK: Final = re.compile(r"https?://[^\s/?#]{1,255}(?P<rest>[/?#]\S{8,2000})", re.IGNORECASE)
_LETS_IN: Final = re.compile(
    r"reset|magic|verif|confirm|activat|log-?in|sign-?in|sso|auth|invit|token|session|password|passwd|unlock|recover|one-?time|otp|"
    r"jwt|secret|sig(?:nature)?=|unsubscribe|join|[?&;#](?:t|k|key|code|pwd|sid|ticket|access|api_?key|credential)=",
    re.IGNORECASE,
)
_PART: Final = re.compile(r"(?<=[/?&;=#])[^/?&;=#\s]{6,}")
_KEY_IN_LINK: Final = re.compile(r"#(?=[^#@]{8,}$)")  # some services put the key of a file behind this sign
_TICKET: Final = re.compile(
    r".*(?:token|sig|signature|secret|key|pwd|password|otp|code|jwt|ticket)=", re.IGNORECASE
)
_COOKIE: Final = re.compile(
    r"(?:\bcookie\d?: ?|(?:(?<= )(?-i:-b)|(?<=curl )-b) [\"']?)(?P<rest>[^\n]{8,4000})", re.IGNORECASE
)
_CRUMB: Final = re.compile(r"(?P<name>[\w.-]{1,64})=(?P<value>[^;\s\"']{6,})")
_NO_CRUMB: Final = frozenset({"expires", "path", "domain", "max-age", "samesite", "version"})


def is_seed(text: str) -> bool:
    """Whether the text is a word of a seed phrase, perhaps with its number."""
    found = _SEED.search(text)
    return found is not None and found.group().lower() in _seeds()


@lru_cache(maxsize=1)
def _seeds() -> frozenset[str]:
    lists = (each for each in (files("mnemonic") / "wordlist").iterdir() if each.name.endswith(".txt"))
    return frozenset(word for each in lists for word in each.read_text("utf-8").split())


def seed_phrases(line: str) -> Iterator[Span]:
    """The positions of twelve or more words of BIP-39. The package mnemonic has its lists in twelve languages."""
    if line.count(" ") < SHORTEST_PHRASE - 1 or _SEEDS.search(line) is None:
        return
    for are_seeds, run in groupby(_SEED.finditer(line), key=lambda word: word.group().lower() in _seeds()):
        words = list(run)
        different = {word.group() for word in words}
        if are_seeds and len(words) >= SHORTEST_PHRASE and len(different) > SHORTEST_PHRASE // 2:
            yield words[0].start(), words[-1].end(), Kind.PASSWORD


def licence_keys(line: str) -> Iterator[Span]:
    """The positions of licence keys of programs: groups of letters and digits."""
    if "-" not in line and not _BLOCKS.search(line):
        return
    for found in _LICENCE.finditer(line):
        groups = re.split("[- ]", found.group())
        alike = len({len(group) for group in groups}) == 1
        many = len(groups) > 3
        mixed = sum(turns(group) > 0 for group in groups)
        parted = found.group().isupper() and any(map(str.isdigit, groups)) and any(map(str.isalpha, groups))
        if (alike and (mixed >= 2 or (many and parted))) or (many and mixed >= 3):
            yield *found.span(), Kind.KEY


def tickets(line: str) -> Iterator[Span]:
    """The positions of parts of links and cookies that give access to any reader."""
    for found in _COOKIE.finditer(line) if "=" in line else ():
        for crumb in _CRUMB.finditer(line, *found.span("rest")):
            if crumb["name"].lower() not in _NO_CRUMB:
                yield *crumb.span("value"), Kind.KEY
    for found in _LINK.finditer(line) if "://" in line else ():
        lets_in, key = _LETS_IN.search(found["rest"]), _KEY_IN_LINK.search(found["rest"])
        if lets_in or key:
            start = 0 if lets_in or not key else key.start()
            for part in _PART.finditer(line, found.start("rest") + start, found.end("rest")):
                text = part.group().rstrip(".,!?)\"'")
                name = line[max(0, part.start() - 24) : part.start()]
                if len(text) < 8 or text[0] in "%$<{":
                    continue
                changes = [turns(each) for each in re.split(r"[-_.~%+]", text)]
                is_named = len(text) >= 16 and _TICKET.fullmatch(name)
                if is_named or max(changes) >= 4 or sum(changes) >= 6 or is_random(text):
                    yield part.start(), part.start() + len(text), Kind.KEY


LONGEST_SECRET: Final = 1_000  # the most lines of a private key, or of numbers that stay together

_DASHES: Final = r"[-\u2010-\u2015]{2,5}"  # a phone makes one long dash of two short ones
_MARK: Final = rf"[A-Z0-9 ]{{0,40}}PRIVATE KEY(?: BLOCK)? ?{_DASHES}"
_BEGIN: Final = rf"(?:{_DASHES} ?BEGIN {_MARK}|PuTTY-User-Key-File-\d)"
_END: Final = rf"(?:(?!{_BEGIN})[^\n])*?(?:{_DASHES} ?END {_MARK}|Private-MAC: *[0-9a-f]+)"

_SPACE: Final = (
    r"(?:[^\S\n]|\\[nr]|[,\"'])"  # a newline may have become a space, or have the form it has in programs
)
_NEWLINE: Final = r"[^\S\n]*+\n[>|\s]*+"
_LINE_ENDS: Final = r"[^\S\n]*+(?![^\n])"
_RUN: Final = r"[A-Za-z0-9+/]{16,}+=*+"
_HEADER: Final = r"(?!Private-MAC|PuTTY)[A-Z][A-Za-z0-9-]{2,24}: [^\n]*+"

_BEGINS: Final = re.compile(_BEGIN)
_PRIVATE_KEY: Final = re.compile(
    rf"{_BEGIN}(?:{_END}|(?:(?:: [\w-]+)?{_SPACE}*+(?![^\n])|(?:{_SPACE}*+{_RUN})+(?:\\[nr])*+)"
    rf"(?:{_NEWLINE}(?:{_RUN}|{_HEADER}){_LINE_ENDS}){{0,{LONGEST_SECRET}}}"
    rf"(?:{_NEWLINE}=?[A-Za-z0-9+/]{{1,15}}+=*+{_LINE_ENDS})?(?:{_NEWLINE}=[A-Za-z0-9+/]{{4}}{_LINE_ENDS})?"
    rf"(?:{_NEWLINE}{_END})?)"
)
_BLANK: Final = re.compile(r"[>|\s]*")


def private_keys(text: str, start: int = 0, end: int | None = None) -> Iterator[Span]:
    """The positions of private keys that begin between these places. A key may have several lines.

    Between two marks on one line, anything is a key. A key of several lines ends with its mark, or before the first
    line that cannot be part of one.
    """
    done = start
    for begin in _BEGINS.finditer(text, start, len(text) if end is None else end):
        if begin.start() >= done and (found := _PRIVATE_KEY.match(text, begin.start())):
            done = found.end()
            yield *found.span(), Kind.PRIVATE_KEY


def open_key(text: str) -> int | None:
    """Where a private key begins that may go on after the text."""
    if "PRIVATE KEY" not in text and "PuTTY" not in text:
        return None
    return next((start for start, end, _ in private_keys(text) if _BLANK.fullmatch(text, end)), None)


@final
class SecretLines:
    """Finds lines that together make up a secret: a key, or a broken number. The caller passes the lines in order."""

    def __init__(self) -> None:
        self._last, self._held = "", 0
        self._key = ""  # the lines since the one where a key began that may go on

    def goes_on(self, line: str) -> bool:
        """Whether this line belongs to the same secret as the line before."""
        text, size = f"{self._key}\n{line}", len(self._key)
        has_room = 0 < self._held < LONGEST_SECRET
        is_in_key = (
            has_room
            and size > 0
            and (
                _BLANK.fullmatch(line) is not None
                or any(end > size + 1 for _, end, _ in private_keys(text, 0, size))
            )
        )
        belongs = is_in_key or (has_room and goes_on(self._last, line))
        self._last, self._held = line, self._held + 1 if belongs else 1
        lines = text if is_in_key else line
        self._key = "" if open_key(lines) is None else lines
        return belongs


Item = TypeVar("Item")


def kept_together(items: Iterable[Item], text_of: Callable[[Item], str]) -> Iterator[list[Item]]:
    """The items in groups. Lines that make up one secret are one group; any other line is its own group.

    An item is a line without its newline. Alone, a line of a private key or of a broken card number may not look like
    a secret.
    """
    together = SecretLines()
    held: list[Item] = []
    for item in items:
        if not together.goes_on(text_of(item)) and held:
            yield held
            held = []
        held.append(item)
    if held:
        yield held
