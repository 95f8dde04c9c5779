"""From a draft to the record that is published: digests of the files, counts, nonce digests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from supervision.drawdoc import Node, read_document
from supervision.drawframe import check_regions, read_frame
from supervision.drawpublic import too_weak
from supervision.drawrecord import COMMIT, RECUSAL, ROSTER, Record, read_record, read_rules, read_sources
from supervision.drawrun import Folder, file_error
from supervision.drawtasks import check_needs
from supervision.drawtext import SPEC, sha256_hex
from supervision.teamsroster import read_recusal, read_roster

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from supervision.drawframe import Frame
    from supervision.drawrecord import Plan

DRAFT: Final = "draft.json"
FILES: Final = "files"
PLANNER: Final = "planner"


def draft_of(folder: Folder) -> Node | None:
    """Return the draft: ``draft.json``, or a ``commit.json`` without ``files``; None if there is neither.

    Raises:
        InputError: the document cannot be read.
    """
    for name in (DRAFT, COMMIT):
        if folder.has(name):
            node = read_document(name, folder.bytes_of(name))
            if name == DRAFT or not is_record(node):
                return node
    return None


def is_record(node: Node) -> bool:
    """Say whether a ``commit.json`` is a whole record: it names its files."""
    return node.has(FILES) and bool(node[FILES].value)


@dataclass(frozen=True, slots=True)
class Measured:
    """What a record says of its lists: digests by file, numbers by plan and stratum. Millions of rows take long."""

    files: Mapping[str, str]
    counts: Mapping[str, object]


def measure(draft: Node, folder: Folder) -> Measured:
    """Read every list of a draft once.

    Raises:
        InputError: names file and line, or the place in the draft.
    """
    rules = read_rules(draft)
    check_needs(rules["plans"], rules["needs"])
    data = {name: folder.bytes_of(name) for name in (ROSTER, RECUSAL)}
    read_roster(ROSTER, data[ROSTER])
    read_recusal(RECUSAL, data[RECUSAL])
    files, counts = _frames(rules["plans"], folder)
    files |= {name: sha256_hex(content) for name, content in data.items()}
    return Measured(dict(sorted(files.items())), counts)


def make_record(
    draft: Node, folder: Folder, make_nonce: Callable[[], str], measured: Measured | None = None
) -> tuple[bytes, Record, dict[str, str]]:
    """Return the bytes of the record, the record, and the nonces made here by holder.

    Args:
        draft: the members of a record; ``files``, ``counts`` and ``spec`` are filled in here. A holder
            may stand in ``nonces`` by name alone: a nonce is made for it.
        folder: frames, roster and recusals.
        make_nonce: returns 64 fresh lower-case hexadecimal characters.
        measured: of the same draft and folder, where they were measured before.

    Raises:
        InputError: names file and line, or the place in the draft.
    """
    sources = draft["public"]
    if too_weak(source.format for source in read_sources(sources)):
        sources.wrong("draw_public_weak")
    nonces, made = _nonces(draft, make_nonce)
    lists = measure(draft, folder) if measured is None else measured
    own: Mapping[str, Any] = draft.value if isinstance(draft.value, dict) else {}
    document = {
        **own,
        "spec": SPEC,
        "prev": own.get("prev"),
        "files": dict(lists.files),
        "counts": lists.counts,
        "nonces": nonces,
    }
    published = orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    return published, read_record(published), made


def _nonces(draft: Node, make_nonce: Callable[[], str]) -> tuple[list[list[str]], dict[str, str]]:
    made: dict[str, str] = {}
    found: list[list[str]] = []
    # The planner always is a holder, named or not.
    for one in draft["nonces"].list() if draft.has("nonces") else [Node(draft.file, "/nonces", PLANNER)]:
        if isinstance(one.value, str):
            nonce = made[one.identifier()] = make_nonce()
            found.append([one.identifier(), sha256_hex(nonce)])
        else:
            holder, digest = one.pair()
            found.append([holder.identifier(), digest.hex64()])
    return found, made


def _frames(plans: tuple[Plan, ...], folder: Folder) -> tuple[dict[str, str], dict[str, object]]:
    frames: dict[str, Frame] = {}
    files: dict[str, str] = {}
    counts: dict[str, object] = {}
    for plan in plans:
        if plan.frame not in frames:
            data = folder.bytes_of(plan.frame)
            frame = read_frame(plan.frame, data)
            for other in frames.values():
                check_regions(other, frame)
            frames[plan.frame], files[plan.frame] = frame, sha256_hex(data)
        missing = sorted(set(frames[plan.frame].strata.names) - set(plan.rate))
        if missing:
            raise file_error(DRAFT, "draw_rate_missing", plan=plan.plan_id, value=missing)
        counts[plan.plan_id] = frames[plan.frame].counts()
    return files, counts
