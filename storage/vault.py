"""Credentials at rest: AES-256-GCM, each value bound to its owner, its connection and its field.

A sealed value reads ``v1.<key id>.<base64url of nonce and ciphertext>``. The binding is the associated data
``v1|owner|connection|field``: a value copied to another row, or to another field of its row, does not open.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import os
import re
import secrets
import stat
from pathlib import Path
from typing import NamedTuple, NoReturn

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.faults import KeyLost, SealBroken

VERSION = "v1"
KEY_BYTES = 32
NONCE_BYTES = 12
LEAST_DISTINCT_BYTES = 16
"""A random key of 32 bytes has fewer distinct ones once in 10^13: such a key was typed, not drawn."""

_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,32}")


class Secret:
    """A value that does not show itself: not in a repr, a log line, a pickle or a copy."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The value itself; call it where it is used, and keep the result nowhere."""
        return self._value

    def __repr__(self) -> str:
        return "Secret(***)"

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not to be copied or pickled")


class Place(NamedTuple):
    """Where a value belongs; it opens nowhere else."""

    owner_id: int
    connection_id: int
    field: str

    def binding(self) -> bytes:
        return f"{VERSION}|{self.owner_id}|{self.connection_id}|{self.field}".encode()


class KeyRing:
    """Master keys by id. The first one seals; all of them open."""

    def __init__(self, keys: dict[str, bytes]) -> None:
        if not keys:
            raise ValueError("the key ring is empty")
        for key_id, key in keys.items():
            _check_key(key_id, key)
        self._ciphers = {key_id: AESGCM(key) for key_id, key in keys.items()}
        self.sealing_id = next(iter(keys))

    def __repr__(self) -> str:
        return f"KeyRing({', '.join(self._ciphers)})"

    @classmethod
    def parse(cls, text: str) -> KeyRing:
        """Read ``id:base64,id2:base64``; newlines do as well as commas. A ValueError never shows a key."""
        keys: dict[str, bytes] = {}
        for pair in filter(None, re.split(r"[,\s]+", text)):
            key_id, _, encoded = pair.partition(":")
            if not _KEY_ID.fullmatch(key_id):
                raise ValueError("a master key is written id:base64, with a short id of letters and digits")
            if key_id in keys:
                raise ValueError(f"master key {key_id} is given twice")
            keys[key_id] = _decoded(key_id, encoded)
        return cls(keys)

    @classmethod
    def from_file(cls, path: Path) -> KeyRing:
        """Read the key file. ValueError unless it is ours and nobody else can read or write it (0600)."""
        status = path.stat()
        if stat.S_IMODE(status.st_mode) & 0o177:
            raise ValueError(f"{path} must have mode 0600: chmod 600 {path}")
        if status.st_uid != os.getuid():
            raise ValueError(f"{path} belongs to another user")
        return cls.parse(path.read_text(encoding="ascii"))

    def cipher(self, key_id: str) -> AESGCM:
        """Raises KeyLost for a key that is not on the ring."""
        try:
            return self._ciphers[key_id]
        except KeyError:
            raise KeyLost(f"master key {key_id} is not available", key_id=key_id) from None


class Vault:
    """Seals and opens values with the keys of a ring."""

    def __init__(self, ring: KeyRing) -> None:
        self._ring = ring

    def seal(self, value: Secret, place: Place) -> str:
        nonce = secrets.token_bytes(NONCE_BYTES)
        key_id = self._ring.sealing_id
        box = nonce + self._ring.cipher(key_id).encrypt(nonce, value.reveal().encode(), place.binding())
        return f"{VERSION}.{key_id}.{base64.urlsafe_b64encode(box).decode()}"

    def open(self, sealed: str, place: Place) -> Secret:
        """Raises KeyLost without the key, SealBroken for a value that was altered, moved, or never sealed."""
        key_id, box = _parts(sealed)
        cipher = self._ring.cipher(key_id)
        try:
            plain = cipher.decrypt(box[:NONCE_BYTES], box[NONCE_BYTES:], place.binding())
        except InvalidTag:
            raise SealBroken(f"{place.field} of connection {place.connection_id} was altered or moved") from None
        return Secret(plain.decode())

    def is_current(self, sealed: str) -> bool:
        """Whether the first key of the ring sealed it."""
        return _parts(sealed)[0] == self._ring.sealing_id


def new_key(key_id: str) -> str:
    """A fresh random key as ``KeyRing.parse`` reads it."""
    return f"{key_id}:{base64.b64encode(secrets.token_bytes(KEY_BYTES)).decode()}"


def _parts(sealed: str) -> tuple[str, bytes]:
    version, _, rest = sealed.partition(".")
    key_id, _, encoded = rest.partition(".")
    if version != VERSION or not encoded:
        raise SealBroken("a credential in the database is not sealed")
    try:
        box = base64.b64decode(encoded, altchars=b"-_", validate=True)
    except binascii.Error:
        raise SealBroken("a sealed credential is damaged") from None
    return key_id, box


def _decoded(key_id: str, encoded: str) -> bytes:
    try:
        return base64.b64decode(encoded, validate=True)
    except binascii.Error:
        raise ValueError(f"master key {key_id} is not base64") from None


def _check_key(key_id: str, key: bytes) -> None:
    if len(key) != KEY_BYTES:
        raise ValueError(f"master key {key_id} must be {KEY_BYTES} bytes, not {len(key)}")
    if len(set(key)) < LEAST_DISTINCT_BYTES:
        raise ValueError(f"master key {key_id} is weak: draw it at random")
