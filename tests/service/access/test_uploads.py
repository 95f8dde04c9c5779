"""Files that somebody sends: kind, size, archives that unfold without end, formulas."""

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter

from kernel.errors import InputError
from service.uploads import MAX_BYTES, check_file, is_formula


def book(fill: Callable[[Any], None], **options: object) -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, **options}) as made:
        fill(made.add_worksheet())
    return out.getvalue()


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name.replace("__", "/"), content)
    return out.getvalue()


PLAIN = book(lambda sheet: sheet.write_row(0, 0, ["名称", "=1+1 写成文字", 5, -3]), strings_to_formulas=False)


def refusal(name: str, content: bytes) -> str:
    with pytest.raises(InputError) as caught:
        check_file(name, io.BytesIO(content))
    assert caught.value.detail
    return caught.value.code


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("名录.xlsx", PLAIN),
        ("A.XLSX", PLAIN),
        ("a.csv", "名称,金额\n大连某店,-5\n电话,+86 411 8888\n“=”是等号,@某某\n-,--\n".encode()),
        ("a.csv", "﻿名称\n某店\n".encode()),
        ("a.csv", "名称\n市场监督管理局\n".encode("gb18030")),
        ("a.tsv", b"a\tb\n1\t2\n"),
        ("a.parquet", b"PAR1....PAR1"),
        ("a.ndjson", b'{"a": 1}\n'),
        ("..\\a.json", b"{}"),
    ],
)
def test_a_plain_file_is_taken_and_can_be_read_from_its_start(name: str, content: bytes) -> None:
    stream = io.BytesIO(content)
    assert check_file(name, stream).kind == "." + name.rpartition(".")[2].lower()
    assert stream.tell() == 0


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.exe", b"MZ", "upload_kind"),
        ("a", b"x", "upload_kind"),
        ("a.xlsm", PLAIN, "upload_kind"),
        ("a.csv", b"", "upload_empty"),
        ("a.xlsx", b"name,value\n", "upload_other_kind"),
        ("a.csv", PLAIN, "upload_other_kind"),
        ("a.csv", b"a\0b", "upload_other_kind"),
        ("a.parquet", PLAIN, "upload_other_kind"),
        ("a.xlsx", archive(**{"readme.txt": b"x"}), "upload_other_kind"),
        ("a.xlsx", PLAIN[: len(PLAIN) // 2], "upload_damaged"),
        ("a.xlsx", archive(**{"xl__workbook.xml": b"", "..__..__etc__passwd": b""}), "upload_damaged"),
        ("a.xlsx", archive(**{"xl__workbook.xml": b"", "xl__vbaProject.bin": b""}), "upload_active"),
        ("a.xlsx", archive(**{"xl__workbook.xml": b"", "xl__externalLinks__externalLink1.xml": b""}), "upload_active"),
        ("a.docx", archive(**{"word__document.xml": b"", "word__embeddings__a.bin": b""}), "upload_active"),
    ],
)
def test_what_is_not_what_it_says_is_refused(name: str, content: bytes, code: str) -> None:
    assert refusal(name, content) == code


def test_a_file_has_a_largest_size() -> None:
    assert refusal("a.csv", b"x" * (MAX_BYTES + 1)) == "upload_size"


def test_an_archive_that_unfolds_without_end_is_refused_before_it_is_unfolded() -> None:
    bomb = archive(**{"xl__workbook.xml": b"", "xl__worksheets__sheet1.xml": b"0" * 50_000_000})
    assert len(bomb) < 100_000
    assert refusal("a.xlsx", bomb) == "upload_unfolds"


def test_an_archive_that_hides_its_size_is_refused_while_it_is_unfolded() -> None:
    honest = archive(**{"xl__workbook.xml": b"", "xl__a.xml": b"0" * 5_000_000})
    lying = honest.replace((5_000_000).to_bytes(4, "little"), (5_000).to_bytes(4, "little"))
    assert lying != honest
    assert refusal("a.xlsx", lying) in {"upload_unfolds", "upload_damaged"}


def test_too_many_parts_are_refused() -> None:
    parts = {f"xl__p{number}.xml": b"" for number in range(2001)}
    assert refusal("a.xlsx", archive(**{"xl__workbook.xml": b"", **parts})) == "upload_unfolds"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", book(lambda sheet: sheet.write_formula("C7", "=SUM(A1:A6)"))),
        ("a.xlsx", book(lambda sheet: sheet.write_array_formula("A1:A3", "{=B1:B3*2}"))),
        ("a.csv", b"a,b\n1,=2+3\n"),
        ("a.csv", b'a,b\n1,"=HYPERLINK(""http://x"")"\n'),
        ("a.csv", b"a\n@SUM(A1:A9)\n"),
        ("a.csv", b"a\n+cmd|' /C calc'!A0\n"),
        ("a.tsv", b"a\tb\n1\t-2+SUM(A1)\n"),
        ("a.ods", archive(**{"content.xml": b'<table:table-cell table:formula="of:=1+1"/>'})),
    ],
)
def test_formulas_are_refused(name: str, content: bytes) -> None:
    assert refusal(name, content) == "upload_formula"


def test_the_cell_is_named() -> None:
    content = book(lambda sheet: sheet.write_formula("C7", "=SUM(A1:A6)"))
    with pytest.raises(InputError) as caught:
        check_file("表.xlsx", io.BytesIO(content))
    assert "C7" in caught.value.detail


def test_a_formula_across_two_pieces_is_found() -> None:
    sheet = b'<c r="B2">' + b" " * ((1 << 20) - 11) + b"<f>1+1</f></c>"
    content = archive(**{"xl__workbook.xml": b"", "xl__worksheets__sheet1.xml": sheet})
    assert refusal("a.xlsx", content) == "upload_formula"


@pytest.mark.parametrize("text", ["-5", "+86 10", "- 无", "=", "@张三", "-", "1=1", "（=）", "-5%", "+-"])
def test_ordinary_texts_are_no_formulas(text: str) -> None:
    assert not is_formula(text)


@pytest.mark.parametrize("text", ["=1", " =A1", "=cmd|' /C calc'!A0", "+SUM(1)", "-SUM(A1)", "@x|y", "\t=1"])
def test_formulas_are_known(text: str) -> None:
    assert is_formula(text)
