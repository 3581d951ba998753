"""JSON read one value at a time, whole and cut."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from foreword.sources.chats.json_messages import Path, own_text, walk
from foreword.sources.report import Report
from opened import opened_bytes

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


def walked(content: str, depth: int = 2, step: int = 1 << 16) -> tuple[list[tuple[Path, object]], Report]:
    report = Report()
    opened = opened_bytes("it.json", content.encode(), step=step)
    return list(walk(opened, lambda path: len(path) < depth, report)), report


def parts(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """The values that a walk of depth two must yield."""
    if len(path) < 2 and isinstance(value, dict | list):
        for step, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from parts(inner, (*path, step))
    else:
        yield path, value


@given(VALUES, st.integers(1, 9), st.sampled_from([None, 1]))
def test_a_walk_yields_all_values_for_any_block_size(value: object, step: int, indent: int | None) -> None:
    values, report = walked(json.dumps(value, ensure_ascii=False, indent=indent), step=step)
    assert (values, report.unreadable) == (list(parts(value)), 0)


@pytest.mark.parametrize("content", ["{1: 2}", '{"a": 1} and more'])
def test_invalid_json_is_reported_once(content: str) -> None:
    _, report = walked(content, depth=1)
    assert report.unreadable == len(report.notes) == 1


def test_the_special_escapes_of_telegram_are_read_correctly() -> None:
    """Line breaks within strings are accepted too."""
    values, report = walked('{"messages": ["a\\x0Bb", "\\\\x41", "\\\\\\x1Fc", "d\ne"]}')
    assert [value for _, value in values] == ["a\x0bb", r"\x41", "\\\x1fc", "d\ne"]
    assert report.unreadable == 0


@pytest.mark.parametrize(
    ("text", "kept", "lines"),
    [
        ("> are you there?\nyes", "yes", 1),
        ("> one\n> two\nno\n> three\nwell", "no\nwell", 3),
        ("see:\n>>> all\nof\nthis", "see:", 3),
        ("> only that", "", 1),
        *((text, text, 0) for text in (">_< oh no", "a > b\n  > c", "plain\n")),
    ],
)
def test_quoted_lines_are_left_out_and_counted(text: str, kept: str, lines: int) -> None:
    report = Report()
    assert own_text(text, report) == kept
    assert report.left_out == ({"quoted line": lines} if lines else {})
