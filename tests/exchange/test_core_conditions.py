"""What a test sets for the whole exchange: which ids are taken, how long an order stays unseen."""

from __future__ import annotations

import pytest

from tests.clocks import ManualClock
from tests.exchange.bench import exchange, spot
from tests.exchange.core import Exchange
from tests.exchange.model import DuplicatePolicy, Market, Reason, Refusal

SPOT = Market.SPOT


@pytest.fixture
def venue() -> Exchange:
    return exchange()


@pytest.mark.parametrize(
    ("policy", "while_open", "after"),
    [
        (DuplicatePolicy.NONE, True, True),
        (DuplicatePolicy.OPEN_ONLY, False, True),
        (DuplicatePolicy.ALWAYS, False, False),
    ],
)
def test_which_client_order_ids_are_taken(
    venue: Exchange, policy: DuplicatePolicy, while_open: bool, after: bool
) -> None:
    venue.set_duplicates(SPOT, policy)

    def accepted() -> bool:
        try:
            spot(venue, "BUY", "0.001", price="50000", client_id="one")
        except Refusal as refused:
            assert refused.reason is Reason.DUPLICATE
            return False
        return True

    assert accepted()
    assert accepted() is while_open
    for order in venue.orders("alice", SPOT, live=True):
        venue.cancel("alice", order)
    assert accepted() is after
    assert spot(venue, "BUY", "0.001", who="bob", client_id="one"), "the ids of others do not matter"


async def test_an_order_shows_up_after_the_lag(venue: Exchange) -> None:
    assert isinstance(venue.clock, ManualClock)
    venue.lag = 3
    order = spot(venue, "BUY", "0.01", client_id="late")
    for look in (
        lambda: venue.find("alice", SPOT, client_id="late"),
        lambda: venue.orders("alice", SPOT)[0],
        lambda: venue.trades("alice", SPOT)[0],
    ):
        with pytest.raises((Refusal, IndexError)):
            look()
    await venue.clock.advance(3)
    assert venue.find("alice", SPOT, client_id="late").id == order.id
    assert len(venue.orders("alice", SPOT)) == len(venue.trades("alice", SPOT)) == 1
