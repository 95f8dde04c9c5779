"""Proofs about the provisions of credit repair: none of them can be dead, no condition idle."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rules.check.items import dead_and_idle
from rules.check.proof import Prover
from rules.compiled import Ground, spans_of
from rules.evaluate import Network
from rules.schema import Ruled

if TYPE_CHECKING:
    from collections.abc import Iterator

    from rules.check.finding import Finding
    from rules.release import RepairPart


def prove_repair(repair: RepairPart) -> Iterator[Finding]:
    """What can be said of the conditions over the words of credit repair."""
    network = Network(repair.vocabulary)
    grounds = [
        Ground(provision, file, spans_of(network, file, provision, None))
        for file, provision in repair.provisions.values()
        if isinstance(provision, Ruled) and (provision.conditions or provision.exclusions)
    ]
    prover = Prover(network)
    yield from dead_and_idle(network, prover, grounds)
    yield from prover.findings()
