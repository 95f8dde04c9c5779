"""Cases as a Parquet file: the distinct values of a column come from its dictionary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np
import pyarrow as pa
from pyarrow import compute, parquet, types

from kernel.errors import InputError
from rules.batch_table import RawColumn
from service.casecells import Headings
from service.casegrid import Grid, raw_column

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rules.release import Release


class ParquetFile:
    """Cases as a Parquet file; a column ``facts`` may be a struct of facts."""

    def __init__(self, stream: BinaryIO, digest: str, release: Release) -> None:
        """InputError where it is no Parquet file, or has columns that are no members of a case."""
        try:
            self._file = parquet.ParquetFile(stream)
        except (pa.ArrowException, OSError) as error:
            raise InputError.at("", "case_file_broken", why=str(error)) from error
        self._headings = Headings(_flat(self._file.schema_arrow.empty_table()).column_names, release)
        self._passed_over = 0
        self.digest = digest
        self.about: int = self._file.metadata.num_rows
        self.notices = self._headings.notices()

    def pass_over(self, count: int) -> int:
        """Leave out the first rows."""
        self._passed_over = min(count, self.about)
        return self._passed_over

    def blocks(self, size: int) -> Iterator[Grid]:
        """The rows in blocks."""
        left = self._passed_over
        try:
            for batch in self._file.iter_batches(size):
                if left < batch.num_rows:
                    yield self._grid(_flat(pa.Table.from_batches([batch.slice(left)])))
                left = max(left - batch.num_rows, 0)
        except (pa.ArrowException, OSError) as error:
            raise InputError.at("", "case_file_broken", why=str(error)) from error

    def _grid(self, table: Any) -> Grid:  # noqa: ANN401  (pyarrow publishes no types)
        readers = self._headings.readers()
        pairs = zip(self._headings.paths, table.columns, strict=True)
        columns = {path: _encoded(column, readers[path]) for path, column in pairs if path}
        remarks = {name: table.columns[place].to_pylist() for name, place in self._headings.remarks.items()}
        return Grid(table.num_rows, columns, {}, remarks)


def _flat(table: Any) -> Any:  # noqa: ANN401  (as above)
    """The table with the members of a struct ``facts`` as columns of their own."""
    if "facts" not in table.column_names or not types.is_struct(table.column("facts").type):
        return table
    column = table.column("facts")
    for place in range(column.type.num_fields):
        name = column.type.field(place).name
        table = table.append_column(f"facts.{name}", compute.struct_field(column, place))
    return table.drop_columns(["facts"])


def _encoded(column: Any, read: Callable[[object], object]) -> RawColumn:  # noqa: ANN401  (as above)
    """A column of Arrow, each distinct value read once."""
    if types.is_nested(column.type) or types.is_null(column.type):
        return raw_column(column.to_pylist(), read)
    coded = column.combine_chunks().dictionary_encode()
    distinct = raw_column(coded.dictionary.to_pylist(), read)
    places = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    return RawColumn(distinct.values, np.append(distinct.codes, np.int32(-1))[places])
