"""The longest files go first: a worker that takes one of them last keeps all the others waiting."""

from __future__ import annotations

import pytest

LONG = ("stories/test_kills.py", "tests/test_demo.py", "execution/test_crashes.py", "tests/test_run.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.path.as_posix().endswith(LONG))
