"""The service is killed with SIGKILL at every named place of the road, and started again.

Whatever the place: one signal makes one trade, the trade is protected, what the channel asked for is done once, and
its owner is told of everything, a repeat carrying the number of the first.
"""

from __future__ import annotations

import shutil
import signal
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.simulator import Simulator
from engine.execution.orders import RESTING
from engine.types import Protection
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.invariants import NUMBER, check, keep_watch
from tests.stores import template
from tests.stories import posts
from tests.stories.lives import Mortal, Warm, settle_in


@pytest.fixture(scope="session")
def warm() -> Iterator[Warm]:
    process = Warm()
    yield process
    process.close()


@pytest.fixture
async def mortal(warm: Warm, tmp_path: Path) -> AsyncIterator[Mortal]:
    shutil.copyfile(template(), tmp_path / "town.sqlite3")
    database = Database(f"sqlite:///{tmp_path}/town.sqlite3", SystemClock())
    await database.open()
    await keep_watch(database)
    async with Simulator(limits=None) as simulator:
        owner, channel = await settle_in(database, simulator)
        mortal = Mortal(
            warm=warm, simulator=simulator, database=database, folder=tmp_path, owner=owner, channel=channel
        )
        yield mortal
        if mortal.over is not None:
            await mortal.kill(signal.SIGKILL)
        await check(database, simulator, log=mortal.log.read_text())
    await database.close()


ENTRY = [
    "fetched:1", "kept:1", "read:1", "recorded:1", "reserved:1", "before_send:1", "sent:1", "absorbed:1",
    "stop_reserved:1", "before_send:2", "sent:2", "absorbed:2", "delivered:1",
]  # fmt: skip


@pytest.mark.parametrize("place", ENTRY)
async def test_a_signal_becomes_one_protected_trade(mortal: Mortal, place: str) -> None:
    await mortal.live(place)
    mortal.post(posts.LONG_BTC)
    await mortal.until(is_guarded)
    await mortal.until(is_told)
    assert mortal.deaths == [place]
    assert told(mortal) == {1}
    if place == "delivered:1":
        assert len(numbers(mortal)) == 2


HALF = "Close 50% of BTC"
WHOLE = "Close BTC now"
TIGHTER = "BTC: move SL to 63800"

INSTRUCTIONS = [
    *((TIGHTER, place) for place in ("fetched:1", "read:1", "recorded:1", "stop_reserved:1", "sent:1", "cancelling:1")),
    *((HALF, place) for place in ("recorded:1", "exit_reserved:1", "before_send:1", "sent:1", "absorbed:1")),
    *((WHOLE, place) for place in ("kept:1", "recorded:1", "exit_reserved:1", "sent:1", "absorbed:1")),
]


@pytest.mark.parametrize(("text", "place"), INSTRUCTIONS)
async def test_an_instruction_of_the_channel_is_carried_out_once(mortal: Mortal, text: str, place: str) -> None:
    await mortal.live()
    mortal.post(posts.LONG_BTC)
    await mortal.until(is_guarded)
    await mortal.until(is_told)
    await mortal.kill(signal.SIGKILL)
    await mortal.live(place)
    mortal.post(text)
    await mortal.until(OUTCOMES[text])
    await mortal.until(is_told)
    assert mortal.deaths == [place]
    assert told(mortal) == {1, 2}, "\n\n".join(mortal.told)


def is_guarded(tx: UnitOfWork) -> bool:
    """One trade, all of it in, its stop confirmed at the venue."""
    (position,) = tx.positions.open() or (None,)
    if position is None or position.protection is not Protection.EXCHANGE:
        return False
    return stops(tx) == [(position.sl_price, position.quantity)]


def stops(tx: UnitOfWork) -> list[tuple[Decimal | None, Decimal]]:
    """Price and quantity of the stops that rest at the venue."""
    (connection,) = tx.connections.active()
    resting = (order.request for order in tx.paper.orders(connection.id, only_open=True))
    return [(request.trigger, request.quantity) for request in resting]


def is_tighter(tx: UnitOfWork) -> bool:
    (position,) = tx.positions.open()
    return position.sl_price == 63800 and is_guarded(tx) and not unfinished(tx)


def is_half(tx: UnitOfWork) -> bool:
    (position,) = tx.positions.open()
    return position.quantity == Decimal("0.156") and is_guarded(tx) and not unfinished(tx)


def is_closed(tx: UnitOfWork) -> bool:
    return not tx.positions.open() and not stops(tx) and not unfinished(tx)


def unfinished(tx: UnitOfWork) -> bool:
    """An order is on its way, or a post is not handled yet."""
    return any(order.state not in RESTING for order in tx.orders.live()) or bool(tx.inbox.waiting(4200))


OUTCOMES = {TIGHTER: is_tighter, HALF: is_half, WHOLE: is_closed}


def is_told(tx: UnitOfWork) -> bool:
    return tx.deliveries.backlog() == 0


def numbers(mortal: Mortal) -> list[int]:
    return [int(number) for words in mortal.told for number in NUMBER.findall(words)]


def told(mortal: Mortal) -> set[int]:
    """The numbers of what the owner was told, each not more often than the service died, and once."""
    found = numbers(mortal)
    assert all(found.count(number) <= 1 + len(mortal.deaths) for number in found)
    return set(found)
