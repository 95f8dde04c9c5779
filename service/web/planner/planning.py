"""Every page of planning but the draws; those with a fixed address before those with an id in it."""

from __future__ import annotations

from typing import Final

from service.web.planner.figures import router as figures_router
from service.web.planner.libraries import router as libraries_router
from service.web.planner.planimport import router as import_router
from service.web.planner.plans import router as plans_router
from service.web.planner.results import router as results_router
from service.web.planner.tasks import router as tasks_router

PLANNING: Final = (libraries_router, import_router, plans_router, tasks_router, results_router, figures_router)
