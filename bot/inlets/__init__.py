"""Posts from elsewhere: brought over HTTP, or found in feeds. Off until the operator switches them on.

Both ways in commit a post before anybody is told that it came; from there ``Pump`` takes it to the desk, where it is
a post like any other.
"""

from __future__ import annotations

import hashlib

FIRST_NUMBER = 1 << 60  # Telegram's own numbers of chats end far below


def fingerprint(*parts: bytes) -> str:
    """64 hex digits that stand for these bytes, each part by itself."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(len(part).to_bytes(8, "big") + part)
    return whole.hexdigest()


def token_hash(token: str) -> str:
    """What is kept of the secret part of an address."""
    return fingerprint(b"token", token.encode())


def number_of(token: str) -> int:
    """The number that stands for a source where a channel has its chat id; no chat of Telegram can have it."""
    return -(FIRST_NUMBER + int(fingerprint(b"number", token.encode())[:14], 16))
