"""/pause and /resume: whether new trades are opened. What is open stays managed either way."""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import TelegramObject

from bot.access import Action
from bot.ports import BotTx, Store
from bot.replies import Button, Reply, Texts
from bot.wording import stack
from engine.ports import Clock
from engine.types import TradingState, User
from handlers.answers import CONFIRM_WITHIN


def routes() -> Router:
    router = Router(name="control")
    router.message.register(pause, Command("pause"))
    router.message.register(resume, Command("resume"))
    router.callback_query.register(resume, Action("resume"))
    router.callback_query.register(end_halt, Action("resume_yes"))
    return router


async def pause(_: TelegramObject, user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    """A halt is stricter than a pause and stays."""
    done = await _move(user, TradingState.ACTIVE, TradingState.REDUCE_ONLY, store, clock)
    count, halt = await store.read(lambda tx: (len(tx.positions.of_user(user.id)), tx.people.halted_at(user.id)))
    said = t("paused" if done else "paused-halted" if halt else "paused-already")
    again = Button(label=t("button-resume"), action="resume", once=False)
    return Reply(text=stack(said, t("paused-open", count=count)), rows=((again,),))


async def resume(_: TelegramObject, user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    """Ends one's own pause or halt, and a closing of everything that is not done. A halt of the house stays."""
    if user.trading_state is TradingState.ACTIVE:
        return Reply(text=await _unless_halted("resumed-already", t, store))
    if user.trading_state is TradingState.HALTED:
        halt = await store.read(lambda tx: tx.people.halted_at(user.id))
        args = {"halt": halt.isoformat() if halt else None}
        yes = Button(label=t("halted-yes"), action="resume_yes", args=args, expires_in=CONFIRM_WITHIN)
        return Reply(text=stack(t("halted-ask"), t("confirm-expiry")), rows=((yes,),))
    if not await _move(user, TradingState.REDUCE_ONLY, TradingState.ACTIVE, store, clock):
        return _another_halt(t)
    return Reply(text=await _unless_halted("resumed", t, store))


async def end_halt(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock
) -> Reply:  # fmt: skip
    """Ends the halt that was asked about. One that began after the question was not meant, and stays."""
    now = clock.now()

    def work(tx: BotTx) -> bool:
        halt = tx.people.halted_at(user.id)
        if halt is None or halt.isoformat() != args.get("halt"):
            return False
        tx.people.set_trading_state(user.id, TradingState.ACTIVE)
        tx.audit.note(user.id, "trading_state", f"user:{user.id}", {"state": TradingState.ACTIVE.value}, now)
        return True

    if await store.write(work):
        return Reply(text=await _unless_halted("resumed", t, store))
    if user.trading_state is TradingState.ACTIVE:
        return Reply(text=await _unless_halted("resumed-already", t, store))
    return _another_halt(t)


def _another_halt(t: Texts) -> Reply:
    again = Button(label=t("button-resume"), action="resume", once=False)
    return Reply(text=t("halted-another"), rows=((again,),))


async def _unless_halted(said: str, t: Texts, store: Store) -> str:
    house = await store.read(lambda tx: tx.people.house_state())
    return t(said) if house is TradingState.ACTIVE else t("resumed-but-house")


async def _move(user: User, before: TradingState, after: TradingState, store: Store, clock: Clock) -> bool:
    """From one state to another; False when it is another one by now: a halt does not wait for what is being done."""
    now = clock.now()

    def work(tx: BotTx) -> bool:
        found = tx.people.get(user.id)
        if found is None or found.trading_state is not before:
            return False
        tx.people.set_trading_state(user.id, after)
        tx.audit.note(user.id, "trading_state", f"user:{user.id}", {"state": after.value}, now)
        return True

    return await store.write(work)
