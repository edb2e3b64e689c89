"""/users and /health, for admins. To everybody else these commands do not exist."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

from aiogram import Router
from aiogram.filters import Command
from aiogram.types import TelegramObject

from bot.access import Action, AdminOnly
from bot.ports import BotTx, Store
from bot.replies import Button, Reply, Rows, Texts
from bot.wording import refused, stack
from engine.errors import Code
from engine.ports import Clock
from engine.types import Role, User
from handlers.answers import confirm, not_found

PAGE = 20
_IN_A_ROW = 5


class Health(Protocol):
    """The state of the running service."""

    async def report(self, *, asking: int = 0) -> tuple[tuple[str, bool, str], ...]:
        """One line a part: its name, whether it is well, and the figures that say so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What an admin can do to a person: when it makes sense, who may do it to whom, and how it is done."""

    fits: Callable[[User], bool]
    by: frozenset[Role]
    apply: Callable[[BotTx, int], None]


ADMINS = frozenset({Role.ADMIN, Role.SUPER})
OWNERS = frozenset({Role.SUPER})

CHANGES: dict[str, Change] = {
    "block": Change(
        fits=lambda u: u.is_active, by=ADMINS, apply=lambda tx, who: tx.people.set_active(who, False),
    ),
    "unblock": Change(
        fits=lambda u: not u.is_active, by=ADMINS, apply=lambda tx, who: tx.people.set_active(who, True),
    ),
    "promote": Change(
        fits=lambda u: u.role is Role.USER, by=OWNERS, apply=lambda tx, who: tx.people.set_role(who, Role.ADMIN),
    ),
    "demote": Change(
        fits=lambda u: u.role is Role.ADMIN, by=OWNERS, apply=lambda tx, who: tx.people.set_role(who, Role.USER),
    ),
}  # fmt: skip
"""Name → change. Its words are ``button-<name>``, ``ask-<name>`` and ``yes-<name>``."""


def routes() -> Router:
    router = Router(name="admin")
    router.message.filter(AdminOnly())
    router.callback_query.filter(AdminOnly())
    router.message.register(users, Command("users"))
    router.message.register(health_, Command("health"))
    router.callback_query.register(users_page, Action("users_page"))
    router.callback_query.register(show, Action("user_show"))
    router.callback_query.register(ask, Action("user_change"))
    router.callback_query.register(change, Action("user_change_yes"))
    return router


async def users(_: TelegramObject, t: Texts, store: Store) -> Reply:
    return await _page(0, t, store, edit=False)


async def users_page(_: TelegramObject, args: dict[str, Any], t: Texts, store: Store) -> Reply:
    return await _page(args["start"], t, store, edit=True)


async def _page(start: int, t: Texts, store: Store, *, edit: bool) -> Reply:
    people = await store.read(lambda tx: tx.people.all())
    shown = list(enumerate(people, 1))[start : start + PAGE]
    lines = (f"{no}. {_line(person, t)}" for no, person in shown)
    text = stack(t("users-title", count=len(people)), "", *lines)
    return Reply(text=text, rows=(*_numbers(shown), *_turns(start, len(people))), edit=edit)


def _line(person: User, t: Texts) -> str:
    state = t("user-active" if person.is_active else "user-inactive")
    return t("user-line", name=_name(person, t), role=t(f"role-{person.role}"), state=state)


def _name(person: User, t: Texts) -> str:
    return person.username or t("user-unnamed", chat=person.chat_id)


def _numbers(shown: list[tuple[int, User]]) -> Rows:
    buttons = [Button(label=str(no), action="user_show", args={"user": u.id}, once=False) for no, u in shown]
    return tuple(tuple(buttons[i : i + _IN_A_ROW]) for i in range(0, len(buttons), _IN_A_ROW))


def _turns(start: int, total: int) -> Rows:
    """Back and forth between the pages, where there are any."""
    targets = [("‹", start - PAGE)] * (start > 0) + [("›", start + PAGE)] * (start + PAGE < total)
    turns = (Button(label=label, action="users_page", args={"start": to}, once=False) for label, to in targets)
    return (tuple(turns),) if targets else ()


async def show(_: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    person = await _person(args, store)
    if person is None:
        return await not_found(f"user:{args['user']}", user, t, store, clock)
    return _card(person, user, t)


async def _person(args: dict[str, Any], store: Store) -> User | None:
    user_id: int = args["user"]
    return await store.read(lambda tx: tx.people.get(user_id))


def _card(person: User, admin: User, t: Texts) -> Reply:
    buttons = tuple(
        Button(label=t(f"button-{name}"), action="user_change", args={"user": person.id, "change": name}, once=False)
        for name, change in CHANGES.items()
        if change.fits(person) and _may(change, person, admin)
    )
    back = Button(label=t("button-back"), action="users_page", args={"start": 0}, once=False)
    return Reply(text=_line(person, t), rows=(buttons, (back,)) if buttons else ((back,),), edit=True)


def _may(change: Change, person: User, admin: User) -> bool:
    """Nobody changes an owner, and only owners change an admin: so nobody changes themselves either."""
    if person.role is Role.SUPER:
        return False
    return admin.role in change.by and (admin.role is Role.SUPER or not person.is_admin)


async def ask(_: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    person, name = await _person(args, store), args["change"]
    if person is None:
        return await not_found(f"user:{args['user']}", user, t, store, clock)
    if not _may(CHANGES[name], person, user):
        return refused(Code.NOT_ALLOWED, {}, t)
    back = Button(label=t("button-back"), action="user_show", args={"user": person.id}, once=False)
    rows = confirm(t(f"yes-{name}"), "user_change_yes", args, back)
    text = stack(t(f"ask-{name}", name=_name(person, t)), t("confirm-expiry"))
    return Reply(text=text, rows=rows, edit=True)


async def change(
    event: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock
) -> Reply:
    """Rights are looked at again: a minute ago they may have been others."""
    person, name, now = await _person(args, store), args["change"], clock.now()
    if person is None:
        return await not_found(f"user:{args['user']}", user, t, store, clock)
    if not _may(CHANGES[name], person, user):
        return refused(Code.NOT_ALLOWED, {}, t)

    def work(tx: BotTx) -> None:
        CHANGES[name].apply(tx, person.id)
        tx.audit.note(user.id, f"user_{name}", f"user:{person.id}", {}, now)

    await store.write(work)
    return await show(event, args, user, t, store, clock)


async def health_(_: TelegramObject, t: Texts, health: Health) -> Reply:
    parts = await health.report(asking=1)
    title = t("health-title-ok" if all(well for _, well, _ in parts) else "health-title-trouble")
    return Reply(text=stack(title, "", *(_part(name, well, detail, t) for name, well, detail in parts)))


def _part(name: str, well: bool, detail: str, t: Texts) -> str:
    shown = t(f"health-{name}") if t.has(f"health-{name}") else name
    return t("health-line-ok" if well else "health-line-trouble", name=shown, detail=detail)
