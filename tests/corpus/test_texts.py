"""A source is read once: cleaned, scrubbed, split by time, and recognised later line by line."""

import gzip
import hashlib
import io
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import planted
from decoded import text_of
from foreword.corpus import texts as reading_texts
from foreword.corpus.fingerprints import LONGEST_LINE, Fingerprints
from foreword.corpus.prepare import Corpus, prepare
from foreword.corpus.streams import SourceRecord
from foreword.corpus.texts import (
    MEMORY,
    Lines,
    ReadSettings,
    RunningText,
    Text,
    file_digests,
    read,
    write_pieces,
)
from foreword.errors import SourceEmpty, SourceMissing, SourceNotText
from foreword.text.document import Document

LONGEST = 7
FILLING = "".join(f"message {at} of many\n" for at in range(600))
NEW = tuple(f"Ana Silva: this is message {number}" for number in range(100))


def test_a_long_line_with_its_end_is_a_message(tmp_path: Path) -> None:
    """The end of a line beyond 2 to the power of 20 characters came alone, and so the line was no message."""
    path = tmp_path / "one.txt"
    for text in ("lorem " * 180_000 + "ipsum\n", "x" * (LONGEST_LINE + 1)):
        path.write_text(text, "utf-8")
        with read([str(path)], tmp_path / "texts", ReadSettings()) as texts:
            assert texts.new[0].index.messages == 1
            (line,) = texts.new[0].lines()
            assert line.fingerprint == hashlib.sha256(f"{line.text}\n".encode()).digest()


characters = st.text(st.sampled_from("aé中😀\n"), max_size=40)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("texts")


@pytest.fixture(scope="module")
def short_pieces() -> Iterator[None]:
    """Chunks of seven characters, so that a short text has many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reading_texts, "PIECE", LONGEST)
        yield


def on_disk(pieces: list[str], path: Path) -> Text:
    offsets, characters = write_pieces(pieces, path)
    return Text(path=path, offsets=offsets, record=SourceRecord("", "", characters), index=Fingerprints())


# On disk


@pytest.mark.usefixtures("short_pieces")
@given(pieces=st.lists(characters), first=st.integers(0, 50), second=st.integers(0, 50))
def test_any_range_is_read_as_written(folder: Path, pieces: list[str], first: int, second: int) -> None:
    whole = "".join(pieces)
    start, stop = sorted((min(first, len(whole)), min(second, len(whole))))
    text = on_disk(pieces, folder / "text")
    assert "".join(text.pieces(start, stop)) == whole[start:stop]
    assert text.characters == len(whole)
    assert all(len(piece) <= LONGEST for piece in text.pieces(0, len(whole)))


@pytest.mark.usefixtures("short_pieces")
@given(st.lists(st.tuples(characters, st.integers(0, 40), st.integers(0, 40)), max_size=4))
def test_newlines_separate_parts_of_running_text(folder: Path, wanted: list[tuple[str, int, int]]) -> None:
    parts, expected = [], ""
    for at, (whole, first, second) in enumerate(wanted):
        start, stop = sorted((min(first, len(whole)), min(second, len(whole))))
        parts.append((on_disk([whole], folder / str(at)), start, stop))
        if expected and not expected.endswith("\n") and start < stop:
            expected += "\n"
        expected += whole[start:stop]
    running = RunningText(parts)
    assert "".join(running.pieces()) == expected
    assert running.characters == len(expected)


# Split


def parts_of(folder: Path, text: str, held_out: float = 0.1) -> tuple[str, str, str]:
    (folder / "source.txt").write_text(text, "utf-8")
    with read([str(folder / "source.txt")], folder / "texts", ReadSettings(held_out=held_out)) as found:
        (one,) = found.new
        train, validation, test = ("".join(one.pieces(start, stop)) for start, stop in pairwise(one.borders))
    return train, validation, test


@pytest.mark.parametrize(
    ("length", "held_out", "sizes"),
    [
        (100_000, 0.1, (90_000, 5_000, 5_000)),
        (20_000, 0.001, (16_000, 2_000, 2_000)),
        (12_000, 0.1, (8_000, 2_000, 2_000)),
        (200, 0.1, (134, 33, 33)),
        (199, 0.1, (199, 0, 0)),
    ],
)
def test_a_text_without_lines_is_split_at_exact_characters(
    folder: Path, length: int, held_out: float, sizes: tuple[int, int, int]
) -> None:
    assert tuple(map(len, parts_of(folder, "x" * length, held_out))) == sizes


def test_a_split_is_at_the_beginning_of_a_near_line(folder: Path) -> None:
    text = "".join(f"{at} {'x' * (at % 97)}\n" for at in range(2_000))
    train, validation, test = parts_of(folder, text)
    assert (train[-1], validation[-1]) == ("\n", "\n")
    assert all(len(part) - len(text) * 0.05 < 100 for part in (validation, test))
    far = "first line\n" + "x" * 99_989
    assert tuple(map(len, parts_of(folder, far))) == (90_000, 5_000, 5_000)


@given(st.lists(st.integers(0, 3_000), min_size=1, max_size=40).filter(any), st.floats(0, 0.5))
def test_no_held_out_part_is_too_short(folder: Path, lengths: list[int], held_out: float) -> None:
    text = "".join("x" * length + "\n" for length in lengths)
    train, validation, test = parts_of(folder, text, held_out)
    assert train + validation + test == text
    assert len(train) >= len(text) // 4
    least = 0 if not held_out or len(text) < 200 else 2_000 if len(text) >= 12_000 else 30
    assert min(len(validation), len(test)) >= least


# The index of lines


DATED = [
    Document(text="one\ntwo", time=datetime(2026, 1, 1, tzinfo=UTC)),
    Document(text="\n  \nthree", time=datetime(2026, 2, 1, tzinfo=UTC)),
    Document(text="forget me", time=datetime(2026, 3, 1, tzinfo=UTC)),
    Document(text=f"a key:\n-----BEGIN PRIVATE KEY-----\n{'MIIEpAIBAA' * 6}\n-----END PRIVATE KEY-----"),
    Document(text="pay 4111 1111\n1111 1111"),
    Document(text="fo", continued=True, time=datetime(2026, 4, 1, tzinfo=UTC)),
    Document(text="ur\nfive"),
]


@pytest.fixture
def dated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Text]:
    """A source of these documents, with one line left out."""
    monkeypatch.setattr(reading_texts, "documents", lambda *_, **__: iter(DATED))
    reading = ReadSettings(omit=lambda line: "" if line == "forget me" else line)
    with read([str(tmp_path)], tmp_path / "texts", reading) as found:
        yield found.new[0]


def test_each_line_has_its_time_and_the_fingerprint_of_the_source_up_to_it(dated: Text) -> None:
    """This holds even if lines are empty, left out, or joined like those of a private key."""
    lines = list(dated.lines())
    assert [line.text for line in lines] == ["one", "two", "three", "a key:", "…", "pay …", "four", "five"]
    assert [line.time and line.time.month for line in lines] == [1, 1, 2, None, None, None, 4, 4]
    assert [line.place for line in lines] == [1, 2, 3, 5, 6, 7, 8, 9]
    whole = "".join(document.text + "\n" * (not document.continued) for document in DATED)
    running, expected = hashlib.sha256(), {}
    for line in whole.split("\n"):
        if line.strip():
            running.update(line.encode() + b"\n")
        expected[line] = running.digest()
    ends = ["one", "two", "three", "a key:", "-----END PRIVATE KEY-----", "1111 1111", "four", "five"]
    assert [line.fingerprint for line in lines] == [expected[end] for end in ends]


def test_a_source_whose_lines_are_all_left_out_has_no_text(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Anna\nAnna\n", "utf-8")
    with (
        pytest.raises(SourceEmpty, match=r"a\.txt has no text"),
        read([str(tmp_path / "a.txt")], tmp_path / "texts", ReadSettings(omit=lambda _: "")),
    ):
        pass


@pytest.mark.parametrize("piece", [1, 2, 5, 1_000])
def test_an_omitted_line_is_removed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, piece: int) -> None:
    text = "first Anna\n\nAnna\nlast one\nAnna"
    starts = range(0, len(text), piece)
    pieces = [Document(text=text[at : at + piece], continued=at + piece < len(text)) for at in starts]
    monkeypatch.setattr(reading_texts, "documents", lambda *_, **__: iter(pieces))
    omit = ReadSettings(omit=lambda line: "" if line == "Anna" else line.replace("Anna", "…"))
    with read([str(tmp_path)], tmp_path / "texts", omit) as found:
        assert "".join(found.new[0].pieces(0, found.new[0].characters)) == "first …\n\nlast one\n"


def test_each_file_has_the_digest_of_its_cleaned_text_wherever_it_was_cut() -> None:
    """Messages and files without text have no digest."""
    cut = [Document(text=text, continued=True) for text in ("ab\r", "\nn")]
    rest = [Document(text=text) for text in ("\u0303", "next", "\x07")]
    message = Document(text="ok", author="A")
    texts = [hashlib.sha256(text.encode()).hexdigest() for text in ("ab\n\u00f1", "next")]
    assert file_digests([*cut, *rest, message]) == texts


# Sources


def given_lines(lines: Sequence[str], held_out: float | None = None) -> Lines:
    return Lines(name="me.memory", lines=tuple(lines), held_out=held_out)


def test_lines_in_memory_make_the_same_corpus_as_a_file(tmp_path: Path) -> None:
    """In a file, these lines would be a chat, and only one person's words would be read."""
    chat = prepare([given_lines(NEW)], tmp_path / "chat")
    assert text_of(chat, chat.train, chat.validation, chat.test).splitlines() == list(NEW)
    (record,) = chat.sources
    assert (record.name, record.place, record.files) == ("me.memory", MEMORY, ())
    plain = [line.replace(": ", " - ") for line in NEW]
    (tmp_path / "file.txt").write_text("\n".join(plain), encoding="utf-8")
    at_hand, file = (
        prepare([source], tmp_path / name)
        for name, source in (("a", given_lines(plain)), ("b", str(tmp_path / "file.txt")))
    )
    assert at_hand.sources[0].sha256 == file.sources[0].sha256
    for name in ("train.ids", "validation.ids", "test.ids", "tokenizer.json"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_old_lines_keep_their_given_split(tmp_path: Path) -> None:
    old = [given_lines(NEW[:3], held_out=0.0), given_lines(NEW[3:6], held_out=1.0)]
    corpus = prepare([given_lines(NEW[6:])], tmp_path / "corpus", old=old)
    assert text_of(corpus, corpus.old).splitlines() == list(NEW[:3])
    assert text_of(corpus, corpus.old_held_out).splitlines() == list(NEW[3:6])
    assert corpus.notes == ()


def test_each_source_record_keeps_its_absolute_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "here").mkdir()
    (tmp_path / "here" / "a.txt").write_text(FILLING, encoding="utf-8")
    monkeypatch.chdir(tmp_path / "here")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(FILLING.encode())))
    sources = prepare(["a.txt", ".", "-"], tmp_path / "corpus").sources
    here = str(tmp_path / "here")
    assert [record.place for record in sources] == [f"{here}/a.txt", here, ""]
    assert [record.name for record in sources] == ["a.txt", here, "-"]
    assert {record.sha256 for record in sources} == {hashlib.sha256(FILLING.encode()).hexdigest()}


def test_a_skipped_file_of_a_folder_is_noted(tmp_path: Path) -> None:
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "cut.gz").write_bytes(gzip.compress(FILLING.encode())[:-4])
    (tmp_path / "texts" / "whole.txt").write_text(FILLING, encoding="utf-8")
    corpus = prepare([str(tmp_path / "texts")], tmp_path / "corpus")
    (note,) = [note for note in corpus.notes if "damaged" in note]
    assert ": skipped: " in note
    assert corpus.sources[0].files == (corpus.sources[0].sha256,)


def test_the_card_and_the_run_of_a_model_in_a_folder_are_not_read(tmp_path: Path) -> None:
    """A model may lie among the texts that it was trained on; its card was learned as the person's words."""
    for folder in ("me", "b.run/texts"):
        (tmp_path / "texts" / folder).mkdir(parents=True)
    for name in ("a.txt", "me/README.md", "me/config.json", "me/model.safetensors", "b.run/texts/new-0.txt"):
        (tmp_path / "texts" / name).write_text(f"This is {name}.", "utf-8")
    (record,) = prepare([str(tmp_path / "texts")], tmp_path / "corpus").sources
    assert record.characters == len("This is a.txt.")


def test_a_note_on_a_file_names_it_once(tmp_path: Path) -> None:
    chat = tmp_path / "chat.txt"
    chat.write_text("".join(f"01/02/2024, 10:00 - Ana: hi {at}\n" for at in range(99)), "utf-8")
    (note,) = prepare([str(chat)], tmp_path / "corpus").notes
    assert note.startswith(f"{chat}: the dates do not show for certain the order of day")


def test_an_unreadable_source_is_a_named_error_and_leaves_no_corpus(tmp_path: Path) -> None:
    (tmp_path / "full").write_text(FILLING)
    for void in (b"", b"\x07\x00\x01", b"\xef\xbb\xbf", b" \n\n \t"):
        (tmp_path / "void").write_bytes(void)
        for sources, old in ((["full", "void"], []), (["full"], ["void"])):
            new, before = ([str(tmp_path / name) for name in names] for names in (sources, old))
            with pytest.raises((SourceEmpty, SourceNotText), match="void"):
                prepare(new, tmp_path / "corpus", old=before)
    with pytest.raises(SourceMissing, match="there is no file or folder nothing"):
        prepare(["nothing"], tmp_path / "corpus")
    assert list((tmp_path / "corpus").iterdir()) == []


# Secrets


@pytest.mark.parametrize("unit", ["characters", "words"])
def test_a_corpus_contains_no_secret(prepare_texts: Callable[..., Corpus], unit: str) -> None:
    new, old = planted.TEXT + FILLING, planted.TEXT
    corpus = prepare_texts(new, FILLING, old=(old,), unit=unit, held_out=0.5)
    text = text_of(corpus, corpus.train, corpus.validation, corpus.test)
    assert text.count(planted.SCRUBBED) == 1
    assert text_of(corpus, corpus.old, corpus.old_held_out) == planted.SCRUBBED
    files = "".join(path.read_bytes().decode("latin-1") for path in corpus.folder.iterdir() if path.is_file())
    assert not [secret for secret in planted.SECRETS if secret in text or secret in files]
    secrets = [source.secrets for source in (*corpus.sources, *corpus.old_sources)]
    assert secrets == [planted.FOUND, {}, planted.FOUND]
    assert corpus.old_sources[0].sha256 == hashlib.sha256(planted.TEXT.encode()).hexdigest()
    assert corpus.old_sources[0].characters == len(planted.SCRUBBED)
    (note,) = [note for note in corpus.notes if note.startswith("took out ")]
    assert note.endswith("; … stands in their place")
