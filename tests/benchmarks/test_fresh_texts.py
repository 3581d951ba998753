"""What is asked of a text that nobody has tuned to: how it is cut, and how the others are scored."""

import json
import subprocess
import sys
from pathlib import Path

from benchmarks import fresh_texts
from messages import write_messages


def test_what_is_scored_follows_what_trains() -> None:
    text = "".join(chr(97 + at % 26) for at in range(400_000))
    train, test = fresh_texts.cut(text, 300_000)
    assert (train, test) == (text[:300_000], text[300_000:330_000])
    assert len(fresh_texts.cut(text, 30_000)[1]) == 20_000


def test_ppmd_knows_what_it_has_read_and_learns_more_while_it_goes_on() -> None:
    train, unlike = "the cat sat on the mat\n" * 60, "seven dogs ran after a fox, and none came home\n" * 40
    known, order = fresh_texts.ppmd(train, "the cat sat on the mat\n" * 20)
    assert known < 0.2
    going_on, _ = fresh_texts.ppmd(train, unlike)
    assert fresh_texts.ppmd_fixed(train, unlike, order) > 2 * going_on


def test_the_untuned_lstm_trains_for_its_time_and_scores_the_test_text(tmp_path: Path) -> None:
    train, test = write_messages(tmp_path, lines=400), tmp_path / "test.txt"
    test.write_text(train.read_text("utf-8")[:2000] + "§", encoding="utf-8")
    command = [sys.executable, str(fresh_texts.UNTUNED), str(train), str(test), "0.03"]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert 0 < found["bits_per_character"] < 6  # a uniform guess has 5.3
