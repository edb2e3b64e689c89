"""/halt stops every entry at once; /panic closes everything besides. Admins halt everybody.

The state is a row that each order reads in the transaction that lets it out, so it holds from its commit on.
"""

from __future__ import annotations

from typing import Any

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import TelegramObject

from bot.access import Action, AdminOnly
from bot.ports import BotTx, Panic, Store
from bot.replies import Button, Reply, Rows, Texts
from bot.wording import stack
from engine.events import HouseSwitched
from engine.panic import waiting_entries
from engine.ports import Clock
from engine.types import TradingState, User
from handlers.answers import CONFIRM_WITHIN

EVERYBODY = 1_000_000


def routes() -> Router:
    router = Router(name="halt")
    router.message.register(halt, Command("halt"))
    router.message.register(ask_panic, Command("panic"))
    router.callback_query.register(ask_panic, Action("panic"))
    router.callback_query.register(panic_, Action("panic_yes"))
    router.callback_query.register(ask_house, Action("house"), AdminOnly())
    router.callback_query.register(switch_house, Action("house_yes"), AdminOnly())
    return router


# --- oneself -----------------------------------------------------------------------------------------


async def halt(_: TelegramObject, user: User, t: Texts, store: Store, clock: Clock, panic: Panic) -> Reply:
    """At once and without a question: it can only prevent."""
    now = clock.now()

    def work(tx: BotTx) -> tuple[int, int, TradingState]:
        tx.people.set_trading_state(user.id, TradingState.HALTED)
        tx.audit.note(user.id, "halt", f"user:{user.id}", {}, now)
        held = len(tx.positions.of_user(user.id, limit=500))
        return held, len(waiting_entries(tx, user_id=user.id)), tx.people.house_state()

    count, waiting, house = await store.write(work)
    panic.start(user.id)
    text = stack(t("halt-done"), t("paused-open", count=count), t("halt-entries", count=waiting), "", t("halt-end"))
    return Reply(text=text, rows=_after_halt(user, count, house, t))


def _after_halt(user: User, count: int, house: TradingState, t: Texts) -> Rows:
    resume = Button(label=t("button-resume"), action="resume", once=False)
    close = Button(label=t("button-panic"), action="panic", once=False, urgent=True)
    first = (close, resume) if count else (resume,)
    return (first, (_house_button(house, t),)) if user.is_admin else (first,)


def _house_button(house: TradingState, t: Texts) -> Button:
    to = TradingState.HALTED if house is TradingState.ACTIVE else TradingState.ACTIVE
    stops = to is TradingState.HALTED
    return Button(label=t(f"button-house-{to}"), action="house", args={"state": to.value}, once=False, urgent=stops)


async def ask_panic(_: TelegramObject, user: User, t: Texts, store: Store) -> Reply:
    count = await store.read(lambda tx: len(tx.positions.of_user(user.id, limit=500)))
    yes = Button(label=t("panic-yes"), action="panic_yes", expires_in=CONFIRM_WITHIN, urgent=True)
    return Reply(text=stack(t("panic-ask", count=count), t("confirm-expiry")), rows=((yes,),))


async def panic_(_: TelegramObject, user: User, t: Texts, store: Store, clock: Clock, panic: Panic) -> Reply:
    """The wish is a row before anything is sent. What came of it is told when the venues have said so."""
    now = clock.now()

    def work(tx: BotTx) -> int:
        tx.people.flatten(user.id, now)
        tx.audit.note(user.id, "panic", f"user:{user.id}", {}, now)
        return len(tx.positions.of_user(user.id, limit=500))

    count = await store.write(work)
    panic.start(user.id)
    return Reply(text=stack(t("panic-begun", count=count), "", t("halt-end")), edit=True)


# --- everybody ---------------------------------------------------------------------------------------


async def ask_house(_: TelegramObject, args: dict[str, Any], t: Texts) -> Reply:
    yes = Button(
        label=t(f"house-yes-{args['state']}"), action="house_yes", args=args, expires_in=CONFIRM_WITHIN,
        urgent=args["state"] == TradingState.HALTED,
    )  # fmt: skip
    return Reply(text=stack(t(f"house-ask-{args['state']}"), t("confirm-expiry")), rows=((yes,),))


async def switch_house(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, panic: Panic
) -> Reply:  # fmt: skip
    """Everybody with an account is told, once for each time it really changes."""
    state, now = TradingState(args["state"]), clock.now()

    def work(tx: BotTx) -> None:
        if tx.people.house_state() is state:
            return
        tx.people.set_house_state(state, user.id, now)
        tx.audit.note(user.id, "house_state", "house", {"state": state.value}, now)
        for person in tx.people.all(EVERYBODY):
            if person.is_active and tx.accounts.of_user(person.id):
                key = f"house:{person.id}:{now.isoformat()}"
                tx.outbox.tell(person.id, HouseSwitched(state=state.value), key=key, now=now)

    await store.write(work)
    if state is TradingState.HALTED:
        panic.start_all()
    return Reply(text=t(f"house-done-{state}"), edit=True)
