"""Open questions decided by a reviewer: kept as a move, used from that day on, unknown on any earlier one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from sqlmodel import select

from kernel.errors import InputError
from service.access.errors import PermissionDeniedError
from service.access.permissions import Permission
from service.db.repositories import repairs as store
from service.db.tables.audit import AuditRow
from service.repairdesk import acts, determining, documents, records
from service.repairdesk.acts import RefusedMoveError, Wish
from service.repairdesk.checking import answer_of
from tests.service.repairdesk.clerks import EXAMPLE, at_noon, entered, moved, mover, opened, person

if TYPE_CHECKING:
    from service.repairdesk.model import StoredRepair
    from tests.databases import MakeClient, MakeWork
    from tests.service.people import UserClient

SUSPENDED: dict[str, Any] = {
    "channel": "credit_china",
    "decision__authority": "大连市交通运输局",
    "decision__penalty_kinds": ["suspend_permit"],
    "decision__fine_yuan": None,
    "decision__confiscated_yuan": None,
    "decision__domain": "transport",
}
DECIDED = {"question": "P-suspend-permit", "reading": "general", "reason": "情节一般", "basis": "会议纪要第3号"}


def verified(work: MakeWork) -> StoredRepair:
    repair = opened(work, entered(work, **SUSPENDED))
    for move, on in (("receive", "2026-07-13"), ("accept", "2026-07-15"), ("verify", "2026-07-20")):
        repair = moved(work, repair, move, on)
    return repair


def test_it_is_kept_as_a_move_and_used_afterwards(work: MakeWork) -> None:
    repair = verified(work)
    with pytest.raises(RefusedMoveError, match="repair_move"):
        moved(work, repair, "grant", "2026-07-22")
    decided = moved(work, repair, "determine", "2026-07-21", **DECIDED)
    assert decided.case.state == "verified"
    with work(person(Permission.REPAIR_READ)) as at:
        move = store.moves(at.session, decided.id)[-1]
        assert (move.by, move.on) == ("user-credit_reviewer", date(2026, 7, 21))
        assert move.facts["answer"]["outcome"] == "NEEDS_HUMAN"
        assert move.facts["became"]["outcome"] == "ELIGIBLE"
        assert move.facts["reading_text"].startswith("一般")
        told = [row for row in at.session.exec(select(AuditRow)) if row.kind == "repair.moved"]
        assert told[-1].detail["move"] == "determine"
        text = documents.make(at, decided, "repair_grant", "txt").data.decode()
        assert "本机关认定：一般：最短三个月" in text
        (one,) = determining.of_record(at, decided.record_id)
        assert (one.move.facts["basis"], one.is_latest) == ("会议纪要第3号", True)
        assert store.record(at.session, at.actor, decided.record_id).glance.record_class == "general"


def test_the_workflow_goes_on_with_it(work: MakeWork) -> None:
    repair = opened(work, entered(work, **SUSPENDED))
    repair = moved(work, repair, "determine", "2026-07-12", **DECIDED)
    for move, on in (
        ("receive", "2026-07-13"),
        ("accept", "2026-07-15"),
        ("verify", "2026-07-20"),
        ("grant", "2026-07-24"),
    ):
        repair = moved(work, repair, move, on)
    assert repair.case.state == "granted"
    with work(person(Permission.REPAIR_READ)) as at:
        kept = store.moves(at.session, repair.id)
        record = store.record(at.session, at.actor, repair.record_id)
        for day, outcome in (("2026-07-11", "NEEDS_HUMAN"), ("2026-07-24", "ELIGIBLE")):
            then = acts.record_then(record, kept, date.fromisoformat(day))
            assert answer_of(at, then, date.fromisoformat(day))["outcome"] == outcome, day
            assert "applied_on" not in acts.record_then(record, kept, date(2026, 7, 11))["application"]


def test_it_may_be_decided_anew_and_both_stay(work: MakeWork) -> None:
    repair = moved(work, verified(work), "determine", "2026-07-21", **DECIDED)
    repair = moved(work, repair, "determine", "2026-07-22", **{**DECIDED, "reading": "serious", "basis": "上级答复"})
    with work(person(Permission.REPAIR_READ)) as at:
        newest, first = determining.of_record(at, repair.record_id)
        assert (newest.is_latest, first.is_latest) == (True, False)
        document = store.record(at.session, at.actor, repair.record_id).document
        assert document["determinations"] == {"P-suspend-permit": "serious"}


@pytest.mark.parametrize("wrong", [{"question": "P-downgrade"}, {"reading": "minor"}, {"question": ""}])
def test_only_what_is_asked_can_be_decided(work: MakeWork, wrong: dict[str, str]) -> None:
    repair = verified(work)
    with pytest.raises(InputError, match="determine"):
        moved(work, repair, "determine", "2026-07-21", **{**DECIDED, **wrong})


def test_where_nothing_is_open_there_is_nothing_to_decide(work: MakeWork) -> None:
    repair = opened(work)
    with pytest.raises(RefusedMoveError) as refused:
        moved(work, repair, "determine", "2026-07-21", **DECIDED)
    assert refused.value.refusal.code == "repair_move_outcome"


def test_a_reason_and_a_basis_are_needed_and_a_reviewer(work: MakeWork) -> None:
    repair = verified(work)
    with pytest.raises(RefusedMoveError) as refused:
        moved(work, repair, "determine", "2026-07-21", **{**DECIDED, "basis": ""})
    assert "依据" in refused.value.detail
    with pytest.raises(PermissionDeniedError), work(mover("verify"), at_noon("2026-07-21")) as at:
        acts.make_move(at, repair.id, repair.version, Wish("determine", DECIDED))


def test_no_record_brings_it_along(work: MakeWork) -> None:
    with pytest.raises(InputError) as refused, work(person(Permission.REPAIR_EDIT), at_noon("2026-07-21")) as at:
        records.save(at, {**EXAMPLE, "determinations": {"P-order-45": True}})
    assert [one.pointer for one in refused.value.errors] == ["/determinations"]
    repair = moved(work, verified(work), "determine", "2026-07-21", **DECIDED)
    with work(person(Permission.REPAIR_EDIT), at_noon("2026-07-22")) as at:
        before = store.record(at.session, at.actor, repair.record_id)
        bare = determining.without(before.document)
        kept = records.change(at, before.id, before.version, {**bare, "conduct": {"corrected": True}})
        assert kept.document["determinations"] == {"P-suspend-permit": "general"}
        with pytest.raises(InputError, match="determined"):
            records.change(at, before.id, kept.version, {**bare, "determinations": {"P-suspend-permit": "serious"}})


def test_through_the_interface(user_client: MakeClient) -> None:
    clerk, reviewer = user_client("credit_clerk"), user_client("credit_reviewer")
    document = {**EXAMPLE, "channel": "credit_china", "application": {"promise_made": True}}
    # without the amounts of the example: beside a fine its grade would be open as well
    decision = {key: one for key, one in EXAMPLE["decision"].items() if not key.endswith("_yuan")}
    document["decision"] = {**decision, "authority": "大连市交通运输局", "penalty_kinds": ["suspend_permit"]}
    record = clerk.post("/api/v1/records", json=document).json()
    repair = clerk.post("/api/v1/repairs", json={"record": record["id"]}).json()
    address = f"/api/v1/repairs/{repair['id']}/moves"
    asked = [one for one in reviewer.get(address).json()["possible"] if one["move"] == "determine"]
    assert asked[0]["refused"] is None
    assert [one["id"] for one in asked[0]["questions"]] == ["P-suspend-permit"]
    wish = {"move": "determine", "on": "2026-07-21", "facts": DECIDED}
    assert decide(clerk, address, wish) == 403
    assert reviewer.post(address, json=wish).status_code == 428
    assert decide(reviewer, address, wish, version=1) == 412
    assert decide(reviewer, address, wish) == 201
    assert decide(reviewer, address, wish) == 201  # the same key and body: done once
    items = reviewer.get(address).json()["items"]
    assert [(one["move"], one["facts"]["reading"]) for one in items] == [("determine", "general")]


def decide(client: UserClient, address: str, wish: dict[str, Any], version: int = 0) -> int:
    headers = {"if-match": f'"{version}"', "idempotency-key": f"decide-{version}"}
    return int(client.post(address, json=wish, headers=headers).status_code)
