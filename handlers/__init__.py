"""What a person can say to the bot: one module a command area, each with ``routes() -> Router``."""

from __future__ import annotations

from aiogram import Router

from bot.access import Asked
from handlers import (
    admin,
    channel,
    connect,
    connections,
    control,
    halt,
    inlet_card,
    inlets,
    keys,
    language,
    live,
    menu,
    orders,
    positions,
    preview,
    signals,
    sources,
    start,
    teach,
    today,
    unknown,
)


def routes() -> Router:
    """Every route there is. An answer to an open question goes to who asked; what nobody takes, to ``unknown``."""
    root = Router(name="handlers")
    root.include_routers(
        _answers(),
        keys.routes(),
        live.routes(),
        signals.routes(),
        start.routes(),
        language.routes(),
        menu.routes(),
        connections.routes(),
        connect.routes(),
        sources.routes(),
        inlets.routes(),
        inlet_card.routes(),
        channel.routes(),
        teach.routes(),
        positions.routes(),
        orders.routes(),
        today.routes(),
        preview.routes(),
        control.routes(),
        halt.routes(),
        admin.routes(),
        unknown.routes(),
    )
    return root


def _answers() -> Router:
    """Answers to open questions: the question is looked up once for all of them."""
    router = Router(name="answers")
    router.message.filter(Asked())
    router.edited_message.filter(Asked())
    router.include_routers(keys.answers(), live.answers(), channel.answers(), inlets.answers())
    return router
