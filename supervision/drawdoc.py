"""Small strict readers for the JSON documents of a draw: each names the file and the place in it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NoReturn

from kernel.errors import FieldError, InputError, pointer
from kernel.jsondoc import read_json
from supervision.drawtext import identifier_fault, line_fault

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MAX_BYTES: Final = 1 << 31
_HEX64: Final = re.compile(r"[0-9a-f]{64}")
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a document, with the file and the place where it stands."""

    file: str
    place: str
    value: object

    def wrong(self, code: str, **params: object) -> NoReturn:
        """Refuse the value.

        Raises:
            InputError: always; names file and place.
        """
        raise InputError(self.error(code, **params), code, file=self.file, place=self.place, **params)

    def error(self, code: str, **params: object) -> FieldError:
        """Return the fault of this place."""
        shown = {"file": self.file, "place": self.place or "（整份文件）", **params}
        return FieldError(pointer(self.file) + self.place, code, shown)

    def has(self, name: str) -> bool:
        """Say whether an object has the member, and not as null."""
        return isinstance(self.value, dict) and self.value.get(name) is not None

    def __getitem__(self, name: str) -> Node:
        """Return a member of an object; it must be there."""
        mapping = self._of(dict, "对象")
        if name not in mapping:
            self.wrong("draw_member_missing", name=name)
        return self._below(name, mapping[name])

    def items(self) -> Iterator[tuple[Node, Node]]:
        """Yield each name of an object, as a node too, with its value."""
        for name, value in self._of(dict, "对象").items():
            yield self._below(name, name), self._below(name, value)

    def list(self) -> list[Node]:
        """Return the elements of a list."""
        return [self._below(index, value) for index, value in enumerate(self._of(list, "列表"))]

    def pair(self) -> tuple[Node, Node]:
        """Return the elements of a list of two."""
        found = self.list()
        if len(found) != len(("one", "other")):
            self.wrong("draw_type", wanted="两个元素的列表")
        return found[0], found[1]

    def text(self) -> str:
        """Return text that fills one line."""
        return self._checked(line_fault)

    def identifier(self) -> str:
        """Return an identifier."""
        return self._checked(identifier_fault)

    def hex64(self) -> str:
        """Return 64 lower-case hexadecimal characters."""
        found: str = self._of(str, "文字")
        if not _HEX64.fullmatch(found):
            self.wrong("draw_hex")
        return found

    def whole(self, most: int, least: int = 0) -> int:
        """Return a whole number from ``least`` to ``most``."""
        if isinstance(self.value, bool) or not isinstance(self.value, int) or not least <= self.value <= most:
            self.wrong("draw_whole", least=least, most=most)
        return self.value

    def one_of(self, *allowed: str) -> str:
        """Return one of the words allowed."""
        if self.value not in allowed:
            self.wrong("draw_word", allowed=list(allowed))
        return str(self.value)

    def _checked(self, check: Callable[[str], str | None]) -> str:
        found: str = self._of(str, "文字")
        if code := check(found):
            self.wrong("draw_text", value=found, fault=code)
        return found

    def _below(self, name: str | int, value: object) -> Node:
        return Node(self.file, self.place + pointer(name), value)

    def _of(self, kind: type, words: str) -> Any:  # noqa: ANN401 - the kind asked for
        if not isinstance(self.value, kind):
            self.wrong("draw_type", wanted=words)
        return self.value


def read_document(file: str, data: bytes) -> Node:
    """Read a JSON file of a draw: UTF-8 without byte order mark, no name twice.

    Raises:
        InputError: names the file.
    """
    if data.startswith(_BOM):
        raise InputError(FieldError(pointer(file), "draw_json_bom", {"file": file}), "draw_json_bom", file=file)
    try:
        return Node(file, "", read_json(data, max_bytes=MAX_BYTES))
    except InputError as error:
        inner = error.errors[0]
        raise InputError(
            FieldError(pointer(file) + inner.pointer, inner.code, {**inner.params, "about": file}),
            inner.code,
            **inner.params,
        ) from error
