"""The record of a draw (``commit.json``) and what is revealed after the event (``reveal.json``)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from supervision.drawdoc import Node, read_document
from supervision.drawpublic import value_fault
from supervision.drawtext import SPEC, sha256_hex

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

COMMIT: Final = "commit.json"
REVEAL: Final = "reveal.json"
RESULT: Final = "result.json"
ROSTER: Final = "roster.tsv"
RECUSAL: Final = "recusal.tsv"
PPM: Final = 1_000_000
NO_QUALIFICATION: Final = "-"
LEAST_HEADS: Final = 2
"""Heads of a task: two officers at least (行政处罚法第四十二条)."""
_MOST: Final = 10**9
_MOST_HEADS: Final = 50


@dataclass(frozen=True, slots=True)
class Plan:
    """One department's draw from one frame; ``rate`` holds ppm by stratum, or numbers for the rule ``fixed``."""

    plan_id: str
    dept_id: str
    joins: tuple[str, ...]
    group: str
    frame: str
    rule: str
    rate: Mapping[str, int]
    reserve: int

    @property
    def departments(self) -> frozenset[str]:
        """Return the departments that visit a unit drawn by this plan."""
        return frozenset({self.dept_id, *self.joins})


@dataclass(frozen=True, slots=True)
class Needs:
    """Heads of a department, as (qualification or ``-``, heads): when it comes alone, and in a joint visit."""

    alone: tuple[tuple[str, int], ...]
    joint: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A public event: its id, what it is, and the form of its value."""

    source_id: str
    what: str
    format: str


@dataclass(frozen=True, slots=True)
class Record:
    """What was fixed and published before the event; ``digest`` is the SHA-256 of the published bytes."""

    digest: str
    draw_id: str
    prev: str | None
    files: Mapping[str, str]
    counts: Mapping[str, Mapping[str, Mapping[str, int]]] | None
    nonces: tuple[tuple[str, str], ...]
    public: tuple[Source, ...]
    plans: tuple[Plan, ...]
    needs: Mapping[str, Needs]
    balance: str

    @property
    def frames(self) -> tuple[str, ...]:
        """Return the frame files, each once, in the order of the plans."""
        return tuple(dict.fromkeys(plan.frame for plan in self.plans))


@dataclass(frozen=True, slots=True)
class Reveal:
    """Nonces by holder and public values by source, checked against the record."""

    nonces: Mapping[str, str]
    public: Mapping[str, str]


def read_record(data: bytes) -> Record:
    """Read ``commit.json``.

    Raises:
        InputError: names the place in the file.
    """
    node = read_document(COMMIT, data)
    node["spec"].one_of(SPEC)
    return Record(
        digest=sha256_hex(data),
        draw_id=node["draw_id"].text(),
        prev=node["prev"].hex64() if node.has("prev") else None,
        files=dict(_files(node["files"])),
        counts=_counts(node["counts"]) if node.has("counts") else None,
        nonces=_nonces(node["nonces"]),
        public=read_sources(node["public"]),
        **read_rules(node),
    )


def read_rules(node: Node) -> dict[str, Any]:
    """Read the plans, needs and balance of a record or of its draft.

    Raises:
        InputError: names the place in the file.
    """
    plans = tuple(_plan(one) for one in node["plans"].list())
    _unique(node["plans"], [plan.plan_id for plan in plans])
    needs = {name.identifier(): _need(one) for name, one in node["needs"].items()}
    missing = sorted({dept for plan in plans for dept in plan.departments} - set(needs))
    if missing:
        node["needs"].wrong("draw_needs_missing", value=missing)
    return {"plans": plans, "needs": needs, "balance": node["balance"].one_of("none", "step")}


def read_reveal(data: bytes, record: Record) -> Reveal:
    """Read ``reveal.json`` and hold it against the record.

    Raises:
        InputError: a holder or source is missing or unknown, a nonce does not fit its digest, or a
            value does not have the form that the record names.
    """
    node = read_document(REVEAL, data)
    pairs = [one.pair() for one in node["nonces"].list()]
    nonces = {holder.identifier(): nonce.hex64() for holder, nonce in pairs}
    _same_names(node["nonces"], [holder.identifier() for holder, _ in pairs], [holder for holder, _ in record.nonces])
    for (_, nonce), expected in zip(pairs, (dict(record.nonces)[h.identifier()] for h, _ in pairs), strict=True):
        if sha256_hex(nonce.hex64()) != expected:
            nonce.wrong("draw_nonce")
    public = {name.identifier(): value for name, value in node["public"].items()}
    _same_names(node["public"], list(public), [source.source_id for source in record.public])
    values = {source.source_id: _value(public[source.source_id], source) for source in record.public}
    return Reveal(nonces, values)


def seed_text(record: Record, reveal: Reveal) -> str:
    """Return the text whose SHA-256 is the key of the draw."""
    lines = [SPEC, f"commit:{record.digest}"]
    lines += [f"nonce:{holder}:{reveal.nonces[holder]}" for holder, _ in record.nonces]
    lines += [f"public:{source.source_id}:{reveal.public[source.source_id]}" for source in record.public]
    return "".join(line + "\n" for line in lines)


def file_name(node: Node) -> str:
    """Return the plain name of a file of the folder.

    Raises:
        InputError: the name leads out of the folder or is one of the three documents.
    """
    name = node.identifier()
    if name.startswith(".") or "\\" in name or name in {COMMIT, REVEAL, RESULT}:
        node.wrong("draw_file_name", value=name)
    return name


def _files(node: Node) -> Iterator[tuple[str, str]]:
    for name, digest in node.items():
        yield file_name(name), digest.hex64()


def _counts(node: Node) -> dict[str, dict[str, dict[str, int]]]:
    return {
        plan.identifier(): {
            stratum.identifier(): {status.identifier(): n.whole(_MOST) for status, n in numbers.items()}
            for stratum, numbers in strata.items()
        }
        for plan, strata in node.items()
    }


def _nonces(node: Node) -> tuple[tuple[str, str], ...]:
    found = tuple((holder.identifier(), digest.hex64()) for holder, digest in (one.pair() for one in node.list()))
    _unique(node, [holder for holder, _ in found])
    return found


def read_sources(node: Node) -> tuple[Source, ...]:
    """Read the public events of a record or of its draft.

    Raises:
        InputError: names the place in the file.
    """
    found = tuple(
        Source(
            one["id"].identifier(),
            one["what"].text() if one.has("what") else "",
            one["format"].text() if one.has("format") else "",
        )
        for one in node.list()
    )
    _unique(node, [source.source_id for source in found])
    return found


def _plan(node: Node) -> Plan:
    rule = node["rule"].one_of("ceil", "systematic", "fixed")
    most = _MOST if rule == "fixed" else PPM
    return Plan(
        plan_id=node["plan_id"].identifier(),
        dept_id=node["dept_id"].identifier(),
        joins=tuple(one.identifier() for one in node["with"].list()) if node.has("with") else (),
        group=node["group"].identifier(),
        frame=file_name(node["frame"]),
        rule=rule,
        rate={stratum.identifier(): rate.whole(most) for stratum, rate in node["rate"].items()},
        reserve=node["reserve"].whole(_MOST),
    )


def _need(node: Node) -> Needs:
    return Needs(_heads(node["alone"]), _heads(node["joint"]))


def _heads(node: Node) -> tuple[tuple[str, int], ...]:
    return tuple(
        (name.identifier(), heads.whole(_MOST_HEADS, 1)) for name, heads in (one.pair() for one in node.list())
    )


def _value(node: Node, source: Source) -> str:
    value = node.text()
    if code := value_fault(source.format, value):
        node.wrong(code, value=value, format=source.format)
    return value


def _unique(node: Node, names: list[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        node.wrong("draw_name_twice", value=twice)


def _same_names(node: Node, found: list[str], wanted: list[str]) -> None:
    _unique(node, found)
    if set(found) != set(wanted):
        node.wrong(
            "draw_names_differ", missing=sorted(set(wanted) - set(found)), unknown=sorted(set(found) - set(wanted))
        )
