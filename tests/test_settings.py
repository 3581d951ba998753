"""One settings file serves all surfaces; an error in it is reported in one line."""

from pathlib import Path

import pytest

from foreword.errors import OptionError
from foreword.settings import Keys, Settings, read_settings, set_learning, settings_path


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FOREWORD_CONFIG", str(tmp_path))
    return tmp_path


def test_settings_missing_from_the_file_keep_their_defaults() -> None:
    settings_path().write_text('choices = 5\nleave_out = ["keepassxc"]\n[keys]\npause = "Super+p"\n')
    assert read_settings() == Settings(choices=5, leave_out=("keepassxc",), keys=Keys(pause="Super+p"))


def test_a_byte_order_mark_or_a_tilde_hides_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "conf").mkdir()
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    monkeypatch.setenv("FOREWORD_CONFIG", "~/conf")
    (folder / "conf" / "settings.toml").write_text("choices = 5", "utf-8-sig")
    assert read_settings().choices == 5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("choices = 0", "choices must be from 1 to 9"),
        ("choises = 3", "choises"),
        ("learn = 1", "learn must be true or false"),
        ('choices = "x"', "choices must be a whole number"),
        ("confidence = false", "confidence must be a number"),
        ("model = 3", "model must be a text in quotes"),
        ('leave_out = "x"', "leave_out must be a list"),
        ("keys = 1", "keys must be a section"),
        ('[keys]\naccept = "Hyper+Tab"', "modifiers are Control, Alt, Shift, Super"),
        (
            '[keys]\naccept = "Enter"',
            "keys: accept: 'Enter' is not a key; it can be one character, or tab, escape,",
        ),
        ('[keys]\nnext = "tab"', "next and accept are the same key; give each its own"),
        ("choices", "Expected"),
        ("\udcff", "is not UTF-8 text; mend the file"),
        ("a = " + "[" * 100_000, "settings.toml"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(text: str, said: str) -> None:
    settings_path().write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(OptionError) as told:
        read_settings()
    assert said in str(told.value)
    assert "\n" not in str(told.value)


def test_a_settings_file_that_cannot_be_read_gives_one_line_in_plain_words() -> None:
    settings_path().mkdir()
    why = r"settings.toml cannot be read: [A-Z][a-z ]+; mend that, or set FOREWORD_CONFIG to another folder$"
    with pytest.raises(OptionError, match=why):
        read_settings()


@pytest.mark.parametrize(
    "text",
    [
        *("", "choices = 5\n", "choices = 5", "\ufeffchoices = 5\n"),
        *(
            "learn = false\nchoices = 5\n",
            '[keys]\npause = "F9"\n',
            '"learn" = false\nchoices = 5\n',
            "'learn'=true",
        ),
    ],
)
def test_set_learning_keeps_the_other_settings(text: str) -> None:
    settings_path().write_text(text, "utf-8")
    before = read_settings()
    set_learning(learn=True)
    after = read_settings()
    assert after.learn
    assert (after.choices, after.keys) == (before.choices, before.keys)
    set_learning(learn=False)
    assert not read_settings().learn


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("choices", "Expected"),
        ('"l\\u0065arn" = false\n', "write this line before its first section: learn = true"),
        ('model = """\nlearn = false\n"""\n', "learn = true"),
        ('model = """\nlearn = false\n"""\nlearn = false\n', "learn = true"),
        ('model = """\n[a]\n"""\nlearn = false\n', "learn = true"),
    ],
)
def test_set_learning_does_not_change_settings_that_it_cannot_read(text: str, said: str) -> None:
    settings_path().write_text(text)
    with pytest.raises(OptionError, match=said) as told:
        set_learning(learn=True)
    assert "\n" not in str(told.value)
    assert settings_path().read_text() == text


def test_set_learning_keeps_all_settings_if_the_disk_is_full() -> None:
    """Without them, Foreword would learn in a program of `leave_out`, such as a keeper of passwords."""
    resource = pytest.importorskip("resource")  # Windows has none
    settings_path().write_text('leave_out = ["keepassxc"]\n')
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            set_learning(learn=True)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert read_settings().leave_out == ("keepassxc",)
