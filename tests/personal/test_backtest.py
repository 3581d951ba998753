"""The back-test: a new model types messages that nothing has learned, and a report shows the result to its owner."""

import re
import shutil
from pathlib import Path
from unittest.mock import Mock

import pytest

from foreword.assess.keystrokes import replay
from foreword.modelfolder import run_folder
from foreword.personal.backtest import backtest as real
from foreword.personal.events import Backtested, Compared, Finished, Prepared, Remembered, Reported
from foreword.personal.train import resume, train
from trainings import OLD, Finish, asked, learned, of, remembered, stopped, warnings, written

CHAT = "".join(
    f"{month:02}/{13 + at}/{year}, 10:00 - Ana: number {year}{month}{at} is about the cat\n"
    for year in (2023, 2024)
    for month in range(1, 13)
    for at in range(8)
)


@pytest.fixture(autouse=True)
def tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("foreword.personal.train.backtest", real)


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Finish:
    """The place of a report to share, and the events of its run after it is resumed."""
    folder = tmp_path_factory.mktemp("unfinished")
    (folder / "chat.txt").write_text(f"{CHAT}01/01/2025, 10:00 - Bo: yes\n", encoding="utf-8")
    html = folder / "report.html"
    request = asked(folder / "chat.txt", folder / "me", steps=2, html=html, share=True, me="Ana")
    stopped(train(request, lambda: True))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("foreword.personal.train.backtest", real)
        return html, list(resume(folder / "me"))


def shown(page: Path) -> str:
    return re.sub("<[^>]*>", "", page.read_text("utf-8"))


def test_held_out_messages_are_typed_and_then_learned(told: Finish) -> None:
    """A report to share contains no words of the person."""
    page, events = told
    (tried,) = of(Backtested, events)
    assert 0 < tried.figures["keystroke_savings"] < tried.figures["theoretical_limit"]
    assert {"ghost", "ngram"} <= tried.figures.keys()
    assert "base" not in tried.figures
    assert [type(event) for event in events[-4:]] == [Backtested, Reported, Remembered, Finished]
    assert len(remembered(page.with_name("me"))) == 192
    assert page.stat().st_mode & 0o077 == 0
    assert "What Foreword would have saved" in shown(page)
    assert "is about the" not in shown(page)
    (note,) = of(Prepared, events)[0].notes
    assert note not in shown(page)


def test_a_private_report_shows_messages_and_names_the_base(
    finished: Finish, me: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("foreword.modelfolder.names.shipped_folder", lambda: finished[0])
    learned(me, [f"number {at} is about the cat" for at in range(120)])
    page = tmp_path / "report.html"
    page.write_text("old", "utf-8")
    page.chmod(0o644)
    other = tmp_path / "other.html"
    stopped(train(asked(None, me, more=True, steps=2, html=other, share=True), lambda: True))
    typed = Mock(side_effect=replay)
    monkeypatch.setattr("foreword.personal.backtest.replay", typed)
    events = list(resume(me, html=page))  # in place of the report that was asked for
    keyboard, messages = typed.call_args_list[0].args
    known = {each.text for each in keyboard.memory.messages()}
    assert not known & {*messages}
    assert known & {*OLD}
    figures = of(Backtested, events)[0].figures
    assert figures["base_with_memory"]["keystroke_savings"] > figures["base"]["keystroke_savings"]
    assert (page.stat().st_mode & 0o077, other.exists()) == (0, False)
    assert f"initial weights{of(Compared, events)[0].before:.3f}" in shown(page)
    assert "is about the" in shown(page)
    assert "base model, and the same memory" in shown(page)


@pytest.mark.parametrize(("held_out", "words"), [(0.1, ".*No such file"), (0.0, "too little is held out")])
def test_the_model_is_written_even_if_the_report_fails(tmp_path: Path, held_out: float, words: str) -> None:
    source = written(tmp_path, "text.txt", [f"number {at} is about the cat" for at in range(60)])
    written(tmp_path / "gone", "report.html", [])
    html = tmp_path / "gone" / "report.html"
    request = asked(source, tmp_path / "me", steps=2, html=html, tables={"text": {"held_out": held_out}})
    shutil.rmtree(tmp_path / "gone")
    events = list(train(request))
    assert re.search(f"there is no report: {words}", warnings(events))
    assert not of(Reported, events)
    assert (tmp_path / "me").exists()
    assert not run_folder(tmp_path / "me").exists()
