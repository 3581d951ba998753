"""The lines of each data set that the English base learns from, as their makers stored them.

Every function yields messages, sentences or paragraphs; cleaning.py chooses among them.
"""

import csv
import hashlib
import html
import io
import itertools
import json
import re
import struct
import subprocess
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from cleaning import in_pieces, joined, straight

from foreword.sources.documents.markdown import unmarked_lines
from foreword.sources.report import Report

FIRST_NOVELS = ("EMMA", "PRIDE AND PREJUDICE")
FIRST_YEAR = 1981
"""The first year of the speeches; older ones differ more from the English of today."""
SENTENCES = 4
"""Sentences of a speech per line, because it is stored without its paragraphs."""
R_STRING, R_STRINGS = 9, 16
LENGTH_OF_HEADER = 14


class Repository:
    """A clone of a Git repository, read at one commit; no work tree is needed."""

    def __init__(self, folder: Path, commit: str) -> None:
        """Open the clone, and check that it has the commit."""
        self._git = ["git", f"--git-dir={folder / '.git' if (folder / '.git').is_dir() else folder}"]
        self._commit = commit
        self._run("cat-file", "-e", f"{commit}^{{commit}}")

    def _run(self, *arguments: str) -> bytes:
        return subprocess.run([*self._git, *arguments], check=True, capture_output=True).stdout  # noqa: S603 - Git

    def names(self, pattern: str) -> list[str]:
        """The paths of its files that match, sorted."""
        found = self._run("ls-tree", "-r", "-z", "--name-only", self._commit).decode().split("\0")
        return sorted(path for path in found if re.fullmatch(pattern, path))

    def bytes(self, path: str) -> bytes:
        """The bytes of a file."""
        return self._run("cat-file", "blob", f"{self._commit}:{path}")

    def text(self, path: str) -> str:
        """A file of UTF-8."""
        return self.bytes(path).decode("utf-8", "replace")

    def texts(self, pattern: str) -> Iterator[str]:
        """The files that match."""
        return map(self.text, self.names(pattern))

    def rows(self, pattern: str, delimiter: str = ",") -> Iterator[dict[str, str]]:
        """The rows of the tables that match."""
        for text in self.texts(pattern):
            yield from csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)


def self_dialogue(repository: Repository) -> Iterator[str]:
    """Four fifths of the dialogues on all topics, without the workers that the makers reject."""
    blocked = set(repository.text("blocked_workers.txt").split())
    for row in repository.rows(r"corpus/.*\.csv"):
        if row.get("Reject") or row["WorkerId"] in blocked:
            continue
        if hashlib.sha256(row["AssignmentId"].encode()).digest()[0] >= 204:
            continue
        answers = sorted(
            (each for each in row if each and each.startswith("Answer.sentence")),
            key=lambda each: int(each[15:]),
        )
        yield from (row[each] for each in answers if row[each] and row[each] not in {"{}", "n/a", "N/A"})


def irc(repository: Repository) -> Iterator[str]:
    """The messages of people, without the names that they address."""
    read = [line for text in repository.texts(r"data/.*(\.raw\.txt)") for line in text.split("\n")]
    line = re.compile(r"\[\d\d:\d\d(?::\d\d)?\] <([^>]+)> (.*)")
    said = [found.groups() for found in map(line.match, read) if found]
    nicks = {nick.lower() for nick, _ in said}
    for nick, message in said:
        if not re.search(r"bot|ubotu|ubottu", nick, re.IGNORECASE) and not message.startswith(
            ("!", "/", "#", "$")
        ):
            yield without_address(message, nicks)


def without_address(message: str, nicks: set[str]) -> str:
    """A message without the nicks in front of it."""
    for _ in range(2):
        found = re.match(r"@?(\S+?)\s*(?:[:,;]+|-+>|>)\s*(.*)|@(\S+)\s+(.*)", message)
        if not found:
            break
        whom = (found.group(1) or found.group(3)).lower()
        if whom not in nicks and whom.rstrip("_") not in nicks:
            break
        message = found.group(2) if found.group(1) else found.group(4)
    first, _, rest = message.partition(" ")
    looks_like_a_nick = len(first) > 3 and re.search(r"[\d_|\[\]-]|[a-z][A-Z]", first)
    return rest if rest and first.lower() in nicks and looks_like_a_nick else message


def meetings(repository: Repository) -> Iterator[str]:
    """The speech of meetings about products and at universities, without hesitations."""
    for text in repository.texts(r"data/(Product|Academic)/all/.*\.json"):
        for turn in json.loads(text)["meeting_transcripts"]:
            said = re.sub(r"\{\w+\}|\b\w{1,4} \{disfmarker\}", " ", turn["content"])
            said = re.sub(r"(?i)\b(um|uh|mm|hmm|mm-hmm|uh-huh)\b\s*,?\s*", " ", said)
            said = re.sub(r"(?<![\w'])[b-hj-zB-HJ-Z] (?=\w)|-(?=[.,?!])", "", joined(said))
            said = re.sub(r"\b([\w']+)( \1\b)+", r"\1", said)
            said = re.sub(r"(,\s*)+,", ",", said.replace("_", ""))
            yield from in_pieces(said.strip(" ,"), 300)


def negotiation(repository: Repository) -> Iterator[str]:
    """The messages between campers."""
    deals = {"Submit-Deal", "Accept-Deal", "Reject-Deal", "Walk-Away"}
    for text in repository.texts(r"data/split/casino_\w+\.json"):
        for talk in json.loads(text):
            yield from (each["text"] for each in talk["chat_logs"] if each["text"] not in deals)


def persuasion(repository: Repository) -> Iterator[str]:
    """Messages that ask for donations for children."""
    return (row["Unit"] for row in repository.rows(r"data/FullData/full_dialog\.csv"))


def visits(repository: Repository) -> Iterator[str]:
    """MTS-Dialog: the speech of doctors and patients."""
    for row in repository.rows(r"Main-Dataset/.*\.csv"):
        yield from (re.sub(r"^[A-Za-z_ ]{3,20}\d*:\s*", "", line) for line in row["dialogue"].split("\n"))


def visits_at_length(repository: Repository) -> Iterator[str]:
    """ACI-Bench: the same, for whole visits."""
    for row in repository.rows(r"data/challenge_data/[^/]*\.csv"):
        for line in (row.get("dialogue") or "").split("\n"):
            yield from in_pieces(joined(re.sub(r"^\[\w+\]\s*", "", line)))


def visits_by_screen(repository: Repository) -> Iterator[str]:
    """PriMock57: the same, for mock consultations by video."""
    for text in repository.texts(r"transcripts/.*\.TextGrid"):
        for said in re.findall(r'text = "(.*?)"\s*\n', text, re.DOTALL):
            yield re.sub(r"<[^>]*>", " ", said)


def personas(repository: Repository) -> Iterator[str]:
    """Dialogues of two made-up people, written by a large model."""
    for row in repository.rows(r"data/.*(valid|test)\.csv"):
        for line in row["Best Generated Conversation"].split("\n"):
            said = re.sub(r"^User ?\d:\s*", "", line)
            if not re.search(r"[\[\]*]|[Uu]ser ?\d|^\d\.", said):
                yield said


def taskmaster(repository: Repository) -> Iterator[str]:
    """The requests of people to assistants that book and buy."""
    for text in repository.texts(r"TM-4-2024/data/data_\d+\.json"):
        for talk in json.loads(text):
            for each in talk["utterances"]:
                if each.get("speaker") in {"user", "assistant"} and "{" not in each["text"]:
                    yield each["text"]
    for line in repository.text("TM-3-2020/splits/train/train-bc.tsv").split("\n"):
        yield from re.findall(r"(?:<[UA]>|\[A\])([^<\t\[]+)", line)
    for text in repository.texts(r"TM-3-2020/reward/.*\.json"):
        for talk in json.loads(text):
            try:
                context = json.loads(talk["context"])
            except (KeyError, ValueError, TypeError):
                continue
            yield from (
                each["text"] for each in context if each.get("text") and each.get("role") in {"agent", "user"}
            )


def customers(repository: Repository) -> Iterator[str]:
    """MultiDoGO: customers and clerks; sentences of some words, without numbers."""
    for row in repository.rows(r"data/paper_splits/splits_annotated_at_turn_level/.*\.tsv", "\t"):
        said = row["utterance"]
        if len(said.split()) > 3 and not re.search(r"\d", said):
            yield said


def intents(repository: Repository) -> Iterator[str]:
    """CLINC150: requests."""
    for requests in json.loads(repository.text("data/data_full.json")).values():
        yield from (request for request, _ in requests)


def voice_commands(repository: Repository) -> Iterator[str]:
    """Snips: requests."""
    for text in repository.texts(r"2017-06-custom-intent-engines/.*/train_.*_full\.json"):
        for requests in json.loads(text).values():
            yield from ("".join(part["text"] for part in request["data"]) for request in requests)


def questions_to_a_bank(repository: Repository) -> Iterator[str]:
    """Banking77 and Restaurant-8k."""
    yield from (row["text"] for row in repository.rows(r"banking_data/(train|test)\.csv"))
    for text in repository.texts(r"span_extraction/restaurant8k/(train_0|test)\.json"):
        yield from (each["userInput"]["text"] for each in json.loads(text))


MASC_KINDS = """
    blog essays face-to-face ficlets fiction jokes journal letters movie-script non-fiction telephone travel-guides
    debate-transcript
"""


def masc(repository: Repository) -> Iterator[str]:
    """MASC: sentences of letters, blogs, talks and stories."""
    archive = zipfile.ZipFile(io.BytesIO(repository.bytes("packages/corpora/masc_tagged.zip")))
    kinds = archive.read("masc_tagged/categories.txt").decode().split("\n")
    for name, kind in sorted(line.split(" ", 1) for line in kinds if line):
        if kind.strip() not in MASC_KINDS.split():
            continue
        for tagged in archive.read(f"masc_tagged/{name}").decode("utf-8", "replace").split("\n"):
            line = " ".join(word.rsplit("_", 1)[0] for word in tagged.split())
            line = line.replace("`` ", '"').replace(" ''", '"').replace("-LRB- ", "(").replace(" -RRB-", ")")
            line = re.sub(r"(\w) ' (s|t|m|re|ve|ll|d)\b", r"\1'\2", straight(joined(line)))
            if not re.search(r""" " |^" | ' |\w - \w""", line):
                yield from in_pieces(line)


def apollo(repository: Repository) -> Iterator[str]:
    """The speech of crews and ground, without numbers that are read aloud."""
    for text in repository.texts(r"missions/(a|g|ma)\d+/transcripts/(TEC|CM)"):
        for block in re.split(r"\n\s*\n", text):
            for said in re.findall(r"(?m)^[A-Z][\w ()/]*:\s+(.*(?:\n[ \t]+.*)*)", block):
                line = re.sub(r"\[\w+:([^\]|]*)(?:\|[^\]]*)?\]", r"\1", said)
                line = re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", line)
                if sum(each.isdigit() for each in line) / max(1, len(line)) < 0.05:
                    yield line.replace(" - - ", " ... ").replace("--", " ... ")


def one_row(text: str) -> str:
    """The text in one row, with straight quotes."""
    return " ".join(straight(text).split())


YEAR = re.compile(r"\s*\(\d{4}\)|\s+$")


def star(repository: Repository) -> Iterator[str]:
    """STAR: what people typed to an assistant, and what the person who played the assistant typed freely."""
    for text in repository.texts(r"dialogues/\d+\.json"):
        for event in json.loads(text)["Events"]:
            if event.get("Action") == "utter" and event.get("Agent") in {"User", "Wizard"}:
                yield one_row(event.get("Text") or "")


def movie_talks(repository: Repository) -> Iterator[str]:
    """ReDial, its test part and a tenth of the rest: pairs of people who recommend films to each other."""
    for text in repository.texts(r"data/(test|valid)_data\.jsonl"):
        for talk in map(json.loads, filter(None, text.split("\n"))):
            titles = {
                f"@{each}": YEAR.sub("", title) for each, title in (talk["movieMentions"] or {}).items()
            }
            for message in talk["messages"]:
                parts = re.split(r"(@\d+)", message["text"])
                said = "".join(titles.get(part, part) for part in parts)
                if not re.search(r"@\d", said):
                    yield one_row(said)


RUDE = re.compile(r"(?i)fuck|shit|bitch|cunt|\bfag|retard|whore|\brap(e|ist)|porn|\bsex")


def comments(repository: Repository) -> Iterator[str]:
    """GoEmotions: short comments of a forum, without swearing and without masked names."""
    for part in ("train", "dev", "test"):
        for line in repository.text(f"data/original/{part}.tsv").split("\n"):
            said = line.split("\t")[0]
            if said and not re.search(r"\[\w+\]|<\w+>", said) and not RUDE.search(said):
                yield one_row(said)


def software_for_libraries(repository: Repository) -> Iterator[str]:
    """DuraSpace's channel: people who make software for libraries, at work and in meetings."""
    line = re.compile(r'<span class="irc-black">&lt;([^&]+)&gt; (.*?)</span>')
    said = list[tuple[str, str]]()
    for name in repository.names(r"original-logs/.*\.log"):
        try:
            said += line.findall(repository.text(name))
        except subprocess.CalledProcessError:
            continue
    nicks = {nick.lower() for nick, _ in said}
    bots = re.compile(r"bot\b|kompewter|^snail|jira|freenode", re.IGNORECASE)
    for nick, message in said:
        text = one_row(html.unescape(re.sub(r"<a [^>]*>|</a>", "", message)))
        if (
            not bots.search(nick)
            and not re.search(r"https?:|www\.|\w+\.\w+\.\w+", text)
            and not text.startswith(("!", "/", "#"))
        ):
            yield without_address(text, nicks)


def avalon(repository: Repository) -> Iterator[str]:
    """Avalon-NLU: what people typed while they played Avalon."""
    for text in repository.texts(r"dataset/\w+\.json"):
        for message in json.loads(text)["messages"].values():
            said = one_row(message["msg"])
            if message["player"] != "system" and "player-" not in said:
                yield said


def mafia(repository: Repository) -> Iterator[str]:
    """LLMafia: what people typed while they played Mafia; not the machine's turns."""
    for name in repository.names(r"games/\d+/config\.json"):
        folder = name.removesuffix("config.json")
        players = json.loads(repository.text(name))["players"]
        people = {each["name"] for each in players if not each["is_llm"]}
        for chat in repository.names(re.escape(folder) + r"public_(day|night)time_chat\.txt"):
            for line in repository.text(chat).split("\n"):
                found = re.match(r"\[[\d:]+\] ([^:]+): (.*)", line)
                if found and found.group(1) in people:
                    yield one_row(found.group(2))


def meetup(repository: Repository) -> Iterator[str]:
    """MeetUp: two people look for the same room of a house, and type where they are."""
    for name in repository.names(r"data/meetupX/.*\.log"):
        try:
            events = json.loads(repository.text(name))
        except (subprocess.CalledProcessError, ValueError):
            continue
        for event in events:
            said = one_row(re.sub(r"<[^>]*>", " ", event.get("msg") or ""))
            if (
                event.get("type") == "text"
                and event["user"]["name"] != "Game Master"
                and not said.startswith("/")
            ):
                yield said


def playlists(repository: Repository) -> Iterator[str]:
    """CPCD, a part: people who want a list of music, and the people who make it for them."""
    for line in repository.text("data/cpcd_v1.dialogs.dev.val.jsonl").split("\n"):
        for turn in json.loads(line)["turns"] if line else []:
            yield one_row(turn.get("user_query") or "")
            yield one_row(turn.get("system_response") or "")


NO_CHAPTER = re.compile(
    r"(colophon|imprint|uncopyright|titlepage|halftitlepage|endnotes|loi|toc|dedication|epigraph)"
)


def book(repository: Repository) -> Iterator[str]:
    """The paragraphs of a book of Standard Ebooks."""
    for name in repository.names(r"src/epub/text/.*\.xhtml"):
        if NO_CHAPTER.search(Path(name).name):
            continue
        page = re.sub(r"<a [^>]*noteref[^>]*>.*?</a>", "", repository.text(name), flags=re.DOTALL)
        page = re.sub(r'<i epub:type="z3998:stage-direction">.*?</i>', " ", page, flags=re.DOTALL)
        yield from page_paragraphs(page, "persona")


def page_paragraphs(page: str, left_out: str) -> Iterator[str]:
    """The paragraphs and cells of a page without markup, but for those with such an attribute."""
    for _, attributes, inner in re.findall(r"<(p|td)((?:\s[^>]*)?)>(.*?)</\1>", page, re.DOTALL):
        if not re.search(left_out, attributes):
            yield straight(re.sub(r"<[^>]+>", "", re.sub(r"<br/>", " ", inner)))


NO_STORY = re.compile(
    rf"({NO_CHAPTER.pattern[1:-1]}|dramatis-personae|preface|introduction|appendix)(-.*)?\.xhtml"
)


def later_book(repository: Repository) -> Iterator[str]:
    """The paragraphs of a book that came later, without titles, casts, prefaces, hair spaces and elided names."""
    for name in repository.names(r"src/epub/text/.*\.xhtml"):
        if NO_STORY.fullmatch(Path(name).name):
            continue
        page = re.sub(r"<a [^>]*noteref[^>]*>.*?</a>|\u200a", "", repository.text(name), flags=re.DOTALL)
        page = re.sub(r'<i epub:type="se:[^"]*">(.*?)</i>', r"\1", page, flags=re.DOTALL)
        page = re.sub(r'\s*<i epub:type="z3998:stage-direction">.*?</i>', "", page, flags=re.DOTALL)
        found = page_paragraphs(page, "persona|title|ordinal|stage-direction")
        yield from (line for line in found if not re.search("[⸺⸻]", line))


LEAST_POST = 40
"""Characters of a paragraph; shorter lines of a page are headings, names and buttons."""
POSTS = r"content/[a-z-]+/.*(?<!index)\.md"


def posts(repository: Repository) -> Iterator[str]:
    """The paragraphs of a site's posts and guides, without headings, code and marks of its templates."""
    for text in repository.texts(POSTS):
        page = re.sub(r"\{\{.*?\}\}|\{%.*?%\}", "", text, flags=re.DOTALL)
        for line in unmarked_lines(page, Report()):
            if len(line) >= LEAST_POST and re.search(r"""[.!?:;]["')]?$""", line):
                yield from in_pieces(straight(line))


def textbook(repository: Repository) -> Iterator[str]:
    """The paragraphs and items of an OpenStax textbook, without those that have formulas."""
    for page in repository.texts(r"modules/.*\.cnxml"):
        for tag, inner in re.findall(
            r"<(para|item)\b[^>]*>((?:(?!<(?:para|item)\b).)*?)</\1>", page, re.DOTALL
        ):
            text = " ".join(
                re.sub(r"<[^>]+>", "", re.sub(r"<note\b.*?</note>", "", inner, flags=re.DOTALL)).split()
            )
            if "<m:math" not in inner and len(text) >= (LEAST_POST if tag == "para" else 2 * LEAST_POST):
                yield from in_pieces(straight(text))


def paragraphs(lines: Iterable[str]) -> Iterator[str]:
    """Paragraphs of joined lines; an empty line separates them."""
    for empty, group in itertools.groupby(lines, key=lambda line: not line.strip()):
        if not empty:
            yield " ".join(" ".join(group).split())


def novels(package: Path) -> Iterator[str]:
    """The paragraphs of two of Jane Austen's novels, out of the data of an R package for Debian."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["dpkg-deb", "-x", package, folder], check=True)  # noqa: S603, S607 - Debian's own
        data = next(Path(folder).rglob("data/Rdata.rdb")).read_bytes()
    for lines in r_objects(data):
        if lines[0] in FIRST_NOVELS:
            yield from (line.replace("_", "") for line in paragraphs(lines))


def r_objects(data: bytes) -> Iterator[list[str]]:
    """The vectors of strings in a database of R's: each a length, then what `serialize` made, compressed.

    Source: R Internals, "Serialization Formats" and "Lazy loading".
    """
    while data:
        unpacker = zlib.decompressobj()
        yield list(r_strings(unpacker.decompress(data[4:])))
        data = unpacker.unused_data


def r_strings(data: bytes) -> Iterator[str]:
    """The strings of one serialized vector, in R's format 3, the numbers of which are big-endian."""
    (length_of_encoding,) = struct.unpack_from(">i", data, LENGTH_OF_HEADER)
    at = LENGTH_OF_HEADER + 4 + length_of_encoding
    kind, count = struct.unpack_from(">ii", data, at)
    if kind & 255 != R_STRINGS:
        raise ValueError("the novels are not stored as they were; look at the package")
    at += 8
    for _ in range(count):
        kind, length = struct.unpack_from(">ii", data, at)
        if kind & 255 != R_STRING:
            raise ValueError("the novels are not stored as they were; look at the package")
        yield data[at + 8 : at + 8 + length].decode()
        at += 8 + length


def files_in(package: Path, wanted: str) -> dict[str, str]:
    """The texts of a package of npm whose names match, in the order of their names."""
    with tarfile.open(package) as archive:
        members = sorted(
            (each for each in archive if re.fullmatch(wanted, each.name)), key=lambda each: each.name
        )
        found = {each.name: archive.extractfile(each) for each in members}
        return {name: file.read().decode() for name, file in found.items() if file is not None}


def moby_dick(package: Path) -> Iterator[str]:
    """The paragraphs of the chapters."""
    chapters = files_in(package, r"package/data/chapter_\d+\.txt")
    for _, text in sorted(chapters.items(), key=lambda each: int(re.findall(r"\d+", each[0])[0])):
        yield from paragraphs(text.split("\n"))


def speeches(package: Path) -> Iterator[str]:
    """The addresses on the state of the union from the first year on, with a few sentences per line."""
    for name, text in files_in(package, r"package/data/\d{4}_\w+\.txt").items():
        if int(Path(name).name[:4]) >= FIRST_YEAR:
            sentences = re.split(r"(?<=[.!?])\s+", re.sub(r"\[[^]]*\]\s*", "", text).strip())
            yield from (
                " ".join(sentences[at : at + SENTENCES]) for at in range(0, len(sentences), SENTENCES)
            )


def lines(files: Iterable[Path]) -> Iterator[str]:
    """The lines of files, with one message per line."""
    for file in files:
        yield from file.read_text("utf-8").removesuffix("\n").split("\n")


def topical_chat(repository: Repository, parts: Iterable[str] = ("test", "valid")) -> Iterator[str]:
    """The messages of the smaller parts, which GitHub has; the largest part, for training, is missing there."""
    for part in parts:
        for kind in ("freq", "rare"):
            talks = json.loads(repository.text(f"conversations/{part}_{kind}.json"))
            yield from (
                " ".join(turn["message"].split()) for talk in talks.values() for turn in talk["content"]
            )
