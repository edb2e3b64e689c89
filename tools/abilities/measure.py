"""One row of the table: ask an exchange class for every kind of order and keep what its bytes prove."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Any

from engine.adapters.ccxt_abilities import IdForm, render_id
from engine.execution.ids import client_order_id
from tools.abilities import facts, judge
from tools.abilities.places import Places, find_places
from tools.abilities.probe import Probe, Request

OUR_ID = client_order_id("measure", 1, "measure", "E", 1)
AMOUNTS = {"spot": "0.375", "swap": "3"}
PRICE = "43210"
TRIGGERS = {"sell": "38765", "buy": "48765"}
WINDOW_NAME = re.compile(r"(recv|access)[-_]?window$|^x-window$", re.IGNORECASE)

Answer = Request | str


@dataclass(frozen=True, slots=True)
class Bench:
    """An exchange and market under measurement, and how its orders have to be written."""

    probe: Probe
    native: frozenset[str]
    our_id: str
    needs_price: bool = False
    counts_in_numbers: bool = False

    async def order(self, kind: str, side: str, **params: Any) -> Answer:
        """The request of one order, or why there is none. Numbers go in as text, as our adapter sends them."""
        probe, text = self.probe, AMOUNTS[self.probe.market]
        amount: Any = float(text) if self.counts_in_numbers else text
        price = PRICE if kind == "limit" or self.needs_price else None
        return await probe.request_of(
            lambda: probe.client.create_order(probe.symbol, kind, side, amount, price, params)
        )


async def measure(library: Any, exchange: str, market: str) -> dict[str, Any] | None:
    """The row; None when no market or limit order of this market can be built offline."""
    probe = Probe.open(library, exchange, market)
    usual = facts.ID_FORMS.get(exchange, IdForm.BASE32)
    form = IdForm(facts.ID_FORMS.get(f"{exchange}:{market}", usual))
    bench = await _bench(probe, render_id(OUR_ID, form))
    if bench is None:
        return None
    id_param, proven_id = await _id_param(bench)
    named = {id_param: bench.our_id}
    plain = await bench.order("limit", "sell", **named)
    places = await find_places(probe, bench.our_id, bench.native)
    reduce_only = market == "swap" and await _shows(bench, "market", named, "reduceOnly", True)
    stop = await _stop(bench, id_param, places) if proven_id else None
    ioc = await bench.order("limit", "sell", **named, timeInForce="IOC")
    fok = await bench.order("limit", "sell", **named, timeInForce="FOK")
    differ = isinstance(ioc, Request) and isinstance(fok, Request) and ioc.fields != fok.fields
    return {
        "exchange": exchange,
        "title": str(probe.client.name),
        "market": market,
        "fields": [name for name, needed in probe.client.requiredCredentials.items() if needed],
        "testnet": bool(probe.client.has.get("sandbox") and probe.client.urls.get("test")),
        "id_form": form.value,
        "id_param": id_param,
        "ioc": differ and judge.understood(plain, ioc, "timeInForce", bench.native),
        "fok": differ and judge.understood(plain, fok, "timeInForce", bench.native),
        "post_only": await _shows(bench, "limit", named, "postOnly", True),
        "reduce_only": reduce_only,
        "margin_in_order": market == "swap" and await _names_its_mode(bench, named),
        "market_needs_price": bench.needs_price,
        "counts_in_numbers": bench.counts_in_numbers,
        "buys_by_cost": await _buys_by_cost(bench, named),
        "stop": stop,
        "find_by_id": list(places.found if stop else [place for place in places.found if "trigger" not in place]),
        "find_param": places.find_param,
        "closed_call": places.closed_call,
        "trigger_params": places.trigger_params,
        "duplicate_ids": facts.DUPLICATE_IDS.get((exchange, market), "unknown"),
        "request_window": _window(plain, exchange),
        "lag": 5.0,
        "proven": proven_id and bool(places.found),
    }


async def _bench(probe: Probe, our_id: str) -> Bench | None:
    """The first way of writing numbers in which both a market and a limit order leave."""
    native = judge.native_names(probe.client)
    for needs_price in (False, True):
        for in_numbers in (False, True):
            bench = Bench(probe, native, our_id, needs_price, in_numbers)
            answers = [await bench.order(kind, "sell") for kind in ("market", "limit")]
            if all(isinstance(answer, Request) and carries_amount(answer, probe.market) for answer in answers):
                return bench
    return None


def carries_amount(request: Request, market: str) -> bool:
    """Whether the order itself left, not a question before it."""
    return any(judge.is_price(value.lstrip("-"), AMOUNTS[market]) for value in request.fields.values())


async def _id_param(bench: Bench) -> tuple[str, bool]:
    """The parameter that brings our id to the wire on a market and on a limit order, and whether there is one."""
    for param in facts.ID_PARAMS:
        sent = [await bench.order(kind, "sell", **{param: bench.our_id}) for kind in ("market", "limit")]
        if all(judge.id_field(request, param, bench.our_id, bench.native) for request in sent):
            return param, True
    return "clientOrderId", False


async def _shows(bench: Bench, kind: str, named: dict[str, str], param: str, value: Any) -> bool:
    plain = await bench.order(kind, "sell", **named)
    other = await bench.order(kind, "sell", **named, **{param: value})
    return judge.understood(plain, other, param, bench.native)


async def _names_its_mode(bench: Bench, named: dict[str, str]) -> bool:
    """Whether an order in cross and one in isolated margin are two different orders in the venue's own words."""
    cross = await bench.order("limit", "sell", **named, marginMode="cross")
    isolated = await bench.order("limit", "sell", **named, marginMode="isolated")
    return judge.tells_apart(cross, isolated, "marginMode", ("cross", "isolated"))


async def _stop(bench: Bench, id_param: str, places: Places) -> dict[str, Any] | None:
    """The first form that on every side is conditional, carries our id, opens no position, and can be found again."""
    key = (bench.probe.client.id, bench.probe.market)
    if key in facts.DISTRUSTED_STOPS:
        return None
    sides = ("sell",) if bench.probe.market == "spot" else ("sell", "buy")
    for param in ("stopLossPrice", "triggerPrice"):
        form: dict[str, Any] = {"price_param": param, "buy": {}, "sell": {}}
        shown = []
        for side in sides:
            extras = _extras(bench, side)
            evidence = await _stop_side(bench, side, param, {id_param: bench.our_id, **extras}, places)
            form[side] = extras
            shown.append(evidence)
        if all(shown):
            return {**form, "evidence": shown[0]}
    return None


def _extras(bench: Bench, side: str) -> dict[str, str | bool]:
    """What a stop of this side is sent with besides its trigger."""
    known = facts.STOP_EXTRAS.get((bench.probe.client.id, bench.probe.market), {})
    reduce: dict[str, str | bool] = {"reduceOnly": True} if bench.probe.market == "swap" else {}
    return {**reduce, **known.get("both", {}), **known.get(side, {})}


async def _stop_side(bench: Bench, side: str, param: str, params: dict[str, Any], places: Places) -> str | None:
    trigger = TRIGGERS[side]
    own = {name: value for name, value in params.items() if name not in ("triggerDirection", "planType", "triggerType")}
    plain = await bench.order("market", side, **own)
    stop = await bench.order("market", side, **params, **{param: trigger})
    amount = AMOUNTS[bench.probe.market]
    passed = {param: trigger, **params}
    evidence = judge.stop_evidence(plain, stop, passed, trigger, amount)
    if evidence is None or isinstance(stop, str) or isinstance(plain, str):
        return None
    if not judge.id_field(stop, next(iter(params)), bench.our_id, bench.native):
        return None
    if bench.probe.market == "swap" and not await _only_reduces(bench, side, param, params, stop):
        return None
    elsewhere = stop.endpoint != plain.endpoint
    return evidence if not elsewhere or "trigger_open" in places.found else None


async def _only_reduces(bench: Bench, side: str, param: str, params: dict[str, Any], stop: Request) -> bool:
    """Whether the conditional order says on the wire that it may not open a position."""
    free = {name: value for name, value in params.items() if name != "reduceOnly"}
    other = await bench.order("market", side, **free, **{param: TRIGGERS[side]})
    if isinstance(other, Request) and judge.only_reduces(other):
        return True
    return judge.understood(other, stop, "reduceOnly", bench.native)


async def _buys_by_cost(bench: Bench, named: dict[str, str]) -> bool:
    """Whether a market order to buy names what to spend: none leaves without a price; with one, the product does."""
    if bench.probe.market != "spot" or isinstance(await bench.order("market", "buy", **named), Request):
        return False
    priced = Bench(bench.probe, bench.native, bench.our_id, True, bench.counts_in_numbers)
    request = await priced.order("market", "buy", **named)
    cost = f"{float(AMOUNTS['spot']) * float(PRICE):.2f}"
    return isinstance(request, Request) and any(judge.is_price(value, cost) for value in request.fields.values())


def _window(request: Answer, exchange: str) -> float | None:
    """Seconds from the request itself, or from the venue's rule about time stamps."""
    if isinstance(request, Request):
        for name, value in (*request.fields.items(), *request.headers.items()):
            if WINDOW_NAME.search(name) and value.isdigit():
                return math.ceil(int(value) / 100) / 10
    return facts.REQUEST_WINDOWS.get(exchange)
