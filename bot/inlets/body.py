"""What was brought over HTTP, as the text of a post. Pure."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

LARGEST = 64 * 1024
LONGEST_ID = 200
TYPES = frozenset(("text/plain", "application/json"))
_TEXTS = ("message", "text", "content", "body", "signal", "data")
_SYMBOLS = frozenset(("symbol", "ticker", "pair", "instrument", "coin", "market", "asset"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A post as its sender wrote it; ``id`` is the sender's own name for it, if there is one."""

    text: str
    id: str | None = None


def read(body: bytes, content_type: str) -> Brought | None:
    """None when there is no text in it, or it is not what its type says."""
    try:
        text = body.decode("utf-8-sig").strip()
    except UnicodeDecodeError:
        return None
    if content_type == "application/json":
        return _from_json(text)
    return Brought(text=text) if text else None


def _from_json(text: str) -> Brought | None:
    """An object with a text in it, or one that is a signal itself, field by field: that one is read as it is."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(found, dict):
        return None
    try:
        return Brought(text=_text(found) or text, id=_id(found.get("id")))
    except ValueError:
        return None


def _text(found: dict[str, Any]) -> str | None:
    if any(str(key).lower() in _SYMBOLS for key in found):
        return None
    texts = (found.get(name) for name in _TEXTS)
    return next((text.strip() for text in texts if isinstance(text, str) and text.strip()), None)


def _id(given: Any) -> str | None:
    """Raises ValueError for one that cannot be told from another: too long, or neither a text nor a whole number."""
    if given is None or given == "":
        return None
    if isinstance(given, bool) or not isinstance(given, str | int) or len(str(given)) > LONGEST_ID:
        raise ValueError("not an id")
    return str(given)
