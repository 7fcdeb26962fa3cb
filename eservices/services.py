"""The city's services as conversations, in the order of the menu."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eservices.menu import Menu
from eservices.message import Message
from eservices.my_data import MyData
from eservices.registration import Registration
from gateway.dialogue import Dialogue

if TYPE_CHECKING:
    from config.city import City


def services(city: City) -> tuple[Dialogue, ...]:
    """The menu first, then what it leads to."""
    return Menu(city), Message(city), Registration(city), MyData(city)
