"""Texts that were written to be read, as they are said. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gateway.dialogue import Screen

if TYPE_CHECKING:
    from config.city import City


class SpokenText:
    """One city's texts."""

    def __init__(self, city: City) -> None:
        self._city = city

    def screen(self, screen: Screen, lang: str) -> Screen:
        """The same screen for the ear."""
        return screen
