"""What is missing at the venue: never more than we thought to have, the oldest first, dust is nothing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from engine.execution.compare import both_sides, confirmed, gaps, uncrossed
from engine.types import Direction, Holding, Position
from tests.clocks import NOON
from tests.storage.worlds import instrument

D = Decimal


def position(number: int, quantity: str, direction: Direction = Direction.BUY, version: int = 1) -> Position:
    return Position(
        id=number, signal_id=1, connection_id=1, execution_id=number, user_id=1, symbol="BTC/USDT", direction=direction,
        quantity=D(quantity), original_quantity=D(quantity), entry_price=D(100), opened_at=NOON, version=version,
    )  # fmt: skip


def held(quantity: str) -> tuple[Holding, ...]:
    return (Holding(symbol="BTC/USDT", quantity=D(quantity), entry_price=D(100)),)


BOTH = {1: instrument(), 2: instrument()}


def test_the_oldest_is_missing_first() -> None:
    found = gaps([position(1, "3"), position(2, "2")], BOTH, held("4"))
    assert {number: gap.quantity for number, gap in found.items()} == {1: D(1)}


def test_a_holding_on_the_other_side_covers_nothing() -> None:
    assert gaps([position(1, "3")], BOTH, held("-1"))[1].quantity == D(3)
    assert gaps([position(1, "3", Direction.SELL)], BOTH, held("-3")) == {}


def test_the_other_side_in_the_place_of_ours_is_noted_with_what_is_missing() -> None:
    assert gaps([position(1, "3")], BOTH, held("-1"))[1].other == D(1)
    assert gaps([position(1, "3", Direction.SELL)], BOTH, held("2"))[1].other == D(2)
    assert gaps([position(1, "3")], BOTH, held("0"))[1].other == 0
    assert gaps([position(1, "3")], BOTH, held("1"))[1].other == 0
    assert gaps([position(1, "3")], BOTH, (*held("1"), *held("-5")))[1].other == 0
    two = gaps([position(1, "3"), position(2, "2")], BOTH, held("-1"))
    assert [gap.other for gap in two.values()] == [D(1), D(1)]


def test_the_other_side_counts_when_two_readings_show_it() -> None:
    flat, beyond = gaps([position(1, "3")], BOTH, held("0")), gaps([position(1, "3")], BOTH, held("-2"))
    assert [gap.other for first, second in ((flat, beyond), (beyond, flat)) for gap in confirmed(first, second)] == [
        0,
        0,
    ]
    assert [gap.other for gap in confirmed(beyond, beyond)] == [D(2)]


def test_when_the_other_side_is_gone() -> None:
    ours = [position(1, "3")]
    assert uncrossed(ours, held("-1")) == frozenset()
    assert uncrossed(ours, ()) == frozenset()
    assert uncrossed(ours, held("0")) == uncrossed(ours, held("2")) == {1}
    assert uncrossed(ours, (*held("2"), *held("-1"))) == {1}
    assert both_sides((*held("2"), *held("-1"))) == {"BTC/USDT"}
    assert both_sides((*held("2"), *held("0"))) == both_sides(()) == frozenset()


def test_the_owners_own_position_on_the_other_side_hides_nothing_of_ours() -> None:
    both = (*held("3"), *held("-3"))
    assert gaps([position(1, "3")], BOTH, both) == {}
    assert gaps([position(1, "3", Direction.SELL)], BOTH, both) == {}
    assert gaps([position(1, "5")], BOTH, both)[1].quantity == D(2)


def test_what_was_not_read_is_no_gap() -> None:
    assert gaps([position(1, "3")], BOTH, ()) == {}
    assert gaps([position(1, "3")], BOTH, [Holding(symbol="ETH/USDT", quantity=D(3), entry_price=D(1))]) == {}
    assert gaps([position(1, "3")], BOTH, held("0"))[1].quantity == D(3)


def test_pairs_of_one_coin_draw_on_the_same_coins() -> None:
    coins = (Holding(symbol="BTC", quantity=D(4), entry_price=D(0)),)
    pairs = [position(1, "3"), replace(position(2, "2"), symbol="BTC/EUR")]
    assert {number: gap.quantity for number, gap in gaps(pairs, BOTH, coins).items()} == {1: D(1)}
    assert gaps(pairs, BOTH, [replace(coins[0], quantity=D(5))]) == {}


def test_less_than_a_step_is_dust() -> None:
    step = instrument().lot_step
    assert gaps([position(1, "3")], BOTH, held(str(3 - step / 2))) == {}
    assert gaps([position(1, "3")], BOTH, held(str(3 - step)))[1].quantity == step


@given(st.lists(st.integers(1, 50), min_size=1, max_size=4), st.integers(-100, 300), st.sampled_from(Direction))
def test_what_is_missing_is_what_is_not_held(sizes: list[int], quantity: int, direction: Direction) -> None:
    mine = [position(n, str(size), direction) for n, size in enumerate(sizes, start=1)]
    found = gaps(mine, dict.fromkeys(range(1, 5), instrument()), held(str(quantity)))
    ours, there = sum(sizes), max(quantity * direction.sign, 0)
    assert sum(gap.quantity for gap in found.values()) == max(ours - there, 0)
    assert all(gap.quantity <= gap.position.quantity for gap in found.values())


def test_a_gap_counts_when_two_readings_agree_and_nothing_happened_in_between() -> None:
    first = gaps([position(1, "3")], BOTH, held("1"))
    assert confirmed(first, first) == tuple(first.values())
    assert confirmed(first, gaps([position(1, "3")], BOTH, held("2"))) == ()
    filled = replace(position(1, "3", version=2), original_quantity=D(7))
    assert confirmed(first, gaps([filled], BOTH, held("1"))) == ()
    moved = gaps([replace(position(1, "3", version=2), sl_price=D(99))], BOTH, held("1"))
    assert confirmed(first, moved) == tuple(moved.values())
    assert confirmed(first, {}) == ()
