"""What a monitor reads at ``/metrics``: counts and states, nobody's name, number or words (Prometheus text format)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dispatch import store
from dispatch.case import Case
from dispatch.incident import State
from gateway.health import judge
from gateway.pulse import Part, Status
from gateway.store import Tx
from gateway.store.searching import Waits, waiting

if TYPE_CHECKING:
    from prometheus_client import Metric

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
LEVEL = {Status.OK: 0, Status.DEGRADED: 1, Status.FAILED: 2}


def read(tx: Tx) -> tuple[list[Case], list[Waits]]:
    """What the store knows of now."""
    return store.listed(tx, latest=0), waiting(tx)


def exposition(now: datetime, parts: Sequence[Part], cases: Sequence[Case], waits: Sequence[Waits]) -> bytes:
    """The whole page."""
    from prometheus_client import CollectorRegistry, generate_latest

    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected([*_health(parts), *_incidents(now, cases), *_letters(now, waits)]))
    return generate_latest(registry)


class _Collected:
    """A collector of what is known already."""

    def __init__(self, metrics: list[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


def _gauge(name: str, about: str, labels: Sequence[str], values: Iterable[tuple[Sequence[str], float]]) -> Any:
    from prometheus_client.core import GaugeMetricFamily

    gauge = GaugeMetricFamily(f"kentongan_{name}", about, labels=list(labels))
    for names, value in values:
        gauge.add_metric(list(names), value)
    return gauge


def _health(parts: Sequence[Part]) -> Iterable[Any]:
    about = "0 ok, 1 degraded, 2 failed"
    yield _gauge("health", f"the whole program: {about}", (), [((), LEVEL[judge(parts).status])])
    each = [((part.kind, part.name), LEVEL[part.status]) for part in parts]
    yield _gauge("part_health", f"a part or a wire: {about}", ("kind", "name"), each)


def _incidents(now: datetime, cases: Sequence[Case]) -> Iterable[Any]:
    real = [one.incident for one in cases if not one.incident.drill]
    states = [((state.value,), sum(one.state is state for one in real)) for state in State if state.open]
    yield _gauge("incidents_open", "incidents that are not at their end, without drills", ("state",), states)
    waits = [(now - (one.confirmed_at or one.opened_at)).total_seconds() for one in real if _unaccepted(one.state)]
    yield _gauge("unaccepted_seconds", "how long the oldest waits for somebody", (), [((), max(waits, default=0.0))])


def _unaccepted(state: State) -> bool:
    return state is State.CONFIRMED


def _letters(now: datetime, waits: Sequence[Waits]) -> Iterable[Any]:
    yield _gauge(
        "letters_waiting", "letters that wait to leave", ("lane",), [((one.lane,), one.letters) for one in waits]
    )
    ages = [((one.lane,), max(0.0, (now - one.oldest).total_seconds())) for one in waits]
    yield _gauge("letters_oldest_seconds", "how long the oldest of a lane waits", ("lane",), ages)
