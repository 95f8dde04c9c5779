"""Readings of Chinese characters, for people who type pinyin into a search box."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_SECOND_READINGS: Final = (
    "长chang 重chong 行hang 调tiao 传zhuan 降xiang 会kuai 没mo 给ji 参shen 校jiao 藏zang 弹tan "
    "乐yue 车ju 血xie 角jue 称chen 率shuai 朝zhao 盛cheng 曾zeng 薄bo 模mu 系ji 宿xiu 落la 露lou "
    "数shuo 识zhi 畜xu 什shi 便pian 剥bao 折she 粘nian 熟shou 色shai 差chai 卡qia 着zhuo 说shui "
    "还huan 都du 得dei 单shan 省xing 壳qiao 核hu 和huo 尿sui 炮bao 塞se 屏bing 泊bo 柏bo 扎za 贾gu"
)
"""Second readings that people really type (没收 moshou, 畜牧 xumu). Dictionaries list many more that
nobody does: with 食 read *yi*, every food would be found under the initials of 药品."""


def second_readings() -> dict[str, tuple[str, ...]]:
    """The readings accepted beside the usual one, by character."""
    found: dict[str, tuple[str, ...]] = {}
    for pair in _SECOND_READINGS.split():
        found[pair[0]] = (*found.get(pair[0], ()), pair[1:])
    return found


def readings(characters: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Each Chinese character's syllables without tones (ü as v), the usual one first.

    Characters that are not Chinese are left out.
    """
    from pypinyin import lazy_pinyin  # noqa: PLC0415  (a third of a second, only for pinyin)

    others = second_readings()
    found: dict[str, tuple[str, ...]] = {}
    for character in characters:
        (usual,) = lazy_pinyin(character) or ("",)
        if usual and usual != character:
            found[character] = tuple(dict.fromkeys((usual, *others.get(character, ()))))
    return found
