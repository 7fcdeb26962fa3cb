"""What stands after look-ups, as the services list it: lines under an answer, words that end it, and what is done by
the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eservices.lookup.extra import Extra
from eservices.lookup.standing.deadlines.chore import Deadlines
from eservices.lookup.standing.duties.chore import Duties
from eservices.lookup.standing.following.chore import Following
from eservices.lookup.standing.following.talk import EndFollow, Follow, Unfollow
from eservices.lookup.standing.passing.chore import Passing
from eservices.lookup.standing.reminding.chore import Reminders
from eservices.lookup.standing.reminding.talk import EndRemind, Remind, Unremind
from eservices.rounds import Chore
from gateway.dialogue import Dialogue

if TYPE_CHECKING:
    from config.city import City
    from config.lookup import Lookup


def extras(city: City, lookup: Lookup) -> tuple[Extra, ...]:
    """What may be done with an answer of that look-up."""
    reminds = (Remind(city), EndRemind(city)) if lookup.reminder is not None else ()
    follows = (Follow(city), EndFollow(city)) if lookup.subscription is not None else ()
    return (*reminds, *follows)


def ending(city: City) -> tuple[Dialogue, ...]:
    """``INGATKAN STOP``, ``KERJA STOP``."""
    lookups = city.lookups.values()
    reminds = (Unremind(city),) if any(one.reminder is not None for one in lookups) else ()
    return (*reminds, *(Unfollow(city, one) for one in lookups if one.subscription is not None))


def standing_chores(city: City) -> tuple[Chore, ...]:
    """In this order: what a new version brings is seen before anybody is told of it."""
    return Passing(city), Reminders(city), Following(city), Deadlines(city), Duties(city)
