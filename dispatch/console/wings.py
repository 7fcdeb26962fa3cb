"""The wings of this room, in the order of the navigation: each subject has a folder with its ``pages.py``."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch.console.api.pages import api_wing
from dispatch.console.audit.pages import audit_wing
from dispatch.console.drills.pages import drills_wing
from dispatch.console.duty.pages import duty_wing
from dispatch.console.leaflets.pages import leaflets_wing
from dispatch.console.map.pages import map_wing
from dispatch.console.people.pages import people_wing
from dispatch.console.post.pages import post_wing
from dispatch.console.reports.pages import reports_wing
from dispatch.console.setup.pages import setup_wing
from dispatch.console.stations.pages import stations_wing
from dispatch.console.telling.pages import telling_wing
from gateway.figures import Sheaf
from gateway.page import Floor, Matters, Units, Wing


def wings(
    floor: Floor,
    figures: Sequence[Sheaf] = (),
    matters: Sequence[Matters] = (),
    units: Sequence[Units] = (),
) -> tuple[Wing, ...]:
    """Every wing of the command centre but what happens now, which needs the live feed (``pages.py``). ``figures``: of
    other rooms, for the reports; ``matters``: theirs too, for a person's page; ``units``:
    for the map."""
    return (
        map_wing(floor, units=units),
        stations_wing(floor),
        duty_wing(floor),
        drills_wing(floor),
        people_wing(floor, matters),
        post_wing(floor),
        telling_wing(floor),
        leaflets_wing(floor),
        reports_wing(floor, figures),
        setup_wing(floor),
        api_wing(floor),
        audit_wing(floor),
    )
