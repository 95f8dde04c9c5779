"""Below `service` nothing reads the world: no frameworks, no clock, no chance, no environment, no network.

import-linter keeps the layers; these tests read the source, so that an import inside a function counts as well.
"""

import ast
from pathlib import Path

import pytest

from tests.health.tree import PRODUCT, PURE, dotted, imported, sources, tree

FRAMEWORKS = ("fastapi", "starlette", "sqlmodel", "sqlalchemy", "jinja2", "uvicorn", "httpx")
WORLD = ("random", "secrets", "time", "socket", "subprocess", "urllib", "http", "requests", "uuid", "tempfile")
CALLS = {
    "date.today",
    "datetime.now",
    "datetime.today",
    "datetime.utcnow",
    "os.environ",
    "os.getenv",
    "os.urandom",
    "np.random",
    "numpy.random",
}


def _imports_of(path: Path, banned: tuple[str, ...]) -> list[str]:
    return [f"{path}:{line} imports {name}" for name, line in imported(path) if name.split(".")[0] in banned]


def _calls(source: ast.Module) -> list[tuple[int, str]]:
    chains = ((node.lineno, dotted(node)) for node in ast.walk(source) if isinstance(node, ast.Attribute))
    return [(line, chain) for line, chain in chains if ".".join(chain.split(".")[-2:]) in CALLS]


def test_no_io_framework_below_service() -> None:
    found = [line for path in sources(*PURE) for line in _imports_of(path, FRAMEWORKS)]
    assert not found, "\n".join(["frameworks belong into service/:", *found])


def test_no_clock_chance_or_network_below_service() -> None:
    found = [line for path in sources(*PURE) for line in _imports_of(path, WORLD)]
    found += [f"{path}:{line} uses {chain}" for path in sources(*PURE) for line, chain in _calls(tree(path))]
    assert not found, "\n".join(["give the day as on=, the seed as seed=:", *found])


def test_only_the_rules_engine_imports_durable() -> None:
    found = [
        line
        for path in sources(*PRODUCT)
        if path != Path("rules/engine.py")
        for line in _imports_of(path, ("durable",))
    ]
    assert not found, "\n".join(["ask rules.engine:", *found])


@pytest.mark.parametrize(
    "code",
    [
        "date.today()",
        "datetime.date.today()",
        "datetime.now(tz)",
        "dt.datetime.utcnow()",
        "os.environ['A']",
        "np.random.default_rng(1)",
    ],
)
def test_the_search_for_clocks_finds_every_spelling(code: str) -> None:
    assert _calls(ast.parse(code))
