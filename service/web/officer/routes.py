"""Every page of the officer's desk; those with a fixed address before those with an id in it."""

from __future__ import annotations

from typing import Final

from service.web.officer.caselist import router as list_router
from service.web.officer.casepages import router as case_router
from service.web.officer.editpage import router as edit_router
from service.web.officer.reviewpage import router as review_router

OFFICER: Final = (list_router, edit_router, case_router, review_router)
