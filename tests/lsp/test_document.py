"""A document follows its editor, with all line ends and all units of position."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

pytest.importorskip("pygls")

from lsprotocol.types import Position, Range, TextDocumentContentChangePartial

from foreword.keyboard.learn import own_lines
from foreword.lsp.document import CODECS, PASTED, Document, units

LETTERS = "ab \n\r\u2028\x0cé😀"
TEXTS = st.text(LETTERS, max_size=12).map(lambda text: text.replace("\r", "\r\n"))


def place(text: str, at: int, encoding: str) -> Position:
    """The position of code point `at` in an editor's units; inside CR LF, it is the one before."""
    before = text[:at].removesuffix("\r") if text[at : at + 1] == "\n" else text[:at]
    line = before.rpartition("\n")[2]
    return Position(before.count("\n"), units(line, encoding))


@given(text=TEXTS, new=TEXTS, data=st.data(), encoding=st.sampled_from(sorted(CODECS)))
def test_a_change_is_made_at_the_editors_range(text: str, new: str, data: Any, encoding: str) -> None:
    ends = [at for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n"]
    start, end = sorted(data.draw(st.tuples(st.sampled_from(ends), st.sampled_from(ends))))
    document = Document(text, encoding=encoding)
    document.change(place(text, start, encoding), place(text, end, encoding), new)
    changed = text[:start] + new + text[end:]
    for at in (start + len(new), len(changed)):
        cursor = place(changed, at, encoding)
        found = document.at(cursor)
        assert found.before == changed[:at].replace("\r\n", "\n")
        assert found.after == re.split("[\r\n]", changed[at:])[0]
        assert found.span(0) == Range(cursor, cursor)


def test_an_impossible_position_becomes_the_nearest_one() -> None:
    document = Document("one\r\ntwo 😀")
    assert document.at(Position(0, 99)).before == "one"
    assert document.at(Position(9, 9)).before == "one\ntwo 😀"
    assert document.at(Position(1, 5)).before == "one\ntwo ", "in the midst of a surrogate pair"
    assert Document("two 😀", encoding="utf-8").at(Position(0, 7)).before == "two ", "three of its four bytes"
    assert document.at(Position(1, 1)).span(2) is None, "not in one line"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("markdown", "-> words\n```sh\n~~~\nls\n```\n-> words\n> theirs\n~~~\n```"),
        ("gitcommit", "-> Words\n# comment\n-> words\n# ----- >8 -----\n+a = 1"),
        ("mail", "To: somebody\nSubject: words\n\n-> words\n> theirs\n-> words: words"),
        ("mail", "-> Dear somebody: words"),
        ("message", "To: somebody\nSubject: words\n--text follows this line--\n-> words\n  > theirs"),
        ("markdown", "-> 1. words\n    ```sh\n    ls\n    ```\n-> words\n  > theirs"),
        ("markdown", "- ```sh\n  ls\n  ```\n-> - words"),
        ("markdown", "-> ```ls``` words\n-> words\n````\n```ls```\n````\n-> words"),
        ("ipythongfm", "````markdown\n```sh\nls\n```\nls\n````\n-> words"),
        ("plaintext", "-> # words\n-> > words\n-> ```"),
    ],
)
def test_code_quotations_comments_and_headers_are_not_a_persons_own_prose(language: str, text: str) -> None:
    lines = [line.removeprefix("-> ") for line in text.split("\n")]
    own = [line.startswith("-> ") for line in text.split("\n")]
    found = [is_own for is_own, line in zip(own_lines(lines, language), lines, strict=True) if line]
    assert found == [is_own for is_own, line in zip(own, lines, strict=True) if line]


def test_text_inside_code_is_not_prose() -> None:
    document = Document("take `ls` or `ca", "markdown")
    assert document.at(Position(0, 10)).is_prose
    assert not document.at(Position(0, 16)).is_prose


def test_only_new_lines_are_learned_and_only_once() -> None:
    document = Document("theirs\n", "markdown")
    document.change(Position(1, 0), Position(1, 0), "mine\n> quoted\n")
    assert document.lessons() == ["mine"]
    assert document.lessons() == []


@pytest.mark.parametrize("sent", ["key", "line", "text"])
def test_the_line_that_is_being_written_is_learned_once_it_is_left_or_ends(sent: str) -> None:
    """An editor may save at each pause; half a word would be learned, and the sentence with each save."""
    document = Document("")
    document.change(Position(0, 0), Position(0, 0), "„Komm bald.“")
    assert document.lessons() == ["„Komm bald.“"]
    document = Document("*theirs \n\n\n")
    for column, letter in enumerate(line := "See you tom. Or n"):
        if sent == "key":
            document.change(Position(1, column), Position(1, column), letter)
        elif sent == "line":  # vim-lsp
            document.change(Position(1, 0), Position(2, 0), f"{line[: column + 1]}\n")
        else:  # ALE, yegappan/lsp
            document.replace("".join([document.lines[0], line[: column + 1], "\n", *document.lines[2:]]))
        document.change(Position(0, 7), Position(0, 8), "")  # as the editor saves it
        document.change(Position(0, 0), Position(0, 1), "-*"[column % 2])
        document.change(Position(2, 0), Position(3, 0), "\n")
        assert document.lessons() == (["See you tom."] if letter == "." else [])
    assert (document.rest(), document.rest()) == (["Or n"], [])
    document.change(Position(0, 7), Position(0, 7), "\n")
    document.change(Position(2, 17), Position(2, 17), "ot")
    document.change(Position(0, 7), Position(1, 0), "")
    assert (document.lessons(), document.rest()) == ([], ["Or not"])
    document.change(Position(2, 0), Position(2, 0), "wifi:\nsunshine99\n")
    document.change(Position(2, 4), Position(2, 4), " password")
    assert document.lessons() == ["wifi password:\nsunshine99"], "it asks for the secret below it"
    document = Document("See you.\n")
    for text in ("See you.\nOr\n", "See you.\r\rOr", "See you.\rOr"):
        document.replace(text)
        assert document.lessons() == [], "a line comes with its end, or the empty one before it goes"


def test_quoted_text_of_the_file_is_not_learned_when_its_marks_are_deleted() -> None:
    document = Document("> what somebody else\n> has written here\n```\ntheir code\n```\n", "markdown")
    document.replace("what somebody else has written here\ntheir code\nmine\n")
    assert document.lessons() + document.rest() == ["mine"]


OTHERS = "This sentence was pasted from the letter of somebody else."
OWN = "This sentence was typed here by hand, one letter after another."


def typed(before: str = "") -> Document:
    """A document with the own sentence, typed in the line below these lines."""
    document, line = Document(before), before.count("\n")
    for column, letter in enumerate(OWN):
        document.change(Position(line, column), Position(line, column), letter)
    return document


def written(*changes: tuple[int, int, str], at: int = 0) -> list[str]:
    """What is learned of the own sentence, typed below a line of the file, after these changes of lines."""
    document = typed("theirs\n")
    for first, last, text in changes:
        document.change(Position(first, at), Position(last, at), text)
    return document.lessons() + document.rest()


def test_what_backspace_deletes_key_by_key_is_learned_if_it_is_undone_at_once() -> None:
    document = typed()
    for column in reversed(range(len(OWN))):
        document.change(Position(0, column), Position(0, column + 1), "")
    document.change(Position(0, 0), Position(0, 0), OWN)
    assert document.lessons() == [OWN]


def test_pasted_text_is_not_learned() -> None:
    assert written((0, 0, f"{OTHERS}\n")) == [OWN]
    assert written((1, 1, f"{OTHERS} ")) == [OWN]
    assert written((0, 0, f"{OTHERS}\n"), (0, 1, ""), (0, 0, f"{OTHERS}\n")) == [OWN]
    assert written((1, 1, f"{OTHERS[18:]}\n{OTHERS[:18]}"), at=18) == [OWN]  # as Neovim says it
    document = Document("theirs\n")
    document.replace(f"theirs\n{OTHERS}\n")  # read from disk again
    assert document.lessons() == []
    places = [Range(Position(0, column), Position(0, column)) for column in range(len(OTHERS))]
    document = typed("theirs\n")  # the same, letter by letter in one message
    document.change_together(list(map(TextDocumentContentChangePartial, places, OTHERS)))
    assert document.lessons() == [OWN]
    document = Document("")
    for column, text in ((0, "Mine"), (0, OTHERS), (len(OTHERS), "\n")):
        document.change(Position(0, column), Position(0, column), text)
    learned = document.lessons() + document.rest()
    assert learned == ["Mine"], "a line end behind it makes it a sentence of its own"


def test_the_persons_own_text_is_learned_if_it_is_moved_copied_undone_or_filled_anew() -> None:
    assert written((1, 2, ""), (0, 0, f"{OWN}\n")) == [OWN]
    assert written((0, 0, f"{OWN}\n")) == [OWN]
    assert written((0, 2, ""), (0, 0, f"theirs\n{OWN}")) == [OWN]
    filled = OWN.replace("d, ", "d,\n")
    assert sorted(written((1, 2, filled))) == sorted(filled.split("\n"))


def test_a_typed_sentence_is_learned_with_a_pasted_link_and_if_each_key_sends_its_line() -> None:
    link = "<https://example.org/an/address/that/nobody/types>"
    assert written((1, 1, link), at=len(OWN)) == [OWN + link]
    document = Document("")
    for length in range(len(OWN)):
        document.change(Position(0, 0), Position(0, length), OWN[: length + 1])
    assert document.lessons() == [OWN]
    for line, word in enumerate(words := [f"word{'a' * number}" for number in range(PASTED)]):
        document.change(Position(line, 0), Position(line, 99), f"{word}\n")
    places = [Range(Position(line, 0), Position(line, 0)) for line in range(PASTED)]
    document.change_together([TextDocumentContentChangePartial(each, "a") for each in places])
    learned = document.lessons() + document.rest()
    assert learned == [f"a{word}" for word in words], "a key with many cursors"


@pytest.mark.parametrize(
    "new",
    [
        OWN,
        OWN.replace(" ", "\n"),
        OWN.replace("here", "there").replace("letter", "key"),
        OWN.replace(" ", "_ _"),
    ],
)
def test_own_text_that_is_filled_or_has_words_replaced_with_the_last_letter_is_learned(new: str) -> None:
    document = Document("theirs\n")
    document.change(Position(1, 0), Position(1, 0), OWN[:30])
    document.change(Position(1, 30), Position(1, 30), OWN[30:-1])
    document.change(Position(1, 0), Position(1, 99), new)
    assert "\n".join(document.lessons()) == new


def test_a_long_change_is_learned_from_an_editor_that_sends_what_was_typed_until_a_pause() -> None:
    document = Document("theirs\n", sends_keys=False)
    document.change(Position(1, 0), Position(1, 0), OWN)
    assert document.lessons() == [OWN]
