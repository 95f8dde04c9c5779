"""The OpenAPI document as one page: readable without JavaScript, printable, served by ourselves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TEMPLATES: Final = Path(__file__).parent / "templates"
_TYPES: Final = {
    "string": "文字",
    "integer": "整数",
    "number": "数",
    "boolean": "是否",
    "array": "列表",
    "object": "对象",
    "null": "null",
}
Document = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Example:
    """One example of a request or an answer, as text."""

    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One status an endpoint may answer with."""

    status: str
    words: str
    examples: tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address with a method."""

    anchor: str
    method: str
    path: str
    title: str
    words: str
    parameters: tuple[tuple[str, str, str], ...]
    examples: tuple[Example, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """One member of an object of the interface."""

    name: str
    needed: bool
    type: str
    words: str


@cache
def _template_environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def docs_html(document: Document) -> str:
    """The page."""
    template = _template_environment().get_template("docs.html")
    return template.render(
        info=document["info"],
        endpoints=tuple(_endpoints(document)),
        schemas={name: tuple(_members(one)) for name, one in document["components"]["schemas"].items()},
    )


def _endpoints(document: Document) -> Iterator[Endpoint]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield Endpoint(
                anchor=operation["operationId"],
                method=method.upper(),
                path=path,
                title=operation["summary"],
                words=operation.get("description", ""),
                parameters=tuple(_parameter(one) for one in operation.get("parameters", ())),
                examples=tuple(_examples(operation.get("requestBody", {}))),
                answers=tuple(_answers(operation["responses"])),
            )


def _parameter(one: Document) -> tuple[str, str, str]:
    return one["name"], type_text(one["schema"]), one.get("description", "")


def _examples(body: Mapping[str, Any]) -> Iterator[Example]:
    for content in body.get("content", {}).values():
        for example in content.get("examples", {}).values():
            yield Example(example["summary"], json.dumps(example["value"], ensure_ascii=False, indent=2))


def _answers(responses: Mapping[str, Any]) -> Iterator[Answer]:
    for status, answer in responses.items():
        yield Answer(status, answer["description"], tuple(_examples(answer)))


def _members(schema: Document) -> Iterator[Member]:
    needed = schema.get("required", ())
    for name, member in schema.get("properties", {}).items():
        words = "：".join(one for one in (member.get("title", ""), member.get("description", "")) if one)
        yield Member(name, name in needed, type_text(member), words)


def type_text(schema: Document) -> str:
    """The type of a value in words: 文字, 列表（Ground）, one of several values."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    if "anyOf" in schema:
        return " 或 ".join(type_text(one) for one in schema["anyOf"])
    if "enum" in schema:
        return " | ".join("null" if one is None else str(one) for one in schema["enum"])
    kinds = schema.get("type", "object")
    said = " 或 ".join(_TYPES[one] for one in ([kinds] if isinstance(kinds, str) else kinds))
    return f"{said}（{type_text(schema['items'])}）" if "items" in schema else said
