"""Connecting an exchange: the choice, the key that is never seen again, its test."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from aiogram.methods import DeleteMessage

from bot.middlewares import COMMANDS_A_MINUTE
from bot.replies import Reply
from engine.errors import Code
from engine.mail import LEFT_OUT
from engine.types import Refusal, Role
from handlers import paper
from tests.handlers.fakes import GOOD_KEY, OKX, Spec
from tests.handlers.world import World, button, forwarded_from, labels

KEY, SECRET, PASS = "k-4f1c9a", "s/3cr3t+Zz==", "passphrase-9"
_numbers = count(100)


async def types(world: World, text: str, **fields: Any) -> Reply:
    [reply] = await world.says(1, text, **{"message_id": next(_numbers), **fields})
    return reply


async def chosen(world: World, *labels_: str) -> Reply:
    """/connect, then these buttons."""
    [reply] = await world.says(1, "/connect")
    for label in labels_:
        [reply] = await world.presses(1, button(reply, label))
    return reply


async def connected(world: World, where: str = "💵 Real money") -> Reply:
    await chosen(world, "OKX", "Futures", where)
    for value in (KEY, SECRET):
        await types(world, value)
    return await types(world, PASS)


def nothing_is_shown(world: World, replies: list[Reply]) -> None:
    """No value stands in a reply, a row or the audit, in clear."""
    rows = json.dumps(world.rows.audit, default=str) + repr(world.rows.dialogues) + repr(world.rows.credentials)
    for value in (KEY, SECRET, PASS):
        assert value not in rows
        assert not any(value in reply.text for reply in replies)


async def test_from_the_choice_to_a_connection_that_watches(world: World) -> None:
    world.person(1)
    market = await chosen(world, "OKX")
    assert labels(market) == [["Spot", "Futures"]]
    [way] = await world.presses(1, button(market, "Futures"))
    assert labels(way) == [["🧪 Testnet", "💵 Real money"]]
    [first] = await world.presses(1, button(way, "💵 Real money"))
    assert "OKX</b> · Futures · 💵 LIVE" in first.text and "API key</b> (1 of 3)" in first.text
    assert "may <b>not</b> withdraw" in first.text
    second, third = await types(world, KEY), await types(world, SECRET)
    assert "API secret</b> (2 of 3)" in second.text and "passphrase</b> (3 of 3)" in third.text
    done = await types(world, PASS)
    assert "is connected" in done.text and "120 ms" in done.text and "512.50 USDT" in done.text
    assert "only watches" in done.text and "Bind the key" in done.text
    [made] = world.rows.connections.values()
    assert (made.exchange_name, made.market, made.is_testnet) == ("okx", "swap", False)
    assert made.settings["marks"].keys() == {"key"}
    assert (made.is_active, made.status, made.trade_execution_enabled) == (True, "active", False)
    assert world.exchanges.asked == [("okx", {"apiKey": KEY, "secret": SECRET, "password": PASS}, "swap", False)]
    opened = world.safe.unseal(1, made.id, world.rows.credentials[made.id])
    assert {name: shown.value for name, shown in opened.items()} == world.exchanges.asked[0][1]
    assert not world.rows.dialogues
    assert len(world.telegram.of(DeleteMessage)) == 3
    nothing_is_shown(world, [first, second, third, done])
    assert [(line[1], line[3]) for line in world.rows.audit] == [
        ("connection_add", {"exchange": "okx", "market": "swap", "testnet": False})
    ]


async def test_an_account_at_a_testnet_trades_at_once(world: World) -> None:
    world.person(1)
    done = await connected(world, "🧪 Testnet")
    [made] = world.rows.connections.values()
    assert made.trade_execution_enabled and made.is_testnet and not made.is_real
    assert "🧪 TESTNET" in done.text and "LIVE" not in done.text


@pytest.mark.parametrize(
    ("market", "place"),
    [("Futures", "demo trading: make the key at demo.binance.com"), ("Spot", "testnet.binance.vision")],
)
async def test_where_a_testnet_key_is_made_is_said_with_the_first_question(
    world: World, market: str, place: str
) -> None:
    world.person(1)
    world.exchanges.specs = (replace(OKX, name="binance", title="Binance"), OKX)
    first = await chosen(world, "Binance", market, "🧪 Testnet")
    assert place in first.text
    second = await types(world, KEY)
    world.rows.dialogues.clear()
    real = await chosen(world, "Binance", market, "💵 Real money")
    assert place not in second.text and place not in real.text


async def test_what_there_is_no_choice_about_is_not_asked(world: World) -> None:
    world.person(1)
    first = await chosen(world, "Kraken")
    assert "Kraken</b> · Spot · 💵 LIVE" in first.text and "(1 of 2)" in first.text


async def test_a_name_behind_the_command_is_a_short_cut(world: World) -> None:
    world.person(1)
    [market] = await world.says(1, "/connect OKX")
    assert labels(market) == [["Spot", "Futures"]]
    [unknown] = await world.says(1, "/connect <b>no")
    assert "no exchange called" in unknown.text and "OKX" in labels(unknown)[0]


async def test_many_exchanges_have_pages(world: World) -> None:
    world.person(1)
    world.exchanges.specs = tuple(Spec(name=f"x{n}", title=f"X{n}", fields=("apiKey",)) for n in range(60))
    [choice] = await world.says(1, "/connect")
    [page] = await world.presses(1, button(choice, "All exchanges ›"))
    assert "60 exchanges" in page.text and labels(page)[-1] == ["›"] and labels(page)[0] == ["X0", "X1", "X2"]
    [page] = await world.presses(1, button(page, "›"))
    [last] = await world.presses(1, button(page, "›"))
    assert labels(last)[-1] == ["‹"] and labels(last)[-2] == ["X57", "X58", "X59"]


# --- what is not taken -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rights", "said"),
    [
        ({"can_withdraw": True}, "may withdraw"),
        ({"can_trade": False}, "may not trade"),
        ({"can_read": False}, "may not read"),
    ],
    ids=["withdraw", "no trade", "no read"],
)
async def test_F37_a_key_with_the_wrong_rights_is_refused(world: World, rights: dict[str, bool], said: str) -> None:
    world.person(1)
    world.exchanges.answer = replace(GOOD_KEY, **rights)
    refused = await connected(world)
    assert said in refused.text and "Nothing new is connected" in refused.text
    assert not world.rows.connections and not world.rows.credentials
    world.exchanges.answer = GOOD_KEY  # the owner mends the key where it was made
    [done] = await world.presses(1, button(refused, "↻ Test again"))
    assert "is connected" in done.text and len(world.rows.connections) == 1


async def test_the_operator_may_allow_keys_that_withdraw(world: World) -> None:
    world.person(1)
    world.operator(allow_withdrawal_keys=True)
    world.exchanges.answer = replace(GOOD_KEY, can_withdraw=True, ip_bound=True)
    done = await connected(world)
    assert "is connected" in done.text and "This key may withdraw" in done.text and "Bind the key" not in done.text


async def test_rights_that_the_exchange_keeps_quiet_are_for_the_owner_to_look_at(world: World) -> None:
    world.person(1)
    world.exchanges.answer = replace(GOOD_KEY, can_withdraw=None, can_trade=None, ip_bound=None, account=None)
    done = await connected(world)
    assert "could not check the rights of this key" in done.text and "Equity" not in done.text
    assert "The key reads." in done.text and "trades" not in done.text


async def test_a_right_to_withdraw_that_is_not_told_is_for_the_owner_to_look_at(world: World) -> None:
    world.person(1)
    world.exchanges.answer = replace(GOOD_KEY, can_withdraw=None)
    done = await connected(world)
    assert "does not say whether this key may withdraw" in done.text and "reads and trades" in done.text


async def test_after_a_refusal_another_key_can_be_sent(world: World) -> None:
    world.person(1)
    world.exchanges.answer = Refusal(code=Code.KEY_LOST, details={"venue": "Invalid API-key"})
    refused = await connected(world)
    assert "does not accept this key" in refused.text and "testnet key works on the testnet only" in refused.text
    assert "switched off" not in refused.text and "/connections" not in refused.text
    assert "Invalid API-key" in refused.text
    world.exchanges.answer = GOOD_KEY
    again = await types(world, "other-key")
    assert "(2 of 3)" in again.text
    await types(world, "other-secret")
    await types(world, "other-pass")
    assert world.exchanges.asked[-1][1] == {"apiKey": "other-key", "secret": "other-secret", "password": "other-pass"}


async def test_a_message_that_cannot_be_deleted_is_said_so(world: World) -> None:
    """S09."""
    world.person(1)
    world.telegram.keeps = True
    await chosen(world, "OKX", "Spot", "🧪 Testnet")
    second = await types(world, KEY)
    assert "could not delete your message" in second.text and "Replace key" in second.text
    assert "(2 of 3)" in second.text


@pytest.mark.parametrize("text", ["what is this?", "x" * 9000, "two words"], ids=["question", "endless", "two words"])
async def test_what_is_no_key_is_deleted_and_asked_for_again(world: World, text: str) -> None:
    world.person(1)
    await chosen(world, "OKX", "Spot", "🧪 Testnet")
    again = await types(world, text)
    assert "does not look like a key" in again.text and "(1 of 3)" in again.text
    assert len(world.telegram.of(DeleteMessage)) == 1 and not world.rows.dialogues[1].sealed


async def test_a_private_key_of_several_lines_and_one_that_begins_with_a_slash_are_keys(world: World) -> None:
    world.person(1)
    await chosen(world, "OKX", "Spot", "🧪 Testnet")
    pem = "-----BEGIN EC PRIVATE KEY-----\nabc\n-----END EC PRIVATE KEY-----"
    assert "(2 of 3)" in (await types(world, pem)).text
    assert "(3 of 3)" in (await types(world, "/kQ3Zab+c=")).text


async def test_a_command_ends_the_question_and_says_so(world: World) -> None:
    """What is typed next may be anything, and must not be taken for a key; nor must a key be typed now."""
    world.person(1)
    await chosen(world, "OKX", "Spot", "🧪 Testnet")
    await types(world, KEY)
    left, helped = await world.says(1, "/help")
    assert "I no longer ask for that key" in left.text and "/connect begins again" in left.text
    assert "/positions" in helped.text and not world.rows.dialogues
    [alone] = await world.says(1, "/help")
    assert alone == helped
    deleted = len(world.telegram.of(DeleteMessage))
    said = await types(world, "good morning")
    assert "I cannot use that message" in said.text and len(world.telegram.of(DeleteMessage)) == deleted


async def test_a_post_is_no_answer_and_stays(world: World) -> None:
    world.person(1)
    await chosen(world, "OKX", "Spot", "🧪 Testnet")
    await types(world, "BUY BTC", forward_origin=forwarded_from(-1001, 3))
    assert not world.rows.dialogues[1].sealed and not world.telegram.of(DeleteMessage)
    assert "(2 of 3)" in (await types(world, KEY)).text


_SAVED = {"type": "hidden_user", "sender_user_name": "x", "date": 1}
_PICTURE = [{"file_id": "f", "file_unique_id": "f", "width": 9, "height": 9}]


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param({"text": KEY, "forward_origin": _SAVED}, id="a message they had saved"),
        pytest.param({"photo": _PICTURE, "caption": KEY}, id="picture"),
        pytest.param({"document": {"file_id": "f", "file_unique_id": "f", "file_name": "key.pem"}}, id="file"),
    ],
)
async def test_what_may_show_the_key_is_deleted_though_it_is_no_answer(world: World, sent: dict[str, Any]) -> None:
    world.person(1)
    await chosen(world, "OKX", "Spot", "🧪 Testnet")
    [again] = await world.says(1, **sent)
    assert "text of your own" in again.text and "(1 of 3)" in again.text
    assert len(world.telegram.of(DeleteMessage)) == 1 and not world.rows.dialogues[1].sealed


async def test_a_key_that_comes_too_fast_is_deleted_too(world: World) -> None:
    world.person(1)
    await chosen(world, "OKX", "Spot", "🧪 Testnet")
    await world.clock.advance(60)
    now = int(world.clock.now().timestamp())
    for _ in range(COMMANDS_A_MINUTE):
        await types(world, "two words", date=now)
    before = len(world.telegram.of(DeleteMessage))
    slow = await types(world, KEY, date=now)
    assert "send it again" in slow.text and not await world.says(1, KEY, date=now)
    assert len(world.telegram.of(DeleteMessage)) == before + 2 and not world.rows.dialogues[1].sealed
    world.telegram.keeps = True
    assert "could not delete" in (await types(world, KEY, date=now)).text


async def test_a_late_answer_is_deleted_and_the_question_is_over(world: World) -> None:
    world.person(1)
    await chosen(world, "OKX", "Spot", "🧪 Testnet")
    await world.clock.advance(timedelta(minutes=16).total_seconds())
    late = await types(world, KEY)
    assert "took too long" in late.text and len(world.telegram.of(DeleteMessage)) == 1
    assert not world.rows.dialogues
    nothing_is_shown(world, [late])


async def test_a_value_that_a_crash_left_out_is_asked_for_again(world: World) -> None:
    world.person(1)
    await chosen(world, "OKX", "Spot", "🧪 Testnet")
    again = await types(world, LEFT_OUT)
    assert "started anew" in again.text and "(1 of 3)" in again.text


async def test_the_same_message_handled_twice_answers_one_field(world: World) -> None:
    """A crash between the sealing and the end of the update lets it come again."""
    world.person(1)
    await chosen(world, "OKX", "Spot", "🧪 Testnet")
    for _ in range(3):
        second = await types(world, KEY, message_id=5)
        assert "(2 of 3)" in second.text
    assert set(world.rows.dialogues[1].sealed) == {"apiKey"}


async def test_an_edited_message_is_deleted_and_answers_nothing(world: World) -> None:
    world.person(1)
    await chosen(world, "OKX", "Spot", "🧪 Testnet")
    body = world._message(1, "private", text=KEY, edit_date=1)
    [said] = await world.update(edited_message=body)
    assert "You changed a message" in said.text and len(world.telegram.of(DeleteMessage)) == 1
    assert not world.rows.dialogues[1].sealed


async def test_cancelled_means_nothing_is_kept(world: World) -> None:
    world.person(1)
    await chosen(world, "OKX", "Spot", "🧪 Testnet")
    second = await types(world, KEY)
    [cancelled] = await world.presses(1, button(second, "Cancel"))
    assert "kept nothing of it" in cancelled.text and "Send no part of it" in cancelled.text
    assert not world.rows.dialogues
    [over] = await world.presses(1, button(second, "Cancel"))
    assert "Nothing is being asked" in over.text
    assert "cannot use that message" in (await types(world, SECRET)).text


async def test_a_lost_master_key_ends_the_dialogue(world: World) -> None:
    world.person(1)
    await chosen(world, "OKX", "Spot", "🧪 Testnet")
    await types(world, KEY)
    await types(world, SECRET)
    world.safe.lost = True
    assert "Begin again" in (await types(world, PASS)).text
    assert not world.rows.dialogues and not world.rows.connections


async def test_without_master_keys_there_is_paper_alone(world: World) -> None:
    world.person(1)
    world.person(2, role=Role.ADMIN)
    world.safe = None
    world.operator()
    [choice] = await world.says(1, "/connect okx")
    assert len(labels(choice)) == len(paper.BALANCES)
    assert choice.text.startswith("🔒") and "operator" in choice.text and "MASTER_KEYS" not in choice.text
    for asked in ("/connect", "/connect okx"):
        [told] = await world.says(2, asked)
        assert "MASTER_KEYS" in told.text and "run.py keys new k1" in told.text


async def test_there_is_a_most_for_exchanges_too(world: World) -> None:
    user = world.person(1)
    for _ in range(paper.MOST_ACCOUNTS):
        world.account(user)
    full = await connected(world)
    assert "20 accounts" in full.text and len(world.rows.connections) == paper.MOST_ACCOUNTS


# --- another key -------------------------------------------------------------------------------------


async def test_a_key_is_replaced_and_real_money_waits_again(world: World) -> None:
    user = world.person(1)
    made = world.account(
        user, name="Mine", is_paper=False, exchange_name="okx", settings={"market": "spot", "testnet": False}
    )
    [card] = await world.says(1, "/connections")
    [asked] = await world.presses(1, button(card, "Replace key"))
    assert "A new key for <b>Mine</b> · OKX · Spot · 💵 LIVE" in asked.text
    for value in (KEY, SECRET, PASS):
        done = await types(world, value)
    assert "<b>Mine</b> · 💵 LIVE has its new key" in done.text
    changed = world.rows.connections[made.id]
    assert len(world.rows.connections) == 1 and changed.is_active and not changed.trade_execution_enabled
    assert world.discarded == [made.id]
    assert world.rows.audit[-1][1] == "connection_rekey"


async def test_a_new_key_that_is_refused_or_given_up_leaves_the_old_one(world: World) -> None:
    user = world.person(1)
    made = world.account(
        user, name="Mine", is_paper=False, exchange_name="okx", settings={"market": "spot", "testnet": True}
    )
    [card] = await world.says(1, "/connections")
    await world.presses(1, button(card, "Replace key"))
    world.exchanges.answer = replace(GOOD_KEY, can_withdraw=True)
    for value in (KEY, SECRET, PASS):
        refused = await types(world, value)
    assert "A new key for <b>Mine</b> · OKX · Spot · 🧪 TESTNET" in refused.text
    assert "may withdraw" in refused.text and "keeps the key it had" in refused.text
    assert "Nothing new is connected" not in refused.text
    left, helped = await world.says(1, "/help")
    assert "The account keeps the key it has" in left.text and "/positions" in helped.text
    assert world.rows.connections[made.id] == made and not world.rows.credentials


async def test_a_second_press_on_the_test_says_nothing_false(world: World) -> None:
    """The first one has connected the account by then."""
    world.person(1)
    world.exchanges.answer = Refusal(code=Code.VENUE_UNREACHABLE)
    refused = await connected(world, "🧪 Testnet")
    assert "OKX" in refused.text and "🧪 TESTNET" in refused.text
    world.exchanges.answer = GOOD_KEY
    again = button(refused, "↻ Test again")
    [done] = await world.presses(1, again)
    assert "is connected" in done.text
    [over] = await world.presses(1, again)
    assert "Nothing is being asked" in over.text and "kept" not in over.text


async def test_cancel_leaves_whatever_is_asked(world: World) -> None:
    user = world.person(1)
    world.account(user, name="Mine")
    await chosen(world, "OKX", "Spot", "🧪 Testnet")
    [left] = await world.says(1, "/cancel")
    assert "I no longer ask for that key" in left.text
    [card] = await world.says(1, "/connections")
    await world.presses(1, button(card, "Rename"))
    [left] = await world.says(1, "/cancel")
    assert "Nothing has changed" in left.text and not world.rows.dialogues
    [nothing] = await world.says(1, "/cancel")
    assert "Nothing is being asked" in nothing.text


async def test_another_persons_connection_gets_no_key(world: World) -> None:
    """The question was opened for one's own; the account is removed, and its number is somebody else's."""
    user, other = world.person(1), world.person(2)
    made = world.account(user, is_paper=False, exchange_name="okx", settings={"market": "spot", "testnet": False})
    [card] = await world.says(1, "/connections")
    await world.presses(1, button(card, "Replace key"))
    world.rows.connections[made.id] = replace(made, user_id=other.id)
    for value in (KEY, SECRET, PASS):
        said = await types(world, value)
    assert "Begin again" in said.text and not world.rows.credentials
