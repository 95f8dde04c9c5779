"""argparse that speaks Chinese and leaves exit codes to :func:`service.cli.main`."""

from __future__ import annotations

import argparse
import re
from typing import TYPE_CHECKING, Final, NoReturn

from service.cli.output import say
from service.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORDS: Final = (
    (r"the following arguments are required: (.*)", r"缺少 \1"),
    (r"unrecognized arguments: (.*)", r"不认识的参数 \1"),
    (r"argument (.*?): invalid choice: (.*?) \(choose from (.*)\)", r"\1 不能是 \2；可用的值：\3"),
    (r"argument (.*?): expected one argument", r"\1 后面缺少一个值"),
    (r"argument (.*?): expected at least one argument", r"\1 后面至少要有一个值"),
    (r"argument (.*?): invalid .* value: (.*)", r"\1 不能是 \2"),
    (r"argument (.*?): not allowed with argument (.*)", r"\1 不能与 \2 同时使用"),
    (r"argument (.*?): ignored explicit argument (.*)", r"\1 后面不应有值 \2"),
    (r"ambiguous option: (.*?) could match (.*)", r"\1 不明确，可能是 \2"),
    (r"argument (.*?): (.*)", r"\1：\2"),
)
_WIDTH: Final = 100


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Help in Chinese, of one width everywhere."""

    def __init__(self, prog: str) -> None:
        """``prog`` is the command with its sub-commands."""
        super().__init__(prog, max_help_position=30, width=_WIDTH)

    def add_usage(
        self,
        usage: str | None,
        actions: Iterable[argparse.Action],
        groups: Iterable[argparse._MutuallyExclusiveGroup],
        prefix: str | None = None,
    ) -> None:
        """Begin with 用法 instead of usage."""
        super().add_usage(usage, actions, groups, "用法：" if prefix is None else prefix)


class Parser(argparse.ArgumentParser):
    """A parser whose mistakes are a :class:`UsageError`."""

    def __init__(self, prog: str, description: str = "", epilog: str = "") -> None:
        """``epilog`` holds the example."""
        super().__init__(
            prog=prog,
            description=description,
            epilog=epilog,
            formatter_class=Formatter,
            add_help=False,
            allow_abbrev=False,
        )
        self._positionals.title = "参数"
        self._optionals.title = "选项"
        self.add_argument("-h", "--help", action="help", help="显示本说明")

    def arguments(self) -> list[tuple[str, str]]:
        """Each argument as it is written, with its words; ``--help`` left out."""
        shown = (action for action in self._actions if action.dest != "help")
        return [(_written(action), action.help or "") for action in shown]

    def print_help(self, *_: object, **__: object) -> None:
        """Print the help; argparse itself would pass over a full disk in silence."""
        say(self.format_help().removesuffix("\n"))

    def error(self, message: str) -> NoReturn:
        """Raise UsageError with the message in Chinese."""
        raise UsageError(why=_in_chinese(message).replace("'", "").split(", "), command=self.prog)


class Version(argparse.Action):
    """``--version``: looks the version up only when it is asked for."""

    def __init__(self, option_strings: list[str], dest: str, **_: object) -> None:
        """Take no value."""
        super().__init__(option_strings, dest, nargs=0, help="显示版本")

    def __call__(self, *_: object, **__: object) -> None:
        """Print the version and stop."""
        from importlib.metadata import version  # noqa: PLC0415  (start-up time)

        say(f"xinheng {version('xinheng')}")
        raise SystemExit(0)


def _written(action: argparse.Action) -> str:
    value = action.metavar if isinstance(action.metavar, str) else action.dest.upper()
    if not action.option_strings:
        return value
    option = action.option_strings[-1]
    return option if action.nargs == 0 else f"{option} {value}"


def _in_chinese(message: str) -> str:
    for pattern, words in _WORDS:
        match = re.fullmatch(pattern, message, re.DOTALL)
        if match is not None:
            return match.expand(words)
    return message
