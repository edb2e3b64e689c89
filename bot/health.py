"""What /health and the health check look at: is everything that should run running, and how much is waiting."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.ports import BotTx, Store
from engine.ports import Clock

MANY = 500  # rows waiting, from which on something is stuck rather than busy
OLD_PRICE = 60.0  # seconds

Line = tuple[str, bool, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """``price_age`` gives the seconds since the last price, None before the first; ``watching`` counts open trades."""

    store: Store
    clock: Clock
    bot_id: int
    price_age: Callable[[], float | None]
    watching: Callable[[], int]

    async def report(self, *, asking: int = 0) -> tuple[Line, ...]:
        """One line a part: its name, whether it is well, and the figure. ``asking``: updates that only ask for this."""
        try:
            waiting, owed = await self.store.read(self._backlog)
        except Exception as fault:
            return (("database", False, type(fault).__name__),)
        return (
            ("inbox", waiting < MANY, str(max(0, waiting - asking))),
            ("outbox", owed < MANY, str(owed)),
            ("positions", True, str(self.watching())),
            ("database", True, "✓"),
            self._prices(),
        )

    def _backlog(self, tx: BotTx) -> tuple[int, int]:
        return len(tx.inbox.waiting(self.bot_id, MANY)), tx.deliveries.backlog()

    def _prices(self) -> Line:
        age = self.price_age()
        return "prices", age is not None and age < OLD_PRICE, "–" if age is None else f"{age:.0f} s"
