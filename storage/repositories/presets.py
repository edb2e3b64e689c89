"""Risk presets as rows: every field of ``Preset`` has a column of its name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from engine.types import Preset
from storage.statements import columns
from storage.tables import trading_presets

FIELDS = tuple(field.name for field in fields(Preset))
PREFIX = "preset_"

_LABELS = tuple((name, PREFIX + name) for name in FIELDS)
PRESET_COLUMNS = tuple(column.label(PREFIX + column.name) for column in columns(trading_presets, FIELDS))
"""The preset's columns under a prefix, to be joined to something else."""


def preset(row: Mapping[str, Any]) -> Preset:
    """The preset in a row that selected PRESET_COLUMNS; the built-in defaults when the join found none."""
    if row[PREFIX + "id"] is None:
        return Preset()
    return Preset(**{name: row[label] for name, label in _LABELS})
