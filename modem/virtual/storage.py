"""The message stores of a modem and its SIM: slots with an index, a status and a PDU."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

UNREAD, READ, UNSENT, SENT = 0, 1, 2, 3  # <stat> of TS 27.005, 3.1
ALIASES = {"SM_P": "SM", "ME_P": "ME"}  # "preferred" names of the same stores


@dataclass(slots=True)
class Stored:
    """One slot. ``octets`` holds the service centre's address and the TPDU; ``tpdu_at`` is where the latter begins."""

    octets: bytes
    tpdu_at: int
    status: int = UNREAD

    @property
    def length(self) -> int:
        """The TPDU's octets, as +CMGR and +CMGL give them."""
        return len(self.octets) - self.tpdu_at


class Memory:
    """One store."""

    def __init__(self, name: str, capacity: int, first: int) -> None:
        self.name, self.capacity, self.first = name, capacity, first
        self.slots: dict[int, Stored] = {}

    @property
    def full(self) -> bool:
        """No slot is left."""
        return len(self.slots) >= self.capacity

    def add(self, stored: Stored) -> int:
        """Keep in the lowest free slot; returns its index. The caller has asked ``full``."""
        index = next(at for at in range(self.first, self.first + len(self.slots) + 1) if at not in self.slots)
        self.slots[index] = stored
        return index


class Storage:
    """All stores of one modem. They outlive power cuts."""

    def __init__(self, capacities: Mapping[str, int], first: int) -> None:
        self.names = tuple(capacities)
        self._first = first
        self._memories = {
            name: Memory(name, size, first) for name, size in capacities.items() if name not in ALIASES and name != "MT"
        }

    def used(self, name: str) -> tuple[int, int]:
        """(slots taken, slots) of a store; MT counts ME and SM together."""
        memories = self._of(name)
        return sum(len(memory.slots) for memory in memories), sum(memory.capacity for memory in memories)

    def resize(self, name: str, capacity: int) -> None:
        """Change how many slots a store has; what it holds stays."""
        self.own(name).capacity = capacity

    def own(self, name: str) -> Memory:
        """The store itself; for MT the one that has space, ME first."""
        memories = self._of(name)
        return next((memory for memory in memories if not memory.full), memories[0])

    def entries(self, name: str) -> Iterator[tuple[int, Stored]]:
        """(index, slot) in the order of the index; in MT those of SM follow those of ME."""
        offset = 0
        for memory in self._of(name):
            for index in sorted(memory.slots):
                yield index + offset, memory.slots[index]
            offset += memory.capacity

    def get(self, name: str, index: int) -> Stored | None:
        """A slot, or None where it is empty."""
        memory, at = self._at(name, index)
        return None if memory is None else memory.slots.get(at)

    def valid(self, name: str, index: int) -> bool:
        """Such an index can exist."""
        return self._at(name, index)[0] is not None

    def delete(self, name: str, index: int) -> bool:
        """Empty a slot; False where it was empty."""
        memory, at = self._at(name, index)
        return memory is not None and memory.slots.pop(at, None) is not None

    def _of(self, name: str) -> list[Memory]:
        if name == "MT":
            return [self._memories["ME"], self._memories["SM"]]
        return [self._memories[ALIASES.get(name, name)]]

    def _at(self, name: str, index: int) -> tuple[Memory | None, int]:
        at = index
        for memory in self._of(name):
            if self._first <= at < self._first + memory.capacity or at in memory.slots:
                return memory, at
            at -= memory.capacity
        return None, at
