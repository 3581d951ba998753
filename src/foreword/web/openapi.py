"""The generated OpenAPI document: addresses from the table of endpoints, schemas from their types."""

import re
from importlib.metadata import version
from inspect import getdoc
from typing import Any, Final

import msgspec

from foreword.web.endpoints import ENDPOINTS, Endpoint
from foreword.web.guard import MEDIA_TYPE
from foreword.web.schemas import CompletionRequest, Problem

JSON: Final = "application/json"
DATA: Final = {"type": "string", "description": "a piece of a Completion in JSON, and [DONE] last"}
EVENT: Final = {"type": "object", "properties": {"data": DATA}, "required": ["data"]}
REFUSALS: Final = {
    "400": "the request is not JSON of the right shape, or a value is out of range",
    "401": "the token is missing or wrong",
    "403": "the request comes from another page, or is not allowed",
    "404": "not found",
    "405": "the address takes another method",
    "408": "the request did not come in time",
    "413": "the request is too large",
    "415": "the request is not JSON",
    "421": "the Host header names another server",
    "422": "the request has the right shape, but cannot be answered",
    "500": "something is wrong in Foreword",
    "503": "the memory or the model cannot be used now",
}


def document() -> dict[str, Any]:
    """The whole document."""
    kinds = {kind for each in ENDPOINTS for kind in (each.takes, each.gives, Problem) if kind}
    ordered = sorted(kinds, key=lambda kind: kind.__name__)
    _, schemas = msgspec.json.schema_components(ordered, ref_template="#/components/schemas/{name}")
    paths: dict[str, dict[str, Any]] = {}
    for each in ENDPOINTS:
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each, schemas)
    _allow_null(schemas[CompletionRequest.__name__])
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Foreword",
            "version": version("foreword"),
            "description": "Predictive text from a small recurrent network on this computer.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _allow_null(schema: dict[str, Any]) -> None:
    """Allow null for each property, as OpenAI's API does: it stands for the default."""
    for value in schema["properties"].values():
        if "anyOf" not in value:
            kind = {key: value.pop(key) for key in set(value) - {"default", "description"}}
            value["anyOf"] = [kind, {"type": "null"}]


def _operation(endpoint: Endpoint, schemas: dict[str, Any]) -> dict[str, Any]:
    text = re.sub(r"\s+", " ", getdoc(endpoint.answer) or "")
    gives: dict[str, Any] = {"application/x-ndjson": {}}
    if endpoint.gives:
        gives = {JSON: {"schema": _reference(endpoint.gives)}}
    if endpoint.path == "/v1/completions":
        gives["text/event-stream"] = {"schema": EVENT}
    problem = {MEDIA_TYPE: {"schema": _reference(Problem)}}
    found: dict[str, Any] = {
        "operationId": endpoint.answer.__name__,
        "summary": text.partition(".")[0],
        "description": text,
        "responses": {
            "200": {"description": "the answer", "content": gives},
            **{status: {"description": why, "content": problem} for status, why in REFUSALS.items()},
        },
    }
    if endpoint.path.startswith("/v1/"):
        found["security"] = [{"token": []}]
    if endpoint.takes is not None and endpoint.comes_in == "body":
        found["requestBody"] = {"required": True, "content": {JSON: {"schema": _reference(endpoint.takes)}}}
    elif endpoint.takes is not None:
        schema = schemas[endpoint.takes.__name__]
        place, needed = endpoint.comes_in, schema.get("required", ())
        found["parameters"] = [
            {"name": name, "in": place, "required": name in needed, "schema": value}
            for name, value in schema["properties"].items()
        ]
    return found


def _reference(kind: type[msgspec.Struct]) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{kind.__name__}"}
