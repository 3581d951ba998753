"""Where models live and what they may be called."""

import stat
import sys
from pathlib import Path

import platformdirs
import pytest

from foreword.errors import OptionError
from foreword.modelfolder import Contents, find, home, locate, models_in, names, write

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")


def test_a_bare_name_lives_in_the_home() -> None:
    assert locate("me") == home() / "me"


@pytest.mark.parametrize("name", ["models/me", "./me", "/somewhere/me"])
def test_a_slash_makes_a_name_a_path(name: str) -> None:
    assert locate(name) == Path(name).absolute()


def test_a_tilde_in_a_path_is_the_persons_folder() -> None:
    assert locate("~/models/me") == Path.home() / "models" / "me"


def test_without_a_name_it_is_the_environments_then_me_then_base(
    monkeypatch: pytest.MonkeyPatch, contents: Contents
) -> None:
    assert locate() == home() / "base"
    write(home() / "me", contents)
    assert locate() == home() / "me"
    monkeypatch.setenv("FOREWORD_MODEL", "./other")
    assert locate() == Path("other").absolute()
    monkeypatch.setenv("FOREWORD_MODEL", "")
    assert locate() == home() / "me"


def test_the_model_that_comes_along_is_read_where_the_person_has_no_base_of_their_own(
    monkeypatch: pytest.MonkeyPatch, contents: Contents, tmp_path: Path
) -> None:
    monkeypatch.setattr(names, "shipped_folder", lambda: tmp_path / "shipped")
    assert find() == find("base") == home() / "base"
    write(tmp_path / "shipped", contents)
    assert find() == find("base") == tmp_path / "shipped"
    assert locate("base") == home() / "base"  # which is where one is written
    write(home() / "base", contents)
    assert find() == home() / "base"
    write(home() / "me", contents)
    assert find() == home() / "me"
    assert find("other") == home() / "other"


def test_me_is_found_where_a_swap_was_interrupted(contents: Contents) -> None:
    write(home() / "me", contents)
    (home() / "me").rename(home() / ".me.old")
    assert locate() == home() / "me"


@pytest.mark.parametrize("name", ["me", "Ana-2", "übung", "мой", "ग़ज़ल", "v1.2_b", "7"])
def test_names_of_any_script_are_taken(name: str) -> None:
    assert locate(name).parent == home()


@pytest.mark.parametrize(
    "name",
    [
        *("", " ", ".", "..", ".me", "-m", "a b", "a\n", "a:b", "a*", "a\0b", "a" * 65, "😀", "a\u202eb"),
        *("me.", "me.run", "me.memory", "NUL", "con.txt"),
    ],
)
def test_names_that_make_trouble_somewhere_are_refused(name: str) -> None:
    with pytest.raises(
        OptionError, match=r"cannot be the name of a model: take up to 64 letters.* or write a path"
    ):
        locate(name)


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/", "'/' cannot be the path of a model: it has no name"),
        ("~no-such-person/model", "nobody of that name"),
    ],
)
def test_a_path_that_no_model_can_have_is_refused(path: str, words: str) -> None:
    with pytest.raises(OptionError, match=words):
        locate(path)


def test_a_home_in_the_home_of_nobody_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOREWORD_HOME", "~no-such-person")
    with pytest.raises(OptionError, match="'~no-such-person': nobody of that name has a home folder here"):
        home()


def test_a_name_is_the_same_however_its_accents_were_typed() -> None:
    assert locate("jose\u0301") == locate("jos\u00e9")


def test_the_models_in_a_folder_are_listed_by_name(contents: Contents) -> None:
    for name in ("b", "a", ".hidden"):
        write(home() / name, contents)
    (home() / "no-model").mkdir()
    assert models_in(home()) == ["a", "b"]


@posix
def test_the_home_is_made_for_its_owner_alone() -> None:
    assert stat.S_IMODE(home().stat().st_mode) == 0o700


@posix
def test_the_systems_data_folder_is_closed_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    monkeypatch.delenv("FOREWORD_HOME")
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: tmp_path / "data")
    assert home() == tmp_path / "data"
    assert stat.S_IMODE(home().stat().st_mode) == 0o700


def test_a_home_that_cannot_be_made_is_an_error_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("FOREWORD_HOME", str(tmp_path / "file" / "home"))
    with pytest.raises(OptionError, match=r"cannot be used: .*; set FOREWORD_HOME to one that can"):
        home()
