"""A reception over any store, with lanes that only collect and a desk that writes down what it is given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from bot.lanes import Lanes
from bot.ports import InboxRow, Store
from bot.reception import Reception
from engine.desk.taken import Taken
from engine.ports import Clock, Tx
from engine.types import Post


@dataclass(slots=True)
class Heap:
    """Every row that is put. Nothing is clear but the channels named."""

    rows: list[InboxRow]
    clear: set[int] = field(default_factory=set)

    def put(self, rows: Sequence[InboxRow]) -> None:
        self.rows.extend(rows)

    def is_clear(self, lane: int) -> bool:
        return lane in self.clear


@dataclass(slots=True)
class Scribe:
    """A desk that remembers: what was recorded, and what was begun."""

    recorded: list[Post] = field(default_factory=list)
    begun: list[Taken] = field(default_factory=list)
    fails: bool = False

    def intent(self, post: Post) -> Callable[[Tx], Taken]:
        def record(_: Tx) -> Taken:
            if self.fails:
                raise LookupError("no such thing")
            self.recorded.append(post)
            return Taken(late={post.message_id})

        return record

    def begin(self, taken: Taken) -> None:
        self.begun.append(taken)


@dataclass(slots=True)
class Usual:
    """Lanes by which every post goes the usual way."""

    lanes: Lanes

    def put(self, rows: Sequence[InboxRow]) -> None:
        self.lanes.put(rows)

    def is_clear(self, _: int) -> bool:
        return False


def reception(store: Store, clock: Clock, rows: list[InboxRow], bot_id: int = 42) -> Reception:
    """Everything takes the usual way."""
    return Reception(bot_id=bot_id, store=store, clock=clock, lanes=Heap(rows), desk=Scribe())
