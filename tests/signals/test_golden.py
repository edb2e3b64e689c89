"""Messages in the dialects of many channels, written for this test, with what a careful reader takes from each."""

from __future__ import annotations

from typing import Any

import pytest

from engine.signals import read
from engine.signals.label import to_label
from tests.signals.labels import GOLDEN, WORLD, comparable


@pytest.mark.parametrize(
    "case", GOLDEN, ids=[f"{number}-{case['label']['kind']}" for number, case in enumerate(GOLDEN)]
)
def test_reads_what_a_careful_reader_reads(case: dict[str, Any]) -> None:
    assert comparable(to_label(read(case["text"]))) == comparable(case["label"])


@pytest.mark.parametrize("language", sorted({case["lang"] for case in WORLD}))
def test_reads_the_languages_of_the_world(language: str) -> None:
    wrong = [
        case["text"]
        for case in WORLD
        if case["lang"] == language and comparable(to_label(read(case["text"]))) != comparable(case["label"])
    ]
    assert wrong == []


def test_the_set_has_every_kind_and_a_third_of_it_is_noise() -> None:
    kinds = [case["label"]["kind"] for case in GOLDEN]
    assert set(kinds) == {"entry", "update", "close", "cancel", "noise"}
    assert kinds.count("noise") >= len(kinds) // 4
