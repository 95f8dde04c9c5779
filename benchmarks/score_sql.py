"""The default scheme as one SQL query: what a user of DuckDB or DataFusion would write, for comparison only."""

from collections.abc import Iterator
from datetime import date, timedelta

from supervision import schema
from supervision.scheme import DIMENSIONS, Indicator, Scheme
from supervision.values import threshold


def query(scheme: Scheme, on: date, source: str) -> str:
    """Points, class, override and three reasons of every row; keys are ``points * 128 + 127 - place``."""
    points = ",\n".join(f"{_points(one, on)} AS p{one.place}" for one in scheme.indicators)
    keys = [f"(p{one.place} * 128 + {127 - one.place})" for one in scheme.indicators]
    sums = ",\n".join(f"{_sum(scheme, name)} AS points_{name}" for name in DIMENSIONS)
    rules = [(rule, _rule(scheme, rule, on)) for rule in scheme.rules]
    flags = ",\n".join(f"({words}) AS h{place}" for place, (_, words) in enumerate(rules))
    return f"""
WITH a AS (SELECT *, {points} FROM {source}),
b AS (SELECT uscc, {sums}, {flags}, greatest({", ".join(keys)}) AS k1,
  {", ".join(f"p{one.place}" for one in scheme.indicators)} FROM a),
c AS (SELECT *, {" + ".join(f"points_{name}" for name in DIMENSIONS)} AS score,
  greatest({", ".join(f"CASE WHEN {key} < k1 THEN {key} ELSE 0 END" for key in keys)}) AS k2 FROM b),
d AS (SELECT *, {_plain_class(scheme)} AS place,
  greatest({", ".join(f"CASE WHEN {key} < k2 THEN {key} ELSE 0 END" for key in keys)}) AS k3 FROM c)
SELECT uscc, score, {_class(scheme)} AS class, {", ".join(f"points_{name}" for name in DIMENSIONS)},
  {_override(scheme)} AS override, {", ".join(_reasons(scheme))},
  '{scheme.id}' AS scheme, '{scheme.version}' AS scheme_version FROM d"""  # noqa: S608 - our own scheme, no words of users


def _sum(scheme: Scheme, dimension: str) -> str:
    return " + ".join(f"p{one.place}" for one in scheme.of(dimension)) or "0"


def _points(one: Indicator, on: date) -> str:
    spec, name, points = one.spec, one.column.name, one.points
    if isinstance(spec, schema.Ratio):
        return _ratio(one, spec)
    if isinstance(spec, schema.Flag):
        return f"CASE WHEN {name} IS NULL THEN {points[0]} WHEN {name} THEN {points[2]} ELSE {points[1]} END"
    if isinstance(spec, schema.Mapped):
        whens = " ".join(f"WHEN '{code}' THEN {points[n]}" for n, code in enumerate(one.column.categories, 1))
        other = points[1 + one.column.other]
        return f"CASE WHEN {name} IS NULL THEN {points[0]} ELSE CASE {name} {whens} ELSE {other} END END"
    if isinstance(spec, schema.Elapsed):
        days = [threshold(on, spec.unit, int(cut)) for cut in one.cuts]
        whens = " ".join(f"WHEN {name} <= DATE '{days[n - 1]}' THEN {points[n]}" for n in range(len(days), 0, -1))
        return f"CASE WHEN {name} IS NULL THEN {points[0]} {whens} END"
    cuts = list(enumerate(one.cuts, 1))[::-1]
    whens = " ".join(f"WHEN {name} >= {float(cut):g} THEN {points[n]}" for n, cut in cuts)
    return f"CASE WHEN {name} IS NULL THEN {points[0]} {whens} END"


def _ratio(one: Indicator, spec: schema.Ratio) -> str:
    above, below = spec.columns
    base = f"greatest(coalesce({below}, {spec.at_least}), {spec.at_least})" if spec.at_least else below
    whens = " ".join(
        f"WHEN {above} * {spec.times * cut.denominator} >= {base} * {cut.numerator} THEN {one.points[n]}"
        for n, cut in reversed(list(enumerate(one.cuts, 2)))
    )
    return (
        f"CASE WHEN {above} IS NULL OR {base} IS NULL THEN {one.points[0]} WHEN {base} = 0 THEN {spec.none} {whens} END"
    )


def _rule(scheme: Scheme, rule: schema.Rule, on: date) -> str:
    return "coalesce(" + " AND ".join(_condition(scheme, one, on) for one in rule.when) + ", FALSE)"


def _condition(scheme: Scheme, one: schema.Condition, on: date) -> str:
    if isinstance(one, schema.NoPoints):
        return "(" + " + ".join(f"p{scheme.by_id[name].place}" for name in one.no_points) + ") = 0"
    if isinstance(one, schema.Unknown):
        gone = " + ".join(f"CASE WHEN {name} IS NULL THEN 1 ELSE 0 END" for name in one.unknown)
        return f"({gone}) >= {one.at_least}"
    if isinstance(one, schema.Younger):
        return f"{one.column} > DATE '{threshold(on, 'month', one.younger_than_months) + timedelta(0)}'"
    if isinstance(one, schema.AtLeast):
        return f"{one.column} >= {one.at_least}"
    return one.column if one.is_ is True else f"{one.column} = '{one.is_}'"


def _plain_class(scheme: Scheme) -> str:
    return " + ".join(f"CASE WHEN {' + '.join(f'points_{d}' for d in DIMENSIONS)} > {cut} THEN 1 ELSE 0 END"
                      for cut in scheme.cutoffs)  # fmt: skip


def _hits(scheme: Scheme) -> Iterator[tuple[str, str, int]]:
    """Condition, rule and place of the class, in the order in which they decide."""
    numbered = list(enumerate(scheme.rules))
    for place, rule in [(n, r) for n, r in numbered if r.effect == "set"]:
        yield f"h{place}", rule.id, scheme.classes.index(rule.class_)
    floors = [(n, r, scheme.classes.index(r.class_)) for n, r in numbered if r.effect == "floor"]
    for number, rule, wanted in sorted(floors, key=lambda found: -found[2]):
        yield f"h{number} AND place < {wanted}", rule.id, wanted


def _class(scheme: Scheme) -> str:
    whens = " ".join(f"WHEN {hit} THEN '{scheme.classes[place]}'" for hit, _, place in _hits(scheme))
    plain = " ".join(f"WHEN {place} THEN '{name}'" for place, name in enumerate(scheme.classes))
    return f"CASE {whens} ELSE CASE place {plain} END END"


def _override(scheme: Scheme) -> str:
    return "CASE " + " ".join(f"WHEN {hit} THEN '{name}'" for hit, name, _ in _hits(scheme)) + " END"


def _reasons(scheme: Scheme) -> Iterator[str]:
    names = " ".join(f"WHEN {127 - one.place} THEN '{one.id}'" for one in scheme.indicators)
    for rank in (1, 2, 3):
        yield f"CASE WHEN k{rank} >= 128 THEN CASE k{rank} % 128 {names} END END AS reason_{rank}"
        yield f"CASE WHEN k{rank} >= 128 THEN (k{rank} - k{rank} % 128) / 128 END AS reason_{rank}_points"
