"""The longest files go first: a worker that takes one of them last keeps all the others waiting.

How long an example takes on a machine that does much else says nothing about what is tested.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")

LONG = ("stories/test_kills.py", "tests/test_demo.py", "execution/test_crashes.py", "tests/test_run.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.path.as_posix().endswith(LONG))
