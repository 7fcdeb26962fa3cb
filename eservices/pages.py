"""The pages of the city's services, as the front door hands them to the console."""

from __future__ import annotations

from gateway.page import Floor, Wing


def wings(floor: Floor) -> tuple[Wing, ...]:
    """The desks of e-Masyarakat and e-Dokter, and what a waiting room sees."""
    return ()
