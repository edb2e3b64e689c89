"""What must not become a trade, and what must not close or move one: each rule with its neighbours on both sides."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.signals import read
from engine.signals.label import to_label
from engine.types import Amendments


def kind(text: str) -> str:
    return str(to_label(read(text))["kind"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Gold buy from 2650 to 2680 in 2 hours", "noise"),
        ("Gold buy 2650-2653", "entry"),
        ("xauusd,buy,2645.50,2639.80,2651.20/2657.00", "noise"),
        ("Should I buy gold now at 2650? SL 2640?", "noise"),
        ("EXAMPLE of our VIP signal:\nXAUUSD BUY 2650\nSL 2640\nTP 2670", "noise"),
        ("If BTC reclaims 100k I will open a long with SL 98k and TP 105k", "noise"),
        ("Se rompe 2350 compriamo oro, obiettivo 2365 e stop 2342", "noise"),
        ("EURUSD: short positions below 1.0880 with targets at 1.0830 & 1.0800, above it 1.0910 & 1.0940", "noise"),
        ("如果跌破2635，可以追空黄金，止损2645，目标2620", "noise"),
        ("Canh SELL GOLD 2675 - 2677\nSL 2682\nTP 2668", "entry"),
        ("BTC多单目前浮盈1200点", "noise"),
        ("黄金走势如预期，空单继续持有，目标4165", "noise"),
        ("黄金现价空单，目标4165", "entry"),
        ("BTC long +1200 points", "noise"),
        ("BUY EURUSD SL 30 pips TP 60 pips", "entry"),
        ("US30 SELL 42850\nSL🚫 42950\nTP1✔️ 42750\nTP2✔️ 42600", "entry"),
        ("US30 SELL 42850\nSL 42950\nTP1 42750 ✔️\nTP2 42600 ✔️", "noise"),
    ],
)
def test_trades_and_what_only_looks_like_one(text: str, expected: str) -> None:
    assert kind(text) == expected


@pytest.mark.parametrize(
    ("text", "actions"),
    [
        ("比特币空单止损下移到103500", [("move_sl", 103500)]),
        ("BTC short: move SL to 103500, TP 98000", [("move_sl", 103500), ("set_tp", 98000)]),
        ("Gold sell 4150 move SL to 4155", [("move_sl", 4155)]),
        ("XAUUSD SELL: SL 4155 TP 4130 updated", [("move_sl", 4155), ("set_tp", 4130)]),
        ("5️⃣ Modificamos BUY XAUUSD\nTP 2360\nSL 2344", [("set_tp", 2360), ("move_sl", 2344)]),
        ("Modificamos BUY XAUUSD", []),
        ("BTC多单到达止盈一，先平一半，剩余止损移到止盈一", [("close_partial", 50), ("move_sl_to_tp", 1)]),
        ("全部平仓，落袋为安", [("close", None)]),
        ("3325出局", []),
        ("黄金空单已经全部止盈出局", []),
        ("黄金空单止盈出局", [("close", None)]),
        ("昨天的多单已经全部止盈出局", []),
        ("XAUUSD BUY\nClose price 4012\nProfit $95", []),
        ("Ontem compramos ouro e saímos em 4012", []),
        ("VIP: #XYZ 🔒 Entry: 🔒 TP: 🔒 SL: 🔒", []),
        ("BTC LONG update: price 61,900, TP2 63,000 is next", []),
        ("Update: entry 61900", [("modify_entry", 61900)]),
        ("合约有风险，请严格设置止损", []),
        ("Bán ngay EURUSD\ncắt lỗ 1.0590\nchốt lời 1.0520", None),
        ("Chốt lời lệnh vàng", [("close", None)]),
        ("۵۰ درصد پوزیشن رو ببندید", [("close_partial", 50)]),
        ("Entry: 4152\nExit: 4138", []),
        ("Exit gold now", [("close", None)]),
        ("اغلاق الصفقة عند 0.8%", [("close", None)]),
        ("Half off here, stop to entry", [("close_partial", 50), ("move_sl_to_entry", None)]),
        ("SL was at entry, so no loss on EURUSD", []),
    ],
)
def test_steps_and_reports_of_steps(text: str, actions: list[tuple[str, float | None]] | None) -> None:
    label = to_label(read(text))
    assert label["kind"] == "entry" if actions is None else label["kind"] != "entry"
    assert [(step["action"], step["value"]) for step in label.get("actions", [])] == (actions or [])


@pytest.mark.parametrize("text", ["buy 2670, sell", "gold buy 2670 sell", "Exit", "gold buy 2670 exit", "SL to"])
def test_a_text_may_end_with_any_word(text: str) -> None:
    assert kind(text) in ("noise", "entry", "close")


def test_a_step_for_one_target_says_which() -> None:
    moved, all_of_them = read("move TP2 to 1.1"), read("move TP to 1.1")
    assert isinstance(moved, Amendments)
    assert isinstance(all_of_them, Amendments)
    assert (moved.steps[0].target_no, moved.steps[0].value) == (2, Decimal("1.1"))
    assert all_of_them.steps[0].target_no is None


@pytest.mark.parametrize(
    "text",
    [
        "🔴SELL GOLD\n⛔️SL 4160\n🎯TP1 4148\n🎯TP2 4144",
        "黄金短线策略：\n4135空，止损4142，目标4120\n4090多，止损4083，目标4105",
    ],
    ids=["pictures typed onto the words", "two sides under one symbol"],
)
def test_glued_signals_are_read(text: str) -> None:
    assert kind(text) == "entry"


def test_a_price_typed_onto_the_side_is_its_entry() -> None:
    label = to_label(read("黄金短线策略：\n4135空，止损4142，目标4120\n4090多，止损4083，目标4105"))
    assert [signal["entries"] for signal in label["signals"]] == [[4135], [4090]]
