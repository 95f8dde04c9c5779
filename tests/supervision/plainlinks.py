"""The second half of the plain derivation: what links enterprises, each pair looked at by itself."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from tests.supervision import plaincodes as codes
from tests.supervision.plaincodes import months_between
from tests.supervision.plainindicators import PlainFirms

if TYPE_CHECKING:
    from tests.supervision.plaincodes import Row


class Plain(PlainFirms):
    """A whole world: :meth:`columns` gives a row for each enterprise."""

    def columns(self) -> list[Row]:
        return [self.column(firm) for firm in self.firms]

    def column(self, firm: Row) -> Row:
        out: Row = {"uscc": firm["uscc"]}
        for part in (
            self.own,
            self.changes,
            self.reports,
            self.lists,
            self.checks,
            self.social,
            self.linked,
            self.owned,
        ):
            out |= part(firm)
        return out

    def linked(self, firm: Row) -> Row:
        names = (
            "same_address_entities",
            "address_abnormal_entities",
            "firms_same_person",
            "serious_linked_firms",
            "branches",
            "contact_shared_entities",
            "batch_registration",
            "parent_branch_class",
        )
        out: Row = dict.fromkeys(names)
        if firm["uscc"] is None:
            return out
        firm = self.first[firm["uscc"]]
        firms = list(self.first.values())
        at_site = [one for one in firms if one["live"] and one["site"] == firm["site"]]
        out["same_address_entities"] = len(at_site) if firm["site"] else (0 if firm["address_cluster"] else None)
        if "abnormal_list" in self.tables:
            bad = [one for one in at_site if self.lists(one)["on_abnormal_list"]]
            out["address_abnormal_entities"] = len(bad) if firm["site"] else (0 if firm["address_cluster"] else None)
        if firm["legal_rep"]:
            theirs = [one for one in firms if one["legal_rep"] == firm["legal_rep"]]
            out["firms_same_person"] = sum(one["live"] for one in theirs)
            if "serious_list" in self.tables:
                out["serious_linked_firms"] = sum(
                    bool(self.lists(one)["on_serious_list"]) for one in theirs if one is not firm
                )
        if firm["contact"]:
            out["contact_shared_entities"] = sum(
                one["live"] for one in firms if one["contact"] == firm["contact"] and one is not firm
            )
        branches = [one for one in firms if one["parent"] == firm["uscc"] and one["live"]]
        out["branches"] = len(branches)
        out["batch_registration"] = any(self.crowded(firm, key) for key in ("legal_rep", "contact", "agent", "site"))
        if "classes" in self.tables:
            others = [self.class_of(one["uscc"]) for one in branches]
            others += [self.class_of(firm["parent"])] if firm["parent"] else []
            out["parent_branch_class"] = max(others, key=codes.HARM.index, default="none")
        return out

    def crowded(self, firm: Row, key: str) -> bool:
        if not firm[key] or not firm["established_on"]:
            return False
        days = [one["established_on"] for one in self.first.values() if one[key] == firm[key] and one["established_on"]]
        for begin in days:
            window = [day for day in days if begin <= day < begin + timedelta(days=30)]
            if len(window) >= 10 and firm["established_on"] in window:
                return True
        return False

    def class_of(self, code: str) -> str:
        """The last known class; ``other`` when there is none."""
        rows = [row for row in self.rows("classes", code) or [] if row["class"] is not None]
        last = max((row["scored_on"] for row in rows), default=None)
        found = [row["class"].lower() for row in rows if row["scored_on"] == last]
        return max((one if one in codes.HARM else "other" for one in found), key=codes.HARM.index, default="other")

    def parties(self) -> list[Row]:
        return [
            row
            for row in self.tables.get("related_parties", [])
            if row["uscc"]
            and not (row["from_on"] and row["from_on"] > self.on)
            and not (row["until_on"] and row["until_on"] <= self.on)
        ]

    def owned(self, firm: Row) -> Row:
        names = (
            "invested_firms",
            "invested_firms_bad",
            "controller_class",
            "linked_penalties_12m",
            "officer_under_enforcement",
            "officer_disqualified",
            "industry_ban",
        )
        out: Row = dict.fromkeys(names)
        code = firm["uscc"]
        if code is None or "related_parties" not in self.tables:
            return out
        owners = [
            row
            for row in self.parties()
            if row["party_kind"] == "enterprise" and row["role"] == "shareholder" and row["party"]
        ]
        held = {row["uscc"] for row in owners if row["party"] == code} - {code}
        out["invested_firms"] = len(held)
        if "classes" in self.tables:
            out["invested_firms_bad"] = sum(self.class_of(one) in {"c", "d"} for one in held)
            chain = [self.class_of(one) for one in self.chain(code, owners)]
            out["controller_class"] = max(chain, key=codes.HARM.index, default="none")
        if "penalties" in self.tables:
            everybody = {*self.first, *(row["uscc"] for row in owners), *(row["party"] for row in owners)}
            group = [one for one in everybody if one != code and self.head(one, owners) == self.head(code, owners)]
            out["linked_penalties_12m"] = sum(self.fresh(one) for one in group)
        if "persons" in self.tables:
            out |= self.officers(self.first[code])
        return out

    def fresh(self, code: str) -> int:
        return sum(
            row["department"] == "market_regulation"
            and row["withdrawn_on"] is None
            and months_between(row["decided_on"], self.on) < 12
            for row in self.rows("penalties", code) or []
        )

    def controller(self, code: str, owners: list[Row]) -> str | None:
        shares: dict[str, int] = {}
        for row in owners:
            if row["uscc"] == code and row["party"] != code:
                shares[row["party"]] = shares.get(row["party"], 0) + round((row["share_percent"] or 0) * 10_000)
        most = [(-share, party) for party, share in shares.items() if share > 500_000]
        return min(most)[1] if most else None

    def chain(self, code: str, owners: list[Row]) -> list[str]:
        found: list[str] = []
        above = self.controller(code, owners)
        while above is not None and above != code and above not in found and len(found) < 10:
            found.append(above)
            above = self.controller(above, owners)
        return found

    def head(self, code: str, owners: list[Row]) -> str:
        chain = [code, *self.chain(code, owners)]
        above = self.controller(chain[-1], owners)
        return min(chain[chain.index(above) :]) if above in chain and len(chain) <= 10 else chain[-1]

    def officers(self, firm: Row) -> Row:
        said = [
            (row["party"], row["role"])
            for row in self.parties()
            if row["uscc"] == firm["uscc"] and row["party_kind"] == "person"
        ]
        said += [(firm["legal_rep"], "legal_rep")] if firm["legal_rep"] else []
        barred = {
            (row["person"], row["kind"])
            for row in self.tables["persons"]
            if row["person"]
            and row["from_on"]
            and row["from_on"] <= self.on
            and not (row["until_on"] and row["until_on"] <= self.on)
        }
        officers = {person for person, role in said if role in {"legal_rep", "director", "supervisor", "manager"}}
        responsible = {person for person, role in said if role in {"legal_rep", "responsible"}}
        return {
            "officer_under_enforcement": any((person, "enforcement") in barred for person in officers),
            "officer_disqualified": any((person, "disqualified") in barred for person in officers),
            "industry_ban": any((person, "industry_ban") in barred for person in responsible),
        }
