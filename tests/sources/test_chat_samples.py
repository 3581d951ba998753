"""Samples of chat exports that lie beside a developer's checkout."""

from pathlib import Path

import pytest

from foreword.sources.detect import read_source
from foreword.sources.report import Report
from readings import said


@pytest.mark.parametrize(
    ("name", "kind", "messages"),
    [
        ("discord.json", "Discord", [("Alice", "Hello Discord!"), ("bob", "Hi Alice!")]),
        (
            "instagram.json",
            "Instagram or Messenger",
            [
                ("user_one", "Hey! How are you?"),
                ("user_two", "I'm good, thanks!"),
                ("user_one", "Great to hear!"),
                ("user_one", "What are you up to?"),
                ("user_two", "Check this shared link: https://instagram.com/p/xyz"),
            ],
        ),
        (
            "telegram_complex.json",
            "Telegram",
            [
                ("Developer", "Check out this link: https://example.com - it's great!"),
                ("Developer", "Important: this is formatted text"),
                ("Developer", "Edited message"),
            ],
        ),
    ],
)
def test_samples_are_known_and_read(
    shared_data: Path, name: str, kind: str, messages: list[tuple[str, str]]
) -> None:
    sample = shared_data / "chat-exports" / name
    if not sample.is_file():
        pytest.skip(f"{sample} is not there")
    report = Report()
    assert said(list(read_source(str(sample), everybody=True, report=report))) == messages
    assert report.formats == {kind: 1}
    assert report.unreadable == 0
