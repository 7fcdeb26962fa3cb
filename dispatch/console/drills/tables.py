"""Tests and drills as tables to take away."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dispatch.console.words import Words
from gateway.page import Sheet, Visit

if TYPE_CHECKING:
    from config.city import City

Row = Mapping[str, Any]
WORDS = Words((Path(__file__).parent / "words",))  # for tables, which no template writes
GOALS = {
    "first officer ringing": "Petugas pertama berdering",
    "next person ringing after the last ring": "Orang berikutnya berdering sesudah dering terakhir",
    "five tiers rung": "Lima tingkat sudah dipanggil",
    "somebody accepted": "Ada yang menerima",
}
"""The goals of ``drill_report.py`` in Indonesian."""


def goal_words(language: str, goal: str) -> str:
    """A goal's name in the reader's language."""
    return goal if language == "en" else GOALS.get(goal, goal)


def officers_sheet(visit: Visit, city: City, people: Sequence[Row]) -> Sheet:
    """Who heard when."""
    english = visit.language == "en"
    rows = []
    for one in people:
        last = one["last_test"]
        late = ("overdue" if english else "terlambat") if one["overdue"] else ""
        station = city.stations[one["station"]].name if one["station"] in city.stations else "-"
        tested = (
            (last["asked_at"], _said(visit, f"officers.outcome.{last['outcome'] or 'unknown'}")) if last else ("-", "-")
        )
        rows.append((one["name"], station, one["passed_at"] or "-", *tested, late))
    if english:
        columns = ("Officer", "Station", "Last heard", "Last test", "Outcome", "")
    else:
        columns = ("Petugas", "Pos", "Terakhir mendengar", "Uji terakhir", "Hasil", "")
    title = "Communication test" if english else "Uji komunikasi petugas"
    return Sheet(name="officers", title=title, columns=columns, rows=rows)


def drills_sheet(visit: Visit, city: City, drills: Sequence[Row]) -> Sheet:
    """The history."""
    english = visit.language == "en"
    rows = [
        (
            str(one["id"]),
            one["began_at"],
            city.label(one["kind"], visit.language),
            one["kelurahan_name"] or "-",
            one["asked_by"],
            one["accepted_by"] or "-",
            _seconds(one["accepted_s"]),
            _ended(visit, one),
        )
        for one in drills
    ]
    level = city.levels.of(visit.language).fill("{Level_area}")
    if english:
        columns = ("No.", "Began", "Kind", level, "Asked by", "Accepted by", "After (s)", "End")
    else:
        columns = ("No.", "Mulai", "Jenis", level, "Diminta oleh", "Diterima oleh", "Sesudah (dtk)", "Akhir")
    title = "Drills" if english else "Latihan"
    return Sheet(name="drills", title=title, columns=columns, rows=rows)


def drill_sheet(visit: Visit, city: City, one: Row) -> Sheet:
    """One drill: each call, the goals under it."""
    english = visit.language == "en"
    rows = [
        (
            str(row["round"]),
            str(row["tier"]),
            row["name"],
            city.stations[row["station"]].name if row["station"] in city.stations else "-",
            _seconds(row["asked_s"]),
            _seconds(row["rang_s"]),
            _said(visit, f"drills.call.{row['outcome'] or row['state']}"),
            _seconds(row["accepted_s"]),
        )
        for row in one["tiers"]
    ]
    if english:
        columns = ("Round", "Tier", "Name", "Station", "Asked (s)", "Rang (s)", "Outcome", "Accepted (s)")
    else:
        columns = ("Putaran", "Tingkat", "Nama", "Pos", "Diminta (dtk)", "Berdering (dtk)", "Hasil", "Diterima (dtk)")
    words = {True: "tercapai", False: "TIDAK TERCAPAI", None: "-"}
    words = {True: "kept", False: "MISSED", None: "-"} if english else words
    notes = [
        f"{goal_words(visit.language, goal['goal'])}: {_seconds(goal['took_s'])} s / {goal['limit_s']:.0f} s"
        f" - {words[goal['kept']]}"
        for goal in one["goals"]
    ]
    title = f"{'Drill' if english else 'Latihan'} {one['id']}, {_at(city, one['began_at'])}"
    return Sheet(name=f"drill-{one['id']}", title=title, columns=columns, rows=rows, notes=notes)


def drill_end(said: str) -> tuple[str, dict[str, str]]:
    """Why a drill ended (``drilling.py``), as a key of words with its fields."""
    if said.startswith("stopped by "):
        return "stopped", {"name": said.removeprefix("stopped by ")}
    if said.startswith("incident "):
        return "real", {"number": said.split()[1]}
    return ("accepted" if said == "accepted" else "time"), {}


def _ended(visit: Visit, one: Row) -> str:
    if not one["ended"]:
        return _said(visit, "drills.now") if one["running"] else "-"
    key, fields = drill_end(one["ended"])
    return WORDS.say(visit.language, f"drills.end.{key}", fields)


def _said(visit: Visit, key: str) -> str:
    return WORDS.say(visit.language, key)


def _at(city: City, at: datetime | None) -> str:
    return f"{at.astimezone(city.timezone):%d.%m.%Y %H.%M}" if at is not None else "-"


def _seconds(value: float | None) -> str:
    return "-" if value is None else f"{value:.1f}"
