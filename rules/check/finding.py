"""A finding of the catalogue check: what is wrong, in which file and key, and an example case."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Literal

from kernel.messages import register, text, title

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

register("rules.check")

Severity = Literal["defect", "notice", "accepted"]
SEVERITIES: Final[tuple[Severity, ...]] = ("defect", "notice", "accepted")
CODES: Final[Mapping[str, Severity]] = {
    # proofs
    "dead_item": "defect",
    "idle_condition": "defect",
    "swallowed_item": "defect",
    "list_overlap": "defect",
    "may_where_shall": "defect",
    "threshold_gap": "defect",
    "branch_unreachable": "defect",
    "branch_overlap": "defect",
    "branch_gap": "defect",
    "force_overlap": "notice",  # shall prevails; worth knowing, no mistake
    "proof_open": "notice",
    "proofs_not_made": "notice",
    # days
    "item_without_law": "defect",
    "quarter_uncovered": "defect",
    "expires_soon": "notice",
    # figures
    "parameter_hole": "defect",
    "parameter_unused": "defect",
    "parameter_contradiction": "defect",
    "escalation_cheaper": "defect",
    # citations
    "citation_unreadable": "defect",
    "citation_unknown": "defect",
    "citation_unindexed": "notice",
    "citation_repealed": "defect",
    "citation_not_yet_effective": "defect",
    # cases
    "test_fails": "defect",
    "test_missing": "defect",
    "threshold_untested": "defect",
    "boundary_untested": "defect",
    "condition_untested": "defect",
    # credit repair
    "repair_contradiction": "defect",
    "repair_gap": "defect",
    "repair_unlinked": "defect",
    # what keeps the catalogue from being loaded
    "entry_unreadable": "defect",
    # the list of accepted findings itself
    "acceptance_idle": "defect",
}
"""Every code with the severity it has unless it is accepted."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One row of the check.

    ``file`` and ``key`` say where (path below the catalogue, dotted key); ``detail`` is Chinese;
    ``witness`` is a case document that ``xinheng case check`` takes, where a proof found one;
    ``provisions`` are the ids concerned; ``reason`` says why the finding is accepted.
    """

    code: str
    severity: Severity
    file: str
    key: str
    detail: str
    witness: dict[str, object] | None = None
    provisions: tuple[str, ...] = ()
    reason: str = ""

    @property
    def title(self) -> str:
        """The Chinese name of its kind."""
        return title(f"check_{self.code}")

    def showing(self, witness: dict[str, object] | None) -> Finding:
        """The same finding with an example case."""
        return replace(self, witness=witness)

    def as_dict(self) -> dict[str, object]:
        """The JSON form; ``witness`` and ``reason`` only where there is one."""
        shown: dict[str, object] = {
            "code": self.code,
            "severity": self.severity,
            "title": self.title,
            "file": self.file,
            "key": self.key,
            "detail": self.detail,
            "provisions": list(self.provisions),
        }
        if self.witness is not None:
            shown["witness"] = self.witness
        return shown | ({"reason": self.reason} if self.reason else {})


def finding(code: str, where: tuple[str, str], provisions: Iterable[str], **params: object) -> Finding:
    """Make a finding; ``where`` is (file, key), the words are those of ``check_<code>``."""
    detail = text(f"check_{code}", params)
    return Finding(code, CODES[code], *where, detail, provisions=tuple(provisions))


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Defects first, then notices, then what is accepted; each by code, file and key."""
    rank = {name: place for place, name in enumerate(SEVERITIES)}
    return sorted(findings, key=lambda one: (rank[one.severity], one.code, one.file, one.key, one.provisions))
