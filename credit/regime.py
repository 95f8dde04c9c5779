"""Which instrument governs a record: by the deciding body first, then by the day of the question.

Where the record is older than the instrument now in force, and the transition is not settled, the
one before it is a second reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date

    from credit.policy import Policy
    from rules.schema_repair import RepairAuthority, RepairInstrument

MARKET: Final = "market_regulation"
CREDIT_CHINA: Final = "credit_china"
_DAY: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Governing:
    """The instrument in force, and the one before it where the record is older than the first."""

    regime: RepairInstrument | None
    earlier: RepairInstrument | None
    key: str  # tells one from another at the price of a word


class Regimes:
    """Looks up authorities and instruments."""

    def __init__(self, policy: Policy) -> None:
        """``policy`` holds the instruments and the words by which authorities are told."""
        self._policy = policy
        self._authorities: dict[str, RepairAuthority | None] = {}
        self._governing: dict[tuple[str | None, int, int], Governing] = {}

    def authority(self, name: str | None) -> RepairAuthority | None:
        """The kind of an authority by the words in its name; None when it is not known."""
        if not name or not name.strip():
            return None
        if name not in self._authorities:
            self._authorities[name] = self._by_words(name)
        return self._authorities[name]

    def _by_words(self, name: str) -> RepairAuthority | None:
        kinds = self._policy.authorities
        named = (one for one in kinds if any(word in name for word in one.words))
        return next(named, None) or next((one for one in kinds if not one.words), None)

    def governing(self, channel: str | None, decided_on: date | None, on: date) -> Governing:
        """The instruments that may govern a record of a channel, asked about on a day."""
        policy = self._policy
        key = (channel, policy.epoch(on), policy.epoch(decided_on) if decided_on else -1)
        found = self._governing.get(key)
        if found is None:
            found = self._governing[key] = self._looked_up(channel, decided_on, on)
        return found

    def _looked_up(self, channel: str | None, decided_on: date | None, on: date) -> Governing:
        regime = self._policy.regime_on(channel, on) if channel else None
        if channel is None or regime is None:
            return Governing(None, None, "")
        earlier = self._policy.instruments.get(regime.replaces or "")
        older = decided_on is not None and decided_on < regime.in_force.from_
        # A record older than every regime is judged under the one in force alone.
        if not older or regime.transition is None or self._policy.regime_on(channel, decided_on) is None:  # type: ignore[arg-type]  # older: it is known
            return Governing(regime, None, regime.id)
        return Governing(regime, earlier, f"{regime.id}<{regime.replaces}")


def channel_of(authority_kind: str | None, channel: str | None) -> str | None:
    """The channel that the deciding body belongs to; that of the record where the name does not say.

    Drug regulators stand under the rules of market regulation and under others: the record decides.
    """
    if authority_kind == MARKET:
        return MARKET
    return channel if authority_kind in {None, "drug"} else CREDIT_CHINA


def law_day(regime: RepairInstrument | None, on: date) -> date:
    """The day whose version of an instrument's rules counts: the day asked about, or its last."""
    until = regime.in_force.until if regime else None
    return on if until is None or on < until else until - _DAY
