"""A reading in one line: what a text says, for lists and comparisons."""

from __future__ import annotations

from bot.replies import Texts
from bot.wording import figure, first_known, side
from engine.figures import figures_of, symbol_of
from engine.types import Amendments, Entries, Entry, Reading, Unclear


def said(reading: Reading, t: Texts) -> str:
    """One line, in the language of the person."""
    if isinstance(reading, Entry):
        return _entry(reading, t)
    if isinstance(reading, Entries):
        return t("reading-several", count=len(reading.signals))
    if isinstance(reading, Amendments):
        return " · ".join(t(f"instruction-{step.action}") for step in reading.steps)
    if isinstance(reading, Unclear):
        return t(first_known((f"refusal-{reading.code}",), t) or "refusal-unclear")
    return t("reading-nothing")


def _entry(entry: Entry, t: Texts) -> str:
    figures = figures_of(entry)
    parts = [f"{side(entry.direction, t)} {symbol_of(entry)}"]
    if figures["entries"]:
        entries = " · ".join("–".join(figure(price, t) for price in point.split("–")) for point in figures["entries"])
        parts.append(t("reading-entry", prices=entries))
    if figures["stop"]:
        parts.append(t("reading-stop", price=figure(figures["stop"], t)))
    if figures["targets"]:
        parts.append(t("reading-targets", prices=" · ".join(figure(price, t) for price in figures["targets"])))
    return " · ".join(parts)
