"""What an exchange stands on: time, skew, visibility lag, duplicate policy, transactions, and who hears of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from engine.ports import Clock
from tests.exchange.model import DuplicatePolicy, Happening, Market
from tests.exchange.store import Store


class Conditions:
    """Settings live in the store, so that the next process keeps them; only ``bent`` is of the moment."""

    def __init__(self, clock: Clock, store: Store) -> None:
        self.clock, self.store = clock, store
        self.listeners: list[Callable[[Happening], None]] = []
        self._told: list[Happening] = []
        self._bent_skew = self._bent_lag = 0.0

    def now(self) -> int:
        """The exchange's own clock in milliseconds."""
        return int((self.clock.now().timestamp() + self.skew + self._bent_skew) * 1000)

    @property
    def skew(self) -> float:
        """Seconds the exchange's clock is ahead of everybody else's."""
        return float(self.store.setting("skew", "0"))

    @skew.setter
    def skew(self, seconds: float) -> None:
        self.store.set("skew", str(seconds))

    @property
    def lag(self) -> float:
        """Seconds until a new order shows up in queries."""
        return float(self.store.setting("lag", "0")) + self._bent_lag

    @lag.setter
    def lag(self, seconds: float) -> None:
        self.store.set("lag", str(seconds))

    def duplicates(self, market: Market) -> DuplicatePolicy:
        return DuplicatePolicy(self.store.setting(f"duplicates.{market}", DuplicatePolicy.OPEN_ONLY))

    def set_duplicates(self, market: Market, policy: DuplicatePolicy) -> None:
        self.store.set(f"duplicates.{market}", policy)

    @contextmanager
    def bent(self, *, skew: float = 0.0, lag: float = 0.0) -> Iterator[None]:
        """Inside, the clock is ``skew`` seconds ahead and new orders are hidden ``lag`` seconds longer."""
        self._bent_skew, self._bent_lag = skew, lag
        try:
            yield
        finally:
            self._bent_skew = self._bent_lag = 0.0

    @contextmanager
    def change(self) -> Iterator[None]:
        """One transaction; listeners hear of it when it is committed, and of nothing when it is not."""
        try:
            with self.store.transaction():
                yield
        except BaseException:
            if not self.store.busy:
                self._told.clear()
                self.forget()
            raise
        if self.store.busy:
            return
        told, self._told = self._told, []
        for happening in told:
            for listener in self.listeners:
                listener(happening)

    def forget(self) -> None:
        """What else to drop when a transaction is rolled back."""

    def tell(self, happening: Happening) -> None:
        """Note what the listeners will hear when the transaction is committed."""
        self._told.append(happening)
