"""The key of an exchange: asked for one field at a time, sealed as it comes, and deleted from the chat.

The question and the answers so far are rows: a restart in the middle forgets nothing. The answers are sealed before
they are written down, and nothing of them is ever said again.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, TypeGuard

from aiogram import Bot, Router
from aiogram.filters import Command
from aiogram.types import Message, TelegramObject

from bot import wording
from bot.access import Action, Kind
from bot.eraser import erase
from bot.examiner import Examiner
from bot.ports import BotTx, Dialogue, ExchangeSpec, Safe, Store
from bot.replies import Reply, Texts
from bot.wording import first_known, sign_of, stack
from engine.mail import LEFT_OUT
from engine.ports import Clock, Venues
from engine.types import User
from handlers import key_test
from handlers.answers import not_found

TYPE_WITHIN = timedelta(minutes=15)
LONGEST = 8_000
_PEM = "-----BEGIN "


def routes() -> Router:
    router = Router(name="keys")
    router.message.register(give_up, Command("cancel"))
    router.callback_query.register(again, Action("key_test"))
    router.callback_query.register(cancel, Action("key_cancel"))
    router.callback_query.register(replace_key, Action("connection_rekey"))
    return router


def answers() -> Router:
    """What is typed when a question of this area is open."""
    router = Router(name="key answers")
    router.message.register(typed, Kind(key_test.KIND))
    router.edited_message.register(retyped, Kind(key_test.KIND))
    return router


# --- asking ------------------------------------------------------------------------------------------


def question(dialogue: Dialogue, spec: ExchangeSpec, t: Texts, *above: str | None) -> Reply:
    """The next field that is missing."""
    fields: list[str] = dialogue.args["fields"]
    asked = next(field for field in fields if field not in dialogue.sealed)
    named = t(f"field-{asked}") if t.has(f"field-{asked}") else asked
    wanted = t("key-ask", field=named, number=fields.index(asked) + 1, count=len(fields))
    rights = None if dialogue.sealed else t("key-rights")
    return Reply(
        text=stack(*above, "", key_test.title(dialogue, spec, t), _made_where(dialogue, t), "", wanted, rights),
        rows=((key_test.cancel_button(t),),),
    )


def _made_where(dialogue: Dialogue, t: Texts) -> str | None:
    """Test systems are apart from the exchange, and some have names of their own: a key is made there."""
    if dialogue.sealed or not dialogue.args["testnet"]:
        return None
    exchange, market = dialogue.args["exchange"], dialogue.args["market"]
    keys = (f"key-testnet-{exchange}-{market}", f"key-testnet-{exchange}")
    return t(first_known(keys, t) or "key-testnet-any")


async def replace_key(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, examiner: Examiner
) -> Reply:  # fmt: skip
    """The same exchange, the same market, another key."""
    connection = await store.read(lambda tx: tx.accounts.get(user.id, args["connection"]))
    if connection is None:
        return await not_found(f"connection:{args['connection']}", user, t, store, clock)
    spec = examiner.exchanges.get(connection.exchange_name)
    if spec is None or examiner.safe is None:
        return Reply(text=t("key-none-here", name=connection.name, sign=sign_of(connection, t)))
    chosen = {
        "exchange": spec.name, "market": connection.market, "testnet": connection.is_testnet,
        "fields": list(spec.fields), "connection": connection.id, "name": connection.name,
    }  # fmt: skip
    return question(await begin(chosen, user, store, clock), spec, t)


async def begin(chosen: dict[str, Any], user: User, store: Store, clock: Clock) -> Dialogue:
    """Open the dialogue: from here on nothing that the person types is written down in clear."""
    now = clock.now()

    def work(tx: BotTx) -> Dialogue:
        return tx.dialogues.begin(user.id, key_test.KIND, chosen, secret=True, expires_at=now + TYPE_WITHIN, now=now)

    return await store.write(work)


async def cancel(_: TelegramObject, user: User, t: Texts, store: Store) -> Reply:
    """Whatever is asked. An old button, pressed when nothing is, undoes nothing and says so."""

    def work(tx: BotTx) -> Dialogue | None:
        asked = tx.dialogues.get(user.id)
        tx.dialogues.end(user.id)
        return asked

    asked = await store.write(work)
    return Reply(text=t("question-over") if asked is None else wording.left(asked, t), edit=True)


async def give_up(_: TelegramObject, t: Texts, left: Dialogue | None = None) -> Reply | None:
    """``/cancel``. Like every command it has left the question already; of a key that is said without it."""
    if left is None:
        return Reply(text=t("question-over"))
    return None if left.secret else Reply(text=wording.left(left, t))


# --- answering ---------------------------------------------------------------------------------------


async def typed(
    message: Message, dialogue: Dialogue, user: User, t: Texts, store: Store, clock: Clock, bot: Bot,
    examiner: Examiner, venues: Venues,
) -> Reply:  # fmt: skip
    """Sealed first, then deleted. The same message handled again after a crash answers the same field."""
    text, spec = _own_words(message), examiner.exchanges.get(dialogue.args["exchange"])
    if spec is None or examiner.safe is None or clock.now() >= dialogue.expires_at:
        await store.write(lambda tx: tx.dialogues.end(user.id))
        return Reply(text=stack(await delete(bot, message, t), t("key-expired")))
    if not _is_a_key(text):
        return _asked_again(dialogue, spec, t, text, await delete(bot, message, t))
    safe = examiner.safe
    kept = await store.write(lambda tx: _keep(tx, user, message.message_id, text, safe))
    warning = await delete(bot, message, t)
    if kept is None:
        return Reply(text=stack(warning, t("key-expired")))
    if len(kept.sealed) < len(kept.args["fields"]):
        return question(kept, spec, t, warning)
    return await key_test.run(kept, spec, user, t, store, clock, examiner, venues, warning)


def _own_words(message: Message) -> str | None:
    """What was typed; None for a picture, a file, and what somebody else wrote: no answer, but it may show a key."""
    return None if message.text is None or message.forward_origin else message.text.strip()


def _is_a_key(text: str | None) -> TypeGuard[str]:
    """One word, or a private key with its head and foot."""
    if text is None:
        return False
    return text != LEFT_OUT and len(text) <= LONGEST and (len(text.split()) == 1 or text.startswith(_PEM))


def _asked_again(dialogue: Dialogue, spec: ExchangeSpec, t: Texts, text: str | None, warning: str | None) -> Reply:
    why = t("key-not-text" if text is None else "key-lost" if text == LEFT_OUT else "key-not-one")
    if len(dialogue.sealed) == len(dialogue.args["fields"]):
        return Reply(text=stack(warning, why), rows=key_test.buttons(t))
    return question(dialogue, spec, t, warning, why)


def _keep(tx: BotTx, user: User, message_id: int, text: str, safe: Safe) -> Dialogue | None:
    """The answer to the field that was asked for; after a failed test, the first field anew."""
    dialogue = tx.dialogues.get(user.id)
    if dialogue is None or dialogue.kind != key_test.KIND:
        return None
    if dialogue.args.get("heard") == message_id:
        return dialogue
    fields, sealed = dialogue.args["fields"], dialogue.sealed
    if len(sealed) == len(fields):
        sealed = {}
    field = next(name for name in fields if name not in sealed)
    sealed = {**sealed, **safe.seal(user.id, key_test.DRAFT, {field: text})}
    kept = replace(dialogue, sealed=sealed, args={**dialogue.args, "heard": message_id})
    tx.dialogues.save(kept)
    return kept


async def delete(bot: Bot, message: Message, t: Texts) -> str | None:
    """Take the message out of the chat; what has to be said when that did not work."""
    return None if await erase(bot, message) else t("key-not-deleted")


async def retyped(message: Message, dialogue: Dialogue, t: Texts, bot: Bot, examiner: Examiner) -> Reply | None:
    """An edited message is no answer, but what stands in it may be a key."""
    warning = await delete(bot, message, t)
    spec = examiner.exchanges.get(dialogue.args["exchange"])
    if spec is None or len(dialogue.sealed) == len(dialogue.args["fields"]):
        return Reply(text=warning) if warning else None
    return question(dialogue, spec, t, warning, t("key-edited"))


async def again(
    _: TelegramObject, user: User, t: Texts, store: Store, clock: Clock, examiner: Examiner, venues: Venues
) -> Reply:
    """Test what was typed once more: the exchange did not answer, or the key was mended there."""
    dialogue = await store.read(lambda tx: tx.dialogues.get(user.id))
    spec = examiner.exchanges.get(dialogue.args["exchange"]) if dialogue and dialogue.kind == key_test.KIND else None
    if dialogue is None or spec is None or examiner.safe is None or clock.now() >= dialogue.expires_at:
        return Reply(text=t("question-over"))
    if len(dialogue.sealed) < len(dialogue.args["fields"]):
        return question(dialogue, spec, t)
    return await key_test.run(dialogue, spec, user, t, store, clock, examiner, venues, None)
