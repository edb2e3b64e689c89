"""A short run of the kill harness, and proof that it sees what it is there to see."""

from __future__ import annotations

import pytest

from tests.kill import naive
from tests.kill.__main__ import measure

IN_A_TRADE = {"before_send", "sent", "absorbed", "stop_reserved", "exit_reserved", "cancelling"}


@pytest.mark.timeout(240)
def test_killed_again_and_again_it_neither_doubles_nor_loses_an_order() -> None:
    outcomes = measure(25, None, 1)
    assert [o for o in outcomes if o.verdict] == []
    kills = [kill.partition(":")[0] for o in outcomes for kill in o.kills]
    assert len(kills) >= 25
    assert IN_A_TRADE & set(kills), "every signal was refused: nothing was at stake"


@pytest.mark.parametrize(("strategy", "trials"), list(zip(naive.STRATEGIES, (20, 100), strict=True)))
def test_the_harness_catches_the_usual_ways(strategy: str, trials: int) -> None:
    """The second one is wrong in few trials of a hundred, and only these show that late requests are looked for."""
    outcomes = measure(trials, strategy, 1)
    assert any(o.verdict == "duplicate" for o in outcomes)
