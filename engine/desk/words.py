"""The fingerprint of a signal."""

from __future__ import annotations

import hashlib
import unicodedata


def digest(text: str) -> str:
    """Fingerprint of the words: the same text with other spaces, case or letter styles has the same one."""
    words = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    return hashlib.sha256(words.encode()).hexdigest()
