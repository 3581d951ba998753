"""What is kept is found by the next editor, and by no other while its own is running."""

import json
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from foreword.terminal.files import Keeper, Lessons, left_behind

ANOTHER = """\
import sys, time
from pathlib import Path
from foreword.terminal.files import Keeper
keeper = Keeper(Path(sys.argv[1]))
keeper.keep("of another", None, durable=True)
print("kept", flush=True)
time.sleep(600)
"""


def test_what_is_left_is_found_with_its_path_newest_first(tmp_path: Path) -> None:
    for text, path in (("old 🙂\n", None), ("new", tmp_path / "a.txt")):
        keeper = Keeper(tmp_path / "unsaved")
        keeper.keep(text, path, durable=True)
        keeper.leave()
    found = left_behind(tmp_path / "unsaved")
    assert [(each.text, each.path) for each in found] == [("new", tmp_path / "a.txt"), ("old 🙂\n", None)]
    for each in found:
        each.discard()
    assert list((tmp_path / "unsaved").iterdir()) == []


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other modes")
def test_it_is_for_its_owner_alone(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path / "unsaved")
    for _ in range(2):
        keeper.keep("private", None, durable=False)
    assert stat.S_IMODE((tmp_path / "unsaved").stat().st_mode) == 0o700
    assert {stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "unsaved").iterdir()} == {0o600}
    keeper.drop()


def test_what_was_dropped_is_gone_and_may_be_kept_again(tmp_path: Path) -> None:
    keeper = Keeper(tmp_path)
    keeper.keep("text", None, durable=False)
    keeper.drop()
    assert list(tmp_path.iterdir()) == []
    keeper.keep("more", None, durable=False)
    keeper.leave()
    assert [each.text for each in left_behind(tmp_path)] == ["more"]


def test_a_running_editor_keeps_its_own_and_a_killed_one_leaves_it(tmp_path: Path) -> None:
    running = subprocess.Popen([sys.executable, "-c", ANOTHER, str(tmp_path)], stdout=subprocess.PIPE)
    assert running.stdout is not None
    assert running.stdout.readline() == b"kept\n"
    assert left_behind(tmp_path) == []
    running.kill()
    running.communicate()
    assert [each.text for each in left_behind(tmp_path)] == ["of another"]


@pytest.mark.parametrize("change", [{"version": 2}, {"format": "x"}, {"time": 3}, {"text": None}])
def test_what_is_not_ours_is_left_alone(tmp_path: Path, change: dict[str, object]) -> None:
    keeper = Keeper(tmp_path)
    keeper.keep("text", None, durable=False)
    keeper.leave()
    (place,) = tmp_path.glob("*.json")
    place.write_text(json.dumps({**json.loads(place.read_text()), **change}))
    assert left_behind(tmp_path) == []
    place.write_text("{")
    assert left_behind(tmp_path) == []
    assert place.exists()


def test_lines_that_were_there_are_not_learned() -> None:
    lessons = Lessons("somebody's words\nand more")
    assert lessons.new_in("somebody's words\nmine\nand more") == ["mine"]


def test_each_line_is_learned_once() -> None:
    lessons = Lessons()
    assert lessons.new_in("see you tomorrow\n\nsee you tomorrow\n  bye  \n") == ["see you tomorrow", "bye"]
    assert lessons.new_in("see you tomorrow\nbye\nsee you tomorrow\n") == []


def test_a_line_is_learned_as_it_is() -> None:
    line = 'He said: "Go."  I went… 行。走！ Really?'
    assert Lessons().new_in(line) == [line]


def test_of_a_line_that_grows_only_the_new_sentences_are_learned() -> None:
    lessons = Lessons()
    assert lessons.new_in("I came. I saw.") == ["I came. I saw."]
    assert lessons.new_in("I came. I saw. I won. Then home.") == ["I won. Then home."]
    assert lessons.new_in("I came. Nobody saw. I won. Then home.") == ["Nobody saw."]
    assert lessons.new_in("我来了。我走了。") == ["我来了。我走了。"]
    assert lessons.new_in("我来了。他来了。我走了。") == ["他来了。"]
