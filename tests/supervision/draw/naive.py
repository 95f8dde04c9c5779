"""A second vdraw-1, written from the specification alone: short, slow, and sharing nothing with ours.

It reads well-formed folders only. Numbers of sections are those of the specification.
"""

import hashlib
import json
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any


def sha(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def lines(data: bytes) -> Iterator[list[str]]:
    for line in data.decode().split("\n")[:-1]:
        yield line.split("\t")


class Naive:
    """One folder, as a mapping from file names to bytes."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.commit = json.loads(files["commit.json"])
        self.reveal = json.loads(files["reveal.json"])
        self.files = files
        self.seed = self.seed_text(files["commit.json"])
        self.key = sha(self.seed)
        self.roster = list(lines(files["roster.tsv"]))
        self.recused = {(person, unit) for person, unit in lines(files["recusal.tsv"])}
        self.cap = {row[0]: int(row[4]) for row in self.roster}
        self.load0 = {row[0]: int(row[5]) for row in self.roster}
        self.row = {row[0]: row for row in self.roster}

    def seed_text(self, commit: bytes) -> str:  # 6
        text = "vdraw-1\n" + "commit:" + hashlib.sha256(commit).hexdigest() + "\n"
        nonces = dict(self.reveal["nonces"])
        for holder, _ in self.commit["nonces"]:
            text += "nonce:" + holder + ":" + nonces[holder] + "\n"
        for source in self.commit["public"]:
            text += "public:" + source["id"] + ":" + self.reveal["public"][source["id"]] + "\n"
        return text

    def ticket(self, label: str) -> str:  # 7
        return sha(self.key + label)

    def sizes(self, plan: dict[str, Any], totals: dict[str, int]) -> dict[str, int]:  # 8
        rate = plan["rate"]
        if plan["rule"] == "fixed":
            return {name: rate[name] for name in totals}
        if plan["rule"] == "ceil":
            return {name: (n * rate[name] + 999999) // 1000000 for name, n in totals.items()}
        start = int(self.ticket("round/" + plan["plan_id"]), 16)
        names = sorted(totals, key=lambda name: (self.ticket(f"round/{plan['plan_id']}/{name}"), name.encode()))
        total = before = 0
        found = {}
        for name in names:
            total += totals[name] * rate[name]
            current = (total * 2**256 + start * 10**6) // (10**6 * 2**256)
            found[name] = current - before
            before = current
        return found

    def draw(self, plan: dict[str, Any]) -> dict[str, Any]:  # 9
        rows = list(lines(self.files[plan["frame"]]))
        names = sorted({row[1] for row in rows}, key=str.encode)
        totals = {name: sum(row[1] == name for row in rows) for name in names}
        sizes = self.sizes(plan, totals)
        found = {}
        for name in names:
            units = [row[0] for row in rows if row[1] == name and row[2] == "ok"]
            order = sorted(units, key=lambda unit: (self.ticket(f"unit/{plan['group']}/{unit}"), unit.encode()))
            n = sizes[name]
            selected = order[:n]
            found[name] = {
                "N": totals[name],
                "drawable": len(units),
                "n": n,
                "short": max(0, n - len(units)),
                "selected": selected,
                "reserve": order[n : n + plan["reserve"]],
                "cutoff": self.ticket(f"unit/{plan['group']}/{selected[-1]}") if selected else None,
            }
        return found

    def run(self) -> dict[str, Any]:
        plans = {plan["plan_id"]: self.draw(plan) for plan in self.commit["plans"]}
        self.demands = self.make_demands(plans)
        self.people: list[list[str]] = [[] for _ in self.demands]
        self.met: set[str] = set()
        unfilled = [self.failed(x0) for x0 in self.greedy() if self.search(x0) is not None]
        if self.commit["balance"] == "step":
            self.balance()
        for demand, seated in zip(self.demands, self.people, strict=True):
            demand["people"] = sorted(seated, key=str.encode)
        return {
            "seed_text": self.seed,
            "key": self.key,
            "plans": plans,
            "demands": self.demands,
            "unfilled": unfilled,
            "load": {row[0]: self.seats(row[0]) for row in self.roster},
        }

    def make_demands(self, plans: dict[str, Any]) -> list[dict[str, Any]]:  # 10, 11.1
        tasks: dict[tuple[str, str], set[str]] = {}
        for plan in self.commit["plans"]:
            for stratum in plans[plan["plan_id"]].values():
                for unit in stratum["selected"]:
                    depts = tasks.setdefault((plan["group"], unit), set())
                    depts.add(plan["dept_id"])
                    depts.update(plan.get("with", []))
        region = {row[0]: row[3] for plan in self.commit["plans"] for row in lines(self.files[plan["frame"]])}
        demands = []
        for group, unit in sorted(tasks, key=lambda key: (self.ticket(f"task/{key[0]}/{key[1]}"), key)):
            which = "alone" if len(tasks[group, unit]) == 1 else "joint"
            for dept in sorted(tasks[group, unit], key=str.encode):
                for qual, heads in self.commit["needs"][dept][which]:
                    demand = {"group": group, "unit": unit, "dept": dept, "region": region[unit], "qual": qual}
                    demands.append({**demand, "n": heads})
        return demands

    def eligible(self, x: int) -> list[str]:
        """Everybody eligible for demand x by (pair ticket, id)."""
        demand = self.demands[x]
        found = []
        for person, dept, regions, quals, _, _ in self.roster:
            if dept != demand["dept"] or (person, demand["unit"]) in self.recused:
                continue
            if regions != "*" and demand["region"] not in regions.split(","):
                continue
            if demand["qual"] != "-" and demand["qual"] not in quals.split(","):
                continue
            found.append(person)
        return sorted(found, key=lambda person: (self.pair(x, person), person.encode()))

    def pair(self, x: int, person: str) -> str:
        return self.ticket(f"pair/{self.demands[x]['group']}/{self.demands[x]['unit']}/{person}")

    def together(self, x: int, y: int) -> bool:
        return all(self.demands[x][name] == self.demands[y][name] for name in ("group", "unit"))

    def seat_in_task(self, person: str, x: int) -> int | None:
        for y in range(len(self.demands)):
            if self.together(x, y) and person in self.people[y]:
                return y
        return None

    def seats(self, person: str) -> int:
        return sum(person in people for people in self.people)

    def weight(self, person: str) -> int:
        return self.load0[person] + self.seats(person)

    def greedy(self) -> list[int]:  # 11.2
        gaps = []
        for x, demand in enumerate(self.demands):
            for _ in range(demand["n"]):
                free = [p for p in self.eligible(x) if self.seats(p) < self.cap[p] and self.seat_in_task(p, x) is None]
                if free:
                    self.people[x].append(min(free, key=lambda p: (self.weight(p), self.pair(x, p), p.encode())))
                else:
                    gaps.append(x)
        return gaps

    def search(self, x0: int) -> set[str] | None:  # 11.3
        """Fill the gap and return None, or return the persons met."""
        through: dict[int, tuple[int, str] | None] = {x0: None}
        met: set[str] = set()
        queue = deque([x0])
        while queue:
            x = queue.popleft()
            for p in self.eligible(x):
                y = self.seat_in_task(p, x)
                if y is not None:
                    if y != x and y not in through:
                        through[y] = (x, p)
                        queue.append(y)
                    continue
                if p in met:
                    continue
                met.add(p)
                if self.seats(p) < self.cap[p]:
                    self.people[x].append(p)
                    step = through[x]
                    while step is not None:
                        before, mover = step
                        self.people[x].remove(mover)
                        self.people[before].append(mover)
                        x = before
                        step = through[x]
                    return None
                for other in range(len(self.demands)):
                    if p in self.people[other] and other not in through:
                        through[other] = (x, p)
                        queue.append(other)
        self.met = met
        return met

    def failed(self, x0: int) -> dict[str, Any]:
        return {"rank": x0, "full": sorted(self.met, key=str.encode)}

    def balance(self) -> None:  # 11.4
        everybody = [row[0] for row in self.roster]
        still_open = set(everybody)
        while still_open:
            p = min(still_open, key=lambda p: (-self.weight(p), self.ticket(f"bal/{p}"), p.encode()))
            moves = [
                (self.weight(j), x, self.pair(x, j), j.encode(), j)
                for x in range(len(self.demands))
                if p in self.people[x]
                for j in self.eligible(x)
                if self.weight(j) <= self.weight(p) - 2
                and self.seats(j) < self.cap[j]
                and self.seat_in_task(j, x) is None
            ]
            if not moves:
                still_open.remove(p)
                continue
            _, x, _, _, j = min(moves)
            self.people[x].remove(p)
            self.people[x].append(j)
