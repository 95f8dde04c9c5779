"""The reference of the command line, made from the commands themselves.

``python -m service.cli.reference FILE`` writes it; a test holds the committed page against it.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from kernel.datafile import read_text
from kernel.yamldoc import read_yaml
from service.cli.commands import COMMANDS, GROUPS, Command, leaf_parser

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_PROSE: Final = "reference.yaml"


@dataclass(frozen=True, slots=True)
class Prose:
    """What no command can say of itself: the head of the page, and a note for some commands."""

    head: str
    notes: Mapping[str, str]


def read_prose() -> Prose:
    """Read the prose that is delivered with the commands."""
    found = read_yaml(read_text(_PROSE, "service.cli"), _PROSE)
    return Prose(**found)  # type: ignore[arg-type]  # a wrong file fails the test that makes the page


def text() -> str:
    """The page."""
    prose = read_prose()
    parts = [prose.head]
    group = ""
    for command in COMMANDS:
        own = command.name.rpartition(" ")[0]
        if own != group:
            group = own
            parts.append(f"## {group}\n\n{GROUPS[group]}。\n" if group else "## Others\n")
        parts.append("\n".join(_section(command, prose.notes.get(command.name, ""))))
    return "\n".join(parts)


def _section(command: Command, note: str) -> Iterator[str]:
    yield f"### `xinheng {command.name}`\n"
    yield f"{command.help}。\n"
    if note:
        yield note
    example = "\n".join(line.strip() for line in command.example.splitlines())
    yield f"```sh\n{example}\n```\n"
    yield "| argument | meaning |\n|---|---|"
    for name, words in leaf_parser(command).arguments():
        yield f"| `{name}` | {words} |"
    yield ""


def main(argv: Sequence[str] | None = None) -> int:
    """Write the page to the file named."""
    (name,) = sys.argv[1:] if argv is None else argv
    Path(name).write_text(text(), "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
