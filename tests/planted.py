"""Made-up secrets to plant in texts and search for afterwards."""

import re
import string

from hypothesis import strategies as st

from foreword.text.secrets.numbers import ACCOUNT_LENGTHS, is_luhn

LETTERS_AND_DIGITS = string.ascii_letters + string.digits
HEXADECIMAL = "0123456789abcdef"


def of(alphabet: str, least: int, most: int | None = None) -> st.SearchStrategy[str]:
    return st.text(alphabet, min_size=least, max_size=most or least)


def after(beginning: str, alphabet: str, length: int) -> st.SearchStrategy[str]:
    return of(alphabet, length).map(lambda rest: beginning + rest)


BEGINNINGS = {
    LETTERS_AND_DIGITS: {
        "ghp_": 36, "xoxb-123456789012-1234567890123-": 24, "sk_live_": 24, "rk_test_": 24, "sk-": 48,
    },
    LETTERS_AND_DIGITS + "_-": {
        "glpat-": 20, "AIza": 35, "sk-proj-": 74, "sk-ant-api03-": 93, "SG.ngeVfQFYQlKU0ufo8x5d1A.": 43,
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.": 43,
    },
    LETTERS_AND_DIGITS + "_": {"github_pat_": 82},
    string.ascii_letters: {"hf_": 34},
    string.ascii_uppercase + "234567": {"AKIA": 16},
    HEXADECIMAL: {"shpat_": 32, "dop_v1_": 64},
}  # fmt: skip
keys = st.one_of([after(each, signs, rows[each]) for signs, rows in BEGINNINGS.items() for each in rows])
"""Keys and tokens with a prefix that scanners know."""

words = of(LETTERS_AND_DIGITS + "!#$%&+-/@_", 4, 20)
passwords = st.tuples(of(LETTERS_AND_DIGITS, 1), words, of(LETTERS_AND_DIGITS, 1)).map("".join)


def grouped(digits: str, size: int, between: str) -> str:
    return between.join(digits[start : start + size] for start in range(0, len(digits), size))


def with_check_digit(digits: str) -> str:
    return next(digits + str(last) for last in range(10) if is_luhn(digits + str(last)))


card_digits = st.tuples(of("3456", 1), of(string.digits, 11, 17)).map("".join).map(with_check_digit)
cards = st.builds(grouped, card_digits, st.sampled_from([4, 20]), st.sampled_from([" ", "-", "\u00a0", "–"]))
"""Card numbers, ungrouped or in groups of four."""


@st.composite
def accounts(draw: st.DrawFn) -> str:
    """Account numbers of any country, ungrouped or in groups of four, some in lower case."""
    country = draw(st.sampled_from(sorted(ACCOUNT_LENGTHS)))
    length = ACCOUNT_LENGTHS[country] - 4
    rest = draw(of(string.digits + string.ascii_uppercase, 4)) + draw(of(string.digits, length - 4))
    value = int("".join(str(int(each, 36)) for each in rest + country + "00"))
    number = f"{country}{98 - value % 97:02}{rest}"
    written = grouped(number, draw(st.sampled_from([4, 40])), draw(st.sampled_from([" ", "-"])))
    return draw(st.sampled_from([written, written.lower()]))


numbers = st.builds(
    grouped,
    of(string.digits, 9, 18).filter(lambda digits: digits[:2] not in ("19", "20")),
    st.sampled_from([3, 4, 5, 20]),
    st.sampled_from([" ", "-", "."]),
).filter(
    lambda written: (
        written.count(".") != 1
        and not all(part[:2] in ("19", "20") for part in written.split())
        and not (written.count(".") == 3 and max(map(int, written.split("."))) < 256)
    )
)
"""Long numbers, ungrouped or in groups; no years, no times without separators, and no addresses of computers."""


@st.composite
def key_files(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A private key as it is written in files, and its lines."""
    name = draw(st.sampled_from(["", "RSA ", "EC ", "OPENSSH ", "ENCRYPTED "]))
    base64 = LETTERS_AND_DIGITS + "+/"
    lines = draw(st.lists(of(base64, 64), min_size=1, max_size=4))
    lines.append(draw(of(base64, 5, 64)) + draw(st.sampled_from(["", "=", "=="])))
    inner = "\n".join(lines)
    return f"-----BEGIN {name}PRIVATE KEY-----\n{inner}\n-----END {name}PRIVATE KEY-----", lines


MARKED = """\
see you tomorrow at the station
my card is «4111 1111 1111 1111», the other one «378282246310005»
send it to «DE89 3704 0044 0532 0130 00» please
«AKIAIOSFODNN7EXAMPLE» is the key, and «ghp_1234567890abcdefABCDEF1234567890abcd»
Passwort: «hunter2x»
call me: «0171 2345678»
https://ana:«s3cr3t-of-ana»@example.org/files
«-----BEGIN RSA PRIVATE KEY-----
MIIEpAIBAAKCAQEA7bqsDFoaqT0

aGVsbG8=
-----END RSA PRIVATE KEY-----»
good night
"""
TEXT = re.sub("[«»]", "", MARKED)
SCRUBBED = re.sub("(?s)«.*?»", lambda found: "…" + "\n" * found.group().count("\n"), MARKED)
"""The same text without its secrets, as it may be learned; every line keeps its end."""
IN_LINES = "\n".join(re.findall("(?s)«(.*?)»", MARKED)).split("\n")
SECRETS = tuple(line for line in IN_LINES if line and not line.startswith("-----"))
"""The secrets in `TEXT`, which must appear nowhere else."""

FOUND = {"private key": 1, "key": 2, "password": 2, "card number": 2, "account number": 1, "long number": 1}
