"""Faults of the catalogue as the ccxt venue meets them: what it says of a write, and what the exchange did."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import AsyncMock

import ccxt
import pytest

from engine.adapters import ccxt_placing, ccxt_venue
from engine.adapters.ccxt_budget import Urgency
from engine.errors import Code, VenueBusy, VenueLocked, VenueRefused, VenueSilent
from engine.types import ExecutionReport, MarginMode, OrderRequest, OrderState
from tests.adapters.contract import BUY, SELL, limit, mine, oid, order, stop
from tests.adapters.exchange_bench import SYMBOL, ExchangeBench, desk
from tests.clocks import ManualClock
from tests.exchange.catalog import ALICE
from tests.exchange.faults import Fault, FaultKind
from tests.exchange.model import DuplicatePolicy, FeeMode, Kind, Market, PositionSide, Request, Side

D = Decimal
VENUES = {
    "bybit-spot": ("bybit", "spot"),
    "binance-spot": ("binance", "spot"),
    "binance-usdm": ("binance", "swap"),
    "bybit-linear": ("bybit", "swap"),
}
CREATE = {
    "bybit-spot": "POST /v5/order/create",
    "binance-spot": "POST /api/v3/order",
    "binance-usdm": "POST /fapi/v1/order",
    "bybit-linear": "POST /v5/order/create",
}


NO = {"binance-usdm": -4141, "bybit-linear": 110013}
SETTINGS = {"binance-usdm": "POST /fapi/v1/marginType", "bybit-linear": "POST /v5/account/set-margin-mode"}


class Trial:
    """A bench, the endpoint that takes orders there, and short words for what happened."""

    def __init__(self, bench: ExchangeBench, create: str) -> None:
        self.bench, self.create = bench, create

    @property
    def venue(self) -> ccxt_venue.CcxtVenue:
        return self.bench.venue

    @property
    def venue_name(self) -> str:
        return next(name for name, place in VENUES.items() if place == (self.bench.exchange, self.bench.market))

    def spoil(self, fault: Fault | FaultKind, endpoint: str = "", **rule: Any) -> None:
        self.bench.server.faults.add(endpoint or self.create, fault, **rule)

    async def put(self, request: OrderRequest) -> ExecutionReport:
        return await self.venue.place(mine(self.bench, request))

    async def find(self, number: object = 1) -> ExecutionReport | None:
        return await self.venue.find(oid(number), self.bench.symbol)

    @property
    def orders(self) -> int:
        return len(self.bench.core.store.orders.all())

    @property
    def sent(self) -> int:
        """How many orders left for the exchange."""
        return len(self.bench.server.calls(self.create))


@pytest.fixture(params=VENUES, ids=VENUES)
async def trial(request: pytest.FixtureRequest) -> AsyncIterator[Trial]:
    async with desk(*VENUES[request.param], stream=False) as bench:
        yield Trial(bench, CREATE[request.param])


@pytest.fixture(params=VENUES, ids=VENUES)
async def timed(request: pytest.FixtureRequest) -> AsyncIterator[Trial]:
    """On a clock that the test moves, the exchange's own included."""
    async with desk(*VENUES[request.param], clock=ManualClock(), stream=False) as bench:
        yield Trial(bench, CREATE[request.param])


async def passes(trial: Trial, seconds: float) -> None:
    clock = trial.bench.clock
    assert isinstance(clock, ManualClock)
    await clock.advance(seconds)


async def finished(work: Any, clock: Any) -> Any:
    """Let it sleep as it likes."""
    task = asyncio.ensure_future(work)
    while not task.done():
        await asyncio.sleep(0.002)
        if clock.sleepers:
            await clock.advance(0.2)
    return await task


# --- an entry that waits at the door ---------------------------------------------------------------


def crowded(trial: Trial, said: Code | None) -> list[str]:
    """Many are before us, and this is said of an entry whose turn has come; who was asked about."""
    asked: list[str] = []

    async def unwanted(client_order_id: str) -> Code | None:
        asked.append(client_order_id)
        return said

    budget = trial.venue._wire._key
    budget._rate, budget._level, budget._most = 0.5, 0.0, 4.0
    trial.venue._placing._unwanted = unwanted
    return asked


@pytest.mark.parametrize("code", [Code.HALTED, Code.TOO_OLD])
async def test_X14_K06_an_entry_that_had_to_wait_for_its_turn_stays_when_it_is_not_wanted_any_more(
    timed: Trial, code: Code
) -> None:
    asked = crowded(timed, code)
    with pytest.raises(VenueRefused) as no:
        await finished(timed.put(order(1, BUY, "0.01")), timed.bench.clock)
    assert (no.value.code, asked, timed.orders, timed.sent) == (code, [oid(1)], 0, 0)


async def test_an_entry_that_is_wanted_still_leaves_and_one_that_leaves_at_once_is_not_asked_about(
    timed: Trial,
) -> None:
    assert (await finished(timed.put(order(1, BUY, "0.02")), timed.bench.clock)).state is OrderState.FILLED
    asked = crowded(timed, None)
    done = await finished(timed.put(order(2, BUY, "0.01")), timed.bench.clock)
    assert (done.state, asked) == (OrderState.FILLED, [oid(2)])


async def test_X14_what_reduces_leaves_whatever_its_owner_halted(timed: Trial) -> None:
    await finished(timed.put(order(1, BUY, "0.02")), timed.bench.clock)
    asked = crowded(timed, Code.HALTED)
    done = await finished(timed.put(order(2, SELL, "0.01", reduce_only=True)), timed.bench.clock)
    assert (done.state, asked) == (OrderState.FILLED, [])


async def test_what_a_stop_is_decided_by_waits_for_no_crowd_of_new_trades(timed: Trial) -> None:
    """Two hundred accounts read their balances before they enter; one looks for its stop, one for a price."""
    sell = stop(2, SELL, "0.01", "60000", reduce_only=True)
    await timed.put(order(1, BUY, "0.02"))
    await timed.put(sell)
    address = timed.venue._wire._address
    address._rate, address._level, address._most = 20.0, 0.0, 20.0
    instrument = timed.venue._shared.instruments[timed.bench.symbol]
    async with asyncio.TaskGroup() as crowd:
        reading = [crowd.create_task(address.take(20, Urgency.READ)) for _ in range(200)]
        await asyncio.sleep(0)
        begun = timed.bench.clock.monotonic()
        assert await finished(timed.find(2), timed.bench.clock) is not None
        assert await finished(timed.venue.quote(instrument), timed.bench.clock)
        assert timed.bench.clock.monotonic() - begun < 20
        for one in reading:
            one.cancel()


# --- what became of an order -----------------------------------------------------------------------


async def test_F02_an_order_that_was_lost_is_in_doubt_and_then_provably_absent(trial: Trial) -> None:
    trial.spoil(FaultKind.LOST)
    with pytest.raises(VenueSilent):
        await trial.put(order(1, BUY, "0.01"))
    assert await trial.find() is None
    assert (trial.orders, trial.sent) == (0, 1)
    done = await trial.put(order(1, BUY, "0.01"))
    assert (done.state, trial.orders) == (OrderState.FILLED, 1)


async def test_F02_a_request_that_hangs_ends_in_doubt(trial: Trial) -> None:
    trial.venue._wire.client.timeout = 150
    trial.spoil(Fault(kind=FaultKind.LOST, hang=True))
    with pytest.raises(VenueSilent):
        await trial.put(order(1, BUY, "0.01"))
    assert trial.sent == 1


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind=FaultKind.ANSWER_LOST),
        Fault(kind=FaultKind.TRUNCATED),
        Fault(kind=FaultKind.ERROR_AFTER, status=503),
        Fault(kind=FaultKind.HTML, status=502, after=True),
        Fault(kind=FaultKind.HTML, status=504, after=True),
        Fault(kind=FaultKind.WRONG_JSON),
        Fault(kind=FaultKind.WRONG_JSON, body=""),
        Fault(kind=FaultKind.WRONG_JSON, body="[1, 2]"),
        Fault(kind=FaultKind.WRONG_JSON, body="null"),
    ],
    ids=["F03-answer-lost", "F06-truncated", "F07-503", "F07-502-page", "F07-504-page", "F51-wrong", "F51-empty",
         "F51-list", "F51-null"],
)  # fmt: skip
async def test_F03_F06_F07_F51_an_order_that_was_taken_without_an_answer_is_found(trial: Trial, fault: Fault) -> None:
    trial.spoil(fault)
    with pytest.raises(VenueSilent):
        await trial.put(order(1, BUY, "0.01"))
    found = await trial.find()
    assert found is not None
    assert (found.state, found.filled) == (OrderState.FILLED, D("0.01"))
    assert (trial.orders, trial.sent) == (1, 1)


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_F07_a_page_before_the_exchange_is_in_doubt_all_the_same(trial: Trial, status: int) -> None:
    trial.spoil(Fault(kind=FaultKind.HTML, status=status))
    with pytest.raises(VenueSilent):
        await trial.put(order(1, BUY, "0.01"))
    assert await trial.find() is None


async def test_F04_a_late_order_is_absent_first_and_there_before_it_counts_as_dead(timed: Trial) -> None:
    window = timed.venue.expires_after()
    assert window is not None
    timed.spoil(Fault(kind=FaultKind.LATE, seconds=4))
    with pytest.raises(VenueSilent):
        await timed.put(order(1, BUY, "0.01"))
    assert await timed.find() is None
    await passes(timed, 4)
    found = await timed.find()
    assert found is not None
    assert (timed.orders, timed.sent) == (1, 1)


async def test_F04_after_the_window_the_request_is_dead(timed: Trial) -> None:
    window = timed.venue.expires_after()
    assert window is not None
    timed.spoil(Fault(kind=FaultKind.LATE, seconds=window))
    with pytest.raises(VenueSilent):
        await timed.put(order(1, BUY, "0.01"))
    await passes(timed, window)
    await asyncio.sleep(0.05)
    assert timed.orders == 0


async def test_F05_a_venue_without_a_window_says_so(trial: Trial) -> None:
    trial.venue._able = replace(trial.venue._able, request_window=None)
    assert trial.venue.expires_after() is None


@pytest.mark.parametrize(("code", "status"), [(-1006, 500), (-1007, 408)])
@pytest.mark.parametrize("venue", ["binance-spot", "binance-usdm"])
async def test_F08_execution_status_unknown_is_in_doubt(venue: str, code: int, status: int) -> None:
    async with desk(*VENUES[venue], stream=False) as bench:
        trial = Trial(bench, CREATE[venue])
        trial.spoil(Fault(kind=FaultKind.REJECT, code=code, status=status, after=True))
        with pytest.raises(VenueSilent):
            await trial.put(order(1, BUY, "0.01"))
        assert await trial.find() is not None


async def test_F09_an_id_that_is_taken_answers_with_the_order_that_is_there(trial: Trial) -> None:
    for market in Market:
        trial.bench.core.set_duplicates(market, DuplicatePolicy.ALWAYS)
    first = await trial.put(order(1, BUY, "0.01"))
    await trial.venue.close()
    await trial.bench.open(stream=False)
    assert await trial.put(order(1, BUY, "0.01")) == first
    assert (trial.orders, trial.sent) == (1, 2)


async def test_F10_a_refused_resend_hides_nothing(trial: Trial) -> None:
    trial.spoil(FaultKind.ANSWER_LOST)
    quantity = "0.15" if trial.bench.coins else "2.9"
    with pytest.raises(VenueSilent):
        await trial.put(order(1, BUY, quantity))
    with pytest.raises(VenueRefused) as refused:
        await trial.put(order(2, BUY, quantity))
    assert refused.value.code is Code.INSUFFICIENT_FUNDS
    found = await trial.find(1)
    assert found is not None
    assert found.filled == D(quantity)


async def test_F11_an_order_that_is_not_shown_yet_rests_as_far_as_we_know(timed: Trial) -> None:
    timed.spoil(Fault(kind=FaultKind.LAG, seconds=3))
    taken = await finished(timed.put(limit(1, BUY, "0.01", "60000")), timed.bench.clock)
    assert (taken.state, taken.filled) == (OrderState.ACKED, 0)
    assert taken.venue_order_id
    await passes(timed, 3)
    found = await timed.find()
    assert found is not None
    assert found.state is OrderState.ACKED


PLACES = [("order",), ("open", "closed"), ("order", "open", "closed", "trigger_open", "trigger_closed"),
          ("open", "closed", "trigger_open", "trigger_closed", "trades")]  # fmt: skip


@pytest.mark.parametrize("places", PLACES, ids="+".join)
async def test_F12_every_place_finds_what_rests_and_what_is_done(trial: Trial, places: tuple[str, ...]) -> None:
    known = trial.venue._able.find_by_id
    if not set(places) <= set(known):
        pytest.skip("this exchange has no such place")
    await trial.put(order(1, BUY, "0.01"))
    await trial.put(limit(2, BUY, "0.01", "60000"))
    await trial.venue.close()
    await trial.bench.open(stream=False)
    lookup = trial.venue._lookup
    lookup._able = replace(lookup._able, find_by_id=places)
    done, resting = await trial.find(1), await trial.find(2)
    assert done is not None
    assert resting is not None
    assert (done.state, resting.state) == (OrderState.FILLED, OrderState.ACKED)
    assert await trial.find(3) is None


async def test_F12_a_short_history_proves_nothing() -> None:
    async with desk("binance", "spot", stream=False) as bench:
        lookup = bench.venue._lookup
        lookup._able = replace(lookup._able, find_by_id=("open", "closed"))
        for number in range(19):
            await bench.venue.place(mine(bench, order(number, BUY, "0.001")))
        assert await bench.venue.find(oid("never"), bench.symbol) is None
        await bench.venue.place(mine(bench, order(19, BUY, "0.001")))
        with pytest.raises(VenueSilent):
            await bench.venue.find(oid("never"), bench.symbol)


async def test_no_answer_from_one_place_is_no_absence(trial: Trial) -> None:
    trial.venue._wire._clock = clock = ManualClock(trial.bench.clock.now())
    trial.spoil(FaultKind.LOST, "GET *", times=-1)
    with pytest.raises(VenueSilent):
        await finished(trial.find(), clock)


async def test_F13_a_cancel_without_an_answer_is_in_doubt_and_the_order_is_asked_for(trial: Trial) -> None:
    await trial.put(limit(1, BUY, "0.01", "60000"))
    trial.venue._wire.client.timeout = 150
    for endpoint in ("DELETE *", "POST /v5/order/cancel"):
        trial.spoil(Fault(kind=FaultKind.ANSWER_LOST, hang=True), endpoint)
    with pytest.raises(VenueSilent):
        await trial.venue.cancel(oid(1), trial.bench.symbol)
    found = await trial.find()
    assert found is not None
    assert found.state is OrderState.CANCELLED


async def test_F38_orders_of_somebody_else_are_not_ours(trial: Trial) -> None:
    trial.bench.core.place(ALICE.name, Request(
        market=trial.bench.side, symbol=SYMBOL, side=Side.BUY, kind=Kind.LIMIT, quantity=D("0.01"), price=D(50_000),
        client_id="by-hand",
    ))  # fmt: skip
    resting = await trial.put(limit(1, BUY, "0.01", "60000"))
    assert await trial.venue.open_orders() == (resting,)


async def test_D06_what_is_listed_is_told_as_it_is_listed_and_nothing_is_noted(trial: Trial) -> None:
    trial.bench.core.place(ALICE.name, Request(
        market=trial.bench.side, symbol=SYMBOL, side=Side.BUY, kind=Kind.LIMIT, quantity=D("0.01"), price=D(50_000),
        client_id="by-hand",
    ))  # fmt: skip
    resting = await trial.put(limit(1, BUY, "0.01", "60000"))
    await trial.bench.reopen()
    before = len(trial.bench.server.calls())
    (listed,) = await trial.venue.listed()
    assert len(trial.bench.server.calls()) - before == len(trial.venue._lookup._lists())
    assert (listed.client_order_id, listed.venue_order_id) == (resting.client_order_id, resting.venue_order_id)
    assert (listed.symbol, listed.direction, listed.quantity) == (trial.bench.symbol, BUY, D("0.01"))
    assert listed.surely_ours
    assert not trial.venue._lookup.seen
    await trial.venue.cancel(resting.client_order_id, trial.bench.symbol)
    assert await trial.venue.listed() == ()


# --- fees, steps, sizes ----------------------------------------------------------------------------


async def test_F19_what_a_fee_took_is_not_held_and_what_is_left_can_be_sold() -> None:
    async with desk("binance", "spot", account=replace(ALICE, fee_mode=FeeMode.RECEIVED), stream=False) as bench:
        done = await bench.venue.place(mine(bench, order(1, BUY, "0.1")))
        assert [(fill.fee, fill.fee_currency) for fill in done.fills] == [(D("0.0001"), "BTC")]
        (held,) = await bench.venue.holdings()
        assert held.quantity == D("0.0999")
        sold = await bench.venue.place(mine(bench, order(2, SELL, "0.1", reduce_only=True)))
        assert (sold.state, sold.filled) == (OrderState.FILLED, D("0.099"))  # the step is 0.001


async def test_F19_a_stop_over_what_a_fee_took_covers_what_is_left() -> None:
    async with desk("binance", "spot", account=replace(ALICE, fee_mode=FeeMode.RECEIVED), stream=False) as bench:
        await bench.venue.place(mine(bench, order(1, BUY, "0.1")))
        resting = await bench.venue.place(mine(bench, stop(2, SELL, "0.1", "63000", reduce_only=True)))
        assert (resting.state, resting.quantity) == (OrderState.ACKED, D("0.099"))


async def test_F20_a_fee_in_a_third_currency_takes_nothing_from_the_holding() -> None:
    third = replace(ALICE, fee_mode=FeeMode.THIRD)
    async with desk("binance", "spot", account=third, stream=False) as bench:
        bench.core.deposit(ALICE.name, Market.SPOT, "BNB", D(10))
        (fill,) = (await bench.venue.place(mine(bench, order(1, BUY, "0.1")))).fills
        assert (fill.fee_currency, fill.quantity) == ("BNB", D("0.1"))
        assert fill.fee > 0
        held = {holding.symbol: holding.quantity for holding in await bench.venue.holdings()}
        assert held["BTC"] == D("0.1")


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (order(1, BUY, "0.0015"), Code.VENUE_REFUSED),
        (limit(1, BUY, "0.001", "60000.05"), Code.VENUE_REFUSED),
        (limit(1, BUY, "0.001", "4000"), Code.MIN_NOTIONAL),
        (order(1, SELL, "0.0004", reduce_only=True), Code.MIN_QTY),
        (order(1, BUY, "1001"), Code.MAX_QTY),
    ],
    ids=["F21-step", "F21-tick", "F22-notional", "F24-dust", "most"],
)
async def test_F21_F22_F24_what_cannot_be_is_refused_before_any_call(
    trial: Trial, request_: OrderRequest, code: Code
) -> None:
    before = len(trial.bench.server.calls())
    with pytest.raises(VenueRefused) as refused:
        await trial.put(request_)
    assert refused.value.code is code
    assert len(trial.bench.server.calls()) == before


async def test_F52_new_rules_hold_for_what_is_sent_after_them(trial: Trial) -> None:
    """Steps of 0.01 instead of 0.001 and ticks of 1 instead of 0.1, with a position of before."""
    await trial.put(order(1, BUY, "0.015"))
    core = trial.bench.core
    core.list_instrument(replace(core.instrument(trial.bench.side, SYMBOL), step=D("0.01"), tick=D(1)))
    await trial.venue._shared.refresh(0)
    fresh = await trial.venue.instrument("BTC", "USDT")
    assert (fresh.lot_step, fresh.tick_size) == (D("0.01"), D(1))
    resting = await trial.put(stop(2, SELL, "0.015", "63000.4", reduce_only=True))
    assert (resting.state, resting.quantity) == (OrderState.ACKED, D("0.01"))
    (waiting,) = [one for one in core.store.orders.all() if one.status.live]
    assert waiting.trigger_price == D(63_000)
    with pytest.raises(VenueRefused):
        await trial.put(order(3, BUY, "0.015"))


# --- what is held of a symbol that is not traded now -----------------------------------------------


async def halt(trial: Trial) -> None:
    core = trial.bench.core
    core.list_instrument(replace(core.instrument(trial.bench.side, SYMBOL), trading=False))
    await trial.venue._shared.refresh(0)


async def test_F28_what_is_held_of_a_halted_symbol_is_still_held_and_nothing_new_begins(trial: Trial) -> None:
    await trial.put(order(1, BUY, "0.1"))
    await trial.put(stop(2, SELL, "0.1", "63000", reduce_only=True))
    resting, held = await trial.venue.open_orders(), await trial.venue.holdings()
    await halt(trial)
    assert await trial.venue.holdings() == held != ()
    assert await trial.venue.open_orders() == resting
    found = await trial.find(2)
    assert found is not None and found.state is OrderState.ACKED
    before = trial.sent
    for attempt in (trial.venue.instrument("BTC", "USDT"), trial.put(order(3, BUY, "0.1"))):
        with pytest.raises(VenueRefused) as refused:
            await attempt
        assert refused.value.code is Code.SYMBOL_UNKNOWN
    assert trial.sent == before
    assert (await trial.venue.cancel(oid(2), trial.bench.symbol)).state is OrderState.CANCELLED


@pytest.mark.parametrize("answer", ["all halted", "most are missing", "empty"])
async def test_F28_a_list_of_markets_that_leaves_most_of_them_out_is_not_believed(trial: Trial, answer: str) -> None:
    await trial.put(order(1, BUY, "0.1"))
    held, instrument = await trial.venue.holdings(), await trial.venue.instrument("BTC", "USDT")
    store, shared = trial.bench.core.store, trial.venue._shared
    if answer == "all halted":
        for one in store.instruments.all():
            trial.bench.core.list_instrument(replace(one, trading=False))
    else:
        kept = "" if answer == "empty" else "ETHUSDT"
        store.execute(f'DELETE FROM "{store.instruments.name}" WHERE symbol != ?', (kept,))
        store.instruments.forget()
    markets = shared.wire.client.markets
    await shared.refresh(0)
    assert shared.wire.client.markets is markets
    assert await trial.venue.instrument("BTC", "USDT") == instrument
    if answer == "all halted":
        assert await trial.venue.holdings([trial.bench.symbol]) == held
        for one in store.instruments.all():
            trial.bench.core.list_instrument(replace(one, trading=True))
        closed = await trial.put(order(2, SELL, "0.1", reduce_only=True))
        assert closed.filled == D("0.1")


async def test_F28_markets_that_could_not_be_read_are_asked_for_again_in_a_minute(
    timed: Trial, monkeypatch: pytest.MonkeyPatch
) -> None:
    shared, asked = timed.venue._shared, []

    async def silent(*args: Any) -> Any:
        asked.append(args)
        raise VenueSilent("no answer")

    monkeypatch.setattr(shared.wire, "read", silent)
    await passes(timed, 901)
    for expected in (1, 1, 2):
        await shared.refresh()
        assert len(asked) == expected
        await passes(timed, 31)


async def test_F28_a_position_in_a_market_that_nobody_knows_is_no_evidence_of_a_close(swap: Trial) -> None:
    await swap.put(order(1, BUY, "0.1"))
    client = swap.venue._wire.client
    answered = client.fetch_positions

    async def renamed(symbols: list[str] | None = None) -> list[dict[str, Any]]:
        return [{**row, "symbol": "GONEUSDT"} for row in await answered(symbols)]

    client.fetch_positions = renamed
    with pytest.raises(VenueSilent):
        await swap.venue.holdings()
    assert (await swap.venue.account()).equity > 0


async def test_holdings_name_what_was_read_to_be_nothing(trial: Trial) -> None:
    """A symbol that is asked for and not listed in the answer was not read, which is no evidence."""
    ours, name = trial.bench.symbol, "BTC" if trial.bench.coins else trial.bench.symbol
    assert await trial.venue.holdings() == ()
    assert [(h.symbol, h.quantity) for h in await trial.venue.holdings([ours, "NOSUCH/USDT"])] == [(name, D(0))]
    await trial.put(order(1, BUY, "0.01"))
    assert [(h.symbol, h.quantity) for h in await trial.venue.holdings([ours])] == [(name, D("0.01"))]


async def test_a_position_that_the_list_of_all_leaves_out_is_found_by_its_name(swap: Trial) -> None:
    await swap.put(order(1, BUY, "0.01"))
    client = swap.venue._wire.client
    answered = client.fetch_positions

    async def cut(symbols: list[str] | None = None) -> list[dict[str, Any]]:
        return await answered(symbols) if symbols else []

    client.fetch_positions = cut
    assert [h.quantity for h in await swap.venue.holdings([swap.bench.symbol])] == [D("0.01")]


async def test_a_position_that_cannot_be_asked_for_is_not_called_closed(swap: Trial) -> None:
    client = swap.venue._wire.client

    async def deaf(symbols: list[str] | None = None) -> list[dict[str, Any]]:
        if symbols:
            raise ccxt.ExchangeError("bybit {}")
        return []

    client.fetch_positions = deaf
    assert await swap.venue.holdings([swap.bench.symbol]) == ()


async def test_F41_a_liquidation_is_told_with_its_price(swap: Trial) -> None:
    began = swap.bench.clock.now()
    await swap.put(order(1, BUY, "1"))
    assert await swap.venue.liquidated(swap.bench.symbol, began) is None
    swap.bench.core.price(Market.LINEAR, SYMBOL, "49000", "49000.1")
    assert [h.quantity for h in await swap.venue.holdings([swap.bench.symbol])] == [0]
    last = swap.bench.core.trades(ALICE.name, Market.LINEAR, symbol=SYMBOL)[-1]
    assert await swap.venue.liquidated(swap.bench.symbol, began) == last.price
    assert await swap.venue.liquidated(swap.bench.symbol, swap.bench.clock.now() + timedelta(seconds=5)) is None


@pytest.mark.parametrize("answer", [[{}], [{"symbol": None}], None, "x"])
async def test_an_answer_about_liquidations_that_cannot_be_read_says_nothing(swap: Trial, answer: Any) -> None:
    async def odd(*args: Any) -> Any:
        return answer

    swap.venue._wire.client.fetch_my_liquidations = odd
    assert await swap.venue.liquidated(swap.bench.symbol, swap.bench.clock.now()) is None


async def test_a_spot_market_is_not_asked_for_liquidations() -> None:
    async with desk("binance", "spot", stream=False) as bench:
        before = len(bench.server.calls())
        assert await bench.venue.liquidated(bench.symbol, bench.clock.now()) is None
        assert len(bench.server.calls()) == before


@asynccontextmanager
async def dollars() -> AsyncIterator[tuple[ExchangeBench, str]]:
    """An exchange whose list of all positions leaves out a contract that settles in USDC, and its symbol."""
    async with desk("bybit", "swap", stream=False) as bench:
        usual = bench.core.instrument(Market.LINEAR, SYMBOL)
        bench.core.list_instrument(replace(usual, symbol="BTCUSDC", quote="USDC"))
        bench.core.price(Market.LINEAR, "BTCUSDC", "63999.9", "64000.1")
        bench.core.deposit(ALICE.name, Market.LINEAR, "USDC", D(10_000))
        await bench.venue._shared.refresh(0)
        yield bench, (await bench.venue.instrument("BTC", "USDC")).symbol


async def test_what_settles_in_another_currency_is_held_too() -> None:
    async with dollars() as (bench, symbol):
        await bench.venue.place(replace(mine(bench, order(1, BUY, "0.01")), symbol=symbol))
        assert await bench.venue.holdings() == ()
        (held,) = await bench.venue.holdings([symbol])
        assert (held.symbol, held.quantity) == ("BTC/USDC:USDC", D("0.01"))


@pytest.mark.parametrize("quote", ["FDUSD", "EUR"])
async def test_coins_bought_in_an_unusual_pair_are_held(quote: str) -> None:
    async with desk("binance", "spot", stream=False) as bench:
        usual = bench.core.instrument(Market.SPOT, SYMBOL)
        bench.core.list_instrument(replace(usual, symbol=f"BTC{quote}", quote=quote))
        bench.core.price(Market.SPOT, f"BTC{quote}", "63999.9", "64000.1")
        bench.core.deposit(ALICE.name, Market.SPOT, quote, D(10_000))
        await bench.venue._shared.refresh(0)
        instrument = await bench.venue.instrument("BTC", quote)
        await bench.venue.place(replace(mine(bench, order(1, BUY, "0.01")), symbol=instrument.symbol))
        held = {one.symbol: one.quantity for one in await bench.venue.holdings([instrument.symbol])}
        assert held["BTC"] == D("0.01")


async def test_an_account_that_shows_nothing_at_all_proves_nothing() -> None:
    async with desk("binance", "spot", stream=False) as bench:
        client = bench.venue._wire.client

        async def blank() -> dict[str, Any]:
            return {"total": {}, "free": {}}

        client.fetch_balance = blank
        assert await bench.venue.holdings([bench.symbol]) == ()


async def test_in_hedge_mode_the_owners_other_side_hides_nothing() -> None:
    hedged = replace(ALICE, hedge=True, fee_mode=FeeMode.QUOTE)
    async with desk("binance", "swap", account=hedged, stream=False) as bench:
        await bench.venue.place(mine(bench, order(1, BUY, "0.02")))
        own = Request(
            market=bench.side, symbol=SYMBOL, side=Side.SELL, kind=Kind.MARKET, quantity=D("0.02"),
            position_side=PositionSide.SHORT,
        )  # fmt: skip
        bench.core.place(ALICE.name, own)
        assert sorted(held.quantity for held in await bench.venue.holdings()) == [D("-0.02"), D("0.02")]


async def test_F12_a_long_list_of_open_orders_proves_nothing() -> None:
    async with desk("binance", "spot", stream=False) as bench:
        lookup = bench.venue._lookup
        lookup._able = replace(lookup._able, find_by_id=("open", "closed"))
        for number in range(19):
            await bench.venue.place(mine(bench, limit(number, BUY, "0.001", "60000")))
        assert await bench.venue.find(oid("never"), bench.symbol) is None
        await bench.venue.place(mine(bench, limit(19, BUY, "0.001", "60000")))
        with pytest.raises(VenueSilent):
            await bench.venue.find(oid("never"), bench.symbol)


async def fill_in_parts(trial: Trial, parts: int) -> None:
    (waiting,) = [one for one in trial.bench.core.store.orders.all() if one.status.live]
    for _ in range(parts):
        trial.bench.core.fill(waiting.id, D("0.001"), D(40_000))
        await asyncio.sleep(0.001)  # so that they have moments of their own


@pytest.mark.parametrize("parts", [50, 130])
async def test_F16_an_order_filled_in_more_parts_than_one_page_shows_is_told_whole(trial: Trial, parts: int) -> None:
    await trial.put(limit(1, BUY, f"{parts}e-3", "40000"))
    await fill_in_parts(trial, parts)
    found = await trial.find()
    assert found is not None
    assert (found.state, len(found.fills), found.filled) == (OrderState.FILLED, parts, D(parts) / 1000)


async def test_F16_where_trades_are_narrowed_by_time_only_they_are_read_page_by_page(trial: Trial) -> None:
    fills = trial.venue._lookup._fills
    fills._quirks = replace(fills._quirks, trades_param=None)
    client, asked = trial.venue._wire.client, trial.venue._wire.client.fetch_my_trades
    client.has |= {"fetchOrderTrades": False}

    async def short(symbol: str, since: int | None = None, *_: Any) -> list[dict[str, Any]]:
        return [one for one in await asked(symbol, None, 100) if since is None or one["timestamp"] >= since][:25]

    await trial.put(limit(1, BUY, "0.06", "40000"))
    client.fetch_my_trades = short
    await fill_in_parts(trial, 60)
    found = await trial.find()
    assert found is not None
    assert (len(found.fills), found.filled) == (60, D("0.06"))


# --- stops on spot ---------------------------------------------------------------------------------


async def test_a_spot_stop_at_bybit_can_be_taken_back_also_by_a_venue_that_never_saw_it() -> None:
    async with desk("bybit", "spot", stream=False) as bench:
        trial = Trial(bench, "POST /v5/order/create")
        await trial.put(order(1, BUY, "0.1"))
        for number, reopened in ((2, False), (3, True)):
            resting = await trial.put(stop(number, SELL, "0.1", "63000", reduce_only=True))
            assert resting.state is OrderState.ACKED
            if reopened:
                await bench.venue.close()
                await bench.open(stream=False)
            ended = await trial.venue.cancel(oid(number), bench.symbol)
            assert (ended.state, await trial.venue.open_orders()) == (OrderState.CANCELLED, ())
        (held,) = await trial.venue.holdings()
        sold = await trial.put(order(4, SELL, "0.1", reduce_only=True))
        assert sold.filled == held.quantity


async def test_a_spot_stop_at_bybit_whose_answer_was_lost_is_found_and_taken_back() -> None:
    async with desk("bybit", "spot", stream=False) as bench:
        trial = Trial(bench, "POST /v5/order/create")
        await trial.put(order(1, BUY, "0.1"))
        trial.spoil(FaultKind.ANSWER_LOST)
        with pytest.raises(VenueSilent):
            await trial.put(stop(2, SELL, "0.1", "63000", reduce_only=True))
        assert (await trial.venue.cancel(oid(2), bench.symbol)).state is OrderState.CANCELLED
        assert not [one for one in bench.core.store.orders.all() if one.status.live]


async def test_F43_a_spot_stop_at_bybit_that_was_passed_would_wait_for_a_rise() -> None:
    async with desk("bybit", "spot", stream=False) as bench:
        trial = Trial(bench, "POST /v5/order/create")
        await trial.put(order(1, BUY, "0.1"))
        sent = trial.sent
        with pytest.raises(VenueRefused) as refused:
            await trial.put(stop(2, SELL, "0.1", "64000", reduce_only=True))
        assert (refused.value.code, trial.sent) == (Code.STOP_PASSED, sent)


# --- leverage and position mode --------------------------------------------------------------------


@pytest.fixture(params=["binance-usdm", "bybit-linear"])
async def swap(request: pytest.FixtureRequest) -> AsyncIterator[Trial]:
    async with desk(*VENUES[request.param], stream=False) as bench:
        yield Trial(bench, CREATE[request.param])


def leverage(trial: Trial) -> int:
    return trial.bench.core.terms(ALICE.name, SYMBOL).leverage


async def test_F25_the_leverage_asked_for_is_the_leverage_the_order_has(swap: Trial) -> None:
    assert leverage(swap) == 20
    await swap.put(order(1, BUY, "0.01", leverage=7))
    assert leverage(swap) == 7
    await swap.venue.setup(swap.bench.symbol, 7, MarginMode.CROSS)
    assert leverage(swap) == 7


async def test_F25_a_leverage_that_was_not_set_lets_no_order_out(swap: Trial) -> None:
    swap.spoil(Fault(kind=FaultKind.REJECT, code=NO[swap.venue_name], message="no"), "POST *everage", times=-1)
    with pytest.raises(VenueRefused) as refused:
        await swap.put(order(1, BUY, "0.01", leverage=7))
    assert refused.value.code is Code.LEVERAGE
    assert (swap.orders, leverage(swap)) == (0, 20)


async def test_F25_a_refusal_to_set_what_is_set_is_none(swap: Trial) -> None:
    swap.spoil(Fault(kind=FaultKind.ERROR_BEFORE), "POST *everage", times=-1)
    assert (await swap.put(order(1, BUY, "0.01", leverage=20))).state is OrderState.FILLED


def isolated(trial: Trial) -> bool:
    return trial.bench.core.terms(ALICE.name, SYMBOL).isolated


def settings(trial: Trial) -> int:
    """How many requests that change terms left for the exchange."""
    return sum(len(trial.bench.server.calls(one)) for one in ("POST *everage", *SETTINGS.values()))


async def test_F25_isolated_margin_and_leverage_are_set_before_the_order_leaves(swap: Trial) -> None:
    await swap.put(order(1, BUY, "0.01", leverage=5, margin_mode=MarginMode.ISOLATED))
    assert (leverage(swap), isolated(swap), swap.orders) == (5, True, 1)


async def test_F25_confirmed_terms_cost_no_call_until_they_are_old() -> None:
    async with desk("binance", "swap", clock=ManualClock(), stream=False) as bench:
        trial = Trial(bench, CREATE["binance-usdm"])
        await trial.put(limit(1, BUY, "0.01", "60000", leverage=5, margin_mode=MarginMode.ISOLATED))
        before = len(bench.server.calls("*symbolConfig"))
        await trial.put(limit(2, BUY, "0.01", "60000", leverage=5, margin_mode=MarginMode.ISOLATED))
        await trial.put(limit(3, BUY, "0.01", "60000", leverage=5))
        assert (len(bench.server.calls("*symbolConfig")), settings(trial)) == (before, 2)
        bench.core.set_leverage(ALICE.name, SYMBOL, 50)  # its owner, at the exchange
        await passes(trial, 901)
        for number in (1, 2, 3):
            await trial.venue.cancel(oid(number), bench.symbol)
        await trial.put(limit(4, BUY, "0.01", "60000", leverage=5))
        assert (leverage(trial), settings(trial)) == (5, 3)


@pytest.mark.parametrize(("has", "wants"), [(5, 7), (5, 5)], ids=["leverage", "margin-mode"])
async def test_F25_the_terms_of_an_open_position_are_not_changed(swap: Trial, has: int, wants: int) -> None:
    await swap.put(order(1, BUY, "0.01", leverage=has, margin_mode=MarginMode.CROSS))
    mode = MarginMode.CROSS if wants != has else MarginMode.ISOLATED
    before = settings(swap)
    with pytest.raises(VenueRefused) as refused:
        await swap.put(order(2, BUY, "0.01", leverage=wants, margin_mode=mode))
    assert refused.value.code is Code.OTHER_TERMS
    assert (leverage(swap), isolated(swap), swap.orders, settings(swap)) == (has, False, 1, before)
    await swap.put(order(3, SELL, "0.01", reduce_only=True))
    await swap.put(order(2, BUY, "0.01", leverage=wants, margin_mode=mode))
    assert (leverage(swap), isolated(swap)) == (wants, mode is MarginMode.ISOLATED)


async def test_the_terms_of_a_position_that_settles_in_another_currency_are_not_changed() -> None:
    async with dollars() as (bench, symbol):
        first = replace(mine(bench, order(1, BUY, "0.01", leverage=5, margin_mode=MarginMode.CROSS)), symbol=symbol)
        await bench.venue.place(first)
        second = replace(mine(bench, order(2, BUY, "0.01", leverage=9, margin_mode=MarginMode.CROSS)), symbol=symbol)
        with pytest.raises(VenueRefused) as refused:
            await bench.venue.place(second)
        assert refused.value.code is Code.OTHER_TERMS


async def test_F25_a_margin_mode_of_the_whole_account_is_left_alone_while_anything_is_held() -> None:
    async with desk("bybit", "swap", stream=False) as bench:
        trial = Trial(bench, CREATE["bybit-linear"])
        bench.core.price(bench.side, "ETHUSDT", "2999.9", "3000.1")
        await bench.venue.place(replace(mine(bench, order(1, BUY, "0.1")), symbol="ETH/USDT:USDT"))
        with pytest.raises(VenueRefused) as refused:
            await trial.put(order(2, BUY, "0.01", leverage=20, margin_mode=MarginMode.ISOLATED))
        assert refused.value.code is Code.OTHER_TERMS
        await trial.put(order(3, BUY, "0.01", leverage=5, margin_mode=MarginMode.CROSS))
        assert (leverage(trial), isolated(trial)) == (5, False)


@pytest.mark.parametrize("kind", [FaultKind.LOST, FaultKind.ANSWER_LOST])
@pytest.mark.parametrize("which", ["mode", "leverage"])
async def test_F25_a_setting_without_an_answer_is_read_back(swap: Trial, kind: FaultKind, which: str) -> None:
    endpoint = "POST *everage" if which == "leverage" else SETTINGS[swap.venue_name]
    swap.spoil(kind, endpoint)
    request = order(1, BUY, "0.01", leverage=5, margin_mode=MarginMode.ISOLATED)
    if kind is FaultKind.LOST:
        with pytest.raises(VenueBusy):
            await swap.put(request)
        assert swap.orders == 0
    await swap.put(request)
    assert (leverage(swap), isolated(swap), swap.orders, swap.sent) == (5, True, 1, 1)


async def test_F25_a_margin_mode_that_was_not_set_lets_no_order_out(swap: Trial) -> None:
    swap.spoil(
        Fault(kind=FaultKind.REJECT, code=NO[swap.venue_name], message="no"), SETTINGS[swap.venue_name], times=-1
    )
    with pytest.raises(VenueRefused) as refused:
        await swap.put(order(1, BUY, "0.01", leverage=20, margin_mode=MarginMode.ISOLATED))
    assert refused.value.code is Code.MARGIN_MODE
    assert (swap.orders, isolated(swap)) == (0, False)


async def test_F25_the_terms_of_an_order_that_waits_are_not_changed(swap: Trial) -> None:
    await swap.put(limit(1, BUY, "0.01", "60000", leverage=5))
    for terms in ({"leverage": 7}, {"leverage": 5, "margin_mode": MarginMode.ISOLATED}):
        with pytest.raises(VenueRefused) as refused:
            await swap.put(order(2, BUY, "0.01", **terms))
        assert refused.value.code is Code.OTHER_TERMS
    assert (leverage(swap), isolated(swap), swap.orders) == (5, False, 1)


async def test_F25_an_account_in_portfolio_margin_stays_there(swap: Trial) -> None:
    client = swap.venue._wire.client
    client.fetch_leverage = client.fetch_margin_mode = told = AsyncMock(
        return_value={"longLeverage": "20", "shortLeverage": "20", "marginMode": "portfolio"}
    )
    with pytest.raises(VenueRefused) as refused:
        await swap.put(order(1, BUY, "0.01", leverage=20, margin_mode=MarginMode.CROSS))
    assert (refused.value.code, settings(swap), swap.orders) == (Code.MARGIN_MODE, 0, 0)
    assert told.await_count > 0


async def test_F25_where_terms_cannot_be_read_the_word_of_the_exchange_counts(swap: Trial) -> None:
    """A refusal to set what is set is a yes; any other is a no."""
    swap.venue._wire.client.has |= {"fetchLeverage": False, "fetchMarginMode": False}
    await swap.put(order(1, BUY, "0.01", leverage=20, margin_mode=MarginMode.CROSS))
    await swap.put(order(2, BUY, "0.01", leverage=7))
    assert leverage(swap) == 7
    swap.spoil(Fault(kind=FaultKind.REJECT, code=NO[swap.venue_name], message="no"), "POST *everage", times=-1)
    with pytest.raises(VenueRefused) as refused:
        await swap.put(order(3, BUY, "0.01", leverage=9))
    assert (refused.value.code, swap.orders) == (Code.LEVERAGE, 2)


async def test_F25_a_mode_that_nobody_can_set_lets_no_order_out(swap: Trial) -> None:
    swap.venue._wire.client.has |= {"setMarginMode": False, "fetchMarginMode": False}
    with pytest.raises(VenueRefused) as refused:
        await swap.put(order(1, BUY, "0.01", leverage=20, margin_mode=MarginMode.ISOLATED))
    assert (refused.value.code, swap.orders) == (Code.MARGIN_MODE, 0)
    swap.venue._terms._quirks = replace(swap.venue._quirks, cross_only=True)
    with pytest.raises(VenueRefused) as refused:
        await swap.put(order(1, BUY, "0.01", leverage=20, margin_mode=MarginMode.ISOLATED))
    assert (refused.value.code, swap.orders) == (Code.MARGIN_MODE, 0)


async def test_K07_killed_between_the_terms_and_the_order(swap: Trial, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(place: str) -> None:
        assert place == "terms_set"
        raise KeyboardInterrupt

    request = order(1, BUY, "0.01", leverage=5, margin_mode=MarginMode.ISOLATED)
    monkeypatch.setattr(ccxt_placing, "crashpoint", killed)
    with pytest.raises(KeyboardInterrupt):
        await swap.put(request)
    assert (leverage(swap), isolated(swap), swap.orders) == (5, True, 0)
    monkeypatch.undo()
    await swap.bench.venue.close()
    await swap.bench.open(stream=False)
    before = settings(swap)
    assert await swap.find() is None
    await swap.put(request)
    assert (leverage(swap), isolated(swap), swap.orders, settings(swap)) == (5, True, 1, before)


@pytest.mark.parametrize("venue", ["binance-usdm", "bybit-linear"])
async def test_F26_F27_in_hedge_mode_orders_reach_the_right_side(venue: str) -> None:
    hedged = replace(ALICE, hedge=True, fee_mode=FeeMode.QUOTE)
    async with desk(*VENUES[venue], account=hedged, stream=False) as bench:
        put = Trial(bench, CREATE[venue]).put
        await put(order(1, BUY, "0.03"))
        await put(stop(2, SELL, "0.03", "63000", reduce_only=True))
        (held,) = bench.core.positions(ALICE.name)
        assert (held.side, held.quantity) == (PositionSide.LONG, D("0.03"))
        await put(order(3, SELL, "0.01", reduce_only=True))
        (held,) = bench.core.positions(ALICE.name)
        assert (held.side, held.quantity) == (PositionSide.LONG, D("0.02"))
        assert [(one.symbol, one.quantity) for one in await bench.venue.holdings()] == [(bench.symbol, D("0.02"))]
        bench.core.price(bench.side, SYMBOL, "62900", "62900.1")
        assert await bench.venue.holdings() == ()


async def test_F26_a_mode_that_was_changed_meanwhile_is_noticed() -> None:
    async with desk("binance", "swap", stream=False) as bench:
        trial = Trial(bench, CREATE["binance-usdm"])
        await trial.put(order(1, BUY, "0.01"))
        await trial.put(order(2, SELL, "0.01", reduce_only=True))
        bench.core.set_hedge(ALICE.name, True)
        await trial.put(order(3, BUY, "0.02"))
        (held,) = bench.core.positions(ALICE.name)
        assert (held.side, held.quantity) == (PositionSide.LONG, D("0.02"))


async def test_F26_where_we_cannot_write_for_hedge_mode_it_is_refused_with_what_to_do() -> None:
    async with desk("binance", "swap", account=replace(ALICE, hedge=True), stream=False) as bench:
        bench.venue._terms._quirks = replace(bench.venue._quirks, hedge=False)
        with pytest.raises(VenueRefused, match="one-way") as refused:
            await bench.venue.place(mine(bench, order(1, BUY, "0.01")))
        assert refused.value.code is Code.VENUE_REFUSED
        assert bench.server.calls(CREATE["binance-usdm"]) == []


# --- throttles, keys, clocks -----------------------------------------------------------------------


@pytest.mark.parametrize(("status", "seconds"), [(429, 35), (418, 120)])
@pytest.mark.parametrize("venue", ["binance-spot", "binance-usdm"])
async def test_F33_F34_nobody_asks_until_the_ban_is_over(venue: str, status: int, seconds: int) -> None:
    async with desk(*VENUES[venue], clock=ManualClock(), stream=False) as bench:
        trial = Trial(bench, CREATE[venue])
        trial.spoil(Fault(kind=FaultKind.THROTTLED, status=status, seconds=seconds))
        with pytest.raises(VenueBusy) as busy:
            await trial.put(order(1, BUY, "0.01"))
        assert busy.value.retry_after == seconds
        before = len(bench.server.calls())
        for _ in range(3):
            await passes(trial, seconds / 4)
            for asked in (trial.put(order(1, BUY, "0.01")), trial.find(), trial.venue.account()):
                with pytest.raises(VenueBusy):
                    await asked
        assert len(bench.server.calls()) == before
        await passes(trial, seconds / 4 + 0.01)
        assert (await trial.put(order(1, BUY, "0.01"))).state is OrderState.FILLED
        assert trial.orders == 1


async def test_F34_a_ban_of_our_address_stops_the_other_accounts_too() -> None:
    async with desk("binance", "spot", clock=ManualClock(), stream=False) as bench:
        other = ExchangeBench(bench.server, "binance", "spot", bench.clock, bench.nursery)
        other.commons = bench.commons
        await other.open(stream=False)
        bench.server.faults.add("GET /api/v3/account", Fault(kind=FaultKind.THROTTLED, status=418, seconds=60))
        for venue in (bench.venue, other.venue):
            with pytest.raises(VenueBusy):
                await venue.account()
        assert len(bench.server.calls("GET /api/v3/account")) == 1
        await other.venue.close()


async def test_F36_a_key_is_lost_when_it_is_refused_twice(trial: Trial) -> None:
    if "/api/" not in trial.create:
        pytest.skip("the others say so at once")
    await trial.venue.account()
    trial.spoil(Fault(kind=FaultKind.REJECT, code=-2015, status=401), "GET *ccount", times=-1)
    with pytest.raises(VenueBusy):
        await trial.venue.account()
    with pytest.raises(VenueLocked) as locked:
        await trial.venue.account()
    assert locked.value.code is Code.KEY_LOST


@pytest.mark.parametrize("skew", [90.0, -90.0])
async def test_F50_a_clock_that_went_wrong_is_set_and_the_order_leaves_once(trial: Trial, skew: float) -> None:
    trial.bench.core.skew = skew
    assert (await trial.put(order(1, BUY, "0.01"))).state is OrderState.FILLED
    assert trial.orders == 1
    assert trial.sent <= 2
    await trial.venue.account()
    assert (await trial.put(order(2, SELL, "0.01", reduce_only=True))).filled == D("0.01")


async def test_F50_how_far_apart_the_clocks_are_is_known_and_looked_at_again_while_it_is_far(trial: Trial) -> None:
    assert abs(await trial.venue.clock_off()) < 2
    trial.bench.core.skew = 90
    await trial.put(order(1, BUY, "0.01"))  # the exchange refuses the first time stamp, and the clock is set
    assert 88 < await trial.venue.clock_off() < 92
    trial.bench.core.skew = 0
    assert abs(await trial.venue.clock_off()) < 2


async def test_F50_the_clock_is_looked_at_whenever_the_markets_are_read_again(trial: Trial) -> None:
    trial.bench.core.skew = -90
    await trial.venue._shared.refresh(max_age=-1)
    assert -92 < await trial.venue.clock_off() < -88


async def test_F50_a_clock_that_cannot_be_set_means_that_nothing_was_done(trial: Trial) -> None:
    trial.spoil(Fault(kind=FaultKind.SKEW, seconds=90), times=-1)
    with pytest.raises(VenueBusy):
        await trial.put(order(1, BUY, "0.01"))
    assert trial.orders == 0


async def test_F45_a_venue_that_takes_no_stops_any_more_is_believed() -> None:
    async with desk("binance", "swap", stream=False) as bench:
        await bench.venue.place(mine(bench, order(1, BUY, "0.01")))
        bench.server.faults.add("POST /fapi/v1/algoOrder", Fault(kind=FaultKind.REJECT, code=-4120))
        with pytest.raises(VenueRefused):
            await bench.venue.place(mine(bench, stop(2, SELL, "0.01", "63000", reduce_only=True)))
        assert not bench.venue.stops_rest_here
        before = len(bench.server.calls())
        with pytest.raises(VenueRefused):
            await bench.venue.place(mine(bench, stop(3, SELL, "0.01", "63000", reduce_only=True)))
        assert len(bench.server.calls()) == before


async def test_F45_too_many_stops_on_one_symbol_are_no_word_about_all_stops() -> None:
    async with desk("binance", "swap", stream=False) as bench:
        await bench.venue.place(mine(bench, order(1, BUY, "0.01")))
        bench.server.faults.add("POST /fapi/v1/algoOrder", Fault(kind=FaultKind.REJECT, code=-4045), times=1)
        with pytest.raises(VenueRefused):
            await bench.venue.place(mine(bench, stop(2, SELL, "0.01", "63000", reduce_only=True)))
        assert bench.venue.stops_rest_here
        again = await bench.venue.place(mine(bench, stop(3, SELL, "0.01", "63000", reduce_only=True)))
        assert again.state is OrderState.ACKED


async def test_F01_a_refused_connection_means_that_nothing_left() -> None:
    async with desk("binance", "spot", stream=False) as bench:
        client = bench.venue._wire.client
        client.urls["api"]["private"] = "http://127.0.0.1:1/api/v3"
        with pytest.raises(VenueBusy):
            await bench.venue.place(mine(bench, order(1, BUY, "0.01")))


# --- what may be called "nothing was done" ---------------------------------------------------------


async def test_an_id_that_is_taken_is_no_refusal_even_when_the_order_cannot_be_shown(trial: Trial) -> None:
    for market in Market:
        trial.bench.core.set_duplicates(market, DuplicatePolicy.ALWAYS)
    await trial.put(order(1, BUY, "0.01"))
    await trial.venue.close()
    await trial.bench.open(stream=False)
    await trial.venue._terms.hedged(trial.bench.symbol)
    trial.venue._wire._clock = clock = ManualClock(trial.bench.clock.now())
    trial.spoil(Fault(kind=FaultKind.ERROR_BEFORE), "GET *", times=-1)
    with pytest.raises(VenueSilent):
        await finished(trial.put(order(1, BUY, "0.01")), clock)
    assert (trial.orders, trial.sent) == (1, 2)


async def test_a_connection_refused_after_something_left_proves_nothing() -> None:
    async with desk("binance", "spot", stream=False) as bench:
        client = bench.venue._wire.client
        create = client.create_order

        async def in_two_requests(*given: Any) -> Any:
            await create(*given)
            client.urls["api"]["private"] = "http://127.0.0.1:1/api/v3"
            return await create(*given)

        client.create_order = in_two_requests
        with pytest.raises(VenueSilent):
            await bench.venue.place(mine(bench, order(1, BUY, "0.01")))
        assert len(bench.core.store.orders.all()) == 1


async def test_what_cannot_be_read_before_the_order_keeps_it_from_leaving(swap: Trial) -> None:
    swap.venue._wire._clock = clock = ManualClock(swap.bench.clock.now())
    swap.spoil(Fault(kind=FaultKind.ERROR_BEFORE), "GET *", times=-1)
    swap.venue._terms._confirmed.clear()
    with pytest.raises(VenueBusy):
        await finished(swap.put(order(1, BUY, "0.01", leverage=7)), clock)
    assert swap.sent == 0
