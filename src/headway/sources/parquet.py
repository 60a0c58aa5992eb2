"""parquet: read in batches, so that a file of any size takes the memory of a few thousand rows."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any, BinaryIO

from headway.errors import DataError
from headway.sources.cells import cell_text
from headway.sources.delimited import column_names
from headway.sources.rows import BadRow, Reading, Row

#: bytes of a parquet file in an archive: it is read from its end, so there it is held in memory
LARGEST_PACKED = 500_000_000
_BATCH = 1_000


def read_parquet(file: BinaryIO, _reading: Reading) -> Iterator[Row | BadRow]:
    """The rows of a parquet file, `line` their number; nested values are kept as JSON.

    Raises `DataError` for a file that is damaged.
    """
    number = 0
    for batch in _batches(file):
        for values in _values(batch):
            number += 1
            yield _row(number, values)


def _row(number: int, values: dict[str, Any] | str) -> Row | BadRow:
    if isinstance(values, str):
        return BadRow(number, values, "")
    try:
        return Row(number, {name: cell_text(value) for name, value in values.items()})
    except (ValueError, OverflowError) as error:
        return BadRow(number, f"a value cannot be written as text: {error}", "")


def _batches(file: BinaryIO) -> Iterator[Any]:
    import pyarrow as pa  # noqa: PLC0415 - only for this format
    from pyarrow import parquet  # noqa: PLC0415

    try:
        # One thread and a small buffer: else whole row groups are read ahead.
        opened = parquet.ParquetFile(
            _seekable(file), pre_buffer=False, buffer_size=1 << 20, page_checksum_verification=True
        )
        for batch in opened.iter_batches(_BATCH, use_threads=False):
            yield _named(batch)
    except (pa.ArrowException, OSError, ValueError, TypeError, MemoryError, OverflowError) as error:
        if isinstance(error, OSError) and error.errno is not None:
            raise
        words = " ".join(str(error).split())
        raise DataError(
            f"The parquet file is damaged, cut off or none: {words}.",
            next_step="Write it again, or save the table as csv or JSON Lines.",
        ) from error


def _named(batch: Any) -> Any:
    """The batch with a name for each column, and times to the microsecond, which is what Python knows."""
    import pyarrow as pa  # noqa: PLC0415 - only for this format

    columns = [
        column.cast(pa.timestamp("us", column.type.tz), safe=False)
        if pa.types.is_timestamp(column.type) and column.type.unit == "ns"
        else column
        for column in batch.columns
    ]
    return pa.RecordBatch.from_arrays(columns, names=column_names(batch.schema.names))


def _seekable(file: BinaryIO) -> BinaryIO:
    """The file, or its content where going back in it would mean to unpack it again."""
    if not isinstance(file, io.BufferedReader) or isinstance(file.raw, io.FileIO):
        return file
    data = file.read(LARGEST_PACKED + 1)
    if len(data) > LARGEST_PACKED:
        raise DataError(
            f"A parquet file in an archive may have {LARGEST_PACKED:,} bytes; this one has more.",
            next_step="Unpack it first: parquet is compressed as it is.",
        )
    return io.BytesIO(data)


def _values(batch: Any) -> Iterator[dict[str, Any] | str]:
    """The values of each row, or the reason why there are none."""
    try:
        yield from batch.to_pylist()
        return
    except (ValueError, OverflowError, KeyError):
        pass
    for place in range(batch.num_rows):
        try:
            yield batch.slice(place, 1).to_pylist()[0]
        except (ValueError, OverflowError, KeyError) as error:
            yield f"a value cannot be read: {error}"
