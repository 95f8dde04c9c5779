"""Strict reading of scheme files; every mistake is named with file, key and what to do, in Chinese."""

from __future__ import annotations

import itertools
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from pydantic import ValidationError

from kernel import datafile
from kernel.errors import CatalogueError
from kernel.yamldoc import read_yaml
from supervision import schema
from supervision.scheme import USCC, Scheme, column_names, make_scheme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

PACKAGE: Final = "supervision.schemes"
DEFAULT: Final = "default"
_MOST_SCORE: Final = 1000
_LISTS: Final = frozenset({"indicators", "rules", "classes"})
_CONDITIONS: Final = frozenset({"Is", "AtLeast", "Younger", "NoPoints", "Unknown"})
_FORMS: Final = "条件只能是 column + is（at_least、younger_than_months）、no_points、unknown + at_least"
_REASONS: Final = {
    "extra_forbidden": "不认识的键",
    "missing": "缺少这个键",
    "date_from_datetime_parsing": "应当是日历上有的日期，写成 YYYY-MM-DD",
    "date_parsing": "应当是日历上有的日期，写成 YYYY-MM-DD",
    "date_type": "应当是日历上有的日期，写成 YYYY-MM-DD",
    "bool_type": "只能是 true 或 false",
    "int_type": "应当是整数（分值只用整数）",
    "decimal_type": "应当是数字",
    "decimal_parsing": "应当是数字",
    "decimal_max_places": "小数至多四位",
    "string_type": "应当是文字，纯数字的须加引号",
    "string_too_short": "不能为空",
    "string_too_long": "超过 {max_length} 个字",
    "string_pattern_mismatch": "格式不符，应当符合 {pattern}",
    "tuple_type": "应当是列表",
    "too_short": "至少要有 {min_length} 项",
    "too_long": "至多 {max_length} 项",
    "dict_type": "应当是键值对",
    "model_type": "应当是键值对",
    "model_attributes_type": "应当是键值对",
    "literal_error": "只能是 {expected} 之一",
    "union_tag_invalid": "只能是 {expected_tags} 之一",
    "union_tag_not_found": "缺少 kind",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
}
_TYPES: Final = {
    "bands": ("int", "number"),
    "linear": ("int",),
    "elapsed": ("date",),
    "map": ("category",),
    "flag": ("bool",),
    "ratio": ("int",),
}


def scheme_ids() -> tuple[str, ...]:
    """Names of the schemes that are delivered."""
    return tuple(name.removesuffix(".yaml") for name in datafile.names("", ".yaml", PACKAGE))


@cache
def load_scheme(name: str = DEFAULT) -> Scheme:
    """Return a delivered scheme; its file is read once.

    Raises:
        CatalogueError: ``scheme_unknown`` with the names there are, or what is wrong in the file.
    """
    if name not in scheme_ids():
        raise CatalogueError(name, "", "scheme_unknown", allowed=list(scheme_ids()))
    return parse_scheme(_delivered(name), f"{name}.yaml", _delivered)


def _delivered(name: str) -> str:
    return datafile.read_text(f"{name}.yaml", PACKAGE)


def parse_scheme(text: str, file: str, base: Callable[[str], str] = _delivered) -> Scheme:
    """Read a scheme; ``base`` gives the text of the scheme that a ``based_on`` names.

    Raises:
        CatalogueError: the file, the key and what is wrong.
    """
    return make_scheme(_checked(_merged(text, file, base), file))


def _merged(text: str, file: str, base: Callable[[str], str]) -> dict[str, Any]:
    """The file's own keys over those of the scheme it is based on."""
    document = read_yaml(text, file)
    if not isinstance(document, dict):
        raise _wrong(file, "", "应当是键值对")
    under = document.pop("based_on", None)
    if under is None:
        return document
    if not isinstance(under, str) or under not in scheme_ids():
        raise _wrong(file, "based_on", f"没有方案 {under}；现有：{'、'.join(scheme_ids())}")
    below = read_yaml(base(under), f"{under}.yaml")
    if not isinstance(below, dict) or "based_on" in below:
        raise _wrong(file, "based_on", "只能以一个完整的方案为基础")
    return {**below, **document}


def _checked(document: dict[str, Any], file: str) -> schema.SchemeFile:
    try:
        spec = schema.SchemeFile.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        raise _wrong(file, _key(first["loc"], document), _reason(first)) from error
    for key, why in itertools.chain(*(check(spec) for check in _CHECKS)):
        raise _wrong(file, key, why)
    return spec


def _wrong(file: str, key: str, why: str) -> CatalogueError:
    return CatalogueError(file, key, "scheme_entry", why=why)


def _key(location: tuple[int | str, ...], document: Mapping[str, Any]) -> str:
    """The dotted path of a finding; members of lists by their id where they have one."""
    key, parts = "", list(location)
    if parts and parts[0] == "indicators" and len(parts) > 2:  # noqa: PLR2004 - list, place, kind
        del parts[2]
    for part in parts:
        if part in _CONDITIONS:
            break
        key += _member(key, part, document) if isinstance(part, int) else f".{part}" if key else str(part)
    return key


def _member(key: str, place: int, document: Mapping[str, Any]) -> str:
    entry = document[key][place] if key in _LISTS else None
    name = entry.get("id") if isinstance(entry, dict) else None
    return f"[{name or place}]"


def _reason(error: Mapping[str, Any]) -> str:
    context = dict(error.get("ctx", {}))
    if _CONDITIONS & set(error["loc"]):
        return _FORMS
    if error["type"] == "value_error":
        return str(context["error"])
    if "expected" in context:
        context["expected"] = str(context["expected"]).replace("'", "").replace(" or ", "、").replace(", ", "、")
    if "expected_tags" in context:
        context["expected_tags"] = str(context["expected_tags"]).replace("'", "").replace(", ", "、")
    known = _REASONS.get(error["type"])
    return known.format_map(context) if known else f"不符合格式（{error['msg']}）"


def _check_names(spec: schema.SchemeFile) -> Iterator[tuple[str, str]]:
    """Ids and names stand once."""
    for key, ids in (
        ("indicators", [one.id for one in (*spec.indicators, *spec.rules)]),
        ("classes", [one.id for one in spec.classes]),
        ("columns", [USCC, *spec.columns, *(name for one in spec.columns.values() for name in one.aliases)]),
    ):
        yield from ((key, f"{name} 出现了两次") for name in ids if ids.count(name) > 1)


def _check_columns(spec: schema.SchemeFile) -> Iterator[tuple[str, str]]:
    """Indicators read columns that exist, of a type that fits; no column is idle."""
    used = {name for one in spec.indicators for name in column_names(one)}
    used |= {name for rule in spec.rules for one in rule.when for name in schema.columns_of(one)}
    for one in spec.indicators:
        for name in column_names(one):
            if name not in spec.columns:
                yield f"indicators[{one.id}]", f"没有列 {name}"
            elif spec.columns[name].type not in _TYPES[one.kind]:
                yield f"indicators[{one.id}]", f"{one.kind} 不能用在 {spec.columns[name].type} 列 {name} 上"
    yield from ((f"columns.{name}", "没有指标或规则用到这一列") for name in spec.columns if name not in used)


def _check_indicators(spec: schema.SchemeFile) -> Iterator[tuple[str, str]]:
    """Dimensions exist, bands begin where the column begins, maps name every category."""
    for one in spec.indicators:
        key = f"indicators[{one.id}]"
        if one.dimension not in spec.dimensions:
            yield f"{key}.dimension", f"dimensions 里没有 {one.dimension}"
        if isinstance(one, schema.Mapped) and set(one.values) != set(spec.columns[one.column].values or ()):
            yield f"{key}.values", f"应当恰好写出列 {one.column} 的每一个值"
        if isinstance(one, schema.Ratio):
            yield from ((f"{key}.bands", why) for why in _ratio_faults(one, spec))
        if isinstance(one, schema.Banded):
            yield from ((f"{key}.bands", why) for why in _band_faults(one, spec.columns[one.column]))


def _ratio_faults(one: schema.Ratio, spec: schema.SchemeFile) -> Iterator[str]:
    if one.bands[0].from_ != 0:
        yield "第一个 from 应当是 0"
    low = [spec.columns[name].min for name in one.columns]
    yield from (f"列 {name} 不能有负数" for name, least in zip(one.columns, low, strict=True) if least not in {None, 0})


def _band_faults(one: schema.Banded, column: schema.Column) -> Iterator[str]:
    if one.bands[0].from_ != (column.min if column.min is not None else 0):
        yield f"第一个 from 应当是列 {one.column} 的最小值"
    scale = column.scale if column.type == "number" else 1
    if any((band.from_ * scale) % 1 for band in one.bands):
        yield f"from 的小数位数超过列 {one.column} 的精度（scale: {scale}）"


def _check_dimensions(spec: schema.SchemeFile) -> Iterator[tuple[str, str]]:
    """All dimensions together stay within a thousand points, and each is used."""
    if sum(part.cap for part in spec.dimensions.values()) > _MOST_SCORE:
        yield "dimensions", f"各维度上限之和不能超过 {_MOST_SCORE}"
    used = {one.dimension for one in spec.indicators}
    yield from ((f"dimensions.{name}", "没有指标属于这个维度") for name in spec.dimensions if name not in used)


def _check_classes(spec: schema.SchemeFile) -> Iterator[tuple[str, str]]:
    """Limits rise; only the last class has none."""
    limits = [grade.up_to for grade in spec.classes]
    known = [limit for limit in limits if limit is not None]
    if limits[-1] is not None or len(known) != len(limits) - 1:
        yield "classes", "除最后一类外都要写 up_to，最后一类不写"
    if any(later <= earlier for earlier, later in itertools.pairwise(known)):
        yield "classes", "up_to 应当逐类增大"


def _check_rules(spec: schema.SchemeFile) -> Iterator[tuple[str, str]]:
    """Rules lead to a class that exists and ask for what exists."""
    classes, ids = {grade.id for grade in spec.classes}, {one.id for one in spec.indicators}
    for rule in spec.rules:
        if rule.class_ not in classes:
            yield f"rules[{rule.id}].class", f"没有类别 {rule.class_}"
        for one in rule.when:
            why = _condition_fault(one, spec, ids)
            if why:
                yield f"rules[{rule.id}].when", why


def _condition_fault(one: schema.Condition, spec: schema.SchemeFile, ids: set[str]) -> str:
    if isinstance(one, schema.NoPoints):
        unknown = [name for name in one.no_points if name not in ids]
        return f"没有指标 {'、'.join(unknown)}" if unknown else ""
    strangers = [name for name in schema.columns_of(one) if name not in spec.columns]
    if strangers:
        return f"没有列 {'、'.join(strangers)}"
    if isinstance(one, schema.Unknown):
        is_sound = len(set(one.unknown)) == len(one.unknown) >= one.at_least
        return "" if is_sound else "unknown 里的列不能重复，at_least 不能超过列数"
    column = spec.columns[one.column]
    if isinstance(one, schema.AtLeast | schema.Younger):
        wanted = "int" if isinstance(one, schema.AtLeast) else "date"
        return "" if column.type == wanted else f"列 {one.column} 不是 {wanted} 列"
    values = one.is_ if isinstance(one.is_, tuple) else (one.is_,)
    allowed = (True, False) if column.type == "bool" else tuple(column.values or ())
    wrong = [str(value) for value in values if value not in allowed]
    return f"列 {one.column} 没有值 {'、'.join(wrong)}" if wrong else ""


_CHECKS: Final = (_check_names, _check_columns, _check_indicators, _check_dimensions, _check_classes, _check_rules)
