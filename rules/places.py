"""One long string in which every character has a whole number: bit *p* is set where it stands at *p*.

A search is then a few shifts and ands over the whole catalogue at once, also where a character
may be read in several ways.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from rules.pinyin import readings

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

END: Final = "\0"
"""Stands after every name; no query contains it."""
_TWO_LETTERS: Final = ("zh", "ch", "sh")
_LONGEST_SYLLABLE: Final = 6


class Places:
    """Where the characters of a text stand; the pinyin is worked out when first asked for."""

    def __init__(self, text: str) -> None:
        """``text`` is made of names, each followed by :data:`END`."""
        self._text = text
        self._at: dict[str, list[int]] = {}
        for place, character in enumerate(text):
            self._at.setdefault(character, []).append(place)
        self._masks: dict[str, int] = {}
        self.everywhere = (1 << len(text)) - 1
        self.starts = 1 | self._mask(END) << 1 & self.everywhere

    def literal_ends(self, token: str, starts: int) -> int:
        """Places just after an occurrence of the token that begins at one of ``starts``."""
        reached = starts
        for character in token:
            reached = (reached & self._mask(character)) << 1
            if not reached:
                break
        return reached

    def pinyin_ends(self, token: str, starts: int) -> int:
        """The same, where letters may also stand for syllables: in full, or by their initials.

        The last syllable may be unfinished. Characters that are not letters stand for themselves.
        """
        reached = [starts, *[0] * len(token)]
        for place in range(len(token)):
            if reached[place]:
                for length, mask in self._steps(token, place):
                    reached[place + length] |= (reached[place] & mask) << 1
        return reached[-1]

    def ends_name(self, place: int) -> bool:
        """Whether a name is over at this place."""
        return self._text[place] == END

    def _steps(self, token: str, place: int) -> Iterator[tuple[int, int]]:
        """How far one character of the text can take us into the token, and where it may stand."""
        character = token[place]
        yield 1, self._mask(character) | self._of(self._initials.get(character, ()))
        if token[place : place + 2] in _TWO_LETTERS:
            yield 2, self._of(self._initials.get(token[place : place + 2], ()))
        rest = token[place : place + _LONGEST_SYLLABLE]
        for length in range(1, len(rest) + 1):
            yield length, self._of(self._syllables.get(rest[:length], ()))
        if place + len(rest) == len(token) and rest.isalpha() and rest.isascii():
            yield len(rest), self._of(self._unfinished(rest))

    def _unfinished(self, start: str) -> list[str]:
        syllables = self._syllables.items()
        return [one for syllable, those in syllables if syllable.startswith(start) for one in those]

    def _mask(self, character: str) -> int:
        if character not in self._masks:
            self._masks[character] = bits(self._at.get(character, ()))
        return self._masks[character]

    def _of(self, characters: Iterable[str]) -> int:
        mask = 0
        for character in characters:
            mask |= self._mask(character)
        return mask

    @cached_property
    def _readings(self) -> dict[str, tuple[str, ...]]:
        return readings(one for one in self._at if one > "\u2fff")

    @cached_property
    def _syllables(self) -> dict[str, list[str]]:
        return _turned(self._readings.items())

    @cached_property
    def _initials(self) -> dict[str, list[str]]:
        firsts = (
            (one, tuple({said[:length] for said in those for length in (1, 2)}))
            for one, those in self._readings.items()
        )
        return {start: those for start, those in _turned(firsts).items() if len(start) == 1 or start in _TWO_LETTERS}


def bits(places: Iterable[int]) -> int:
    """The whole number with these bits set."""
    places = list(places)
    row = bytearray(max(places, default=0) // 8 + 1)
    for place in places:
        row[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(row, "little")


def positions(mask: int) -> Iterator[int]:
    """The bits that are set, rising."""
    row = format(mask, "b")[::-1]
    place = row.find("1")
    while place >= 0:
        yield place
        place = row.find("1", place + 1)


def _turned(pairs: Iterable[tuple[str, tuple[str, ...]]]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one, names in pairs:
        for name in names:
            found.setdefault(name, []).append(one)
    return found
