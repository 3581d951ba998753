"""OpenAI's own client reads Foreword's answers."""

import asyncio
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from starlette.testclient import TestClient

import toys
from foreword.assess.bits import text_ids
from foreword.keyboard.suggest import Keyboard
from foreword.runtime.generate import generate_many
from foreword.runtime.model import Model
from foreword.text.tokenizer import subwords_tokenizer
from foreword.web import app as web_app
from foreword.web.completions import Passages
from foreword.web.schemas import CompletionRequest
from foreword.web.serving import Serving
from web.conftest import TOKEN, posted

openai = pytest.importorskip("openai", reason="the tests of completions need the package openai")

PROMPT = "the quick "


@pytest.fixture
def ask(client: TestClient) -> Any:
    address = "http://127.0.0.1:8765/v1"
    return openai.OpenAI(base_url=address, api_key=TOKEN, http_client=client, max_retries=0)


def test_completions_equal_the_passages_of_foreword_generate(ask: Any, random_model: Model) -> None:
    options: dict[str, Any] = {"seed": 7, "temperature": 0.9, "top_p": 0.8}
    found = ask.completions.create(model="toy", prompt=PROMPT, max_tokens=40, n=3, **options)
    expected = generate_many(random_model, PROMPT, passages=3, characters=40, **options)
    assert [each.text for each in found.choices] == expected
    assert [each.finish_reason for each in found.choices] == ["length"] * 3
    assert found.usage is not None
    assert (found.usage.prompt_tokens, found.usage.completion_tokens) == (len(PROMPT), 120)


def test_a_stream_gives_the_same_completion_in_chunks(ask: Any, random_model: Model) -> None:
    prompt = [PROMPT]  # as LangChain sends it
    wanted = {"model": "toy", "prompt": prompt, "max_tokens": 300, "n": 2, "seed": 3, "logprobs": 2}
    whole = ask.completions.create(**wanted)
    texts, reasons, usage = ["", ""], [None, None], None
    tokens: list[list[str]] = [[], []]
    for event in ask.completions.create(**wanted, stream=True, stream_options={"include_usage": True}):
        usage = event.usage or usage
        for choice in event.choices:
            texts[choice.index] += choice.text
            tokens[choice.index] += choice.logprobs.tokens
            reasons[choice.index] = choice.finish_reason or reasons[choice.index]
    assert texts == [each.text for each in whole.choices]
    assert tokens == [each.logprobs.tokens for each in whole.choices]
    assert reasons == ["length", "length"]
    assert usage == whole.usage
    assert texts == generate_many(random_model, PROMPT, passages=2, characters=300, seed=3)
    nothing_yet = Passages(random_model, CompletionRequest(prompt=PROMPT)).pieces()
    assert list(nothing_yet) == []


def test_a_passage_ends_before_a_stop_text(ask: Any) -> None:
    wanted = {"model": "toy", "prompt": PROMPT, "max_tokens": 200, "seed": 1}
    free = ask.completions.create(**wanted).choices[0].text
    stop = free[60:63]
    for stops in (stop, ["€", stop]):
        (choice,) = ask.completions.create(**wanted, stop=stops, logprobs=0).choices
        assert choice.text == free[: free.index(stop)]
        assert choice.finish_reason == "stop"
        assert "".join(choice.logprobs.tokens) == choice.text


@pytest.mark.parametrize("most", [30, 0])
def test_log_probabilities_are_the_networks_own(ask: Any, random_model: Model, most: int) -> None:
    options = {"max_tokens": most, "seed": 2, "temperature": 0.5, "logprobs": 3, "echo": True}
    (choice,) = ask.completions.create(model="toy", prompt=PROMPT, **options).choices
    assert (choice.text[: len(PROMPT)], len(choice.text)) == (PROMPT, len(PROMPT) + most)
    ids = text_ids(random_model.tokenizer, choice.text)
    answers, _ = random_model.network.step(ids[:-1, None], random_model.network.initial_state())
    expected = answers[np.arange(len(ids) - 1), 0, ids[1:]]
    np.testing.assert_allclose(choice.logprobs.token_logprobs, expected, atol=1e-4)
    assert "".join(choice.logprobs.tokens) == choice.text
    assert choice.logprobs.text_offset == list(range(len(choice.text)))
    assert all(len(top) == 3 for top in choice.logprobs.top_logprobs)
    for top, spent in zip(choice.logprobs.top_logprobs, choice.logprobs.token_logprobs, strict=True):
        assert max(top.values()) >= spent - 1e-4


def test_a_token_that_only_spells_the_prompt_again_is_no_part_of_the_answer(tmp_path: Path) -> None:
    """A network of subwords reads the last token of a prompt again. With `max_tokens=1`, its answer was empty."""
    tokenizer = subwords_tokenizer(["see you then " * 50], 300)
    model = toys.parrot(tmp_path / "toy", tokenizer, "see you then " * 2, toys.UNLIKELY)
    for prompt in ("see you", "see"):
        asked = CompletionRequest(prompt=prompt, max_tokens=1, temperature=0, logprobs=0, echo=True)
        passages = Passages(model, asked)
        while passages.go_on():
            pass
        found = passages.whole()
        (choice,) = found.choices
        assert choice.text.startswith(prompt)
        assert len(choice.text) > len(prompt)
        assert choice.logprobs is not None
        assert "".join(choice.logprobs.tokens) == choice.text
        assert found.usage is not None
        assert found.usage.completion_tokens == 1


def test_nulls_and_penalties_of_zero_are_taken_because_some_clients_always_send_them(ask: Any) -> None:
    nulls = dict.fromkeys(("max_tokens", "temperature", "top_p", "n", "stream", "echo"))
    for options in (nulls, {"frequency_penalty": 0, "presence_penalty": 0}):
        (choice,) = ask.completions.create(model="toy", prompt=PROMPT, **options).choices
        assert choice.text
    with pytest.raises(openai.BadRequestError, match="presence_penalty"):
        ask.completions.create(model="toy", prompt=PROMPT, presence_penalty=0.6)


def test_an_unsupported_request_is_a_client_error(ask: Any, client: TestClient) -> None:
    with pytest.raises(openai.NotFoundError):
        ask.completions.create(model="gpt", prompt=PROMPT)
    for wrong in ({"max_tokens": 1_000_000}, {"logit_bias": {"5": 1}}, {"n": 100}, {"prompt": ["a", "b"]}):
        with pytest.raises(openai.BadRequestError, match=r"must|no field"):
            ask.completions.create(**{"model": "toy", "prompt": PROMPT, **wrong})
    with pytest.raises(openai.NotFoundError, match="no chat"):
        ask.chat.completions.create(model="toy", messages=[])
    named = client.post("/v1/completions", json={"logit_bias": {}}).json()
    assert "logit_bias" in named["detail"]
    assert named["error"] == {"message": named["detail"]}, "OpenAI's client for JavaScript shows only this"


@pytest.mark.parametrize(
    ("path", "body"),
    [("/v1/completions", b'{"prompt": "the"}')]
    + [(f"/v1/{path}", b'{"text": "the"}') for path in ("explain", "next", "cells")],
)
def test_a_long_answer_ends_when_its_client_leaves(
    keyboard: Keyboard, monkeypatch: pytest.MonkeyPatch, path: str, body: bytes
) -> None:
    """Sixteen passages took a core for 90 s; in Look inside, the long text was measured again for each key."""
    monkeypatch.setattr(web_app, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(Serving, "on_network", lambda *_: asyncio.Event().wait())  # without end
    messages: list[dict[str, object]] = [{"type": "http.request", "body": body}]

    async def receive() -> dict[str, object]:
        return messages.pop() if messages else {"type": "http.disconnect"}

    assert b"the client left" in posted(Serving(keyboard), path, receive)[-1]["body"]
