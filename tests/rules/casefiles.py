"""Reading the case files: a document and what the decision must say, as paths into the answer.

A file is ``{about, base, cases}``. A case's ``document`` and ``facts`` are laid over the base (a
fact of ``null`` is handed on as null: *not established*). ``expect`` maps paths to values::

    lists.no_penalty.outcome: applies        members by name
    grounds[MR-N05].outcome: not_met         a ground by its id, wherever it stands
    law_version.compared[decision].tier: …   an element of a list by id, code, fact, at, instrument
    warnings: [codes], duties, missing       all of these occur;  not_warnings …: none of them does
    grounds: [ids], not_grounds: [ids]       considered, or left aside
    error: {pointer: code}                   exactly these faults, and no decision

``published`` (decisions of authorities): the fine imposed, and the tier of our range it lies in.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from kernel.yamldoc import read_yaml
from tests.rules.conftest import TODAY

FOLDER = Path(__file__).parent / "cases"
CONTAINED = {"warnings": "code", "duties": "code", "missing": "fact", "clocks": "code"}
_STEP = re.compile(r"([A-Za-z_0-9]+)(?:\[([^\]]+)\])?")
_KEYS = ("id", "code", "fact", "at", "instrument")


@dataclass(frozen=True, slots=True)
class CaseOnFile:
    """One case of a file."""

    file: str
    name: str
    document: Mapping[str, object]
    on: date
    expect: Mapping[str, object]
    published: Mapping[str, object] | None = None

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"


def all_cases() -> list[CaseOnFile]:
    """Every case of every file below ``cases/``."""
    return [case for path in sorted(FOLDER.rglob("*.yaml")) for case in _cases_of(path)]


def _cases_of(path: Path) -> Iterator[CaseOnFile]:
    name = path.relative_to(FOLDER).with_suffix("").as_posix()
    content = read_yaml(path.read_text("utf-8"), name)
    assert isinstance(content, dict)
    assert set(content) <= {"about", "base", "cases"}, f"{name}: unknown keys"
    base = content.get("base", {})
    for raw in content["cases"]:
        unknown = set(raw) - {"name", "document", "facts", "on", "expect", "published"}
        assert not unknown, f"{name}: {raw['name']}: unknown keys {unknown}"
        on = raw.get("on", TODAY)
        expect: Any = _plain(raw["expect"])
        yield CaseOnFile(name, raw["name"], _document(base, raw), on, expect, raw.get("published"))


def _document(base: Mapping[str, object], raw: Mapping[str, object]) -> dict[str, object]:
    own = raw.get("document", {})
    assert isinstance(own, dict)
    facts = {**_mapping(base.get("facts")), **_mapping(own.get("facts")), **_mapping(raw.get("facts"))}
    plain = _plain({**base, **own, "facts": facts})
    assert isinstance(plain, dict)
    return plain


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}


def _plain(value: object) -> object:
    """YAML days as the ISO text that stands in JSON."""
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def differences(decision: Mapping[str, object], expect: Mapping[str, object]) -> list[str]:
    """What the decision says otherwise than expected, one sentence each."""
    return [found for path, wanted in expect.items() for found in _difference(decision, path, wanted)]


def _difference(decision: Mapping[str, object], path: str, wanted: object) -> Iterator[str]:
    negated = path.removeprefix("not_")
    if path in {*CONTAINED, "grounds"} or negated != path:
        present = _names(decision, negated)
        assert isinstance(wanted, list)
        wrong = [one for one in wanted if (one in present) == (negated != path)]
        if wrong:
            yield f"{path}: {wrong} against {sorted(map(str, present))}"
        return
    got = value_at(decision, path)
    if not _covers(got, wanted):
        yield f"{path}: got {got!r}, expected {wanted!r}"


def _names(decision: Mapping[str, object], member: str) -> set[object]:
    if member == "grounds":
        return set(grounds(decision))
    rows = decision[member]
    assert isinstance(rows, list)
    return {row[CONTAINED[member]] for row in rows}


def grounds(decision: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Every ground of a decision by its id."""
    found = [ground for entry in decision["lists"].values() for ground in entry["grounds"]]
    return {ground["id"]: ground for ground in (*found, *decision["heavier"])}


def value_at(decision: Mapping[str, object], path: str) -> object:
    """The value at a path; None where the path leads nowhere."""
    value: object = decision
    if path.startswith("grounds["):
        identifier, _, path = path.removeprefix("grounds[").partition("]")
        value, path = grounds(decision).get(identifier), path.removeprefix(".")
    for name, key in _STEP.findall(path):
        value = value.get(name) if isinstance(value, Mapping) else None
        if key:
            value = _element(value, key)
    return value


def _element(value: object, key: str) -> object:
    if not isinstance(value, Sequence) or isinstance(value, str):
        return None
    if key.isdigit():
        return value[int(key)] if int(key) < len(value) else None
    rows = (row for row in value if isinstance(row, Mapping))
    return next((row for row in rows if key in {row.get(name) for name in _KEYS}), None)


def _covers(got: object, wanted: object) -> bool:
    """Whether ``got`` says all that is wanted; a mapping may say more."""
    if isinstance(wanted, Mapping) and isinstance(got, Mapping):
        return all(name in got and _covers(got[name], value) for name, value in wanted.items())
    return got == wanted and isinstance(got, bool) == isinstance(wanted, bool)
