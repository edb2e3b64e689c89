"""Orders at the venue that our books do not have: told once to their owner, and never touched by a guess."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from engine.execution import orders as machine
from engine.execution.ids import client_order_id
from engine.execution.reserve import call_off
from engine.types import Listed, Order, OrderState, OrderType
from tests.execution.bench import Bench
from tests.execution.fake_venue import Accepted, D, lost
from tests.execution.test_funding import at_an_exchange
from tests.storage.worlds import request

LEFT_BY_ANOTHER = client_order_id("another", 1, "s1@then", "E1", 1)


@pytest.fixture
async def bench(bench: Bench) -> Bench:
    return await at_an_exchange(bench)


def rests(bench: Bench, name: str = LEFT_BY_ANOTHER, state: OrderState = OrderState.ACKED) -> Accepted:
    """An order in the venue's book that this engine has not sent."""
    order = Accepted(
        request=request(name), venue_order_id=f"77{len(bench.venue.book)}", arrives_at=bench.clock.now(), state=state
    )  # fmt: skip
    bench.venue.book.append(order)
    return order


async def looked(bench: Bench) -> None:
    bench.spawn("look", bench.recovery._strays.look(bench.world.ann_account.id))
    await bench.run(10)


async def troubles(bench: Bench, code: str = "order_not_known") -> list[dict[str, str]]:
    return [told["details"] for kind, told in await bench.told() if kind == "trouble" and told["code"] == code]


async def test_D06_an_order_that_our_books_do_not_have_is_told_once_and_left_alone(bench: Bench) -> None:
    order = rests(bench)
    for _ in range(3):
        await looked(bench)
    assert await troubles(bench) == [{"direction": "buy", "quantity": "1.5", "order": f"#{order.venue_order_id}"}]
    assert order.state is OrderState.ACKED
    assert not bench.venue.count("cancel")
    assert not await bench.orders()
    assert not bench.failures


async def test_D06_it_is_looked_for_at_the_start_and_every_quarter_of_an_hour_at_every_account(bench: Bench) -> None:
    rests(bench)
    await bench.change(lambda tx: call_off(tx, bench.execution.id, bench.clock.now()))
    bench.spawn("recovery", bench.recovery.run())
    await bench.run(30)
    asked = bench.venue.count("listed")
    assert asked == 2 * len(await bench.database.read(lambda tx: tx.connections.active()))
    assert len(await troubles(bench)) == asked / 2
    await bench.run(800)
    assert bench.venue.count("listed") == asked
    await bench.run(100)
    assert bench.venue.count("listed") == 2 * asked
    assert len(await troubles(bench)) == asked / 2


async def test_a_crowd_is_looked_through_the_more_seldom(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """All open orders of an account are a costly question, and one address asks it for everybody."""
    await bench.change(lambda tx: call_off(tx, bench.execution.id, bench.clock.now()))
    accounts = len(await bench.database.read(lambda tx: tx.connections.active()))
    monkeypatch.setattr("engine.execution.recover.A_LOOK", 1800 / accounts)
    bench.spawn("recovery", bench.recovery.run())
    await bench.run(1700)
    assert bench.venue.count("listed") == accounts
    await bench.run(200)
    assert bench.venue.count("listed") == 2 * accounts


async def test_what_is_listed_once_only_is_not_told(bench: Bench) -> None:
    order = rests(bench)
    bench.spawn("look", bench.recovery._strays.look(bench.world.ann_account.id))
    await bench.run(3)
    order.state = OrderState.CANCELLED
    await bench.run(10)
    assert bench.venue.count("listed") == 2
    assert not await troubles(bench)


async def test_an_order_of_ours_is_none_however_it_stands(bench: Bench) -> None:
    await bench.enter()
    assert bench.venue.resting()
    await looked(bench)
    assert bench.venue.count("listed") == 1
    assert [kind for kind in await bench.kinds() if kind == "trouble"] == []


async def test_an_id_that_anybody_may_give_is_not_called_ours(bench: Bench) -> None:
    class Uuids(Accepted):
        def listed(self) -> Listed:
            return replace(super().listed(), surely_ours=False)

    bench.venue.book.append(Uuids(request=request("u1"), venue_order_id="1", arrives_at=bench.clock.now()))
    await looked(bench)
    assert not await troubles(bench)


async def test_a_venue_that_does_not_answer_has_nothing_astray(bench: Bench) -> None:
    rests(bench)
    bench.venue.script("listed", lost(), None, lost())
    await looked(bench)
    await looked(bench)
    assert not await troubles(bench)
    assert not bench.failures


async def ended(bench: Bench, state: OrderState) -> tuple[Order, Accepted]:
    """An entry that has ended in our books, and rests at the venue all the same."""
    order = bench.world.order(state=state, client_order_id=LEFT_BY_ANOTHER, request_ts=bench.clock.now())
    await bench.enter()
    kept = await bench.database.write(lambda tx: tx.orders.add(replace(order, leg="E2")))
    return kept, rests(bench)


async def test_one_that_was_believed_absent_is_ours_again(bench: Bench) -> None:
    order, _ = await ended(bench, OrderState.ABSENT)
    await looked(bench)
    assert await bench.states("E2") == [OrderState.ACKED]
    assert order.request.order_type is OrderType.LIMIT
    assert "order_rested" in await bench.kinds()
    assert not await troubles(bench, "order_alive")


@pytest.mark.parametrize("state", [OrderState.CANCELLED, OrderState.FILLED, OrderState.VOID])
async def test_one_that_cannot_return_is_told_and_left_alone(bench: Bench, state: OrderState) -> None:
    _, resting = await ended(bench, state)
    await looked(bench)
    await looked(bench)
    assert await bench.states("E2") == [state]
    assert len(await troubles(bench, "order_alive")) == 1
    assert resting.state is OrderState.ACKED


async def test_a_list_alone_does_not_refute_our_books(bench: Bench) -> None:
    await ended(bench, OrderState.CANCELLED)
    bench.venue.lag = timedelta(days=1).total_seconds()  # asked for by itself it is not there
    await looked(bench)
    assert not await troubles(bench, "order_alive")


def test_which_orders_may_return() -> None:
    ends = {state for state in OrderState if machine.may_return(_in(state))}
    assert ends == {OrderState.ABSENT, OrderState.REJECTED}


def _in(state: OrderState) -> Order:
    return Order(
        id=1, execution_id=1, connection_id=1, position_id=None, leg="E1", attempt=1, state=state,
        request=request(quantity=D(1)),
    )  # fmt: skip
