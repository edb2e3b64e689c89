"""The table of abilities is what the installed ccxt sends, and what it refuses to believe it refuses for a reason."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from decimal import Decimal
from functools import cache
from typing import Any

import ccxt.async_support as ccxt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.adapters.ccxt_abilities import POPULAR, IdForm, StopForm, abilities, exchanges, read_id, render_id
from engine.execution.ids import client_order_id
from tools.abilities import judge
from tools.abilities.__main__ import TABLE, table
from tools.abilities.probe import Probe, Request

OUR_IDS = st.builds(lambda n: client_order_id("test", n, "signal", "S", 1), st.integers(0, 2**32))
PATTERNS = {
    IdForm.BASE32: r"s[a-z2-7]{26}",
    IdForm.GATE: r"t-[a-z2-7]{26}",
    IdForm.UUID: r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    IdForm.HEX0X: r"0x[0-9a-f]{32}",
    IdForm.INT45: r"[1-9]\d{0,13}",
    IdForm.INT31: r"[1-9]\d{0,9}",
}


@cache
def measured() -> dict[str, Any]:
    return asyncio.run(table())


def test_the_table_is_what_this_ccxt_sends() -> None:
    written = json.loads(TABLE.read_text("utf-8"))
    assert written["ccxt"] == ccxt.__version__, "a new ccxt: run python -m tools.abilities and read the difference"
    then = {(row["exchange"], row["market"]): row for row in written["rows"]}
    now = {(row["exchange"], row["market"]): row for row in measured()["rows"]}
    assert then.keys() == now.keys()
    changed = {
        key: {name: (then[key][name], row[name]) for name in row if then[key][name] != row[name]}
        for key, row in now.items()
    }
    assert not {key: difference for key, difference in changed.items() if difference}


def test_popular_exchanges_are_proven_and_come_first() -> None:
    assert exchanges()[: len(POPULAR)] == POPULAR
    assert len(exchanges()) == len(set(exchanges())) >= 60
    for name in POPULAR:
        spot = abilities(name, "spot")
        assert spot is not None
        assert spot.proven
        assert spot.fields
    unproven = abilities("deribit", "swap")
    assert unproven is not None
    assert not unproven.proven  # ccxt has no way to read our id from its orders
    assert "deribit" not in exchanges()
    assert abilities("binance", "future") is None
    assert abilities("nowhere", "spot") is None


@pytest.mark.parametrize(
    "name", ["binance", "bybit", "okx", "bitget", "kucoin", "gate", "mexc", "bingx", "htx", "hyperliquid"]
)
def test_a_perpetual_position_can_be_protected_at_the_venue(name: str) -> None:
    swap = abilities(name, "swap")
    assert swap is not None
    assert swap.stop is not None
    assert swap.reduce_only
    places = swap.find_by_id
    assert "open" in places or "order" in places


def test_a_stop_is_only_used_where_it_can_be_found_again() -> None:
    for row in measured()["rows"]:
        if row["stop"]:
            assert row["proven"], row
            assert set(row["find_by_id"]) & {"open", "trigger_open"}, row


# --- the traps that the measurement exists for --------------------------------------------------------


async def stop_request(exchange: str, market: str, params: dict[str, Any], trigger: Any = "38765") -> Request:
    probe = Probe.open(ccxt, exchange, market)
    amount = "0.375" if market == "spot" else "3"
    given = {"clientOrderId": "sx", **params, "stopLossPrice": trigger}
    request = await probe.request_of(
        lambda: probe.client.create_order(probe.symbol, "market", "sell", amount, None, given)
    )
    assert isinstance(request, Request), request
    return request


async def test_a_stop_price_that_is_only_passed_on_is_an_immediate_order() -> None:
    request = await stop_request("mexc", "spot", {})
    assert (request.fields["type"], request.fields["stopLossPrice"]) == ("MARKET", "38765")
    spot = abilities("mexc", "spot")
    assert spot is not None
    assert spot.stop is None


async def test_a_stop_attached_to_an_immediate_order_is_no_stop() -> None:
    request = await stop_request("phemex", "swap", {"triggerDirection": "descending"})
    assert (request.fields["ordType"], request.fields["stopLossRp"]) == ("Market", "38765")
    swap = abilities("phemex", "swap")
    assert swap is not None
    assert swap.stop is not None
    assert "ordType=Stop" in swap.stop.evidence


async def test_a_decimal_trigger_vanishes_and_the_stop_sells_at_once() -> None:
    """Why every number in ``params`` is text: ccxt drops a Decimal there without a word."""
    assert (await stop_request("binance", "spot", {}, Decimal("38765"))).fields["type"] == "MARKET"
    assert (await stop_request("binance", "spot", {}, "38765")).fields["type"] == "STOP_LOSS"


def test_a_stop_gives_its_trigger_as_plain_text() -> None:
    swap = abilities("mexc", "swap")
    assert swap is not None
    assert swap.stop is not None
    below, above = (swap.stop.params(Decimal("1E+4"), buys=buys) for buys in (False, True))
    assert (below["triggerPrice"], below["triggerType"], below["reduceOnly"]) == ("10000", "2", True)
    assert (above["triggerPrice"], above["triggerType"]) == ("10000", "1")
    for row in measured()["rows"]:
        if row["stop"]:
            params = StopForm(**row["stop"]).params(Decimal("1E-7"), buys=False)
            assert params[row["stop"]["price_param"]] == "0.0000001"


# --- the judge ----------------------------------------------------------------------------------------

PLAIN = Request("POST", "/order", {"type": "MARKET", "amount": "3", "cid": "sx"}, {})
STOP = Request("POST", "/order", {"type": "STOP_MARKET", "stopPx": "90", "amount": "3", "cid": "sx"}, {})
PASSED = {"stopLossPrice": "90"}


def evidence(stop: Request, passed: dict[str, Any] = PASSED) -> str | None:
    return judge.stop_evidence(PLAIN, stop, passed, "90", "3")


def with_fields(request: Request, **fields: str) -> Request:
    return replace(request, fields={**request.fields, **fields})


def test_a_conditional_type_with_its_trigger_is_evidence() -> None:
    assert evidence(STOP) == "POST /order stopPx=90 type=STOP_MARKET"
    assert evidence(replace(PLAIN, path="/algo", fields={**PLAIN.fields, "px": "90"})) == "POST /algo px=90"


@pytest.mark.parametrize(
    "stop",
    [
        PLAIN,
        with_fields(PLAIN, stopLossPrice="90"),  # passed on
        with_fields(PLAIN, slPrice="90"),  # attached
        with_fields(STOP, type="STOP_LIMIT"),
        with_fields(STOP, type="TAKE_PROFIT_MARKET"),
        with_fields(STOP, triggerOrderType="TAKE_PROFIT"),
        with_fields(STOP, stopPx="91"),
        with_fields(STOP, amount="4"),
        replace(PLAIN, path="/batch", fields={**PLAIN.fields, "px": "90"}),  # elsewhere, but not a place for stops
    ],
)
def test_anything_less_is_none(stop: Request) -> None:
    assert evidence(stop) is None


def test_a_mark_of_our_own_is_no_evidence() -> None:
    ours = {**PASSED, "planType": "loss"}
    assert evidence(with_fields(PLAIN, px="90", planType="loss"), ours) is None


def test_a_name_that_ccxt_only_passes_on_counts_if_the_venue_uses_it() -> None:
    other = with_fields(PLAIN, reduceOnly="true")
    assert not judge.understood(PLAIN, other, "reduceOnly", frozenset())
    assert judge.understood(PLAIN, other, "reduceOnly", frozenset({"reduceOnly"}))
    assert judge.understood(PLAIN, with_fields(PLAIN, ro="1"), "reduceOnly", frozenset())
    assert judge.understood(other, with_fields(PLAIN, reduceOnly="false"), "reduceOnly", frozenset())  # ccxt's own name
    assert not judge.understood(PLAIN, PLAIN, "reduceOnly", frozenset({"reduceOnly"}))
    assert not judge.understood(PLAIN, "NotSupported", "reduceOnly", frozenset())


def test_our_id_has_to_arrive_whole() -> None:
    assert judge.id_field(PLAIN, "clientOrderId", "sx", frozenset()) == "cid"
    assert judge.id_field(with_fields(PLAIN, cid="x-sx"), "clientOrderId", "sx", frozenset()) is None
    raw = Request("POST", "/order", {"clientOrderId": "sx"}, {})
    assert judge.id_field(raw, "clientOrderId", "sx", frozenset()) is None
    assert judge.id_field(raw, "clientOrderId", "sx", frozenset({"clientOrderId"})) == "clientOrderId"


# --- ids ----------------------------------------------------------------------------------------------


@given(OUR_IDS, OUR_IDS)
def test_ids_keep_their_form_and_their_difference(one: str, other: str) -> None:
    for form, pattern in PATTERNS.items():
        assert re.fullmatch(pattern, render_id(one, form))
        assert (render_id(one, form) == render_id(other, form)) == (one == other)
    assert int(render_id(one, IdForm.INT45)) < 2**45
    assert int(render_id(one, IdForm.INT31)) < 2**31


@given(OUR_IDS, st.sampled_from([IdForm.BASE32, IdForm.GATE, IdForm.UUID, IdForm.HEX0X]))
def test_ids_can_be_read_back(ours: str, form: IdForm) -> None:
    assert read_id(render_id(ours, form), form) == ours


@given(st.text(max_size=40), st.sampled_from(list(IdForm)))
def test_a_foreign_id_is_nobodys(text: str, form: IdForm) -> None:
    found = read_id(text, form)
    assert found is None or render_id(found, form) == text


@pytest.mark.parametrize("text", ["", "s", "x" * 27, "S" + "a" * 26, "s" + "1" * 26, "t-" + "a" * 25])
def test_only_our_ids_are_rendered(text: str) -> None:
    with pytest.raises(ValueError, match="not an order id of ours"):
        render_id(text, IdForm.UUID)
