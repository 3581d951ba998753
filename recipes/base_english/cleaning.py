"""The checks of a line before the English base learns it: cleaning, judging, and removal of repeated lines."""

import collections
import html
import re
from collections.abc import Callable, Iterable, Iterator

LEFT_OUT_FROM = 25
"""From this number of characters on, a line that equals a message left out is left out as well."""
RUN = 10
"""A run of this many words of a message left out may appear in no text."""
REPEATABLE = 20
"""A line with fewer characters may occur this many times."""
SHINGLE = 4

BROKEN = re.compile(r"[\ufffd\x00-\x08\x0b-\x1f\x7f-\x9f]")
INVISIBLE = re.compile("[\u200b\u200c\u2060\ufeff\u00ad\u200e\u200f]")
PRIVATE = re.compile(r"\S+@\S+\.\w+|\b\d[\d() -]{5,}\d\b|\b\d+\.\d+\.\d+\.\d+\b")
"""E-mail addresses, telephone numbers, and addresses of computers."""
URL = re.compile(r"(https?://|www\.)\S+|\b\S+\.(com|org|net)/\S*")
MARKUP = re.compile(r"</?[a-zA-Z][^<>]{0,80}>")
COMMON_WORDS = """
    the a an of to in is it i you he she we they and or but for on at with that this my your me
    be do are was have not no yes so what how if as just can like from by there
"""
STRAIGHT = str.maketrans("‘’“”", "''\"\"")


def cleaned(line: str) -> str:
    """The line in one row, with its encoding repaired and no markup; empty if it is broken or has an address."""
    if "&" in line:
        line = html.unescape(html.unescape(line))
    if "â€" in line or "Ã" in line or "â\x80" in line:
        line = repaired(line)
    line = " ".join(INVISIBLE.sub("", MARKUP.sub(" ", line)).split())
    return "" if BROKEN.search(line) or PRIVATE.search(line) else line


def repaired(line: str) -> str:
    """Repair UTF-8 that was read as one letter per byte; empty if the line is of another kind."""
    for encoding in ("cp1252", "latin-1"):
        try:
            return line.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
    return ""


def is_english(line: str) -> bool:
    """Whether it is probably English prose, not a table, code, a list of links or another language."""
    size, letters = len(line), sum(each.isalpha() or each == " " for each in line)
    words = re.findall(r"[a-z]+", line.lower())
    foreign = sum(ord(each) > 0x7F and each.isalpha() for each in line)
    return (
        any(each.isalpha() for each in line)
        and not in_another_script(line)
        and letters / size >= (0.72 if size >= 20 else 0.5)
        and sum(each in "{}<>|\\=_/~[]^#*" for each in line) / size <= 0.04
        and sum(len(link.group()) for link in URL.finditer(line)) / size <= 0.25
        and not (len(words) >= 7 and not set(COMMON_WORDS.split()) & set(words))
        and not (
            size >= 20 and sum(each.isupper() for each in line) > 0.5 * sum(each.isalpha() for each in line)
        )
        and not (size >= 30 and foreign / size > 0.08)
    )


def is_chat(line: str) -> bool:
    """The same for chats, where signs and emoticons also count as typing."""
    letters = sum(each.isalpha() or each == " " for each in line)
    return (
        not in_another_script(line)
        and (len(line) < 10 or letters / len(line) > 0.5)
        and (len(line) < 100 or len(set(line.split())) > 8)
    )


def in_another_script(line: str) -> bool:
    """Whether a letter is from a script that is not Latin or close to it."""
    return any(ord(each) > 0x2FF and each.isalpha() for each in line)


def words_of(line: str) -> list[str]:
    """Its words in lower case, without signs."""
    return re.findall(r"[a-z0-9]+", line.lower())


def joined(words: str) -> str:
    """Join words and signs that a tokenizer had separated."""
    words = re.sub(r"\s+([.,!?;:%)\]])", r"\1", words)
    words = re.sub(r"([(\[$])\s+", r"\1", words)
    words = re.sub(r"\s+n 't\b|\s+n't\b", "n't", words)
    return re.sub(r"\s+('(?:s|m|re|ve|ll|d|S|M|RE|VE|LL|D)\b)", r"\1", words)


def straight(line: str) -> str:
    """The line with straight quotes, as on a keyboard."""
    return line.translate(STRAIGHT)


def in_pieces(line: str, most: int = 500) -> Iterator[str]:
    """Its sentences, with as many per line as fit."""
    if len(line) <= most:
        yield line
        return
    piece = ""
    for sentence in re.split(r"(?<=[.!?])\s+", line):
        if piece and len(piece) + len(sentence) > most:
            yield piece
            piece = sentence
        else:
            piece = f"{piece} {sentence}".strip()
    yield piece


class Chosen:
    """Chooses the lines of all texts in turn: each line once, and no line of the people left out."""

    def __init__(self, left_out: Iterable[str]) -> None:
        """Store the messages of the people left out."""
        words = [words_of(message) for message in left_out]
        self._messages = {text for each in words if len(text := " ".join(each)) >= LEFT_OUT_FROM}
        self._runs = {run for each in words for run in runs(each, RUN)}
        self._seen = collections.Counter[str]()

    def lines(
        self, text: Iterable[str], *, chat: bool = False, alike: float | None = None, most: int = 15_000_000
    ) -> list[str]:
        """The lines to take: at most `most` characters in all; at most the share `alike` of a line's runs is known."""
        fits: Callable[[str], bool] = is_chat if chat else is_english
        shingles = set[tuple[str, ...]]()
        taken, characters = list[str](), 0
        for line in map(cleaned, text):
            if not line or not fits(line) or " ".join(words_of(line)) in self._messages:
                continue
            if self._seen[line] >= (1 if len(line) >= REPEATABLE else REPEATABLE):
                continue
            if alike is not None:
                words = re.sub(r"\d+", "0", " ".join(words_of(line))).split()
                if len(words) >= SHINGLE + 2:
                    found = list(runs(words, SHINGLE))
                    if sum(each in shingles for each in found) / len(found) > alike:
                        continue
                    shingles.update(found)
            if characters + len(line) + 1 > most:
                continue
            self._seen[line] += 1
            characters += len(line) + 1
            taken.append(line)
        return [line for line in taken if self._runs.isdisjoint(runs(words_of(line), RUN))]


def runs(words: list[str], length: int) -> Iterator[tuple[str, ...]]:
    """All runs of `length` words."""
    return (tuple(words[at : at + length]) for at in range(len(words) - length + 1))
