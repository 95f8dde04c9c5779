"""Money: exact in both directions, and nothing that could be read in two ways."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.jsondoc import read_json
from kernel.money import MAX_YUAN, MoneyError, fen_to_yuan_json, format_yuan_zh, round_to_yuan, yuan_to_fen

LARGEST = 10**15
fens = st.integers(0, LARGEST)


class TestYuanToFen:
    @pytest.mark.parametrize(
        ("value", "fen"),
        [
            (0, 0),
            (180, 18000),
            (MAX_YUAN, LARGEST),
            ("0", 0),
            ("0.01", 1),
            ("0.10", 10),
            ("180", 18000),
            ("180.5", 18050),
            ("180.50", 18050),
            ("10000000000000", LARGEST),
            ("10000000000000.00", LARGEST),
            (Decimal("180.50"), 18050),
            (Decimal("180.500"), 18050),
            (Decimal("1E+3"), 100000),
            (Decimal("-0.0"), 0),
            (180.5, 18050),
            (0.1, 10),
            (0.07, 7),
            (1e3, 100000),
        ],
    )
    def test_takes(self, value: str | Decimal | float, fen: int) -> None:
        assert yuan_to_fen(value) == fen

    @pytest.mark.parametrize(
        ("value", "code"),
        [
            (True, "amount_not_a_number"),
            (None, "amount_not_a_number"),
            ([1], "amount_not_a_number"),
            (b"1", "amount_not_a_number"),
            (-1, "amount_negative"),
            ("-1", "amount_negative"),
            (Decimal("-0.01"), "amount_negative"),
            (-0.5, "amount_negative"),
            (MAX_YUAN + 1, "amount_too_large"),
            pytest.param(10**5000, "amount_too_large", id="5000 digits"),
            pytest.param(-(10**5000), "amount_negative", id="minus 5000 digits"),
            ("10000000000000.01", "amount_too_large"),
            ("9" * 5000, "amount_too_large"),
            (Decimal("10000000000000.01"), "amount_too_large"),
            (Decimal("1E+999999"), "amount_too_large"),
            (1e300, "amount_too_large"),
            ("180.005", "amount_too_many_decimals"),
            ("180.000", "amount_too_many_decimals"),
            (Decimal("180.005"), "amount_too_many_decimals"),
            (Decimal("1E-999999"), "amount_too_many_decimals"),
            (0.1 + 0.2, "amount_too_many_decimals"),
            (1e-7, "amount_too_many_decimals"),
            (float("nan"), "amount_not_a_number"),
            (float("inf"), "amount_not_a_number"),
            (Decimal("NaN"), "amount_not_a_number"),
            (Decimal("sNaN"), "amount_not_a_number"),
            (Decimal("-Infinity"), "amount_not_a_number"),
            ("１８０", "amount_full_width"),
            ("180．5", "amount_full_width"),
            ("￥180", "amount_full_width"),
            ("", "amount_bad_form"),
            (" 180", "amount_bad_form"),
            ("180\n", "amount_bad_form"),
            ("1,800", "amount_bad_form"),
            ("1e3", "amount_bad_form"),
            ("+1", "amount_bad_form"),
            ("007", "amount_bad_form"),
            (".5", "amount_bad_form"),
            ("5.", "amount_bad_form"),
            ("0x10", "amount_bad_form"),
            ("1_000", "amount_bad_form"),
            ("NaN", "amount_bad_form"),
            ("180元", "amount_bad_form"),
            ("٣", "amount_bad_form"),
            ("--1", "amount_bad_form"),
        ],
    )
    def test_refuses(self, value: object, code: str) -> None:
        with pytest.raises(MoneyError) as caught:
            yuan_to_fen(value)  # type: ignore[arg-type]
        assert caught.value.code == code
        assert isinstance(caught.value, ValueError)
        assert caught.value.detail

    @given(fens)
    def test_reads_back_its_own_json_form(self, fen: int) -> None:
        assert yuan_to_fen(fen_to_yuan_json(fen)) == fen

    @given(fens)
    def test_text_and_number_of_a_document_agree(self, fen: int) -> None:
        written = f"{fen // 100}.{fen % 100:02d}"
        read = read_json(written)
        assert isinstance(read, Decimal)
        assert yuan_to_fen(read) == yuan_to_fen(written) == fen

    @given(st.integers(0, 10**11))
    def test_floats_that_are_written_with_two_decimals_are_exact(self, fen: int) -> None:
        assert yuan_to_fen(fen / 100) == fen


class TestJsonForm:
    @pytest.mark.parametrize(("fen", "shown"), [(0, 0), (100, 1), (1, "0.01"), (110, "1.10"), (LARGEST, MAX_YUAN)])
    def test_whole_yuan_are_integers(self, fen: int, shown: object) -> None:
        written = fen_to_yuan_json(fen)
        assert written == shown
        assert type(written) is type(shown)

    @pytest.mark.parametrize("function", [fen_to_yuan_json, round_to_yuan, format_yuan_zh])
    def test_negative_amounts_are_refused(self, function: object) -> None:
        with pytest.raises(MoneyError, match="amount_negative"):
            function(-1)  # type: ignore[operator]


class TestRounding:
    @pytest.mark.parametrize(("fen", "rounded"), [(0, 0), (49, 0), (50, 100), (149, 100), (150, 200), (250, 300)])
    def test_half_goes_up(self, fen: int, rounded: int) -> None:
        assert round_to_yuan(fen) == rounded

    @given(fens)
    def test_moves_at_most_half_a_yuan(self, fen: int) -> None:
        rounded = round_to_yuan(fen)
        assert rounded % 100 == 0
        assert -50 < rounded - fen <= 50


class TestChineseForm:
    @pytest.mark.parametrize(
        ("yuan", "shown"),
        [
            ("50000", "5万元"),
            ("18500", "1.85万元"),
            ("180", "180元"),
            ("6500.50", "6500.50元"),
            ("0", "0元"),
            ("9999", "9999元"),
            ("10000", "1万元"),
            ("10000.01", "10000.01元"),
            ("12345", "12345元"),
            ("12300", "1.23万元"),
            ("15000", "1.5万元"),
            ("1000000", "100万元"),
            ("99990000", "9999万元"),
            ("100000000", "1亿元"),
            ("125000000", "1.25亿元"),
            ("123450000", "12345万元"),
            ("10000000000000", "100000亿元"),
        ],
    )
    def test_form(self, yuan: str, shown: str) -> None:
        assert format_yuan_zh(yuan_to_fen(yuan)) == shown

    @given(fens)
    def test_loses_nothing(self, fen: int) -> None:
        shown = format_yuan_zh(fen).removesuffix("元")
        factor = {"万": 10_000, "亿": 10**8}.get(shown[-1], 1)
        assert Decimal(shown.rstrip("万亿")) * factor * 100 == fen
