"""The keys of exchanges: which may be connected, what a key may do, and whether that is what it should."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING

import structlog

from engine.errors import Code, EngineFault, VenueLocked
from engine.ports import Clock
from engine.types import KeyReport, Refusal

if TYPE_CHECKING:
    from engine.adapters import AdapterSpec

PAPER = "paper"
HIDDEN = "***"
KEY_NAMES = ("apiKey", "walletAddress", "login", "uid")
"""Credentials that name the account without opening it, the first that there is."""
log = structlog.get_logger()


def fault_of(report: KeyReport, *, withdrawal_ok: bool) -> Refusal | None:
    """Why a key with these rights is not taken; None when it is. A right that the exchange keeps quiet is no fault."""
    if not report.can_read:
        return Refusal(code=Code.KEY_CANNOT_READ)
    if report.can_withdraw and not withdrawal_ok:
        return Refusal(code=Code.KEY_CAN_WITHDRAW)
    if report.can_trade is False:
        return Refusal(code=Code.KEY_CANNOT_TRADE)
    return None


def marks(
    exchange: str, market: str, *, testnet: bool, credentials: Mapping[str, str], uid: str | None
) -> dict[str, str]:  # fmt: skip
    """By what an account is known again: its number at the exchange, where that is told, and its key; both hashed."""
    place = f"{exchange}:{market}:{testnet}"
    key = next((credentials[name] for name in KEY_NAMES if credentials.get(name)), "")
    known = {"uid": uid, "key": key}
    return {name: _hashed(f"{place}:{name}:{value}") for name, value in known.items() if value}


def _hashed(text: str) -> str:
    return hashlib.blake2b(text.encode(), digest_size=16, person=b"account").hexdigest()


def is_other_account(before: Mapping[str, str], after: Mapping[str, str]) -> bool | None:
    """Whether these are marks of two accounts; None when nobody can tell."""
    if before.get("key") is not None and before.get("key") == after.get("key"):
        return False
    if "uid" in before and "uid" in after:
        return before["uid"] != after["uid"]
    return None


def scrubbed(text: str, credentials: Mapping[str, str]) -> str:
    """The text without any of these values: some exchanges repeat what they were sent."""
    for value in credentials.values():
        if value:
            text = text.replace(value, HIDDEN)
    return text


class Exchanges:
    """The exchanges of ``engine.adapters``. ``urls`` lead some of them elsewhere, as the operator wishes."""

    def __init__(self, urls: Mapping[str, str], clock: Clock) -> None:
        self._urls = urls
        self._clock = clock

    def all(self) -> tuple[AdapterSpec, ...]:
        """Every exchange that can be connected, the popular ones first."""
        from engine.adapters import exchanges  # with them come the clients, which a paper house does not need

        return tuple(spec for spec in exchanges() if spec.name != PAPER)

    def get(self, name: str) -> AdapterSpec | None:
        from engine.adapters import adapter

        return None if name == PAPER else adapter(name)

    async def report(
        self, name: str, credentials: Mapping[str, str], *, market: str, testnet: bool
    ) -> KeyReport | Refusal:  # fmt: skip
        """Ask the exchange about this key. What it answers is shown, so nothing of the key is left in it."""
        from engine.adapters import key_report

        try:
            return await key_report(
                name, credentials, market=market, testnet=testnet, urls=self._urls, clock=self._clock
            )
        except VenueLocked as fault:
            return Refusal(code=Code.KEY_LOST, details={"venue": scrubbed(fault.reason, credentials)})
        except EngineFault as fault:
            code = fault.code or Code.VENUE_UNREACHABLE
            return Refusal(code=code, details={"venue": scrubbed(fault.reason, credentials)})
        except Exception as fault:  # its text may hold the key, so only its kind is kept
            log.warning("key not tested", exchange=name, fault=type(fault).__name__)
            return Refusal(code=Code.VENUE_UNREACHABLE, details={"venue": type(fault).__name__})
