"""Four months of classes of the demonstration city, the last of them this month's, and a decision of a person.

The newest month is the made-up population as it is; in the months before, each a different part of the
enterprises had not yet done what they have done by now, so there is something to see in the moves.
"""

from __future__ import annotations

import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

import polars as pl

from kernel.interval import add_months
from service import clock
from service.access.actor import Actor, Grant
from service.access.roles import role_table
from service.classes import months, overrides, reading
from service.schemes.acts import in_force
from service.scoring.synth import Wish, population
from supervision.load import DEFAULT, load_scheme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.demo.city import City
    from service.work import Work, Works

_MONTHS: Final = 4
_CHANGED: Final = 25
"""One enterprise in so many changes each month."""
_HAPPENED: Final = ("on_abnormal_list", "unreachable_listed", "on_serious_list", "report_late", "report_all_zero")
_REASON: Final = "实地核实：已经迁到登记的新住所，异常情形消失，移出手续办理中"


def fill(works: Works, city: City) -> None:
    """Keep the months, oldest first, and decide on one enterprise."""
    clerk, reviewer = (_actor(city, login) for login in ("clerk", "credit"))
    moment = clock.now()
    wish = Wish(len(city.enterprises), city.seed, on=add_months(city.today, -6))
    frame = pl.concat(list(population(load_scheme(), wish)))
    for number, on in enumerate(_days(city.today)):
        with works.writing(clerk, moment) as work:
            _keep(work, _before(frame, _MONTHS - 1 - number), on)
    with works.writing(reviewer, moment) as work:
        _decide(work, city.today)


def newest_classes(work: Work) -> dict[str, str]:
    """Class by code, as the newest month has it."""
    month = months.latest(work)
    if month is None:
        return {}
    frame = pl.read_parquet(work.files.path(month.file), columns=["uscc", "class"]).drop_nulls()
    return dict(frame.with_columns(pl.col("class").cast(pl.String)).iter_rows())


def _actor(city: City, login: str) -> Actor:
    person = city.person(login)
    grants = tuple(Grant(role, frozenset(role_table()[role].permissions)) for role in person.roles)
    return Actor(login, person.name, grants=grants, department=person.department, region=person.region)


def _days(today: date) -> Sequence[date]:
    """The last days of the months before, and today."""
    first = today.replace(day=1)
    return [*(add_months(first, -back) - timedelta(days=1) for back in range(_MONTHS - 2, -1, -1)), today]


def _keep(work: Work, frame: pl.DataFrame, on: date) -> None:
    scheme = in_force(work.session, DEFAULT)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "columns.parquet"
        frame.write_parquet(file, compression="zstd")
        wish = months.Wish(on.isoformat()[:7], on, work.files.put(file), *months.home(work.actor))
    earlier = months.before(work, wish, scheme.id)
    made = months.classify(work.files, wish, scheme, earlier.file if earlier else None)
    months.keep(work, wish, scheme, made)


def _before(frame: pl.DataFrame, back: int) -> pl.DataFrame:
    """So many months ago some had not done yet what they have done now; what they did goes with its month."""
    month = pl.int_range(pl.len()) % _CHANGED
    is_later = (month > 0) & (month <= back)
    counts = [
        name for name in frame.columns if name.endswith(("_36m", "_12m", "_3m")) and frame[name].dtype.is_integer()
    ]
    none = [pl.when(is_later).then(0).otherwise(name).cast(pl.Int64).alias(name) for name in counts]
    no = [pl.when(is_later).then(statement=False).otherwise(name).alias(name) for name in _HAPPENED]
    return frame.with_columns(*none, *no)


def _decide(work: Work, today: date) -> None:
    month = months.listed(work)[0]
    scheme = in_force(work.session, month.scheme)
    row = reading.enterprises(work, month, {"class": "C", "override": "H03"}).rows[:1]
    if row:
        new = overrides.New(row[0]["uscc"], "B", _REASON, today, add_months(today, 2))
        overrides.add(work, new, row[0], scheme)
