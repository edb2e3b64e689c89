"""Every known refusal of every venue, through ccxt's real error handling, means what the venue says it means."""

from __future__ import annotations

import asyncio
import csv
import json
import socket
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any

import aiohttp
import ccxt.async_support as ccxt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.adapters.ccxt_answers import Answer, Meaning, classify
from engine.adapters.ccxt_bodies import Body, read_body
from engine.errors import Code
from tests.adapters.venue_answers import body_of, fault_of

with (files("engine.adapters") / "data" / "ccxt_answers.csv").open(encoding="utf-8", newline="") as _lines:
    ROWS = tuple(csv.DictReader(_lines))
VENUES = sorted({row["venue"] for row in ROWS})
NOW = datetime(2026, 11, 21, tzinfo=UTC)


@cache
def client(exchange: str) -> Any:
    return getattr(ccxt, exchange)()


async def meaning_of(exchange: str, market: str, text: str, *, status: int = 200, **more: Any) -> Answer:
    fault = await fault_of(client(exchange), market, text, status=status, **more)
    assert isinstance(fault, ccxt.BaseError), f"{exchange} {text}: {fault!r}"
    return classify(exchange, "spot" if market == "spot" else "swap", fault, headers=more.get("headers"), now=NOW)


def expected(row: dict[str, str]) -> tuple[Meaning, Code | None, bool]:
    unsupported = row["meaning"] == "unsupported"
    meaning = Meaning.REFUSED if unsupported else Meaning(row["meaning"])
    return meaning, Code(row["reason"]) if row["reason"] else None, unsupported


def test_the_table_is_wide_and_says_each_thing_once() -> None:
    keys = [(row["venue"], row["market"], row["code"], row["when"]) for row in ROWS]
    assert len(keys) == len(set(keys))
    assert len(ROWS) >= 500
    assert len(VENUES) >= 13


@pytest.mark.parametrize("venue", VENUES)
async def test_each_row_through_ccxt(venue: str) -> None:
    wrong = []
    for row in (row for row in ROWS if row["venue"] == venue):
        for market in ("spot", "swap") if row["market"] == "*" else (row["market"],):
            body = body_of(venue, market, row["code"], row["text"])
            answer = await meaning_of(venue, market, body, status=int(row["http"]))
            if (answer.meaning, answer.code, answer.unsupported) != expected(row):
                wrong.append((market, row["code"], row["text"], answer))
    assert not wrong


@pytest.mark.parametrize(
    ("exchange", "market", "body"),
    [
        ("binance", "spot", {"code": -2010, "msg": "Duplicate order sent."}),
        ("binance", "swap", {"code": -4116, "msg": "ClientOrderId is duplicated."}),
        ("binance", "portfolio", {"code": -4116, "msg": "ClientOrderId is duplicated."}),
        ("binanceusdm", "swap", {"code": -4116, "msg": "ClientOrderId is duplicated."}),
        ("bybit", "swap", {"retCode": 110072, "retMsg": "OrderLinkedID is duplicate"}),
        ("bybit", "spot", {"retCode": 170141, "retMsg": "Duplicate clientOrderId"}),
        (
            "okx",
            "swap",
            {"code": "1", "data": [{"sCode": "51016", "sMsg": "Client order ID already exists."}], "msg": ""},
        ),
        ("bitget", "swap", {"code": "40786", "msg": "Duplicate clientOid"}),
        ("kucoin", "spot", {"code": "126044", "msg": "clientOid duplicate"}),
    ],
)
async def test_f09_an_id_that_is_taken_is_an_order_to_find(exchange: str, market: str, body: dict[str, Any]) -> None:
    answer = await meaning_of(exchange, market, json.dumps(body), status=400 if exchange.startswith("binance") else 200)
    assert answer.meaning is Meaning.DUPLICATE


@pytest.mark.parametrize("market", ["spot", "swap", "portfolio", "inverse"])
@pytest.mark.parametrize(("code", "status"), [(-1006, 500), (-1007, 408), (-1007, 504), (-1000, 400)])
async def test_f08_execution_status_unknown_is_unknown(market: str, code: int, status: int) -> None:
    body = json.dumps({"code": code, "msg": "Execution status unknown."})
    assert (await meaning_of("binance", market, body, status=status)).meaning is Meaning.AMBIGUOUS


@pytest.mark.parametrize("venue", VENUES)
@pytest.mark.parametrize("status", [400, 404, 409, 500, 502, 503, 504, 520])
async def test_f07_a_page_instead_of_an_answer_is_unknown(venue: str, status: int) -> None:
    page = "<html><body>Bad Gateway. Insufficient balance. Duplicate order sent.</body></html>"
    answer = await meaning_of(venue, "spot" if venue != "phemex" else "swap", page, status=status)
    assert answer.meaning is Meaning.AMBIGUOUS


@pytest.mark.parametrize("venue", VENUES)
async def test_f06_a_broken_answer_is_unknown(venue: str) -> None:
    for broken in (aiohttp.ClientPayloadError("cut off"), aiohttp.ServerDisconnectedError(), TimeoutError()):
        assert (await meaning_of(venue, "swap", "", broken=broken)).meaning is Meaning.AMBIGUOUS


def _refused_connection() -> aiohttp.ClientConnectorError:
    key: Any = type("Key", (), {"host": "h", "port": 443, "ssl": True})()
    return aiohttp.ClientConnectorError(key, ConnectionRefusedError())


@pytest.mark.parametrize(
    "fault", [_refused_connection(), aiohttp.ConnectionTimeoutError("connect"), socket.gaierror("no such host")]
)
async def test_f01_nothing_left_when_no_connection_was_made(fault: BaseException) -> None:
    raised = await fault_of(client("binance"), "spot", "", broken=fault)
    assert raised is not None
    assert classify("binance", "spot", raised).meaning is Meaning.NOT_SENT
    assert classify("binance", "spot", raised, sent=True).meaning is Meaning.AMBIGUOUS  # a second request of the call


async def test_f50_a_clock_that_is_off_is_told_from_a_dead_line() -> None:
    body = json.dumps({"code": -1021, "msg": "Timestamp for this request is outside of the recvWindow."})
    assert (await meaning_of("binance", "swap", body, status=400)).meaning is Meaning.CLOCK


async def test_f33_a_throttle_says_how_long() -> None:
    body = json.dumps({"code": -1003, "msg": "Too many requests."})
    answer = await meaning_of("binance", "spot", body, status=429, headers={"Retry-After": "35"})
    assert (answer.meaning, answer.retry_after) == (Meaning.BUSY, 35)
    plain = await meaning_of("bitbank", "spot", "slow down", status=429, headers={"retry-after": "7"})
    assert (plain.meaning, plain.retry_after) == (Meaning.BUSY, 7)
    ill = await meaning_of("bitbank", "spot", "try later", status=503, headers={"Retry-After": "9"})
    assert (ill.meaning, ill.retry_after) == (Meaning.AMBIGUOUS, 9)  # wait, but the order may be there
    silent = await meaning_of("bitbank", "spot", "slow down", status=429)
    assert silent.meaning is Meaning.AMBIGUOUS  # this venue does not say that nothing was done


async def test_f34_a_ban_lasts_until_its_end() -> None:
    end = int(NOW.timestamp() * 1000) + 90_000
    body = json.dumps({"code": -1003, "msg": f"Way too much request weight used; IP banned until {end}."})
    answer = await meaning_of("binance", "spot", body, status=418, headers={"Retry-After": "3"})
    assert (answer.meaning, answer.retry_after) == (Meaning.BUSY, 90)
    over = json.dumps({"code": -1003, "msg": "IP banned until 1000000000000."})
    assert (await meaning_of("binance", "spot", over, status=418)).retry_after == 0


async def test_f36_a_key_that_worked_is_lost_only_when_refused_again() -> None:
    body = json.dumps({"code": -2015, "msg": "Invalid API-key, IP, or permissions for action."})
    fresh, used = ccxt.binance(), ccxt.binance({"options": {"hasAlreadyAuthenticatedSuccessfully": True}})
    first, later = [await fault_of(one, "spot", body, status=401) for one in (fresh, used)]
    assert first is not None
    assert later is not None
    assert (classify("binance", "spot", first).meaning, classify("binance", "spot", first).needs_repeat) == (
        Meaning.LOCKED,
        False,
    )
    assert isinstance(later, ccxt.DDoSProtection)
    assert (classify("binance", "spot", later).meaning, classify("binance", "spot", later).needs_repeat) == (
        Meaning.LOCKED,
        True,
    )


async def test_f45_a_stop_that_the_venue_will_not_hold_is_no_reason_to_close() -> None:
    body = json.dumps({"code": -4120, "msg": "Order type not supported for this endpoint."})
    answer = await meaning_of("binance", "swap", body, status=400)
    assert (answer.meaning, answer.unsupported) == (Meaning.REFUSED, True)


def test_what_never_left_is_told_by_the_transport_only() -> None:
    no = ccxt.InvalidOrder("binance createOrder() requires a price argument")
    assert classify("binance", "spot", no).meaning is Meaning.AMBIGUOUS
    assert classify("binance", "spot", no, sent=False).meaning is Meaning.REFUSED
    assert classify("binance", "spot", ccxt.BadSymbol("no market"), sent=False).code is Code.SYMBOL_UNKNOWN
    assert classify("binance", "spot", ccxt.RequestTimeout("x"), sent=False).meaning is Meaning.NOT_SENT


@pytest.mark.parametrize(
    "fault",
    [
        asyncio.CancelledError(),
        RuntimeError('okx {"code":"1","data":[{"sCode":"51008","sMsg":"Insufficient balance"}]}'),  # not ccxt's word
        KeyError("code"),
        ccxt.ExchangeError("okx"),
        ccxt.OperationFailed("okx"),
        ccxt.BadResponse("okx"),
        ccxt.OnMaintenance("okx"),
        ccxt.NetworkError("okx"),
        ccxt.RequestTimeout("okx POST https://x"),
        ccxt.InsufficientFunds("okx"),  # without the venue's own words
        ccxt.AuthenticationError("okx POST https://x 401 Unauthorized <html>"),
    ],
)
def test_bare_faults_are_unknown(fault: BaseException) -> None:
    assert classify("okx", "swap", fault).meaning is Meaning.AMBIGUOUS


@pytest.mark.parametrize(
    ("fault", "meaning"),
    [
        (ccxt.InsufficientFunds, Meaning.REFUSED),
        (ccxt.DuplicateOrderId, Meaning.DUPLICATE),
        (ccxt.OrderNotFound, Meaning.GONE),
        (ccxt.AuthenticationError, Meaning.LOCKED),
        (ccxt.AccountSuspended, Meaning.LOCKED),
        (ccxt.PermissionDenied, Meaning.REFUSED),  # one thing is not allowed: the key is not lost
        (ccxt.InvalidNonce, Meaning.CLOCK),
        (ccxt.BadSymbol, Meaning.REFUSED),
        (ccxt.InvalidOrder, Meaning.AMBIGUOUS),
        (ccxt.ExchangeError, Meaning.AMBIGUOUS),
        (ccxt.RateLimitExceeded, Meaning.AMBIGUOUS),
        (ccxt.ExchangeNotAvailable, Meaning.AMBIGUOUS),
    ],
)
def test_of_a_venue_without_a_table_only_plain_classes_count(fault: type[Exception], meaning: Meaning) -> None:
    assert classify("whitebit", "spot", fault('whitebit {"code":32,"message":"x"}')).meaning is meaning


def test_the_innermost_code_is_asked_first() -> None:
    body = read_body('okx {"code":"1","data":[{"sCode":"51016","sMsg":"taken"}],"msg":"failed"}')
    assert body == Body(("51016", "1"), "taken failed")
    assert read_body('okx {"code":"1"') is None
    assert read_body("okx 429 Too Many Requests") is None


KNOWN = {row["code"] for row in ROWS}
WORDS = st.text("qxz .", max_size=30)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from(VENUES),
    st.sampled_from(["spot", "swap"]),
    st.integers(6_000_000, 9_000_000),
    WORDS,
    st.integers(0, 3),
)
def test_a_code_nobody_knows_is_unknown(venue: str, market: str, code: int, words: str, cut: int) -> None:
    assert str(code) not in KNOWN
    body = body_of(venue, market, str(code), f"E{words}")
    raised = asyncio.run(fault_of(client(venue), market, body[: len(body) - cut], status=400))
    if raised is not None:
        assert isinstance(raised, ccxt.BaseError)
        assert classify(venue, market, raised).meaning is Meaning.AMBIGUOUS


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["code", "data", "error", "response", "statuses", "msg", "label", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(
    st.sampled_from([*VENUES, "whitebit"]),
    st.sampled_from([ccxt.ExchangeError, ccxt.OperationFailed, ccxt.InvalidOrder]),
    JSON,
)
def test_f51_no_body_breaks_the_reader(venue: str, kind: type[Exception], body: Any) -> None:
    answer = classify(venue, "spot", kind(f"{venue} {json.dumps(body)}"))
    assert answer.meaning is Meaning.AMBIGUOUS or answer.reason
