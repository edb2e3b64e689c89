"""The demonstration to play with: one page that looks like a messenger, and a market that gets to the point."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from aiogram import Router

from bot.demo.stage import Publish, Stage, set_up
from bot.ports import Store
from engine.ports import Clock
from engine.types import Position

STEP = 1.0  # seconds between two prices
CLIMB = 8  # prices on the way to a target


async def play(
    *, store: Store, clock: Clock, routers: Sequence[Router], publish: Publish, port: int, say: Callable[[str], None]
) -> None:  # fmt: skip
    """Serve the page until interrupted. Raises OSError when the port is taken."""
    async with set_up(store=store, clock=clock, routers=routers, publish=publish, port=port, interval=STEP) as stage:
        stage.house.nursery.spawn("market", _keep_it_lively(stage, clock))
        say(f"\n  Heliograph demo: {stage.simulator.url}")
        say("  Press Start in the chat, then post in the channel. Ctrl+C ends.\n")
        await stage.house.run()


async def _keep_it_lively(stage: Stage, clock: Clock) -> None:
    """A simulated market may take hours to reach a target; this one sets out for it when a trade opens."""
    seen: set[int] = set()
    while True:
        for position in await stage.store.read(lambda tx: tx.positions.open()):
            if position.id not in seen:
                seen.add(position.id)
                stage.feed.script(position.symbol, path(position, to_the_end=len(seen) % 2 == 0))
        await clock.sleep(STEP)


def path(position: Position, *, to_the_end: bool) -> Iterator[Decimal]:
    """Prices for a trade: up to its first target, then on to the last one, or back to where it was entered."""
    beyond = position.entry_price / 5000 * position.direction.sign
    here, targets = position.entry_price, [rung.price + beyond for rung in position.rungs]
    ends = targets[:1] + (targets[-1:] if to_the_end else [position.entry_price - beyond])
    for end in ends:
        yield from (here + (end - here) * step / CLIMB for step in range(1, CLIMB + 1))
        yield from [end] * 4
        here = end
