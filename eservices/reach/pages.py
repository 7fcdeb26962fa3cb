"""Who never used the number: how many by area, and the list that somebody takes along to visit them.

GET  /people/unused                          the areas with how many
POST /people/unused/12.75.03.1004?as=csv|pdf the list of one, with names and numbers
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from eservices.reach.store import Reached, reached, unused
from gateway.number import local
from gateway.page import DESK, Floor, NotThere, Page, Sheet, Shown, Visit

if TYPE_CHECKING:
    from config.city import Area

HERE = Path(__file__).parent
MOST = 2000  # people on one list
PAPER = "id"  # lists are taken along by people of the city, as those of the clinics are
KEEP = "Lembar berisi data warga: simpan di tempat terkunci, dan musnahkan setelah dipakai."


def reach_pages(floor: Floor) -> tuple[Page, ...]:
    """Of the desk: it has the registry anyhow. The list asks for the PIN, as every list of residents does."""
    pages = _Reach(floor)
    return (
        Page(path="/people/unused", handle=pages.show, roles=DESK, title="reach.title"),
        Page(path="/people/unused/{area}", handle=pages.sheet, roles=DESK, method="POST", danger=True),
    )


class _Reach:
    def __init__(self, floor: Floor) -> None:
        self._floor = floor

    async def show(self, visit: Visit) -> Shown:
        found = await self._floor.store.read(lambda tx: reached(tx, visit.now, visit.now))
        rows = [(area, one) for one in found if (area := self._floor.city.areas.get(one.kelurahan)) and one.unused]
        rows.sort(key=_most)
        return Shown(template="eservices/unused.html", data={"rows": rows, "registered": bool(found)})

    async def sheet(self, visit: Visit) -> Sheet:
        city = self._floor.city
        if (area := city.areas.get(visit.at["area"])) is None:
            raise NotThere
        found = await self._floor.store.read(lambda tx: unused(tx, area.code, MOST))
        ward = city.levels.of(PAPER).fill("[{Level_ward}]") or "-"
        return Sheet(
            name=f"belum-memakai-{area.code}",
            title=f"Belum pernah memakai: {area.name}",
            columns=("Nama", "Nomor", "Alamat", ward, "Dikunjungi"),
            rows=[(one.name, local(one.phone), one.address, one.lingkungan, "") for one in found],
            notes=(KEEP,),
            looked=[one.phone for one in found],
        )


def _most(row: tuple[Area, Reached]) -> tuple[int, str]:
    return -row[1].unused, row[0].name
