"""After a breach: who was looked at or exported in a span of time, by whom, which classes of data, and whom to notify.

Law 27/2022 (UU PDP), article 46: within 3 × 24 hours the controller tells, in writing, the persons and the agency
(1) at least which data were disclosed, when and how, and what is done to handle it and to recover (2); in certain
cases also the public (3). What the program knows of that stands in the report; what only people know is left to them,
with dots.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from gateway.audited import EVERYBODY
from gateway.store.audit import Line
from gateway.store.audit_reading import Wanted, found, persons_of
from gateway.store.people import residents
from gateway.store.schema import Tx

MOST_LINES = 100_000
WITHIN = timedelta(hours=3 * 24)
DOTS = "…………………………"
CLASSES: Mapping[str, str] = {
    "identity": "data diri: nama, nomor telepon, alamat",
    "health": "data kesehatan (data spesifik, pasal 4 ayat 2): pendaftaran klinik",
    "emergency": "keadaan darurat: isi laporan, lokasi, orang yang dihubungi",
    "letters": "isi surat (SMS, USSD)",
    "complaints": "keluhan: isi, tempat, pelapor",
    "everything": "seluruh data satu orang (ekspor)",
}
_BEGINS = (  # of the act or the thing it was done to, the first that fits
    (("person.export", "residents.export"), "everything"),
    (("clinic", "/clinic", "/display"), "health"),
    (("incident", "/incidents", "/", "now", "/map"), "emergency"),
    (("letters", "/letters"), "letters"),
    (("ticket", "/tickets"), "complaints"),
)
_READS = ("look", "residents.", "incidents.list", "incidents.show", "letters.", "tickets.", "clinic.", "person.export")


@dataclass(frozen=True, slots=True, kw_only=True)
class Breach:
    """``by``: looks and exports of each; ``classes``: persons of each class of data; ``persons``: whom to notify, as
    far as their keys live; ``erased``: of how many they do not; ``everybody``: a list of all was taken, so that all
    who are registered are among the persons."""

    since: datetime
    until: datetime
    login: str
    by: Mapping[str, int]
    ways: Mapping[str, int]
    classes: Mapping[str, int]
    persons: tuple[str, ...]
    erased: int
    lines: int
    everybody: bool

    def as_json(self, zone: tzinfo) -> dict[str, object]:
        """For other programs."""
        return {
            "since": self.since.astimezone(zone).isoformat(),
            "until": self.until.astimezone(zone).isoformat(),
            "login": self.login or None,
            "lines": self.lines,
            "by": dict(self.by),
            "how": dict(self.ways),
            "classes": {name: {"says": CLASSES[name], "persons": count} for name, count in self.classes.items()},
            "persons": list(self.persons),
            "persons_count": len(self.persons) + self.erased,
            "erased": self.erased,
            "everybody": self.everybody,
        }


def breach(tx: Tx, since: datetime, until: datetime, login: str = "") -> Breach:
    """What the audit says of that span, of one login or of all."""
    lines = [line for line in found(tx, Wanted(since=since, until=until, by=login), MOST_LINES) if _shows(line)]
    marks: dict[str, set[str]] = {}
    for line in lines:
        marks.setdefault(_class(line), set()).update(line.marks)
    every = set().union(*marks.values()) if marks else set()
    known = persons_of(tx, every)
    everybody = any(line.detail.startswith(EVERYBODY) for line in lines)
    persons = set(known.values()) | ({one.phone for one in residents(tx)} if everybody else set())
    return Breach(
        since=since,
        until=until,
        login=login,
        by=dict(Counter(line.by for line in lines).most_common()),
        ways=dict(Counter(line.how for line in lines).most_common()),
        classes={name: len(marks[name]) for name in CLASSES if name in marks},
        persons=tuple(sorted(persons)),
        erased=len(every) - len(known),
        lines=len(lines),
        everybody=everybody,
    )


def _shows(line: Line) -> bool:
    return bool(line.marks or line.detail.startswith(EVERYBODY)) and line.what.startswith(_READS)


def _class(line: Line) -> str:
    for begins, name in _BEGINS:
        for begin in begins:
            whole = begin in ("/", "now")  # the live board's own path, and no other that begins with it
            if begin in (line.what, line.object) or (not whole and (line.what + " ").startswith(begin)):
                return name
            if not whole and line.object.startswith(begin):
                return name
    return "identity"


def letter(one: Breach, city: str, zone: tzinfo, now: datetime) -> str:
    """The notice to the persons and the agency, in Markdown."""
    known, last = now.astimezone(zone), (now + WITHIN).astimezone(zone)
    head = [
        "# Pemberitahuan kegagalan pelindungan data pribadi",
        "",
        "Undang-Undang Nomor 27 Tahun 2022, pasal 46. Tertulis, paling lambat 3 x 24 jam sejak diketahui.",
        "",
        f"- Pengendali data: Pemerintah {city}",
        f"- Kepada: lembaga pelindungan data pribadi (Kementerian Komunikasi dan Digital) dan {_count(one)} warga",
        f"- Diketahui: {DOTS} (laporan ini dibuat {known:%d-%m-%Y %H.%M})",
        f"- Batas waktu, bila baru diketahui sekarang: {last:%d-%m-%Y %H.%M}",
    ]
    return "\n".join([*head, "", *_which(one), "", *_how(one, zone), "", *HANDLED])


def _which(one: Breach) -> list[str]:
    """Letter a of the article: which data."""
    classes = [f"- {CLASSES[name]}: {count} orang" for name, count in one.classes.items()]
    gone = f" {one.erased} di antaranya sudah dihapus datanya." if one.erased else ""
    listed = " Daftar seluruh warga terdaftar pernah diambil." if one.everybody else ""
    none = ["- tidak ada yang tercatat dalam jejak audit"]
    count = f"Jumlah orang: {_count(one)}.{gone}{listed}"
    return ["## a. Data pribadi yang terungkap", "", *(classes or none), "", count]


def _how(one: Breach, zone: tzinfo) -> list[str]:
    """Letter b: when and how."""
    began, ended = (at.astimezone(zone).strftime("%d-%m-%Y %H.%M") for at in (one.since, one.until))
    ways = ", ".join({"page": "halaman", "command": "baris perintah", "api": "API"}.get(way, way) for way in one.ways)
    users = [f"- {login}: {count} kali melihat atau mengambil" for login, count in one.by.items()]
    facts = [f"- Waktu: {began} sampai {ended}", f"- Melalui: {ways or DOTS}", *users, f"- Penyebab: {DOTS}"]
    return ["## b. Kapan dan bagaimana terungkap", "", *facts]


HANDLED = (  # letter c: what only people know
    "## c. Upaya penanganan dan pemulihan",
    "",
    "- Akun dan token dimatikan: ☐ ya, tanggal …………",
    "- Kata sandi dan rahasia penyedia diganti: ☐ ya, tanggal …………",
    "- Jejak audit diperiksa utuh (kentongan audit verify): ☐ ya, tanggal …………",
    f"- Upaya lain: {DOTS}",
    "",
    f"Narahubung: {DOTS}",
)


def _count(one: Breach) -> int:
    return len(one.persons) + one.erased
