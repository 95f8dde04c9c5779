"""Data files are read strictly, and every value that a person may see has a Chinese label."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from kernel.yamldoc import read_yaml
from tests.health.tree import files, text

DATA = [path for path in files(".yaml", ".yml") if "fixtures" not in path.parts]
CHINESE = re.compile(r"[\u4e00-\u9fff]")


@pytest.mark.parametrize("path", DATA, ids=str)
def test_yaml_files_parse_and_repeat_no_key(path: Path) -> None:
    assert read_yaml(text(path), str(path)) is not None


def _labelled(value: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - any YAML value
    """Every mapping with a `value` or `name` that stands in a list called `values` or `facts`."""
    if isinstance(value, list):
        return [found for part in value for found in _labelled(part)]
    if not isinstance(value, dict):
        return []
    own = [part for key in ("values", "facts") for part in value.get(key) or [] if isinstance(part, dict)]
    return own + [found for part in value.values() for found in _labelled(part)]


@pytest.mark.parametrize("path", [path for path in DATA if path.is_relative_to("rules/catalogue/facts")], ids=str)
def test_every_fact_and_every_allowed_value_has_a_chinese_label(path: Path) -> None:
    entries = _labelled(yaml.safe_load(text(path)))
    assert entries
    assert [entry for entry in entries if not CHINESE.search(str(entry.get("label", "")))] == []
