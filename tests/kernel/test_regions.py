"""Region codes: forms, ancestors, and what became of withdrawn ones."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.regions import (
    Region,
    RegionError,
    ancestors,
    full_name_zh,
    level,
    name_zh,
    normalise,
    region,
    status,
    successors,
)


class TestNormalise:
    @pytest.mark.parametrize(
        ("code", "full"),
        [
            ("21", "210000"),
            ("2102", "210200"),
            ("210200", "210200"),
            ("210202", "210202"),
            ("00", "000000"),
            ("000000", "000000"),
            ("1101", "110100"),
            ("210282", "210282"),
            ("71", "710000"),
        ],
    )
    def test_takes_two_four_or_six_digits_current_or_withdrawn(self, code: str, full: str) -> None:
        assert normalise(code) == full

    @pytest.mark.parametrize(
        "code", ["", "2", "210", "21020", "2102020", "210202001", "２１", "21 ", "大连", "21020x", None, 210200]
    )
    def test_refuses_other_forms(self, code: object) -> None:
        with pytest.raises(RegionError, match="region_form"):
            normalise(code)  # type: ignore[arg-type]

    @pytest.mark.parametrize(
        ("code", "near"),
        [("210231", "210213（金州区）"), ("219900", "2"), ("999999", "820000（澳门特别行政区）"), ("2199", "21")],
    )
    def test_unknown_codes_come_with_the_nearest(self, code: str, near: str) -> None:
        with pytest.raises(RegionError) as caught:
            normalise(code)
        assert caught.value.code == "region_unknown"
        assert code in caught.value.detail
        assert near in caught.value.detail
        nearest = caught.value.params["nearest"]
        assert isinstance(nearest, tuple)
        assert len(nearest) == 5


class TestAncestors:
    @pytest.mark.parametrize(
        ("code", "chain"),
        [
            ("210202", ("210202", "210200", "210000", "000000")),
            ("2102", ("210200", "210000", "000000")),
            ("21", ("210000", "000000")),
            ("000000", ("000000",)),
            ("110101", ("110101", "110100", "110000", "000000")),
            ("500229", ("500229", "500200", "500000", "000000")),
            ("429004", ("429004", "429000", "420000", "000000")),
            ("210282", ("210282", "210200", "210000", "000000")),
            ("210231", ("210231", "210200", "210000", "000000")),
        ],
    )
    def test_from_itself_up_to_the_nation(self, code: str, chain: tuple[str, ...]) -> None:
        assert ancestors(code) == chain

    @pytest.mark.parametrize("code", ["99", "010000", "001122"])
    def test_a_province_that_does_not_exist_has_none(self, code: str) -> None:
        with pytest.raises(RegionError, match="region_unknown"):
            ancestors(code)


class TestStatus:
    @pytest.mark.parametrize(
        ("code", "answer"),
        [
            ("210200", "current"),
            ("210214", "current"),
            ("210282", "withdrawn"),
            ("210122", "withdrawn"),
            ("210231", "unknown"),
            ("110100", "current"),
            ("110200", "withdrawn"),
            ("219000", "withdrawn"),
            ("000000", "current"),
            ("410306", "withdrawn"),
            ("999999", "unknown"),
            ("x", "unknown"),
            ("21020A", "unknown"),
        ],
    )
    def test_today(self, code: str, answer: str) -> None:
        assert status(code) == answer

    @pytest.mark.parametrize(
        ("year", "old", "new"),
        [
            (1990, "unknown", "unknown"),
            (1995, "current", "unknown"),
            (2014, "current", "unknown"),
            (2015, "current", "current"),
            (2016, "withdrawn", "current"),
        ],
    )
    def test_in_the_year_of_a_change_both_codes_count(self, year: int, old: str, new: str) -> None:
        """普兰店: 210282 until 2015, 210214 from 2015."""
        day = date(year, 6, 30)
        assert (status("210282", day), status("210214", day)) == (old, new)

    def test_a_code_that_was_given_out_again(self) -> None:
        """421024 was 松滋县 until 1995 and is 江陵县 since 1998."""
        years = {year: status("421024", date(year, 1, 1)) for year in (1994, 1995, 1996, 1997, 1998, 2026)}
        expected = ["current", "current", "withdrawn", "withdrawn", "current", "current"]
        assert list(years.values()) == expected
        assert name_zh("421024", date(1994, 1, 1)) == "松滋县"
        assert name_zh("421024") == "江陵县"


class TestNames:
    @pytest.mark.parametrize(
        ("code", "name", "full"),
        [
            ("210202", "中山区", "辽宁省大连市中山区"),
            ("2102", "大连市", "辽宁省大连市"),
            ("21", "辽宁省", "辽宁省"),
            ("000000", "全国", "全国"),
            ("110101", "东城区", "北京市东城区"),
            ("110100", "市辖区", "北京市市辖区"),
            ("659001", "石河子市", "新疆维吾尔自治区石河子市"),
            ("659000", "自治区直辖县级行政区划", "新疆维吾尔自治区自治区直辖县级行政区划"),
            ("210282", "普兰店市", "辽宁省大连市普兰店市"),
        ],
    )
    def test_short_and_full(self, code: str, name: str, full: str) -> None:
        assert name_zh(code) == name
        assert full_name_zh(code) == full

    @pytest.mark.parametrize(("year", "name"), [(2015, "东陵区"), (2017, "浑南区")])
    def test_on_a_day(self, year: int, name: str) -> None:
        assert name_zh("210112", date(year, 1, 1)) == name

    def test_a_day_before_the_first_listing_gets_the_last_name(self) -> None:
        assert name_zh("210214", date(1990, 1, 1)) == "普兰店区"

    def test_unknown_codes_have_no_name(self) -> None:
        with pytest.raises(RegionError, match="region_unknown"):
            name_zh("210231")


class TestRegion:
    def test_current(self) -> None:
        assert region("2102") == Region("210200", "大连市", "city", "210000", "current", ())

    def test_withdrawn(self) -> None:
        assert region("210282") == Region("210282", "普兰店市", "county", "210200", "withdrawn", ("210214",))

    def test_nation_has_no_parent(self) -> None:
        assert region("000000").parent is None

    @pytest.mark.parametrize(
        ("code", "name"), [("000000", "nation"), ("210000", "province"), ("210200", "city"), ("210202", "county")]
    )
    def test_level(self, code: str, name: str) -> None:
        assert level(code) == name


class TestSuccessors:
    @pytest.mark.parametrize(
        ("code", "after"),
        [
            ("210282", ("210214",)),
            ("210122", ("210115",)),
            ("219008", ("210214",)),
            ("410306", ("410308",)),
            ("510103", ()),
            ("210214", ()),
            ("210231", ()),
        ],
    )
    def test_lead_to_codes_of_today(self, code: str, after: tuple[str, ...]) -> None:
        assert successors(code) == after

    def test_follow_the_place_not_the_number(self) -> None:
        """332421 was 洞头县 until 1981, then 兰溪县; the last place it named became 兰溪市."""
        assert [name_zh(code) for code in successors("332421")] == ["兰溪市"]


@pytest.mark.shared
class TestAgainstTheTables:
    def test_every_current_region_has_its_name_and_parent(self, shared_dir: Path) -> None:
        import pandas as pd  # noqa: PLC0415 - only these tests need it

        table = pd.read_parquet(shared_dir / "data" / "cn_regions.parquet")
        table = table[table["level"] != "township"]
        assert len(table) == 3214
        for row in table.itertuples():
            found = region(row.code)
            assert (found.status, found.level) == ("current", row.level)
            assert full_name_zh(row.code) == row.path.replace("/", "")
            assert row.level == "province" or row.parent_code in ancestors(row.code)

    def test_every_code_that_ever_changed_is_known(self, shared_dir: Path) -> None:
        import pandas as pd  # noqa: PLC0415 - only these tests need it

        table = pd.read_parquet(shared_dir / "data" / "cn_region_changes.parquet")
        codes = set(table["old_code"].dropna()) | set(table["new_code"].dropna())
        assert len(codes) == 6169
        assert {status(code) for code in codes} == {"current", "withdrawn"}
        after = {(code, found) for code in codes for found in successors(code)}
        assert {status(found) for _, found in after} == {"current"}
        moved = {(code[:2], found[:2]) for code, found in after if code[:2] != found[:2]}
        assert moved == {("44", "46"), ("51", "50")}, "only Hainan and Chongqing were taken out of a province"


@given(st.from_regex(r"[0-9]{6}", fullmatch=True))
def test_ancestors_of_any_known_province_end_at_the_nation(code: str) -> None:
    no_province = code.startswith("00") and code != "000000"
    if no_province or status(code[:2] + "0000") == "unknown":
        with pytest.raises(RegionError):
            ancestors(code)
    else:
        chain = ancestors(code)
        assert chain[0] == code
        assert chain[-1] == "000000"
        assert len(set(chain)) == len(chain)
