"""Unified social credit codes: findings are flags, never a reason to leave a record out."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.identifiers import ALPHABET, UsccError, check_uscc, uscc_check_character
from kernel.messages import strict_text

RAIL = "91100000000013477B"  # a body registered with the national department

bodies = st.text(alphabet=ALPHABET, min_size=9, max_size=9).map(lambda organ: "91210202" + organ)


def reference_check_character(first17: str) -> str:
    """The rule of the standard written out: weights are powers of 3 mod 31, the rest is taken from 31."""
    total = 0
    weight = 1
    for character in first17:
        total += ALPHABET.index(character) * weight
        weight = weight * 3 % 31
    value = 31 - total % 31
    return ALPHABET[0 if value == 31 else value]


class TestAlphabet:
    def test_has_31_characters_and_none_that_look_alike(self) -> None:
        assert len(ALPHABET) == len(set(ALPHABET)) == 31
        assert not set("IOSVZ") & set(ALPHABET)


class TestCheck:
    @pytest.mark.parametrize(
        ("text", "normal", "flags"),
        [
            (RAIL, RAIL, ()),
            (f" {RAIL}\n", RAIL, ()),
            (RAIL.lower(), RAIL, ("lower_case",)),
            ("９１" + RAIL[2:], RAIL, ("full_width",)),
            ("９１10000000001347７ｂ", RAIL, ("full_width", "lower_case")),
            (RAIL[:-1] + "C", RAIL[:-1] + "C", ("bad_check_digit",)),
            ("91100000000013478B", "91100000000013478B", ("bad_check_digit",)),
            ("", None, ("bad_length",)),
            (RAIL[:-1], None, ("bad_length",)),
            (RAIL + "1", None, ("bad_length",)),
            ("9110000000001347IB", None, ("bad_character",)),
            ("9110000000001347-", None, ("bad_length", "bad_character")),
            ("91100000 00013477B", None, ("bad_character",)),
            ("911000000000134①7B", None, ("bad_character",)),
            ("统一社会信用代码", None, ("bad_length", "bad_character")),
        ],
    )
    def test_normal_form_and_flags(self, text: str, normal: str | None, flags: tuple[str, ...]) -> None:
        check = check_uscc(text)
        assert (check.normal, check.flags) == (normal, flags)

    @pytest.mark.parametrize("letter", "IOSVZ")
    def test_letters_that_look_like_digits_are_not_allowed(self, letter: str) -> None:
        assert check_uscc(letter + RAIL[1:]).flags == ("bad_character",)

    @pytest.mark.parametrize(
        ("place", "flags"),
        [
            ("210202", ()),
            ("210200", ()),
            ("210000", ()),
            ("110100", ()),
            ("100000", ()),
            ("210282", ("withdrawn_region",)),
            ("210122", ("withdrawn_region",)),
            ("210231", ("unknown_region",)),
            ("21020A", ("unknown_region",)),
            ("999999", ("unknown_region",)),
        ],
    )
    def test_withdrawn_and_unlisted_regions_are_flags_on_a_valid_code(self, place: str, flags: tuple[str, ...]) -> None:
        body = "91" + place + "MA0ABCDE1"
        check = check_uscc(body + uscc_check_character(body))
        assert check.flags == flags
        assert check.is_valid

    def test_valid_means_form_and_check_character(self) -> None:
        assert check_uscc(RAIL.lower()).is_valid
        assert not check_uscc(RAIL[:-1] + "C").is_valid
        assert not check_uscc("91").is_valid

    def test_every_flag_has_words(self) -> None:
        for flag in ("bad_length", "bad_character", "bad_check_digit", "unknown_region", "withdrawn_region"):
            assert RAIL in strict_text(f"uscc_{flag}", {"value": RAIL})
        for flag in ("lower_case", "full_width"):
            assert RAIL in strict_text(f"uscc_{flag}", {"value": RAIL})


class TestCheckCharacter:
    @given(bodies)
    def test_agrees_with_the_clause_written_out(self, body: str) -> None:
        assert uscc_check_character(body) == reference_check_character(body)

    @given(bodies, st.integers(0, 16), st.sampled_from(ALPHABET))
    def test_finds_every_single_wrong_character(self, body: str, place: int, other: str) -> None:
        code = body + uscc_check_character(body)
        wrong = code[:place] + other + code[place + 1 :]
        assert ("bad_check_digit" in check_uscc(wrong).flags) is (wrong != code)

    @given(bodies, st.integers(0, 15))
    def test_finds_every_swap_of_neighbours(self, body: str, place: int) -> None:
        code = body + uscc_check_character(body)
        wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
        assert ("bad_check_digit" in check_uscc(wrong).flags) is (wrong != code)

    def test_of_a_real_code(self) -> None:
        assert uscc_check_character(RAIL[:17]) == "B"

    @pytest.mark.parametrize("first17", ["", RAIL, RAIL[:16], "9110000000001347I", "9110000000001347a"])
    def test_needs_seventeen_characters_of_the_alphabet(self, first17: str) -> None:
        with pytest.raises(UsccError, match="uscc_first17"):
            uscc_check_character(first17)


@given(st.text(max_size=24))
def test_any_text_gets_an_answer(text: str) -> None:
    check = check_uscc(text)
    assert check.normal is None or check_uscc(check.normal).normal == check.normal


@pytest.mark.shared
def test_the_enterprises_of_liaoning(shared_dir: Path) -> None:
    """All 49,270 real codes pass; 7 % carry a region that today's table lacks, and keep their place."""
    import pandas as pd  # noqa: PLC0415 - only this test needs it

    table = pd.read_parquet(shared_dir / "data" / "ln_enterprises.parquet")
    checks = [check_uscc(code) for code in table["uscc"]]
    assert [check.is_valid for check in checks] == table["uscc_checksum_ok"].tolist()
    assert Counter(flag for check in checks for flag in check.flags) == {
        "withdrawn_region": 1773,
        "unknown_region": 1762,
    }
    flags = {"current": (), "historical": ("withdrawn_region",), "unknown": ("unknown_region",)}
    assert [check.flags for check in checks] == [flags[state] for state in table["reg_org_code_status"]]
