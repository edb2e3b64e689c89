"""Funding of perpetuals: what a venue pays, or charges, for a position that is held at a certain hour."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingPayment:
    """One payment as the venue shows it: ``amount`` above zero was received, below zero paid, in ``currency``.

    ``funding_id`` is unique on its connection. ``held`` is the size it was paid for, in base units, where that is told.
    """

    funding_id: str
    symbol: str
    amount: Decimal
    currency: str
    at: datetime
    held: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What a fill did to a holding: above zero more of it, below zero less, in base units."""

    at: datetime
    quantity: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class FundedAccount:
    """A connection at an exchange whose trades may be paid funding, and when its payments were last read.

    ``closed_at`` is when the latest of its trades closed, of those that closed lately.
    """

    connection_id: int
    owner_id: int
    read_at: datetime | None
    is_open: bool
    closed_at: datetime | None
