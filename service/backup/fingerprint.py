"""What every table holds, in one figure each: to see that a restored database is the one that was saved.

The figure is the sum, modulo 2**256, of the SHA-256 of every row; it does not depend on the order of the rows,
so that both kinds of database give the same one, in constant memory.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from sqlalchemy import inspect, select

from kernel.canonical import canonical_bytes
from service.db.tables import METADATA

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

_PIECE: Final = 1000
_MODULUS: Final = 1 << 256


def fingerprint(connection: Connection) -> dict[str, dict[str, object]]:
    """Rows and digest of every table of ours that the database has, by name."""
    there = set(inspect(connection).get_table_names())
    return {name: _of_table(connection, table) for name, table in sorted(METADATA.tables.items()) if name in there}


def _of_table(connection: Connection, table: Table) -> dict[str, object]:
    rows, total = 0, 0
    columns = [column.name for column in table.columns]
    found = connection.execution_options(yield_per=_PIECE).execute(select(*table.columns))
    for row in found:
        data = canonical_bytes(dict(zip(columns, row, strict=True)))
        total += int.from_bytes(hashlib.sha256(data).digest(), "big")
        rows += 1
    return {"rows": rows, "digest": f"sum256:{total % _MODULUS:064x}"}
