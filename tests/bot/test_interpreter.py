"""The settings of Python that the service runs with."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator

import pytest

from bot.interpreter import ROUNDS, TURN, settle


@pytest.fixture
def as_before() -> Iterator[None]:
    turn, rounds = sys.getswitchinterval(), gc.get_threshold()
    yield
    gc.unfreeze()
    sys.setswitchinterval(turn)
    gc.set_threshold(*rounds)


@pytest.mark.usefixtures("as_before")
def test_threads_take_turns_often_and_what_stays_is_not_searched() -> None:
    settle()
    assert sys.getswitchinterval() == pytest.approx(TURN)
    assert gc.get_threshold() == ROUNDS
    assert gc.get_freeze_count() > 10_000
    assert gc.isenabled()
