"""Multiplying out keeps the Kleene value of every tree, and says so when it gets too large."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.dnf import (
    ALWAYS,
    NEVER,
    All,
    Any,
    AtLeast,
    Conjunction,
    Leaf,
    Literal,
    Not,
    TooManyConjunctionsError,
    Tree,
    to_conjunctions,
)

FALSE, UNKNOWN, TRUE = 0, 1, 2
ATOMS = "abcd"
A, B, C, D = (Leaf(atom) for atom in ATOMS)
LEAVES = [Leaf(f"t{i}") for i in range(40)]

trees = st.recursive(
    st.sampled_from([A, B, C, D]),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: All(tuple(parts))),
        st.lists(inner, max_size=3).map(lambda parts: Any(tuple(parts))),
        inner.map(Not),
        st.builds(lambda n, parts: AtLeast(n, tuple(parts)), st.integers(-1, 5), st.lists(inner, max_size=4)),
    ),
    max_leaves=9,
)


def kleene(tree: Tree, states: dict[str, int]) -> int:
    """Evaluate the tree itself: the meaning that multiplying out must keep."""
    match tree:
        case Leaf(atom):
            return states[atom]
        case Not(part):
            return TRUE - kleene(part, states)
        case All(parts):
            return min((kleene(part, states) for part in parts), default=TRUE)
        case Any(parts):
            return max((kleene(part, states) for part in parts), default=FALSE)
        case AtLeast(n, parts):
            values = [kleene(part, states) for part in parts]
            if sum(value == TRUE for value in values) >= n:
                return TRUE
            return UNKNOWN if sum(value != FALSE for value in values) >= n else FALSE


def value(alternatives: tuple[Conjunction, ...], states: dict[str, int]) -> int:
    """Read the alternatives as their contract says."""
    return max(
        (
            min((states[atom] if positive else TRUE - states[atom] for atom, positive in one), default=TRUE)
            for one in alternatives
        ),
        default=FALSE,
    )


def expand(tree: Tree) -> tuple[Conjunction, ...]:
    return to_conjunctions(tree, rule="MR-N05")


def conjunction(*names: str) -> Conjunction:
    return frozenset(Literal(name.removeprefix("-"), not name.startswith("-")) for name in names)


@settings(max_examples=600)
@given(trees)
def test_every_tree_keeps_its_value_in_every_state(tree: Tree) -> None:
    alternatives = expand(tree)
    for values in itertools.product((FALSE, UNKNOWN, TRUE), repeat=len(ATOMS)):
        states = dict(zip(ATOMS, values, strict=True))
        assert value(alternatives, states) == kleene(tree, states), states


@given(trees)
def test_no_alternative_contains_another(tree: Tree) -> None:
    alternatives = expand(tree)
    assert not any(one <= other for one, other in itertools.permutations(alternatives, 2))


@given(trees)
def test_the_same_tree_gives_the_same_tuple(tree: Tree) -> None:
    assert expand(tree) == expand(tree)


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (A, [conjunction("a")]),
        (Not(A), [conjunction("-a")]),
        (Not(Not(A)), [conjunction("a")]),
        (All((A, Any((B, C)))), [conjunction("a", "b"), conjunction("a", "c")]),
        (Not(All((A, B))), [conjunction("-a"), conjunction("-b")]),
        (Not(Any((A, B))), [conjunction("-a", "-b")]),
        (AtLeast(2, (A, B, C)), [conjunction("a", "b"), conjunction("a", "c"), conjunction("b", "c")]),
        (Not(AtLeast(2, (A, B, C))), [conjunction(*pair) for pair in (("-a", "-b"), ("-a", "-c"), ("-b", "-c"))]),
        (AtLeast(2, (A, A, B)), [conjunction("a")]),
        (Any((A, All((A, B)))), [conjunction("a")]),
    ],
)
def test_multiplies_out(tree: Tree, expected: list[Conjunction]) -> None:
    assert list(expand(tree)) == expected


@pytest.mark.parametrize("tree", [All(()), Not(Any(())), AtLeast(0, (A, B)), AtLeast(-1, ()), Not(AtLeast(3, (A, B)))])
def test_always(tree: Tree) -> None:
    assert expand(tree) == ALWAYS


@pytest.mark.parametrize("tree", [Any(()), Not(All(())), AtLeast(3, (A, B)), AtLeast(1, ()), Not(AtLeast(0, (A,)))])
def test_never(tree: Tree) -> None:
    assert expand(tree) == NEVER


def test_a_contradiction_is_kept_for_it_may_be_unknown() -> None:
    assert expand(All((A, Not(A)))) == (conjunction("a", "-a"),)


def test_excluded_middle_is_not_taken_for_true() -> None:
    assert expand(Any((A, Not(A)))) == (conjunction("-a"), conjunction("a"))


def test_a_literal_is_a_pair_of_name_and_sign() -> None:
    assert Literal("a17", positive=False) == ("a17", False)


def test_up_to_the_limit_is_allowed() -> None:
    pairs = tuple(Any((LEAVES[2 * i], LEAVES[2 * i + 1])) for i in range(8))
    assert len(expand(All(pairs))) == 256


def test_one_more_names_the_rule_and_the_limit() -> None:
    pairs = tuple(Any((LEAVES[2 * i], LEAVES[2 * i + 1])) for i in range(8))
    with pytest.raises(TooManyConjunctionsError, match=r"'MR-N05'.* more than 256") as caught:
        expand(Any((All(pairs), LEAVES[30])))
    assert (caught.value.rule, caught.value.limit) == ("MR-N05", 256)


def test_a_hopeless_count_is_refused_at_once() -> None:
    """137,846,528,820 combinations must not be tried."""
    with pytest.raises(TooManyConjunctionsError):
        expand(AtLeast(20, tuple(LEAVES)))


def test_a_long_list_of_required_parts_is_one_alternative() -> None:
    assert expand(All(tuple(LEAVES))) == (frozenset(Literal(leaf.atom, positive=True) for leaf in LEAVES),)


def test_nearly_all_of_many_stays_small() -> None:
    assert len(expand(AtLeast(39, tuple(LEAVES)))) == 40
