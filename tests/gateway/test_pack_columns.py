"""Every column that holds something of a city's pack says what the pack's next version does to it: it is carried over
(``info={CARRY: …}``), or it stands here with what becomes of its rows."""

from __future__ import annotations

import pytest

import kentongan
from gateway.store.carrying import CARRY
from gateway.store.schema import metadata

OF_PACK = frozenset(
    [
        "area",
        "areas",
        "kelurahan",
        "kecamatan",
        "district",
        "station",
        "place",
        "candidates",
        "language",
        "clinic",
        "service",
        "lookup",
        "category",
        "office",
        "vehicle",
        "lingkungan",
        "assigned_to",
        "home",
        "stop",
        "line",
    ]
)
SAID = "said then, in the language that was asked for; a text falls back to the city's first"
ENDED = "of a talk or a call that ends in minutes; an answer that nobody knows any more is asked again"
CLOSED = "its sessions are gone from the pack: the booking stays to be seen by its phone, nobody is called up"
STAYS: dict[str, str] = {
    "broadcast.area": "what was sent is history, shown by its code; one that waits reaches who still stands there",
    "bus_fix.vehicle": "the newest fix of a bus that is gone is never read; the next sweep takes it",
    "bus_trail.vehicle": "the same",
    "call_out.language": SAID,
    "calls.language": ENDED,
    "clinic_asked.service": CLOSED,
    "clinic_booking.clinic": CLOSED,
    "clinic_booking.place": "a number in the queue",
    "clinic_closure.clinic": CLOSED,
    "clinic_closure.service": CLOSED,
    "clinic_pace.clinic": "a pace that nobody asks for",
    "clinic_pace.service": "a pace that nobody asks for",
    "clinic_session.clinic": CLOSED,
    "clinic_session.service": CLOSED,
    "console_user.clinic": "sees no queue until a person changes it on the settings page",
    "console_user.language": "of the pages, which are not the pack's",
    "console_user.office": "sees the older office's tickets until a person changes it on the settings page",
    "incident.language": SAID,
    "lookup_follower.language": SAID,
    "lookup_reminder.language": SAID,
    "office_task.office": "history of the ticket",
    "proposal.language": SAID,
    "proposal_voice.language": SAID,
    "resident.lingkungan": "a number within the area; a person is asked at the next registration",
    "resident_change.lingkungan": "the same",
    "invitation.lingkungan": "the same",
    "ticket.category": "shown by its word; its office and deadline were counted when it came",
    "ticket.office": "a ticket of an office that is gone waits on the tickets page for a person",
    "ticket.place": "words of a person",
    "ticket_follower.language": SAID,
}


def held() -> dict[str, bool]:
    """Columns that by their name hold something of the pack, and whether they are carried over."""
    assert kentongan.COMMANDS, "every room's tables are declared"
    return {
        f"{table.name}.{column.name}": CARRY in column.info
        for table in metadata.sorted_tables
        for column in table.columns
        if column.name in OF_PACK or CARRY in column.info
    }


@pytest.mark.sqlite_only("tables are declared once for both engines")
def test_every_column_of_the_pack_says_what_the_next_version_does_to_it() -> None:
    silent = {name for name, carried in held().items() if not carried and not name.startswith("lookup_")}
    assert silent - set(STAYS) == set()
    assert {name for name in STAYS if name not in held() or held()[name]} == set(), "no longer so"


@pytest.mark.sqlite_only("tables are declared once for both engines")
def test_what_an_emergency_and_a_home_stand_on_is_carried() -> None:
    carried = {name for name, is_so in held().items() if is_so}
    assert {
        "resident.kelurahan",
        "incident.place",
        "incident.station",
        "incident.assigned_to",
        "offer.station",
    } <= carried
    assert {"effect.station", "ticket.kelurahan", "proposal.kelurahan", "duty_change.station"} <= carried
