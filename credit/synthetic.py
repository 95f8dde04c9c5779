"""Made-up registers in the 双公示 data standard, with the defects that real ones have; the same seed, the same rows.

Nobody in them exists: names are made of numbers, and codes only have the right form.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Final, TypeVar

from credit.register_cells import vocabulary
from kernel.identifiers import uscc_check_character

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Cell = str | int | float | date | None
LOCAL: Final = ("公示日期", "处罚程序", "是否纠正", "是否履行", "履行日期", "告知书送达日期")
_DEPARTMENTS: Final = (
    (("大连市市场监督管理局", "11210200MB0000001"), 30),
    (("大连市甘井子区市场监督管理局", "11210211MB0000002"), 24),
    (("大连市金州区市场监督管理局", "11210213MB0000003"), 14),
    (("大连市应急管理局", "11210200MB0000004"), 7),
    (("大连市消防救援支队", "11210200MB0000005"), 8),
    (("大连市生态环境局", "11210200MB0000006"), 6),
    (("大连市交通运输局", "11210200MB0000007"), 8),
    (("国家税务总局大连市税务局", "11100000MB0000008"), 3),
)
_FINES: Final = (
    (200, 6),
    (500, 10),
    (1000, 14),
    (2000, 14),
    (3000, 10),
    (5000, 16),
    (8000, 4),
    (10000, 10),
    (20000, 8),
    (50000, 5),
    (100000, 2),
    (200000, 1),
    (500000, 1),
)
_KINDS: Final = (
    (("罚款",), 40),
    (("警告", "罚款"), 18),
    (("罚款", "没收违法所得"), 14),
    (("没收违法所得", "罚款", "没收非法财物"), 8),
    (("警告",), 8),
    (("没收非法财物",), 3),
    (("责令停产停业", "罚款"), 3),
    (("吊销许可证件",), 1),
    (("暂扣许可证件",), 1),
    (("其他-责令限期改正",), 2),
    (("通报批评",), 2),
)
_SEPARATORS: Final = ("、", ",", "，", ";", "；", " ", "/", "+")
_BAD_KINDS: Final = ("暂扣或者吊销许可证件", "约谈", "不予处罚", "罚没款")
_BAD_DAYS: Final = ("2026-02-30", "不详", "2026年", "0000-00-00")
T = TypeVar("T")
_MASK: Final = (1 << 64) - 1
_DAYS_BACK: Final = 4 * 365
_SERIAL_START: Final = date(1899, 12, 30)


class Chance:
    """Numbers that look random and follow from a seed alone, on every machine (SplitMix64)."""

    def __init__(self, seed: int) -> None:
        """``seed``: any whole number from nought."""
        self._state = seed & _MASK

    def random(self) -> float:
        """A number from 0 to below 1."""
        return self._next() / (_MASK + 1)

    def randrange(self, first: int, end: int | None = None) -> int:
        """A whole number from ``first`` to below ``end``; of one argument alone, from nought to below it."""
        low, high = (0, first) if end is None else (first, end)
        return low + self._next() % (high - low)

    def choice(self, among: Sequence[T]) -> T:
        """One of a sequence."""
        return among[self.randrange(len(among))]

    def weighted(self, among: Sequence[tuple[T, int]]) -> T:
        """One of a sequence of things with their weights."""
        left = self.randrange(sum(weight for _, weight in among))
        for one, weight in among:
            left -= weight
            if left < 0:
                return one
        return among[-1][0]

    def _next(self) -> int:
        self._state = (self._state + 0x9E3779B97F4A7C15) & _MASK
        mixed = ((self._state ^ (self._state >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
        mixed = ((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB) & _MASK
        return mixed ^ (mixed >> 31)


def headings(*, local: bool = False) -> tuple[str, ...]:
    """The 29 columns of the standard in its order, and with ``local`` those that an office keeps beside them."""
    return (*(one.name for one in vocabulary().fields if one.code is not None), *(LOCAL if local else ()))


def rows(count: int, seed: int, on: date, *, local: bool = False) -> Iterator[tuple[Cell, ...]]:
    """``count`` rows of cells under :func:`headings`, decided in the years before ``on``."""
    chance = Chance(seed)
    before: tuple[Cell, ...] | None = None
    names = headings(local=local)
    for number in range(count):
        if before is not None and chance.random() < 0.01:  # noqa: PLR2004  (a share)
            yield before  # entered twice
            continue
        found = _row(chance, number, on)
        before = tuple(found.get(name) for name in names)
        yield before


def _row(chance: Chance, number: int, on: date) -> dict[str, Cell]:
    name, code = chance.weighted(_DEPARTMENTS)
    decided = on - timedelta(days=chance.randrange(_DAYS_BACK))
    kinds = chance.weighted(_KINDS)
    year = decided.year
    authority = code + uscc_check_character(code)
    return {
        **_party(chance, number),
        "行政处罚决定书文号": f"大处罚〔{year}〕{number}号",
        "违法行为类型": "违反监督管理规定",
        "违法事实": f"当事人于{year}年实施了违法行为（模拟数据）。",
        "处罚依据": "有关法律（模拟数据）",
        "处罚类别": _kinds_cell(chance, kinds),
        "处罚内容": "、".join(kinds),
        **_amounts(chance, kinds),
        "处罚决定日期": _day_cell(chance, decided),
        "处罚有效期": "2099-12-31",
        "处罚机关": name,
        "处罚机关统一社会信用代码": authority,
        "数据来源单位": name,
        "数据来源单位统一社会信用代码": authority,
        "备注": chance.choice((None, None, None, "补录")),
        **_local(chance, decided, on),
    }


def _party(chance: Chance, number: int) -> dict[str, Cell]:
    """The party: mostly companies; some codes with a slip, some parties of whom only the category is known."""
    draw = chance.random()
    if draw < 0.05:  # noqa: PLR2004  (a share, as those below)
        return {"行政相对人名称": f"自然人{number}", "行政相对人类别": "自然人", "证件类型": "居民身份证"}
    sole = draw < 0.35  # noqa: PLR2004
    first = f"{'92' if sole else '91'}210200{number % 10**9:09d}"
    code = first + uscc_check_character(first)
    if chance.random() < 0.02:  # noqa: PLR2004
        code = code[:-1] + ("0" if code[-1] != "0" else "1")
    return {
        "行政相对人名称": f"模拟商户{number}" if sole else f"模拟企业{number}有限公司",
        "行政相对人类别": "个体工商户" if sole else "法人及非法人组织",
        "行政相对人代码_1": None if chance.random() < 0.02 else code,  # noqa: PLR2004
        "法定代表人": f"模拟人{number}",
    }


def _kinds_cell(chance: Chance, kinds: Sequence[str]) -> Cell:
    """The kinds as offices enter them: separators of all sorts, 罚款 left out, words that are no kind."""
    draw = chance.random()
    if draw < 0.006:  # noqa: PLR2004
        return chance.choice(_BAD_KINDS)
    named = [one for one in kinds if one != "罚款" or draw > 0.05]  # noqa: PLR2004
    return chance.choice(_SEPARATORS).join(named) or None


def _amounts(chance: Chance, kinds: Sequence[str]) -> dict[str, Cell]:
    """Amounts in 万元: empty, nought, with many or few decimals, as text or as numbers."""
    found: dict[str, Cell] = {}
    if "罚款" in kinds:
        yuan = chance.weighted(_FINES)
        found["罚款金额(万元)"] = _wan(chance, yuan if chance.random() < 0.8 else yuan + chance.randrange(1, 200))  # noqa: PLR2004
    elif chance.random() < 0.3:  # noqa: PLR2004
        found["罚款金额(万元)"] = chance.choice(("0", "0.000000"))
    if "没收违法所得" in kinds:
        found["没收违法所得、没收非法财物的金额(万元)"] = _wan(chance, chance.randrange(10, 20000))
    return found


def _wan(chance: Chance, yuan: int) -> Cell:
    draw = chance.random()
    if draw < 0.02:  # noqa: PLR2004
        return chance.choice((None, "", "/", "0"))
    if draw < 0.024:  # noqa: PLR2004
        return chance.choice(("约" + str(yuan), "-1", f"{yuan}元整"))
    text = f"{yuan // 10000}.{yuan % 10000:04d}"
    return text + "00" if draw < 0.6 else text if draw < 0.9 else float(text)  # noqa: PLR2004


def _day_cell(chance: Chance, day: date) -> Cell:
    draw = chance.random()
    if draw < 0.004:  # noqa: PLR2004
        return chance.choice(_BAD_DAYS)
    if draw < 0.02:  # noqa: PLR2004
        return (day - _SERIAL_START).days
    if draw < 0.05:  # noqa: PLR2004
        return _written(chance.choice(("{0}/{1}/{2}", "{0}年{1}月{2}日", "{0}.{1}.{2}")), day)
    return day.isoformat() + (" 00:00:00" if draw < 0.08 else "")  # noqa: PLR2004


@cache
def _written(form: str, day: date) -> str:
    return form.format(day.year, day.month, day.day)


def _local(chance: Chance, decided: date, on: date) -> dict[str, Cell]:
    """What the standard does not carry, as far as an office keeps it."""
    published = decided + timedelta(days=chance.randrange(1, 12))
    known = chance.random() < 0.6  # noqa: PLR2004
    performed = decided + timedelta(days=chance.randrange(1, 60))
    done = known and performed <= on and chance.random() < 0.9  # noqa: PLR2004
    years = chance.choice((1, 1, 1, 3))
    return {
        "公示日期": published.isoformat() if published <= on else "未公示",
        "公示截止期": None if chance.random() < 0.3 else (decided + timedelta(days=365 * years)).isoformat(),  # noqa: PLR2004
        "处罚程序": chance.choice((None, None, "普通程序", "普通程序", "简易程序")),
        "是否纠正": None if not known else "是" if done else "否",
        "是否履行": None if not known else "是" if done else "否",
        "履行日期": performed.isoformat() if done else None,
        "告知书送达日期": chance.choice((decided.isoformat(), decided.isoformat(), "未送达", None)),
    }
