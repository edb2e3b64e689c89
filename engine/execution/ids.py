"""Client order ids: the same order always gets the same id, so that a restart can find what it sent."""

from __future__ import annotations

import base64
import hashlib


def client_order_id(install: str, connection_id: int, execution_key: str, leg: str, attempt: int) -> str:
    """27 characters ``[a-z0-9]``: "s" and the base32 of blake2b-128 over who, what, which leg and which try.

    ``execution_key`` names the signal (or the manual trade). A resend keeps its attempt and so its id;
    only a new decision counts one up. The form is legal at every venue we know (RELIABILITY 3.2).
    """
    text = "|".join((install, str(connection_id), execution_key, leg, str(attempt)))
    digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
    return "s" + base64.b32encode(digest).decode().rstrip("=").lower()
