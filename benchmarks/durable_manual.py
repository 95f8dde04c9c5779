"""durable-rules as its manual shows it, in a process of its own because of its threads.

Reads two lines of JSON from standard input: the rules (each a list of ``[atom, positive]``), and the
cases (atom to true or false, unknown ones left out). Then, for every line, it runs the next case once
and writes how many rules fired. Two-valued, one pass, silence counted as "no rule".
"""

import functools
import itertools
import json
import operator
import sys
from collections.abc import Callable

from durable.engine import MessageNotHandledException
from durable.lang import assert_fact, m, retract_fact, ruleset, when_all  # noqa: TID251 - this is what we compare with

RULES_IN_A_SET = 40  # sixty-four rules that match at once already overflow the matcher

fired: list[int] = []


def build(rules: list[list[tuple[str, bool]]]) -> list[str]:
    """Write the rules with the library's own decorators; return the names of the rulesets."""
    names = []
    for start in range(0, len(rules), RULES_IN_A_SET):
        names.append(f"set{start}")
        with ruleset(names[-1]):
            for number, rule in enumerate(rules[start : start + RULES_IN_A_SET], start):
                tests = [getattr(m, atom) == positive for atom, positive in rule]
                when_all(functools.reduce(operator.and_, tests))(note(number))
    return names


def note(number: int) -> Callable[[object], None]:
    """Return the action of a rule."""

    def action(_context: object) -> None:
        fired.append(number)

    return action


def main() -> None:
    """Answer line by line."""
    names = build(json.loads(sys.stdin.readline()))
    cases = itertools.cycle(json.loads(sys.stdin.readline()))
    for _ in sys.stdin:
        case = next(cases) | {"sid": "1", "id": "1"}
        fired.clear()
        for name in names:
            try:
                assert_fact(name, dict(case))
                retract_fact(name, dict(case))
            except MessageNotHandledException:  # the fact matches no rule of this set
                continue
        sys.stdout.write(f"{len(fired)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
