"""The API gives the same answers as Python: the same keyboard, the same figures."""

import base64
import json
import math
import re
import shutil
from pathlib import Path
from unittest.mock import Mock

import numpy as np
import pytest
from starlette.testclient import TestClient

from foreword.assess.bits import surprises
from foreword.assess.cells import walk
from foreword.errors import MemoryFull
from foreword.keyboard.memory_file import MemoryFile
from foreword.keyboard.suggest import Keyboard
from foreword.runtime.generate import next_tokens
from foreword.runtime.model import Model
from foreword.settings import Keys, Settings
from foreword.web.serving import Serving
from web.conftest import client_of

LEARNED = "the quick brown fox jumps over the lazy dog\nthe quick brown cat sleeps"


def test_the_users_settings_apply_unless_a_request_overrides_them(keyboard: Keyboard) -> None:
    keyboard.memory.learn(LEARNED)
    with client_of(Serving(keyboard, Settings(choices=1, letters=3))) as client:

        def found(**asked: object) -> int:
            return len(client.post("/v1/suggest", json={"confidence": 1, **asked}).json()["suggestions"])

        assert [found(text="the qu"), found(text="the qui")] == [0, 1]
        assert found(text="the ", letters=0, limit=3) > 1


def test_only_shown_suggestions_are_reported(
    client: TestClient, keyboard: Keyboard, monkeypatch: pytest.MonkeyPatch
) -> None:
    reported: list[str] = []
    monkeypatch.setattr(Keyboard, "report", lambda _self, text, _shown: reported.append(text))
    client.post("/v1/suggest", json={"text": "looked at"})
    assert reported == []
    client.post("/v1/suggest", json={"text": "seen", "shown": True})
    assert reported == ["seen"]


def test_a_learned_word_is_shown_and_forgotten(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.post("/v1/learn", json={"text": LEARNED}).json() == {"messages": 2}
    listed = client.get("/v1/memory", params={"part": "QUI"}).json()
    assert listed["messages"] == 2
    assert [(each["word"], each["times"]) for each in listed["words"]] == [("quick", 2)]
    why = client.post("/v1/explain", json={"text": "the ", "word": "quick"}).json()["why"]
    assert why["times"] == 2
    assert why["memory"] > why["network"]
    assert client.get("/v1/memory/export").text.count("quick") == 2
    unknown = client.post("/v1/explain", json={"text": "", "word": "xylophone"}).json()
    assert (unknown["pieces"], unknown["why"]["times"], unknown["why"]["last"]) == ([], 0, None)
    assert client.post("/v1/forget", json={"word": "Quick"}).json() == {"times": 2, "messages": 2}
    assert client.get("/v1/memory", params={"part": "quick"}).json()["words"] == []
    assert "quick" not in client.get("/v1/memory/export").text
    assert client.post("/v1/forget", json={"word": "two words"}).status_code == 404
    assert "word must not be empty" in client.post("/v1/forget", json={"word": ""}).text
    with monkeypatch.context() as full:
        full.setattr(MemoryFile, "wipe", Mock(side_effect=MemoryFull("no room")))
        answer = client.post("/v1/forget", json={"word": "fox"})
    assert (answer.status_code, "traces of the deleted text may stay" in answer.text) == (503, True)
    assert client.post("/v1/forget", json={"word": "fox"}).json() == {"times": 0, "messages": 0}


NO_JSON = b'{"text": "secret', b'{"text": "\\ud800 secret"}', b'{"text": "secret \xff"}', b"[" * 100_000


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "`text` is missing"),
        ({"text": "secret", "limit": "x"}, "limit must be a whole number"),
        ({"text": "secret", "limit": 10}, "limit must be a whole number of at most 9"),
        ({"text": "secret", "limit": 0}, "limit must be a whole number of at least 1"),
        ({"text": "secret", "nope": 1}, "there is no field `nope`"),
        ({"text": "secret" * 40_000}, "text must have at most 200,000 characters"),
        ({"text": ["secret"]}, "text must be a text in quotes"),
        (["secret"], "the request is not a JSON object"),
        (b'{"confidence": 1e999}', '"Number out of range"'),
        *((each, "the request is not JSON in UTF-8") for each in NO_JSON),
    ],
)
def test_a_wrong_request_is_answered_in_plain_words(client: TestClient, body: object, said: str) -> None:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = client.post("/v1/suggest", content=content, headers={"Content-Type": "application/json"})
    assert (answer.status_code, said in answer.text, "secret" in answer.text) == (400, True, False)


def test_a_word_with_separate_accents_is_explained_and_counted(client: TestClient) -> None:
    client.post("/v1/learn", json={"text": "met Zo\u00eb and Zoe\u0308"})
    why = client.post("/v1/explain", json={"text": "met ", "word": "Zoe\u0308"}).json()["why"]
    assert why["times"] == 2
    assert client.post("/v1/forget", json={"word": "zoe\u0308"}).json() == {"times": 2, "messages": 1}


def test_private_mode_learns_nothing(keyboard: Keyboard) -> None:
    with client_of(Serving(keyboard, is_private=True)) as private:
        assert private.post("/v1/learn", json={"text": LEARNED}).status_code == 403
        assert private.get("/v1/memory").json()["messages"] == 0
        assert private.get("/v1/settings").json()["private"]


def test_the_api_returns_the_users_settings(keyboard: Keyboard) -> None:
    chosen = Settings(choices=5, learn=True, keys=Keys(accept="Control+Return"))
    with client_of(Serving(keyboard, chosen)) as client:
        found = client.get("/v1/settings").json()
    assert (found["choices"], found["learn"], found["private"]) == (5, True, False)
    assert found["keys"]["accept"] == "Control+Return"


def test_a_model_card_cannot_inject_html(
    keyboard: Keyboard, random_model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = """---
title: <script>
---
# A <script>alert(1)</script>
<img src=x onerror=alert(1)>

[a](javascript:alert(1)) [b](data:text/html;base64,PHNjcmlwdD4=) ![c](http://evil.example/x.png) [d](<"onclick=">)

| <b>x</b> | |
|---|---|
| `<script>` | 2 |
"""
    path = random_model.path / "README.md"
    before = path.read_bytes()
    path.write_text(hostile, "utf-8")
    try:
        with client_of(Serving(keyboard)) as client:
            found = client.get("/v1/models/toy").json()["card_html"]
    finally:
        path.write_bytes(before)
    tags = set(re.findall(r"<[^>]*>", found))
    allowed = {"h3", "p", "a", "table", "thead", "tbody", "tr", "th", "td", "code"}
    assert {re.split(r"[ >]", each.strip("</"))[0] for each in tags} == allowed
    assert [each for each in tags if each.startswith("<a ")] == ['<a href="%22onclick=%22">']
    assert "<h3>A &lt;script&gt;" in found
    assert "title" not in found


def test_the_api_gives_the_same_figures_as_python(client: TestClient, random_model: Model) -> None:
    text = "the quick brown fox, and é"
    found = client.post("/v1/explain", json={"text": text}).json()
    assert [(each["text"], each["bits"]) for each in found["pieces"]] == surprises(random_model, text)
    tokens = client.post("/v1/next", json={"text": text, "limit": 5}).json()["tokens"]
    assert [(each["text"], each["probability"]) for each in tokens] == next_tokens(random_model, text, 5)
    units = client.post("/v1/cells", json={"text": text, "unit": 3}).json()
    expected = walk(random_model, text).values(0, 0)
    assert units["values"] == [float(each) for each in expected[:, 3]]
    assert "".join(units["pieces"]) == text
    picture = np.frombuffer(base64.b64decode(units["picture"]), np.uint8).reshape(expected.shape)
    assert np.allclose((picture - 128.0) / 127, np.tanh(expected), atol=0.5 / 127 + 1e-6)


def test_a_missing_part_layer_or_unit_is_not_found(client: TestClient) -> None:
    for wrong in ({"part": 3}, {"layer": 2}, {"unit": 6}):
        answer = client.post("/v1/cells", json={"text": "the", **wrong})
        assert answer.status_code == 404, wrong


def test_a_network_of_windows_has_no_units_to_show(
    client: TestClient, random_model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    tokens = (np.zeros((3, 1), np.int64),)
    monkeypatch.setattr(type(random_model.network), "initial_state", lambda _: tokens)
    assert client.post("/v1/cells", json={"text": "the"}).json()["parts"] == []


def test_network_and_memory_shares_sum_to_the_suggested_probability(keyboard: Keyboard) -> None:
    keyboard.learn(LEARNED)
    words, share = keyboard.weigh("the qu")
    shown = {each.text: each.probability for each in keyboard.suggest("the qu")}
    assert 0 < share < 1
    assert shown
    for each in words:
        if each.word in shown:
            assert math.isclose(each.network + each.memory, shown[each.word], rel_tol=1e-6)
        assert each.network <= (1 - share) * (1 + 1e-6)
        assert each.memory <= share * (1 + 1e-6)
        ((alone,), _) = keyboard.weigh("the qu", asked=each.word)
        assert math.isclose(alone.network + alone.memory, each.network + each.memory, rel_tol=0.02)


def test_the_api_asks_for_a_restart_after_a_training(random_model: Model, tmp_path: Path) -> None:
    """The network to measure with is read at the first request."""
    model = Model.open(Path(shutil.copytree(random_model.path, tmp_path / "toy")))
    del model.exact
    with client_of(Serving(Keyboard(model))) as client:
        (model.path / "config.json").touch()
        answer = client.post("/v1/explain", json={"text": "the"})
    assert (answer.status_code, "start it again" in answer.text) == (503, True)


def test_the_api_describes_its_model(
    client: TestClient, random_model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions = [random_model.path, tmp_path / "damaged"]
    monkeypatch.setattr("foreword.web.endpoints.earlier_versions", lambda _: versions)
    card = random_model.path / "README.md"
    before = card.read_text("utf-8")
    card.write_text("A new model, which is not served.", "utf-8")
    (listed,) = client.get("/v1/models").json()["data"]
    found = client.get(f"/v1/models/{listed['id']}").json()
    assert found["id"] == listed["id"] == random_model.path.name
    assert found["card"] == "A toy."
    assert [each["name"] for each in found["versions"]] == [random_model.path.name]
    assert client.get("/v1/models/another").status_code == 404
    card.write_text(before, "utf-8")
