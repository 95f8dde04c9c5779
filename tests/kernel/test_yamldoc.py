"""Our own YAML files are read strictly."""

from datetime import date

import pytest

from kernel.errors import CatalogueError
from kernel.yamldoc import read_yaml


def test_reads_days_text_and_numbers() -> None:
    assert read_yaml("a: 2026-03-01\nb: [文字, 1, null]", "x.yaml") == {"a": date(2026, 3, 1), "b": ["文字", 1, None]}


@pytest.mark.parametrize(
    ("text", "key", "line"),
    [
        ("a: 1\nb: 2\na: 3", "a", 3),
        ("x:\n  - {k: 1, k: 1}", "k", 2),
        ("1: a\n'1': b", "1", 2),
    ],
)
def test_refuses_a_repeated_key_with_its_line(text: str, key: str, line: int) -> None:
    with pytest.raises(CatalogueError) as caught:
        read_yaml(text, "x.yaml")
    error = caught.value
    assert (error.code, error.file, error.key, error.params) == ("yaml_repeated_key", "x.yaml", key, {"line": line})


@pytest.mark.parametrize(
    ("text", "line"), [("a: [1,\n}", 2), ("a: 1\n  b: 2", 2), ("a: !!python/name:os.system ''", 1), ("a: \x07", 1)]
)
def test_refuses_bad_syntax_and_foreign_tags(text: str, line: int) -> None:
    with pytest.raises(CatalogueError) as caught:
        read_yaml(text, "x.yaml")
    assert (caught.value.code, caught.value.params) == ("yaml_syntax", {"line": line})
