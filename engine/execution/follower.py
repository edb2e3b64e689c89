"""Carries a channel's instructions out on the trades they are for, and says so when one cannot be carried out."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import partial

from engine.events import InstructionRefused
from engine.execution import exits, reserve, stops, told
from engine.execution.instructions import CancelEntries, Close, Deed, PlanStop, SetTargets, meaning
from engine.execution.trader import Trader
from engine.ports import Clock, Store, Tx
from engine.types import ActionKind, Amendment, ClosedReason, ClosePart, Execution, MoveStop, Position, Refusal

PAUSES = (5.0, 10.0, 15.0, 15.0)  # seconds between the tries of a close that the venue refuses


class Follower:
    """Instructions of one message run in the order written, each on the trade as the one before left it."""

    def __init__(self, *, store: Store, clock: Clock, trader: Trader) -> None:
        self._store = store
        self._clock = clock
        self._trader = trader

    async def follow(self, execution: Execution, steps: tuple[Amendment, ...], key: str) -> None:
        """``key`` names the message: a step that is refused twice is told once."""
        for number, step in enumerate(steps):
            refusal = await self._step(execution, step, f"{key}:{number}")
            if refusal is not None:
                tell = partial(
                    _tell, execution=execution, step=step, refusal=refusal, key=f"{key}:{number}", now=self._clock.now()
                )
                await self._store.write(tell)
        await self._pursue_closes(execution, steps, key)

    async def _pursue_closes(self, execution: Execution, steps: tuple[Amendment, ...], key: str) -> None:
        """A close that the venue refuses may go through a moment later: it is tried again a few times, and everything
        else goes first. Its owner was told of the refusal, and can close the trade themselves meanwhile."""
        for pause in PAUSES:
            if not await self._refused(execution, steps, key):
                return
            await self._clock.sleep(pause)
            for number in await self._refused(execution, steps, key):  # its owner may have closed it meanwhile
                await self._step(execution, steps[number], f"{key}:{number}")

    async def _refused(self, execution: Execution, steps: tuple[Amendment, ...], key: str) -> list[int]:
        """The numbers of the steps that the venue said no to, and that are still to be done."""
        return [n for n, step in enumerate(steps) if await self._is_refused(execution, step, f"{key}:{n}")]

    async def _is_refused(self, execution: Execution, step: Amendment, key: str) -> bool:
        whole = step.action is ActionKind.CLOSE
        return await self._store.read(partial(exits.is_refused, execution_id=execution.id, key=key, whole=whole))

    async def _step(self, execution: Execution, step: Amendment, key: str) -> Refusal | None:
        position = await self._store.read(lambda tx: tx.positions.of_execution(execution.id))
        deeds = meaning(step, position)
        if isinstance(deeds, Refusal):
            return deeds
        for deed in deeds:
            refusal = await self._do(execution, position, deed, key)
            if refusal is not None:
                return refusal
        return None

    async def _do(self, execution: Execution, position: Position | None, deed: Deed, key: str) -> Refusal | None:
        if isinstance(deed, Close):
            await self._trader.close(execution, key)
            return None
        if isinstance(deed, PlanStop):
            return await self._plan_stop(execution, deed.price)
        if isinstance(deed, CancelEntries) or position is None:
            await self._store.write(partial(reserve.call_off, execution_id=execution.id, now=self._clock.now()))
            await self._trader.cancel_entries(execution.id, ClosedReason.SIGNAL)
            return None
        if isinstance(deed, SetTargets):
            change = partial(exits.set_targets, position_id=position.id, prices=deed.prices, now=self._clock.now())
            return await self._store.write(change)
        if isinstance(deed, MoveStop):
            if deed.price == position.sl_price:  # carried out already, before a crash
                return None
            moved = await self._trader.move_stop(position, deed.price, deed.reason)
            return moved if isinstance(moved, Refusal) else None
        await self._trader.act(position, (replace(deed, key=key) if isinstance(deed, ClosePart) else deed,))
        return None

    async def _plan_stop(self, execution: Execution, price: Decimal) -> Refusal | None:
        """The trade has not begun, or begins at this moment: then the stop it has by now is moved."""
        planned = await self._store.write(partial(stops.plan_stop, execution_id=execution.id, price=price))
        position = await self._store.read(lambda tx: tx.positions.of_execution(execution.id))
        if position is None or isinstance(planned, Refusal):
            return planned if isinstance(planned, Refusal) else None
        return await self._do(execution, position, MoveStop(price=price, reason=ClosedReason.SL), "")


def _tell(
    tx: Tx, *, execution: Execution, step: Amendment, refusal: Refusal, key: str, now: datetime
) -> None:  # fmt: skip
    connection = execution.connection
    position = tx.positions.of_execution(execution.id)
    event = InstructionRefused(
        source=told.source_name(tx, execution),
        connection=connection.name,
        paper=connection.is_paper,
        symbol=execution.signal.entry.symbol_base,
        direction=execution.signal.entry.direction.value,
        instruction=step.action.value,
        code=refusal.code,
        details=refusal.details,
        position_id=position.id if position is not None else None,
    )
    tx.outbox.tell(
        connection.owner_id, event, key=key, now=now, connection_id=connection.id, signal_id=execution.signal.id
    )
