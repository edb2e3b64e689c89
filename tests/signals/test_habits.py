"""Habits of channels, one small table for each rule."""

from __future__ import annotations

import pytest

from benchmarks import folds
from engine.signals import read
from engine.signals.label import to_label
from engine.signals.lexicon import TRADE
from engine.signals.normalise import plain
from engine.signals.thousands import joined
from engine.types import Entries, Entry


@pytest.mark.parametrize(
    ("text", "base"),
    [
        ("GJ sell stop 195.32\nsl 195.72\ntp 194.82", "GBP"),
        ("SELL EU 1.1700 SL 1.1730 TP 1.1640", "EUR"),
        ("Gold buy 4102 sl 4094 tp 4110 before the EU open", "XAU"),
        ("ACHAT OR 4012\nSL 4004\nTP 4020", "XAU"),
        ("BUY GOLD 4190 OR 4194\nSL 4182\nTP 4200", "XAU"),
        ("波动率75指数 做多 348000 止损 345000 止盈 352000", "VOLATILITY75"),
        ("BANKNIFTY buy above 51200 sl 51050 target 51400", "BANKNIFTY"),
        ("#NEAR #SHORT\nEntry 6.84\nTP 6.55\nStop 7.21", "NEAR"),
        ("Фунт/доллар — продажа от 1.2745, стоп 1.2780, тейк 1.2690", "GBP"),
        ("Шорт по эфиру 3150, стоп 3195, цели 3090", "ETH"),
    ],
)
def test_what_is_traded(text: str, base: str) -> None:
    assert to_label(read(text)).get("symbol_base") == base


@pytest.mark.parametrize(
    ("text", "field", "value"),
    [
        ("比特币95200空，破96300止损，目标94000", "stop_loss", 96300),
        ("BTC 95200做多，94200补仓，止损93400，止盈97000", "entries", [95200, 94200]),
        ("$NEAR long\nbuy in 4.82\nsell at 4.98, 5.15\nstop 4.55", "take_profits", [4.98, 5.15]),
        ("Gold buy 4102 stop 4094 take 4110 4118", "take_profits", [4110, 4118]),
        ("GBPUSD سل استاپ 1.3120\nاستاپ 1.3160\nتارگت 1.3050", "order_type", "stop"),
        ("MINA/USDT Buy 1.92-1.95 Sell 2.01-2.09 Stop 1.84", "take_profits", [2.01, 2.09]),
        ("SCALP SUI LONG 25X E 1.842 T 1.858/1.871 S 1.818", "stop_loss", 1.818),
        ("XRP long 0.52\nTP1: +2%\nTP2: +4%\nSL: -3%", "take_profits", [{"percent": 2}, {"percent": 4}]),
        ("Long STX 2.04. Stop 1.96. First target 2.15, second 2.28", "take_profits", [2.15, 2.28]),
        ("Long INJ at 24.31, stop 23.60, taking profit at 25.2 and 26.4", "take_profits", [25.2, 26.4]),
        ("Long SUI\n1.79 stop / 1.842 entry / 1.92 tp", "stop_loss", 1.79),
        ("GOLD BUY\n2335 entry\n2328 stop\n2345 target", "entries", [2335]),
        ("UNI long\nEntry: 7.55\nExit: 7.80, 8.10\nStop: 7.30", "take_profits", [7.8, 8.1]),
        ("symbol=SOLUSDT side=buy price=142.5 sl=138.9 tp=147.0,152.0", "take_profits", [147, 152]),
        ("symbol=SOLUSDT,side=buy,price=142.5,sl=138.9,tp=147.0", "take_profits", [147]),
        ("Beli #SOL\nArea beli: 140 - 137\nTP: 145\nCL: 133", "stop_loss", 133),
        ("Покупка #LINK\nЗона покупки: 13,80-13,20\nЦели продажи: 15 / 17\nСтоп 12,1", "take_profits", [15, 17]),
        ("XAUUSD BUY\nENTRY 4 320,50\nSL 4 310,00\nTP 4 340,00", "entries", [4320.5]),
    ],
)
def test_where_a_number_belongs(text: str, field: str, value: object) -> None:
    assert to_label(read(text))[field] == value


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("Fechar a venda no ouro", [("close", None)]),
        ("Gold: close 1/2 now and BE the rest", [("close_partial", 50), ("move_sl_to_entry", None)]),
        ("احجزوا نصف العقود والباقي على الدخول", [("close_partial", 50), ("move_sl_to_entry", None)]),
        ("Close the rest at entry", [("close", None)]),
        ("Стоп на 97.8к по битку", [("move_sl", 97800)]),
        ("SL 98 bin yapın", [("move_sl", 98000)]),
        ("止损移到9.8万", [("move_sl", 98000)]),
        ("Стоп переносим к 97800 к вечеру", [("move_sl", 97800)]),
        ("Close 1/3 of the position", [("close_partial", 33)]),
        ("Close 2/3 here", [("close_partial", None)]),
        ("TP1 hit, secure 40% and move SL to BE", [("close_partial", 40), ("move_sl_to_entry", None)]),
        ("SL to TP2 now", [("move_sl_to_tp", 2)]),
        ("SL to TP soon", []),
        ("Ignore the last signal", [("cancel", None)]),
        ("多单减仓三成", [("close_partial", 30)]),
        ("move SL of second entry to 4098", [("move_sl", 4098)]),
        ("最新止损：95800", [("move_sl", 95800)]),
        ("黄金多单可以手动离场了", [("close", None)]),
        ("XAUUSD | Entry 4102 | Exit 4118", []),
        ("Rule: close half at TP1 on every trade", []),
        ("Não fechar no ouro", []),
    ],
)
def test_what_is_asked_for(text: str, steps: list[tuple[str, float | None]]) -> None:
    label = to_label(read(text))
    assert label["kind"] != "entry"
    assert [(step["action"], step["value"]) for step in label.get("actions", [])] == steps


def test_closing_and_opening_in_one_line() -> None:
    reading = read("Close your buys, sell gold now 4188\nsl 4196\ntp 4170")
    assert isinstance(reading, Entry)
    assert [step.action for step in reading.actions] == ["close"]


@pytest.mark.parametrize(
    "text", ["Close your buys, sell gold at 4188", "فروش طلا از 3985 الان 200 پیپ در سود", "gold buy now 30 pips"]
)
def test_half_of_that_opens_nothing(text: str) -> None:
    assert not isinstance(read(text), (Entry, Entries))


@pytest.mark.parametrize(
    ("posted", "text"), [("三成", "30%"), ("减仓5成", "减仓50%"), ("成本", "成本"), ("一成本", "一成本")]
)
def test_tenths_are_percentages(posted: str, text: str) -> None:
    assert plain(posted).text == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("3 320,50 and 3 310,00", "3320,50 and 3310,00"),
        ("TP 1 950.50 TP 2 960.50", "TP 1 950.50 TP 2 960.50"),
        ("TP 3 320,50", "TP 3 320,50"),
    ],
)
def test_decimals_prove_a_space_for_thousands(text: str, expected: str) -> None:
    assert joined(text) == expected


def test_words_left_out_are_unknown_until_they_are_put_back() -> None:
    text = "XRP long 0.512\nhedef 0.54\nstop 0.498"
    with folds.without({"hedef"}) as missing:
        assert missing
        assert TRADE.concept_of("hedef") == ""
        assert not isinstance(read(text), Entry)
    assert isinstance(read(text), Entry)


def test_whole_sources_are_left_out_together() -> None:
    lines = [{"source": {"repo": f"r{n % 14}"}, "text": "", "kind": "noise"} for n in range(100)]
    groups = folds.folds(lines)
    homes = {line["source"]["repo"]: at for at, group in enumerate(groups) for line in group}
    assert len(groups) == folds.FOLDS
    assert all(homes[line["source"]["repo"]] == at for at, group in enumerate(groups) for line in group)
