"""How many base units a trade takes. A rule reads the preset; the signal can only lower what it says.

A new rule is a function here and a line in ``SIZING``; a preset names it in ``position_size_mode``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from engine.errors import Code
from engine.risk.draft import Draft
from engine.risk.steps import EXACT, plain
from engine.types import Refusal

SizingRule = Callable[[Draft], Decimal]


def fixed(draft: Draft) -> Decimal:
    """``fixed_lot`` lots; a lot is one contract of the instrument (one coin on a spot market)."""
    return draft.preset.fixed_lot * draft.instrument.contract_size


def percentage(draft: Draft) -> Decimal:
    """A position worth ``percentage`` of the equity: equity · % / price."""
    return EXACT.divide(_part(draft, draft.preset.percentage), draft.unit_value)


def fixed_amount(draft: Draft) -> Decimal:
    """A position worth ``amount`` of the account's currency."""
    return EXACT.divide(draft.preset.amount, draft.unit_value)


def risk_percent(draft: Draft) -> Decimal:
    """What loses ``risk_per_trade_pct`` of the equity at the stop: equity · % / |entry - stop|."""
    return EXACT.divide(_part(draft, draft.preset.risk_per_trade_pct), draft.unit_risk)


SIZING: dict[str, SizingRule] = {
    "fixed": fixed,
    "percentage": percentage,
    "fixed_amount": fixed_amount,
    "risk_percent": risk_percent,
}


def set_leverage(draft: Draft) -> Draft:
    """The lowest of signal, preset and instrument; none where the instrument knows no margin."""
    if not draft.instrument.margin:
        return replace(draft, leverage=None)
    most = min(draft.preset.max_leverage, draft.instrument.max_leverage)
    asked = draft.entry.leverage
    return replace(draft, leverage=max(1, most if asked is None else min(asked, most)))


def size(draft: Draft) -> Draft | Refusal:
    """The preset's rule, at least the preset's smallest lot, at most what the signal asks for."""
    if draft.account.equity <= 0:
        return Refusal(
            code=Code.NO_BALANCE,
            details={"equity": plain(draft.account.equity), "currency": draft.account.currency},
        )
    own = SIZING[draft.preset.position_size_mode](draft)
    if draft.preset.min_lot is not None:
        own = max(own, draft.preset.min_lot * draft.instrument.contract_size)
    return _lowered(replace(draft, quantity=own))


def _lowered(draft: Draft) -> Draft:
    amount, risk = draft.entry.amount_percent, draft.entry.risk_percent
    if amount is not None:
        # "Amount 5%" is the money put in: with leverage it moves that many times its value.
        invested = _part(draft, amount) * (draft.leverage or 1)
        draft = draft.reduced_to(EXACT.divide(invested, draft.unit_value), "reduced_to_signal_amount")
    if risk is not None:
        draft = draft.reduced_to(EXACT.divide(_part(draft, risk), draft.unit_risk), "reduced_to_signal_risk")
    return draft


def _part(draft: Draft, percent: Decimal) -> Decimal:
    return draft.account.equity * percent / 100
