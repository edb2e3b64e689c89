"""What a person can say to the bot: one module a command area, each with ``routes() -> Router``."""

from __future__ import annotations

from aiogram import Router

from handlers import (
    admin,
    connections,
    control,
    language,
    menu,
    positions,
    preview,
    signals,
    sources,
    start,
    today,
    unknown,
)


def routes() -> Router:
    """Every route there is. ``unknown`` answers what nobody else took, so it comes last."""
    root = Router(name="handlers")
    root.include_routers(
        signals.routes(),
        start.routes(),
        language.routes(),
        menu.routes(),
        connections.routes(),
        sources.routes(),
        positions.routes(),
        today.routes(),
        preview.routes(),
        control.routes(),
        admin.routes(),
        unknown.routes(),
    )
    return root
