"""What can go wrong with a modem, by name. The table is in ``faultlist.py``.

A fault begins at once, or when ``at_byte`` more bytes have gone out: the output is cut there. It lasts ``for_s``
seconds; without that, one that strikes a single moment strikes once, and one that is a condition stays until healed.
Errors are named by their code and stage: ``cms_500_at_pdu``, ``cme_14``, ``cms_515_at_prompt``, ``cme_30_at_dial``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from modem.virtual.command import Command
from modem.virtual.faultlist import BAD_PDU, FAULTS, Fault, nothing
from modem.virtual.reply import AtError
from modem.virtual.timers import Timer
from modem.virtual.wire import Tap

if TYPE_CHECKING:
    from modem.virtual.modem import VirtualModem

__all__ = ["BAD_PDU", "FAULTS", "Faults"]

LATE_S = 8.0  # python-gsmmodem gives up a prompt at 5 s; a driver should not wait longer either
_ERROR = re.compile(r"(cme|cms)_(\d{1,3})(?:_at_(prompt|pdu|dial|read|list|delete))?")
_STAGES = {"prompt": ("+CMGS", "+CMGW"), "dial": ("D",), "read": ("+CMGR",), "list": ("+CMGL",), "delete": ("+CMGD",)}


@dataclass(slots=True)
class _Set:
    row: Fault
    once: bool
    begun: bool = False
    tap: Tap | None = None
    timer: Timer | None = None
    struck: bool = False


class Faults:
    """The faults of one modem."""

    def __init__(self, modem: VirtualModem) -> None:
        self._modem = modem
        self._set: dict[str, _Set] = {}
        self._losing = self._lating = False  # the answer under way, by a submit fault

    @property
    def names(self) -> tuple[str, ...]:
        """Those set now, begun or waiting for their byte."""
        return tuple(self._set)

    @property
    def deaf(self) -> bool:
        """Nothing typed is heard."""
        return self.has("silence") or self.has("hang")

    def has(self, name: str) -> bool:
        """It has begun and is not over."""
        found = self._set.get(name)
        return found is not None and found.begun

    def set(self, name: str, *, at_byte: int | None = None, for_s: float | None = None) -> None:
        """Set a fault. Raises ValueError for an unknown name."""
        row = FAULTS.get(name)
        if row is None:
            if not _ERROR.fullmatch(name):
                raise ValueError(f"fault {name!r} is not one of {', '.join(FAULTS)}")
            row = Fault(what="an error by its code", once=True)
        self.heal(name) if name in self._set else None
        lasts = row.lasts_s if for_s is None else for_s
        mine = self._set[name] = _Set(row, once=row.once and for_s is None)
        self._modem.network.journal.add("fault", modem=self._modem.name, name=name, at_byte=at_byte, for_s=for_s)
        if at_byte is None:
            self._begin(name, mine, lasts)
        else:
            mine.tap = self._modem.wire.tap(at_byte, lambda: self._begin(name, mine, lasts))

    def heal(self, name: str | None = None) -> None:
        """End one fault or all; what it held back comes."""
        for each in tuple(self._set) if name is None else (name,):
            found = self._set.pop(each, None)
            if found is None:
                continue
            if found.tap is not None:
                self._modem.wire.untap(found.tap)
            if found.timer is not None:
                found.timer.cancel()
            if found.begun:
                found.row.end(self._modem)

    def power_cut(self) -> None:
        """What only a power cut cures."""
        hang = self._set.pop("hang", None)
        if hang is not None and hang.tap is not None:
            self._modem.wire.untap(hang.tap)
        hung = self._set.get("cmgl_hang")
        if hung is not None and hung.struck:
            del self._set["cmgl_hang"]

    # -- where the engine asks

    def before(self, command: Command) -> None:
        """A command is about to run. Raises AtError."""
        for name in tuple(self._set):
            match = _ERROR.fullmatch(name)
            if match is None or match.group(3) == "pdu":
                continue
            stage = match.group(3)
            if (stage is None or command.name in _STAGES[stage]) and self._strike(name):
                raise AtError(match.group(1).upper(), int(match.group(2)))

    def at_body(self) -> None:
        """A PDU was typed. Raises AtError."""
        for name in tuple(self._set):
            match = _ERROR.fullmatch(name)
            if match is not None and match.group(3) == "pdu" and self._strike(name):
                raise AtError(match.group(1).upper(), int(match.group(2)))
        self._losing = self._strike("lost_submit_answer")
        self._lating = self._strike("late_submit_answer")

    def prompt_delay(self) -> float:
        """Seconds before the prompt."""
        return LATE_S if self._strike("late_prompt") else 0.0

    def answer_delay(self) -> float:
        """Seconds before the final result."""
        late, self._lating = self._lating, False
        return LATE_S if late or self._strike("late_answer") else 0.0

    def swallow_prompt(self) -> bool:
        """The prompt is not shown."""
        return self._strike("no_prompt")

    def swallow_answer(self) -> bool:
        """The answer is not sent."""
        lost, self._losing = self._losing, False
        return lost or self._strike("lost_answer")

    def swallow_cmti(self) -> bool:
        """The code of a stored message is not sent."""
        return self._strike("lost_cmti")

    def cmgl_hangs(self) -> bool:
        """This AT+CMGL never ends."""
        found = self._set.get("cmgl_hang")
        if found is None or not found.begun:
            return False
        found.struck = True
        return True

    def _begin(self, name: str, mine: _Set, lasts: float | None) -> None:
        mine.begun, mine.tap = True, None
        if lasts is not None:
            mine.timer = self._modem.network.timers.after(lasts, lambda: self.heal(name))
        mine.row.begin(self._modem)
        if mine.once and mine.row.begin is not nothing and self._set.get(name) is mine:
            del self._set[name]

    def _strike(self, name: str) -> bool:
        """The fault is there; one that strikes once is over with this."""
        found = self._set.get(name)
        if found is None or not found.begun:
            return False
        if found.once:
            del self._set[name]
        return True
