"""What everything about logins stands on, and how long who may stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from config.clock import Clock
from config.settings_console import ConsoleSettings
from dispatch.console.access.guesses import STRANGERS_WAIT_S, USUAL_WAIT_S, Guesses, Lane, network
from dispatch.console.access.hashing import Hasher, digest, new_key
from dispatch.console.access.lanes.store import InStore
from dispatch.console.access.sealing import Seal
from dispatch.console.access.sessions.store import Kept, put_session
from dispatch.console.access.store import Account, known_marks
from gateway.page import Floor, Role
from gateway.store import Store
from gateway.store.schema import Tx, now

STRONG = frozenset({Role.SUPERVISOR, Role.ADMIN})
"""Those who prove who they are by a second factor as well."""
CODE, PASSWORD, ENROL, CODES = "code", "password", "enrol", "codes"
"""What is still to be done before somebody is in: give a code · set a password · set up a second factor · keep the
recovery codes."""
STEP_IDLE_S, STEP_S = 600.0, 1800.0  # to find the phone, and to install an authenticator on it
LONGEST_AGENT = 200  # characters of what a browser calls itself


@dataclass(frozen=True, slots=True, kw_only=True)
class Whence:
    """Where somebody comes from. ``seat``: the key that his browser was given when somebody logged in on it."""

    peer: str
    seat: str = ""
    agent: str = ""

    def marks(self) -> list[str]:
        """The browser, where it has a key, then the place."""
        return [*([f"browser {digest(self.seat)}"] if self.seat else []), f"place {network(self.peer)}"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """``issuer``: how an authenticator names us. ``seal``: of the secrets of second factors."""

    store: Store
    clock: Clock
    settings: ConsoleSettings
    issuer: str
    hasher: Hasher = field(default_factory=Hasher)
    guesses: Guesses
    seal: Seal

    async def lanes(self, login: str, whence: Whence, what: str = "password") -> tuple[Lane, ...]:
        """Where a guess at that login waits. A code's guesses have lanes of their own, and there only his own browser
        is usual: who guesses codes has the password."""
        marks = whence.marks()
        around = Lane(key=f"{what} from {network(whence.peer)}", longest_s=STRANGERS_WAIT_S)
        known = await self.store.read(lambda tx: known_marks(tx, login, marks))
        for mark in marks:
            if mark in known and (what == "password" or mark.startswith("browser")):
                usual = Lane(key=f"{what} {login} {mark}", longest_s=USUAL_WAIT_S, own=True)
                return (usual,) if mark.startswith("browser") else (usual, around)
        return (Lane(key=f"{what} {login}", longest_s=STRANGERS_WAIT_S), around)


def gate_of(floor: Floor) -> Gate:
    """The gate of the running program: guesses are counted in it."""
    issuer = f"Kentongan {floor.city.title}"
    lanes = InStore(floor.store, floor.clock) if floor.store.shared else None
    settings = floor.settings.console
    return Gate(
        store=floor.store,
        clock=floor.clock,
        settings=settings,
        issuer=issuer,
        guesses=Guesses(floor.clock, lanes),
        seal=Seal(floor.settings.data_dir),
    )


def is_seat(roles: frozenset[Role]) -> bool:
    """A dispatcher's seat stays logged in: an alarm waits for no password. Not with the keys of the house."""
    return Role.DISPATCHER in roles and not roles & STRONG


def admit(tx: Tx, gate: Gate, whose: Account, steps: Sequence[str], whence: Whence, pending: str = "") -> str:
    """A new session in the caller's transaction; its key. ``steps``: what is still to be done in it."""
    settings, at, key = gate.settings, now(tx), new_key()
    if steps:
        idle_s, longest = STEP_IDLE_S, timedelta(seconds=STEP_S)
    elif is_seat(whose.user.roles):
        idle_s, longest = settings.seat_idle_hours * 3600.0, timedelta(days=settings.seat_days)
    else:
        idle_s, longest = settings.idle_minutes * 60.0, timedelta(hours=settings.session_hours)
    sure_until = None if steps else at + timedelta(minutes=settings.sure_minutes)
    made = Kept(
        hash=digest(key),
        login=whose.login,
        stage=" ".join(steps),
        pending=pending,
        made_at=at,
        seen_at=at,
        idle_s=idle_s,
        ends_at=at + longest,
        sure_until=sure_until,
        peer=whence.peer,
        agent=whence.agent[:LONGEST_AGENT],
    )
    put_session(tx, made)
    return key
