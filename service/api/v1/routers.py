"""Every router of the interface, one a line."""

from __future__ import annotations

from typing import Final

from service.api.v1 import (
    audit,
    cases,
    catalogue,
    classes,
    creditrecords,
    decisions,
    draws,
    jobs,
    me,
    plans,
    releases,
    repairs,
    schemes,
    storedcases,
    storedrepairs,
    tasks,
    users,
)

ROUTERS: Final = (
    cases.router,
    storedcases.router,
    decisions.router,
    catalogue.router,
    releases.router,
    repairs.router,
    creditrecords.router,
    storedrepairs.router,
    schemes.router,
    classes.router,
    plans.router,
    draws.router,
    tasks.router,
    jobs.router,
    audit.router,
    users.router,
    me.router,
)
