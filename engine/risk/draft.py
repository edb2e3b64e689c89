"""A plan in the making: the question as it was asked, and what each step has found out so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from engine.risk.steps import EXACT, floor_to, plain
from engine.types import (
    ZERO,
    Account,
    Direction,
    Entry,
    Exposure,
    Instrument,
    PlannedOrder,
    Preset,
    Quote,
    Refusal,
    Rung,
)

Note = tuple[str, dict[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """The first block is given; the second is filled in by the steps of ``engine.risk.plan``.

    ``quantity`` is the whole trade in base units; the ``orders`` carry their own part of it once it is split.
    """

    entry: Entry
    preset: Preset
    account: Account
    instrument: Instrument
    quote: Quote
    rate: Decimal
    exposure: Exposure

    orders: tuple[PlannedOrder, ...] = ()
    stop: Decimal = ZERO
    rungs: tuple[Rung, ...] = ()
    leverage: int | None = None
    quantity: Decimal = ZERO
    notes: tuple[Note, ...] = ()

    @property
    def direction(self) -> Direction:
        return self.entry.direction

    @property
    def sign(self) -> int:
        return self.entry.direction.sign

    def fills_at(self, order: PlannedOrder) -> Decimal:
        """The price this order is expected to fill at: its own, or the live one for a market order."""
        return order.price or order.trigger or self.quote.entry_price(self.direction)

    @property
    def prices(self) -> tuple[Decimal, ...]:
        return tuple(self.fills_at(order) for order in self.orders)

    @property
    def entry_price(self) -> Decimal:
        """The average entry once every order has filled: they all carry the same quantity."""
        return EXACT.divide(sum(self.prices, ZERO), Decimal(len(self.orders)))

    @property
    def unit_risk(self) -> Decimal:
        """Loss of one base unit at the stop, in account currency."""
        return EXACT.multiply(abs(self.entry_price - self.stop), self.rate)

    @property
    def unit_value(self) -> Decimal:
        """Price of one base unit in account currency."""
        return EXACT.multiply(self.entry_price, self.rate)

    @property
    def risk(self) -> Decimal:
        """Loss at the stop of the orders as they stand, in account currency."""
        return sum((o.quantity * abs(self.fills_at(o) - self.stop) * self.rate for o in self.orders), ZERO)

    def noted(self, code: str, **figures: str) -> Draft:
        return replace(self, notes=(*self.notes, (code, figures)))

    def reduced_to(self, quantity: Decimal, code: str) -> Draft:
        """At most this quantity. When that is less than before, the note tells both figures."""
        if quantity >= self.quantity:
            return self
        step = self.instrument.lot_step
        before, after = plain(floor_to(self.quantity, step)), plain(floor_to(quantity, step))
        return replace(self, quantity=quantity).noted(code, before=before, after=after)


Step = Callable[[Draft], Draft | Refusal]


def follow(draft: Draft, steps: Iterable[Step]) -> Draft | Refusal:
    """Take the steps in order; the first refusal ends the way."""
    for step in steps:
        outcome = step(draft)
        if isinstance(outcome, Refusal):
            return outcome
        draft = outcome
    return draft
