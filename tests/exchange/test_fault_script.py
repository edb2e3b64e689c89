"""Which call meets which fault."""

from __future__ import annotations

import pytest

from tests.exchange.catalog import BOB
from tests.exchange.faults import Call, FaultKind, FaultScript

CREATE = "POST /api/v3/order"


def call(endpoint: str = CREATE, key: str = "alice-key", **params: str) -> Call:
    method, _, path = endpoint.partition(" ")
    return Call(method=method, path=path, params=params, key=key)


def test_a_rule_counts_its_own_calls() -> None:
    script = FaultScript()
    script.add(CREATE, FaultKind.LOST, nth=2, times=2)
    script.add("*", FaultKind.HTML, params={"symbol": "ETH*"}, times=-1)
    script.add("GET *", FaultKind.SLOW, key="bob-key")
    script.add(CREATE, FaultKind.SKEW, where=lambda one: one.params.get("side") == "SELL")
    met = [script.next(call(symbol="BTCUSDT")) for _ in range(4)]
    assert [fault and fault.kind for fault in met] == [None, FaultKind.LOST, FaultKind.LOST, None]
    for _ in range(3):
        fault = script.next(call("GET /x", symbol="ETHUSDT"))
        assert fault is not None and fault.kind is FaultKind.HTML
    assert script.next(call("GET /x")) is None
    slow = script.next(call("GET /x", key=BOB.key))
    assert slow is not None and slow.kind is FaultKind.SLOW
    assert script.next(call(side="BUY")) is None
    skew = script.next(call(side="SELL"))
    assert skew is not None and skew.kind is FaultKind.SKEW
    script.clear()
    assert script.next(call(symbol="ETHUSDT")) is None


@pytest.mark.parametrize("given", [{"nth": 0}, {"times": 0}])
def test_a_rule_that_can_never_be_met_is_a_mistake(given: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="nth counts from 1"):
        FaultScript().add("*", FaultKind.LOST, **given)
