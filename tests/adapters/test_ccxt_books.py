"""An account that need not be asked: when what its exchange told is believed, and when it is not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from decimal import Decimal
from typing import Any

import pytest

from engine.adapters.ccxt_books import YOUNG, Balance, Books, position
from engine.errors import VenueRefused
from tests.adapters.contract import BUY, SELL, limit, mine, oid, order, stop
from tests.adapters.exchange_bench import ExchangeBench, desk
from tests.adapters.test_ccxt_streams import until
from tests.clocks import ManualClock
from tests.exchange.bench import spot
from tests.exchange.binance_streams import Streams
from tests.exchange.catalog import ALICE
from tests.exchange.streams import Mode

D = Decimal
RICH: dict[str, Balance] = {"USDT": (D(1000), D(900)), "BTC": (D(1), D(1))}


class Account:
    """Books with a line that is open, read at the start."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.line: object | None = object()
        self.books = Books(self.clock, lambda: self.line)

    def read(self, balances: dict[str, Balance] = RICH) -> None:
        self.books.begin()(balances)


@pytest.fixture
def account() -> Account:
    opened = Account()
    opened.read()
    return opened


async def test_what_was_read_is_known(account: Account) -> None:
    assert account.books.known() == RICH


async def test_a_reading_grows_old(account: Account) -> None:
    await account.clock.advance(YOUNG + 1)
    assert account.books.known() is None


async def test_a_change_that_is_told_is_in_the_books(account: Account) -> None:
    account.books.told((5, {"USDT": (D(400), D(400))}))
    assert account.books.known() == RICH | {"USDT": (D(400), D(400))}


async def test_a_change_that_comes_out_of_its_order_has_the_account_asked(account: Account) -> None:
    """It is of before in USDT, and the only one that speaks of BTC."""
    account.books.told((5, {"USDT": (D(400), D(400))}))
    account.books.told((4, {"USDT": (D(700), D(700)), "BTC": (D(3), D(3))}))
    assert account.books.known() is None


async def test_a_change_that_does_not_say_what_it_left_has_the_account_asked(account: Account) -> None:
    account.books.told(None)
    assert account.books.known() is None


async def test_while_something_of_ours_is_on_its_way_the_account_is_asked(account: Account) -> None:
    with account.books.writing():
        assert account.books.known() is None
    assert account.books.known() == RICH


@pytest.mark.parametrize("first", ["answer", "change"])
async def test_after_something_of_ours_the_books_wait_for_what_it_left(account: Account, first: str) -> None:
    """The change may be told before the answer is there."""
    with account.books.writing() as did:
        pass
    steps: list[Callable[[], None]] = [
        lambda: did(7),
        lambda: account.books.told((7, {"USDT": (D(5), D(5))})),
    ]
    for step in steps if first == "answer" else reversed(steps):
        step()
        known = account.books.known()
        assert known is None or known["USDT"] == (D(5), D(5))
    assert account.books.known() is not None


async def test_a_change_of_before_ours_is_not_what_ours_left(account: Account) -> None:
    with account.books.writing() as did:
        account.books.told((6, {"USDT": (D(5), D(5))}))
        did(7)
    assert account.books.known() is None


@pytest.mark.parametrize("moment", [8, 9])
async def test_a_change_of_somebody_else_at_that_moment_is_not_what_ours_left(account: Account, moment: int) -> None:
    """The clocks of two symbols may differ a little, too."""
    account.books.told((9, {"USDT": (D(5), D(5))}))
    with account.books.writing() as did:
        did(moment)
    assert account.books.known() is None


async def test_what_one_of_ours_left_is_not_what_another_did_in_the_same_moment(account: Account) -> None:
    with account.books.writing() as did, account.books.writing() as did_another:
        account.books.told((7, {"USDT": (D(5), D(5))}))
        did(7)
        did_another(7)
    assert account.books.known() is None


@pytest.mark.parametrize("moment", [None, "7", True])
async def test_an_answer_without_a_moment_has_the_account_asked(account: Account, moment: object) -> None:
    with account.books.writing() as did:
        did(moment)
    assert account.books.known() is None


async def test_what_failed_may_have_been_done(account: Account) -> None:
    with pytest.raises(VenueRefused), account.books.writing():
        raise VenueRefused("no")
    assert account.books.known() is None


async def test_another_line_may_have_missed_something(account: Account) -> None:
    account.line = object()
    assert account.books.known() is None
    account.line = None
    assert account.books.known() is None


async def test_a_reading_from_before_the_line_was_there_is_not_kept() -> None:
    account = Account()
    line, account.line = account.line, None
    read = account.books.begin()
    account.line = line
    read(RICH)
    assert account.books.known() is None


@pytest.mark.parametrize("meanwhile", ["ours", "a change", "a change that does not say what it left", "another line"])
async def test_a_reading_that_something_came_into_is_not_kept(account: Account, meanwhile: str) -> None:
    read = account.books.begin()
    if meanwhile == "ours":
        with account.books.writing():
            pass
    elif meanwhile == "a change":
        account.books.told((9, {"USDT": (D(1), D(1))}))
    elif meanwhile != "another line":
        account.books.told(None)
    else:
        account.line = object()
    read(RICH)
    assert account.books.known() is None


async def test_a_reading_after_ours_settles_what_nobody_told(account: Account) -> None:
    with account.books.writing() as did:
        did(7)
    account.books.begin()({"USDT": (D(3), D(3))})
    assert account.books.known() == {"USDT": (D(3), D(3))}


@pytest.mark.parametrize(
    "message",
    [
        {"e": "balanceUpdate", "a": "BTC", "d": "1"},
        {"e": "outboundAccountPosition", "u": 1, "B": [{"a": "BTC", "f": "NaN", "l": "0"}]},
        {"e": "outboundAccountPosition", "u": 1, "B": [{"a": "BTC", "f": "-1", "l": "0"}]},
        {"e": "outboundAccountPosition", "B": []},
        {},
    ],
)
def test_a_message_that_cannot_be_read_is_no_balance(message: dict[str, Any]) -> None:
    assert position(message, str) is None


def test_a_balance_is_read_exactly() -> None:
    told = {"e": "outboundAccountPosition", "u": 12, "B": [{"a": "BTC", "f": "0.10000001", "l": "0.2"}]}
    assert position(told, str) == (12, {"BTC": (D("0.30000001"), D("0.10000001"))})


# --- over the emulated exchange ----------------------------------------------------------------------


@pytest.fixture
async def bench() -> AsyncIterator[ExchangeBench]:
    async with desk("binance", "spot", clock=ManualClock()) as opened:
        await until(lambda: opened.venue._books._line() is not None)
        await opened.venue.account()
        yield opened


def asked(bench: ExchangeBench) -> int:
    return len(bench.server.calls("GET /api/v3/account"))


async def test_an_account_that_was_read_is_not_asked_before_an_entry(bench: ExchangeBench) -> None:
    before = asked(bench)
    told = await bench.venue.account(as_told=True)
    assert asked(bench) == before
    assert told == await bench.venue.account()


async def test_what_orders_leave_is_known_without_a_question(bench: ExchangeBench) -> None:
    """A purchase, a stop that locks the coins, its cancel, a limit order that locks money: the same as when asked."""
    before = asked(bench)
    for one in (
        order(1, BUY, "0.02"),
        stop(2, SELL, "0.02", "63000", reduce_only=True),
        None,
        limit(3, BUY, "0.01", "60000"),
    ):
        await bench.clock.advance(1)  # type: ignore[attr-defined]
        if one is None:
            await bench.venue.cancel(oid(2), bench.symbol)
        else:
            await bench.venue.place(mine(bench, one))
    await until(lambda: bench.venue._books.known() is not None)
    told = await bench.venue.account(as_told=True)
    assert asked(bench) == before
    assert told == await bench.venue.account()


async def test_what_the_owner_does_is_in_the_books(bench: ExchangeBench) -> None:
    before = await bench.venue.account(as_told=True)
    spot(bench.core, "BUY", "0.05")
    await until(lambda: (bench.venue._books.known() or {}).get("USDT", (D(0), before.free))[1] != before.free)
    assert await bench.venue.account(as_told=True) == await bench.venue.account()


async def test_F31_a_line_that_is_open_and_silent_is_not_trusted_after_an_order(bench: ExchangeBench) -> None:
    bench.server.hub.modes.update({stream.kind: Mode.ZOMBIE for stream in bench.server.hub.streams})
    await bench.venue.place(mine(bench, order(1, BUY, "0.02")))
    before = asked(bench)
    told = await bench.venue.account(as_told=True)
    assert asked(bench) == before + 1
    assert told == await bench.venue.account()


async def test_F32_after_a_line_was_cut_the_account_is_asked(bench: ExchangeBench) -> None:
    await bench.venue._wire.client.close_ws_clients()
    before = asked(bench)
    await bench.venue.account(as_told=True)
    assert asked(bench) == before + 1


async def test_F32_a_line_that_was_ended_on_a_connection_that_stays_is_not_trusted(bench: ExchangeBench) -> None:
    """Not for what is read before the exchange has confirmed the next one either."""
    for stream in bench.server.hub.users(ALICE.name):
        bench.server.hub.data(stream, {"subscriptionId": 0, "event": {"e": "eventStreamTerminated", "E": 1}})
        stream.notes.clear()
    await until(lambda: bench.venue._books._line() is None)
    await bench.venue.account()
    spot(bench.core, "BUY", "0.05")
    assert await bench.venue.account(as_told=True) == await bench.venue.account()
    await bench.clock.advance(1)  # type: ignore[attr-defined]
    await until(lambda: bench.venue._books._line() is not None)
    assert bench.venue._books.known() is None
    assert len(bench.server.hub.users(ALICE.name)) == 1


async def test_a_line_that_the_exchange_has_not_confirmed_is_not_trusted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Streams, "_hear_api", lambda *_: None)
    async with desk("binance", "spot", clock=ManualClock()) as there:
        await until(lambda: any(line.isConnected for line in there.venue._wire.client.clients.values()))
        for _ in range(3):
            await there.venue.account()
            await there.clock.advance(2)  # type: ignore[attr-defined]
        spot(there.core, "BUY", "0.05")
        assert await there.venue.account(as_told=True) == await there.venue.account()


@pytest.mark.parametrize(("exchange", "market"), [("binance", "swap"), ("bybit", "spot"), ("bybit", "swap")])
async def test_where_changes_were_not_seen_to_be_told_the_account_is_asked(exchange: str, market: str) -> None:
    async with desk(exchange, market, clock=ManualClock()) as there:
        for _ in range(3):
            await there.venue.account()
            await there.clock.advance(1)  # type: ignore[attr-defined]
        assert there.venue._books.known() is None
