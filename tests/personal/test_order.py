"""What a person asked for is understood, or refused with what excludes what."""

from pathlib import Path

import pytest

from foreword.errors import OptionError
from foreword.personal.order import order_for

TO = Path("/models/me")


def test_a_model_to_go_on_from_is_named_as_any_model_is(home: Path) -> None:
    assert order_for(["a"], TO).start is None
    assert order_for(["a"], TO, start="scratch").start is None
    assert order_for(["a"], TO, start="base").start == home / "base"
    assert order_for(["a"], TO, start="./scratch").start == Path("scratch").absolute()
    assert order_for(["a"], TO, start=Path("/models/base")).start == Path("/models/base")


def test_more_goes_on_from_the_model_that_it_writes_to() -> None:
    order = order_for([], TO, more=True, old=["b", "c"])
    assert (order.start, order.more, order.sources, order.old) == (TO, True, (), ("b", "c"))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (
            {"more": True, "start": "base"},
            "--more goes on with the model that it writes to; leave out --from, or",
        ),
        ({"more": True, "start": "scratch"}, "leave out --from, or --more"),
        ({"old": ["b"]}, "say which model: --from MODEL, or --more"),
        ({"old": ["b"], "start": "scratch"}, "say which model: --from MODEL, or --more"),
        (
            {"start": "base", "size": "small"},
            "--size small: base is a finished network and stays as large as it is",
        ),
        ({"more": True, "size": "large"}, "--size large: me is a finished network"),
        ({"more": True, "old": [""]}, "a source is empty text"),
        ({"start": "a b"}, "'a b' cannot be the name of a model"),
    ],
)
def test_what_excludes_one_another_is_said(options: dict[str, object], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        order_for(["a"], TO, **options)  # type: ignore[arg-type]
