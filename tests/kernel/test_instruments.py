"""The register of instruments: what exists, what does not, and what we cannot tell."""

import re
from csv import DictReader
from datetime import date
from pathlib import Path

import pytest

from kernel.citation import Citation, CitationError, parse_reference
from kernel.instruments import in_force_on, load_register, resolve, resolve_citation

V2019, V2026 = date(2019, 4, 23), date(2026, 6, 26)  # versions of 商标法


class TestFind:
    @pytest.mark.parametrize("title", ["食品安全法", "中华人民共和国食品安全法", "《食品安全法》", " 食品安全法 "])
    def test_short_and_full_titles_name_the_same(self, title: str) -> None:
        found = load_register().find(title)
        assert found is not None
        assert found.title == "中华人民共和国食品安全法"
        assert found.short_title == "食品安全法"

    def test_brackets_of_either_width(self) -> None:
        register = load_register()
        assert register.find("中华人民共和国刑法修正案(十二)") == register.find("中华人民共和国刑法修正案（十二）")
        assert register.find("中华人民共和国刑法修正案(十二)") is not None

    def test_unknown_title(self) -> None:
        assert load_register().find("不存在法") is None

    def test_no_two_instruments_share_a_title(self) -> None:
        titles = [item.title for item in load_register().instruments]
        shorts = [item.short_title for item in load_register().instruments]
        assert len(set(titles)) == len(titles) > 1000
        assert len(set(shorts)) == len(shorts)

    def test_versions_stand_in_order_of_time(self) -> None:
        for instrument in load_register().instruments:
            days = [version.version_date for version in instrument.versions]
            assert days == sorted(days)


class TestResolve:
    @pytest.mark.parametrize(
        ("instrument", "article", "status"),
        [
            ("食品安全法", "124①(五)", "exists"),
            ("食品安全法", "154", "exists"),
            ("食品安全法", "155", "does_not_exist"),
            ("食品安全法", "67、71", "exists"),
            ("食品安全法", "67、171", "does_not_exist"),
            ("食品安全法", "", "exists"),
            ("刑法", "120之六", "exists"),
            ("刑法", "120之七", "does_not_exist"),
            ("民法典", "1260", "exists"),
            ("民法典", "1261", "does_not_exist"),
            ("食品经营许可和备案管理办法", "52", "not_in_index"),
            ("合同法", "52", "not_in_index"),
        ],
    )
    def test_in_any_version(self, instrument: str, article: str, status: str) -> None:
        assert resolve(instrument, article).status == status

    def test_a_hole_in_the_source_is_not_a_defect_of_the_citation(self) -> None:
        assert resolve("飞行基本规则", "2").status == "not_in_index"

    @pytest.mark.parametrize("article", ["1119", "1120", "1121", "1200", "1201", "1202"])
    def test_articles_that_the_source_joined_to_the_one_before_exist(self, article: str) -> None:
        assert resolve("生态环境法典", article).status == "exists"
        assert resolve("生态环境法典", "1243").status == "does_not_exist"

    @pytest.mark.parametrize(
        ("on", "status", "checked"),
        [
            (date(2026, 12, 31), "does_not_exist", (V2019,)),
            (date(2027, 1, 1), "exists", (V2026,)),
            (date(2019, 4, 22), "not_in_index", ()),
        ],
    )
    def test_looks_at_the_version_in_force_that_day(self, on: date, status: str, checked: tuple[date, ...]) -> None:
        answer = resolve("商标法", "80", on)
        assert (answer.status, answer.checked) == (status, checked)

    def test_names_the_versions_that_hold_the_article(self) -> None:
        assert resolve("商标法", "60").versions == (V2019, V2026)
        assert resolve("商标法", "80").versions == (V2026,)

    def test_soon_after_an_issue_the_version_before_counts_too(self) -> None:
        """互联网上网服务营业场所管理条例: 37 articles until 2022-03-29, 38 from then on, start unknown."""
        assert resolve("互联网上网服务营业场所管理条例", "38", date(2022, 4, 10)).status == "exists"
        assert len(resolve("互联网上网服务营业场所管理条例", "38", date(2022, 4, 10)).checked) == 2
        assert len(resolve("互联网上网服务营业场所管理条例", "38", date(2023, 3, 29)).checked) == 1
        assert resolve("互联网上网服务营业场所管理条例", "38", date(2021, 4, 10)).status == "does_not_exist"

    def test_soon_after_the_first_known_version_nothing_is_said_not_to_exist(self) -> None:
        assert resolve("互联网上网服务营业场所管理条例", "99", date(2019, 5, 1)).status == "not_in_index"

    @pytest.mark.parametrize(
        ("version", "status"),
        [
            ("2019", "does_not_exist"),
            ("2026修订", "exists"),
            ("旧", "not_in_index"),
            ("2001", "not_in_index"),
            ("至2026-12-31", "does_not_exist"),
            ("2027-01-01起", "exists"),
            ("2027-01-01", "exists"),
        ],
    )
    def test_a_named_version_wins_over_the_day(self, version: str, status: str) -> None:
        assert resolve("商标法", "80", date(2030, 1, 1), version).status == status

    def test_a_version_in_the_article_wins(self) -> None:
        assert resolve("商标法", "80(2019)", date(2030, 1, 1)).status == "does_not_exist"

    def test_old_means_every_version_but_the_latest(self) -> None:
        assert resolve("道路运输条例", "33(旧)").checked == (date(2019, 3, 2), date(2022, 3, 29))

    def test_the_old_version_of_a_repealed_law_is_its_last(self) -> None:
        assert resolve("环境保护法", "25(旧)").status == "exists"

    def test_a_citation_brings_its_own_version(self) -> None:
        assert resolve_citation(Citation("商标法", "80", version="2019")).status == "does_not_exist"
        assert resolve_citation(Citation("商标法", "80"), date(2027, 1, 1)).status == "exists"

    def test_an_article_that_cannot_be_read_is_an_error_even_for_unknown_titles(self) -> None:
        with pytest.raises(CitationError):
            resolve("不存在法", "第条")

    @pytest.mark.shared
    def test_no_basis_of_the_lists_is_called_a_defect(self, shared_dir: Path) -> None:
        with (shared_dir / "domain" / "four-lists-items.csv").open(encoding="utf-8") as file:
            cells = {row[column] for row in DictReader(file) for column in ("prohibition_basis", "penalty_basis")}
        counts = {"exists": 0, "not_in_index": 0}
        for base in {part.strip() for cell in cells for part in re.split("[;/→]", cell)}:
            try:
                counts[resolve_citation(parse_reference(base)).status] += 1
            except CitationError:
                continue
        assert counts["exists"] > 250


class TestForce:
    @pytest.mark.parametrize(
        ("instrument", "day", "answer"),
        [
            ("环境保护法", date(2026, 8, 14), "in_force"),
            ("环境保护法", date(2026, 8, 15), "repealed"),
            ("清洁生产促进法", date(2026, 8, 15), "repealed"),
            ("生态环境法典", date(2026, 8, 14), "not_yet_effective"),
            ("生态环境法典", date(2026, 8, 15), "in_force"),
            ("危险化学品安全法", date(2026, 4, 30), "not_yet_effective"),
            ("危险化学品安全法", date(2026, 5, 1), "in_force"),
            ("商标法", date(2026, 11, 24), "in_force"),
            ("行政处罚法", date(2026, 11, 24), "in_force"),
            ("行政处罚法", date(2021, 7, 14), "in_force"),  # an older text exists, though not in the register
            ("反不正当竞争法", date(2025, 10, 14), "in_force"),  # its revision came later, not the law
            ("公司法", date(2019, 1, 1), "unknown"),
            ("合同法", date(2020, 12, 31), "unknown"),
            ("合同法", date(2021, 1, 1), "repealed"),
            ("互联网上网服务营业场所管理条例", date(2019, 3, 23), "unknown"),
            ("互联网上网服务营业场所管理条例", date(2019, 5, 1), "unknown"),
            ("互联网上网服务营业场所管理条例", date(2020, 5, 1), "in_force"),
            ("农村土地承包法", date(2026, 1, 1), "unknown"),
            ("不存在法", date(2026, 1, 1), "unknown"),
        ],
    )
    def test_on_a_day(self, instrument: str, day: date, answer: str) -> None:
        assert in_force_on(instrument, day) == answer

    def test_a_repeal_names_what_repealed_it(self) -> None:
        found = load_register().find("水污染防治法")
        assert found is not None
        assert (found.repealed_by, found.repeal_source) == (
            "中华人民共和国生态环境法典",
            "中华人民共和国生态环境法典 1242",
        )

    def test_whatever_repeals_is_itself_in_the_register_and_in_force_then(self) -> None:
        repealed = [item for item in load_register().instruments if item.repealed_on]
        assert len(repealed) > 20
        for item in repealed:
            assert item.repealed_on is not None
            assert in_force_on(item.repealed_by, item.repealed_on) in {"in_force", "repealed"}, item.title
            assert resolve_citation(parse_reference(item.repeal_source)).status == "exists", item.title
