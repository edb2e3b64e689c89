"""getUpdates, setWebhook, deleteWebhook, getWebhookInfo."""

from __future__ import annotations

import re
from typing import Any

from bot.simulator.errors import bad_request, conflict
from bot.simulator.params import Params
from bot.simulator.webhook import Target
from bot.simulator.world import World

MOST_UPDATES = 100
LONGEST_POLL = 50  # seconds


async def get_updates(world: World, params: Params) -> Any:
    if world.webhook.target is not None:
        raise conflict(
            "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
        )
    world.updates.allow(_kinds(params))
    limit = min(max(params.number("limit", MOST_UPDATES), 1), MOST_UPDATES)
    timeout = min(max(params.number("timeout"), 0), LONGEST_POLL)
    return await world.updates.poll(params.number("offset"), limit, timeout)


async def set_webhook(world: World, params: Params) -> Any:
    """An empty url removes the webhook. Plain http is allowed, as a local Bot API server allows it."""
    url = params.text("url")
    if not url:
        return await delete_webhook(world, params)
    if not re.fullmatch(r"https?://\S+", url):
        raise bad_request("bad webhook: invalid URL specified")
    secret = params.text("secret_token")
    if not re.fullmatch(r"[A-Za-z0-9_-]{0,256}", secret):
        raise bad_request("secret token contains unallowed characters")
    world.updates.evict("terminated by setWebhook request")
    world.updates.allow(_kinds(params))
    _forget(world, params)
    await world.webhook.point(Target(url=url, secret=secret, max_connections=params.number("max_connections", 40)))
    return True


async def delete_webhook(world: World, params: Params) -> Any:
    _forget(world, params)
    await world.webhook.point(None)
    return True


async def get_webhook_info(world: World, _params: Params) -> Any:
    target = world.webhook.target
    out: dict[str, Any] = {
        "url": target.url if target else "",
        "has_custom_certificate": False,
        "pending_update_count": len(world.updates.pending),
        "allowed_updates": sorted(world.updates.allowed),
    }
    if target:
        out["max_connections"] = target.max_connections
    if world.webhook.last_error:
        out["last_error_date"], out["last_error_message"] = world.webhook.last_error
    return out


def _forget(world: World, params: Params) -> None:
    if params.flag("drop_pending_updates"):
        world.updates.pending.clear()


def _kinds(params: Params) -> list[str] | None:
    kinds = params.structure("allowed_updates")
    if kinds is None:
        return None
    if not isinstance(kinds, list):
        raise bad_request("can't parse allowed updates JSON object")
    return [str(kind) for kind in kinds]
