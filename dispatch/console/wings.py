"""The wings of this room, in the order of the navigation: each subject has a folder with its ``pages.py``."""

from __future__ import annotations

from dispatch.console.map.pages import map_wing
from gateway.page import Floor, Wing


def wings(floor: Floor) -> tuple[Wing, ...]:
    """Every wing of the command centre but what happens now, which needs the live feed (``pages.py``)."""
    return (map_wing(floor),)
