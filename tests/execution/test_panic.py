"""/halt and /panic over the real books: nothing enters, everything leaves, and only what is confirmed is said."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from engine.errors import Code, VenueLocked, VenueRefused
from engine.execution.reserve import kept_back
from engine.panic import Panic, is_time_to_try
from engine.types import ZERO, Execution, OrderRequest, OrderState, OrderType, TradingState
from tests.execution.bench import Bench, check
from tests.execution.fake_venue import Accepted, answer_lost, lost, refused


def panic_of(bench: Bench) -> Panic:
    return Panic(
        store=bench.books, clock=bench.clock, trader=bench.trader, wishes=bench.wishes, spawn=bench.spawn,
        on_change=lambda: None,
    )  # fmt: skip


async def wish(bench: Bench) -> None:
    """What the handler commits."""
    who, now = bench.world.ann.id, bench.clock.now()
    await bench.database.write(lambda tx: tx.people.flatten(who, now))


async def flat(bench: Bench) -> bool:
    return not await bench.database.read(lambda tx: tx.users.flattening())


async def reports(bench: Bench) -> list[tuple[bool, list[tuple[str, str]]]]:
    told = [payload for kind, payload in await bench.told() if kind == "flattened"]
    return [(p["done"], [(trade["state"], trade["reason"]) for trade in p["trades"]]) for p in told]


async def test_a_panic_closes_confirms_and_ends(bench: Bench) -> None:
    await bench.enter()
    await wish(bench)
    panic_of(bench).start(bench.world.ann.id)
    await bench.quiet()
    assert not (await bench.position()).is_open and not bench.venue.net("BTC/USDT")
    assert await reports(bench) == [(True, [("closed", "")])]
    assert await flat(bench)
    state = await bench.database.read(lambda tx: tx.users.trading_state(bench.world.ann.id))
    assert state is TradingState.HALTED
    await check(bench)


async def test_nothing_to_close_is_said_once(bench: Bench) -> None:
    await wish(bench)
    panic = panic_of(bench)
    for _ in range(3):
        await panic.round()
        await bench.quiet()
    assert await reports(bench) == [(True, [])]


async def test_a_refused_close_is_told_and_tried_again_until_it_is_done(bench: Bench) -> None:
    await bench.enter()
    await wish(bench)
    bench.venue.script("place", refused(), refused())
    panic = panic_of(bench)
    bench.spawn("panic", panic.run())
    await bench.quiet()
    [(done, [(state, reason)])] = await reports(bench)
    assert (done, state) == (False, "refused") and reason
    assert (await bench.position()).is_open and not await flat(bench)
    await bench.run(60)
    assert not (await bench.position()).is_open and await flat(bench)
    assert (await reports(bench))[-1] == (True, [("closed", "")])
    assert len(await reports(bench)) == 2  # the same standing is told once, however often it was tried
    await check(bench)


async def test_between_two_tries_the_stop_stays(bench: Bench) -> None:
    """A spot account lets go of the stop before it can sell: that must not happen while no order may leave."""
    bench.venue.stops_lock = True
    await bench.enter()
    await wish(bench)
    bench.venue.script("place", refused(), None, refused())
    panic = panic_of(bench)
    await panic.round()
    await bench.quiet()
    cancels = bench.venue.count("cancel")
    for _ in range(3):
        await panic.round()
        await bench.quiet()
    assert bench.venue.count("cancel") == cancels and len(await bench.orders("C")) == 1
    await check(bench)


async def test_one_close_at_a_time_and_longer_pauses_after_each_refusal(bench: Bench) -> None:
    await bench.enter()
    [stop] = await bench.orders("S")
    now = bench.clock.now()
    close = replace(stop, leg="C", state=OrderState.UNKNOWN, request=replace(stop.request, order_type=OrderType.MARKET))
    no = replace(close, state=OrderState.REJECTED, request_ts=now)
    assert is_time_to_try((stop,), now)
    assert not is_time_to_try((stop, close), now + timedelta(hours=1)), "one is on its way"
    for refusals, pause in ((1, 5), (2, 10), (3, 15), (9, 15)):
        orders = (stop, *([no] * refusals))
        assert not is_time_to_try(orders, now + timedelta(seconds=pause - 1))
        assert is_time_to_try(orders, now + timedelta(seconds=pause))


async def test_refusals_before_the_panic_hold_it_up_no_longer_than_any_close(bench: Bench) -> None:
    """The stop was refused again and again; its owner wants out, and by now the venue would take it."""
    bench.venue.stops_rest_here = False
    await bench.enter()
    bench.venue.script("place", *[refused()] * 8)
    for _ in range(8):
        await bench.tick("80")
        await bench.run(16)
    assert len(await bench.orders("C")) == 8
    bench.venue.script("place", refused())
    await bench.tick("80")
    await wish(bench)
    bench.spawn("panic", panic_of(bench).run())
    await bench.run(20)
    assert not (await bench.position()).is_open and await flat(bench)


async def test_a_silent_venue_is_not_called_closed(bench: Bench) -> None:
    await bench.enter()
    await wish(bench)
    bench.venue.script("place", lost())
    bench.venue.script("find", *[lost()] * 4)
    panic = panic_of(bench)
    await panic.round()
    await bench.quiet()
    assert await reports(bench) == [(False, [("sent", "")])]
    for _ in range(3):  # one close is on its way: no second one goes out
        await panic.round()
        await bench.quiet()
    assert len(await bench.orders("C")) == 1 and len(await reports(bench)) == 1
    bench.spawn("panic", panic.run())
    await bench.run(120)
    assert not (await bench.position()).is_open
    assert (await reports(bench))[-1] == (True, [("closed", "")])
    await check(bench)


async def test_a_locked_key_is_told_in_the_words_of_the_venue(bench: Bench) -> None:
    await bench.enter()
    await wish(bench)
    bench.venues.fault = VenueLocked("key expired")
    await panic_of(bench).round()
    await bench.quiet()
    assert await reports(bench) == [(False, [("refused", "key expired")])]
    assert not await flat(bench)


async def test_a_panic_goes_on_after_a_crash(bench: Bench) -> None:
    """The process dies after each commit in turn: the restart closes what is left, and says so once."""
    await bench.enter()
    await wish(bench)
    bench.books.dies_after = 1  # the close is committed, and never sent by this process
    await panic_of(bench).round()
    await bench.quiet()
    again = await bench.reborn()
    panic = panic_of(again)
    again.spawn("panic", panic.run())
    await again.run(60)
    assert not (await again.position()).is_open and await flat(again)
    assert sum(done for done, _ in await reports(again)) == 1
    assert sum(bool(order.fills) for order in again.venue.book if order.request.reduce_only) == 1
    await check(again)
    await again.close()


async def second_account(bench: Bench) -> Execution:
    """The same signal on another account of the same person, to be started."""

    def follow(tx: Any) -> Execution:
        account = tx.accounts.add_paper(bench.world.ann, "Another", bench.clock.now())
        return tx.executions.open(bench.world.signal, account, bench.clock.now())

    return await bench.change(follow)


def silence(bench: Bench, call: str, order: Accepted, monkeypatch: pytest.MonkeyPatch) -> None:
    """The venue lets whoever calls about this order wait for a minute."""
    usual = getattr(bench.venue, call)

    async def slow(subject: Any, *rest: Any) -> Any:
        if order.request.client_order_id in (subject, getattr(subject, "client_order_id", "")):
            await bench.clock.sleep(60)
        return await usual(subject, *rest)

    monkeypatch.setattr(bench.venue, call, slow)


async def test_X14_a_venue_that_keeps_silent_about_one_entry_holds_up_no_other(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.venue.slices.extend([ZERO, ZERO])
    for execution in (bench.execution, await second_account(bench)):
        bench.trader.start((execution,))
        await bench.quiet()
    silent, other = bench.venue.resting()
    silence(bench, "cancel", silent, monkeypatch)
    await halt(bench)
    panic_of(bench).start(bench.world.ann.id)
    await bench.run(1)
    assert [order.state for order in (silent, other)] == [OrderState.ACKED, OrderState.CANCELLED]


async def test_a_panic_closes_at_once_what_another_silent_venue_does_not_concern(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A halt is still at work on an entry elsewhere when its owner asks for more."""
    await bench.enter()
    bench.venue.slices.append(ZERO)
    bench.trader.start((await second_account(bench),))
    await bench.quiet()
    entry = bench.venue.book[-1]
    silence(bench, "cancel", entry, monkeypatch)
    panic = panic_of(bench)
    await halt(bench)
    panic.start(bench.world.ann.id)
    await bench.run(0.5)
    await wish(bench)
    panic.start(bench.world.ann.id)
    await bench.run(0.5)
    assert not (await bench.position()).is_open
    assert await reports(bench) == [(False, [("closed", "")])]
    bench.spawn("panic", panic.run())
    await bench.run(120)
    assert await flat(bench) and entry.state is OrderState.CANCELLED


async def test_what_is_closed_is_told_although_another_venue_is_silent(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.enter()
    await wish(bench)
    [stop] = bench.venue.resting()
    silence(bench, "cancel", stop, monkeypatch)  # its trade is closed by then, and what is left over is taken back
    panic = panic_of(bench)
    bench.spawn("panic", panic.run())
    await bench.run(6)
    assert await reports(bench) == [(True, [("closed", "")])]


async def test_trading_again_ends_a_panic_that_is_not_done(bench: Bench) -> None:
    await bench.enter()
    await wish(bench)
    bench.venue.script("place", refused())
    panic = panic_of(bench)
    await panic.round()
    await bench.quiet()
    await bench.database.write(lambda tx: tx.people.set_trading_state(bench.world.ann.id, TradingState.ACTIVE))
    bench.spawn("panic", panic.run())
    await bench.run(60)
    assert (await bench.position()).is_open
    await check(bench)


# --- a halt ------------------------------------------------------------------------------------------


async def halt(bench: Bench, *, house: bool = False) -> None:
    now = bench.clock.now()

    def work(tx: Any) -> None:
        if house:
            tx.people.set_house_state(TradingState.HALTED, bench.world.admin.id, now)
        else:
            tx.people.set_trading_state(bench.world.ann.id, TradingState.HALTED)

    await bench.database.write(work)


@pytest.mark.parametrize("house", [False, True], ids=["own", "everybody's"])
async def test_X14_after_the_commit_no_entry_leaves(bench: Bench, house: bool) -> None:
    await halt(bench, house=house)
    bench.trader.start((bench.execution,))
    await bench.quiet()
    assert not bench.venue.book and await bench.maybe() is None
    [(kind, payload)] = await bench.told()
    assert (kind, payload["code"]) == ("signal_refused", Code.HALTED)


@pytest.mark.parametrize("why", [Code.HALTED, Code.TOO_OLD])
async def test_X14_K06_an_entry_that_waits_at_the_door_of_its_venue_stays(
    bench: Bench, why: Code, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was committed, and then had to wait for its turn: its venue asks about it before it lets it out."""

    async def crowded(request: OrderRequest) -> None:
        await bench.clock.sleep(5 if why is Code.HALTED else 180)
        said = await bench.books.read(
            lambda tx: kept_back(tx, bench.execution.connection.id, request.client_order_id, bench.clock.now())
        )
        raise VenueRefused("not wanted any more", code=said)

    monkeypatch.setattr(bench.venue, "place", crowded)
    bench.trader.start((bench.execution,))
    await bench.quiet()
    if why is Code.HALTED:
        await halt(bench)
    await bench.run(200)
    assert [(kind, words["code"]) for kind, words in await bench.told()] == [("signal_refused", why)]
    assert await bench.states("E") == [OrderState.REJECTED]


@pytest.mark.parametrize("house", [False, True], ids=["own", "everybody's"])
async def test_X14_what_is_open_can_still_be_closed(bench: Bench, house: bool) -> None:
    position = await bench.enter()
    await halt(bench, house=house)
    panic = panic_of(bench)
    await panic.round()
    await bench.quiet()
    assert (await bench.position()).is_open and bench.venue.resting(), "a halt closes nothing and keeps the stop"
    await bench.wishes.close(bench.world.ann.id, position.id)
    assert not (await bench.position()).is_open
    await check(bench)


@pytest.mark.parametrize("house", [False, True], ids=["own", "everybody's"])
async def test_X14_a_waiting_entry_is_taken_back(bench: Bench, house: bool) -> None:
    bench.venue.slices.append(ZERO)
    bench.trader.start((bench.execution,))
    await bench.quiet()
    assert len(bench.venue.resting()) == 1
    panic = panic_of(bench)
    await panic.round()
    await bench.quiet()
    assert len(bench.venue.resting()) == 1, "nobody asked for a halt"
    await halt(bench, house=house)
    await panic.round()
    await bench.quiet()
    assert not bench.venue.resting() and await bench.maybe() is None
    assert ("entry_cancelled", Code.HALTED) in [(kind, words.get("code")) for kind, words in await bench.told()]
    await check(bench)


async def test_an_entry_in_doubt_goes_when_it_is_found_and_is_marked_once(bench: Bench) -> None:
    bench.venue.slices.append(ZERO)
    bench.venue.script("place", answer_lost())
    bench.venue.script("find", lost(), lost())
    bench.trader.start((bench.execution,))
    await bench.quiet()
    await halt(bench)
    panic = panic_of(bench)
    await panic.round()
    await bench.quiet()
    [marked] = await bench.orders("E")
    for _ in range(3):
        await panic.round()
        await bench.quiet()
    assert [marked] == list(await bench.orders("E"))
    await bench.run(30)
    assert not bench.venue.resting() and await bench.states("E") == [OrderState.CANCELLED]
    await check(bench)


async def test_S34_a_halt_between_the_look_and_the_commit_is_seen(bench: Bench) -> None:
    """The gate is read in the transaction that writes the order, not when the signal came."""
    account = bench.venue.account

    async def halted_meanwhile() -> Any:
        await halt(bench)
        return await account()

    bench.venue.account = halted_meanwhile  # type: ignore[method-assign]
    bench.trader.start((bench.execution,))
    await bench.quiet()
    assert not bench.venue.book


async def test_an_entry_that_fills_after_the_panic_is_closed_too(bench: Bench) -> None:
    bench.venue.slices.append(ZERO)
    bench.trader.start((bench.execution,))
    await bench.quiet()
    [entry] = bench.venue.resting()
    bench.venue.script("cancel", lost(), lost(), lost())
    await wish(bench)
    panic = panic_of(bench)
    await panic.round()
    await bench.quiet()
    assert await reports(bench) == [(False, [])] and not await flat(bench)
    bench.venue.say(bench.venue.fill(entry))
    await bench.quiet()
    bench.spawn("panic", panic.run())
    await bench.run(90)
    assert not bench.venue.net("BTC/USDT") and await flat(bench)
    assert (await reports(bench))[-1][0]
    await check(bench)
