"""The public names: what `foreword.__all__` promises is there, and documented."""

import inspect

import pytest

import foreword
from foreword import errors


@pytest.mark.parametrize("name", foreword.__all__)
def test_every_public_name_resolves_to_something_documented(name: str) -> None:
    assert inspect.getdoc(getattr(foreword, name))
    assert name in dir(foreword)


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'foreword' has no attribute 'tomorrow'"):
        foreword.tomorrow  # noqa: B018


def test_the_names_for_type_checkers_are_those_at_run_time() -> None:
    assert sorted(foreword._HOMES) == foreword.__all__ == sorted(foreword.__all__)


def test_every_error_is_one_of_ours_and_stands_in_the_tree_at_the_top_of_its_file() -> None:
    found = {name: kind for name, kind in vars(errors).items() if inspect.isclass(kind)}
    assert all(issubclass(kind, errors.ForewordError) for kind in found.values())
    tree = inspect.getdoc(errors) or ""
    assert all(name in tree for name in found)
