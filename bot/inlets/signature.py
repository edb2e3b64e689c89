"""Was this written by somebody who knows the secret, and just now? Pure.

What is signed is the time and the body together: ``HMAC-SHA256(secret, timestamp + "." + body)``. A signature of the
body alone would be as good next year, under any time that is written beside it.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime

WINDOW = 300  # seconds that the sender's clock and the way here may take, either way
_SECONDS = re.compile(r"[0-9]{1,12}")
_PREFIX = "sha256="


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The value of the header X-Signature."""
    mac = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return _PREFIX + mac.hexdigest()


def is_signed(secret: str, timestamp: str, body: bytes, signature: str) -> bool:
    """Compared in constant time. A header that is missing is an empty text."""
    wanted = sign(secret, timestamp if _SECONDS.fullmatch(timestamp) else "", body)
    return hmac.compare_digest(wanted.encode(), signature.encode("utf-8", "surrogateescape"))


def is_fresh(timestamp: str, now: datetime) -> bool:
    """Unix seconds, within five minutes of now."""
    return bool(_SECONDS.fullmatch(timestamp)) and abs(now.timestamp() - int(timestamp)) <= WINDOW
