from typing import get_args

import pytest

from rules.evaluate import OUTCOME_NAMES, STATE_NAMES
from rules.priority import LENIENCY, LISTS
from rules.ranges import TIERS
from rules.schema import FirstViolation, ListItem
from rules.schema_parts import CitationRole, Force, ListKey, PenaltyKind, Trigger
from service.engine import Engine
from service.web import labels
from service.web.rulebook import entries_of

CHINESE = "[\u4e00-\u9fff]"


@pytest.mark.parametrize(
    ("values", "table"),
    [
        (LISTS, labels.LISTS),
        (LISTS, labels.LISTS_HELP),
        (get_args(ListKey), labels.LISTS),
        ((*OUTCOME_NAMES, "needs_human"), labels.OUTCOMES),
        ((*OUTCOME_NAMES, "needs_human"), labels.OUTCOME_ICONS),
        ((*OUTCOME_NAMES, "needs_human"), labels.OUTCOME_SIGNS),
        (STATE_NAMES, labels.STATES),
        (STATE_NAMES, labels.STATE_ICONS),
        (STATE_NAMES, labels.STATE_SIGNS),
        (get_args(Force), labels.FORCES),
        ((*LENIENCY, "undetermined", "needs_human"), labels.TIERS),
        (TIERS, labels.RANGES),
        (get_args(Trigger), labels.TRIGGERS),
        (get_args(PenaltyKind), labels.KINDS),
        (get_args(CitationRole), labels.ROLES),
        (("list_item", "statute", "aggravating"), labels.GROUND_KINDS),
        (("violation", "list_item", "statute"), labels.HIT_KINDS),
        (("conduct", "decision"), labels.LAW_AT),
        (("running", "kept", "overdue"), labels.CLOCK_STATES),
        (("day", "working_day"), labels.CLOCK_UNITS),
        ((True, False), labels.OPTIONAL),
        (get_args(FirstViolation.model_fields["scope"].annotation), labels.FIRST_SCOPES),
        (("required", "optional"), labels.COMMITMENTS),
    ],
)
def test_every_value_has_a_label(values: tuple[object, ...], table: dict[object, str]) -> None:
    assert set(values) <= set(table)


def test_every_commitment_of_the_schema_is_known() -> None:
    annotation = str(ListItem.model_fields["commitment"].annotation)
    assert all(name in annotation for name in labels.COMMITMENTS)


def test_every_entry_of_the_catalogue_has_labels(engine: Engine) -> None:
    entries = entries_of(engine.release)
    assert {one.kind for one in entries.values()} <= set(labels.PROVISION_KINDS)
    assert {name for one in entries.values() for name in one.lists} <= set(labels.LISTS)


def test_every_unit_of_a_parameter_has_a_label(engine: Engine) -> None:
    found = (getattr(provision, "parameters", {}) for _, provision in engine.release.provisions.values())
    units = {one.unit for parameters in found for one in parameters.values()}
    assert units <= set(labels.PARAMETER_UNITS)


def test_every_record_of_confidence_is_put_into_chinese(engine: Engine) -> None:
    words = {provision.confidence for _, provision in engine.release.provisions.values()}
    unclear = {one for one in words if labels.confidence(one).label == "核实情况见目录记录"}
    assert not unclear


@pytest.mark.parametrize(
    ("words", "label", "weak"),
    [
        ("V2", "两处来源核实", False),
        ("verified 2 sources (announcement); article and amount unverified", "两处来源核实", True),
        ("V1: article text read in one collection", "一处来源核实", False),
        ("unverified: the text of the rule is not in the article index", "未核实", True),
        ("amounts not read", "未核实", True),
    ],
)
def test_what_was_not_read_is_marked(words: str, label: str, weak: bool) -> None:  # noqa: FBT001
    assert (labels.confidence(words).label, labels.confidence(words).weak) == (label, weak)
