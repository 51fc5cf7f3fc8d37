"""Answers SQL with Apache DataFusion: {tables: {name: rows}, queries: [sql]} in, one list of rows per query out."""

import json
import sys
from datetime import datetime, timezone

import pyarrow
from datafusion import SessionContext

given = json.load(sys.stdin)
context = SessionContext()
for name, rows in given["tables"].items():
    for row in rows:
        row["time"] = datetime.fromtimestamp(row["time"] / 1000, timezone.utc)
    columns = sorted({column for row in rows for column in row})
    table = pyarrow.table({column: [row.get(column) for row in rows] for column in columns})
    context.register_record_batches(name, [table.to_batches()])


def plain(value):
    return value.isoformat() if isinstance(value, datetime) else value


answers = []
for query in given["queries"]:
    rows = [row for batch in context.sql(query).collect() for row in batch.to_pylist()]
    answers.append([{column: plain(value) for column, value in row.items()} for row in rows])
json.dump(answers, sys.stdout)
