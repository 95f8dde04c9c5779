"""durable-rules as its manual shows it, with comparisons inside; a process of its own because of its threads.

Reads two lines of JSON from standard input: the rules (name to a tree of ``{"all": […]}``,
``{"any": […]}`` and ``[fact, operator, value]``), and the cases (fact to value). Then each line asks
for so many cases, taken in turn, and is answered with the names of the rules that fired in each.
"""

import functools
import itertools
import json
import operator
import sys
from collections.abc import Callable, Mapping
from typing import Any

from durable.engine import MessageNotHandledException
from durable.lang import assert_fact, m, retract_fact, ruleset, when_all  # noqa: TID251 - this is what we compare with

RULES_IN_A_SET = 40  # sixty-four rules that match at once already overflow the matcher
COMPARE = {name: getattr(operator, name) for name in ("eq", "ne", "lt", "le", "gt", "ge")}

fired: list[str] = []


def expression(tree: Any) -> Any:  # noqa: ANN401 - the library's own expressions
    """Write a tree with the library's operators."""
    if isinstance(tree, list):
        fact, compare, value = tree
        return COMPARE[compare](getattr(m, fact), value)
    kind = next(iter(tree))
    join = operator.and_ if kind == "all" else operator.or_
    return functools.reduce(join, [expression(part) for part in tree[kind]])


def build(rules: Mapping[str, object]) -> list[str]:
    """Write the rules with the library's decorators; return the names of the rulesets."""
    names = []
    for start in range(0, len(rules), RULES_IN_A_SET):
        names.append(f"set{start}")
        with ruleset(names[-1]):
            for name, tree in itertools.islice(rules.items(), start, start + RULES_IN_A_SET):
                when_all(expression(tree))(note(name))
    return names


def note(name: str) -> Callable[[object], None]:
    """Return the action of a rule."""

    def action(_context: object) -> None:
        fired.append(name)

    return action


def run(names: list[str], case: Mapping[str, object]) -> list[str]:
    """Assert a case in every ruleset and take it back."""
    fired.clear()
    for name in names:
        try:
            assert_fact(name, dict(case))
            retract_fact(name, dict(case))
        except MessageNotHandledException:  # the fact matches no rule of this set
            continue
    return list(fired)


def main() -> None:
    """Answer line by line."""
    names = build(json.loads(sys.stdin.readline()))
    cases = itertools.cycle(case | {"sid": "1", "id": "1"} for case in json.loads(sys.stdin.readline()))
    for line in sys.stdin:
        answers = [run(names, next(cases)) for _ in range(int(line))]
        sys.stdout.write(f"{json.dumps(answers)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
