"""What is kept is found by the next editor, and by no other while its own is running."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from foreword.keyboard.learn import Lessons
from foreword.terminal.files import DRAFTS, Files, left_behind

ANOTHER = """\
import sys, time
from pathlib import Path
from foreword.terminal.files import Files
files = Files(Path(sys.argv[1]), None)
files.keep("of another", durable=True)
print("kept", flush=True)
time.sleep(600)
"""


def keep(home: Path, text: str, path: Path | None = None) -> None:
    files = Files(home, path)
    files.keep(text)
    files.leave()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other modes")
def test_it_is_for_its_owner_alone_and_gone_once_it_is_dropped(tmp_path: Path) -> None:
    files, folder = Files(tmp_path, None), tmp_path / DRAFTS
    for text in ("private", "more"):
        files.keep(text)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        assert [stat.S_IMODE(file.stat().st_mode) for file in folder.iterdir()] == [0o600, 0o600]
        files.drop()
        assert list(folder.iterdir()) == []


@pytest.mark.slow
def test_a_running_editor_keeps_its_own_and_a_killed_one_leaves_it(tmp_path: Path) -> None:
    running = subprocess.Popen([sys.executable, "-c", ANOTHER, str(tmp_path)], stdout=subprocess.PIPE)
    assert running.stdout is not None
    assert running.stdout.readline() == b"kept\n"
    assert left_behind(tmp_path / DRAFTS) == []
    running.kill()
    running.communicate()
    assert [each.text for each in left_behind(tmp_path / DRAFTS)] == ["of another"]


@pytest.mark.parametrize(
    "change", [{"version": 2}, {"format": "x"}, {"time": 3}, {"text": None}, {"path": 3}]
)
def test_what_is_not_ours_is_left_alone(tmp_path: Path, change: dict[str, object]) -> None:
    keep(tmp_path, "text")
    (place,) = (tmp_path / DRAFTS).glob("*.json")
    for text in (json.dumps({**json.loads(place.read_text()), **change}), "{"):
        place.write_text(text)
        assert left_behind(tmp_path / DRAFTS) == []
    assert place.exists()


@pytest.mark.parametrize(
    ("texts", "learned"),
    [
        (["a word\n\na word\n  bye  \n", "a word\nbye\na word\n"], [["a word", "bye"], []]),
        (['He said: "Go."  I went… 行。走！ Really?'], [['He said: "Go."  I went… 行。走！ Really?']]),
        (
            ["I came. I saw.", "I came. I saw. I won. Then home.", "I came. Nobody saw. I won. Then home."],
            [["I came. I saw."], ["I won. Then home."], ["Nobody saw."]],
        ),
        (["我来了。我走了。", "我来了。他来了。我走了。"], [["我来了。我走了。"], ["他来了。"]]),
        (["theirs\nmine\nand more"], [["mine"]]),
    ],
    ids=["each line once", "a line as it is", "new sentences", "without spaces", "not what was there"],
)
def test_each_sentence_is_learned_once(texts: list[str], learned: list[list[str]]) -> None:
    lessons = Lessons("theirs\nand more")
    assert [lessons.new_in(text) for text in texts] == learned
