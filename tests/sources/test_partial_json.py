"""JSON a value at a time, whole and cut."""

import io
import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.sources.chats import streams
from foreword.sources.chats.streams import Path, place, walk
from foreword.sources.opened import Opened
from foreword.sources.report import Report
from readings import opened


class Dripping(io.BytesIO):
    """Bytes of which few come at a time."""

    def __init__(self, content: bytes, size: int) -> None:
        super().__init__(content)
        self.size_at_most = size

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(self.size_at_most)


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


def walked(content: str | bytes, depth: int = 2) -> tuple[list[tuple[Path, object]], Report]:
    report = Report()
    return list(walk(opened(content), lambda path: len(path) < depth, report)), report


def parts(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """What a walk of depth two has to hand out."""
    if len(path) < 2 and isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from parts(inner, (*path, step))
    else:
        yield path, value


@given(VALUES, st.integers(1, 9), st.sampled_from([None, 1]))
def test_a_file_is_walked_whole_wherever_its_blocks_end(value: object, size: int, indent: int | None) -> None:
    content = json.dumps(value, ensure_ascii=False, indent=indent).encode()
    report = Report()
    it = Opened(name="it.json", opening=lambda: Dripping(content, size))
    assert list(walk(it, lambda path: len(path) < 2, report)) == list(parts(value))
    assert report.unreadable == 0


def test_of_a_cut_file_all_that_is_whole_before_the_cut_is_read_and_the_rest_reported() -> None:
    content = json.dumps({"name": "n", "messages": [{"n": 1}, {"n": 2}, {"n": 3}], "end": True})
    seen = set()
    for end in range(2, len(content)):
        values, report = walked(content[:end])
        messages = [value for path, value in values if path[0] == "messages"]
        assert messages == [{"n": n + 1} for n in range(content[:end].count("}"))]
        assert report.unreadable == len(report.notes) == 1
        seen.add(report.first_unreadable[0].where)
    assert seen == {"its end", "message 1", "message 2", "message 3"}


def test_what_follows_the_end_is_reported() -> None:
    values, report = walked('{"a": 1} and more')
    assert values == [(("a",), 1)]
    assert report.first_unreadable[0].text == "and more"


@pytest.mark.parametrize("content", ['{"a" 1}', "{1: 2}", "[1 2]", "[,]", '["\\q"]', "[" * 100_000, "}"])
def test_what_is_no_json_is_reported(content: str) -> None:
    assert walked(content, depth=1)[1].unreadable == 1


def test_escapes_that_telegram_writes_are_read_as_what_they_mean() -> None:
    values, report = walked(r'{"messages": ["a\x0Bb", "\\x41", "\\\x1Fc", "d"]}')
    assert [value for _, value in values] == ["a\x0bb", r"\x41", "\\\x1fc", "d"]
    assert report.unreadable == 0


def test_line_breaks_within_strings_are_admitted() -> None:
    assert walked('["a\nb"]', depth=1)[0] == [((0,), "a\nb")]


def test_a_number_of_thousands_of_digits_is_reported_not_raised() -> None:
    assert walked("[" + "9" * 5000 + "]", depth=1)[1].unreadable == 1


def test_places_are_named_in_words() -> None:
    assert place(("chats", "list", 3, "messages", 1200)) == "chat 4, message 1,201"
    assert place(("chats", "list", 3, "name")) == "chat 4"
    assert place((1, "conversation", 0)) == "chat 2, message 1"
    assert place((0,)) == "message 1"
    assert place(("messages",)) == "its end"


def test_behind_a_damaged_element_it_goes_on_with_the_next_one_on_a_line_of_its_own() -> None:
    messages = [{"n": n, "inner": [{"a": "{"}, {"b": "\n  {"}]} for n in range(5)]
    content = json.dumps({"name": "n", "messages": messages, "end": 1}, indent=1)
    starts = [at for at in range(len(content)) if content.startswith("\n  {", at)]
    assert len(starts) == 5
    for begin in range(starts[1] + 4, starts[2]):
        values, report = walked(content[:begin] + content[starts[2] + 10 :])
        found = [value for _, value in values]
        assert found[:2] == ["n", messages[0]]
        assert found[-3:] == [messages[3], messages[4], 1]
        assert report.unreadable <= 1
        assert report.notes == []


def test_a_damaged_element_of_a_file_without_lines_ends_the_walk() -> None:
    values, report = walked('{"messages": [{"n": 1}, {"n": }, {"n": 3}]}')
    assert values == [(("messages", 0), {"n": 1})]
    assert report.unreadable == len(report.notes) == 1


def test_one_damaged_value_does_not_fill_the_memory_with_all_the_rest() -> None:
    class Counting(io.BytesIO):
        taken = 0

        def read(self, size: int | None = -1, /) -> bytes:
            data = super().read(size)
            Counting.taken += len(data)
            return data

    content = b'{"messages": [{"n": }' + b', {"n": 1}' * 1_000_000
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(streams, "LONGEST_VALUE", 1_000_000)
        report = Report()
        it = Opened(name="it.json", opening=lambda: Counting(content))
        assert list(walk(it, lambda path: len(path) < 2, report)) == []
    assert report.unreadable == 1
    assert Counting.taken < 3_000_000
