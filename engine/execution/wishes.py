"""What a person asks of a trade: close it, move its stop, or look after an order that nobody could answer for."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial

from engine.errors import Code, EngineFault, VenueLocked
from engine.execution import doubt, exits, sides
from engine.execution.lines import as_refusal
from engine.execution.trader import Trader
from engine.ports import Clock, Store, Tx
from engine.types import ClosedReason, ClosePart, Order, OrderState, Position, Refusal

HUNDRED = Decimal(100)


class Wishes:
    """Each wish is good for a trade on an account of that person, and for no other."""

    def __init__(
        self, *, store: Store, clock: Clock, trader: Trader, on_change: Callable[[Position | None], None]
    ) -> None:  # fmt: skip
        self._store = store
        self._clock = clock
        self._trader = trader
        self._on_change = on_change

    # --- trades ------------------------------------------------------------------------------------

    async def close(
        self, user_id: int, position_id: int, *, percent: Decimal = HUNDRED, key: str = ""
    ) -> Position | Refusal:  # fmt: skip
        """Close this percentage of what is left, at the market. The position as it then stands, or why not.

        ``key`` names the wish: heard again, it closes nothing more.
        """
        position = await self._theirs(user_id, position_id)
        if isinstance(position, Refusal):
            return position
        part = ClosePart(quantity=position.quantity * percent / HUNDRED, reason=ClosedReason.MANUAL, key=key)
        if await self._store.read(partial(exits.is_decided, position=position, part=part)):
            return position
        try:
            after = await self._trader.act(position, (part,))
        except VenueLocked as fault:
            return as_refusal(fault, Code.KEY_LOST)
        if after.is_open and after.quantity == position.quantity:
            return await self._store.read(partial(_why_not, position=after, part=part)) or after
        return after

    async def stop_to_entry(self, user_id: int, position_id: int) -> Position | Refusal:
        """Move the stop to the entry price, if the market still leaves room for it."""
        position = await self._theirs(user_id, position_id)
        if isinstance(position, Refusal):
            return position
        return await self._trader.move_stop(position, position.entry_price, ClosedReason.BREAKEVEN)

    async def loosen_stop(self, user_id: int, position_id: int, price: Decimal) -> Position | Refusal:
        """Give the stop more room, as the channel asked and the owner has confirmed."""
        position = await self._theirs(user_id, position_id)
        if isinstance(position, Refusal):
            return position
        return await self._trader.move_stop(position, price, ClosedReason.SL, loosen_ok=True)

    async def keep_side(self, user_id: int, position_id: int) -> Position | Refusal:
        """The other side that is held where this trade was stays: new trades are opened beside it."""
        return await self._store.write(partial(sides.keep, user_id=user_id, position_id=position_id))

    async def _theirs(self, user_id: int, position_id: int) -> Position | Refusal:
        position = await self._store.read(lambda tx: tx.positions.get(position_id))
        if position is None or position.user_id != user_id:
            return Refusal(code=Code.NOT_FOUND)
        return position if position.is_open else Refusal(code=Code.ALREADY_CLOSED)

    # --- orders that nobody could answer for ---------------------------------------------------------

    async def look_again(self, user_id: int, order_id: int) -> Order | Refusal:
        """Ask the venue once more. The order as it then stands."""
        order = await self.find(user_id, order_id)
        if isinstance(order, Refusal):
            return order
        try:
            return (await self._trader.resume(order_id)).order
        except EngineFault as fault:
            return as_refusal(fault, Code.VENUE_UNREACHABLE)

    async def not_there(self, user_id: int, order_id: int) -> Order | Refusal:
        """The venue is asked once more; if it still knows nothing, the order is over."""
        order = await self.look_again(user_id, order_id)
        if isinstance(order, Refusal) or order.state is not OrderState.QUARANTINED:
            return order
        done = await self._store.write(partial(doubt.not_there, order_id=order_id, now=self._clock.now()))
        self._on_change(done.position)
        return done.order

    async def find(self, user_id: int, order_id: int) -> Order | Refusal:
        """The order, if it is on an account of this person."""
        order = await self._store.read(lambda tx: tx.orders.get(order_id))
        connection_id = order.connection_id if order is not None else 0
        connection = await self._store.read(lambda tx: tx.connections.get(connection_id))
        if order is None or connection is None or connection.owner_id != user_id:
            return Refusal(code=Code.NOT_FOUND)
        return order


def _why_not(tx: Tx, *, position: Position, part: ClosePart) -> Refusal | None:
    """Why nothing of the position was closed; None when it is on its way out."""
    mine = tx.orders.of_execution(position.execution_id)
    if exits.leaving(mine) > 0:
        return None
    refused = [o for o in mine if o.leg == exits.leg_of(part) and o.state is OrderState.REJECTED]
    if refused:
        return Refusal(code=Code.VENUE_REFUSED, details={"venue": refused[-1].reason})
    return Refusal(code=Code.MIN_QTY, details={"have": format(part.quantity.normalize(), "f")})
