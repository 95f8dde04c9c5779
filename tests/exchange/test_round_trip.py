"""Export → import gives back what was exported, whether people leave cells alone or not."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.load import CATALOGUE, link, load_catalogue, read_yaml
from service.exchange.context import COVERED, Context
from service.exchange.desk import Shelf
from service.exchange.documents import by_id, equal
from service.exchange.grid import read_book
from service.exchange.importing import read_workbook
from service.exchange.options import Options
from service.exchange.workbook import ORIGINALS, Wanted, write_workbook
from tests.exchange import desk, random_items
from tests.exchange.desk import ON, codes, edit, export, item, notices, read, said, without

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from rules.release import Release

Folders = pytest.TempPathFactory
RELEASE = desk.RELEASE
DOCUMENTS: dict[str, Any] = desk.DELIVERED
OURS = {name: one for name, one in DOCUMENTS.items() if isinstance(one, dict) and one.get("kind") in COVERED}
REST = {name: one for name, one in DOCUMENTS.items() if name not in OURS}
NOT_SHOWN = {"limitation", "parameters", "no_fault_excluded"}


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole catalogue as a workbook."""
    return export(tmp_path_factory.mktemp("export") / "lists.xlsx")


@pytest.fixture(scope="module")
def some(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One list as a workbook."""
    return export(tmp_path_factory.mktemp("export") / "some.xlsx", source="samr-2025-first-violation")


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogue without what stands in the workbook: facts, statute, checks."""
    root = tmp_path_factory.mktemp("bare") / "catalogue"
    shutil.copytree(CATALOGUE, root)
    for path in [root / name for name in OURS]:
        path.unlink()
    shutil.rmtree(root / "accepted", ignore_errors=True)
    return root


class TestWholeCatalogue:
    def test_an_untouched_workbook_changes_nothing(self, exported: Path) -> None:
        found = read(exported)
        assert said(found) == []
        assert found.preview.empty
        assert found.preview.unchanged == len(OURS)
        assert found.release is not None
        assert found.release.digest == RELEASE.digest

    def test_it_fills_an_empty_catalogue_with_the_same_digest(self, exported: Path, bare: Path) -> None:
        from service.exchange.desk import consider  # noqa: PLC0415  (with another catalogue than the delivered one)

        found = consider(exported, Shelf(bare), Options(ON), bare)
        assert said(found) == []
        assert len(found.preview.added) == len(OURS)
        found.write()
        assert {name: read_yaml(bare / name, name) for name in OURS} == OURS
        shutil.copytree(CATALOGUE / "accepted", bare / "accepted")
        assert load_catalogue(bare).digest == RELEASE.digest

    def test_the_same_day_gives_the_same_bytes(self, exported: Path, tmp_path: Path) -> None:
        assert export(tmp_path / "again.xlsx").read_bytes() == exported.read_bytes()

    def test_cells_alone_say_all_that_people_can_see(self, exported: Path) -> None:
        """Without the hidden originals everything is read from the cells."""
        book = without(read_book(exported), ORIGINALS)
        found = read_workbook(book, REST, link(REST), Options(ON))
        assert [one.detail for one in found.context.faults.errors] == []
        for document in OURS.values():
            again = found.entries[document["id"]].document
            assert equal(_visible(document), _visible(again)), document["id"]


def _visible(document: Mapping[str, Any]) -> dict[str, Any]:
    """A document without what no cell shows, and without what says nothing."""
    shown = {key: value for key, value in document.items() if key not in NOT_SHOWN}
    if "citations" in shown:  # three columns: the order between them is not seen
        shown["citations"] = sorted(map(repr, (_told(one) for one in shown["citations"])))
    if "first_violation" in shown:
        shown["first_violation"] = _told(shown["first_violation"])
    if "versions" in shown:
        shown["versions"] = [_version(one) for one in shown["versions"]]
    return _told(shown)


def _version(version: Mapping[str, Any]) -> dict[str, Any]:
    shown = {key: value for key, value in version.items() if key not in {"confidence", "note", "abolished"}}
    if shown.get("penalty"):
        shown["penalty"] = {key: value for key, value in shown["penalty"].items() if key != "note"}
        shown["penalty"]["branches"] = [_branch(one) for one in shown["penalty"].get("branches") or []]
        shown["penalty"].setdefault("optional", False)
    return _told(shown)


def _branch(branch: Mapping[str, Any]) -> dict[str, Any]:
    """A branch; ``all`` at the top and a list of conditions are the same to a person."""
    return _told(branch)


def _told(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in (None, [], "", False)}


@st.composite
def _items(draw: st.DrawFn) -> list[dict[str, Any]]:
    names = draw(st.lists(st.sampled_from("ABCDEFGH"), min_size=1, max_size=4, unique=True))
    return [_item(draw, name) for name in names]


def _item(draw: st.DrawFn, name: str) -> dict[str, Any]:
    vocabulary = RELEASE.vocabulary
    conditions = random_items.conditions(vocabulary)
    tests = st.builds(
        lambda facts, name, expect: {"name": name, "facts": facts, "expect": expect},
        random_items.cases(vocabulary), st.sampled_from(["甲", "乙", "丙"]),
        st.sampled_from(["applies", "not_met", "undetermined"]),
    )  # fmt: skip
    found: dict[str, Any] = {
        "id": f"X-{name}", "kind": "list_item", "title": f"事项{name}", "source": "samr-2025-first-violation",
        "list": draw(st.sampled_from(["no_penalty", "lighter", "mitigated", "no_coercive_measure"])),
        "force": draw(st.sampled_from(["shall", "may"])), "field": "市场监管", "violations": ["food-expired-sale"],
        "in_force": {"from": "2025-02-07", "until": draw(st.sampled_from([None, "2027-01-01"]))},
        "conditions": draw(st.lists(conditions, min_size=1, max_size=3)), "confidence": "V1",
        "checked_on": "2026-11-23", "tests": draw(st.lists(tests, max_size=2, unique_by=lambda one: one["name"])),
        "parameters": {"limit_years": {"unit": "year", "values": [{"from": "2021-01-01", "value": 2}]}},
    }  # fmt: skip
    optional = {
        "exclusions": draw(st.lists(conditions, max_size=2)), "note": draw(random_items.TEXT),
        "jurisdiction": draw(st.sampled_from(["210200", "000000", None])), "commitment": "required",
        "also_lists": ["lighter"], "stale": "依据已变", "keeps_confiscation": True, "place": "某地",
        "first_violation": {"window_months": 12, "scope": "any_type_same_organ"},
        "disputed": {"question": "如何理解？", "readings": ["甲说", "乙说"]},
    }  # fmt: skip
    chosen = draw(st.sets(st.sampled_from(sorted(optional))))
    return found | {key: optional[key] for key in sorted(chosen)}


def _written(documents: list[dict[str, Any]], path: Path) -> None:
    known, files = by_id(DOCUMENTS)
    context = Context(RELEASE, known | {one["id"]: one for one in documents}, files, ON)
    path.write_bytes(
        write_workbook(Wanted([(f"x/{one['id']}.yaml", one) for one in documents], RELEASE.digest), context)
    )


class TestRandomItems:
    @settings(max_examples=10)
    @given(documents=_items())
    def test_any_items_come_back(self, tmp_path_factory: Folders, documents: list[dict[str, Any]]) -> None:
        path = tmp_path_factory.mktemp("random") / "random.xlsx"
        _written(documents, path)
        found = read_workbook(read_book(path), DOCUMENTS, RELEASE, Options(ON))
        assert [one.detail for one in found.context.faults.errors] == []
        for document in documents:
            assert equal(found.entries[document["id"]].document, document)

    @settings(max_examples=10)
    @given(documents=_items())
    def test_their_conditions_and_cases_are_read_from_the_cells(
        self, tmp_path_factory: Folders, documents: list[dict[str, Any]]
    ) -> None:
        path = tmp_path_factory.mktemp("random") / "random.xlsx"
        _written(documents, path)
        found = read_workbook(without(read_book(path), ORIGINALS), DOCUMENTS, RELEASE, Options(ON))
        parse = found.context.parser.parse_list
        for document in documents:
            again = found.entries[document["id"]].document
            for part in ("conditions", "exclusions"):
                assert parse(again.get(part) or (), "") == parse(document.get(part) or (), "")
            assert again.get("tests", []) == document["tests"]


class TestEdits:
    def test_a_cell_that_was_changed_wins_and_the_rest_stays(self, some: Path, tmp_path: Path) -> None:
        def change(row: dict[str, Any]) -> None:
            if row["编号"] == "MR-N05":
                row["适用条件"] = row["适用条件"].replace("不超过500元", "不超过800元")
                row["有效期至（含当日）"] = "2027-02-06"

        found = read(edit(some, tmp_path / "edited.xlsx", {"不予行政处罚": change}))
        old = DOCUMENTS["national/lists/samr-2025-first-violation/MR-N05.yaml"]
        new = item(found, "MR-N05")
        assert new["in_force"] == {"from": "2025-02-07", "until": "2027-02-07"}
        assert new["conditions"][3] == {"fact": "goods_value_yuan", "lte": 800}
        assert {key: new[key] for key in new if key not in {"conditions", "in_force"}} == {
            key: old[key] for key in old if key not in {"conditions", "in_force"}
        }

    def test_the_preview_says_the_change_in_words(self, some: Path, tmp_path: Path) -> None:
        def change(row: dict[str, Any]) -> None:
            if row["编号"] == "MR-N05":
                row["适用条件"] = row["适用条件"].replace("不超过500元", "不超过800元")
                row["强度"] = "应当"

        found = read(edit(some, tmp_path / "edited.xlsx", {"不予行政处罚": change}))
        lines = [one.sentence() for one in found.preview.changed[0].differences]
        assert lines == [
            "强度：「可以」改为「应当」",
            "适用条件：去掉「货值金额不超过500元」；增加「货值金额不超过800元」",
        ]
        assert "exchange_example_fails" in codes(found), "the case of 500.01 yuan no longer holds"

    def test_conditions_may_be_changed_in_their_rows(self, some: Path, tmp_path: Path) -> None:
        def change(row: dict[str, Any]) -> None:
            if row["事项编号"] == "MR-N05" and row["事实"] == "货值金额（goods_value_yuan）":
                row["比较"], row["数值"] = "低于", "1万元"

        found = read(edit(some, tmp_path / "edited.xlsx", {"条件": change}))
        assert item(found, "MR-N05")["conditions"][3] == {"fact": "goods_value_yuan", "lt": 10000}

    def test_two_places_that_differ_are_a_fault(self, some: Path, tmp_path: Path) -> None:
        def in_rows(row: dict[str, Any]) -> None:
            if row["事项编号"] == "MR-N05" and row["事实"] == "货值金额（goods_value_yuan）":
                row["数值"] = "600元"

        def in_cell(row: dict[str, Any]) -> None:
            if row["编号"] == "MR-N05":
                row["适用条件"] = row["适用条件"].replace("500元", "700元")

        found = read(edit(some, tmp_path / "edited.xlsx", {"条件": in_rows, "不予行政处罚": in_cell}))
        assert "exchange_two_conditions" in codes(found)

    def test_a_penalty_is_changed_in_its_own_sheet(self, some: Path, tmp_path: Path) -> None:
        def change(row: dict[str, Any]) -> None:
            if row["案由编号"] == "food-expired-sale" and row["适用情形"] == "货值金额低于1万元":
                row["罚款幅度"] = "1万元以上5万元以下罚款"

        found = read(edit(some, tmp_path / "edited.xlsx", {"案由": change}))
        old = DOCUMENTS["national/violations/market/food-expired-sale.yaml"]
        new = item(found, "food-expired-sale")
        assert new["versions"][0]["penalty"]["branches"][0]["fine"] == {"min_yuan": 10000, "max_yuan": 50000}
        assert new["versions"][0]["confidence"] == old["versions"][0]["confidence"]
        assert [one.sentence() for one in found.preview.changed[0].differences] == [
            "罚款幅度：「5万元以上10万元以下罚款」改为「1万元以上5万元以下罚款」"
        ]


class TestRemoval:
    def test_rows_taken_out_stay_unless_asked(self, some: Path, tmp_path: Path) -> None:
        def change(row: dict[str, Any]) -> None:
            row["删去"] = row["编号"] == "MR-N05"

        found = read(edit(some, tmp_path / "edited.xlsx", {"不予行政处罚": change}))
        assert found.incoming.absent == ["MR-N05"]
        assert found.preview.removed == []
        assert notices(found) == ["exchange_stays"]


def test_a_workbook_without_its_originals_is_compared_with_the_catalogue(
    some: Path, tmp_path: Path, release: Release
) -> None:
    found = read(edit(some, tmp_path / "plain.xlsx", {}, drop=[ORIGINALS]))
    assert said(found) == []
    assert found.preview.empty
    assert found.release is not None
    assert found.release.digest == release.digest
