"""Is this connection fit to trade? Its venue is asked, and its key may do what it must and no more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Protocol

from bot.ports import Exchanges, Safe
from engine.errors import Code, VenueLocked
from engine.keys import fault_of
from engine.ports import Clock
from engine.types import Account, Connection, KeyReport, Refusal


class Accountant(Protocol):
    """What is asked of the engine."""

    async def account(self, connection: Connection) -> Account | Refusal: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Examiner:
    """``safe`` is None in a house without master keys: it can keep no key, so it connects paper accounts only.

    ``withdrawal_ok``: the operator takes keys that may withdraw.
    """

    trader: Accountant
    clock: Clock
    exchanges: Exchanges
    safe: Safe | None = None
    withdrawal_ok: bool = False

    async def latency(self, connection: Connection) -> int | Refusal:
        """Milliseconds until the venue answered, or why the connection must not trade."""
        if connection.is_paper:
            return await self._of_paper(connection)
        report = await self.inspect(connection)
        if isinstance(report, Refusal):
            return report
        return fault_of(report, withdrawal_ok=self.withdrawal_ok) or report.latency_ms

    async def _of_paper(self, connection: Connection) -> int | Refusal:
        started = self.clock.monotonic()
        account = await self.trader.account(connection)
        return account if isinstance(account, Refusal) else round((self.clock.monotonic() - started) * 1000)

    async def inspect(self, connection: Connection) -> KeyReport | Refusal:
        """What the exchange says of the key that is kept for this connection."""
        if self.safe is None:
            return Refusal(code=Code.KEY_LOST)
        try:
            secrets = await self.safe.read(connection.owner_id, connection.id)
        except VenueLocked as fault:
            return Refusal(code=fault.code or Code.KEY_LOST, details={"venue": fault.reason})
        credentials = {field: secret.reveal() for field, secret in secrets.items()}
        where = (connection.exchange_name, connection.market, connection.is_testnet)
        return await self._asked(*where, credentials)

    async def try_key(
        self, exchange: str, market: str, testnet: bool, credentials: Mapping[str, str]
    ) -> KeyReport | Refusal:  # fmt: skip
        """What a key may do that is not connected yet; a refusal says why it will not be."""
        report = await self._asked(exchange, market, testnet, credentials)
        if isinstance(report, Refusal):
            return replace(report, code=Code.KEY_WRONG) if report.code == Code.KEY_LOST else report
        return fault_of(report, withdrawal_ok=self.withdrawal_ok) or report

    async def _asked(
        self, exchange: str, market: str, testnet: bool, credentials: Mapping[str, str]
    ) -> KeyReport | Refusal:  # fmt: skip
        return await self.exchanges.report(exchange, credentials, market=market, testnet=testnet)
