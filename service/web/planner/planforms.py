"""What the forms of a plan send, turned into the document of a plan, and back into what a form shows."""

from __future__ import annotations

import re
from collections import defaultdict
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any, Final

from kernel.errors import InputError
from service.db.columns import ID_LENGTH
from supervision.annual import targets

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from supervision.annual import AnnualPlan, Entry

CLASSES: Final = ("A", "B", "C", "D")
TIERS: Final = ("T1", "T2", "T3", "T4", "T5")
ALL: Final = "全部"
ANYBODY: Final = "不限"
"""Stands for no qualification at all."""
BATCHES: Final = 4
_LISTED: Final = ("items", "kinds", "classes", "methods")
_TEXTS: Final = ("regions", "fields", "tags", "partners", "partner_offices")
_WORDS: Final = (
    "number",
    "name",
    "drawing",
    "kind",
    "frequency",
    "class_note",
    "organised_by",
    "carried_out_by",
    "department",
    "office",
    "body",
    "group",
    "undisturbed",
    "remarks",
)
_NONE: Final[Mapping[str, str]] = {}
_BETWEEN: Final = re.compile(r"[\s;；,，、]+")
_PPM_PERCENT: Final = 10_000
_DECIMAL: Final = re.compile(r"\d{1,4}(?:\.\d{1,2})?")
_HEADS: Final = re.compile(r"(.+?)[×x:：*](\d{1,2})")
LONGEST_ID: Final = ID_LENGTH


def entry_of(pairs: Sequence[tuple[str, str]], districts: Mapping[str, str] = _NONE) -> dict[str, Any]:
    """Return the document of an entry that a form describes; InputError for a number that is none.

    Districts (code → name) may stand by name.
    """
    codes = {name: code for code, name in districts.items()}
    sent = {key: value.strip() for key, value in pairs}
    found: dict[str, Any] = {name: sent.get(name, "") for name in _WORDS}
    for name in _LISTED:
        found[name] = [value for key, value in pairs if key == name and value]
    for name in _TEXTS:
        found[name] = split("、".join(value for key, value in pairs if key == name))
    found["regions"] = [codes.get(one, one) for one in found["regions"]]
    scope = {name: found.pop(name) for name in ("regions", "kinds", "fields", "tags", "classes")}
    batches = [
        {"since": sent.get(f"since_{row}", ""), "last": sent.get(f"last_{row}", "")}
        for row in range(BATCHES)
        if sent.get(f"since_{row}") or sent.get(f"last_{row}")
    ]
    found |= {"scope": scope, "batches": batches, "sizing": _sizing(sent), "reserve": _whole(sent, "reserve") or 0}
    if sent.get("sector_rule"):
        found["sector_rule"] = sent["sector_rule"]
    return {name: value for name, value in found.items() if value != "" or name in {"number", "name"}}


def _sizing(sent: Mapping[str, str]) -> dict[str, Any]:
    by, rule = sent.get("by", "class"), sent.get("rule", "ceil")
    names = {"class": CLASSES, "tier": TIERS, "all": (ALL,)}.get(by, ())
    rate = {name: _rate(sent, name, rule) for name in names if sent.get(f"rate_{name}")}
    found: dict[str, Any] = {"rule": rule, "by": by, "least": _whole(sent, "least") or 0}
    if sent.get("ratio_set"):
        found["ratio_set"] = sent["ratio_set"]
        if not rate or sent.get("do") == "take":
            rate = {name: ppm for name, ppm in targets(sent["ratio_set"]).items() if name in names}
    if rate:
        found["rate"] = rate
    count = _whole(sent, "count")
    return found if count is None else found | {"count": count}


def _rate(sent: Mapping[str, str], name: str, rule: str) -> int:
    text = sent[f"rate_{name}"].removesuffix("%").strip()
    if rule == "fixed":
        return _number(text, f"/sizing/rate/{name}")
    try:
        ppm = Decimal(text) * _PPM_PERCENT
    except InvalidOperation as error:
        raise InputError.at(f"/sizing/rate/{name}", "library_whole", value=text, least=0, most=100) from error
    if ppm.is_nan() or not 0 <= ppm <= _PPM_PERCENT * 100 or ppm != ppm.to_integral_value():
        raise InputError.at(f"/sizing/rate/{name}", "library_whole", value=text, least=0, most=100)
    return int(ppm)


def _whole(sent: Mapping[str, str], name: str) -> int | None:
    return _number(sent[name], f"/{name}") if sent.get(name) else None


def _number(text: str, place: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > len("1000000000"):
        raise InputError.at(place, "library_whole", value=text, least=0, most=10**9)
    return int(text)


def split(text: str) -> list[str]:
    """Return what stands between blanks and commas."""
    return [part for part in dict.fromkeys(_BETWEEN.split(text)) if part]


def shown_entry(entry: Entry, districts: Mapping[str, str] = _NONE) -> dict[str, Any]:
    """Return what the form of an entry shows; districts (code → name) by name."""
    found: dict[str, Any] = {name: getattr(entry, name) for name in _WORDS}
    found |= {name: list(getattr(entry.scope, name)) for name in ("kinds", "classes")}
    found |= {name: "、".join(getattr(entry.scope, name)) for name in ("regions", "fields", "tags")}
    found |= {"items": list(entry.items), "methods": list(entry.methods)}
    found["regions"] = "、".join(districts.get(one, one) for one in entry.scope.regions)
    found |= {"partners": "、".join(entry.partners), "partner_offices": "、".join(entry.partner_offices)}
    for row, batch in enumerate(entry.batches):
        found |= {f"since_{row}": batch.since.isoformat(), f"last_{row}": batch.last.isoformat()}
    sizing = entry.sizing
    found |= {"rule": sizing.rule, "by": sizing.by, "ratio_set": sizing.ratio_set or ""}
    found |= {"count": "" if sizing.count is None else sizing.count, "least": sizing.least or ""}
    for name, rate in sizing.rate.items():
        found[f"rate_{name}"] = rate if sizing.rule == "fixed" else _percent(rate)
    return found | {"reserve": entry.reserve, "sector_rule": entry.sector_rule or ""}


def _percent(ppm: int) -> str:
    return f"{Decimal(ppm) / _PPM_PERCENT:.4f}".rstrip("0").rstrip(".")


def kept(pairs: Sequence[tuple[str, str]]) -> defaultdict[str, Any]:
    """Return what a form comes back with; lists for the fields that have several values."""
    found: defaultdict[str, Any] = defaultdict(str)
    for key, value in pairs:
        if key in _LISTED:
            found.setdefault(key, []).append(value)
        elif key in _TEXTS and found[key]:
            found[key] += f"、{value}"
        else:
            found[key] = value
    for name in _LISTED:
        found.setdefault(name, [])
    return found


def blank_entry(plan: AnnualPlan) -> dict[str, Any]:
    """Return what the form of a new entry shows."""
    taken = {one.number for one in plan.entries}
    number = next(f"P{one:02d}" for one in range(1, len(taken) + 2) if f"P{one:02d}" not in taken)
    usual = {
        "number": number,
        "drawing": "undirected",
        "kind": "general",
        "organised_by": plan.level,
        "carried_out_by": "county",
        "department": plan.department,
        "group": "all",
        "undisturbed": "sample",
        "rule": "ceil",
        "by": "class",
        "ratio_set": "RATIO.DEFAULT",
        "methods": ["onsite"],
        "frequency": "=1",
        "reserve": 5,
    }
    return {"items": [], "kinds": [], "classes": [], **usual}


def _hundredths(text: str) -> int:
    """Visits a day, with up to two decimals, as the hundredths that a plan keeps."""
    if not _DECIMAL.fullmatch(text or "0"):
        raise InputError.at("/per_person_day", "plan_per_day", value=text)
    return int(Decimal(text or "0") * 100)


def per_day(hundredths: int) -> str:
    """Return the hundredths of a plan as visits a day."""
    return f"{Decimal(hundredths) / 100:f}".rstrip("0").rstrip(".") if hundredths % 100 else str(hundredths // 100)


def settings_of(
    sent: Mapping[str, str], pairs: Iterable[tuple[str, str]], departments: Mapping[str, str] = _NONE
) -> dict[str, Any]:
    """Return the members of a plan beside its entries, from the form of its settings; departments code → name."""
    pairs = list(pairs)
    found: dict[str, Any] = {
        "title": sent.get("title", "").strip(),
        "year": _whole(sent, "year") or 0,
        "place": sent.get("place", "").strip(),
        "department": sent.get("department", "").strip(),
        "level": sent.get("level", ""),
        "caps": [value for key, value in pairs if key == "caps"],
        "balance": sent.get("balance", "step"),
        "most": _whole(sent, "most") or 0,
        "per_person_day": _hundredths(sent.get("per_person_day", "").strip()),
        "tiers": sent.get("tiers", "TIERS.DEFAULT"),
        "needs": needs_of(sent.get("needs", ""), departments),
    }
    return found | ({"repeat": sent["repeat"]} if sent.get("repeat") else {})


def needs_of(text: str, departments: Mapping[str, str] = _NONE) -> dict[str, Any]:
    """Return who sends how many, from lines such as ``市场监督管理局｜不限×2｜food×1``: department, alone, joint."""
    codes = {name: code for code, name in departments.items()}
    found = {}
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), 1):
        parts = [part.strip() for part in re.split(r"[|｜]", line)]
        if len(parts) != len(("department", "alone", "joint")):
            raise InputError.at("/needs", "plan_needs_line", line=number, value=line)
        found[codes.get(parts[0], parts[0])] = {"alone": _heads(parts[1], number), "joint": _heads(parts[2], number)}
    return found


def _heads(text: str, line: int) -> list[list[object]]:
    found = [_HEADS.fullmatch(part) for part in split(text)]
    if not found or None in found:
        raise InputError.at("/needs", "plan_needs_line", line=line, value=text)
    return [["-" if one[1] == ANYBODY else one[1], int(one[2])] for one in found if one is not None]


def needs_text(needs: Mapping[str, Any], departments: Mapping[str, str] = _NONE) -> str:
    """Return the lines of :func:`needs_of`."""
    return "\n".join(
        f"{departments.get(dept, dept)}｜{_heads_text(own['alone'])}｜{_heads_text(own['joint'])}"
        for dept, own in sorted(needs.items())
    )


def _heads_text(rows: Iterable[Sequence[object]]) -> str:
    return "、".join(f"{ANYBODY if qual == '-' else qual}×{heads}" for qual, heads in rows)


def with_needs(document: Mapping[str, Any], departments: Iterable[str]) -> dict[str, Any]:
    """Return a plan in which every department says how many it sends; the usual ones for those that do not."""
    usual = {"alone": [["-", 2]], "joint": [["-", 1]]}
    missing = {dept: usual for dept in departments if dept and dept not in document["needs"]}
    return {**document, "needs": {**document["needs"], **missing}}
