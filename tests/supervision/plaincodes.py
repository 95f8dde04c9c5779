"""Codes, orders and small readings of the plain derivation, written out a second time."""

from __future__ import annotations

from calendar import monthrange
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import date

Row = dict[str, Any]
HARM = ["none", "a", "other", "b", "c", "d"]
PENALTIES = ["none", "other", "warning", "fine", "confiscation", "suspension", "licence_restriction", "revocation"]
HEAVINESS = {
    "warning": "warning",
    "criticism": "warning",
    "fine": "fine",
    "confiscate_gains": "confiscation",
    "confiscate_property": "confiscation",
    "suspend_permit": "suspension",
    "stop_business": "suspension",
    "restrict_business": "licence_restriction",
    "downgrade_qualification": "licence_restriction",
    "ban_from_trade": "licence_restriction",
    "revoke_permit": "revocation",
    "close_business": "revocation",
}
RESULTS = [
    "not_inspected",
    "no_problem",
    "other",
    "not_published",
    "hidden_problem",
    "concealed",
    "unreachable",
    "refused",
]
GENERAL = {
    "1": "no_problem",
    "F": "no_problem",
    "6": "unreachable",
    "8": "refused",
    "B": "not_published",
    "C": "concealed",
    **dict.fromkeys("345ADG", "hidden_problem"),
}
OLDER = {
    "1": "no_problem",
    "2": "not_published",
    "3": "not_published",
    "4": "unreachable",
    "5": "concealed",
    "6": "refused",
}
GENERAL_PROBLEMS, OLDER_PROBLEMS = set("34568ABCDEG"), set("23456")
STATES = {
    "1": "in_operation",
    "2": "revoked",
    "3": "revoked_deregistered",
    "4": "deregistered",
    "5": "cancelled",
    "6": "moved_out",
    "9": "other",
}
TYPES = [
    ("1151", "sole_person_company"),
    ("1152", "sole_person_company"),
    ("4533", "partnership"),
    ("115", "sole_person_company"),
    ("453", "partnership"),
    ("454", "sole_proprietorship"),
    ("455", "branch"),
    ("11", "company"),
    ("12", "joint_stock"),
    ("31", "state_owned"),
    ("32", "other"),
    ("43", "branch"),
    ("91", "cooperative"),
    ("1", "company"),
    ("2", "branch"),
    ("3", "state_owned"),
    ("5", "foreign_invested"),
    ("6", "foreign_invested"),
]
HIGH = {14, 15, 27, 26, 6, 62, 68}
ELEVATED = {13, 25, 43, 45, 52, 66, 67, 69, 70, 78, 80, 82, 83, 84}
LOW = {1, 2, 3, 4, 5, 63, 64, 65, 72, 73, 74, 75, 85, 86, 87, 91, 92, 93, 94, 95, 96, 97}
WORDS = ["投资担保", "融资担保", "预付卡", "养老服务", "养老理财", "民间借贷", "资金互助", "股权众筹", "虚拟货币"]
RATINGS = {"优": "excellent", "良": "good", "中": "medium", "差": "poor", **{c: c.lower() for c in "ABMCD"}}
RATING_ORDER = ["other", "excellent", "good", "medium", "poor", "a", "b", "m", "c", "d"]
ADDRESS_ORDER = ["other", "verified", "mail_delivered", "not_checked", "mail_returned", "not_found"]
WINDING_ORDER = ["none", "other", "dormant", "simple_deregistration", "liquidation"]
FIRST_DAYS = {
    "changes": "changed_on",
    "annual_reports": "published_on",
    "abnormal_list": "listed_on",
    "serious_list": "listed_on",
    "penalties": "decided_on",
    "inspections": "inspected_on",
    "address_checks": "checked_on",
    "corrections": "ordered_on",
    "complaints": "accepted_on",
    "samples": "sampled_on",
    "licences": "required_from",
    "equipment": "registered_on",
    "disclosures": "formed_on",
    "encumbrances": "from_on",
    "winding_up": "from_on",
    "honours": "granted_on",
    "repairs": "published_on",
    "events": "from_on",
    "ratings": "rated_on",
    "persons": "from_on",
    "classes": "scored_on",
}


def months_between(day: date, on: date) -> int:
    """Whole months that have passed; a month from the 31st ends on the last day of a shorter month."""
    count = (on.year - day.year) * 12 + on.month - day.month
    corresponding = min(day.day, monthrange(on.year, on.month)[1])
    return count - (on.day < corresponding)


MONEY = ["revenue_10k", "assets_10k", "profit_10k", "tax_10k"]
REST = ["staff", "insured_staff", "paid_in_10k", "due_10k"]


def is_end(name: str) -> bool:
    return (
        name
        in {
            "removed_on",
            "withdrawn_on",
            "done_on",
            "settled_on",
            "revoked_on",
            "retired_on",
            "until_on",
            "ended_on",
            "repaired_on",
        }
        or name == "published_on"
    )


def report_order(row: Row) -> tuple[Any, ...]:
    values = [row[name] for name in ("report_year", "published_on", *MONEY, *REST)]
    return tuple((value is not None, value or 0) if name > 1 else value for name, value in enumerate(values))


def all_of(values: list[bool | None]) -> bool | None:
    return False if False in values else None if None in values else True


def any_of(values: list[bool | None]) -> bool | None:
    return True if True in values else None if None in values else False


def least(value: float | None, limit: float) -> bool | None:
    return None if value is None else value >= limit


def count_open(rows: list[Row] | None, end: str) -> int | None:
    return None if rows is None else sum(row[end] is None for row in rows)


def amount(text: str | None) -> float | None:
    return float(text) if text is not None and text.replace(".", "", 1).isdigit() else None


def jump(before: str | None, after: str | None) -> bool:
    old, new = amount(before), amount(after)
    if old is None or new is None:
        return False
    return (new >= 1000 and old > 0 and new >= old * 2) or (old > 0 and new * 2 <= old)


def type_of(code: str | None) -> str | None:
    return None if code is None else next((word for prefix, word in TYPES if code.startswith(prefix)), "other")


def sector(code: str | None) -> str | None:
    if code is None:
        return None
    digits = code[1:] if code[:1].upper() in set("ABCDEFGHIJKLMNOPQRST") else code
    if not (digits.isascii() and digits.isdigit() and 2 <= len(digits) <= 4):
        return "other"
    division = int(digits[:2])
    for word, members in (("high", HIGH), ("elevated", ELEVATED), ("low", LOW), ("ordinary", range(1, 98))):
        if division in members:
            return word
    return "other"


def heaviest(kinds: str | None) -> str:
    return max((HEAVINESS.get(kind.strip(), "other") for kind in (kinds or "").split(";")), key=PENALTIES.index)


def result(row: Row) -> str:
    known = OLDER if row["code_set"] == "disclosure" else GENERAL
    return max((known.get(code.strip(), "other") for code in (row["result"] or "").split(",")), key=RESULTS.index)


def has_problem(row: Row) -> bool:
    bad = OLDER_PROBLEMS if row["code_set"] == "disclosure" else GENERAL_PROBLEMS
    return any(code.strip() in bad for code in (row["result"] or "").split(","))
