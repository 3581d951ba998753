"""The public names: everything in `foreword.__all__` exists and is documented."""

import inspect

import pytest

import foreword
from foreword import errors


@pytest.mark.parametrize("name", foreword.__all__)
def test_every_public_name_exists_and_is_documented(name: str) -> None:
    assert inspect.getdoc(getattr(foreword, name))
    assert name in dir(foreword)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'foreword' has no attribute 'tomorrow'"):
        foreword.tomorrow  # noqa: B018


def test_type_checkers_and_programs_see_the_same_names() -> None:
    assert sorted(foreword._HOMES) == foreword.__all__ == sorted(foreword.__all__)


def test_every_error_is_a_foreword_error_in_the_documented_tree() -> None:
    found = {name: kind for name, kind in vars(errors).items() if inspect.isclass(kind)}
    assert all(issubclass(kind, errors.ForewordError) for kind in found.values())
    tree = inspect.getdoc(errors) or ""
    assert all(name in tree for name in found)
