"""Citations: every way of writing, and back."""

import re
from csv import DictReader
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.citation import ArticleRef, Citation, CitationError, parse_article, parse_articles, parse_reference
from kernel.yamldoc import read_yaml

CASES = Path(__file__).parent / "cases" / "citations.yaml"
WRITINGS: list[dict[str, str]] = read_yaml(CASES.read_text("utf-8"), CASES.name)  # type: ignore[assignment]

refs = st.builds(
    ArticleRef,
    article=st.integers(1, 9999),
    suffix=st.integers(0, 12),
    paragraph=st.none() | st.integers(1, 20),
    items=st.lists(st.integers(1, 30), max_size=3).map(tuple),
    part=st.sampled_from(["", "前段", "后段"]),
    version=st.sampled_from([None, "旧", "2019", "2025修订", "2026-05-01", "至2026-08-14", "2026-08-15起"]),
)


class TestParse:
    @pytest.mark.parametrize("case", WRITINGS, ids=lambda case: str(case["written"]))
    def test_every_way_of_writing(self, case: dict[str, str]) -> None:
        found = parse_articles(str(case["written"]))
        assert "、".join(map(str, found)) == case["short"]
        assert "、".join(ref.format_zh() for ref in found) == case["document"]

    def test_parts_are_named(self) -> None:
        assert parse_article("124①(五)") == ArticleRef(124, paragraph=1, items=(5,))
        assert parse_article("120之三(2)") == ArticleRef(120, suffix=3, items=(2,))

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            "(五)",
            "①",
            "124①②",
            "0",
            "01",
            "12345",
            "第零条",
            "第一百一条",
            "条",
            "124)",
            "124(五",
            "16等",
            "33中段",
            "67、",
            "、67",
            "67 71",
            "20(19)年",
            "124(甲)",
            "旧33",
            "-1",
            "1.5",
            "１２４",
            "20(2019-1-1)",
        ],
    )
    def test_what_cannot_be_read_is_refused(self, text: str) -> None:
        with pytest.raises(CitationError, match="citation_form"):
            parse_articles(text)

    @pytest.mark.parametrize("text", ["53-49", "49-49", "49①-53", "49-53②", "1-999"])
    def test_a_range_needs_two_plain_articles_in_order(self, text: str) -> None:
        with pytest.raises(CitationError, match="citation_range"):
            parse_articles(text)

    def test_one_means_one(self) -> None:
        with pytest.raises(CitationError, match="citation_many"):
            parse_article("67、71")

    @given(refs)
    def test_short_form_reads_back(self, ref: ArticleRef) -> None:
        assert parse_article(str(ref)) == ref

    @given(refs)
    def test_document_form_reads_back(self, ref: ArticleRef) -> None:
        assert parse_article(ref.format_zh()) == ref

    @given(st.lists(refs, min_size=1, max_size=4))
    def test_lists_read_back(self, found: list[ArticleRef]) -> None:
        assert parse_articles("、".join(map(str, found))) == tuple(found)
        assert parse_articles("、".join(ref.format_zh() for ref in found)) == tuple(found)

    @given(st.text(alphabet="第条款项目之一十百1290①（）(五)、-至旧", max_size=12))
    def test_fails_in_one_way_only(self, text: str) -> None:
        try:
            found = parse_articles(text)
        except CitationError:
            return
        assert parse_articles("、".join(map(str, found))) == found


class TestCitation:
    def test_document_form(self) -> None:
        citation = Citation("食品安全法", "124①(五)", "penalty")
        assert citation.format_zh() == "《食品安全法》第一百二十四条第一款第（五）项"

    def test_json_form_shows_the_version_only_when_there_is_one(self) -> None:
        plain = {"instrument": "食品安全法", "article": "34(十)", "role": "prohibition"}
        assert Citation("食品安全法", "34(十)", "prohibition").as_dict() == plain
        assert Citation("食品安全法", "34(十)", "prohibition", "2021").as_dict() == plain | {"version": "2021"}

    def test_the_whole_instrument(self) -> None:
        assert Citation("城市管理执法办法").format_zh() == "《城市管理执法办法》"

    @pytest.mark.parametrize(("instrument", "article"), [("", "1"), (" ", ""), ("食品安全法", "第条")])
    def test_refuses_what_it_could_not_print(self, instrument: str, article: str) -> None:
        with pytest.raises(CitationError):
            Citation(instrument, article)

    def test_equal_by_what_is_cited(self) -> None:
        assert Citation("食品安全法", "34") == Citation("食品安全法", "34")
        assert len({Citation("食品安全法", "34"), Citation("食品安全法", "34")}) == 1


class TestReference:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("食品安全法124", Citation("食品安全法", "124")),
            ("《食品安全法》第一百二十四条第一款第（五）项", Citation("食品安全法", "124①(五)")),
            ("中华人民共和国食品安全法 34(十)", Citation("中华人民共和国食品安全法", "34(十)")),
            ("食品安全法67、71", Citation("食品安全法", "67、71")),
            ("城市管理执法办法", Citation("城市管理执法办法")),
            ("刑法修正案（十二）", Citation("刑法修正案（十二）")),
            ("商标法60②(2019)", Citation("商标法", "60②", version="2019")),
            ("生态环境法典(2026-08-15起)1107", Citation("生态环境法典", "1107", version="2026-08-15起")),
            ("渔业法(旧40)", Citation("渔业法", "40", version="旧")),
            ("渔业法(2026)", Citation("渔业法", "", version="2026")),
        ],
    )
    def test_name_version_and_articles(self, text: str, expected: Citation) -> None:
        assert parse_reference(text) == expected

    def test_takes_the_role(self) -> None:
        assert parse_reference("食品安全法34", "prohibition").role == "prohibition"

    @pytest.mark.parametrize(
        "text", ["", "124", "第一百二十四条", "商标法(2025)60(2019)", "消毒管理办法31等", "（旧）"]
    )
    def test_refuses_what_names_no_instrument_or_two_versions(self, text: str) -> None:
        with pytest.raises(CitationError):
            parse_reference(text)

    @pytest.mark.shared
    def test_reads_the_bases_of_the_lists(self, shared_dir: Path) -> None:
        """All bases of the four lists that name one instrument and carry no remark in words."""
        with (shared_dir / "domain" / "four-lists-items.csv").open(encoding="utf-8") as file:
            cells = {row[column] for row in DictReader(file) for column in ("prohibition_basis", "penalty_basis")}
        bases = {part.strip() for cell in cells for part in re.split("[;/→]", cell)}
        plain = {base for base in bases if not re.search(r"[a-z]|等|各|同|-$|号\)|、\D|细则\)|职责|\(2022$", base)}
        assert len(plain) > 300
        for base in plain:
            assert parse_reference(base).instrument
