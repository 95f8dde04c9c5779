"""Every page of the credit desk; those with a fixed address before those with an id in it."""

from __future__ import annotations

from typing import Final

from service.web.credit.desk import router as desk_router
from service.web.credit.records import router as records_router
from service.web.credit.registers import router as registers_router
from service.web.credit.repairs import router as repairs_router
from service.web.credit.when import router as when_router

CREDIT: Final = (desk_router, records_router, registers_router, repairs_router, when_router)
