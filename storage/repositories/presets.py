"""Risk presets as rows: every field of ``Preset`` has a column of its name."""

from __future__ import annotations

from dataclasses import fields

from sqlalchemy import RowMapping

from engine.types import Preset
from storage.statements import columns
from storage.tables import trading_presets

FIELDS = tuple(field.name for field in fields(Preset))
PREFIX = "preset_"

PRESET_COLUMNS = tuple(column.label(PREFIX + column.name) for column in columns(trading_presets, FIELDS))
"""The preset's columns under a prefix, to be joined to something else."""


def preset(row: RowMapping) -> Preset:
    """The preset in a row that selected PRESET_COLUMNS; the built-in defaults when the join found none."""
    if row[PREFIX + "id"] is None:
        return Preset()
    return Preset(**{name: row[PREFIX + name] for name in FIELDS})
