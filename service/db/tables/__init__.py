"""Every table, as columns only; importing this package fills :data:`METADATA`."""

from typing import Final

from sqlmodel import SQLModel

from service.db.tables import accounts as accounts
from service.db.tables import audit as audit
from service.db.tables import cases as cases
from service.db.tables import draws as draws
from service.db.tables import idempotency as idempotency
from service.db.tables import jobs as jobs
from service.db.tables import plans as plans
from service.db.tables import releases as releases
from service.db.tables import repairs as repairs
from service.db.tables import schemes as schemes
from service.db.tables import scores as scores
from service.db.tables import views as views

METADATA: Final = SQLModel.metadata
