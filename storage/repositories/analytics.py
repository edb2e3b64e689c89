"""Daily reports of connections."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date

from sqlalchemy import Connection, bindparam, select, update

from engine.ports import Clock
from engine.types import DayReport
from storage.statements import AnyRow, columns, insert
from storage.tables import execution_analytics

_C = execution_analytics.c
FIELDS = tuple(field.name for field in fields(DayReport))
REPORTS = select(*columns(execution_analytics, FIELDS)).order_by(_C.date, _C.connection_id)

_INSERT = insert(execution_analytics).on_conflict_do_nothing(index_elements=["connection_id", "date"]).returning(_C.id)
_UPDATE = update(execution_analytics).where(
    _C.connection_id == bindparam("b_connection"), _C.date == bindparam("b_day")
)
_HISTORY = REPORTS.where(_C.connection_id == bindparam("connection"), _C.date <= bindparam("until"))


def report_of(row: AnyRow) -> DayReport:
    """The report in a row of REPORTS."""
    return DayReport(**row._mapping)


@dataclass(frozen=True, slots=True)
class Analytics:
    """``engine.ports.Analytics``."""

    connection: Connection
    clock: Clock

    def save(self, report: DayReport) -> bool:
        now = self.clock.now()
        row = {name: getattr(report, name) for name in FIELDS}
        inserted = self.connection.execute(_INSERT, {**row, "created_at": now, "updated_at": now})
        if inserted.scalar_one_or_none() is not None:
            return True
        self.connection.execute(
            _UPDATE, {"b_connection": report.connection_id, "b_day": report.date, **row, "updated_at": now}
        )
        return False

    def history(self, connection_id: int, until: date) -> tuple[DayReport, ...]:
        """Reports up to and including ``until``, oldest first."""
        rows = self.connection.execute(_HISTORY, {"connection": connection_id, "until": until})
        return tuple(map(report_of, rows))
