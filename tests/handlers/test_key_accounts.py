"""Which key may take the place of another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.errors import Code
from engine.keys import is_other_account, marks
from engine.types import OrderState, Refusal
from handlers.key_test import other_account
from storage.unit_of_work import UnitOfWork
from tests.clocks import NOON, ManualClock
from tests.storage import worlds
from tests.stores import fresh_database


def known(key: str = "k", uid: str | None = None, market: str = "spot") -> dict[str, str]:
    return marks("acme", market, testnet=False, credentials={"apiKey": key, "secret": "s"}, uid=uid)


def test_marks_do_not_show_what_they_mark() -> None:
    assert "key-of-ann" not in str(known("key-of-ann", "77")) and "77" not in known(uid="77").values()
    assert known("a") != known("b")
    assert not set(known("a").values()) & set(known("a", market="swap").values())


@pytest.mark.parametrize(
    "before, after, other",
    [
        (known("a"), known("a"), False),
        (known("a", "1"), known("b", "1"), False),
        (known("a", "1"), known("b", "2"), True),
        (known("a", "1"), known("b"), None),
        (known("a"), known("b"), None),
        ({}, known("b", "2"), None),
    ],
)
def test_whether_a_key_is_of_another_account(before: dict[str, str], after: dict[str, str], other: bool | None) -> None:
    assert is_other_account(before, after) is other


@pytest.mark.parametrize(
    "state, after, refused",
    [
        (OrderState.ACKED, known("b", "1"), False),
        (OrderState.ACKED, known("b", "2"), True),
        (OrderState.ACKED, known("b"), False),
        (OrderState.UNKNOWN, known("b"), True),
        (OrderState.UNKNOWN, known("a"), False),
        (OrderState.UNKNOWN, known("b", "1"), False),
        (OrderState.FILLED, known("b", "2"), False),
    ],
)
async def test_with_a_trade_alive_only_a_key_of_the_same_account_will_do(
    tmp_path: Path, state: OrderState, after: dict[str, str], refused: bool
) -> None:
    database = await fresh_database(tmp_path, ManualClock())

    def work(tx: UnitOfWork) -> Refusal | None:
        world = worlds.build(tx)
        tx.accounts.set_marks(world.ann.id, world.ann_account.id, known("a", "1"), NOON)
        tx.orders.add(world.order(state=state))
        return other_account(tx, world.ann, world.ann_account.id, after)

    try:
        assert await database.write(work) == (Refusal(code=Code.KEY_OTHER_ACCOUNT) if refused else None)
    finally:
        await database.close()
