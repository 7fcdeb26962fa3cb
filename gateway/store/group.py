"""The group commit: what waits together is committed together, each job in its own savepoint.

``run_group`` needs an ordinary connection and nothing of SQLite, so that another backend may call it through its own
writer (``AsyncConnection.run_sync(run_group, works)``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from gateway.store.faults import StoreFault, storage_fault
from gateway.store.schema import Tx

Work = Callable[[Tx], Any]
LARGEST = 500  # jobs in one commit: the first of them waits for the last, at about 0.2 ms each


@dataclass(frozen=True, slots=True)
class Done:
    """How a job ended: its value, or the error that undid it (and nothing but it)."""

    value: Any = None
    error: BaseException | None = None


def run_group(
    tx: Tx,
    works: Sequence[Work],
    savepoint: Callable[[str], object] | None = None,
    done: list[Done] | None = None,
) -> list[Done]:
    """Run every work in one transaction and commit. Never raises: a fault of the store itself, or of the commit,
    is the outcome of every job, because none of them was kept. ``savepoint`` executes the three bare savepoint
    statements (a backend may know a shorter way than the connection's). ``done`` is filled with how each job ended
    before the commit, for a backend that learns later that the commit was kept."""
    say = savepoint or tx.exec_driver_sql
    done = [] if done is None else done
    try:
        with tx.begin():
            done.extend(_one(tx, work, say) for work in works)
        return done
    except BaseException as error:
        fault = storage_fault(error) or (error if isinstance(error, StoreFault) else None)
        outcome = fault or StoreFault(f"the commit failed: {error!r}")
        outcome.__cause__ = None if outcome is error else error
        return [Done(error=outcome)] * len(works)


def _one(tx: Tx, work: Work, say: Callable[[str], object]) -> Done:
    say("SAVEPOINT job")
    try:
        value = work(tx)
    except BaseException as error:
        if storage_fault(error) is not None:  # SQLite may have rolled everything back by itself: give the group up
            raise
        say("ROLLBACK TO SAVEPOINT job")
        say("RELEASE SAVEPOINT job")
        return Done(error=error)
    say("RELEASE SAVEPOINT job")
    return Done(value=value)
