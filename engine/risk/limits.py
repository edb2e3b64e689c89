"""The user's and the venue's limits. Over a size limit the trade shrinks to it and the note says so; it is refused
only when nothing tradable is left. A new limit is a function here and its line in ``LIMITS``.
"""

from __future__ import annotations

from decimal import Decimal

from engine.errors import Code
from engine.risk.draft import Draft, Step
from engine.risk.steps import EXACT, ceil_to, plain
from engine.types import Refusal

# Share of the notional kept free: both taker fees, and the tick between reading the price and filling.
FEE_RESERVE = Decimal("0.002")


def max_positions(draft: Draft) -> Draft | Refusal:
    """Open positions, and waiting entries that may become one, on the whole connection."""
    have, limit = draft.exposure.open_positions, draft.preset.max_positions
    return draft if have < limit else _full(Code.MAX_POSITIONS, draft, have, limit)


def max_positions_per_symbol(draft: Draft) -> Draft | Refusal:
    have, limit = draft.exposure.open_on_symbol, draft.preset.max_positions_per_symbol
    return draft if have < limit else _full(Code.MAX_POSITIONS_PER_SYMBOL, draft, have, limit)


def one_side(draft: Draft) -> Draft | Refusal:
    """A venue nets long and short on one symbol: a second, opposite trade would eat the first one and its stop."""
    if draft.exposure.sides <= {draft.entry.direction}:
        return draft
    return Refusal(code=Code.OPPOSITE_OPEN, details={"symbol": draft.instrument.symbol})


def daily_loss(draft: Draft) -> Draft | Refusal:
    """Nothing new today once the realised loss reaches ``max_daily_loss_pct`` of the equity."""
    percent = draft.preset.max_daily_loss_pct
    if percent is None:
        return draft
    limit, lost = draft.account.equity * percent / 100, -draft.exposure.realised_today
    if lost < limit:
        return draft
    figures = {"lost": plain(lost), "limit": plain(limit), "currency": draft.account.currency}
    return Refusal(code=Code.DAILY_LOSS, details=figures)


def max_lot(draft: Draft) -> Draft:
    """The preset's largest trade, in lots."""
    most = draft.preset.max_lot
    return draft if most is None else draft.reduced_to(most * draft.instrument.contract_size, "reduced_to_max_lot")


def max_risk(draft: Draft) -> Draft:
    """The loss at the stop stays within ``max_risk_pct`` of the equity, whichever rule made the size."""
    money = draft.account.equity * draft.preset.max_risk_pct / 100
    return draft.reduced_to(EXACT.divide(money, draft.unit_risk), "reduced_to_max_risk")


def margin(draft: Draft) -> Draft | Refusal:
    """The free balance must carry the margin (all of the value without leverage) and the fees."""
    unit = draft.unit_value * (EXACT.divide(Decimal(1), Decimal(draft.leverage or 1)) + FEE_RESERVE)
    affordable = EXACT.divide(max(draft.account.free, Decimal(0)), unit)
    smallest = _smallest(draft)
    if affordable >= smallest:
        return draft.reduced_to(affordable, "reduced_to_free_margin")
    figures = {"need": plain(smallest * unit), "have": plain(draft.account.free), "currency": draft.account.currency}
    return Refusal(code=Code.NO_MARGIN, details=figures)


def max_qty(draft: Draft) -> Draft:
    """The venue's largest order. It bounds the whole trade, because one stop order has to close all of it."""
    most = draft.instrument.max_qty
    return draft if most is None else draft.reduced_to(most, "reduced_to_max_qty")


def min_qty(draft: Draft) -> Draft | Refusal:
    """Every order at least the venue's smallest quantity."""
    need = max(draft.instrument.min_qty, draft.instrument.lot_step)
    if all(order.quantity >= need for order in draft.orders):
        return draft
    return Refusal(code=Code.MIN_QTY, details={"need": plain(need), "have": plain(_each(draft))})


def min_notional(draft: Draft) -> Draft | Refusal:
    """Every order worth at least the venue's smallest value, in the quote currency."""
    need = draft.instrument.min_notional
    for order in draft.orders:
        value = order.quantity * draft.fills_at(order)
        if value < need:
            figures = {"need": plain(need), "have": plain(value), "currency": draft.instrument.quote}
            return Refusal(code=Code.MIN_NOTIONAL, details=figures)
    return draft


# Asked of the whole trade, before it is rounded and split …
LIMITS: tuple[Step, ...] = (
    max_positions,
    one_side,
    max_positions_per_symbol,
    daily_loss,
    max_lot,
    max_risk,
    margin,
    max_qty,
)
# … and of every order, afterwards.
MINIMA: tuple[Step, ...] = (min_qty, min_notional)


def _full(code: Code, draft: Draft, have: int, limit: int) -> Refusal:
    return Refusal(code=code, details={"have": str(have), "limit": str(limit), "symbol": draft.instrument.symbol})


def _smallest(draft: Draft) -> Decimal:
    """The least quantity the venue takes at this entry."""
    rules = draft.instrument
    by_value = ceil_to(EXACT.divide(rules.min_notional, draft.entry_price), rules.lot_step)
    return max(ceil_to(rules.min_qty, rules.lot_step), rules.lot_step, by_value)


def _each(draft: Draft) -> Decimal:
    """What an order would carry before rounding: the figure that explains a refusal."""
    return EXACT.divide(draft.quantity, Decimal(len(draft.orders)))
