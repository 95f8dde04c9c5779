"""Strict JSON: what is taken, what is refused, and how fast a hostile document is refused."""

import json
import time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import FieldError, InputError
from kernel.jsondoc import read_json


def refusal(data: bytes | str, **limits: int) -> FieldError:
    with pytest.raises(InputError) as caught:
        read_json(data, **limits)
    (error,) = caught.value.errors
    assert caught.value.code == error.code
    assert caught.value.exit_code == 3
    return error


class TestTakes:
    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("0", 0),
            ("-0", 0),
            ("1.50", Decimal("1.50")),
            ("1e3", Decimal("1E+3")),
            ("null", None),
            ("true", True),
            (' {"a": [1, {}]}\n', {"a": [1, {}]}),
            ('"\\ud83d\\ude00"', "😀"),
            ('"\\\\ud800"', "\\ud800"),
            ('{"\\u0041": 1}', {"A": 1}),
            ("9" * 40, int("9" * 40)),
        ],
    )
    def test_values(self, text: str, value: object) -> None:
        for data in (text, text.encode()):
            read = read_json(data)
            assert read == value
            assert type(read) is type(value)

    def test_a_byte_order_mark(self) -> None:
        assert read_json(b"\xef\xbb\xbf{}") == {}
        assert read_json("\ufeff[]") == []

    def test_brackets_inside_text_do_not_count_as_depth(self) -> None:
        text = json.dumps(["[" * 500, '\\"[[' * 200, "\\" * 3 + "{" * 100])
        assert read_json(text) == json.loads(text)

    def test_exactly_the_greatest_depth(self) -> None:
        assert read_json("[" * 40 + "]" * 40) is not None
        assert read_json("[[]," + "[" * 39 + "]" * 40) is not None
        assert refusal("[" * 41 + "]" * 41).code == "too_deep"

    def test_exactly_the_greatest_size(self) -> None:
        assert read_json('"ab"', max_bytes=4) == "ab"
        assert refusal('"abc"', max_bytes=4).code == "too_large"

    def test_size_is_measured_in_bytes(self) -> None:
        assert refusal('"中"', max_bytes=4).params == {"size": 5, "max_bytes": 4}


class TestRefuses:
    @pytest.mark.parametrize(
        ("text", "code", "place"),
        [
            ("", "empty_document", ""),
            (" \r\n\t", "empty_document", ""),
            ("{", "json_syntax", ""),
            ("{'a': 1}", "json_syntax", ""),
            ("[1,]", "json_syntax", ""),
            ("[1] 2", "json_syntax", ""),
            ("01", "json_syntax", ""),
            ("１", "json_syntax", ""),
            ('"a\nb"', "json_syntax", ""),
            ('{"a": 1, "a": 2}', "duplicate_key", "/a"),
            ('{"a": 1, "\\u0061": 2}', "duplicate_key", "/a"),
            ('{"x": [{"b/c": 1, "b/c": 1}]}', "duplicate_key", "/x/0/b~1c"),
            ('{"a": {"b": 1, "b": 2}, "a": 3}', "duplicate_key", "/a"),
            ('{"": 1, "": 2}', "duplicate_key", "/"),
            ("NaN", "number_not_finite", ""),
            ('{"a": [0, -Infinity]}', "number_not_finite", "/a/1"),
            ('{"a": Infinity}', "number_not_finite", "/a"),
            ("9" * 41, "number_too_long", ""),
            ("[1, " + "9" * 5000 + "]", "number_too_long", "/1"),
            ("1." + "0" * 40, "number_too_long", ""),
            ("1e41", "number_too_long", ""),
            ("1E-41", "number_too_long", ""),
            ('{"a": 1e999999999}', "number_too_long", "/a"),
            ('{"a": "\\ud800"}', "lone_surrogate", "/a"),
            ('["\\udc00\\ud800"]', "lone_surrogate", "/0"),
            ('{"k": {"\\ud800": 1}}', "lone_surrogate", "/k"),
            ('"\ud800"', "lone_surrogate", ""),
        ],
    )
    def test_with_code_and_place(self, text: str, code: str, place: str) -> None:
        error = refusal(text)
        assert (error.code, error.pointer) == (code, place)
        assert error.detail

    def test_the_first_fault_in_document_order_is_named(self) -> None:
        assert refusal('{"a": NaN, "b": {"c": 1, "c": 2}}').pointer == "/a"

    def test_a_pointer_through_a_broken_key_can_be_printed(self) -> None:
        assert refusal('{"\\ud800": NaN}').pointer.isprintable()

    def test_syntax_error_names_line_and_column(self) -> None:
        assert refusal('{\n  "a": tru\n}').params == {"line": 2, "column": 8, "near": "tru"}
        assert refusal("[1").params["near"] == "文末"

    @pytest.mark.parametrize(("data", "offset"), [(b'"\xff"', 1), (b"\xef\xbb\xbf\xff", 3), (b'"\xed\xa0\x80"', 1)])
    def test_wrong_bytes_are_named_by_offset(self, data: bytes, offset: int) -> None:
        error = refusal(data)
        assert (error.code, error.params["offset"]) == ("not_utf8", offset)

    def test_utf16_is_refused(self) -> None:
        assert refusal("{}".encode("utf-16")).code == "not_utf8"


@pytest.mark.parametrize("opening", ["[", '{"a":', "[{"])
def test_two_megabytes_of_brackets_are_refused_at_once(opening: str) -> None:
    data = (opening * 2_000_000)[:2_000_000].encode()
    start = time.process_time()
    assert refusal(data).code == "too_deep"
    assert time.process_time() - start < 0.5  # measured: 0.02 to 0.05 s; the margin is for a busy machine


def test_four_megabytes_of_backslashes_are_read() -> None:
    assert read_json('"' + "\\\\" * 1_900_000 + '"') == "\\" * 1_900_000


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=4), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(json_values, st.booleans())
def test_reads_back_whatever_the_standard_library_writes(value: object, ascii_only: bool) -> None:  # noqa: FBT001 - drawn
    assert read_json(json.dumps(value, ensure_ascii=ascii_only)) == value


def outcome(text: str | bytes) -> object:
    """The value, or the refusal."""
    try:
        return read_json(text)
    except InputError as error:
        return error


@given(st.binary(max_size=60))
def test_never_fails_in_another_way(data: bytes) -> None:
    answer = outcome(data)
    assert not isinstance(answer, InputError) or answer.detail


@given(st.text(alphabet='[]{}",:\\ 1a', max_size=60))
def test_agrees_with_the_standard_library_on_what_is_json(text: str) -> None:
    answer = outcome(text)
    if isinstance(answer, InputError):
        assert answer.code == "duplicate_key" or not _is_json(text)
    else:
        assert answer == json.loads(text)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except json.JSONDecodeError:
        return False
    return True
