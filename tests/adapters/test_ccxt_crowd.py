"""Many customers of one exchange: what they share, what each has alone, and what nobody has to ask for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from decimal import Decimal
from typing import Any

import pytest

from bot.clock import SystemClock
from engine.adapters.ccxt_abilities import abilities
from engine.adapters.ccxt_client import open_client
from engine.adapters.ccxt_quotes import Flights, Quotes
from engine.adapters.ccxt_stream import A_SECOND, LOOK, Stream
from engine.adapters.ccxt_venue import CcxtVenue
from engine.errors import Code, VenueRefused, VenueSilent
from engine.types import OrderState
from tests.adapters.contract import BUY, limit, mine, oid, order
from tests.adapters.exchange_bench import ExchangeBench, desk
from tests.adapters.test_ccxt_streams import until
from tests.clocks import ManualClock
from tests.exchange.catalog import ALICE

D = Decimal
VENUES = {"binance-spot": ("binance", "spot"), "binance-usdm": ("binance", "swap"), "bybit-linear": ("bybit", "swap")}


@pytest.fixture(params=VENUES, ids=VENUES)
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[ExchangeBench]:
    async with desk(*VENUES[request.param], clock=SystemClock()) as opened:
        yield opened


# --- one question for all ----------------------------------------------------------------------------


class Asked:
    """Answers with the number of the question, when it is let go."""

    def __init__(self) -> None:
        self.questions = 0
        self.may_answer = asyncio.Event()

    async def __call__(self) -> int:
        self.questions += 1
        number = self.questions
        await self.may_answer.wait()
        return number


async def test_a_crowd_asks_once() -> None:
    flights, asked = Flights(), Asked()
    asked.may_answer.set()
    assert await asyncio.gather(*(flights.join("BTC", asked) for _ in range(1000))) == [1] * 1000


async def test_nobody_is_given_an_answer_that_was_asked_for_before_they_came() -> None:
    flights, asked = Flights(), Asked()
    first = asyncio.create_task(flights.join("BTC", asked))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert asked.questions == 1
    late = [asyncio.create_task(flights.join("BTC", asked)) for _ in range(5)]
    await asyncio.sleep(0)
    asked.may_answer.set()
    assert await first == 1
    assert await asyncio.gather(*late) == [2] * 5


async def test_what_is_asked_about_something_else_does_not_wait() -> None:
    flights, slow, quick = Flights(), Asked(), Asked()
    quick.may_answer.set()
    waiting = asyncio.create_task(flights.join("BTC", slow))
    assert await flights.join("ETH", quick) == 1
    assert not waiting.done()
    slow.may_answer.set()
    await waiting


async def test_a_fault_is_everybodys_and_the_next_question_is_a_new_one() -> None:
    flights, faults = Flights(), [VenueSilent("no answer")]

    async def ask() -> str:
        if faults:
            raise faults.pop()
        return "answer"

    both = await asyncio.gather(*(flights.join("BTC", ask) for _ in range(2)), return_exceptions=True)
    assert [type(one) for one in both] == [VenueSilent, VenueSilent]
    assert await flights.join("BTC", ask) == "answer"


async def test_who_gives_up_leaves_the_others_their_answer() -> None:
    flights, asked = Flights(), Asked()
    impatient = asyncio.create_task(flights.join("BTC", asked))
    patient = asyncio.create_task(flights.join("BTC", asked))
    await asyncio.sleep(0)
    impatient.cancel()
    asked.may_answer.set()
    assert await patient == 1


async def test_the_price_of_one_moment_is_asked_for_once_by_all_customers(bench: ExchangeBench) -> None:
    async with AsyncExitStack() as stack:
        other = await _customer(bench, stack)
        instrument = await bench.venue.instrument("BTC", "USDT")
        before = _prices_asked(bench)
        quotes = await asyncio.gather(*(venue.quote(instrument) for venue in (bench.venue, other) * 5))
        assert _prices_asked(bench) - before == 1
        assert len({quote.bid for quote in quotes}) == 1


class Teller:
    """Stands for the wire of a place; it knows every coin but one."""

    def __init__(self) -> None:
        self.asked: list[list[str]] = []
        self.client = self

    async def fetch_tickers(self, symbols: list[str]) -> dict[str, object]:
        self.asked.append(symbols)
        if "GONE/USDT" in symbols:
            raise VenueRefused("invalid symbol", code=Code.SYMBOL_UNKNOWN)
        return {symbol: {"bid": "1"} for symbol in symbols}

    async def read(self, call: Any, symbols: list[str]) -> object:
        return await call(symbols)


async def test_what_a_crowd_holds_is_priced_by_one_question() -> None:
    teller = Teller()
    quotes = Quotes(teller, ManualClock())  # type: ignore[arg-type]
    found = await asyncio.gather(quotes.tickers(["BTC/USDT"]), quotes.tickers(["ETH/USDT", "SOL/USDT"]))
    assert teller.asked == [["BTC/USDT", "ETH/USDT", "SOL/USDT"]]
    assert "BTC/USDT" in found[0]
    assert {"ETH/USDT", "SOL/USDT"} <= set(found[1])


async def test_a_coin_that_is_gone_spoils_nobody_elses_account() -> None:
    teller = Teller()
    quotes = Quotes(teller, ManualClock())  # type: ignore[arg-type]
    fine, gone = await asyncio.gather(
        quotes.tickers(["BTC/USDT"]), quotes.tickers(["GONE/USDT"]), return_exceptions=True
    )
    assert fine == {"BTC/USDT": {"bid": "1"}}
    assert isinstance(gone, VenueRefused)
    assert await quotes.tickers(["ETH/USDT"]) == {"ETH/USDT": {"bid": "1"}}


def _prices_asked(bench: ExchangeBench) -> int:
    return len(bench.server.calls("GET *icker*") + bench.server.calls("GET *orderbook"))


async def _customer(bench: ExchangeBench, stack: AsyncExitStack) -> CcxtVenue:
    """Alice once more, at the same place."""
    able = abilities(bench.exchange, bench.market)
    assert able is not None
    keys = {"apiKey": ALICE.key, "secret": ALICE.secret}
    venue = await CcxtVenue.open(
        able, keys, testnet=False, commons=bench.commons, clock=bench.clock, spawn=bench.nursery.spawn
    )
    stack.push_async_callback(venue.close)
    return venue


# --- clients of a place ------------------------------------------------------------------------------


async def _client(**more: Any) -> Any:
    return await open_client("binance", base_url="http://127.0.0.1:9", market="swap", streams=True, **more)


async def test_clients_of_a_place_share_what_is_only_read_and_nothing_else() -> None:
    one = await _client(credentials={"apiKey": "one", "secret": "first"})
    two = await _client(credentials={"apiKey": "two", "secret": "second"})
    fresh = await _client()
    assert one.exceptions is two.exceptions
    assert one.api is two.api
    assert (one.apiKey, one.secret, two.apiKey, two.secret) == ("one", "first", "two", "second")
    assert not fresh.apiKey
    assert not fresh.secret
    shared = {
        name
        for name, value in vars(one).items()
        if isinstance(value, dict | list | set) and value is vars(two).get(name) and value != {} and value != []
    }
    assert shared <= {
        "api", "ecdsaCurves", "ecdsaPrehashedAlgorithms", "exceptions", "features", "fees", "has", "httpExceptions",
        "requiredCredentials", "timeframes", "urls",
    }  # fmt: skip
    one.options["fetchMarkets"]["types"].append("mine")
    one.balance["spot"] = {"BTC": 1}
    assert "mine" not in two.options["fetchMarkets"]["types"]
    assert "spot" not in two.balance
    assert one.throttler is not two.throttler


async def test_a_client_of_another_market_or_address_is_of_another_kind() -> None:
    swap, spot = await _client(), await open_client("binance", base_url="http://127.0.0.1:8", streams=True)
    assert swap.options["defaultType"] == "swap"
    assert spot.options["defaultType"] == "spot"
    assert "127.0.0.1:9" in str(swap.urls["api"])
    assert "127.0.0.1:9" not in str(spot.urls["api"])


async def test_a_stream_is_not_compressed(bench: ExchangeBench) -> None:
    lines = [getattr(stream, "connection", None) for stream in bench.venue._wire.client.clients.values()]
    assert {line.compress for line in lines if line is not None} == {0}


# --- what a stream says of an order that is being placed ----------------------------------------------


async def test_a_stream_is_asked_about_only_when_it_tells_something_new(bench: ExchangeBench) -> None:
    lookup, symbol = bench.venue._lookup, bench.symbol
    await bench.venue.place(mine(bench, limit(1, BUY, "0.01", "60000")))
    await bench.venue.place(mine(bench, order(2, BUY, "0.01")))
    assert lookup.seen[oid(2)].state is OrderState.FILLED
    size = lookup._shared.instruments[symbol].contract_size

    def is_news(number: int, status: object, filled: object) -> bool:
        return lookup.is_news({"symbol": symbol, "status": status, "filled": filled}, oid(number))

    assert not is_news(1, "open", "0")
    assert is_news(1, "open", str(D("0.004") / size))
    assert is_news(1, "closed", str(D("0.01") / size))
    assert is_news(1, "canceled", "0")
    assert is_news(1, None, "0")
    assert is_news(1, "open", "many")
    assert not is_news(2, "closed", str(D("0.01") / size))
    assert is_news(3, "open", "0")


async def test_an_order_that_is_being_placed_is_asked_for_when_that_is_done(bench: ExchangeBench) -> None:
    lookup, stream = bench.venue._lookup, bench.venue._stream
    await bench.venue.place(mine(bench, limit(1, BUY, "0.01", "60000")))
    before = len(bench.server.calls())
    with lookup.placing(oid(1)):
        stream._hint({"symbol": bench.symbol, "clientOrderId": lookup.name(oid(1)), "status": "closed", "filled": "1"})
        for _ in range(50):
            await asyncio.sleep(0)
        assert len(bench.server.calls()) == before
    await until(lambda: len(bench.server.calls()) > before)


async def test_a_crowd_is_compared_more_seldom() -> None:
    clock = ManualClock()
    waits = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        raise asyncio.CancelledError

    clock.sleep = sleep  # type: ignore[method-assign]
    async with desk("binance", "spot") as opened:
        for crowd in (1, 1000):
            stream = Stream(opened.venue._wire, opened.venue._lookup, clock, lambda crowd=crowd: crowd)  # type: ignore[misc]
            with pytest.raises(asyncio.CancelledError):
                await stream._compare_always()
        assert waits == [LOOK, 1000 / A_SECOND]
        assert opened.venue._shared.guests == 1
