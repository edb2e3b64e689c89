"""Credentials of connections: stored sealed, opened for their owner only, sealed anew when the master key changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from engine.errors import Code, Mistake, VenueLocked
from engine.inlets import Inlet
from engine.ports import Clock
from storage.database import Database
from storage.faults import KeyLost, SealBroken
from storage.repositories.credentials import SealedRow, fields_of
from storage.unit_of_work import UnitOfWork
from storage.vault import Place, Secret, Vault

WHAT_TO_DO = "the stored credentials cannot be opened ({why}): enter them again"


class Rotation(NamedTuple):
    """What a rotation did: connections sealed anew, and those whose credentials would not open; sources likewise."""

    resealed: int
    unreadable: tuple[int, ...]
    sources: int = 0
    unreadable_sources: tuple[int, ...] = ()


class Safe:
    """Credentials in a database, under the keys of a vault."""

    def __init__(self, database: Database, vault: Vault, clock: Clock) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock

    def seal(self, owner_id: int, connection_id: int, values: Mapping[str, str]) -> dict[str, str]:
        """Field → sealed value, for this owner and connection only. Nothing is stored: a transaction may call it."""
        return {
            field: self._vault.seal(Secret(value), Place(owner_id, connection_id, field))
            for field, value in values.items()
        }

    def unseal(self, owner_id: int, connection_id: int, sealed: Mapping[str, str]) -> dict[str, Secret]:
        """Raises VenueLocked (KEY_LOST) when they cannot be opened."""
        try:
            return self._opened(owner_id, connection_id, sealed)
        except (KeyLost, SealBroken) as fault:
            raise VenueLocked(WHAT_TO_DO.format(why=fault.reason), code=Code.KEY_LOST) from fault

    async def store(self, owner_id: int, connection_id: int, values: Mapping[str, Secret]) -> None:
        """Replace all credentials of a connection; it is off until tested. Mistake when it is not theirs."""
        sealed = {
            field: self._vault.seal(value, Place(owner_id, connection_id, field)) for field, value in values.items()
        }
        now = self._clock.now()
        if not await self._database.write(lambda unit: unit.credentials.put(owner_id, connection_id, sealed, now)):
            raise Mistake(code=Code.NOT_FOUND)

    async def read(self, owner_id: int, connection_id: int) -> dict[str, Secret]:
        """The credentials, empty when there are none.

        Raises VenueLocked (KEY_LOST) when they cannot be opened; the connection is then in error and says why.
        """
        try:
            sealed = await self._database.read(lambda unit: unit.credentials.get(owner_id, connection_id))
            return self._opened(owner_id, connection_id, sealed or {})
        except (KeyLost, SealBroken) as fault:
            message = WHAT_TO_DO.format(why=fault.reason)
            now = self._clock.now()
            await self._database.write(lambda unit: unit.connections.mark_error(connection_id, message, now))
            raise VenueLocked(message, code=Code.KEY_LOST) from fault

    async def rotate(self) -> Rotation:
        """Seal everything with the first key of the ring, a row a transaction: stop it anywhere, run it again."""
        resealed, unreadable, last = 0, [], 0
        while (row := await self._database.read(lambda unit: unit.credentials.after(last))) is not None:  # noqa: B023
            last = row.connection_id
            try:
                resealed += await self._reseal(row)
            except (KeyLost, SealBroken):
                unreadable.append(row.connection_id)
        return Rotation(resealed, tuple(unreadable), *await self._rotate_sources())

    async def _rotate_sources(self) -> tuple[int, tuple[int, ...]]:
        resealed, unreadable, last = 0, [], 0
        while (inlet := await self._database.read(lambda unit: unit.inlets.sealed_after(last))) is not None:  # noqa: B023
            last = inlet.source_id
            try:
                resealed += await self._reseal_source(inlet)
            except (KeyLost, SealBroken):
                unreadable.append(inlet.source_id)
        return resealed, tuple(unreadable)

    async def _reseal_source(self, inlet: Inlet) -> bool:
        if all(map(self._vault.is_current, inlet.sealed.values())):
            return False
        opened = self._opened(inlet.owner_id, inlet.source_id, inlet.sealed)
        anew = self.seal(inlet.owner_id, inlet.source_id, {name: value.reveal() for name, value in opened.items()})
        return await self._database.write(lambda unit: unit.inlets.swap(inlet, anew))

    async def _reseal(self, row: SealedRow) -> bool:
        sealed = fields_of(row.text)
        if all(map(self._vault.is_current, sealed.values())):
            return False
        opened = self._opened(row.owner_id, row.connection_id, sealed)
        anew = {
            field: self._vault.seal(value, Place(row.owner_id, row.connection_id, field))
            for field, value in opened.items()
        }

        def swap(unit: UnitOfWork) -> bool:
            return unit.credentials.swap(row, anew)

        return await self._database.write(swap)

    def _opened(self, owner_id: int, connection_id: int, sealed: Mapping[str, str]) -> dict[str, Secret]:
        return {
            field: self._vault.open(value, Place(owner_id, connection_id, field)) for field, value in sealed.items()
        }
