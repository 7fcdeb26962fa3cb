"""The demo's keeper: whoever opens the page from this machine is logged in as its one user."""

from __future__ import annotations

from ipaddress import ip_address

from dispatch.console.access.gate import Gate
from dispatch.console.access.hashing import new_key
from dispatch.console.access.keeping import AccessKeeper
from dispatch.console.keeper import Session
from gateway.page import STAFF, User

MOST_DEMOS = 1000  # browsers
DEMO = User(login="demo", name="Demo", roles=STAFF)


class DemoKeeper(AccessKeeper):
    """Sessions of the demo's user in memory, for loopback only: nothing of them is left for a program that is none.
    Others log in beside him as everywhere."""

    def __init__(self, gate: Gate) -> None:
        super().__init__(gate)
        self._demos: dict[str, Session] = {}

    async def session(self, key: str) -> Session | None:
        return self._demos.get(key) or await super().session(key)

    async def holds(self, session: Session) -> bool:
        return session.key in self._demos or await super().holds(session)

    async def guest(self, peer: str) -> Session | None:
        if not peer or not ip_address(peer).is_loopback:
            return None
        while len(self._demos) >= MOST_DEMOS:  # the oldest: a script that keeps no cookies makes one by each request
            del self._demos[next(iter(self._demos))]
        key = new_key()
        made = Session(user=DEMO, key=key, csrf=new_key(), sure=True)
        self._demos[key] = made
        return made

    async def prove(self, session: Session, proof: str) -> bool:
        return session.key in self._demos or await super().prove(session, proof)

    async def end(self, session_key: str, login: str) -> None:
        if self._demos.pop(session_key, None) is None:
            await super().end(session_key, login)
