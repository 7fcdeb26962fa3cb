"""What is chosen from in the registry's forms."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from config.city import City


def areas_of(city: City) -> list[tuple[str, str]]:
    """Areas with their districts, by name."""
    ordered = sorted(city.areas.values(), key=lambda area: (area.name, area.kecamatan))
    return [(area.code, f"{area.name} ({area.kecamatan})" if area.kecamatan else area.name) for area in ordered]
