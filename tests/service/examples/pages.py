"""The fenced blocks of the documentation, and the commands in those that are shell."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass

from tests.conftest import ROOT

RUN, ELSEWHERE, ENV = "sh", "sh-elsewhere", "env"
TAGS = frozenset({RUN, ELSEWHERE, ENV, "output", "yaml", "json", "python", "text"})
"""`sh` is run here; `sh-elsewhere` needs a server, an administrator or data that is not in the repository; `env` holds
settings; `output` is what the commands above it print; `text` is none of these."""
_FENCE = re.compile(r"^\s*```(\S*)\s*$")
_HEREDOC = re.compile(r"^cat > (\S+) <<'(\w+)'$")
_FILE = re.compile(r"`([\w.-]+\.(?:json|yaml))`")


@dataclass(frozen=True)
class Block:
    """A fenced block: where it stands, its tag, its text, the file that the text before it names."""

    page: str
    line: int
    tag: str
    text: str
    file: str = ""

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@dataclass(frozen=True)
class Command:
    """One command of a shell block: its words, the file its output goes to, the text of a file it writes."""

    words: tuple[str, ...]
    out: str = ""
    text: str = ""


def pages() -> list[str]:
    """The README and every page under docs/."""
    found = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [path.relative_to(ROOT).as_posix() for path in found]


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page."""
    lines = (ROOT / page).read_text("utf-8").splitlines()
    found, start, tag, before = list[Block](), 0, "", ""
    for number, line in enumerate(lines, 1):
        fence = _FENCE.match(line)
        if fence is None:
            before = line if start == 0 and line.strip() else before
        elif start == 0:
            start, tag = number, fence[1]
        else:
            named = _FILE.search(before)
            found.append(Block(page, start, tag, "\n".join(lines[start : number - 1]), named[1] if named else ""))
            start, before = 0, ""
    assert start == 0, f"{page}: the block of line {start} is not closed"
    return found


def commands(text: str) -> Iterator[Command]:
    """The commands of a shell block, without comments; lines that go on are joined."""
    lines = iter(text.replace("\\\n", " ").splitlines())
    for line in lines:
        heredoc = _HEREDOC.match(line.strip())
        if heredoc:
            yield Command(("cat",), heredoc[1], "".join(f"{one}\n" for one in _until(lines, heredoc[2])))
            continue
        for part in line.split(" && "):
            words = shlex.split(part, comments=True)
            if ">" in words:
                yield Command(tuple(words[: words.index(">")]), words[words.index(">") + 1])
            elif words:
                yield Command(tuple(words))


def _until(lines: Iterator[str], end: str) -> Iterator[str]:
    for line in lines:
        if line == end:
            return
        yield line


def ours(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """The words after `xinheng`, with whatever path it is called; None for another program."""
    return words[1:] if words and words[0].rsplit("/", 1)[-1] == "xinheng" else None
