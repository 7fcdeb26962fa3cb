"""The pages of the city's services, as the front door hands them to the console."""

from __future__ import annotations

from pathlib import Path

from eservices.api import operations
from eservices.bus.pages import bus_wing
from eservices.clinic.pages.routes import clinic_pages
from eservices.complaints.pages.routes import ticket_pages
from eservices.figures import SHEAF
from eservices.lookup.pages.wing import lookup_wing
from eservices.lookup.standing.pages.wing import standing_wing
from eservices.matters import matters_of
from eservices.proposals.pages.wing import proposal_wing
from eservices.reach.pages import reach_pages
from gateway.page import PUBLIC, Floor, Handed, NotThere, Page, Visit, Wing

HERE = Path(__file__).parent
KINDS = {".css": "text/css", ".js": "text/javascript"}
KEPT_S = 60  # a new version is seen a minute later


def wings(floor: Floor) -> tuple[Wing, ...]:
    """The desks of e-Masyarakat and e-Dokter, and what a waiting room sees."""
    static = Page(path=r"/desks/{file:[a-z]+\.(?:css|js)}", handle=_file, roles=PUBLIC)
    pages = (*ticket_pages(floor), *clinic_pages(floor), *reach_pages(floor), static)
    return (
        Wing(
            room="eservices",
            pages=pages,
            templates=HERE / "templates",
            words=HERE / "words",
            figures=SHEAF,
            operations=operations(floor),
            matters=matters_of(floor.city),
        ),
        bus_wing(floor),
        lookup_wing(floor),
        standing_wing(floor),
        proposal_wing(floor),
    )


async def _file(visit: Visit) -> Handed:
    """A style sheet or a module of ours."""
    path = HERE / "static" / visit.at["file"]
    try:
        return Handed(body=path.read_bytes(), content_type=KINDS[path.suffix], keep_s=KEPT_S)
    except FileNotFoundError:
        raise NotThere from None
