"""Teach by tapping: the post with its prices counted, "which is the stop?", and what the answer would change.

The answer becomes a rule of the channel only after its last posts were read again with it, and its owner has seen the
difference.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from aiogram import Router
from aiogram.types import TelegramObject

from bot.access import Action
from bot.ports import BotTx, Store
from bot.replies import Button, Reply, Rows, Texts
from bot.wording import shortened, stack
from engine.ports import Clock
from engine.signals.lessons import learnt, lesson, numbered, prices
from engine.types import ChannelRules, Lesson, Part, Reading, SeenPost, Source, User
from handlers.answers import not_found
from handlers.readings import said

if TYPE_CHECKING:
    from engine.desk import Desk

MOST_PRICES = 12  # that can be tapped
MOST_LESSONS = 20
LOOK_BACK = 50  # posts that are read again before a lesson is kept
SHOWN = 5  # of those that are read differently
_QUOTED, _LINE = 700, 60


def routes() -> Router:
    router = Router(name="teach")
    router.callback_query.register(ask, Action("post_teach"))
    router.callback_query.register(try_out, Action("post_try"))
    router.callback_query.register(save, Action("post_learn"))
    return router


@dataclass(frozen=True, slots=True)
class Asked:
    """A post of one's own channel, with the channel."""

    seen: SeenPost
    source: Source


def _theirs(tx: BotTx, row_id: int, user: User) -> Asked | None:
    seen = tx.messages.get(row_id)
    source = tx.channels.get(user.id, seen.source_id) if seen is not None else None
    return None if seen is None or source is None else Asked(seen, source)


async def ask(_: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock) -> Reply:
    row_id, part = args["row"], Part(args.get("part", Part.STOP))
    asked = await store.read(lambda tx: _theirs(tx, row_id, user))
    if asked is None:
        return await not_found(f"post:{row_id}", user, t, store, clock)
    text, edit = asked.seen.post.text, not args.get("notice")
    if not prices(text):
        return Reply(text=t("teach-no-prices"), edit=edit)
    counted = shortened(numbered(text, MOST_PRICES), _QUOTED)
    question = t(f"teach-which-{part}")
    return Reply(
        text=stack(t("teach-title", name=asked.source.name), t("notice-quote", text=counted), "", question),
        rows=(*_numbers(row_id, part, min(len(prices(text)), MOST_PRICES), t), _other_parts(row_id, part, t)),
        edit=edit,
    )


def _numbers(row_id: int, part: Part, count: int, t: Texts) -> Rows:
    buttons = [
        Button(
            label=t("teach-number", number=number + 1),
            action="post_try",
            args={"row": row_id, "part": part.value, "number": number},
            once=False,
        )
        for number in range(count)
    ]
    return tuple(tuple(buttons[at : at + 4]) for at in range(0, count, 4))


def _other_parts(row_id: int, part: Part, t: Texts) -> tuple[Button, ...]:
    return tuple(
        Button(
            label=t(f"teach-part-{other}"), action="post_teach", args={"row": row_id, "part": other.value}, once=False
        )
        for other in Part
        if other is not part
    )


# --- what it would change ----------------------------------------------------------------------------


async def try_out(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, desk: Desk
) -> Reply:
    """The channel's last posts, read as they are now and as they would be."""
    asked = await store.read(lambda tx: _theirs(tx, args["row"], user))
    if asked is None:
        return await not_found(f"post:{args['row']}", user, t, store, clock)
    back = Button(
        label=t("button-back"), action="post_teach", args={"row": args["row"], "part": args["part"]}, once=False
    )
    new = _lesson(asked.seen, args)
    if new is None:
        return Reply(text=t("teach-no-words"), rows=((back,),), edit=True)
    before, after = asked.source.rules, _with(asked.source.rules, new)
    source_id = asked.source.id
    posts = await store.read(lambda tx: tx.messages.latest(source_id, LOOK_BACK))
    changed = [
        post
        for post in (asked.seen, *(p for p in posts if p.row_id != asked.seen.row_id))
        if _differs(post, before, after, desk)
    ]
    keep = Button(label=t("button-teach-save"), action="post_learn", args=dict(args))
    text = stack(
        t("teach-rule", rule=_words(new, t)),
        "",
        t("teach-changes", changed=len(changed), count=len(posts)),
        *(_difference(post, before, after, desk, t) for post in changed[:SHOWN]),
    )
    return Reply(text=text, rows=((keep,), (back,)) if changed else ((back,),), edit=True)


def _lesson(seen: SeenPost, args: dict[str, Any]) -> Lesson | None:
    return lesson(seen.post.text, args["number"], Part(args["part"]))


def _with(rules: ChannelRules, new: Lesson) -> ChannelRules:
    return replace(rules, lessons=learnt(rules.lessons, new)[-MOST_LESSONS:])


def _differs(post: SeenPost, before: ChannelRules, after: ChannelRules, desk: Desk) -> bool:
    return desk.reading(post.post.text, before) != desk.reading(post.post.text, after)


def _difference(post: SeenPost, before: ChannelRules, after: ChannelRules, desk: Desk, t: Texts) -> str:
    def line(reading: Reading) -> str:
        return said(reading, t)

    first = shortened(post.post.text.strip().split("\n", 1)[0], _LINE)
    old, new = (line(desk.reading(post.post.text, rules)) for rules in (before, after))
    return "\n" + stack(t("teach-post", text=first), t("teach-before", reading=old), t("teach-after", reading=new))


def _words(new: Lesson, t: Texts) -> str:
    part = t(f"teach-named-{new.part}")
    if new.words:
        return t("teach-rule-words", words=" ".join(new.words), part=part)
    if new.after:
        return t("teach-rule-after", words=" ".join(new.after), part=part)
    return t("teach-rule-line", line=new.line, part=part)


# --- keeping it --------------------------------------------------------------------------------------


async def save(
    _: TelegramObject, args: dict[str, Any], user: User, t: Texts, store: Store, clock: Clock, desk: Desk
) -> Reply:
    """Keep the rule, and ask about the post it came from if that is now a signal that can still be taken."""
    row_id, now = args["row"], clock.now()

    def work(tx: BotTx) -> Asked | None:
        asked = _theirs(tx, row_id, user)
        new = _lesson(asked.seen, args) if asked is not None else None
        if asked is None or new is None:
            return None
        tx.channels.set_rules(user.id, asked.source.id, _with(asked.source.rules, new))
        kept = {"part": new.part.value, "words": " ".join(new.words or new.after), "line": new.line}
        tx.audit.note(user.id, "channel_taught", f"source:{asked.source.id}", kept, now)
        return asked

    asked = await store.write(work)
    if asked is None:
        return await not_found(f"post:{row_id}", user, t, store, clock)
    again = await desk.reread(row_id, user.id)
    more = Button(label=t("button-teach-more"), action="post_teach", args={"row": row_id}, once=False)
    text = stack(t("teach-saved", name=asked.source.name), t("teach-again") if again else None)
    return Reply(text=text, rows=((more,),), edit=True)
