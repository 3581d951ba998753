"""`train --from`, `--more` and `--replay`, as a person types them and reads what they say."""

import json
from pathlib import Path

import pytest

import toys
from foreword.text.tokenizer import characters_tokenizer
from messages import RECIPE_FILE, messages
from program import CommandLine


@pytest.fixture
def begun(foreword: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> CommandLine:
    """The command line in a folder with two texts and a recipe, and the model `me` that has read the old one."""
    monkeypatch.chdir(tmp_path)
    Path("tiny.toml").write_text(RECIPE_FILE, encoding="utf-8")
    Path("old.txt").write_text(messages(60), encoding="utf-8")
    Path("new.txt").write_text("Grüße! Alles ist anders hier, ganz und gar. ☀\n" * 60, encoding="utf-8")
    assert foreword("train", "old.txt", "--recipe", "tiny.toml", "--steps", "20").code == 0
    return foreword


@pytest.fixture
def toy_me(tmp_path: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The model `me`, which has the matrices of a network and no more, and a text in this folder."""
    home.mkdir()
    tokenizer = characters_tokenizer(dict.fromkeys("abc ", 9))
    toys.model(home / "me", tokenizer, toys.recurrent_graph(toys.preferring(tokenizer, b"abc ")))
    monkeypatch.chdir(tmp_path)
    Path("new.txt").write_text(messages(20), encoding="utf-8")


def record(home: Path, model: str) -> dict[str, object]:
    found: dict[str, object] = json.loads((home / model / "training.json").read_text("utf-8"))
    return found


def test_a_model_is_trained_from_another_and_what_has_changed_is_read(begun: CommandLine, home: Path) -> None:
    short = ("--recipe", "tiny.toml", "--steps", "40", "--json")
    outcome = begun("train", "new.txt", "--from", "me", "-o", "german", "--replay", "old.txt", *short)
    assert outcome.code == 0, outcome.err
    figures = json.loads(outcome.out)
    lines = outcome.err.splitlines()
    assert "of old text beside them" in lines[0]
    assert "are new to the model; it learns to spell them in bytes" in lines[1]
    assert "characters are little to learn from" in lines[2]
    assert lines[3] == "goes on from me"
    assert any(line.startswith("as it is: ") for line in lines)
    for text, name in (("new", "test"), ("old", "old")):
        now, before = figures[name]["bits_per_character"], figures[name]["start"]["bits_per_character"]
        assert f"On held-out {text} text: {now:.3f} bits per character, {before:.3f} before" in lines
    assert record(home, "german")["from"]["name"] == "me"  # type: ignore[index]
    assert "went on from" in begun("inspect", "-m", "german").out
    assert "was among the training text" in begun("evaluate", "old.txt", "-m", "german").err


def test_more_goes_on_with_its_own_text_from_anywhere(
    begun: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipe = Path("tiny.toml").absolute()
    monkeypatch.chdir("/")
    outcome = begun("train", "--more", "--recipe", recipe, "--steps", "20")
    assert outcome.code == 0, outcome.err
    assert "is replaced only if held-out text is read no worse then" in outcome.err
    assert outcome.err.splitlines()[-1].startswith(
        (f"Replaced {home / 'me'} (", f"Kept {home / 'me'} as it was")
    )


def test_more_goes_on_with_what_the_memory_took_in_since(begun: CommandLine, home: Path) -> None:
    short = ("--recipe", "tiny.toml", "--steps", "40")
    assert (
        "Note: me.memory has taken in nothing since me was trained; it goes on"
        in begun("train", "--more", *short).err
    )
    hint = begun("learn", "new.txt").err.splitlines()[-1]
    assert hint == "me has not learned 2,760 characters of them yet: foreword train --more"
    outcome = begun("train", "--more", *short)
    assert outcome.code == 0, outcome.err
    assert "Note: me learns 60 messages (2,760 characters) that me.memory has taken in since" in outcome.err
    assert "On held-out new text: " in outcome.err
    assert outcome.err.splitlines()[-1].startswith(f"Replaced {home / 'me'} (")
    again = begun("train", "--more", *short)
    assert (again.code, again.out) == (1, "")
    assert again.err == (
        "foreword: me.memory has taken in nothing since me was trained; write on, or teach it more with: foreword "
        "learn SOURCE\n"
    )
    assert begun("rollback").code == 0
    assert "Note: me learns 60 messages (" in begun("train", "--more", *short).err


def test_where_nothing_helped_the_model_is_kept_and_its_figures_are_printed(
    begun: CommandLine, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = iter([2.0, 2.1, 2.2])
    monkeypatch.setattr("foreword.training.loop.validate", lambda *_, **__: next(looks))
    outcome = begun("train", "--more", "--recipe", "tiny.toml", "--steps", "40", "--json")
    assert outcome.code == 0
    assert "Careful: none of this training helped: on held-out text me was best as it was" in outcome.err
    assert outcome.err.endswith(f"Kept {home / 'me'} as it was\n")
    printed = json.loads(outcome.out)
    assert printed == {"model": str(home / "me"), **record(home, "me")["held_out"]}  # type: ignore[dict-item]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("new.txt --from nobody", "there is no model"),
        ("new.txt --from base", "there is no model"),
        ("new.txt --from ./new.txt", "new.txt is a file, and a model is a folder"),
        (
            "new.txt --from me --units words",
            "units words: me is a finished network, and its weights fit units",
        ),
        ("new.txt --from me --architecture gru", "architecture gru: me is a finished network"),
        (
            "new.txt --from me --size large",
            "--size large: me is a finished network and stays as large as it is",
        ),
        ("new.txt --replay old.txt", "say which model: --from MODEL, or --more"),
        ("new.txt --from me", "me: the weight 'cells.bias_hh_l0' is missing from the stored weights"),
        ("--from me", "say what to learn from"),
        ("--more --from me", "--more goes on with the model that it writes to; leave out --from, or --more"),
        ("--more -o nobody", "there is no model"),
        ("--more --held-out 0.3", "--held-out 0.3 is given, but me was trained with 0.1"),
        ("--resume --more", "--resume goes on as the run was planned; leave out --more"),
        ("--resume --from me", "leave out --from"),
        ("--resume --replay old.txt", "leave out --replay"),
    ],
)
@pytest.mark.usefixtures("toy_me")
def test_what_cannot_be_is_one_line_that_says_why(
    foreword: CommandLine, home: Path, arguments: str, words: str
) -> None:
    outcome = foreword("train", *arguments.split())
    assert (outcome.code in (1, 2), outcome.out) == (True, "")
    assert words in outcome.err
    assert outcome.err.count("\n") == 1
    assert not list(home.glob("*.run"))
