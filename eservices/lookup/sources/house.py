"""What the front door joins for look-ups in the city's own systems."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from eservices.lookup.sources.questions import Questions, Talks
from eservices.lookup.sources.systems import Systems
from eservices.lookup.tables import Tables
from gateway.post import Ground, Loop


class Looking:
    """``finder`` goes to the services, ``loops`` run in every process (each asks for those who dial or ring there),
    ``led`` where the letters are read. ``talks``: the conversations by SMS, built later."""

    def __init__(self, ground: Ground, talks: Callable[[], Talks]) -> None:
        city, clock, pulse = ground.city, ground.clock, ground.pulse
        self.finder = Systems(city, ground.settings.sources, Tables(city), clock, pulse)
        self._questions = Questions(self.finder, ground.store, talks, clock, pulse, ground.crash)
        self.loops: Mapping[str, Loop] = self.finder.loops
        self.led: Mapping[str, Loop] = {"questions": self._questions.run} if self.finder.sources else {}

    def look(self) -> None:
        """Something was committed: perhaps a letter waits."""
        self._questions.look()
