"""Two people at one incident: what each of them saw, and which newer act of another an act would undo.

An incident's revision is the number of its last line of consequence. Whoever acts says the revision that he saw; an act
that would undo what another did since is refused with that other's line, and done when it comes again with it seen.
"""

from __future__ import annotations

from collections.abc import Mapping

from dispatch import store
from dispatch.case import Event, Role
from gateway.store import Tx

BY_CALLER = frozenset({Role.REPEAT.value, Role.ANSWER.value, Role.WHOLE.value, Role.CANCEL.value})
"""What its reporter says anew."""
BY_PEOPLE = frozenset(
    {"accepted", "handed", "assigned", "vouched", "corrected", "next", "cancelled", "closed", "marked", "noted"}
)
CONSEQUENCE = BY_CALLER | BY_PEOPLE

_ENDING = frozenset({"accepted", "handed", "assigned", "vouched", "corrected", "noted", "marked"}) | BY_CALLER
UNDOES: Mapping[str, frozenset[str]] = {
    "accept": frozenset({"assigned", "handed"}),
    "assign": frozenset({"accepted", "handed", "assigned"}),
    "place": frozenset({"corrected"}),
    "cancel": _ENDING,
    "close": _ENDING,
    "mark": _ENDING,
}
"""By act: lines whose deed it would undo, or that its person would have decided otherwise for. Every other act adds."""


def revision(tx: Tx, number: int) -> int:
    """The number of the incident's last line of consequence; 0: none yet."""
    return store.last_lines(tx, [number], CONSEQUENCE).get(number, 0)


def revisions(tx: Tx, numbers: list[int]) -> Mapping[int, int]:
    """The same of many."""
    return store.last_lines(tx, numbers, CONSEQUENCE)


def undone(tx: Tx, number: int, act: str, name: str, seen: int | None) -> list[Event]:
    """The newer lines of others that ``act`` by ``name`` would undo unseen. ``seen`` None: the person says nothing of
    what he saw (a command line)."""
    if seen is None or act not in UNDOES:
        return []
    return [line for line in store.events_since(tx, number, seen, UNDOES[act]) if line.who != name]
