"""From a signal to orders, in one readable way: prices → checks → size → limits → rounding → minima → ladder."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from engine.errors import Code
from engine.risk import prices
from engine.risk.draft import Draft, Step, follow
from engine.risk.ladder import ladder
from engine.risk.limits import LIMITS, MINIMA
from engine.risk.sizing import set_leverage, size
from engine.risk.steps import EXACT, floor_to, nearest_to, plain
from engine.types import ZERO, Account, Entry, Exposure, Instrument, Plan, Preset, Quote, Refusal


def plan(
    *,
    entry: Entry,
    preset: Preset,
    account: Account,
    instrument: Instrument,
    quote: Quote,
    rate: Decimal,
    exposure: Exposure,
    now: datetime,
) -> Plan | Refusal:
    """The orders this signal becomes on this account, or the rule that says no with the figures behind it.

    ``rate`` is account currency per unit of ``instrument.quote``. Raises ValueError when it is not positive.
    """
    if not rate > 0:
        raise ValueError(f"a rate must be positive, not {rate}")
    question = Draft(
        entry=entry, preset=preset, account=account, instrument=instrument, quote=quote, rate=rate, exposure=exposure
    )  # fmt: skip
    priced = follow(question, PRICES)
    if isinstance(priced, Refusal):
        return priced
    sized = _sized(priced)
    return sized if isinstance(sized, Refusal) else _finished(sized, now)


def _sized(draft: Draft) -> Draft | Refusal:
    """Size for all entries; while one of them is too small to send, for all but the last."""
    legs = len(draft.orders)
    outcome = follow(draft, SIZE)
    while isinstance(outcome, Refusal) and outcome.code in TOO_SMALL and legs > 1:
        legs -= 1
        outcome = follow(_with_first(draft, legs), SIZE)
    return outcome


def _with_first(draft: Draft, legs: int) -> Draft:
    fewer = replace(draft, orders=draft.orders[:legs])
    return fewer.noted("entries_merged", before=str(len(draft.orders)), after=str(legs))


def split(draft: Draft) -> Draft:
    """Equal orders on the lot step. All round down, so that no order carries more than its part of the risk."""
    each = floor_to(EXACT.divide(draft.quantity, Decimal(len(draft.orders))), draft.instrument.lot_step)
    return replace(draft, orders=tuple(replace(order, quantity=each) for order in draft.orders))


def climb(draft: Draft) -> Draft:
    """Merge what is too small to trade, and say so: a target into the next, a remainder into the last."""
    whole = sum((order.quantity for order in draft.orders), ZERO)
    rungs = tuple(rung for rung, _ in ladder(whole, draft.rungs, draft.instrument))
    climbed = replace(draft, rungs=rungs)
    if len(rungs) < len(draft.rungs):
        return climbed.noted("targets_merged", before=str(len(draft.rungs)), after=str(len(rungs)))
    if rungs != draft.rungs:
        return climbed.noted("last_target_closes_rest", target=str(rungs[-1].level), share=plain(rungs[-1].share))
    return climbed


PRICES: tuple[Step, ...] = (
    prices.resolve_entries,
    prices.resolve_stop,
    prices.resolve_targets,
    prices.check_band,
    prices.check_sides,
    prices.check_not_passed,
    prices.check_fills,
)
TOO_SMALL = (Code.MIN_QTY, Code.MIN_NOTIONAL)
SIZE: tuple[Step, ...] = (set_leverage, size, *LIMITS, split, *MINIMA, climb)


def _finished(draft: Draft, now: datetime) -> Plan:
    return Plan(
        instrument=draft.instrument,
        direction=draft.direction,
        orders=draft.orders,
        entry_price=nearest_to(draft.entry_price, draft.instrument.tick_size),
        stop=draft.stop,
        rungs=draft.rungs,
        leverage=draft.leverage,
        margin_mode=draft.entry.margin_mode if draft.instrument.margin else None,
        risk=draft.risk,
        rate=draft.rate,
        expires_at=now + timedelta(minutes=draft.preset.entry_timeout_minutes),
        notes=draft.notes,
    )
