"""Answers about credit records: from a document to the whole answer, and to what a register scan counts."""

import json
import random
from datetime import date, timedelta
from functools import cache
from typing import Any

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from credit.eligibility import Checker
from credit.records import parse_record
from kernel.datafile import read_text
from rules.load import load_catalogue

pytestmark = pytest.mark.benchmark(group="credit repair", max_time=3)
EXAMPLE: dict[str, Any] = json.loads(read_text("repair.json", "service.api.examples"))["record"]
ON = date(2026, 11, 24)
MANY = 5_000
AUTHORITIES = {
    "market_regulation": ("大连市市场监督管理局", "大连市甘井子区市场监督管理局", "辽宁省药品监督管理局"),
    "credit_china": ("大连市应急管理局", "大连市消防救援支队", "大连市交通运输局", "国家税务总局大连市税务局"),
}
KINDS = (
    ["fine"],
    ["warning", "fine"],
    ["fine", "confiscate_gains"],
    ["confiscate_property"],
    ["stop_business"],
    ["warning"],
)


@cache
def checker() -> Checker:
    """The checker with its second opinion, as the service has it."""
    return Checker.of(load_catalogue())


@cache
def register() -> tuple[dict[str, Any], ...]:
    """A made-up register: all regimes, kinds, amounts and days; nothing known of conduct in half of it."""
    chance = random.Random(20261124)
    return tuple(_record(chance, number) for number in range(MANY))


def _record(chance: random.Random, number: int) -> dict[str, Any]:
    channel = chance.choice(sorted(AUTHORITIES))
    decided = date(2022, 1, 1) + timedelta(days=chance.randrange(1700))
    known = chance.random() < 0.5
    flag = chance.random() < 0.9 if known else None
    decision = {
        **EXAMPLE["decision"],
        "authority": chance.choice(AUTHORITIES[channel]),
        "decided_on": decided.isoformat(),
        "published_on": (decided + timedelta(days=chance.randrange(20))).isoformat(),
        "penalty_kinds": chance.choice(KINDS),
        "fine_yuan": chance.choice((500, 3000, 20000, 90000, 250000)),
        "domain": chance.choice(("food", "fire", "work_safety", "transport", None)),
    }
    conduct = {"corrected": flag, "duties_performed": flag, "harm_removed": flag, "repeat_same_kind": None}
    application = {"applied_on": None, "promise_made": flag, "materials_complete": flag, "false_promise_on": None}
    return {
        **EXAMPLE,
        "record_id": f"r-{number}",
        "channel": channel,
        "decision": decision,
        "conduct": conduct,
        "application": application,
    }


def test_plain_record(benchmark: BenchmarkFixture) -> None:
    document = {**EXAMPLE, "application": {**EXAMPLE["application"], "applied_on": None}}
    checker().check(document, date(2026, 7, 12))
    benchmark.extra_info["bar"] = "<= 0.04 ms"
    assert benchmark(checker().check, document, date(2026, 7, 12))["outcome"] == "ELIGIBLE"


def test_answers(benchmark: BenchmarkFixture) -> None:
    benchmark.extra_info |= {
        "items": MANY,
        "note": "documents to whole answers; a person decides in half of them",
    }

    def answers() -> int:
        return sum(checker().check(one, ON)["outcome"] == "NEEDS_HUMAN" for one in register())

    assert 0 < benchmark(answers) < MANY


def test_outcomes(benchmark: BenchmarkFixture) -> None:
    benchmark.extra_info |= {
        "bar": ">= 20000 /s",
        "items": MANY,
        "note": "documents to outcomes and days: what a scan counts",
    }

    def outcomes() -> int:
        found = (checker().judged(parse_record(one), ON) for one in register())
        return sum(one.two_days()[0] is not None for one in found)

    assert 0 < benchmark(outcomes) < MANY


def test_second_opinion_built(benchmark: BenchmarkFixture) -> None:
    release = load_catalogue()
    benchmark.extra_info["note"] = "policy linked and compiled, packs built and self-checked"
    benchmark(lambda: Checker.of(release).close())
