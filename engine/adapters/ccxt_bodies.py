"""A venue's refusal out of the text of a ccxt exception: its codes and its words. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

CODES = ("sCode", "code", "retCode", "ret_code", "error_code", "err-code", "err_code", "label")
WORDS = ("sMsg", "msg", "retMsg", "ret_msg", "message", "error_message", "err-msg", "err_msg", "detail")
LONGEST = 20_000
"""A longer text is no answer to an order."""
FINE = frozenset({"", "0", "200"})
"""Codes that say nothing is wrong, or nothing at all."""


@dataclass(frozen=True, slots=True)
class Body:
    """The codes, innermost first, and all the words."""

    codes: tuple[str, ...]
    text: str


def read_body(text: str) -> Body | None:
    """The JSON object that ends the exception's text; None when there is none, or it is cut off."""
    start = text.find("{")
    if start < 0 or len(text) > LONGEST:
        return None
    try:
        document = json.loads(text[start:])
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, Mapping):
        return None
    parts = [*_inner(document), document]
    codes = [str(part[name]) for part in parts for name in CODES if _plain(part.get(name))]
    words = [str(part[name]) for part in parts for name in WORDS if _plain(part.get(name))]
    sentences = list(_sentences(document))
    kept = tuple(code for code in (*codes, *sentences) if code not in FINE)
    return Body(kept, " ".join(word for word in (*words, *sentences) if word)[:300])


def _plain(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool)


def _inner(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """OKX answers for each order of a list."""
    data = document.get("data")
    if isinstance(data, list):
        yield from (item for item in data[:10] if isinstance(item, Mapping))


def _sentences(document: Mapping[str, Any]) -> Iterator[str]:
    """Kraken (``error``) and Hyperliquid (``response``) answer in sentences instead of codes."""
    errors = document.get("error")
    if isinstance(errors, list):
        yield from (error for error in errors[:10] if isinstance(error, str))
    response = document.get("response")
    if isinstance(response, str):
        yield response
    elif isinstance(response, Mapping) and isinstance(response.get("data"), Mapping):
        statuses = response["data"].get("statuses")
        if isinstance(statuses, list):
            yield from (
                status["error"]
                for status in statuses[:10]
                if isinstance(status, Mapping) and isinstance(status.get("error"), str)
            )
