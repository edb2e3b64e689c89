"""After a start nothing new begins on an account before its past is known: its orders in doubt taken up, its holdings
read. Exits wait for nothing.

Until then our books may count a trade as open that was closed meanwhile, or the other way round. A venue that does not
answer holds up its own accounts only, and their entries not for long: they are refused, and refused at once later on,
until it has answered. An account without orders in doubt and open trades has nothing to wait for.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from engine.ports import Clock

PATIENCE = 30.0  # seconds after a start that an entry waits
LOOK = 0.1  # seconds between two looks whether it may go on


class Readiness:
    """Which accounts are still being read. Nothing is before ``begin``, so nothing waits then."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._orders: dict[int, int] = {}
        self._unread: set[int] = set()
        self._until = float("-inf")

    def begin(self, orders: Mapping[int, int], accounts: Collection[int]) -> None:
        """At a start: these orders, each with its account, are in doubt, and of these accounts it is not known what
        they hold."""
        self._orders = dict(orders)
        self._unread = set(accounts)
        self._until = self._clock.monotonic() + PATIENCE

    def taken_up(self, order_id: int) -> None:
        self._orders.pop(order_id, None)

    def read(self, connection_id: int) -> None:
        """What this account holds is known, and what it does not hold any more was booked out."""
        self._unread.discard(connection_id)

    def only(self, *, orders: Collection[int] | None = None, accounts: Collection[int] | None = None) -> None:
        """What is not among these has come to its end in another way: nothing of it is left to read."""
        if orders is not None:
            self._orders = {order: account for order, account in self._orders.items() if order in orders}
        if accounts is not None:
            self._unread &= set(accounts)

    def is_ready(self, connection_id: int) -> bool:
        return connection_id not in self._unread and connection_id not in self._orders.values()

    @property
    def waiting(self) -> frozenset[int]:
        """Accounts that have not shown yet how they stand."""
        return frozenset({*self._unread, *self._orders.values()})

    async def wait(self, connection_id: int) -> bool:
        """Until it is ready; False when it is not within the time that an entry may wait after a start."""
        while not self.is_ready(connection_id):
            left = self._until - self._clock.monotonic()
            if left <= 0:
                return False
            await self._clock.sleep(min(LOOK, left))
        return True
