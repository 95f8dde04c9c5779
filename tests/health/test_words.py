"""What must not stand in a committed file: unfinished work, a machine's own paths, download addresses."""

import re
from pathlib import Path

import pytest

from tests.health.tree import files, text

CODE = (".py", ".html", ".yaml", ".yml", ".sh", ".js", ".css", ".toml")

# Each pattern is written so that it does not find itself.
UNFINISHED = r"\b(T[O]DO|F[I]XME|X[X]X|NotImplemente[d]Error|not implemente[d])\b"
MACHINE_PATH = r"(^|[^\w.])/(w[o]rk|r[o]ot|f[a]rm|h[o]me/\w+|tmp/b[a]sh_jobs)/"
REGISTRY = r"p[y]pi\.org|p[y]thonhosted|n[p]mjs\.org|d[e]b\.debian\.org|artifact-r[e]gistry|/simp[l]e/"
WEAK_TEST = (
    r"mark\.(sk[i]p|xf[a]il)|pytest\.(sk[i]p|xf[a]il|imp[o]rtorskip)|\bassert Tr[u]e\b|# *type: *ignor[e]\s*($|[^\[])"
)


def _hits(pattern: str, paths: tuple[Path, ...]) -> list[str]:
    seek = re.compile(pattern)
    lines = ((path, number, line) for path in paths for number, line in enumerate(text(path).splitlines(), 1))
    return [f"{path}:{number}: {line.strip()[:120]}" for path, number, line in lines if seek.search(line)]


def test_nothing_is_left_unfinished() -> None:
    assert not _hits(UNFINISHED, files(*CODE))


def test_no_path_of_a_machine() -> None:
    assert not _hits(MACHINE_PATH, tuple(path for path in files() if path.suffix != ".svg"))


def test_no_package_registry_is_named() -> None:
    assert not _hits(REGISTRY, files())


def test_no_test_is_switched_off_or_empty() -> None:
    assert not _hits(WEAK_TEST, tuple(path for path in files(".py") if path.parts[0] in {"tests", "benchmarks"}))


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (UNFINISHED, "# TO" + "DO later"),
        (MACHINE_PATH, "open('/ro" + "ot/x')"),
        (REGISTRY, "https://py" + "pi.org/a"),
        (WEAK_TEST, "@pytest.mark.sk" + "ip"),
        (WEAK_TEST, "x = f()  # type: ig" + "nore"),
    ],
)
def test_the_patterns_find_what_they_are_for(pattern: str, line: str) -> None:
    assert re.search(pattern, line)
