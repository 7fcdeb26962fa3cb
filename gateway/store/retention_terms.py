"""The classes of what is kept. Tables of other rooms are named, not imported: a room that is not there has none.

The terms are the project's own, to be changed by the city (``[retention]``): the law says only "no longer than the
purpose needs" (UU PDP 27/2022, articles 16(2)(g), 42, 43). Complaints: the archive of public services keeps what was
asked and answered for some years, and names are not needed for it.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, exists, select, true, update

from gateway.retention import Term
from gateway.store.audit_cutting import cut_audit, lines_before
from gateway.store.outages import TERM as OUTAGES
from gateway.store.retention_services import SERVICES
from gateway.store.retention_steps import NOBODY, Step, class_of, gone, has, not_states, states
from gateway.store.schema import Tx, metadata


def _no_record(table: Table) -> ColumnElement[bool]:
    """Letters that are part of no emergency's record."""
    letters = metadata.tables.get("incident_letter")
    return true() if letters is None else ~exists().where(letters.c.letter == table.c.id)


def _no_requests(tx: Tx, keys: Sequence[Any]) -> None:
    """The callbacks by which doubtful letters came."""
    said, doubtful = metadata.tables["inbound"], metadata.tables["doubtful"]
    mine = select(said.c.external_id).where(said.c.id.in_(keys))
    tx.execute(delete(doubtful).where(doubtful.c.external_id.in_(mine)))


def _nameless_letters(tx: Tx, keys: Sequence[Any]) -> None:
    """What belongs to letters that went out long ago."""
    parts = metadata.tables["outbound_part"]
    mine = select(parts.c.id).where(parts.c.outbound_id.in_(keys))
    receipts = metadata.tables["receipt"]
    tx.execute(update(receipts).where(receipts.c.part_id.in_(mine)).values(recipient=NOBODY))
    tx.execute(update(parts).where(parts.c.outbound_id.in_(keys)).values(recipient=NOBODY))


def _nameless_incidents(tx: Tx, keys: Sequence[Any]) -> None:
    """Of an emergency stay what it was, when, in which kelurahan, who was sent and how it ended."""
    letters, said = metadata.tables["incident_letter"], metadata.tables["inbound"]
    mine = select(letters.c.letter).where(letters.c.incident.in_(keys))
    _no_requests(tx, list(tx.execute(mine).scalars()))
    tx.execute(update(said).where(said.c.id.in_(mine)).values(sender=NOBODY, text=NOBODY, doubt=NOBODY))
    timeline, incident = metadata.tables["timeline"], metadata.tables["incident"]
    tx.execute(update(timeline).where(timeline.c.incident.in_(keys)).values(text=NOBODY, who=NOBODY, data=None))
    for row in tx.execute(select(incident.c.id, incident.c.place).where(incident.c.id.in_(keys))).all():
        place = _only_area(row.place)
        tx.execute(update(incident).where(incident.c.id == row.id).values(place=place))


def _only_area(place: str) -> str:
    """The kelurahan of a place, without the house."""
    try:
        said = json.loads(place)
    except ValueError:
        return "{}"
    blank = {str: "", float: None, int: None}
    spare = ("kelurahan", "source", "certainty")
    kept = {name: value if name in spare else blank.get(type(value), value) for name, value in said.items()}
    return json.dumps(kept | {name: None for name in ("lat", "lon") if name in said}, ensure_ascii=False)


def _nameless_tickets(tx: Tx, keys: Sequence[Any]) -> None:
    events = metadata.tables["ticket_event"]
    tx.execute(update(events).where(events.c.ticket.in_(keys)).values(text=NOBODY))
    gone("ticket_follower.ticket", "office_code.ticket")(tx, keys)


YEAR = 365
TERMS: tuple[Term, ...] = (
    class_of(
        "emergencies",
        5 * YEAR,
        ("Catatan darurat", "Records of emergencies"),
        (
            "Bukti bagi warga, petugas dan penegak hukum; sesudahnya hanya angka yang perlu.",
            "Evidence for residents, officers and the law; after that only figures are needed.",
        ),
        Step(
            table="incident",
            old="opened_at",
            over=states("closed", "cancelled"),
            still=has("caller", "alarm"),
            values={"caller": NOBODY, "alarm": NOBODY, "finding_text": None},
            after=_nameless_incidents,
        ),
    ),
    class_of(
        "letters",
        YEAR,
        ("Surat (SMS, USSD) di luar catatan darurat", "Letters that are no part of an emergency's record"),
        ("Warga menanyakan jawaban lama paling lama setahun.", "Residents ask about an old answer for a year at most."),
        Step(
            table="inbound",
            old="received_at",
            over=lambda table: table.c.state.in_(("read", "failed")) & _no_record(table),
            still=has("sender", "text"),
            values={"sender": NOBODY, "text": NOBODY, "doubt": NOBODY},
            after=_no_requests,
        ),
        Step(
            table="outbound",
            old="created_at",
            over=not_states("queued", "doing"),
            still=has("recipient", "text"),
            values={"recipient": NOBODY, "text": NOBODY},
            after=_nameless_letters,
        ),
    ),
    class_of(
        "raw",
        30,
        ("PDU mentah dan panggilan balik yang diragukan", "Raw PDUs, and callbacks in doubt"),
        ("Hanya untuk mencari kesalahan modem dan penyedia.", "Only to find faults of modems and providers."),
        Step(table="raw", old="received_at"),
        Step(table="long", old="first_at", over=not_states("open"), after=gone("part.long_id")),
        Step(table="receipt", old="received_at"),
        Step(table="polled", old="kept_at"),
    ),
    class_of(
        "calls",
        90,
        ("Percakapan telepon (kata-kata dan tombol)", "Calls: what was said and pressed"),
        ("Untuk keberatan dan perbaikan; hasilnya ada di catatannya.", "For disputes; the outcome is in its record."),
        Step(table="calls", old="began_at", over=lambda table: table.c.ended_at.is_not(None)),
    ),
    class_of(
        "recordings",
        400,
        ("Rekaman suara keluhan", "Recordings of complaints"),
        ("Keluhan terbuka paling lama setahun.", "A complaint is open for a year at most."),
        Step(table="recordings", old="at"),
    ),
    class_of(
        "tickets",
        2 * YEAR,
        ("Keluhan (e-Masyarakat)", "Complaints"),
        (
            "Laporan pelayanan publik membandingkan dua tahun; nama pelapor tidak perlu lagi.",
            "Reports compare two years; who reported is not needed after that.",
        ),
        Step(
            table="ticket",
            old="opened_at",
            over=states("answered", "closed", "merged", "withdrawn"),
            still=has("text", "street", "place"),
            values={"text": NOBODY, "street": NOBODY, "place": NOBODY, "answer": NOBODY},
            after=_nameless_tickets,
        ),
    ),
    class_of(
        "clinics",
        90,
        ("Pendaftaran klinik (data kesehatan)", "Bookings at clinics (health data)"),
        (
            "Data spesifik (UU PDP pasal 4 ayat 2); rekam medis ada di klinik, di sini hanya antrean.",
            "Specific data (UU PDP article 4(2)); the medical record is the clinic's, here is only the queue.",
        ),
        Step(
            table="clinic_booking",
            old="booked_at",
            still=lambda table: table.c.name != NOBODY,
            values={"phone": None, "nik_hash": None} | dict.fromkeys(("person", "name", "referral", "why"), NOBODY),
            after=gone("clinic_also.booking_id"),
        ),
        Step(table="clinic_asked", old="at"),
    ),
    class_of(
        "conversations",
        30,
        ("Percakapan yang tidak selesai, undangan lama", "Conversations left open, old invitations"),
        ("Tidak ada yang menjawabnya lagi.", "Nobody answers them any more."),
        Step(table="talk", old="asked_at"),
        Step(table="invitation", old="asked_at"),
        Step(table="call_out", old="created_at", over=lambda table: table.c.settled_at.is_not(None)),
    ),
    class_of(
        "sessions",
        30,
        ("Sesi masuk pengguna", "Sessions of users"),
        ("Untuk menelusuri akun yang disalahgunakan.", "To trace an account that was misused."),
        Step(table="console_session", old="ends_at"),
        Step(table="console_seat", old="seen_at"),
    ),
    *SERVICES,
    OUTAGES,
    Term(
        kind="audit",
        days=5 * YEAR,
        becomes="deleted",
        what={"id": "Jejak audit", "en": "The audit"},
        why={
            "id": "Selama catatan yang dilihat masih ada; dipotong dengan kepala rantai yang dicatat.",
            "en": "As long as what was looked at is kept; cut at a head of the chain that is written down.",
        },
        count=lines_before,
        work=cut_audit,
    ),
)
