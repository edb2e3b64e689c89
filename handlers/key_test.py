"""A key that was typed is tried at its exchange, and connected if it may read and trade and cannot withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.examiner import Examiner
from bot.ports import BotTx, Dialogue, ExchangeSpec, Safe, Store
from bot.replies import Button, Reply, Rows, Texts
from bot.wording import refusal, sign_of, stack
from engine.errors import Code, VenueLocked
from engine.execution import orders as machine
from engine.keys import is_other_account
from engine.keys import marks as marks_of
from engine.ports import Clock, Venues
from engine.types import Connection, KeyReport, Refusal, User
from handlers import paper

KIND = "key"
DRAFT = 0  # no connection has this number: what is sealed for a draft opens for no connection


async def run(
    dialogue: Dialogue, spec: ExchangeSpec, user: User, t: Texts, store: Store, clock: Clock, examiner: Examiner,
    venues: Venues, warning: str | None,
) -> Reply:  # fmt: skip
    """Try it, and connect it or say why not. ``warning`` goes above whatever is said."""
    safe, args = examiner.safe, dialogue.args
    values = None if safe is None else _opened(dialogue, safe)
    if safe is None or values is None:
        await store.write(lambda tx: tx.dialogues.end(user.id))
        return Reply(text=stack(warning, t("key-expired")))
    above = (warning, "", title(dialogue, spec, t))
    report = await examiner.try_key(spec.name, args["market"], args["testnet"], values)
    if isinstance(report, Refusal):
        return _refused(report, dialogue, t, above)
    now = clock.now()
    made = await store.write(lambda tx: _save(tx, dialogue, spec, user, values, safe, report, now))
    if made is None:
        return Reply(text=stack(warning, t("key-expired")))
    if isinstance(made, Refusal) and made.code != Code.NOT_ALLOWED:
        return _refused(made, dialogue, t, above)
    if isinstance(made, Refusal):
        return Reply(text=stack(warning, t("connect-full", count=paper.MOST_ACCOUNTS)))
    await venues.discard(made.id)
    return _connected(made, dialogue, report, t, warning)


def title(dialogue: Dialogue, spec: ExchangeSpec, t: Texts) -> str:
    """What the key is for, and whether its money is real."""
    args = dialogue.args
    sign = t("sign-testnet" if args["testnet"] else "sign-live")
    where = {"exchange": spec.title, "market": t(f"market-{args['market']}"), "sign": sign}
    return t("key-title-old", name=args["name"], **where) if args.get("name") else t("key-title", **where)


def _opened(dialogue: Dialogue, safe: Safe) -> dict[str, str] | None:
    """None when the operator took the master key away in the meantime."""
    try:
        opened = safe.unseal(dialogue.user_id, DRAFT, dialogue.sealed)
    except VenueLocked:
        return None
    return {field: secret.reveal() for field, secret in opened.items()}


def _refused(fault: Refusal, dialogue: Dialogue, t: Texts, above: tuple[str | None, ...]) -> Reply:
    """The answers stay, sealed, until their time is over: the mistake may be at the exchange."""
    still = t("key-again" if dialogue.args["connection"] is None else "key-again-old")
    said = stack(*above, "", "🚫 " + refusal(fault.code, fault.details, t), "", still, t("key-mend"))
    return Reply(text=said, rows=buttons(t))


def buttons(t: Texts) -> Rows:
    return ((Button(label=t("button-test-again"), action="key_test", once=False), cancel_button(t)),)


def cancel_button(t: Texts) -> Button:
    return Button(label=t("button-cancel"), action="key_cancel", once=False)


def _save(
    tx: BotTx, dialogue: Dialogue, spec: ExchangeSpec, user: User, values: Mapping[str, str], safe: Safe,
    report: KeyReport, now: datetime,
) -> Connection | Refusal | None:  # fmt: skip
    """The connection, its key and its test become true together. None: that is done already, or was cancelled.

    Real money waits for its own switch, with a new key as with the first one.
    """
    if tx.dialogues.get(user.id) != dialogue:
        return None
    known, testnet = dialogue.args["connection"], bool(dialogue.args["testnet"])
    if known is None and len(tx.accounts.of_user(user.id)) >= paper.MOST_ACCOUNTS:
        return Refusal(code=Code.NOT_ALLOWED)
    marks = marks_of(
        spec.name, dialogue.args["market"], testnet=testnet, credentials=values, uid=report.uid
    )  # fmt: skip
    no = _taken(tx, spec, marks, known) or (other_account(tx, user, known, marks) if known is not None else None)
    if no is not None:
        return no
    connection = _new(tx, dialogue, spec, user, now) if known is None else tx.accounts.get(user.id, known)
    if connection is None:
        return None
    tx.credentials.put(user.id, connection.id, safe.seal(user.id, connection.id, values), now)
    tx.accounts.set_marks(user.id, connection.id, marks, now)
    tx.accounts.mark_tested(user.id, connection.id, report.latency_ms, now)
    tx.accounts.set_trading(user.id, connection.id, testnet, now)
    tx.dialogues.end(user.id)
    told = {"exchange": spec.name, "market": dialogue.args["market"], "testnet": testnet}
    deed = "connection_add" if known is None else "connection_rekey"
    tx.audit.note(user.id, deed, f"connection:{connection.id}", told, now)
    return tx.accounts.get(user.id, connection.id)


def _taken(tx: BotTx, spec: ExchangeSpec, marks: Mapping[str, str], known: int | None) -> Refusal | None:
    """One account behind two connections trades every signal twice, and neither knows of the other's orders."""
    return Refusal(code=Code.KEY_IN_USE) if tx.accounts.is_taken(spec.name, marks, besides=known) else None


def other_account(tx: BotTx, user: User, known: int, marks: Mapping[str, str]) -> Refusal | None:
    """With trades alive only a key of the same account will do: on another one they would be looked for in vain.

    Where the exchange does not number its accounts, it is enough that no order is in doubt: those would be sent again.
    """
    before = tx.accounts.get(user.id, known)
    orders = tx.orders.live(known)
    if before is None or not (orders or tx.positions.open(known)):
        return None
    other = is_other_account(before.settings.get("marks", {}), marks)
    in_doubt = any(order.state in machine.UNSETTLED for order in orders)
    return Refusal(code=Code.KEY_OTHER_ACCOUNT) if other or (other is None and in_doubt) else None


def _new(tx: BotTx, dialogue: Dialogue, spec: ExchangeSpec, user: User, now: datetime) -> Connection:
    settings = {"market": dialogue.args["market"], "testnet": dialogue.args["testnet"]}
    name = paper.free_name(tx, user, spec.title)
    return tx.accounts.add(user, name, spec.name, settings, trades=False, now=now)


def _connected(
    connection: Connection, dialogue: Dialogue, report: KeyReport, t: Texts, warning: str | None
) -> Reply:  # fmt: skip
    money, done = report.account, "key-done" if dialogue.args["connection"] is None else "key-done-old"
    text = stack(
        warning,
        "",
        t(done, name=connection.name, sign=sign_of(connection, t)),
        t("key-latency" if report.can_trade else "key-latency-reads", latency=report.latency_ms),
        t("key-money", equity=t.money(money.equity, money.currency)) if money else None,
        "",
        None if report.ip_bound else t("key-ip"),
        _unknown(report, t),
        t("key-withdraw-risk") if report.can_withdraw else None,
        "",
        t("key-testnet" if connection.is_testnet else "key-watching"),
    )
    show = Button(label=t("button-connections"), action="show_connections", once=False)
    live = Button(label=t("button-live"), action="connection_live", args={"connection": connection.id}, once=False)
    return Reply(text=text, rows=((show,),) if connection.is_testnet else ((live, show),))


def _unknown(report: KeyReport, t: Texts) -> str | None:
    """What the exchange did not say of the key's rights."""
    if report.can_trade is None and report.can_withdraw is None:
        return t("key-rights-unknown")
    return t("key-withdraw-unknown") if report.can_withdraw is None else None
