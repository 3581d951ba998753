"""Instagram's `messages.json` of old."""

import json
from datetime import UTC, datetime

from foreword.text.readers.instagram_before_2020 import fits, read
from readings import opened, reading, said


def message(minute: int, **keys: object) -> dict[str, object]:
    return {"sender": "ana", "created_at": f"2019-05-01T10:{minute:02}:00.123456+00:00", **keys}


def test_conversations_are_read_one_after_the_other_from_old_to_new() -> None:
    content = json.dumps(
        [
            {
                "participants": ["ana", "bo"],
                "conversation": [
                    message(9, text="naïve 👍", likes=[{"username": "bo", "date": ""}]),
                    message(8, heart="❤️"),
                    message(7, sender="bo", text="seen?", story_share="Shared ana's story"),
                    message(6, text=None, media="https://example.org/a.jpg"),
                    message(5, video_call_action="ana started a video call"),
                ],
            },
            {
                "participants": ["ana", "cy"],
                "conversation": [message(4, text="first"), 7, {}, message(3, text=5)],
            },
        ],
        ensure_ascii=False,
    )
    assert fits(opened(content))
    documents, report = reading(read, content)
    assert said(documents) == [("ana", "first"), ("bo", "seen?"), ("ana", "naïve 👍")]
    assert documents[0].time == datetime(2019, 5, 1, 10, 4, 0, 123456, tzinfo=UTC)
    assert report.left_out == {"reaction": 1, "media message": 1, "call": 1}
    assert report.unreadable == 3
    assert report.first_unreadable[0].where == "chat 2, message 2"


def test_others_are_not_known() -> None:
    assert not fits(opened('[{"participants": ["a"], "messages": []}]'))
    assert not fits(opened('{"participants": [], "conversation": []}'))
