"""``xinheng rules check``: what is wrong with the catalogue, one row a finding."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from credit.policy import Policy
from kernel.errors import CatalogueError
from rules.check import check_release
from rules.check.finding import finding
from service import clock
from service.cli import catalogue
from service.cli.output import emit_json, note, say_all

if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from datetime import date

    from rules.check import Finding, Severity
    from rules.release import Release

_SEVERITIES: Final[Mapping[Severity, str]] = {"defect": "缺陷", "notice": "提示", "accepted": "已认可"}


def check_rules(options: argparse.Namespace) -> int:
    """Check the catalogue; 1 if there is a defect. One that cannot be loaded has the defect that keeps it from it."""
    on = options.on or clock.today()
    digest, findings = _checked(options, on)
    if options.json:
        shown = {"digest": digest, "checked_on": on.isoformat()}
        emit_json({"catalogue": shown, "findings": [one.as_dict() for one in findings]})
    else:
        say_all(_line(one) for one in findings)
    counts = Counter(one.severity for one in findings)
    note("，".join(f"{words} {counts[name]} 条" for name, words in _SEVERITIES.items()))
    return 1 if counts["defect"] else 0


def _checked(options: argparse.Namespace, on: date) -> tuple[str | None, list[Finding]]:
    try:
        release = catalogue.load()
    except CatalogueError as error:
        why = "；".join(one.detail for one in error.field_errors)
        return None, [finding("entry_unreadable", (error.file, error.key), (), why=why)]
    prove = False if options.no_proofs else None
    findings = check_release(release, on, within_days=options.within_days, prove=prove)
    return release.digest, [*_unlinked(release), *findings]


def _unlinked(release: Release) -> list[Finding]:
    """What keeps the whole of credit repair from being used: a provision that names something that is not there."""
    if release.repair is None or not release.repair.provisions:
        return []
    try:
        Policy(release)
    except CatalogueError as error:
        return [finding("repair_unlinked", (error.file, error.key), (), why=str(error.params["why"]))]
    return []


def _line(one: Finding) -> str:
    place = "　".join(part for part in (one.file, one.key) if part)
    reason = f"　理由：{one.reason}" if one.reason else ""
    return f"{_SEVERITIES[one.severity]}　{place}　{one.title}：{one.detail}{reason}"
