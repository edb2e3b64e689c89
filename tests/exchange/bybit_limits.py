"""Bybit counts the calls of each key to each endpoint by the second, and says in every answer what is left."""

from __future__ import annotations

from tests.exchange.faults import Call

PER_SECOND = {"POST /v5/order/create": 10, "POST /v5/order/cancel": 10, "POST /v5/order/cancel-all": 10}
USUAL = 50


class Limits:
    """``enforced``: what is over the limit is to be refused."""

    def __init__(self, *, enforced: bool) -> None:
        self._enforced = enforced
        self._counted: dict[tuple[str, str], tuple[int, int]] = {}

    def count(self, call: Call, now: int) -> tuple[bool, dict[str, str]]:
        """Count a call at ``now`` (milliseconds); whether it is one too many, and the headers that tell the client."""
        most, slot = PER_SECOND.get(call.endpoint, USUAL), (call.key, call.endpoint)
        second, calls = self._counted.get(slot, (0, 0))
        calls = calls + 1 if second == now // 1000 else 1
        self._counted[slot] = (now // 1000, calls)
        return self._enforced and calls > most, {
            "X-Bapi-Limit": str(most),
            "X-Bapi-Limit-Status": str(max(0, most - calls)),
            "X-Bapi-Limit-Reset-Timestamp": str((now // 1000 + 1) * 1000),
        }
