"""The tables of a results folder: their columns, how they are written, checked and hashed."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from dafeng.configs.errors import ResultsError
from dafeng.experiments.files import replacing

TEXT, WHOLE, NUMBER, CLAIM = pa.string(), pa.int64(), pa.float64(), pa.bool_()

RUN_COLUMNS = {"run": TEXT, "bundle": TEXT, "scenario": TEXT, "replication": WHOLE}

COLUMNS: Mapping[str, Mapping[str, pa.DataType]] = {
    "runs": {
        **RUN_COLUMNS, "seed": WHOLE, "engine": TEXT, "first_year": WHOLE, "last_year": WHOLE, "sample_years": WHOLE,
        "values": TEXT, "status": TEXT, "error": TEXT, "wall_s": NUMBER, "cpu_s": NUMBER, "peak_mb": NUMBER,
        "city_digest": TEXT, "bundle_digest": TEXT, "source_digest": TEXT, "version": TEXT, "libraries": TEXT,
    },
    "outcomes": {
        **RUN_COLUMNS, "year": WHOLE, "county": TEXT, "sector": TEXT, "technology": TEXT, "fuel": TEXT, "basis": TEXT,
        "variable": TEXT, "unit": TEXT, "value": NUMBER, "se": NUMBER,
    },
    "summary": {
        **RUN_COLUMNS, "peak_year": WHOLE, "peak_mt": NUMBER, "peak_censored": CLAIM, "co2_cum_mt": NUMBER,
        "co2_2030_mt": NUMBER, "territorial_cum_mt": NUMBER, "consumption_cum_mt": NUMBER, "system_cum_mt": NUMBER,
        "cost_bn_cny": NUMBER, "lole_d": NUMBER, "lole_se": NUMBER, "eue_mwh": NUMBER, "eue_se": NUMBER,
        "margin_mw": NUMBER, "unserved_mwh": NUMBER, "curtailed_gwh": NUMBER, "curtailed_share": NUMBER,
        "oil_cum_pj": NUMBER, "targets_met": WHOLE, "targets_counted": WHOLE,
    },
    "events": {"run": TEXT, "hour": NUMBER, "kind": TEXT, "agent": TEXT, "amount": NUMBER},
    "decisions": {
        "run": TEXT, "year": WHOLE, "agent": TEXT, "kind": TEXT, "topic": TEXT, "option": TEXT, "value": NUMBER,
        "unit": TEXT, "chosen": CLAIM, "uniform": NUMBER, "saw": TEXT, "why": TEXT,
    },
}
"""Table -> column -> type, in the order of the files."""

MEASURED = ("wall_s", "cpu_s", "peak_mb")
"""Columns of `runs` that differ each time the same run is made; no content hash holds them."""


def shaped(name: str, frame: pd.DataFrame) -> pa.Table:
    """A frame as the table of a name: columns in order, typed, further columns last.

    Raises ResultsError when a column is missing or holds what its type cannot.
    """
    wanted = COLUMNS[name]
    missing = [column for column in wanted if column not in frame.columns]
    if missing:
        raise ResultsError(f"table '{name}' lacks {', '.join(missing)}")
    more = [column for column in frame.columns if column not in wanted]
    arrays = {}
    for column in [*wanted, *more]:
        values = frame[column] != 0 if wanted.get(column) == CLAIM else frame[column]
        try:
            arrays[column] = pa.Array.from_pandas(values, type=wanted.get(column))
        except (pa.ArrowInvalid, pa.ArrowTypeError) as error:
            raise ResultsError(f"table '{name}', column '{column}': {error}") from error
    return pa.table(arrays)


def empty(name: str) -> pa.Table:
    """The table of a name without rows."""
    return pa.table({column: pa.array([], kind) for column, kind in COLUMNS[name].items()})


def write_table(table: pa.Table, path: Path) -> None:
    """Write a parquet file, whole or not at all."""
    with replacing(path) as temporary:
        pq.write_table(table, temporary, compression="zstd")


def read_table(name: str, path: Path) -> pa.Table:
    """A table from a parquet file, with its columns checked.

    Raises ResultsError with the file and the reason.
    """
    try:
        table = pq.read_table(path)
    except FileNotFoundError as error:
        raise ResultsError(f"{path}: is missing; run the study again to go on where it stopped") from error
    except (OSError, pa.ArrowException) as error:
        raise ResultsError(f"{path}: is damaged and cannot be read ({first_line(error)})") from error
    for column, kind in COLUMNS.get(name, {}).items():
        if column not in table.column_names:
            raise ResultsError(f"{path}: column '{column}' is missing; the file was not written by this program")
        found = table.schema.field(column).type
        if not (found.equals(kind) or (kind == TEXT and pa.types.is_large_string(found))):
            raise ResultsError(f"{path}: column '{column}' holds {found}; {kind} is expected")
    return table


def content_hash(table: pa.Table) -> str:
    """A hash of a table's columns, rows and their order, without the measured columns."""
    digest = blake2b(digest_size=16)
    for column in table.column_names:
        if column not in MEASURED:
            digest.update(f"\x1d{column}\x1d".encode())
            for piece in _bytes_of(table[column]):
                digest.update(piece)
    return digest.hexdigest()


def file_hash(path: Path) -> str:
    """A hash of a file's bytes."""
    digest = blake2b(digest_size=16)
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()


def first_line(error: BaseException) -> str:
    """The first line of an error's message, or its kind when it says nothing."""
    return (str(error).splitlines() or [type(error).__name__])[0]


def _bytes_of(column: pa.ChunkedArray) -> tuple[bytes, ...]:
    array = column.combine_chunks()
    if pa.types.is_string(array.type) or pa.types.is_large_string(array.type):
        coded = pc.dictionary_encode(array, null_encoding="encode")
        words = "\x1f".join("\x00" if word is None else word for word in coded.dictionary.to_pylist())
        return words.encode(), np.asarray(coded.indices, np.int64).tobytes()
    return (np.ascontiguousarray(array.to_numpy(zero_copy_only=False)).tobytes(),)
