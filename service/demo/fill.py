"""Fill an empty database with the demonstration city: one desk after another, each in its own transactions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlmodel import select

from service.access.roles import role_table
from service.db.tables.accounts import UserRow
from service.demo import accounts, classes, draws, officer, plans, repairs
from service.errors import StateError

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.demo.city import City
    from service.work import Works

Step = tuple[str, "Callable[[Works, City], None]"]
STEPS: Final[tuple[Step, ...]] = (
    ("一年的处罚案件", officer.fill),
    ("信用记录和修复", repairs.fill),
    ("以前的抽取", draws.fill_past),
    ("企业信用风险分类", classes.fill),
    ("一单两库、计划和任务", plans.fill),
    ("将来的抽取", draws.fill_coming),
)
"""The desks in the order they are filled, each with what is told while it is."""


@dataclass(frozen=True, slots=True)
class Login:
    """How one person of the city logs in; the password exists nowhere else."""

    login: str
    name: str
    roles: tuple[str, ...]
    password: str

    @property
    def titles(self) -> list[str]:
        """The roles in Chinese."""
        return [role_table()[role].title for role in self.roles]

    def as_dict(self) -> dict[str, object]:
        """For the machine-readable result."""
        return {"login": self.login, "name": self.name, "roles": list(self.roles), "password": self.password}


def is_empty(works: Works) -> bool:
    """Whether nobody can log in yet."""
    with works.database.read() as session:
        return session.exec(select(UserRow.id).limit(1)).first() is None


def fill(works: Works, city: City, tell: Callable[[str], None]) -> list[Login]:
    """Fill the database; StateError unless it is empty. ``tell`` hears what is being done."""
    if not is_empty(works):
        raise StateError("demo_not_empty")
    tell("用户和角色")
    passwords = accounts.fill(works, city)
    for title, step in STEPS:
        tell(title)
        step(works, city)
    return [Login(one.login, one.name, one.roles, passwords[one.login]) for one in city.people]
