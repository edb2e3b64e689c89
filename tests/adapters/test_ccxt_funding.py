"""Funding payments as exchanges show them: which way the money went, whole lists or none, and nothing guessed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import ccxt.async_support as library
import pytest

from engine.adapters.ccxt_abilities import abilities
from engine.adapters.ccxt_budget import Urgency
from engine.adapters.ccxt_funding import Funding
from engine.adapters.ccxt_quirks import quirks
from engine.errors import VenueSilent
from engine.types import FundingPayment, Instrument
from tests.adapters.contract import BUY, SELL, mine, order
from tests.adapters.exchange_bench import SYMBOL, ExchangeBench, desk
from tests.clocks import NOON, ManualClock
from tests.exchange.faults import FaultKind
from tests.exchange.model import Market
from tools.abilities.market import perpetual

D = Decimal
LIST = {"binance": "GET /fapi/v1/income", "bybit": "GET /v5/execution/list"}


@pytest.fixture(params=["binance", "bybit"])
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[ExchangeBench]:
    async with desk(request.param, "swap", clock=ManualClock(), stream=False) as bench:
        yield bench


async def passes(bench: ExchangeBench, **time: float) -> None:
    assert isinstance(bench.clock, ManualClock)
    await bench.clock.leap(timedelta(**time).total_seconds())


async def told(bench: ExchangeBench, since: datetime = NOON) -> tuple[FundingPayment, ...]:
    found = await bench.venue.funding([bench.symbol], since)
    assert found is not None
    return found


async def held(bench: ExchangeBench, quantity: str = "0.1", direction: Any = BUY) -> None:
    await bench.venue.place(mine(bench, order(1, direction, quantity)))


def asked(bench: ExchangeBench) -> int:
    return len(bench.server.calls(LIST[bench.exchange]))


@pytest.mark.parametrize(
    ("direction", "rate", "amount"), [(BUY, "0.0001", "-0.64"), (BUY, "-0.0001", "0.64"), (SELL, "0.0001", "0.64")]
)
async def test_F42_what_was_paid_is_below_zero_wherever_it_was(
    bench: ExchangeBench, direction: Any, rate: str, amount: str
) -> None:
    await held(bench, "0.1", direction)
    await passes(bench, hours=4)
    bench.core.fund(SYMBOL, D(rate))
    (paid,) = await told(bench)
    assert (round(paid.amount, 2), paid.currency, paid.symbol) == (D(amount), "USDT", bench.symbol)
    assert paid.at == NOON + timedelta(hours=4) and paid.funding_id.startswith(f"{bench.symbol}#")
    assert paid.held == (D("0.1") if bench.exchange == "bybit" else None)
    assert await told(bench) == (paid,), "the same id each time"
    assert await told(bench, NOON + timedelta(hours=5)) == ()


async def test_F42_a_list_longer_than_a_page_is_read_whole(bench: ExchangeBench) -> None:
    reader = bench.venue._funding
    assert reader._form is not None
    more = {"limit": "20"} if reader._form.params else {}
    reader._form = replace(reader._form, page=20, params=more)
    await held(bench)
    for _ in range(50):
        await passes(bench, hours=1)
        bench.core.fund(SYMBOL, D("0.0001"))
    paid = await told(bench)
    assert [one.at for one in paid] == [NOON + timedelta(hours=n) for n in range(1, 51)]


async def test_F42_more_at_once_than_a_page_shows_is_no_answer(bench: ExchangeBench) -> None:
    reader = bench.venue._funding
    assert reader._form is not None
    reader._form = replace(reader._form, page=2)
    await held(bench)
    await passes(bench, hours=1)
    for _ in range(3):
        bench.core.fund(SYMBOL, D("0.0001"))
    with pytest.raises(VenueSilent):
        await told(bench)


async def test_F42_weeks_are_read_one_after_the_other(bench: ExchangeBench) -> None:
    await held(bench)
    for _ in range(3):
        await passes(bench, days=6)
        bench.core.fund(SYMBOL, D("0.0001"))
    before = asked(bench)
    assert len(await told(bench)) == 3
    assert asked(bench) - before == 3


async def test_F42_all_symbols_of_an_account_are_one_question(bench: ExchangeBench) -> None:
    bench.core.price(Market.LINEAR, "ETHUSDT", "2999.9", "3000.1")
    await held(bench)
    other = (await bench.venue.instrument("ETH", "USDT")).symbol
    await bench.venue.place(replace(mine(bench, order(2, BUY, "1")), symbol=other))
    await passes(bench, hours=4)
    for symbol in (SYMBOL, "ETHUSDT"):
        bench.core.fund(symbol, D("0.0001"))
    before = asked(bench)
    found = await bench.venue.funding([bench.symbol, other], NOON)
    assert found is not None
    assert {one.symbol: round(one.amount, 2) for one in found} == {bench.symbol: D("-0.64"), other: D("-0.3")}
    assert asked(bench) - before == 1
    assert await told(bench) == tuple(one for one in found if one.symbol == bench.symbol)


@pytest.mark.parametrize("what", ["nothing", "no amount", "nonsense", "no rows", "no time"])
async def test_F42_what_cannot_be_read_is_silence(bench: ExchangeBench, what: str) -> None:
    good = {"symbol": bench.symbol, "timestamp": 1, "code": "USDT", "amount": "1", "id": "1", "info": {}}
    answers: dict[str, Any] = {
        "nothing": None, "no amount": [{**good, "amount": None}], "nonsense": [{**good, "amount": "NaN"}],
        "no rows": ["x"], "no time": [{**good, "timestamp": None}],
    }  # fmt: skip

    async def odd(*args: Any) -> Any:
        return answers[what]

    bench.venue._wire.client.fetch_funding_history = odd
    await passes(bench, hours=1)
    with pytest.raises(VenueSilent):
        await told(bench)


async def test_F42_an_exchange_that_does_not_answer_paid_not_nothing() -> None:
    async with desk("binance", "swap", stream=False) as bench:
        bench.server.faults.add(LIST["binance"], FaultKind.ERROR_BEFORE, times=9)
        with pytest.raises(VenueSilent):
            await bench.venue.funding([bench.symbol], bench.clock.now() - timedelta(hours=1))


async def test_F42_coins_are_not_funded() -> None:
    async with desk("binance", "spot", stream=False) as bench:
        before = len(bench.server.calls())
        assert await bench.venue.funding([bench.symbol], NOON) is None
        assert len(bench.server.calls()) == before


# --- exchanges in their own words ------------------------------------------------------------------

# What each documents as an answer, with the market renamed; the second of a pair is what it means.
OKX = {
    "privateGetAccountBillsArchive": {
        "data": [{
            "bal": "0.0242946200998573", "balChg": "-0.0000148752712240", "billId": "377970609204146187",
            "ccy": "USDT", "instId": "BTCUSDT", "instType": "SWAP", "posBalChg": "0", "subType": "173", "sz": "9",
            "ts": "1636387215588", "type": "8",
        }],
    },
}  # fmt: skip
GATE = {
    "privateFuturesGetSettleAccountBook": [
        {"time": 1646899200, "change": "-0.027722", "balance": "11.653120591841", "text": "BTCUSDT", "type": "fund"}
    ],
}
HYPERLIQUID = {
    "publicPostInfo": [{
        "time": 1734026400057, "hash": "0x" + "0" * 64,
        "delta": {
            "type": "funding", "coin": "BTC", "usdc": "75.635093", "szi": "-7375.9", "fundingRate": "0.00004381",
            "nSamples": None,
        },
    }],
}  # fmt: skip


@pytest.mark.parametrize(
    ("exchange", "answers", "amount", "number"),
    [
        pytest.param("okx", OKX, "-0.0000148752712240", "#377970609204146187", id="okx"),
        pytest.param("gate", GATE, "-0.027722", "@1646899200000", id="gate"),
        pytest.param("hyperliquid", HYPERLIQUID, "75.635093", "@1734026400057", id="hyperliquid"),
    ],
)
async def test_F42_each_exchange_is_understood_in_its_own_words(
    exchange: str, answers: Mapping[str, Any], amount: str, number: str
) -> None:
    client = getattr(library, exchange)({"options": {"defaultType": "swap"}, "walletAddress": "0x1"})
    client.number = str
    market = perpetual(client)
    client.set_markets([market])
    for name, answer in answers.items():
        assert hasattr(client, name), "ccxt has no such call any more"
        setattr(client, name, _answering(answer))
    reader = _reader(client, exchange, market["symbol"])
    found = await reader.payments([market["symbol"]], datetime(2021, 1, 1, tzinfo=UTC))
    await client.close()
    assert found is not None
    (paid,) = set(found)
    assert (paid.amount, paid.currency, paid.funding_id) == (D(amount), "USDT", market["symbol"] + number)


def _answering(answer: Any) -> Any:
    async def asked(*_: Any) -> Any:
        return answer

    return asked


def _reader(client: Any, exchange: str, symbol: str) -> Funding:
    able = abilities(exchange, "swap")
    assert able is not None
    step = D("0.001")
    instrument = Instrument(
        symbol=symbol, base="BTC", quote="USDT", tick_size=step, lot_step=step, min_qty=step, min_notional=D(5),
        pip_size=D(1),
    )  # fmt: skip

    async def read(call: Any, *args: Any, urgency: Urgency) -> Any:
        assert urgency is Urgency.LEISURE
        return await call(*args)

    wire: Any = SimpleNamespace(client=client, read=read)
    shared: Any = SimpleNamespace(instruments={symbol: instrument})
    return Funding(wire, shared, able, quirks(exchange), ManualClock(datetime(2025, 1, 1, tzinfo=UTC)))


@pytest.mark.parametrize("exchange", ["phemex", "kucoin", "bitget", "mexc"])
async def test_F42_where_the_sign_or_the_page_is_not_known_nothing_is_read(exchange: str) -> None:
    client: Any = SimpleNamespace(has={"fetchFundingHistory": True})
    assert await _reader(client, exchange, "BTC/USDT:USDT").payments(["BTC/USDT:USDT"], NOON) is None
