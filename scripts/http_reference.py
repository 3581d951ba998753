"""Writes the reference of the HTTP API, as Markdown, from its OpenAPI document; scripts/docs writes it to the file."""

from collections.abc import Iterator
from typing import Any

from foreword.web.openapi import REFUSALS, document

HEAD = """# The HTTP API

*Written by `scripts/docs` from `/openapi.json`.* [How to serve](../how-to/serve.md) has examples.

Requests and answers are JSON in UTF-8. A field that is not named here is an error. All addresses but `/healthz` and
`/openapi.json` need the header `Authorization: Bearer TOKEN`.
"""


def reference() -> str:
    """The whole reference."""
    described = document()
    schemas = described["components"]["schemas"]
    lines = [HEAD]
    for path, operations in described["paths"].items():
        for method, operation in operations.items():
            lines += [f"## {method.upper()} {path}", "", operation["description"], ""]
            lines += asked(operation, schemas)
            lines += given(operation)
    lines += ["## What is given", ""]
    for name in inner(described, schemas):
        lines += [f"### {name}", "", schemas[name].get("description", "").split("\n")[0], ""]
        lines += table(schemas[name]["properties"], schemas[name].get("required", []), is_taken=False)
    lines += ["## Errors", "", "An error is a Problem (RFC 9457), of the type `application/problem+json`."]
    lines += ["", "| status | |", "|---|---|", *(f"| {status} | {why} |" for status, why in REFUSALS.items())]
    return "\n".join(lines) + "\n"


def asked(operation: dict[str, Any], schemas: dict[str, Any]) -> list[str]:
    """The table of the fields of a request."""
    if "requestBody" in operation:
        name = named(operation["requestBody"]["content"]["application/json"]["schema"])
        return table(schemas[name]["properties"], schemas[name].get("required", []), is_taken=True)
    parameters = operation.get("parameters", [])
    if not parameters:
        return []
    required = [each["name"] for each in parameters if each["required"]]
    return table({each["name"]: each["schema"] for each in parameters}, required, is_taken=True)


def given(operation: dict[str, Any]) -> list[str]:
    """The kind of the answer."""
    kinds = [
        f"[{named(body['schema'])}](#{named(body['schema']).lower()})"
        if kind == "application/json"
        else f"`{kind}`"
        for kind, body in operation["responses"]["200"]["content"].items()
    ]
    return [f"Gives {' or '.join(kinds)}.", ""]


def inner(described: dict[str, Any], schemas: dict[str, Any]) -> Iterator[str]:
    """The names of the schemas that are not the body of a request."""
    taken = {
        named(operation["requestBody"]["content"]["application/json"]["schema"])
        for operations in described["paths"].values()
        for operation in operations.values()
        if "requestBody" in operation
    }
    yield from sorted(name for name in schemas if name not in taken and not name.endswith("Request"))


def table(properties: dict[str, Any], required: list[str], *, is_taken: bool) -> list[str]:
    """Each field with its type, and in a request with its default."""
    if not is_taken:
        rows = [f"| `{name}` | {kind(each)} |" for name, each in properties.items()]
        return ["| field | |", "|---|---|", *rows, ""]
    rows = [
        f"| `{name}` | {kind(each).replace(' or null', '')} | {'needed' if name in required else default(each)} |"
        for name, each in properties.items()
    ]
    return ["| field | | default |", "|---|---|---|", *rows, ""]


def default(schema: dict[str, Any]) -> str:
    """The default in JSON; None stands for an omitted field."""
    value = schema.get("default")
    if value is None:
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else repr(value)}`".replace("'", '"')


def kind(schema: dict[str, Any]) -> str:
    """A type in words, with its bounds and its meaning."""
    words = " or ".join(dict.fromkeys(kinds(schema)))
    return f"{words}: {schema['description']}" if "description" in schema else words


def kinds(schema: dict[str, Any]) -> Iterator[str]:
    """The types that a value may have."""
    if "$ref" in schema:
        yield f"[{named(schema)}](#{named(schema).lower()})"
    elif "anyOf" in schema:
        for each in schema["anyOf"]:
            yield from kinds(each)
    elif "enum" in schema:
        yield from (f"`{value}`" if value is not None else "null" for value in schema["enum"])
    elif schema["type"] == "array":
        yield f"list of {kind(schema['items'])}"
    elif schema["type"] == "object":
        yield f"object of {kind(schema['additionalProperties'])}"
    else:
        yield schema["type"] + bounds(schema)


def bounds(schema: dict[str, Any]) -> str:
    """The minimum and the maximum."""
    least = schema.get("minimum", schema.get("exclusiveMinimum", schema.get("minLength")))
    most = schema.get("maximum", schema.get("maxLength", schema.get("maxItems")))
    if schema["type"] == "string":
        return f" of {least or 0} to {most:,} characters" if most is not None else ""
    above = " above" if "exclusiveMinimum" in schema else " from"
    found = f"{above} {least:,}" if least is not None else ""
    return found + (f" to {most:,}" if most is not None else "")


def named(schema: dict[str, Any]) -> str:
    """The name at the end of a reference."""
    return str(schema["$ref"]).rsplit("/", 1)[1]


if __name__ == "__main__":
    print(reference(), end="")
