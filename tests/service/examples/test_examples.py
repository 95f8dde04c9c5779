"""Every example of the README and of the pages under docs/: run, or at least understood."""

import json
import os
import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from service.cli.commands import build_parser
from service.settings import read_settings
from supervision.annual import read_annual
from supervision.drawdoc import Node
from tests.conftest import ROOT
from tests.service.asgi import Client
from tests.service.examples.pages import ELSEWHERE, ENV, RUN, TAGS, Block, Command, blocks, commands, ours, pages
from tests.service.examples.stage import Stage, base, prepare

BLOCKS = {page: blocks(page) for page in pages()}
SHELL = [page for page, found in BLOCKS.items() if any(one.tag == RUN for one in found)]
OTHERS = [one for found in BLOCKS.values() for one in found if one.tag not in {RUN, "output", "text"}]
NOT_RUN = {
    "serve": "does not end; tests/service/test_serve.py",
    "worker": "does not end; tests/service/jobs",
    "backup restore": "needs an empty place; tests/service/backup",
    "db downgrade": "takes tables away; tests/service/test_platform_cli.py",
    "score learn": "needs thousands of inspections; tests/service/test_score_learn.py",
    "demo": "takes its time; tests/service/demo",
}
"""Commands that are only read, and where they are run."""
FINDS = {"rules check", "rules diff", "rules impact", "repair scan", "plan check"}
"""Commands whose exit code 1 says that they found something."""
REFUSED = {"rules import 清单.xlsx": 3}
"""Examples of a refusal, with its exit code."""
PLACES = {
    "/srv/backup": "backups",
    "/backup": "backups",
    "/mnt/auditor/": "",
}
SIZES = {"100000": "300", "200000": "300", "1000": "200"}
"""Places of a server, and sizes, by what stands for them here."""


class TestBlocks:
    def test_every_block_says_what_it_is(self) -> None:
        assert [f"{one} {one.tag}" for found in BLOCKS.values() for one in found if one.tag not in TAGS] == []

    @pytest.mark.parametrize("block", OTHERS, ids=str)
    def test_what_is_not_run_here_is_understood(self, block: Block) -> None:
        CHECKS[block.tag](block)


def _elsewhere(block: Block) -> None:
    done = subprocess.run(["bash", "-n"], input=block.text, text=True, capture_output=True, check=False)  # noqa: S607 - the shell of this machine
    assert done.returncode == 0, done.stderr
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"^make ([a-z ]+?)(?:  |$)", block.text, re.MULTILINE):
        assert all(f"\n{one}:" in makefile for one in target.split())
    for words in re.findall(r"(?:^|/bin/)xinheng ((?:[^\n'\\#]|\\\n)+)", block.text, re.MULTILINE):
        _understood(tuple(shlex.split(words.replace("\\\n", " "))))
    for name in re.findall(r"\btools/deploy/[\w.@*-]+", block.text):
        assert list(ROOT.glob(name)), name


def _understood(words: tuple[str, ...]) -> None:
    if "--help" in words:
        with pytest.raises(SystemExit, match="0"):
            build_parser().parse_args(list(words))
    else:
        assert build_parser().parse_args(list(words)).run


def _env(block: Block) -> None:
    values = dict(line.split("#")[0].strip().split("=", 1) for line in block.text.splitlines())
    listed = (ROOT / "docs/reference/settings.md").read_text("utf-8")
    assert [name for name in values if f"`{name}`" not in listed] == []
    read_settings(values)


def _yaml(block: Block) -> None:
    found = yaml.safe_load(block.text)
    assert isinstance(found, dict)
    if "entries" in found:
        read_annual(Node("计划", "", {key: one for key, one in found.items() if key not in FILES}))


FILES = {"libraries", "triggers", "exemptions", "visits", "drawn"}


def _python(block: Block) -> None:
    """The statements are executed; a value after `# ` is that of the expression before it."""
    names: dict[str, Any] = {}
    for line in block.text.splitlines():
        code, _, shown = line.partition("  # ")
        if shown.startswith(("{", "[", '"')):
            assert eval(code, names) == eval(shown, names)  # noqa: S307 - our own documentation
        else:
            exec(code, names)  # noqa: S102 - as above


CHECKS: Mapping[str, Callable[[Block], object]] = {
    ELSEWHERE: _elsewhere,
    ENV: _env,
    "yaml": _yaml,
    "json": lambda block: json.loads(block.text),
    "python": _python,
}


class Player:
    """Runs the blocks of one page in order."""

    def __init__(self, stage: Stage, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stage, self.client, self.patch = stage, client, monkeypatch
        self.printed = ""

    def play(self, block: Block) -> None:
        if block.tag == RUN:
            self.printed = ""
            for command in commands(block.text):
                self.printed += self.one(block, command)
        elif block.tag == "output":
            self.shown(block)
        elif block.file:
            self.stage.write(block.file, block.text)

    def one(self, block: Block, command: Command) -> str:
        words = tuple(self._here(word) for word in command.words)
        mine = ours(words)
        text = self.xinheng(f"{block}: {shlex.join(words)}", mine) if mine else OTHER[words[0]](self, words)
        if command.out:
            self.stage.write(command.out, command.text or text)
        return text

    def xinheng(self, where: str, words: tuple[str, ...]) -> str:
        line = " ".join(words)
        _understood(words)
        if any(line == one or line.startswith(one + " ") for one in NOT_RUN):
            return ""
        prepare(self.stage, line)
        done = self.stage.run(*words)
        codes = {next((code for start, code in REFUSED.items() if line.startswith(start)), 0)}
        if any(line.startswith(one) for one in FINDS):
            codes.add(1)
        assert done.code in codes, f"{where}: {done.code}\n{done.out}{done.err}"
        return done.out + done.err

    def shown(self, block: Block) -> None:
        """Every line shown was printed, in this order; … stands for anything."""
        at = 0
        for line in block.text.splitlines():
            pattern = ".*".join(re.escape(part) for part in re.split("…+", line.strip()))
            found = re.search(pattern, self.printed[at:])
            assert found, f"{block}: not printed: {line}\n{self.printed}"
            at += found.end()

    def _here(self, word: str) -> str:
        for there, here in PLACES.items():
            word = word.replace(there, here)
        return SIZES.get(word) or self.stage.ids.get(word, word)

    def make(self, words: tuple[str, ...]) -> str:
        assert all(f"\n{target}:" in (ROOT / "Makefile").read_text("utf-8") for target in words[1:])
        return ""

    def mkdir(self, words: tuple[str, ...]) -> str:
        Path(words[-1]).expanduser().mkdir(parents=True, exist_ok=True)
        return ""

    def export(self, words: tuple[str, ...]) -> str:
        for word in words[1:]:
            name, _, value = word.partition("=")
            self.patch.setenv(name, str(Path(value).expanduser()) if value.startswith("~") else value)
        return ""

    def curl(self, words: tuple[str, ...]) -> str:
        (address,) = (word for word in words if word.startswith("http://127.0.0.1:8000"))
        data = next((words[at + 1] for at, word in enumerate(words) if word == "-d"), "")
        body = (self.stage.folder / data.removeprefix("@")).read_bytes()
        name, _, value = words[words.index("-H") + 1].partition(": ")
        answer = self.client.post(address.removeprefix("http://127.0.0.1:8000"), content=body, headers={name: value})
        assert answer.status_code == 200, answer.text
        return answer.text

    def python(self, words: tuple[str, ...]) -> str:
        assert words[1] == "-m"
        self.patch.setattr(sys, "argv", list(words[2:]))
        self.patch.delitem(sys.modules, words[2], raising=False)  # as in a process that has not met it yet
        with pytest.raises(SystemExit, match=r"^0$|None"):
            runpy.run_module(words[2], run_name="__main__")
        return ""


OTHER: Mapping[str, Callable[[Player, tuple[str, ...]], str]] = {
    "make": Player.make,
    "mkdir": Player.mkdir,
    "export": Player.export,
    "curl": Player.curl,
    "cat": lambda _player, _words: "",
    "python": Player.python,
}


@pytest.mark.parametrize("page", SHELL)
def test_the_examples_of_a_page_run(page: str, stage: Stage, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    player = Player(stage, client, monkeypatch)
    record = next(one for one in BLOCKS["docs/how-to/repair-one-record.md"] if one.file == "record.json")
    base(stage, json.loads(record.text))
    for block in BLOCKS[page]:
        player.play(block)
    assert os.getcwd() == str(stage.folder)  # noqa: PTH109 - nothing left the folder
