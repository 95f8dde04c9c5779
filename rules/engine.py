"""The independent second opinion on a decision: forward chaining by durable-rules.

Our evaluator decides; this module answers the same question by another road. It sees no facts, only
named atoms (tests already made) and, for each ground, the conjunctions of :mod:`rules.dnf`. It is
asked twice: with the atoms established (*sure*), then with those not established as false
(*possible*). A ground that fires when sure ``applies``, one that fires only when possible is
``undetermined``, any other is ``not_met``.

The library is used in one narrow shape, because it crashes, hangs or answers wrongly outside it;
every hazard named below was reproduced (``docs/explanation/second-opinion.md``).
"""

from __future__ import annotations

import functools
import itertools
import threading
from collections import Counter
from operator import itemgetter
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar
from typing import Literal as OneOf

from durable import engine as durable

from rules.dnf import Conjunction

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    from rules.dnf import Literal

    Outcomes = tuple[set[str], set[str]]
    Texts = Sequence[str]

Outcome = OneOf["applies", "undetermined", "not_met"]

PACK_RULES: Final = 30
"""Rules in one pack. The matcher's stack has 64 places, so 40 is the most; 20 to 40 are equally fast."""
PACK_LITERALS: Final = 200
"""Different literals in one pack: a fact with more than 252 properties is refused."""

_PACK: Final = "pack"
_SENTINEL: Final = "s"
_SESSION: Final = "0"
_OPENING: Final = f'{{"sid":"{_SESSION}","id":"f","{_SENTINEL}":true'
_RETRACT: Final = f'{{"sid":"{_SESSION}","id":"f"}}'
_HANDLED: Final = 0  # 1: no rule matched, 2: the last fact is still there

_library: Final = durable.durable_rules_engine

_Rule = tuple[str, Conjunction]
_P = ParamSpec("_P")
_T = TypeVar("_T")


class EngineFault(Exception):  # noqa: N818 - a fault of the engine, not an error of the user
    """The second opinion could not be had: the engine failed, or stayed silent where it must speak.

    Never to be read as "no ground applies": the decision needs a person.
    """


class QuietHost(durable.Host):  # type: ignore[misc] # the library publishes no types
    """A host that runs nothing by itself.

    The library's own starts two timer threads that take results from under the caller and walk
    sessions already freed.
    """

    def __init__(self, definitions: Mapping[str, object]) -> None:
        """``definitions`` maps names of rulesets to rules in the library's JSON form."""
        self.noted: list[str] = []
        super().__init__(definitions)

    def _run(self) -> None:
        """Start no thread."""

    def get_action(self, action_name: str) -> Callable[[object], None]:
        """Return an action that only notes its rule, never raises, and has exactly one parameter.

        One of two parameters counts as asynchronous, and what it never completes blocks the session.
        """

        def note(_closure: object) -> None:
            self.noted.append(action_name)

        return note


def _or_fault(method: Callable[Concatenate[_Pack, _P], _T]) -> Callable[Concatenate[_Pack, _P], _T]:
    """Turn whatever goes wrong into an EngineFault, and never use that ruleset again."""

    @functools.wraps(method)
    def guarded(pack: _Pack, /, *args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return method(pack, *args, **kwargs)
        except BaseException as error:
            pack.free()
            if isinstance(error, EngineFault) or not isinstance(error, Exception):
                raise
            raise EngineFault(f"{type(error).__name__}: {error}") from error

    return guarded


class _Pack:
    """A few rules as one ruleset with one session, holding one fact at a time."""

    def __init__(self, rules: Sequence[_Rule], places: Mapping[Literal, int]) -> None:
        """``places`` says where among the texts of a case each literal stands; at 0 a fact opens."""
        self._ground_of = {f"r{i}": ground for i, (ground, _) in enumerate(rules)}
        self._conjunctions = {f"r{i}": conjunction for i, (_, conjunction) in enumerate(rules)}
        uses = Counter(literal for _, conjunction in rules for literal in sorted(conjunction))
        # What many rules share comes first: the library tests it once for all of them.
        self._places = {literal: places[literal] for literal, _ in uses.most_common()}
        self._texts_of_pack = itemgetter(0, *self._places.values())
        self._handle = 0  # the library counts from 1
        self._drained = False

    @_or_fault
    def ask(self, sure: Texts, possible: Texts) -> Outcomes:
        """Return the grounds that fire when sure, and those that fire when possible."""
        if not self._handle:
            self.open()
        sure_fact, possible_fact = "".join(self._texts_of_pack(sure)), "".join(self._texts_of_pack(possible))
        fired = self._fire(sure_fact)
        fired_possibly = fired if sure_fact == possible_fact else self._fire(possible_fact)
        if not fired <= fired_possibly:
            raise EngineFault(f"fired on fewer atoms but not on more: {sorted(fired - fired_possibly)}")
        return {self._ground_of[rule] for rule in fired}, {self._ground_of[rule] for rule in fired_possibly}

    @_or_fault
    def open(self) -> None:
        """Build the ruleset, and check each rule on a hit and on its near misses."""
        host = QuietHost({_PACK: self._definition()})
        self._handle = host.get_ruleset(_PACK)._handle  # noqa: SLF001 - the library gives no other way
        for probe in self._probes():
            expected = {rule for rule, conjunction in self._conjunctions.items() if conjunction <= probe}
            fired = self._fire(_OPENING + "".join(_property(self._places[literal]) for literal in probe))
            if fired != expected:
                raise EngineFault(f"self-check: {sorted(fired)} fired where {sorted(expected)} should")

    def free(self) -> None:
        """Give the memory back; :meth:`open` builds the ruleset anew.

        Freeing a ruleset leaves its session behind (half a megabyte). Deleting a session frees a
        pointer that is garbage until a first action was taken up, and leaves a dangling entry for
        the next dispatch: so never between cases, only after a drain and right before the ruleset goes.
        """
        handle, self._handle = self._handle, 0
        drained, self._drained = self._drained, False
        if drained:
            _library.delete_state(handle, _SESSION)
        if handle:
            _library.delete_ruleset(handle)

    def _definition(self) -> dict[str, object]:
        definition: dict[str, object] = {}
        for rule, conjunction in self._conjunctions.items():
            names = [f"p{place}" for literal, place in self._places.items() if literal in conjunction]
            definition[rule] = _rule(rule, names or [_SENTINEL])
        # Actions come in the order of their rules: where the last one has come, none is wanting.
        definition[_SENTINEL] = _rule(_SENTINEL, [_SENTINEL])
        return definition

    def _probes(self) -> Iterator[Conjunction]:
        for conjunction in self._conjunctions.values():
            yield conjunction
            for literal in conjunction:
                yield conjunction - {literal}

    def _fire(self, fact: str) -> set[str]:
        """Assert the fact (an object still to be closed), collect the rules it fires, take it back."""
        code, session = _library.assert_fact(self._handle, fact + "}")
        try:
            fired = self._drain(session)
        finally:
            _library.retract_fact(self._handle, _RETRACT)
        rules = set(fired)
        if code != _HANDLED or not fired or fired[-1] != _SENTINEL or len(rules) != len(fired):
            raise EngineFault(f"answer {code}, actions {fired}")
        rules.discard(_SENTINEL)
        return rules

    def _drain(self, session: int) -> list[str]:
        """Take up and complete the waiting actions, one a rule, and return their rules.

        The library's own loop does the same at four times the price, and swallows exceptions.
        """
        fired: list[str] = []
        started = _library.start_action_for_state(self._handle, session)
        message = started[1] if started else None
        while message is not None:
            fired.append(message[2 : message.index('"', 2)])  # {"r7":{"m":{…}}}
            if len(fired) > len(self._conjunctions) + 1:
                raise EngineFault(f"more actions than rules: {fired}")
            message = _library.complete_and_start_action(self._handle, session)
        self._drained = True
        return fired


def _rule(name: str, properties: Sequence[str]) -> dict[str, object]:
    """Return a rule in the library's JSON form: one message that has all the properties."""
    return {"all": [{"m": {"$and": [{one: True} for one in properties]}}], "run": name}


def _property(place: int) -> str:
    """Return the property of a fact that says: this literal is established.

    A short name of ours, for the library compares only 32-bit hashes of names, and these do not meet.
    """
    return f',"p{place}":true'


def _portions(grounds: Mapping[str, Sequence[Conjunction]]) -> Iterator[list[_Rule]]:
    """Cut the rules, in the order given, into packs within the limits."""
    portion: list[_Rule] = []
    literals: set[Literal] = set()
    for rule in ((ground, conjunction) for ground, alternatives in grounds.items() for conjunction in alternatives):
        if portion and (len(portion) == PACK_RULES or len(literals | rule[1]) > PACK_LITERALS):
            yield portion
            portion, literals = [], set()
        portion.append(rule)
        literals |= rule[1]
        if len(literals) > PACK_LITERALS:
            raise EngineFault(f"ground {rule[0]!r}: more than {PACK_LITERALS} conditions in one alternative")
    if portion:
        yield portion


class SecondOpinion:
    """The grounds of one catalogue release, compiled into packs of durable rules.

    ``grounds`` gives for each ground its alternatives (:func:`rules.dnf.to_conjunctions`); grounds
    often asked together should stand together, for a pack runs whole. Building checks every rule
    and raises :class:`EngineFault` if one does not fire exactly when it must. Close a release that
    is replaced.
    """

    def __init__(self, grounds: Mapping[str, Sequence[Conjunction]]) -> None:
        self._lock = threading.Lock()
        self._closed = False
        self._packs: list[_Pack] = []
        self._packs_of: dict[str, dict[_Pack, None]] = {ground: {} for ground in grounds}
        literals = {literal: None for conjunctions in grounds.values() for one in conjunctions for literal in one}
        places = {literal: place for place, literal in enumerate(sorted(literals), start=1)}
        self._rows = {place: (*literal, _property(place)) for literal, place in places.items()}
        self._places_of: dict[str, set[int]] = {
            ground: {places[literal] for one in conjunctions for literal in one}
            for ground, conjunctions in grounds.items()
        }
        try:
            for rules in _portions(grounds):
                self._add(rules, places)
        except BaseException:
            self.close()
            raise

    def ask(
        self, states: Mapping[str, bool | None], ground_ids: Collection[str] | None = None
    ) -> Mapping[str, Outcome]:
        """Return the outcome of each ground asked (all, if None), in the order asked.

        ``states`` gives for an atom True or False; None, absence and anything else are unknown.
        One case at a time; safe from any thread. Raises :class:`EngineFault` when there is no
        trustworthy answer; the pack concerned is built anew for the next case.
        """
        applies: set[str] = set()
        possible: set[str] = set()
        with self._lock:
            asked, packs, places = self._asked(ground_ids)
            texts = self._texts(states, places)
            for pack in packs:
                fired, fired_possibly = pack.ask(*texts)
                applies |= fired
                possible |= fired_possibly
        return {
            ground: "applies" if ground in applies else "undetermined" if ground in possible else "not_met"
            for ground in asked
        }

    def close(self) -> None:
        """Free the packs; asking afterwards is a fault. Closing twice does no harm."""
        with self._lock:
            self._closed = True
            for pack in self._packs:
                pack.free()

    def _add(self, rules: Sequence[_Rule], places: Mapping[Literal, int]) -> None:
        pack = _Pack(rules, places)
        pack.open()
        self._packs.append(pack)
        for ground, _ in rules:
            self._packs_of[ground][pack] = None

    def _texts(self, states: Mapping[str, bool | None], places: Iterable[int]) -> tuple[Texts, Texts]:
        """Return what the literals at ``places`` contribute to a fact when sure, and when possible."""
        sure = [_OPENING] + [""] * len(self._rows)
        possible = sure.copy()
        rows, state_of = self._rows, states.get
        for place in places:
            atom, wanted, text = rows[place]
            state = state_of(atom)
            if state is wanted:
                sure[place] = possible[place] = text
            elif state is not (not wanted):
                possible[place] = text
        return sure, possible

    def _asked(self, ground_ids: Collection[str] | None) -> tuple[Collection[str], Iterable[_Pack], Iterable[int]]:
        """Return the grounds, the packs they are in, and the literals they read: no others are asserted."""
        if self._closed:
            raise EngineFault("this release is closed")
        if ground_ids is None:
            return self._packs_of.keys(), self._packs, self._rows
        unknown = [ground for ground in ground_ids if ground not in self._packs_of]
        if unknown:
            raise EngineFault(f"no ground {unknown[0]!r} in this release")
        packs = dict.fromkeys(itertools.chain.from_iterable([self._packs_of[ground] for ground in ground_ids]))
        places = set().union(*[self._places_of[ground] for ground in ground_ids])
        return ground_ids, packs, places
