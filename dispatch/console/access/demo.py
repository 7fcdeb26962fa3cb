"""The demo's keeper: whoever opens the page from this machine is logged in as its one user."""

from __future__ import annotations

import secrets
from ipaddress import ip_address

from dispatch.console.keeper import Session
from gateway.page import STAFF, User

KEY_OCTETS = 24  # 192 bits
DEMO = User(login="demo", name="Demo", roles=STAFF)


class DemoKeeper:
    """Sessions in memory, for loopback only."""

    def __init__(self) -> None:
        self._sessions: dict[str, Session] = {}

    async def session(self, key: str) -> Session | None:
        return self._sessions.get(key)

    async def bearer(self, token: str) -> Session | None:
        return None

    async def guest(self, peer: str) -> Session | None:
        if not peer or not ip_address(peer).is_loopback:
            return None
        key = secrets.token_urlsafe(KEY_OCTETS)
        made = Session(user=DEMO, key=key, csrf=secrets.token_urlsafe(KEY_OCTETS), sure=True)
        self._sessions[key] = made
        return made

    async def prove(self, session: Session, proof: str) -> bool:
        return True
