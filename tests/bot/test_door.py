"""The door, with the real dispatcher: who gets in, how often, and what a press stands for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from aiogram import Bot, Router
from aiogram.exceptions import TelegramBadRequest
from aiogram.methods import AnswerCallbackQuery
from aiogram.types import CallbackQuery, ChatMemberUpdated, Message, Update

from bot.access import Action, AdminOnly
from bot.app import build_dispatcher
from bot.i18n import Catalogue
from bot.middlewares import COMMANDS_A_MINUTE, STRANGER_HINTS_A_MINUTE, Quota, replies
from bot.ports import PressedButton
from bot.replies import Reply, Texts
from bot.settings import Settings
from engine.errors import Code, Mistake
from engine.types import Role, User
from tests.bot.stores import MemoryStore
from tests.clocks import NOON, ManualClock

CATALOGUE = Catalogue.load()
ENGLISH = CATALOGUE.texts("en")
ANN, OWNER, STRANGER = 7, 8, 9


class DeafBot(Bot):
    """A bot whose calls go nowhere and are kept."""

    def __init__(self) -> None:
        super().__init__("42:test-token")
        self.calls: list[Any] = []
        self.fault: Exception | None = None

    async def __call__(self, method: Any, request_timeout: int | None = None) -> Any:
        self.calls.append(method)
        if self.fault:
            raise self.fault
        return True


class Rig:
    def __init__(self, **environment: Any) -> None:
        self.clock, self.store, self.bot = ManualClock(), MemoryStore(), DeafBot()
        self.seen: list[tuple[str, dict[str, Any]]] = []
        self.mistake: Exception | None = None
        settings = Settings(_env_file=None, telegram_admin_ids=(OWNER,), **environment)
        context = {"store": self.store, "clock": self.clock, "settings": settings, "catalogue": CATALOGUE}
        self.dispatcher = build_dispatcher([self._routes()], context)
        self.number = 0

    def _routes(self) -> Router:
        router = Router()
        router.message.register(self._admin, AdminOnly(), lambda message: message.text == "/users")
        router.message.register(self._message)
        router.edited_message.register(self._message)
        router.channel_post.register(self._post)
        router.my_chat_member.register(self._member)
        router.callback_query.register(self._go, Action("go", "also_go"))
        return router

    async def _admin(self, _: Message) -> Reply:
        return Reply(text="all users")

    async def _message(self, message: Message, user: User, t: Texts, pressed: PressedButton | None) -> Reply:
        self.seen.append((message.text or "", {"user": user, "language": t.language, "pressed": pressed}))
        if self.mistake:
            raise self.mistake
        return Reply(text="handled")

    async def _post(self, message: Message, user: User | None) -> None:
        self.seen.append((message.text or "", {"user": user}))

    async def _member(self, _: ChatMemberUpdated, user: User) -> Reply:
        return Reply(text=f"member for {user.id}")

    async def _go(self, _: CallbackQuery, args: dict[str, Any], pressed: PressedButton) -> Reply:
        self.seen.append((pressed.action, args))
        return Reply(text="gone", toast="Done &amp; dusted", alert=True)

    async def feed(self, **event: Any) -> tuple[Reply, ...]:
        self.number += 1
        update = Update.model_validate({"update_id": self.number, **event}, context={"bot": self.bot})
        return replies(await self.dispatcher.feed_update(self.bot, update))

    async def say(self, text: str, sender: int = ANN, *, kind: str = "message", **about: Any) -> tuple[Reply, ...]:
        person = {"id": sender, "is_bot": False, "first_name": "P", "language_code": "en"}
        chat = {"id": sender, "type": "private", "first_name": "P"}
        date = int((NOON + timedelta(seconds=self.clock.monotonic())).timestamp())
        message = {"message_id": 1, "date": date, "chat": chat, "from": person, "text": text, **about}
        return await self.feed(**{kind: message})

    async def press(self, token: str, sender: int = ANN, *, chat: dict[str, Any] | None = None) -> tuple[Reply, ...]:
        person = {"id": sender, "is_bot": False, "first_name": "P"}
        message = {"message_id": 5, "date": 1, "chat": chat or {"id": sender, "type": "private"}, "text": "x"}
        query = {
            "id": str(self.number), "from": person, "chat_instance": "1", "data": token, "message": message,
        }  # fmt: skip
        return await self.feed(callback_query=query)

    def mint(
        self, owner: int = ANN, action: str = "go", *, seconds: float | None = None, once: bool = True,
        urgent: bool = False,
    ) -> str:  # fmt: skip
        expires = self.clock.now() + timedelta(seconds=seconds) if seconds else None
        return self.store.tx.buttons.mint(owner, action, {"position": 3}, once=once, expires_at=expires, urgent=urgent)

    @property
    def answers(self) -> list[tuple[str | None, bool | None]]:
        return [(call.text, call.show_alert) for call in self.bot.calls if isinstance(call, AnswerCallbackQuery)]


@pytest.fixture
def rig() -> Rig:
    rig = Rig()
    rig.store.enrol(ANN)
    return rig


# --- who is it -------------------------------------------------------------------------------------


async def test_a_known_person_is_served_in_their_language(rig: Rig) -> None:
    assert await rig.say("/positions") == (Reply(text="handled"),)
    (_, given) = rig.seen[0]
    assert given["user"].chat_id == ANN
    assert (given["language"], given["pressed"]) == ("en", None)


async def test_start_enrols_a_stranger_as_a_plain_user(rig: Rig) -> None:
    assert await rig.say("/start", STRANGER) == (Reply(text="handled"),)
    assert rig.store.tx.people.by_chat(STRANGER).role is Role.USER  # type: ignore[union-attr]


@pytest.mark.parametrize("text", ["/positions", "hello", "/started", "start", ""])
async def test_nothing_else_enrols_and_a_stranger_gets_one_hint_a_day(rig: Rig, text: str) -> None:
    assert await rig.say(text, STRANGER) == (Reply(text=ENGLISH("access-stranger")),)
    assert await rig.say(text, STRANGER) == ()
    assert rig.store.tx.people.by_chat(STRANGER) is None
    await rig.clock.advance(24 * 3600)
    assert len(await rig.say(text, STRANGER)) == 1
    assert rig.seen == []


async def test_many_strangers_together_get_few_hints(rig: Rig) -> None:
    answers = [await rig.say("hi", 1000 + n) for n in range(STRANGER_HINTS_A_MINUTE + 15)]
    assert sum(map(len, answers)) == STRANGER_HINTS_A_MINUTE


async def test_a_closed_bot_enrols_its_owner_and_nobody_else() -> None:
    rig = Rig(enrolment="closed")
    (hint,) = await rig.say("/start", STRANGER)
    assert hint.text == ENGLISH("access-closed", chat=STRANGER)
    assert await rig.say("/start", OWNER) == (Reply(text="handled"),)
    assert rig.store.tx.people.by_chat(OWNER).role is Role.SUPER  # type: ignore[union-attr]
    assert rig.store.tx.people.by_chat(STRANGER) is None


async def test_owners_are_whom_the_environment_names(rig: Rig) -> None:
    rig.store.enrol(OWNER, Role.USER)
    rig.store.enrol(STRANGER, Role.SUPER)
    assert await rig.say("/users", OWNER) == (Reply(text="all users"),)
    assert await rig.say("/users", STRANGER) == (Reply(text="handled"),)
    assert rig.store.tx.people.by_chat(STRANGER).role is Role.USER  # type: ignore[union-attr]


async def test_a_right_taken_away_is_gone_at_once(rig: Rig) -> None:
    rig.store.tx.people.set_role(ANN, Role.ADMIN)
    assert await rig.say("/users") == (Reply(text="all users"),)
    rig.store.tx.people.set_role(ANN, Role.USER)
    assert await rig.say("/users") == (Reply(text="handled"),)


async def test_a_blocked_person_gets_a_clear_word_and_nothing_else(rig: Rig) -> None:
    rig.store.tx.people.set_active(ANN, False)
    assert await rig.say("/positions") == (Reply(text=ENGLISH("access-blocked")),)
    (answer,) = await rig.press(rig.mint())
    assert (answer.toast, answer.text) == (ENGLISH("access-blocked"), "")
    assert rig.seen == []


# --- where -----------------------------------------------------------------------------------------

GROUP = {"id": -100, "type": "supergroup", "title": "Group"}


@pytest.mark.parametrize(
    "about",
    [
        {"chat": GROUP},
        {"chat": {"id": ANN + 1, "type": "private"}},
        {"from": {"id": ANN, "is_bot": True, "first_name": "B"}},
        {"from": None},
    ],
    ids=["a group", "somebody else's chat", "another bot", "nobody"],
)
async def test_commands_are_taken_in_the_private_chat_alone(rig: Rig, about: dict[str, Any]) -> None:
    assert await rig.say("/close", **about) == ()
    assert rig.seen == []


async def test_a_press_in_a_group_is_refused_even_with_a_good_token(rig: Rig) -> None:
    assert await rig.press(rig.mint(), chat=GROUP) == ()
    assert rig.seen == []


async def test_channel_posts_pass_without_a_person(rig: Rig) -> None:
    post = {"message_id": 1, "date": 1, "chat": {"id": -1001, "type": "channel", "title": "S"}, "text": "BUY"}
    for _ in range(3 * COMMANDS_A_MINUTE):
        await rig.feed(channel_post=post)
    assert rig.seen == [("BUY", {"user": None})] * (3 * COMMANDS_A_MINUTE)


async def test_unserved_kinds_of_update_are_left_alone(rig: Rig) -> None:
    query = {"id": "1", "from": {"id": ANN, "is_bot": False, "first_name": "P"}, "query": "x", "offset": ""}
    assert await rig.feed(inline_query=query) == ()


def member(chat: dict[str, Any], status: str, sender: int = ANN) -> dict[str, Any]:
    robot = {"id": 42, "is_bot": True, "first_name": "bot"}
    new: dict[str, Any] = {"status": status, "user": robot}
    if status == "kicked":
        new["until_date"] = 0
    return {
        "chat": chat, "from": {"id": sender, "is_bot": False, "first_name": "P"}, "date": 1,
        "old_chat_member": {"status": "left", "user": robot}, "new_chat_member": new,
    }  # fmt: skip


async def test_blocking_and_unblocking_the_bot_is_remembered(rig: Rig) -> None:
    private = {"id": ANN, "type": "private"}
    await rig.feed(my_chat_member=member(private, "kicked"))
    assert rig.store.tx.people.unreachable == {ANN}
    await rig.feed(my_chat_member=member(private, "member"))
    assert rig.store.tx.people.unreachable == set()


async def test_who_writes_can_be_reached_whatever_was_noted_before(rig: Rig) -> None:
    """A 403 that comes home late is written after the word that the bot was unblocked."""
    rig.store.tx.people.set_reachable(ANN, False)
    await rig.say("/positions")
    assert rig.store.tx.people.unreachable == set()


async def test_membership_of_a_channel_is_told_with_who_changed_it(rig: Rig) -> None:
    channel = {"id": -1001, "type": "channel", "title": "S"}
    assert await rig.feed(my_chat_member=member(channel, "left")) == (Reply(text=f"member for {ANN}"),)
    assert await rig.feed(my_chat_member=member(channel, "left", STRANGER)) == ()


# --- how often -------------------------------------------------------------------------------------


async def test_twenty_commands_a_minute_then_one_word_then_silence(rig: Rig) -> None:
    answers = [await rig.say(f"/{n}") for n in range(COMMANDS_A_MINUTE + 5)]
    assert len(rig.seen) == COMMANDS_A_MINUTE
    assert answers[COMMANDS_A_MINUTE:] == [
        (Reply(text=ENGLISH("access-slow", limit=COMMANDS_A_MINUTE)),), (), (), (), (),
    ]  # fmt: skip
    await rig.clock.advance(60)
    assert await rig.say("/again") == (Reply(text="handled"),)


async def test_one_persons_haste_is_not_anothers(rig: Rig) -> None:
    rig.store.enrol(STRANGER)
    for n in range(COMMANDS_A_MINUTE + 1):
        await rig.say(f"/{n}")
    assert await rig.say("/mine", STRANGER) == (Reply(text="handled"),)


async def test_presses_count_too_and_are_told_by_toast(rig: Rig) -> None:
    for n in range(COMMANDS_A_MINUTE):
        await rig.say(f"/{n}")
    (answer,) = await rig.press(rig.mint())
    assert (answer.toast, answer.text) == (ENGLISH("access-slow", limit=COMMANDS_A_MINUTE), "")
    assert "go" not in dict(rig.seen)


async def test_a_halt_is_never_too_much(rig: Rig) -> None:
    for n in range(COMMANDS_A_MINUTE + 5):
        await rig.say(f"/{n}")
    for word in ("/halt", "/panic"):
        assert await rig.say(word) == (Reply(text="handled"),)
    await rig.press(rig.mint(urgent=True))
    assert [text for text, _ in rig.seen[COMMANDS_A_MINUTE:]] == ["/halt", "/panic", "go"]


async def test_what_was_said_over_an_hour_is_not_haste_when_it_comes_at_once(rig: Rig) -> None:
    hour_ago = int(NOON.timestamp()) - 3600
    for n in range(3 * COMMANDS_A_MINUTE):
        await rig.say(f"/{n}", date=hour_ago + 10 * n)
    assert len(rig.seen) == 3 * COMMANDS_A_MINUTE


def test_a_quota_forgets_the_quietest_first() -> None:
    quota = Quota(1, 60.0, keys=2)
    assert quota.take(1, 0.0)
    assert quota.take(2, 1.0)
    assert not quota.take(1, 2.0)
    assert quota.take(3, 3.0)  # pushes out 2, which spoke before 1 did
    assert not quota.take(1, 4.0)
    assert quota.take(2, 5.0)


# --- buttons ---------------------------------------------------------------------------------------


async def test_a_press_is_resolved_to_its_action_and_args_and_answered(rig: Rig) -> None:
    assert [reply.text for reply in await rig.press(rig.mint())] == ["gone"]
    assert rig.seen == [("go", {"position": 3})]
    assert rig.answers == [("Done & dusted", True)]


async def test_a_filter_takes_only_its_actions(rig: Rig) -> None:
    assert await rig.press(rig.mint(action="stop")) == ()
    assert [len(await rig.press(rig.mint(action="also_go")))] == [1]
    assert rig.answers == [(None, False), ("Done & dusted", True)]


@pytest.mark.parametrize("case", ["twice", "expired", "another's", "forged", "empty"])
async def test_a_stale_button_does_nothing_and_says_so(rig: Rig, case: str) -> None:
    rig.store.enrol(STRANGER)
    minted = rig.mint(STRANGER if case == "another's" else ANN, seconds=60 if case == "expired" else None)
    token = {"forged": "go:3", "empty": ""}.get(case, minted)
    if case == "twice":
        await rig.press(token)
    if case == "expired":
        await rig.clock.advance(600)
    done = len(rig.seen)
    assert await rig.press(token) == (Reply(toast=ENGLISH(f"refusal-{Code.STALE_BUTTON}"), alert=True),)
    assert len(rig.seen) == done
    assert rig.answers[-1] == ("This button is no longer good.", True)


async def test_the_same_press_handled_again_after_a_crash_goes_through(rig: Rig) -> None:
    token = rig.mint()
    await rig.press(token)
    rig.number -= 1
    await rig.press(token)
    assert rig.seen == [("go", {"position": 3})] * 2


async def test_a_press_that_cannot_be_answered_any_more_is_handled_all_the_same(rig: Rig) -> None:
    rig.bot.fault = TelegramBadRequest(AnswerCallbackQuery(callback_query_id="1"), "query is too old")
    assert [reply.text for reply in await rig.press(rig.mint())] == ["gone"]


async def test_a_press_whose_handler_fails_is_still_answered(rig: Rig) -> None:
    rig.store.fail(1)
    with pytest.raises(OSError, match="disk is full"):
        await rig.press(rig.mint())
    assert rig.answers == [(None, False)]


# --- mistakes --------------------------------------------------------------------------------------


async def test_a_mistake_is_answered_with_what_mends_it(rig: Rig) -> None:
    rig.mistake = Mistake("half a number", code=Code.BAD_INPUT)
    (reply,) = await rig.say("/risk x")
    assert ENGLISH(f"refusal-{Code.BAD_INPUT}") in reply.text
    assert ENGLISH(f"mend-{Code.BAD_INPUT}") in reply.text


async def test_any_other_fault_goes_on(rig: Rig) -> None:
    rig.mistake = ZeroDivisionError()
    with pytest.raises(ZeroDivisionError):
        await rig.say("/positions")


def test_an_action_filter_needs_a_name() -> None:
    with pytest.raises(ValueError, match="name"):
        Action()


def test_replies_reads_what_handlers_return() -> None:
    one, two = Reply(text="1"), Reply(text="2")
    assert replies(one) == (one,)
    assert replies([one, two]) == (one, two)
    assert replies(None) == ()
    assert replies("text") == ()
