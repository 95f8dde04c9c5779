"""The files that git would commit, and their syntax trees: read once, shared by the health tests."""

import ast
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PURE = ("kernel", "rules", "credit", "supervision")
PRODUCT = (*PURE, "service")

Function = ast.FunctionDef | ast.AsyncFunctionDef


GENERATED = {"__pycache__", "dist"}
BROKEN = Path("tests/broken_data")  # wrong on purpose: what the loader has to refuse


def _listed() -> list[str]:
    """What git would commit; in a copy without its history, every file outside hidden and generated folders."""
    done = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    if done.returncode == 0:
        return done.stdout.split("\0")
    paths = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
    return [str(path) for path in paths if not any(part in GENERATED or part[0] == "." for part in path.parts)]


@cache
def files(*suffixes: str) -> tuple[Path, ...]:
    """Paths, relative to the root, of our files with one of the suffixes (all, if none)."""
    paths = (Path(name) for name in sorted(set(_listed())) if name and not Path(name).is_relative_to(BROKEN))
    return tuple(path for path in paths if (ROOT / path).is_file() and (not suffixes or path.suffix in suffixes))


@cache
def text(path: Path) -> str:
    """The text of a file; an empty string for a binary one."""
    content = (ROOT / path).read_bytes()
    return "" if b"\0" in content else content.decode("utf-8")


@cache
def tree(path: Path) -> ast.Module:
    """The syntax tree of a Python file."""
    return ast.parse(text(path), filename=str(path))


def sources(*packages: str) -> tuple[Path, ...]:
    """The Python files of the packages named."""
    return tuple(path for path in files(".py") if path.parts[0] in packages)


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a file, nested ones too."""
    return (node for node in ast.walk(tree(path)) if isinstance(node, Function))


def length(function: Function) -> int:
    """Lines from `def` to the last one, docstring included."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def dotted(node: ast.AST) -> str:
    """`datetime.date.today` for such a chain of names; an empty string for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (owner := dotted(node.value)):
        return f"{owner}.{node.attr}"
    return ""


def imported(path: Path) -> Iterator[tuple[str, int]]:
    """Each module (or module.name) that a file imports, wherever the import stands, with its line."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)
