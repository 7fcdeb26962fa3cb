"""The room's commands, collected."""

from __future__ import annotations

from config.command import Command
from eservices.clinic.commands import CLINICS
from eservices.complaints.offices.commands import COMMANDS as TICKETS
from eservices.lookup.commands import COMMANDS as LOOKUPS
from eservices.lookup.standing.commands import COMMANDS as STANDING
from eservices.proposals.commands import COMMANDS as PROPOSALS
from eservices.restored import ABOVE

COMMANDS: tuple[Command, ...] = (*TICKETS, *CLINICS, *LOOKUPS, *STANDING, *PROPOSALS)
BROUGHT_BACK = ABOVE
"""What ``kentongan restore`` lays aside of this room."""
