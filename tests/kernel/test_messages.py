"""Messages: words by code, and every code of the kernel has its words."""

import ast
import string
import sys
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from kernel import messages

KERNEL = Path(messages.__file__).parent
RAISERS = {"CatalogueError": 2, "at": 1, "_refuse": 0, "_fault": 0, "FieldError": 1}


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A package of its own with an empty message file, registered for one test."""
    folder = tmp_path / "borrowed"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "messages_zh.yaml").write_text("{}", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(messages, "_sources", dict(messages._sources))
    messages.table.cache_clear()
    yield folder
    messages.table.cache_clear()
    sys.modules.pop("borrowed", None)


def write(folder: Path, text: str) -> None:
    (folder / "messages_zh.yaml").write_text(text, encoding="utf-8")
    messages.register("borrowed")


class TestText:
    def test_fills_in_the_parameters(self) -> None:
        assert messages.text("not_utf8", {"offset": 7}).startswith("从第 7 个字节起")

    def test_unknown_code_gives_a_general_sentence_with_the_code(self) -> None:
        assert "no_such_code" in messages.text("no_such_code")

    def test_missing_parameter_gives_a_general_sentence(self) -> None:
        assert "not_utf8" in messages.text("not_utf8")

    def test_strict_text_refuses_both(self) -> None:
        with pytest.raises(LookupError, match="no_such_code"):
            messages.strict_text("no_such_code")
        with pytest.raises(LookupError, match="offset"):
            messages.strict_text("not_utf8")

    @pytest.mark.parametrize(
        ("value", "shown"),
        [
            (None, "（空）"),
            (True, "是"),
            (False, "否"),
            (date(2026, 3, 1), "2026-03-01"),
            (Decimal("1.50"), "1.50"),
            (["a", None], "a、（空）"),
            ({"b", "a"}, "a、b"),
            ("{x}", "{x}"),
            ("长" * 80, "长" * 80),
            ("长" * 100, "长" * 80 + "…"),
            (messages.Sentence("长" * 100), "长" * 100),
            (list(range(60)), "、".join(map(str, range(60)))),
            (list(range(70)), "、".join(map(str, range(60))) + "等 70 项"),
        ],
    )
    def test_shows_values_as_people_write_them(self, value: object, shown: str) -> None:
        assert messages.text("amount_bad_form", {"value": value}).startswith(f"金额“{shown}”写法不对")


def test_title_of_an_unknown_code_is_general() -> None:
    assert messages.title("no_such_code") == "处理时遇到问题"


class TestRegister:
    def test_adds_the_words_of_another_package(self, package: Path) -> None:
        write(package, "a.b: {title: 标题, detail: '值是 {n}'}")
        assert messages.text("a.b", {"n": 3}) == "值是 3"
        assert messages.title("a.b") == "标题"

    def test_twice_is_the_same_as_once(self, package: Path) -> None:
        write(package, "a.b: {title: 标题, detail: 文字}")
        before = messages.table()
        messages.register("borrowed")
        assert messages.table() is before

    def test_refuses_a_code_that_stands_elsewhere(self, package: Path) -> None:
        write(package, "not_utf8: {title: 标题, detail: 文字}")
        with pytest.raises(messages.MessageFileError, match="not_utf8"):
            messages.table()

    @pytest.mark.parametrize(
        "content",
        ["- a", "a: {title: 标题}", "a: {title: 标题, detail: 文字, more: 1}", "a: {title: 标题, detail: 1}", "a: b"],
    )
    def test_refuses_a_badly_formed_file(self, package: Path, content: str) -> None:
        write(package, content)
        with pytest.raises(messages.MessageFileError, match="borrowed"):
            messages.table()


def calls() -> Iterator[tuple[str, set[str]]]:
    """Yield every message code that the kernel's source raises, with the parameters given there."""
    for path in KERNEL.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and (code := _code(node)):
                yield code, {keyword.arg for keyword in node.keywords if keyword.arg}


def _code(call: ast.Call) -> str | None:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    place = RAISERS.get(name, 0 if name.endswith("Error") else None)
    if place is None or len(call.args) <= place:
        return None
    argument = call.args[place]
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


class TestCodesAndWords:
    def test_the_search_finds_the_codes(self) -> None:
        assert {"no_value_on_day", "too_deep", "duplicate_key", "workday_both"} <= {code for code, _ in calls()}

    @pytest.mark.parametrize(("code", "given"), sorted({(c, " ".join(sorted(g))) for c, g in calls()}))
    def test_every_code_has_words_that_use_only_what_is_given(self, code: str, given: str) -> None:
        needed = {name for _, name, _, _ in string.Formatter().parse(messages.lookup(code).detail) if name}
        assert needed <= set(given.split())

    def test_every_sentence_ends_like_one(self) -> None:
        for code, message in messages._read("kernel.data", "messages_zh.yaml").items():
            assert message.detail.endswith("。"), code
            assert not message.title.endswith("。"), code
