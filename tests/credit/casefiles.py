"""Reading the case files: a record, a day, and what the answer must say.

A file is ``{about, base, cases}``. A case lays dotted paths over the base (``record:
{decision.decided_on: 2026-04-10}``; null is kept, *not known* or, for ``published_on``, *not
published*), drops some with ``without``, and may answer open questions with ``settings`` as a city
would. ``expect`` maps keys of the answer to values::

    outcome, regime, class, earliest_on, ends_on, boundary, settled, confidence: equal
    rules, missing, questions, conditions, steps: [ids]      all of these occur; not_…: none does
    readings: {P-order-45: [[OUTCOME, earliest, ends], …]}   what each answer to a question gives
    clocks: {accept: 2026-07-15}                             last days by step
    states: {RM-11: [met, not_met]}                          states of the rows of a rule, in order
"""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from credit.eligibility import Checker
from kernel.yamldoc import read_yaml
from rules.load import CATALOGUE, link, read_documents

FOLDER = Path(__file__).parent / "cases"
EQUAL = ("outcome", "regime", "class", "earliest_on", "ends_on", "boundary", "settled", "confidence")
KEYS = {"rules": None, "missing": "fact", "questions": "parameter", "conditions": "id", "next_steps": "code"}
Settings = tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class CaseOnFile:
    """One case of a file."""

    file: str
    name: str
    record: dict[str, object]
    on: date
    settings: Settings
    expect: Mapping[str, object]

    def __str__(self) -> str:
        return f"{self.file}: {self.name}"


@cache
def repair_documents() -> dict[str, object]:
    """The files of the catalogue that are about repair: all that a checker needs."""
    found = read_documents(CATALOGUE, None)
    return {name: one for name, one in found.items() if "/repair/" in name or "-repair-" in name}


@cache
def checker_with(settings: Settings, since: str = "2021-09-01") -> Checker:
    """A checker of the delivered catalogue in which a city has answered some open questions from a day on."""
    documents = dict(repair_documents())
    for name, value in settings:
        documents[f"2102-dalian/repair/settings/S-{name}.yaml"] = {
            "id": f"S-{name}",
            "kind": "repair_setting",
            "title": name,
            "jurisdiction": "210000",
            "in_force": {"from": since},
            "confidence": "P",
            "checked_on": "2026-11-23",
            "parameter": name,
            "value": value,
            "decided_by": "测试",
        }
    return Checker.of(link(documents))


def all_cases() -> list[CaseOnFile]:
    """Every case of every file below ``cases/``."""
    return [case for path in sorted(FOLDER.glob("*.yaml")) for case in _cases_of(path)]


def _cases_of(path: Path) -> Iterator[CaseOnFile]:
    content = read_yaml(path.read_text("utf-8"), path.name)
    assert isinstance(content, dict)
    assert set(content) == {"about", "base", "cases"}, f"{path.name}: keys"
    for raw in content["cases"]:
        unknown = set(raw) - {"name", "record", "without", "on", "settings", "expect", "comment"}
        assert not unknown, f"{path.name}: {raw['name']}: unknown keys {unknown}"
        record = laid_over(_plain(content["base"]), _plain(raw.get("record", {})), raw.get("without", []))
        settings = tuple(raw.get("settings", {}).items())
        yield CaseOnFile(path.stem, raw["name"], record, raw["on"], settings, _plain(raw["expect"]))  # type: ignore[arg-type]


def laid_over(base: object, changes: object, without: list[str]) -> dict[str, object]:
    """A copy of the base with dotted paths set, and others dropped."""
    assert isinstance(base, dict)
    record: dict[str, object] = deepcopy(base)
    assert isinstance(changes, dict)
    for path, value in changes.items():
        section, _, key = str(path).rpartition(".")
        target = record.setdefault(section, {}) if section else record
        target[key] = value  # type: ignore[index]  # a section
    for path in without:
        section, _, key = path.rpartition(".")
        (record[section] if section else record).pop(key)  # type: ignore[attr-defined]  # a section
    return record


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {str(key): _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return value.isoformat() if isinstance(value, date) else value


def differences(answer: dict[str, object], expect: Mapping[str, object]) -> list[str]:
    """Where an answer does not say what a case expects."""
    return [line for key, value in expect.items() if (line := _difference(answer, key, value))]


def _difference(answer: dict[str, object], key: str, value: object) -> str:
    if key in EQUAL:
        return "" if answer[key] == value else f"{key}: {answer[key]!r} instead of {value!r}"
    if key == "readings":
        found: object = {one["parameter"]: _readings(one) for one in answer["questions"] if one["id"]}  # type: ignore[attr-defined]
        wanted = {name: found.get(name) for name in value}  # type: ignore[attr-defined]
        return "" if wanted == value else f"readings: {found}"
    if key == "clocks":
        found = {one["step"]: one["due_on"] for one in answer["clocks"]}  # type: ignore[attr-defined]
        return "" if found == value else f"clocks: {found}"
    if key == "states":
        rows: list[dict[str, object]] = answer["conditions"]  # type: ignore[assignment]
        found = {name: [one["state"] for one in rows if one["id"] == name] for name in value}  # type: ignore[attr-defined]
        return "" if found == value else f"states: {found}"
    return _contained(answer, key, value)


def _readings(question: dict[str, object]) -> list[list[object]]:
    rows: list[dict[str, object]] = question["readings"]  # type: ignore[assignment]
    return [[one["outcome"], one["earliest_on"], one["ends_on"]] for one in rows]


def _contained(answer: dict[str, object], key: str, value: object) -> str:
    name = key.removeprefix("not_")
    rows: list[object] = answer[name]  # type: ignore[assignment]
    found = {row[KEYS[name]] if KEYS[name] else row for row in rows}  # type: ignore[index]
    wanted = set(value)  # type: ignore[call-overload]
    wrong = found & wanted if key.startswith("not_") else wanted - found
    return f"{key}: {sorted(wrong)} (there are {sorted(str(one) for one in found)})" if wrong else ""
