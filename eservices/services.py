"""The city's services: their conversations in the order of the menu, and what they do by the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eservices.cancelling import Cancelling
from eservices.clinic.offers import Offers
from eservices.clinic.reminders import Reminders
from eservices.clinic.talk import Room, queue_dialogues
from eservices.complaints.offices.chore import OfficeChore
from eservices.complaints.seams import Places, Reader
from eservices.complaints.verbs import complaints
from eservices.menu import Menu
from eservices.message import Message
from eservices.my_data import MyData
from eservices.registration import Registration
from eservices.rounds import Chore
from gateway.dialogue import Dialogue

if TYPE_CHECKING:
    from config.city import City


def services(city: City, places: Places | None = None, reader: Reader | None = None) -> tuple[Dialogue, ...]:
    """The menu first, then what it leads to. ``places`` and ``reader``: how another room reads texts; without them no
    place is found, and no letter is a complaint of itself."""
    room = Room(city)
    complaining = complaints(city, places, reader)
    return (
        Menu(city),
        *complaining,
        Cancelling(city, room),  # before what it takes back: "batal dokter gigi" is no wish for one
        *queue_dialogues(city, room),
        Registration(city),
        MyData(city),
        Message(city),
    )


def chores(city: City) -> tuple[Chore, ...]:
    """What is done by the clock."""
    return OfficeChore(city), Offers(city), Reminders(city)
