"""What befalls a position: liquidation, of all the account or of one position, and funding."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tests.exchange.bench import BTC, exchange, free, held, linear, status
from tests.exchange.core import Exchange
from tests.exchange.model import Market, Status

LINEAR = Market.LINEAR


@pytest.fixture
def venue() -> Exchange:
    running = exchange()
    running.price(LINEAR, BTC, "60000", "60000")
    return running


def test_cross_margin_is_liquidated_when_all_of_it_is_gone(venue: Exchange) -> None:
    linear(venue, "BUY", "1")
    resting = linear(venue, "SELL", "1", price="64000", reduce_only=True)
    venue.price(LINEAR, BTC, "50400")
    assert held(venue) == 1, "equity is still above the maintenance margin"
    venue.price(LINEAR, BTC, "50250")
    last = venue.orders("alice", LINEAR)[-1]
    assert held(venue) == 0
    assert (last.liquidation, last.client_id.startswith("autoclose-")) == (True, True)
    assert status(venue, resting) is Status.EXPIRED
    assert 0 <= free(venue, LINEAR) < 300


def test_isolated_margin_loses_no_more_than_its_own(venue: Exchange) -> None:
    venue.set_isolated("alice", BTC, True)
    linear(venue, "BUY", "0.1")
    linear(venue, "BUY", "1", symbol="SOLUSDT")
    venue.price(LINEAR, BTC, "57287")
    assert held(venue) == Decimal("0.1")
    venue.price(LINEAR, BTC, "57286")
    assert (held(venue), held(venue, symbol="SOLUSDT")) == (0, 1)
    assert free(venue, LINEAR) > 9600


def test_a_gap_through_everything_leaves_no_debt(venue: Exchange) -> None:
    linear(venue, "BUY", "1")
    venue.price(LINEAR, BTC, "10000")
    assert (held(venue), free(venue, LINEAR)) == (0, 0)


def test_funding_moves_from_long_to_short(venue: Exchange) -> None:
    linear(venue, "BUY", "0.1")
    linear(venue, "SELL", "0.1", who="bob")
    before = free(venue, LINEAR)
    paid = {income.account: income.amount for income in venue.fund(BTC, Decimal("0.0001"))}
    assert paid == {"alice": Decimal("-0.6"), "bob": Decimal("0.6")}
    assert free(venue, LINEAR) == before - Decimal("0.6")
    assert [income.amount for income in venue.incomes("alice", BTC)] == [Decimal("-0.6")]
