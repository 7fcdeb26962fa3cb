"""What can go wrong with a modem, for those who ask it something.

``ModemError`` ── ``ModemBusy``     not now: down, occupied, or the network is; trying again helps
               ├─ ``ModemRefused``  never: trying again does not help
               └─ ``ModemDoubtful`` handed over and nobody answered: perhaps sent, perhaps not
``LineError``  ── ``Silence``       inside the room: the modem did not answer in time (the line is resynchronised)
"""

from __future__ import annotations


class ModemError(Exception):
    """The modem did not do what was asked."""


class ModemBusy(ModemError):
    """Not now; trying again later helps."""


class ModemRefused(ModemError):
    """Never; trying again does not help."""


class ModemDoubtful(ModemError):
    """The PDU was handed over and no answer came: a repeat may arrive twice."""


class LineError(Exception):
    """The line to the modem is not well."""


class Silence(LineError):
    """No answer in time."""
