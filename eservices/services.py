"""The city's services: their conversations in the order of the menu, and what they do by the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eservices.bus.talk import bus
from eservices.cancelling import Cancelling
from eservices.clinic.offers import Offers
from eservices.clinic.reminders import Reminders
from eservices.clinic.talk import Room, queue_dialogues
from eservices.complaints.offices.chore import OfficeChore
from eservices.complaints.seams import Places, Reader
from eservices.complaints.verbs import complaints
from eservices.erasing import Erasing, ErasingNow
from eservices.info import Information
from eservices.kepling import KeplingRound, KeplingTalk
from eservices.lookup.offered import lookups
from eservices.lookup.rows import Finder
from eservices.lookup.standing.offered import ending, standing_chores
from eservices.menu import Menu
from eservices.message import Message
from eservices.more import More, Offered
from eservices.my_data import MyData
from eservices.proposals.result.telling import ProposalRound
from eservices.proposals.talk import proposals_of, proposing
from eservices.registration.moving import Moving
from eservices.registration.talk import Registration
from eservices.rounds import Chore
from eservices.telling import telling
from eservices.wishes import wishes
from gateway.broadcast.writing import Broadcasts
from gateway.dialogue import Dialogue

if TYPE_CHECKING:
    from config.city import City


def services(
    city: City,
    places: Places | None = None,
    reader: Reader | None = None,
    nik_key: bytes = b"",
    finder: Finder | None = None,
) -> tuple[Dialogue, ...]:
    """The menu first, then what it leads to. ``places`` and ``reader``: how another room reads texts; without them no
    place is found, and no letter is a complaint of itself. ``nik_key``: hashes each NIK; without it none is kept.
    ``finder``: of look-ups; without it only tables are looked up."""
    room = Room(city, nik_key)
    complaining = complaints(city, places, reader)
    offered = further(city, finder)
    return (
        Menu(city),
        *telling(city),
        Cancelling(city, room),  # before what it takes back: "batal dokter gigi" is no wish for one
        *queue_dialogues(city, room),  # before complaints: "imunisasi anak saya rabu di puskesmas rambung" is a wish
        *complaining,
        Registration(city, nik_key),
        MyData(city),
        More(city, offered),
        *offered,
        *lookups(city, menu=False, finder=finder),
        *ending(city),
        *proposing(city),
        *registry(city, nik_key),
    )


def further(city: City, finder: Finder | None = None) -> tuple[Offered, ...]:
    """What stands in the list behind the first menu; ``[menu] more`` of city.toml orders it."""
    own = Message(city), *bus(city), proposals_of(city), *lookups(city, menu=True, finder=finder)
    return (*own, Information(city, own)) if city.info.topics else own


def registry(city: City, nik_key: bytes = b"") -> tuple[Dialogue, ...]:
    """What the registry hears beside its lines in the menu."""
    return Moving(city, nik_key), Erasing(city), ErasingNow(city), *wishes(city), KeplingTalk(city)


def chores(city: City) -> tuple[Chore, ...]:
    """What is done by the clock."""
    own = OfficeChore(city), Offers(city), Reminders(city), KeplingRound(city), ProposalRound(city), Broadcasts(city)
    return *own, *standing_chores(city)
