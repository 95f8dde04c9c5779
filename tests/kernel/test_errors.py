"""Errors: codes, places, and the one document that describes them."""

import pickle
from dataclasses import FrozenInstanceError

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.errors import (
    CatalogueError,
    CodedValueError,
    FieldError,
    InputError,
    RefusedError,
    XinhengError,
    pointer,
    problem_document,
)
from kernel.messages import title

MEMBERS = ["type", "title", "detail", "status", "code", "errors"]


class TestPointer:
    def test_no_parts_is_the_whole_document(self) -> None:
        assert pointer() == ""

    def test_escapes_tilde_before_slash(self) -> None:
        assert pointer("facts", "a/b~c", 0) == "/facts/a~1b~0c/0"

    @given(st.lists(st.text(), max_size=5))
    def test_parts_can_be_read_back(self, parts: list[str]) -> None:
        written = pointer(*parts)
        read = [part.replace("~1", "/").replace("~0", "~") for part in written.split("/")[1:]]
        assert read == parts


class TestFieldError:
    def test_detail_is_chinese_and_names_the_value(self) -> None:
        assert "-1" in FieldError("/a", "amount_negative", {"value": -1}).detail

    def test_cannot_be_changed(self) -> None:
        error = FieldError("/a", "amount_negative", {"value": -1})
        with pytest.raises(FrozenInstanceError):
            error.code = "other"  # type: ignore[misc]

    def test_can_stand_in_a_set_though_its_parameters_are_a_mapping(self) -> None:
        assert len({FieldError("/a", "x", {"n": 1}), FieldError("/a", "x", {"n": 1})}) == 1

    def test_moves_under_a_prefix(self) -> None:
        assert FieldError("/b", "x").under("/a").pointer == "/a/b"


class TestInputError:
    def test_is_bad_input_by_default(self) -> None:
        error = InputError(FieldError("/a", "amount_negative", {"value": -1}))
        assert (error.code, error.status, error.exit_code) == ("bad_input", 422, 3)

    def test_takes_a_narrower_code_without_changing_the_class(self) -> None:
        assert InputError.at("", "empty_document").code == "empty_document"
        assert InputError.code == "bad_input"

    def test_names_the_place_of_a_single_error(self) -> None:
        assert InputError.at("/a", "amount_negative", value=-1).detail.startswith("/a：")

    def test_counts_many_errors_and_names_the_first_three(self) -> None:
        errors = [FieldError(f"/{n}", "amount_negative", {"value": -n}) for n in range(1, 6)]
        detail = InputError(errors).detail
        assert "5 处" in detail
        assert "/3：" in detail
        assert "/4：" not in detail

    def test_without_places_speaks_in_general(self) -> None:
        assert InputError(code="empty_document").detail == "收到的内容是空的。请提交一份 JSON 文档。"

    def test_log_line_is_code_and_places(self) -> None:
        assert str(InputError.at("/a", "amount_negative", value=-1)) == "amount_negative: amount_negative at '/a'"

    def test_log_line_without_places_shows_the_parameters(self) -> None:
        assert str(InputError(code="too_large", size=5)) == "too_large size=5"


class TestCatalogueError:
    def test_message_names_file_and_key(self) -> None:
        error = CatalogueError("a.yaml", "holidays.0", "yaml_repeated_key", line=3)
        for shown in (str(error), error.detail):
            assert "a.yaml" in shown
            assert "holidays.0" in shown
        assert (error.status, error.exit_code) == (422, 3)

    def test_key_becomes_a_pointer(self) -> None:
        (place,) = CatalogueError("a.yaml", "holidays.0").field_errors
        assert place.pointer == "/holidays/0"

    def test_a_fault_of_the_whole_file_points_at_all_of_it(self) -> None:
        error = CatalogueError("a.yaml", "")
        assert error.field_errors[0].pointer == ""
        assert "(file)" in str(error)


class TestProblemDocument:
    def test_has_exactly_the_published_members(self) -> None:
        document = problem_document(InputError.at("/facts/x", "amount_negative", value=-1))
        assert list(document) == MEMBERS
        assert document["type"] == "/problems/amount_negative"
        assert document["status"] == 422
        assert document["title"] == title("amount_negative")
        errors = document["errors"]
        assert isinstance(errors, list)
        assert [list(error) for error in errors] == [["pointer", "code", "detail"]]

    def test_refusal_is_403_and_has_no_places(self) -> None:
        document = problem_document(RefusedError())
        assert (document["status"], document["errors"]) == (403, [])
        assert RefusedError.exit_code == 4

    def test_unknown_fault_is_500(self) -> None:
        document = problem_document(XinhengError())
        assert (document["status"], document["code"]) == (500, "internal_error")


@pytest.mark.parametrize(
    "error",
    [
        XinhengError(a=1),
        InputError.at("/a", "amount_negative", value=-1),
        InputError([FieldError("/a", "x"), FieldError("/b", "y")], count=2),
        CatalogueError("a.yaml", "k", "yaml_repeated_key", line=3),
        RefusedError(),
    ],
)
def test_errors_survive_the_way_between_processes(error: XinhengError) -> None:
    assert problem_document(pickle.loads(pickle.dumps(error))) == problem_document(error)  # noqa: S301 - our own bytes


class TestCodedValueError:
    def test_becomes_a_field_error_at_a_place(self) -> None:
        error = CodedValueError("amount_negative", value=-1)
        assert error.at("/x") == FieldError("/x", "amount_negative", {"value": -1})
        assert error.detail == error.at("/x").detail

    def test_is_a_value_error_and_logs_code_and_parameters(self) -> None:
        error = CodedValueError("amount_negative", value=-1)
        assert isinstance(error, ValueError)
        assert str(error) == "amount_negative value=-1"

    def test_survives_the_way_between_processes(self) -> None:
        error = pickle.loads(pickle.dumps(CodedValueError("amount_negative", value=-1)))  # noqa: S301 - our own bytes
        assert (error.code, error.params) == ("amount_negative", {"value": -1})
