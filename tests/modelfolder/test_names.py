"""The places and the names of models."""

import stat
import sys
import unicodedata
from pathlib import Path

import platformdirs
import pytest

from foreword.errors import OptionError
from foreword.keyboard.memory import memory_path
from foreword.modelfolder import find, home, locate, names, read
from foreword.modelfolder.names import find_to_type, in_a_command, known_names, memory_beside, models_in
from foreword.modelfolder.writing import write
from foreword.settings import settings_path
from marked_models import contents_of

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")


def test_a_bare_name_lives_in_the_home_and_a_slash_makes_a_path() -> None:
    for name in ("me", "Ana-2", "übung", "мой", "ग़ज़ल", "v1.2_b", "7"):
        assert locate(name) == locate(unicodedata.normalize("NFD", name)) == home() / name
    for name in ("models/me", "./me", "/somewhere/me", "~/models/me"):
        assert locate(name) == Path(name).expanduser().absolute()


def test_a_model_is_found_after_an_interrupted_swap(tmp_path: Path) -> None:
    write(home() / ".me.old", contents_of(1))
    assert locate() == home() / "me"
    write(tmp_path / ".there.new", contents_of(1))
    (home() / "linked").symlink_to(tmp_path / "there")
    assert read(home() / "linked").path.resolve() == tmp_path / "there"


@pytest.mark.parametrize(
    "case",
    [
        # asked, $FOREWORD_MODEL, settings.toml, whether there is a `me`; the model, the memory
        ("asked", "variable", "setting", True, "asked", "asked.memory"),
        (None, "variable", "setting", True, "variable", "variable.memory"),
        (None, "", "setting", True, "setting", "setting.memory"),
        (None, None, None, True, "me", "me.memory"),
        (None, None, None, False, "base", "me.memory"),
        ("base", "variable", None, True, "base", "base.memory"),
    ],
)
def test_option_variable_setting_and_default_choose_the_model_in_this_order(
    case: tuple[str | None, str | None, str | None, bool, str, str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """Every command and surface asks these two functions."""
    asked, variable, setting, has_own, found, memory = case
    monkeypatch.setenv("FOREWORD_CONFIG", str(tmp_path))
    if variable is not None:
        monkeypatch.setenv("FOREWORD_MODEL", variable)
    if setting:
        settings_path().write_text(f'model = "{setting}"\n')
    if has_own:
        write(home() / "me", contents_of(1))
    assert (locate(asked), memory_path(asked)) == (home() / found, home() / memory)


def test_a_command_names_any_model_but_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FOREWORD_CONFIG", str(tmp_path))
    assert [names.named(home() / each, "-m") for each in ("me", "base", "work")] == ["", "", " -m work"]
    settings_path().write_text('model = "work"\n')
    assert [names.named(home() / each, "-m") for each in ("me", "work")] == [" -m me", ""]
    assert [names.named(home() / each, "-o") for each in ("me", "work")] == ["", " -o work"]


def test_an_error_of_a_bad_name_says_where_it_is_set(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("FOREWORD_CONFIG", str(tmp_path))
    settings_path().write_text('model = "a b"\n')
    with pytest.raises(OptionError, match=r"settings\.toml: 'a b' cannot be the name"):
        locate()
    monkeypatch.setenv("FOREWORD_MODEL", "a b")
    with pytest.raises(OptionError, match=r"^\$FOREWORD_MODEL: 'a b' cannot be the name"):
        locate()


def test_the_shipped_model_is_used_if_no_base_exists(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(names, "shipped_folder", lambda: tmp_path / "shipped")
    assert find() == find("base") == home() / "base"
    write(tmp_path / "shipped", contents_of(1))
    assert find() == find("base") == tmp_path / "shipped"
    assert locate("base") == home() / "base"  # a new base is written here
    memory_beside(locate("me")).touch()
    assert find_to_type("me") == tmp_path / "shipped"
    write(home() / "base", contents_of(1))
    assert find() == find_to_type("me") == home() / "base"
    write(home() / "me", contents_of(1))
    assert find() == find_to_type("me") == home() / "me"
    assert find("other") == find_to_type("other") == home() / "other"


TROUBLE = ("", " ", ".", "..", ".me", "-m", "a b", "a\n", "a:b", "a*", "a\0b", "a" * 65, "😀", "a\u202eb")
OF_FILES = ("me.", "me.run", "me.memory", "NUL", "con.txt", "/", "../", "~no-such-person/model")


@pytest.mark.parametrize("name", TROUBLE + OF_FILES)
def test_unsafe_names_and_paths_are_refused(name: str) -> None:
    with pytest.raises(OptionError, match=r"^[^:].*(take up to 64 letters.* or|has no name|nobody of that)"):
        locate(name)


def test_a_command_shows_the_name_of_a_model_or_its_path() -> None:
    assert in_a_command(home() / "ana") == "ana"
    assert in_a_command(home() / "me copy") == f"'{home() / 'me copy'}'"
    assert in_a_command(Path("/x/ana")) == "/x/ana"


def test_the_models_in_a_folder_are_listed_by_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("b", "a", ".hidden"):
        write(home() / name, contents_of(1))
    (home() / "no-model").mkdir()
    (home() / "c.run").mkdir()
    assert models_in(home()) == ["a", "b"]
    for shipped, base in ((tmp_path, ["base"]), (tmp_path / "nothing", [])):
        monkeypatch.setattr(names, "shipped_folder", lambda shipped=shipped: shipped)
        assert known_names() == ["a", "b", *base, "c"]


@posix
def test_only_the_owner_may_open_the_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert stat.S_IMODE(home().stat().st_mode) == 0o700
    home().chmod(0o750)  # chosen, and opened by the person
    assert stat.S_IMODE(home().stat().st_mode) == 0o750
    monkeypatch.delenv("FOREWORD_HOME")
    monkeypatch.setattr(platformdirs, "user_data_path", lambda *_, **__: tmp_path / "data")
    (tmp_path / "data").mkdir()
    for mode in (0o705, 0o750):
        (tmp_path / "data").chmod(mode)
        assert home() == tmp_path / "data"
        assert stat.S_IMODE(home().stat().st_mode) == 0o700


@posix
def test_a_path_in_a_deleted_folder_is_a_named_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    with pytest.raises(OptionError, match=r"'\./toy': the current folder was deleted; change to another one"):
        locate("./toy")


@pytest.mark.parametrize(
    ("variable", "chosen", "words"),
    [
        ("FOREWORD_HOME", "~nobody-here", "nobody of that name has"),
        ("FOREWORD_HOME", __file__, "cannot be used: it is a file; set FOREWORD_HOME"),
        ("FOREWORD_HOME", f"{__file__}/home", "cannot be used: Not a directory; set FOREWORD_HOME"),
        ("FOREWORD_CONFIG", "~nobody-here", "nobody of that name has"),
    ],
)
def test_a_home_or_a_settings_folder_that_cannot_be_made_is_a_named_error(
    monkeypatch: pytest.MonkeyPatch, variable: str, chosen: str, words: str
) -> None:
    monkeypatch.setenv(variable, chosen)
    with pytest.raises(OptionError, match=words):
        locate()


def test_a_user_without_a_home_folder_is_told_to_set_one(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("HOME", "FOREWORD_HOME", "XDG_DATA_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setattr("pwd.getpwuid", {}.__getitem__)
    with pytest.raises(OptionError, match="no home folder; set HOME"):
        home()
