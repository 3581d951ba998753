"""Whatever is wrong, a person reads one line that says what, where, and what to do.

A program reads exit code 1, or 2 where the command itself was wrong.
"""

import json
from pathlib import Path

import pytest

from messages import RECIPE_FILE, write_messages
from program import CommandLine


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with texts good and bad, where the commands are given."""
    folder = tmp_path / "here"
    folder.mkdir()
    write_messages(folder, lines=20)
    (folder / "empty.txt").write_bytes(b"")
    (folder / "program.bin").write_bytes(b"\x7fELF\x02\x01\x01" + bytes(500))
    (folder / "latin.txt").write_bytes("eins\nzwei\ndrei Straßen\n".encode("latin-1"))
    (folder / "tiny.toml").write_text(RECIPE_FILE, encoding="utf-8")
    (folder / "key.toml").write_text("[training]\nepoch = 3\n", encoding="utf-8")
    (folder / "size.toml").write_text("[model]\nhiden = 3\n[training]\nsteps = 3\n", encoding="utf-8")
    (folder / "endless.toml").write_text("[training]\nepochs = inf\n", encoding="utf-8")
    (folder / "huge.toml").write_text("[model]\nhidden = 3000000\n[training]\nsteps = 3\n", encoding="utf-8")
    (folder / "vast.toml").write_text(f"[model]\nhidden = {2**62}\n[training]\nsteps = 3\n", encoding="utf-8")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ("train nowhere.txt", "there is no file or folder nowhere.txt; check the name"),
        ("train empty.txt", "empty.txt is empty; name a source with text in it"),
        ("train program.bin", "program.bin is not text: it holds NUL or other control characters"),
        ("train latin.txt", "latin.txt is not in utf-8: byte 0xDF at offset 19, in line 3"),
        ("train latin.txt --encoding klingon", "there is no encoding named 'klingon'; give one such as"),
        ("train sample:bible", "there is no sample 'sample:bible'; there are sample:chitchat"),
        ("train", "name what to learn from: files, folders, - for standard input, or sample:chitchat"),
        ("train messages.txt --recipe nowhere.toml", "there is no recipe nowhere.toml"),
        ("train messages.txt --recipe key.toml", "key.toml: there is no key in [training] named 'epoch'"),
        ("train messages.txt --recipe size.toml", "hiden: lstm has no such size; it has"),
        (
            "train messages.txt --architecture transformer",
            "--architecture must be one of lstm, gru, rnn, unrolled, window, convolution, not transformer",
        ),
        ("train messages.txt --minutes 0", "--minutes 0: give a finite time above 0"),
        ("train messages.txt --minutes inf", "--minutes inf: give a finite time above 0"),
        ("train messages.txt --minutes 1 --steps 1", "minutes and steps both say how long to train"),
        ("train messages.txt --held-out 0.7", "text.held_out is 0.7, but must be from 0 to 0.5"),
        ("train messages.txt --seed=-1", "training.seed is -1, but must be at least 0"),
        ("train messages.txt --seed 99999999999999999999", "must be less than 2**63"),
        ("train messages.txt --recipe endless.toml", "training.epochs is inf, but must be a finite number"),
        ("train messages.txt --recipe huge.toml", "too large for this machine's memory of"),
        ("train messages.txt --recipe vast.toml", "too large for any machine's memory"),
        ("train messages.txt -o me.run", "'me.run' cannot be the name of a model"),
        ("train messages.txt -o ./latin.txt", "latin.txt is there, but is no model of Foreword's"),
        ("train messages.txt -o latin.txt/me", "latin.txt/me.run cannot be made: Not a directory"),
        ("train --resume", "there is no unfinished run in"),
        ("train --resume messages.txt", "--resume continues the planned run; leave out SOURCE"),
        ("train --resume --held-out 0", "--resume continues the planned run; leave out --held-out"),
        ("train --resume --seed 0", "leave out --seed"),
        ("evaluate -m nobody", "there is no model"),
        ("evaluate -m ./latin.txt", "latin.txt is a file, and a model is a folder"),
        ("evaluate -m .", "is a folder, but holds no model"),
        ("suggest abc", "train one with: foreword train SOURCE"),
    ],
)
def test_what_is_wrong_is_one_line(foreword: CommandLine, here: Path, arguments: str, words: str) -> None:
    given = [str(here) if argument == "." else argument for argument in arguments.split()]
    outcome = foreword(*given)
    assert outcome.code in (1, 2)
    assert outcome.out == ""
    assert outcome.err.startswith("foreword: ")
    assert words in outcome.err
    assert outcome.err.count("\n") == 1


def test_a_training_that_is_refused_leaves_nothing_behind(foreword: CommandLine, home: Path) -> None:
    for source in ("nowhere.txt", "empty.txt", "program.bin", "latin.txt"):
        assert foreword("train", source).code == 1
        assert list(home.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("suggest", "a", "-k", "0"), "limit must be at least 1, not 0"),
        (("generate", "a", "-t", "-1"), "temperature must be at least 0"),
        (("generate", "a", "-n", "-1"), "characters must be at least 0, not -1"),
        (("generate", "a", "--top-p", "0"), "top_p must be above 0 and at most 1, not 0.0"),
        (("generate", "a", "--min-p", "2"), "min_p must be at least 0 and at most 1, not 2.0"),
        (("generate", "a", "--top-k", "-1"), "top_k must be at least 0, not -1"),
        (("generate", "a", "--repetition-penalty", "nan"), "repetition_penalty must be at least 1"),
        (("generate", "a", "--stop", ""), "stop must be a list of texts, none of them empty"),
        (("explain", ""), "there is no text to measure; hand in at least one character"),
        (("evaluate",), "nothing was held out when toy was trained, so there is no figure to show"),
    ],
)
def test_a_value_that_makes_no_sense_is_named(
    foreword: CommandLine, toy: Path, arguments: tuple[str, ...], words: str
) -> None:
    outcome = foreword(*arguments, "-m", toy)
    assert outcome.code in (1, 2)
    assert outcome.out == ""
    assert outcome.err.startswith(f"foreword: {words}")
    assert outcome.err.count("\n") == 1


@pytest.mark.parametrize(
    ("file", "content", "words"),
    [
        ("config.json", None, "lacks config.json; get the model again, or train it anew"),
        ("tokenizer.json", None, "lacks tokenizer.json"),
        ("model.safetensors", b"", "model.safetensors"),
        ("onnx/model.onnx", b"no graph", "is damaged"),
        ("config.json", b"{}", "does not describe a model of Foreword's"),
        ("training.json", b"[1", "training.json"),
    ],
)
def test_a_broken_model_folder_is_named(
    foreword: CommandLine, toy: Path, file: str, content: bytes | None, words: str
) -> None:
    broken = toy / file
    broken.unlink() if content is None else broken.write_bytes(content)
    for command in (["evaluate"], ["inspect"], ["generate", "a"], ["suggest", "a"], ["explain", "a"]):
        outcome = foreword(*command, "-m", toy)
        assert outcome.code == 1
        assert outcome.err.startswith("foreword: ")
        assert words in outcome.err
        assert outcome.err.count("\n") == 1


def test_a_newer_model_says_to_upgrade(foreword: CommandLine, toy: Path) -> None:
    config = toy / "config.json"
    config.write_text(json.dumps({**json.loads(config.read_text("utf-8")), "format_version": 99}), "utf-8")
    outcome = foreword("inspect", "-m", toy)
    assert outcome.code == 1
    assert "pip install --upgrade foreword" in outcome.err


def test_a_damaged_run_says_which_folder_to_delete(foreword: CommandLine, home: Path) -> None:
    (home / "me.run").mkdir(parents=True)
    (home / "me.run" / "plan.json").write_text('{"format_version": 2}', encoding="utf-8")
    outcome = foreword("train", "--resume")
    assert outcome.code == 1
    assert f"the plan in {home / 'me.run'} cannot be used" in outcome.err
    assert "delete the folder and start anew" in outcome.err
