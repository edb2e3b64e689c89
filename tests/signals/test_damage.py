"""A short run of the damage benchmark, and that it would find what it looks for."""

from __future__ import annotations

import random

import pytest

from benchmarks import fuzz
from engine.signals import read
from engine.types import Reading


def test_damaged_messages_do_no_harm() -> None:
    found = fuzz.fuzz(1500, fuzz.seeds(None), random.Random(20))
    assert (found.raised, found.slow, found.traded) == ([], [], [])
    assert sum(found.readings.values()) == 1500
    assert found.readings["Entry"] > 100


def test_a_fault_and_a_trade_out_of_noise_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    trade = "Buy gold 2650\nSL 2640\nTP 2670"

    def careless(text: str) -> Reading:
        if "🔥" in text:
            raise ValueError(text)
        return read(text if text == "good morning" else trade)

    monkeypatch.setattr(fuzz, "read", careless)
    monkeypatch.setattr(fuzz, "_trades", lambda _text: False)
    found = fuzz.fuzz(200, ["good morning"], random.Random(3))
    assert found.raised
    assert found.traded
    assert not found.is_clean
