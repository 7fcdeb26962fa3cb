"""``make test`` and ``make test-rest`` together try each test on each engine that it runs on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import pytest

from tests.fixtures import whole
from tests.fixtures.engines import POSTGRES, SQLITE

NAMES = [f"tests/dispatch/test_x.py::test_{n}" for n in range(100)]
STORES = [f"tests/gateway/test_x.py::test_{n}" for n in range(100)]


@dataclass(frozen=True, slots=True)
class Item:
    """As much of a test as the choice looks at."""

    nodeid: str
    mark: str = ""

    def get_closest_marker(self, name: str) -> bool:
        return name == self.mark


def tried(names: list[str], mark: str = "", *, rest: bool) -> set[tuple[str, str]]:
    """Which test runs on which engine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(whole, "WHOLE", False)
        patch.setattr(whole, "REST", rest)
        return {
            (name, engine)
            for name in names
            for engine in (SQLITE, POSTGRES)
            if whole.runs_now(cast(Any, Item(f"{name}[{engine}]", mark)), engine)
        }


@pytest.mark.parametrize(("names", "mark"), [(NAMES, ""), (STORES, "either_engine")])
def test_one_run_tries_one_engine_and_the_other_run_the_other(names: list[str], mark: str) -> None:
    now, rest = tried(names, mark, rest=False), tried(names, mark, rest=True)
    assert not now & rest
    assert sorted(name for name, _ in now) == sorted(name for name, _ in rest) == sorted(names)
    assert {engine for _, engine in now} == {SQLITE, POSTGRES}, "both kinds of store are tried by make test"


@pytest.mark.parametrize(("names", "mark"), [(STORES, ""), (NAMES, "both_engines")])
def test_the_store_s_own_rooms_are_tried_on_both_at_once(names: list[str], mark: str) -> None:
    assert len(tried(names, mark, rest=False)) == 2 * len(names)
    assert not tried(names, mark, rest=True)


def test_no_test_s_name_is_longer_than_some_lines(request: pytest.FixtureRequest) -> None:
    """A worker tells the names of all tests, and of each test its name again."""
    assert [item.nodeid[:80] for item in request.session.items if len(item.nodeid) > 1000] == []
