"""The classes of what the city's further services keep."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Table, exists

from gateway.retention import Term
from gateway.store.retention_steps import Step, class_of, gone
from gateway.store.schema import metadata


def _told(table: Table) -> ColumnElement[bool]:
    """Of rounds whose result everybody was told."""
    rounds = metadata.tables["proposal_round"]
    return exists().where(rounds.c.id == table.c.round, rounds.c.told_at.is_not(None))


SERVICES: tuple[Term, ...] = (
    class_of(
        "lookups",
        30,
        ("Jawaban terakhir dari sistem kota", "The last answers of the city's systems"),
        (
            "Dipakai hanya selama sistem itu tidak bisa dihubungi; yang lebih lama tidak berguna lagi.",
            "Told only while such a system is away; what is older helps nobody.",
        ),
        Step(table="lookup_kept", old="as_of"),
        Step(table="lookup_question", old="asked_at"),
        Step(table="lookup_asker", old="since"),
    ),
    class_of(
        "trackers",
        7,
        ("Posisi bus dari alat pelacak", "Positions of buses from their trackers"),
        (
            "Menit ke halte dan tempat darurat memakai yang terbaru; selebihnya jejak sopirnya.",
            "Minutes and emergencies use the newest; older ones are where a driver was.",
        ),
        Step(table="bus_trail", old="at"),
        Step(table="bus_fix", old="at"),
    ),
    class_of(
        "broadcasts",
        730,
        ("Siaran dan peringatan, siapa yang sudah disambut", "Broadcasts and warnings, and who was welcomed"),
        (
            "Siapa mengirim dan menyetujui ditanyakan sampai dua tahun; sesudahnya angkanya ada di laporan biaya.",
            "Who sent and who agreed is asked about for two years; what it cost stays with the costs.",
        ),
        Step(
            table="broadcast",
            old="asked_at",
            over=lambda table: table.c.state.in_(("sent", "stopped", "lapsed")),
            after=gone("broadcast_code.broadcast"),
        ),
        Step(table="welcomed", old="at"),
    ),
    class_of(
        "proposals",
        365,
        ("Siapa mengusulkan dan mendukung (Musrenbang)", "Who proposed and supported (community planning)"),
        (
            "Hasilnya sudah dikabarkan; usulan dan jumlah suaranya tetap, nomornya tidak perlu lagi.",
            "The result was told; proposals and their figures stay, numbers are not needed for them.",
        ),
        Step(table="proposal_voice", old="at", over=_told),
        Step(
            table="proposal", old="at", over=_told, still=lambda table: table.c.proposer != "", values={"proposer": ""}
        ),
    ),
)
