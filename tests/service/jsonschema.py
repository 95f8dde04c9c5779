"""The part of JSON Schema that our OpenAPI document uses: enough to hold answers against it."""

from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
    "null": (type(None),),
}
KNOWN = {
    "$ref", "type", "properties", "required", "additionalProperties", "items", "enum", "anyOf", "oneOf", "const",
    "title", "description", "format", "pattern", "default", "minimum", "maximum", "maxLength", "minLength", "maxItems",
    "minItems",
}  # fmt: skip


def faults(document: Any, schema: dict[str, Any], value: Any, place: str = "") -> list[str]:  # noqa: ANN401
    """Where a value does not fit a schema; `document` holds the schemas referred to."""
    assert set(schema) <= KNOWN, f"teach this module {set(schema) - KNOWN}"
    if "$ref" in schema:
        return faults(document, document["components"]["schemas"][schema["$ref"].rpartition("/")[2]], value, place)
    if "anyOf" in schema:
        found = [faults(document, one, value, place) for one in schema["anyOf"]]
        return [] if [] in found else found[0]
    if "oneOf" in schema:
        fitting = sum(not faults(document, one, value, place) for one in schema["oneOf"])
        return [] if fitting == 1 else [f"{place}: {fitting} of the alternatives fit"]
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{place}: {value!r} is none of {schema['enum']}"]
    if "type" in schema and not _has_type(schema["type"], value):
        return [f"{place}: {value!r} is not {schema['type']}"]
    return [*_members(document, schema, value, place), *_elements(document, schema, value, place)]


def _has_type(kinds: str | list[str], value: Any) -> bool:  # noqa: ANN401 - any JSON value
    names = [kinds] if isinstance(kinds, str) else kinds
    return any(isinstance(value, TYPES[name]) and not (name != "boolean" and isinstance(value, bool)) for name in names)


def _members(document: Any, schema: dict[str, Any], value: Any, place: str) -> list[str]:  # noqa: ANN401
    if not isinstance(value, dict):
        return []
    known = schema.get("properties", {})
    found = [f"{place}: {name} is missing" for name in schema.get("required", ()) if name not in value]
    for name, member in value.items():
        if name in known:
            found += faults(document, known[name], member, f"{place}/{name}")
        elif schema.get("additionalProperties") is False:
            found.append(f"{place}: {name} is not known")
    return found


def _elements(document: Any, schema: dict[str, Any], value: Any, place: str) -> list[str]:  # noqa: ANN401
    if not isinstance(value, list) or "items" not in schema:
        return []
    if len(value) < schema.get("minItems", 0):
        return [f"{place}: fewer than {schema['minItems']}"]
    return [
        fault
        for number, one in enumerate(value)
        for fault in faults(document, schema["items"], one, f"{place}/{number}")
    ]
