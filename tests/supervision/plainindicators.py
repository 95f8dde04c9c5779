"""The columns of the default scheme out of raw records, the slow and plain way: loops over rows, one firm at a time.

Written from the pages, not from the data files of ``supervision/indicatordata``: what both say has been said twice.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from tests.supervision import plaincodes as codes
from tests.supervision.plaincodes import Row, months_between


@dataclass
class PlainFirms:
    """A world of records on a day; tables that are not given are ``None``."""

    on: date
    tables: dict[str, list[Row]]
    firms: list[Row] = field(default_factory=list)
    first: dict[str, Row] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.firms = [
            dict(row)
            for row in self.tables["registry"]
            if not (row["established_on"] and row["established_on"] > self.on)
        ]
        for firm in self.firms:
            self._as_of(firm)
            if firm["uscc"] is not None:
                self.first.setdefault(firm["uscc"], firm)

    def _as_of(self, firm: Row) -> None:
        later = [
            row
            for row in self.tables.get("changes", [])
            if row["uscc"] == firm["uscc"]
            and firm["uscc"] is not None
            and row["changed_on"]
            and row["changed_on"] > self.on
        ]
        for kind, name in (("capital", "capital_10k"), ("address", "address"), ("legal_rep", "legal_rep")):
            own = [row for row in later if row["kind"] == kind]
            own.sort(key=lambda row: (row["changed_on"], row["before"] is None, row["before"] or ""))
            before = own[0]["before"] if own else None
            before = codes.amount(before) if kind == "capital" else before
            firm[name] = firm[name] if before is None else before
        firm["state_word"] = codes.STATES.get(firm["state"] or "")
        if firm["state_on"] and firm["state_on"] > self.on:
            firm["state_word"] = "in_operation"
        firm["live"] = firm["state_word"] == "in_operation"
        text = unicodedata.normalize("NFKC", firm["address"] or "").upper()
        firm["place"] = (
            "".join(one for one in text if not one.isspace() and one not in ",.;:()-_#\"'，。、；：（）·") or None
        )
        firm["site"] = None if firm["address_cluster"] else firm["place"]

    def rows(self, table: str, code: str | None) -> list[Row] | None:
        """Facts of an enterprise known on the day, with ends that have not come taken away; None without the table."""
        if table not in self.tables or code is None:
            return None
        found = []
        for row in self.tables[table]:
            day = row.get(codes.FIRST_DAYS[table])
            if row.get("uscc") == code and day is not None and day <= self.on:
                found.append({k: None if codes.is_end(k) and v and v > self.on else v for k, v in row.items()})
        return found

    def own(self, firm: Row) -> Row:
        capital = firm["capital_10k"]
        texts = [one for one in (firm["name"], firm["scope"]) if one is not None]
        return {
            "registry_state": firm["state_word"],
            "established_on": firm["established_on"],
            "entity_type": codes.type_of(firm["entity_type"]),
            "sector_risk": codes.sector(firm["industry"]),
            "registered_capital_10k": capital if firm["capital_currency"] in {None, "CNY", "人民币"} else None,
            "high_risk_scope": any(word in text for word in codes.WORDS for text in texts) if texts else None,
        }

    def within(self, rows: list[Row] | None, day: str, months: int, **where: Any) -> int | None:  # noqa: ANN401
        if rows is None:
            return None
        return sum(
            months_between(row[day], self.on) < months and all(row[k] == v for k, v in where.items()) for row in rows
        )

    def changes(self, firm: Row) -> Row:
        rows = self.rows("changes", firm["uscc"])
        kinds = {
            "legal_rep": "legal_rep",
            "address": "address",
            "shareholder": "shareholder",
            "scope": "scope",
            "name": "name",
        }
        out: Row = {f"{kind}_changes_12m": self.within(rows, "changed_on", 12, kind=kind) for kind in kinds}
        jumps = [
            row for row in rows or [] if row["kind"] == "capital" and months_between(row["changed_on"], self.on) < 12
        ]
        out["capital_abnormal"] = (
            None if rows is None else any(codes.jump(row["before"], row["after"]) for row in jumps)
        )
        late = self.rows("disclosures", firm["uscc"])
        out["late_disclosures"] = (
            None
            if late is None
            else sum(row["due_on"] is not None and (row["published_on"] or self.on) > row["due_on"] for row in late)
        )
        out["encumbrances"] = codes.count_open(self.rows("encumbrances", firm["uscc"]), "until_on")
        ends = self.rows("winding_up", firm["uscc"])
        kinds_now = [row["kind"] or "other" for row in ends or [] if row["until_on"] is None]
        out["winding_up_state"] = (
            None if ends is None else max(kinds_now, key=codes.WINDING_ORDER.index, default="none")
        )
        return out

    def reports(self, firm: Row) -> Row:
        names = (
            "missed_reports",
            "report_late",
            "insured_staff",
            "paid_in_share",
            "report_all_zero",
            "report_implausible",
        )
        rows = self.rows("annual_reports", firm["uscc"])
        if rows is None or firm["uscc"] is None:
            return dict.fromkeys(names)
        filed = [row for row in rows if row["report_year"] is not None]
        due = self.on.year - 1
        while date(due + 1, 6, 30) >= self.on:
            due -= 1
        firm = self.first[firm["uscc"]]
        founded = firm["established_on"].year if firm["established_on"] else None
        years = {row["report_year"] for row in filed if row["report_year"] <= due}
        missed = None
        if founded is not None and founded <= due:
            missed = 0
            while due - missed not in years and due - missed >= founded:
                missed += 1
        elif founded is None and years:
            missed = due - max(years)
        of_due = [row["published_on"] for row in filed if row["report_year"] == due]
        late = None
        if of_due and not (founded is not None and founded > due):
            late = min(of_due) > date(due + 1, 6, 30)
        elif founded is not None and founded <= due:
            late = False
        last = max(filed, key=codes.report_order, default=dict.fromkeys(codes.MONEY + codes.REST))
        young = firm["established_on"] is not None and months_between(firm["established_on"], self.on) < 12
        share = last["paid_in_10k"] / last["due_10k"] if last["due_10k"] and last["paid_in_10k"] is not None else None
        return {
            "missed_reports": missed,
            "report_late": late,
            "insured_staff": None if young else last["insured_staff"],
            "paid_in_share": None if share is None else min(share, 10.0),
            "report_all_zero": codes.all_of([None if last[name] is None else last[name] == 0 for name in codes.MONEY]),
            "report_implausible": codes.all_of(
                [
                    codes.least(self.own(firm)["registered_capital_10k"], 10000),
                    codes.any_of(
                        [
                            None if last["tax_10k"] is None else last["tax_10k"] == 0,
                            None if last["revenue_10k"] is None else last["revenue_10k"] < 100,
                            None if last["staff"] is None else last["staff"] == 0,
                        ]
                    ),
                ]
            ),
        }

    def lists(self, firm: Row) -> Row:
        code = firm["uscc"]
        rows, serious, penalties = (self.rows(name, code) for name in ("abnormal_list", "serious_list", "penalties"))
        out: Row = {"on_abnormal_list": None, "unreachable_listed": None, "on_serious_list": None}
        out["abnormal_listings_36m"] = self.within(rows, "listed_on", 36)
        if rows is not None:
            out["on_abnormal_list"] = any(row["removed_on"] is None for row in rows)
            out["unreachable_listed"] = any(
                row["reason"] == "unreachable"
                and (row["removed_on"] is None or months_between(row["listed_on"], self.on) < 12)
                for row in rows
            )
        if serious is not None:
            out["on_serious_list"] = any(row["removed_on"] is None for row in serious)
        standing = (
            None
            if penalties is None
            else [
                row
                for row in penalties
                if row["withdrawn_on"] is None and months_between(row["decided_on"], self.on) < 36
            ]
        )
        return out | self.penalties(standing)

    def penalties(self, rows: list[Row] | None) -> Row:
        names = (
            "penalties_36m",
            "heaviest_penalty",
            "penalty_amount_10k",
            "metrology_cases_36m",
            "advertising_cases_36m",
            "other_penalties_36m",
            "environment_penalties_36m",
        )
        if rows is None:
            return dict.fromkeys(names)
        ours = [row for row in rows if row["department"] == "market_regulation"]
        fen = sum(round((row[name] or 0) * 100) for row in ours for name in ("fine_yuan", "confiscated_yuan"))
        return {
            "penalties_36m": len(ours),
            "heaviest_penalty": max(
                (codes.heaviest(row["kinds"]) for row in ours), key=codes.PENALTIES.index, default="none"
            ),
            "penalty_amount_10k": fen / 1_000_000,
            "metrology_cases_36m": sum(row["field"] in {"metrology", "certification"} for row in ours),
            "advertising_cases_36m": sum(row["field"] in {"advertising", "price", "competition"} for row in ours),
            "other_penalties_36m": sum(row["department"] in {"environment", "other"} for row in rows),
            "environment_penalties_36m": sum(row["department"] == "environment" for row in rows),
        }

    def checks(self, firm: Row) -> Row:
        code = firm["uscc"]
        out: Row = dict.fromkeys(
            [
                "latest_inspection_result",
                "inspections_with_problems_36m",
                "non_cooperation",
                "last_inspected_on",
                "address_state",
                "licences_required",
                "licences_in_force",
                "equipment_overdue",
                "overdue_rectifications",
            ]
        )
        rows = self.rows("inspections", code)
        if rows is not None:
            recent = [row for row in rows if months_between(row["inspected_on"], self.on) < 36]
            out["inspections_with_problems_36m"] = sum(codes.has_problem(row) for row in recent)
            out["non_cooperation"] = any(codes.result(row) == "refused" for row in recent)
            out["last_inspected_on"] = max((row["inspected_on"] for row in rows if row["on_site"]), default=None)
            last = max(
                rows, key=lambda row: (row["inspected_on"], codes.RESULTS.index(codes.result(row))), default=None
            )
            out["latest_inspection_result"] = codes.result(last) if last else "not_inspected"
        rows = self.rows("address_checks", code)
        if rows is not None:
            words = [(row["checked_on"], codes.ADDRESS_ORDER.index(row["result"] or "other")) for row in rows]
            out["address_state"] = codes.ADDRESS_ORDER[max(words)[1]] if words else "not_checked"
        rows = self.rows("licences", code)
        if rows is not None:
            out["licences_required"] = len({row["item"] for row in rows} - {None})
            out["licences_in_force"] = len({row["item"] for row in rows if self.in_force(row)} - {None})
        rows = self.rows("equipment", code)
        if rows is not None:
            late = {
                row["device"] for row in rows if row["due_on"] and row["due_on"] < self.on and row["retired_on"] is None
            }
            out["equipment_overdue"] = len(late - {None})
        rows = self.rows("corrections", code)
        if rows is not None:
            out["overdue_rectifications"] = sum(
                row["due_on"] is not None and row["due_on"] < self.on and row["done_on"] is None for row in rows
            )
        samples = self.rows("samples", code)
        for kind in ("product", "food"):
            out[f"failed_{kind}_samples_24m"] = self.within(samples, "sampled_on", 24, kind=kind, passed=False)
        return out

    def in_force(self, row: Row) -> bool:
        return bool(
            row["valid_from"]
            and row["valid_from"] <= self.on
            and (row["valid_until"] is None or row["valid_until"] >= self.on)
            and row["revoked_on"] is None
        )

    def social(self, firm: Row) -> Row:
        code = firm["uscc"]
        out: Row = {}
        rows = self.rows("complaints", code)
        out["complaints_12m"] = self.within(rows, "accepted_on", 12)
        out["complaints_3m"] = self.within(rows, "accepted_on", 3)
        ages = [months_between(row["accepted_on"], self.on) for row in rows or []]
        out["complaints_prior_12m"] = None if rows is None else sum(3 <= age < 15 for age in ages)
        out["complaints_settled"] = (
            None
            if rows is None
            else sum(
                age < 12
                and row["settled_on"] is not None
                and (row["due_on"] is None or row["settled_on"] <= row["due_on"])
                for age, row in zip(ages, rows, strict=True)
            )
        )
        honours = self.rows("honours", code)
        out["has_honours"] = None if honours is None else any(row["ended_on"] is None for row in honours)
        out["awards_36m"] = self.within(honours, "granted_on", 36, kind="award")
        repairs = self.rows("repairs", code)
        out["negative_items"] = None if repairs is None else len(repairs)
        out["repaired_items"] = (
            None
            if repairs is None
            else sum(
                row["repaired_on"] is not None and (row["repair_by"] is None or row["repaired_on"] <= row["repair_by"])
                for row in repairs
            )
        )
        return out | self.events(self.rows("events", code)) | self.ratings(self.rows("ratings", code))

    def events(self, rows: list[Row] | None) -> Row:
        names = (
            "tax_abnormal",
            "wage_arrears",
            "safety_events_36m",
            "dishonest_debtor",
            "negative_events_6m",
            "commitments_net",
            "monitored_dishonesty",
            "major_accident",
        )
        if rows is None:
            return dict.fromkeys(names)
        recent = [row for row in rows if months_between(row["from_on"], self.on) < 36]
        return {
            **{
                kind: any(row["kind"] == kind and row["until_on"] is None for row in rows)
                for kind in ("tax_abnormal", "dishonest_debtor", "monitored_dishonesty")
            },
            **{kind: bool(self.within(rows, "from_on", 24, kind=kind)) for kind in ("wage_arrears", "major_accident")},
            "safety_events_36m": sum(
                row["kind"] == "accident" or (row["kind"] == "hazard" and row["until_on"] is None) for row in recent
            ),
            "negative_events_6m": self.within(rows, "from_on", 6, kind="negative_report"),
            "commitments_net": sum(
                (row["kind"] == "commitment_kept") - (row["kind"] == "commitment_broken") for row in rows
            ),
        }

    def ratings(self, rows: list[Row] | None) -> Row:
        out: Row = dict.fromkeys(["public_credit", "tax_credit", "platform_rating"])
        for kind, known in (("public_credit", "优良中差"), ("tax_credit", "ABMCD")):
            own = [
                (
                    row["rated_on"],
                    codes.RATING_ORDER.index(
                        codes.RATINGS[row["value"]] if row["value"] and row["value"] in known else "other"
                    ),
                )
                for row in rows or []
                if row["kind"] == kind
            ]
            out[kind] = codes.RATING_ORDER[max(own)[1]] if own else None
        scores = [row for row in rows or [] if row["kind"] == "platform" and row["score"] is not None]
        last = max((row["rated_on"] for row in scores), default=None)
        out["platform_rating"] = min((row["score"] for row in scores if row["rated_on"] == last), default=None)
        return out
