"""The requests that are allowed, and the answers to all others."""

import asyncio
import logging

import pytest
from starlette.testclient import TestClient

from foreword.keyboard.suggest import Keyboard
from foreword.web import app as web_app
from foreword.web import guard
from foreword.web.app import create_app
from foreword.web.openapi import REFUSALS
from foreword.web.serving import Serving
from web.conftest import TOKEN, client_of, posted

ASK = {"text": "see you"}
OTHERS = {
    "no token": ({"Authorization": ""}, 401),
    "a wrong token": ({"Authorization": f"Bearer {TOKEN}x"}, 401),
    "a name that somebody's DNS points here": ({"Host": "evil.example:8765"}, 421),
    "no host": ({"Host": ""}, 421),
    "a host with something behind it": ({"Host": "127.0.0.1:8765@evil.example"}, 421),
    "another page": ({"Origin": "https://evil.example"}, 403),
    "a page of another port here": ({"Origin": "http://127.0.0.1:3000"}, 403),
    "a page without an origin": ({"Origin": "null"}, 403),
    "a request across sites": ({"Sec-Fetch-Site": "cross-site"}, 403),
    "a request from another port here": ({"Sec-Fetch-Site": "same-site"}, 403),
    "a link from another site to the API": (
        {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"},
        403,
    ),
    "a body as a form sends it": ({"Content-Type": "text/plain"}, 415),
    "a body that is too large": ({"Content-Length": "100000000"}, 413),
    "a length that is none": ({"Content-Length": "-1"}, 413),
}


@pytest.mark.parametrize(("headers", "status"), OTHERS.values(), ids=OTHERS)
def test_other_requests_are_refused(client: TestClient, headers: dict[str, str], status: int) -> None:
    answer = client.post("/v1/suggest", json=ASK, headers=headers)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status
    for refused in (answer, client.put("/v1/suggest", json=ASK)):
        assert str(refused.status_code) in REFUSALS
    assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8765", "localhost:8765", "LOCALHOST:8765", "[::1]:8765", "localhost"]
)
def test_each_name_of_this_computer_is_accepted(client: TestClient, host: str) -> None:
    own = {"Host": host, "Origin": f"http://{host}", "Sec-Fetch-Site": "same-origin"}
    assert client.post("/v1/suggest", json=ASK, headers=own).status_code == 200


def test_any_link_may_open_the_page_without_a_token(keyboard: Keyboard) -> None:
    clicked = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    with client_of(Serving(keyboard), Authorization="") as stranger:
        assert stranger.get("/", headers=clicked).status_code == 200
        assert stranger.get("/", headers={**clicked, "Sec-Fetch-Dest": "iframe"}).status_code == 403


def test_each_answer_has_the_security_headers(client: TestClient) -> None:
    wrong, pages = client.put("/v1/suggest"), ("/", "/healthz", "/nowhere")
    for answer in (*map(client.get, pages), client.post("/v1/suggest"), wrong):
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["x-content-type-options"] == "nosniff"
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")


def test_each_api_address_except_the_health_check_needs_the_token(keyboard: Keyboard) -> None:
    with client_of(Serving(keyboard), Authorization="") as stranger:
        paths = stranger.get("/openapi.json").json()["paths"]
        for path, operations in paths.items():
            for method in operations:
                status = stranger.request(method, path).status_code
                assert status == (200 if path == "/healthz" else 401), path


@pytest.mark.parametrize(
    ("started", "asked", "status"),
    [
        ("0.0.0.0", "192.168.1.7:8765", 200),
        ("0.0.0.0", "evil.example:8765", 421),
        ("192.168.1.7", "192.168.1.7:8765", 200),
        ("192.168.1.7", "192.168.1.8:8765", 421),
    ],
)
def test_hosts_by_number_are_accepted(keyboard: Keyboard, started: str, asked: str, status: int) -> None:
    client = TestClient(create_app(Serving(keyboard), token=TOKEN, host=started))
    assert client.get("/healthz", headers={"Host": asked}).status_code == status


def test_an_internal_error_does_not_reveal_typed_text(
    client: TestClient, keyboard: Keyboard, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    secret = "xylophone"

    def broken(_: Keyboard, text: str, *__: object, **___: object) -> None:
        raise ValueError(text)

    monkeypatch.setattr(Keyboard, "suggest", broken)
    with caplog.at_level(logging.DEBUG):
        answer = client.post("/v1/suggest", json={"text": secret})
    assert answer.status_code == answer.json()["status"] == 500
    assert secret not in answer.text
    assert secret not in caplog.text
    assert "ValueError in test_guard.py" in caplog.text


def test_a_body_that_does_not_come_is_refused(keyboard: Keyboard, monkeypatch: pytest.MonkeyPatch) -> None:
    """A shutdown waited 30 s for it."""
    monkeypatch.setattr(web_app, "BODY_SECONDS", 0.01)
    monkeypatch.setattr(guard, "LINGER_SECONDS", 0.01)
    head, body, *_ = posted(Serving(keyboard), "/v1/suggest", asyncio.Event().wait)
    assert head["status"] == 408
    assert b"the request did not come" in body["body"]
