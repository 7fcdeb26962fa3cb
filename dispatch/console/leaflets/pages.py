"""Leaflets to be printed.

GET /leaflets                                         what there is
GET /leaflets/file?kind=poster&area=CODE&lang=id      one as PDF
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from dispatch.console.leaflets.facts import NoLeaflet, invented
from dispatch.console.leaflets.kinds import BY_AREA, Kind, Leaflet
from gateway.page import WATCH, Declined, Floor, Handed, NotThere, Page, Shown, Visit, Wing

HERE = Path(__file__).parent


def leaflets_wing(floor: Floor) -> Wing:
    """No leaflet names a resident: whoever watches may print them."""
    pages = _Leaflets(floor)
    return Wing(
        room="leaflets",
        pages=(
            Page(path="/leaflets", handle=pages.show, roles=WATCH, title="leaflets.title", nav=84),
            Page(path="/leaflets/file", handle=pages.file, roles=WATCH),
        ),
        templates=HERE / "templates",
        words=HERE / "words",
    )


class _Leaflets:
    def __init__(self, floor: Floor) -> None:
        self._city, self._clock = floor.city, floor.clock

    async def show(self, visit: Visit) -> Shown:
        city = self._city
        languages = [(one, city.texts[one]["language"]) for one in city.languages if one in city.leaflets]
        areas = sorted((one.name, one.code) for one in city.areas.values())
        try:
            sample = invented(city, "")
        except NoLeaflet:
            sample = False
        kinds = [(one.value, one in BY_AREA) for one in Kind]
        data = {"kinds": kinds, "areas": areas, "languages": languages, "sample": sample}
        return Shown(template="leaflets/leaflets.html", data=data)

    async def file(self, visit: Visit) -> Handed:
        asked = visit.query
        kind_asked = asked.get("kind", Kind.POSTER)
        if kind_asked not in set(Kind) or asked.get("area", "") not in {"", *self._city.areas}:
            raise NotThere
        kind = Kind(kind_asked)
        area = asked.get("area", "") if kind in BY_AREA else ""
        leaflet = Leaflet(kind=kind, kelurahan=area, lang=asked.get("lang") or self._city.languages[0])
        from dispatch.console.leaflets.making import made  # the library of PDF is heavy, and seldom needed

        try:
            body = await asyncio.to_thread(made, self._city, leaflet, self._clock.now())
        except NoLeaflet as fault:
            raise Declined("leaflets.not_made", because=str(fault)) from fault
        return Handed(body=body, content_type="application/pdf", filename=leaflet.filename)
