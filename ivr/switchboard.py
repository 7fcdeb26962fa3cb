"""Every spoken conversation of this program, and who does what callers ask for.

an owner ── conversation(flow, number, key=…) ─► Session ─► the leg that carries it
a modem, a provider ── inbound(number, …) ─► Session of the menu
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType

from config.clock import Clock
from config.crash import CrashPoint, no_crash
from gateway.pulse import Pulse
from gateway.store import Store, StoreFault
from ivr.flow_data import Flow
from ivr.recordings import Recordings
from ivr.session import Ground, Session
from ivr.store import IN, OUT, CallRow, call_by_id, sweep_calls, sweep_turns
from ivr.turning import Hands, Turning
from ivr.wording import Catalogue

log = logging.getLogger(__name__)

MENU = "menu"  # the flow of whoever calls us
LONGEST_NUMBER = 40  # characters of what a network gives as a caller's number
KEPT_DAYS = 90  # calls are looked up for a complaint about them, and no longer
OVER_MIN = 60  # minutes after a call until where it stood is dropped: a post of it may come late, or again
SWEEP_S = 300.0  # seconds between two sweeps: whoever is forgotten, his recordings are gone within them
AT_ONCE = 500  # rows swept in one transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a switchboard stands on."""

    store: Store
    catalogue: Catalogue
    clock: Clock
    flows: Mapping[str, Flow]
    recordings: Path
    crash: CrashPoint = no_crash


class Switchboard:
    """See the module. ``done`` is called after each commit in which something was done for a caller: the loops look
    at their tables; ``moved`` with how many calls are up, when that changes."""

    def __init__(
        self,
        desk: Desk,
        *,
        done: Callable[[], None] = lambda: None,
        moved: Callable[[int], None] = lambda count: None,
    ) -> None:
        self._desk = desk
        self.recordings = Recordings(desk.recordings, desk.store, desk.clock)
        self._ground = Ground(
            store=desk.store,
            clock=desk.clock,
            crash=desk.crash,
            recordings=self.recordings,
            done=done,
            moved=lambda: moved(self.up()),
        )
        self._hands: dict[str, Hands] = {}
        self._sessions: dict[str, Session] = {}  # by key, those that are not over

    def serve(self, *rooms: Hands) -> None:
        """These do what their ``acts`` name. Raises ValueError where two would do the same."""
        for hands in rooms:
            for act in hands.acts:
                if self._hands.setdefault(act, hands) is not hands:
                    raise ValueError(f"two rooms do {act!r}")

    @property
    def hands(self) -> Mapping[str, Hands]:
        """Who does what, by act."""
        return MappingProxyType(self._hands)

    def conversation(
        self,
        flow: str,
        number: str,
        *,
        language: str,
        about: str,
        fields: Mapping[str, str],
        key: str,
    ) -> Session:
        """A call that we make. The same ``key`` is the same call: one that a crash cut off goes on where it stood.
        ``language`` empty: what the registry says. Raises KeyError for an unknown flow."""
        return self._session(flow, number, OUT, language=language, about=about, fields=fields, key=key)

    def inbound(self, number: str, leg: str, key: str) -> Session:
        """A call that came in over ``leg``. ``number``: the caller's, as the network gave it; empty: withheld."""
        fields = {"number": number}
        return self._session(MENU, number, IN, language="", about="", fields=fields, key=f"in/{leg}/{key}")

    async def find(self, id: str) -> Session | None:
        """The conversation of that id, whether or not it is over. Raises StoreFault."""
        for session in self._sessions.values():
            if session.id == id:
                return session
        row = await self._desk.store.read(lambda tx: call_by_id(tx, id))
        if row is None or row.flow not in self._desk.flows:
            return None
        session = Session(self._ground, self._turning(row.flow), row, {})
        return self._sessions.setdefault(row.key, session) if session.live else session

    def up(self) -> int:
        """How many conversations have begun and are not over."""
        return sum(session.live and session.begun for session in self._sessions.values())

    def _session(
        self, flow: str, number: str, direction: str, *, language: str, about: str, fields: Mapping[str, str], key: str
    ) -> Session:
        self._forget_over()
        known = self._sessions.get(key)
        if known is not None:
            return known
        row = CallRow(
            id=secrets.token_urlsafe(16),
            key=key,
            flow=flow,
            number=_plain(number)[:LONGEST_NUMBER],
            direction=direction,
            language=language,
            about=about,
            began_at=self._desk.clock.now(),
        )
        session = self._sessions[key] = Session(self._ground, self._turning(flow), row, fields)
        return session

    def _turning(self, flow: str) -> Turning:
        return Turning(self._desk.flows[flow], self._hands, self._desk.catalogue)

    def _forget_over(self) -> None:
        for key in [key for key, session in self._sessions.items() if not session.live]:
            del self._sessions[key]

    # -- for ever

    async def run(self, pulse: Pulse) -> None:
        """Sweep old calls and recordings, for ever."""
        while True:
            pulse.beat("calls", limit_s=3 * SWEEP_S)
            try:
                await self.sweep()
            except (StoreFault, OSError) as fault:
                log.error("calls are not swept: %s", fault)
            await self._desk.clock.sleep(SWEEP_S)

    async def sweep(self) -> None:
        """Forget what is too old. Raises StoreFault, OSError."""
        self._forget_over()
        now, store = self._desk.clock.now(), self._desk.store
        await store.write(lambda tx: sweep_calls(tx, now - timedelta(days=KEPT_DAYS), AT_ONCE))
        await store.write(lambda tx: sweep_turns(tx, now - timedelta(minutes=OVER_MIN), AT_ONCE))
        await self.recordings.sweep()


def _plain(number: str) -> str:
    """Without what no store keeps: a NUL, half a surrogate."""
    return "".join(char for char in number if char.isprintable())
