"""The independent second opinion on a decision: forward chaining by durable-rules.

Our evaluator decides; this module answers the same question by another road. It sees no facts, only
named atoms (tests already made) and, for each ground, the conjunctions of :mod:`rules.dnf`. It is
asked twice: with the atoms not established as false (*possible*), then, about the rules that fired,
with those established (*sure*), for what is not even possible is not sure. A ground that fires when
sure ``applies``, one that fires only when possible is ``undetermined``, any other is ``not_met``.

The library is used in one narrow shape, because it crashes, hangs or answers wrongly outside it;
every hazard named below was reproduced (``docs/explanation/second-opinion.md``).
"""

from __future__ import annotations

import functools
import itertools
import threading
from collections import Counter
from contextlib import contextmanager
from operator import itemgetter
from typing import TYPE_CHECKING, Concatenate, Final, ParamSpec, TypeVar
from typing import Literal as OneOf

from durable import engine as durable

from rules.dnf import Conjunction, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

    Texts = Sequence[str]
    Words = tuple[str, ...]
    Picker = Callable[[Texts], Texts]

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
        """``places`` numbers the literals of the release, each of which is a property of a fact."""
        self.ground_of = {f"r{i}": ground for i, (ground, _) in enumerate(rules)}
        self.conjunctions = {f"r{i}": conjunction for i, (_, conjunction) in enumerate(rules)}
        uses = Counter(literal for _, conjunction in rules for literal in sorted(conjunction))
        # What many rules share comes first: the library tests it once for all of them.
        self._places = {literal: places[literal] for literal, _ in uses.most_common()}
        self._handle = 0  # the library counts from 1
        self._drained = False

    @_or_fault
    def ask(self, part: _Part, sure: Texts, possible: Texts) -> tuple[set[str], set[str]]:
        """Return the rules of the part that fire when possible, and those of them that fire when sure."""
        if not self._handle:
            self.open()
        fired_possibly = self._fire("".join(part.pick(possible)))
        concerned = fired_possibly & part.slots.keys()
        if not concerned:
            return concerned, concerned
        read = {slot for rule in concerned for slot in part.slots[rule]}
        established = [sure[slot] for slot in read]
        if established == [possible[slot] for slot in read]:  # nothing of it is unknown: it would be the same fact
            return concerned, concerned
        fired = self._fire(_OPENING + "".join(established))
        if not fired <= fired_possibly:
            raise EngineFault(f"fired on fewer atoms but not on more: {sorted(fired - fired_possibly)}")
        return concerned, fired & concerned

    @_or_fault
    def open(self) -> None:
        """Build the ruleset, and check each rule on a hit and on its near misses."""
        host = QuietHost({_PACK: self._definition()})
        self._handle = host.get_ruleset(_PACK)._handle  # noqa: SLF001 - the library gives no other way
        for probe in self._probes():
            expected = {rule for rule, conjunction in self.conjunctions.items() if conjunction <= probe}
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
        for rule, conjunction in self.conjunctions.items():
            names = [f"p{place}" for literal, place in self._places.items() if literal in conjunction]
            definition[rule] = _rule(rule, names or [_SENTINEL])
        # Actions come in the order of their rules: where the last one has come, none is wanting.
        definition[_SENTINEL] = _rule(_SENTINEL, [_SENTINEL])
        return definition

    def _probes(self) -> Iterator[Conjunction]:
        for conjunction in self.conjunctions.values():
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
        handle, most, complete = self._handle, len(self.conjunctions) + 1, _library.complete_and_start_action
        started = _library.start_action_for_state(handle, session)
        message = started[1] if started else None
        while message is not None:
            fired.append(message[2 : message.index('"', 2)])  # {"r7":{"m":{…}}}
            if len(fired) > most:
                raise EngineFault(f"more actions than rules: {fired}")
            message = complete(handle, session)
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


class _Part:
    """What a question reads in one pack: where the literals of each rule stand among the texts of a case."""

    def __init__(self, pack: _Pack, grounds: Collection[str], slot_of: Mapping[Literal, int]) -> None:
        self.pack = pack
        self.slots = {
            rule: [slot_of[literal] for literal in conjunction]
            for rule, conjunction in pack.conjunctions.items()
            if pack.ground_of[rule] in grounds
        }
        read = dict.fromkeys(itertools.chain.from_iterable(self.slots.values()))
        self.pick: Picker = itemgetter(0, *read) if read else itemgetter(slice(1))


class Question:
    """Some grounds of a release, laid out to be asked in one case after the other."""

    def __init__(self, opinion: SecondOpinion, grounds: Collection[str], parts: Sequence[_Part]) -> None:
        """Made by :meth:`SecondOpinion.question`."""
        self._opinion = opinion
        self._parts = parts
        self._none: dict[str, Outcome] = dict.fromkeys(grounds, "not_met")

    def ask(self, words: Iterable[tuple[Words, Words]]) -> Mapping[str, Outcome]:
        """Return the outcome of each ground, in the order asked.

        ``words``: what :meth:`SecondOpinion.words` gives for the state of each atom, in the order laid
        out; several atoms may come as one. One case at a time; safe from any thread. Raises
        :class:`EngineFault` when there is no trustworthy answer; the pack concerned is built anew for
        the next case.
        """
        sure, possible = [_OPENING], [_OPENING]
        for when_sure, when_possible in words:
            sure += when_sure
            possible += when_possible
        outcomes = self._none.copy()
        with self._opinion.turn():
            for part in self._parts:
                fired_possibly, fired = part.pack.ask(part, sure, possible)
                ground_of = part.pack.ground_of
                for rule in fired_possibly:
                    if rule in fired:
                        outcomes[ground_of[rule]] = "applies"
                    elif outcomes[ground_of[rule]] == "not_met":
                        outcomes[ground_of[rule]] = "undetermined"
        return outcomes


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
        self._atoms_of = {
            ground: {literal.atom for one in conjunctions for literal in one}
            for ground, conjunctions in grounds.items()
        }
        literals = {literal: None for conjunctions in grounds.values() for one in conjunctions for literal in one}
        self._places = {literal: place for place, literal in enumerate(sorted(literals), start=1)}
        try:
            for rules in _portions(grounds):
                self._add(rules)
        except BaseException:
            self.close()
            raise

    def question(self, ground_ids: Collection[str] | None = None, atoms: Sequence[str] | None = None) -> Question:
        """Lay out what it takes to ask about some grounds (all, if None), to be asked case after case.

        ``atoms``: their order in a case, with every atom that the grounds read; None: that of :meth:`atoms`.
        """
        asked = self._packs_of.keys() if ground_ids is None else ground_ids
        unknown = [ground for ground in asked if ground not in self._packs_of]
        if unknown:
            raise EngineFault(f"no ground {unknown[0]!r} in this release")
        order = self.atoms(asked) if atoms is None else atoms
        slots = itertools.count(1)
        slot_of = {Literal(atom, positive): next(slots) for atom in order for positive in (True, False)}
        packs = dict.fromkeys(itertools.chain.from_iterable(self._packs_of[ground] for ground in asked))
        return Question(self, asked, [_Part(pack, set(asked), slot_of) for pack in packs])

    def atoms(self, ground_ids: Collection[str]) -> list[str]:
        """Return the atoms that grounds read, in alphabetical order."""
        return sorted(set[str]().union(*[self._atoms_of[ground] for ground in ground_ids]))

    def words(self, atom: str, state: object) -> tuple[Words, Words]:
        """Return what an atom contributes to a case, when sure and when possible.

        True and False are established; anything else is unknown.
        """
        yes, no = (self._property(Literal(atom, positive)) for positive in (True, False))
        if state is True:
            return (yes, ""), (yes, "")
        return (("", no), ("", no)) if state is False else (("", ""), (yes, no))

    def ask(
        self, states: Mapping[str, bool | None], ground_ids: Collection[str] | None = None
    ) -> Mapping[str, Outcome]:
        """Ask once: ``states`` gives for an atom True or False; None, absence and anything else are unknown."""
        asked = self._packs_of.keys() if ground_ids is None else ground_ids
        question = self.question(asked)
        return question.ask([self.words(atom, states.get(atom)) for atom in self.atoms(asked)])

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Have the packs for oneself; :class:`EngineFault` once they are freed."""
        with self._lock:
            if self._closed:
                raise EngineFault("this release is closed")
            yield

    def close(self) -> None:
        """Free the packs; asking afterwards is a fault. Closing twice does no harm."""
        with self._lock:
            self._closed = True
            for pack in self._packs:
                pack.free()

    def _add(self, rules: Sequence[_Rule]) -> None:
        pack = _Pack(rules, self._places)
        pack.open()
        self._packs.append(pack)
        for ground, _ in rules:
            self._packs_of[ground][pack] = None

    def _property(self, literal: Literal) -> str:
        return _property(self._places[literal]) if literal in self._places else ""
