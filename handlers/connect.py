"""/connect: a new account, on paper in one tap, or at an exchange: which one, which market, real money or testnet."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from aiogram import Router
from aiogram.filters import Command, CommandObject
from aiogram.types import TelegramObject

from bot.access import Action
from bot.examiner import Examiner
from bot.markup import plain
from bot.ports import BotTx, Exchanges, ExchangeSpec, Store
from bot.replies import Button, Reply, Rows, Texts
from bot.wording import sign_of, stack
from engine.ports import Clock
from engine.types import Connection, User
from handlers import keys, paper

FIRST, PAGE, IN_A_ROW = 9, 24, 3


def routes() -> Router:
    router = Router(name="connect")
    router.message.register(connect, Command("connect"))
    router.callback_query.register(offer, Action("connect"))
    router.callback_query.register(connect_paper, Action("connect_paper"))
    router.callback_query.register(page, Action("connect_page"))
    router.callback_query.register(pick, Action("connect_pick"))
    return router


async def connect(
    event: TelegramObject, command: CommandObject, user: User, t: Texts, store: Store, clock: Clock, examiner: Examiner
) -> Reply:  # fmt: skip
    """``/connect okx`` goes straight to that exchange."""
    wanted = (command.args or "").strip().lower()
    if not wanted:
        return await offer(event, user, t, examiner)
    if examiner.safe is None:
        return Reply(text=stack(_no_vault(user, t), "", t("connect-choose-paper")), rows=_paper(t))
    return await _ask({"exchange": wanted}, user, t, store, clock, examiner.exchanges)


def _no_vault(user: User, t: Texts) -> str:
    return t("connect-no-vault-admin" if user.is_admin else "connect-no-vault")


async def offer(_: TelegramObject, user: User, t: Texts, examiner: Examiner) -> Reply:
    if examiner.safe is None:
        return Reply(text=stack(t("connect-choose-paper"), "", _no_vault(user, t)), rows=_paper(t))
    return Reply(text=t("connect-choose"), rows=(*_paper(t), *_first(t, examiner.exchanges)))


def _paper(t: Texts) -> Rows:
    return tuple(
        (Button(label=t.money(balance, paper.CURRENCY), action="connect_paper", args={"balance": str(balance)}),)
        for balance in paper.BALANCES
    )


# --- which exchange ----------------------------------------------------------------------------------


def _first(t: Texts, exchanges: Exchanges) -> Rows:
    """The popular ones, and the way to all of them."""
    known = exchanges.all()
    rows = _grid(known[:FIRST])
    more = Button(label=t("button-more"), action="connect_page", args={"start": 0}, once=False)
    return (*rows, (more,)) if len(known) > FIRST else rows


def _grid(specs: Any) -> Rows:
    buttons = [
        Button(label=spec.title[:40], action="connect_pick", args={"exchange": spec.name}, once=False) for spec in specs
    ]
    return tuple(tuple(buttons[i : i + IN_A_ROW]) for i in range(0, len(buttons), IN_A_ROW))


async def page(_: TelegramObject, args: dict[str, Any], t: Texts, examiner: Examiner) -> Reply:
    known, start = examiner.exchanges.all(), args["start"]
    targets = [("‹", start - PAGE)] * (start > 0) + [("›", start + PAGE)] * (start + PAGE < len(known))
    turns = tuple(Button(label=sign, action="connect_page", args={"start": to}, once=False) for sign, to in targets)
    rows = _grid(known[start : start + PAGE])
    return Reply(text=t("connect-all", count=len(known)), rows=(*rows, turns) if turns else rows, edit=True)


async def pick(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, examiner: Examiner
) -> Reply:  # fmt: skip
    """One more thing is chosen; what is left is asked for."""
    if examiner.safe is None:
        return Reply(text=_no_vault(user, t))
    return await _ask(args, user, t, store, clock, examiner.exchanges)


async def _ask(chosen: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, exchanges: Exchanges) -> Reply:
    spec = exchanges.get(chosen["exchange"])
    if spec is None:
        return Reply(text=t("connect-unknown", name=chosen["exchange"][:40]), rows=_first(t, exchanges))
    chosen = _decided(chosen, spec)
    if "market" not in chosen:
        choices = tuple(_choice(t(f"market-{market}"), {**chosen, "market": market}) for market in spec.markets)
        return Reply(text=t("connect-market", exchange=spec.title), rows=(choices,))
    if "testnet" not in chosen:
        choices = tuple(_choice(t(f"where-{way}"), {**chosen, "testnet": way == "testnet"}) for way in WAYS)
        return Reply(text=t("connect-where", exchange=spec.title), rows=(choices,))
    asked = {**chosen, "fields": list(spec.fields), "connection": None}
    return keys.question(await keys.begin(asked, user, store, clock), spec, t)


WAYS = ("testnet", "real")


def _decided(chosen: dict[str, Any], spec: ExchangeSpec) -> dict[str, Any]:
    """What there is no choice about is not asked."""
    only_market = {"market": spec.markets[0]} if len(spec.markets) == 1 else {}
    only_way = {} if spec.testnet else {"testnet": False}
    return {**only_market, **only_way, **chosen}


def _choice(label: str, args: dict[str, Any]) -> Button:
    return Button(label=label, action="connect_pick", args=args, once=False)


# --- paper -------------------------------------------------------------------------------------------


async def connect_paper(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock
) -> Reply:
    balance, now = Decimal(args["balance"]), clock.now()
    name = plain(t("connect-name", balance=t.number(balance)))

    def work(tx: BotTx) -> Connection | None:
        if len(tx.accounts.of_user(user.id)) >= paper.MOST_ACCOUNTS:
            return None
        connection = paper.open_account(tx, user, name, balance, now)
        tx.audit.note(user.id, "connection_add", f"connection:{connection.id}", {"paper": True}, now)
        return connection

    made = await store.write(work)
    if made is None:
        return Reply(text=t("connect-full", count=paper.MOST_ACCOUNTS), edit=True)
    money = t.money(balance, paper.CURRENCY)
    return Reply(text=t("connect-done", name=made.name, sign=sign_of(made, t), balance=money), edit=True)
