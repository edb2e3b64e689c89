"""The service is killed with SIGKILL at every named place of the road, and started again.

Whatever the place: one signal makes one trade, the trade is protected, what the channel asked for is done once, and
its owner is told of everything, a repeat carrying the number of the first.
"""

from __future__ import annotations

import shutil
import signal
import time
from collections.abc import AsyncIterator, Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from bot.clock import SystemClock
from bot.simulator import DEFAULT_TOKEN, Simulator
from engine.execution.orders import RESTING
from engine.types import OrderState, Protection
from storage.database import Database
from storage.faults import LeaseHeld
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
    await mortal.until(lambda _: mortal.deaths)  # after the last commit of a trade nothing else says that it is over
    await mortal.until(is_guarded)
    await mortal.until(is_told)
    assert mortal.deaths == [place]
    assert told(mortal) == {1}
    if place == "delivered:1":
        assert len(numbers(mortal)) == 2


BOT = int(DEFAULT_TOKEN.partition(":")[0])
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


@pytest.mark.parametrize("place", ["exit_reserved:1", "before_send:1", "sent:1"])
async def test_half_pressed_once_closes_half_once(mortal: Mortal, place: str) -> None:
    """The press is handled again after the restart, and so is the order: together they close one half."""
    await mortal.live()
    mortal.post(posts.LONG_BTC)
    await mortal.until(is_guarded)
    await mortal.until(is_told)
    mortal.simulator.press(mortal.owner, mortal.simulator.replies(mortal.owner)[-1], "Close half")
    await mortal.until(lambda _: "at the market?" in mortal.told[-1])
    await mortal.kill(signal.SIGKILL)
    await mortal.live(place)
    mortal.simulator.press(mortal.owner, mortal.simulator.replies(mortal.owner)[-1], "Yes, close half")
    await mortal.until(is_half)
    await mortal.until(is_told)
    assert mortal.deaths == [place]
    assert told(mortal) == {1, 2}


async def test_an_entry_that_waits_is_cancelled_through_a_kill(mortal: Mortal) -> None:
    await mortal.live("cancelling:1")
    post = mortal.post(posts.LIMIT_ETH)
    await mortal.until(lambda tx: [o.state for o in tx.orders.live()] == [OrderState.ACKED])
    mortal.post("Cancel ETH", reply_to=post)
    await mortal.until(lambda tx: not tx.orders.live() and not unfinished(tx))
    await mortal.until(is_told)
    assert mortal.deaths == ["cancelling:1"]
    assert told(mortal) == {1, 2}


NESTED = [
    ("fetched:1", "kept:1", "read:1", "recorded:1", "reserved:1", "before_send:1"),
    ("reserved:1", "before_send:1", "before_send:1", "sent:1", "absorbed:1", "stop_reserved:1"),
    ("sent:1", "absorbed:1", "stop_reserved:1", "sent:1", "absorbed:1", "delivered:1"),
    ("before_send:1", "before_send:1", "before_send:2", "absorbed:1", "absorbed:1", "absorbed:1"),
]


@pytest.mark.parametrize("places", NESTED, ids=" ".join)
async def test_killed_again_and_again_while_it_recovers(mortal: Mortal, places: tuple[str, ...]) -> None:
    first, *again = places
    await mortal.live(first)
    mortal.post(posts.LONG_BTC)
    await mortal.until(is_guarded, *again)
    await mortal.until(is_told)
    assert len(mortal.deaths) >= 3, mortal.deaths
    assert told(mortal) == {1}


async def test_asked_to_stop_with_trades_under_way_it_ends_in_time(mortal: Mortal) -> None:
    """SIGTERM in the middle of seven signals: whatever was cut short is taken up by the next life."""
    await mortal.live()
    mortal.post(posts.TALK)
    await mortal.until(lambda tx: tx.inbox.last_update_id(BOT) is not None)
    pairs = [("SOL/USDT", "145", "140", "150"), ("ADA/USDT", "0.45", "0.43", "0.48"), ("LTC/USDT", "84", "81", "90")]
    for pair in pairs:
        mortal.post(posts.long(*pair))
    await mortal.until(lambda tx: tx.orders.live() or tx.positions.open())
    started = time.monotonic()
    assert await mortal.kill(signal.SIGTERM) == 0
    assert time.monotonic() - started < 10
    await mortal.live()
    await mortal.until(lambda tx: len(tx.positions.open()) == len(pairs) and not unfinished(tx))
    await mortal.until(lambda tx: {p.protection for p in tx.positions.open()} == {Protection.EXCHANGE})
    await mortal.until(is_told)
    assert told(mortal) == {1, 2, 3}


async def test_a_second_service_on_the_same_database_is_refused(mortal: Mortal) -> None:
    """The lease is the living process's own: another is refused, and takes over as soon as the first one is dead."""
    await mortal.live()
    mortal.post(posts.TALK)
    await mortal.until(lambda tx: tx.inbox.last_update_id(BOT) is not None)
    with pytest.raises(LeaseHeld):
        await mortal.database.lease("service")
    await mortal.kill(signal.SIGKILL)
    await mortal.database.lease("service")


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
    return not (tx.positions.open() or stops(tx) or tx.orders.live() or unfinished(tx))


def unfinished(tx: UnitOfWork) -> bool:
    """An order is on its way, or a post is not handled yet."""
    return any(order.state not in RESTING for order in tx.orders.live()) or bool(tx.inbox.waiting(BOT))


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
