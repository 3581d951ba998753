"""What a person sees during a training: on stderr, as plain lines if there is no terminal."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from foreword.cli import progress
from foreword.cli.progress import duration, show
from foreword.personal import events
from foreword.personal.events import Event, Finished, Measured, Planned, Prepared, Stopped, Validated

PREPARED = Prepared(
    training_characters=9_000, held_out_characters=1_000, vocabulary=300, unit="words", notes=("twice",)
)
PLANNED = Planned(
    architecture="gru", parameters=12_345, steps=200, seconds=None, first_step=0, reasons=("network: gru [16]",)
)  # fmt: skip
VALIDATED = Validated(step=20, epoch=0.5, bits_per_character=2.5, training_bits_per_character=2.25, best=True)
PROGRESSED = events.Progressed(
    step=20, progress=0.1, epoch=0.5, bits_per_character=2.125, learning_rate=0.01, tokens_per_second=1234.5,
    seconds_left=90.4,
)  # fmt: skip
FINISHED = Finished(
    folder=Path("/models/me"), figures={}, replaced=False, characters_per_second=34_567.8, peak_megabytes=1_234.5
)  # fmt: skip


def shown(capsys: pytest.CaptureFixture[str], *told: Event, model: str = "me") -> str:
    show(iter(told), model=model)
    printed = capsys.readouterr()
    assert printed.out == ""
    return printed.err


MEASURED = Measured(characters=500, held_out=1_000, bits_per_character=2.5, ngram=2.75)
COMPARED = events.Compared(text="old", characters=9, before=2.5, after=2.25)
REMEMBERED = events.Remembered(messages=1, known=1_200, held_out=True)
TRIED = {
    "keystroke_savings": 0.465, "keystroke_savings_interval": [0.433, 0.498], "theoretical_limit": 0.713, "messages": 6,
    "ngram": {"keystroke_savings": 0.426}, "base": {"keystroke_savings": 0.366},
    "base_with_memory": {"keystroke_savings": 0.461},
    "ghost": {"keystroke_savings": 0.31, "lists_with_words": 0.4},
}  # fmt: skip


SAVED = (
    "Keystroke savings on 6 held-out messages: 46.5 % (43.3 to 49.8 with 95 % confidence). "
    "N-gram: 42.6 %. Base model: 36.6 %, with a memory of the training text 46.1 %. Upper bound: 71.3 %."
)
WROTE = (
    "Wrote /models/me (trained on 34,568 characters per second, 1,234 MB of memory at most). "
    "Type with it: foreword write -m /models/me"
)
TESTED = (
    "On 500 of the 1,000 characters held out to test: 2.500 bits per character (fewer is better). "
    "N-gram of the same text: 2.750."
)


def test_each_event_is_printed_in_plain_lines(capsys: pytest.CaptureFixture[str]) -> None:
    first = (events.Noted(message="training both"), REMEMBERED, PREPARED, PLANNED, VALIDATED)
    then = (events.Warned(message="mind [this]"), events.Noted(message="nothing was gained"), MEASURED)
    last = (COMPARED, events.Backtested(figures=TRIED), events.Reported(path=Path("a.html")), FINISHED)
    assert shown(capsys, *first, *then, *last).splitlines() == [
        "Training both.",
        "The memory has learned 1 held-out message and knew 1,200 before",
        "Training text: 9,000 characters, 1,000 held out to measure with. Vocabulary: 44 words and 256 bytes.",
        "Note: twice",
        "Network: gru [16].",
        "12,345 weights, 200 steps",
        "Step 20, epoch 0.5: 2.500 bits per character on held-out text (best so far), 2.250 on the training text",
        "Warning: mind [this]",
        "Nothing was gained.",
        TESTED,
        "On held-out old text: 2.250 bits per character. Initial weights: 2.500.",
        SAVED,
        "Inline suggestion alone: 31.0 %, shown at 40 % of the keys.",
        "The report is in a.html, readable by you alone",
        WROTE,
    ]


SAID = events.Sampled(step=3, prompt="I think\n", text=" [bold]so[/]\n\tdo \\[I \x1b[2J:smile:")
OTHERWISE: dict[str, Event] = {
    "9,000 characters, 500 of old text, none": replace(PREPARED, old_characters=500, held_out_characters=0),
    "at most 9 min 05 s in all, continuing from step 30\n": replace(PLANNED, seconds=545.0, first_step=30),
    "12,345 weights, about 200 steps in at most 9 min 05 s\n": replace(PLANNED, seconds=545.0),
    "Before training: 2.500 bits per character on": replace(VALIDATED, training_bits_per_character=None),
    'Sample after "I think": [bold]so[/] do \\[I \\x1b[2J:smile:\n': SAID,
    "Kept /models/me as it was\n": replace(FINISHED, kept=True),
    "Replaced /models/me (trained on 34,568 characters per second). Type with it: ": replace(
        FINISHED, peak_megabytes=None, replaced=True
    ),
}


@pytest.mark.parametrize("words", OTHERWISE)
def test_an_event_prints_the_parts_that_apply(capsys: pytest.CaptureFixture[str], words: str) -> None:
    assert words in shown(capsys, OTHERWISE[words])


def test_lines_come_at_intervals(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown(capsys, PREPARED, PLANNED, PROGRESSED).count("words/s") == 0
    monkeypatch.setattr(progress, "PLAIN_EVERY", 0.0)
    told = shown(capsys, PREPARED, PLANNED, PROGRESSED)
    assert "Step 20, 10%: 2.125 bits/char, 1,234 words/s, 1 min 30 s left\n" in told
    monkeypatch.setenv("FORCE_COLOR", "1")  # a terminal
    monkeypatch.setenv("TERM", "dumb")
    assert shown(capsys, PREPARED, PLANNED, PROGRESSED) == told


@pytest.mark.parametrize(
    ("model", "option"), [("me", ""), ("work", " -o work"), ("./my models/a", " -o './my models/a'")]
)
def test_a_stopped_run_says_how_to_go_on(capsys: pytest.CaptureFixture[str], model: str, option: str) -> None:
    told = shown(capsys, Stopped(step=5, progress=0.025, folder=Path("/models/me.run")), model=model)
    kept = "Stopped after step 5, at 2%; the run is kept in /models/me.run."
    assert told == f"{kept} Continue with: foreword train --resume{option}\n"


def test_show_returns_the_last_event_only_if_the_training_finished() -> None:
    assert show(iter([PREPARED, FINISHED]), model="me") is FINISHED
    assert show(iter([PREPARED, Stopped(step=1, progress=0.5, folder=Path("x"))]), model="me") is None


def test_a_duration_is_printed_in_seconds_minutes_or_hours() -> None:
    said = {-3.0: "0 s", 59.4: "59 s", 59.6: "1 min 00 s", 3_599.0: "59 min 59 s", 3_600.0: "1 h 00 min"}
    assert {seconds: duration(seconds) for seconds in said} == said
