"""A gate to knock at on virtual time: users with passwords of their own, and quick hashes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp

from config.clock import VirtualClock, run_virtual
from config.settings_console import ConsoleSettings
from dispatch.console.access.entering import Entered, enter
from dispatch.console.access.gate import Gate, Whence
from dispatch.console.access.guesses import Guesses
from dispatch.console.access.hashing import Hasher
from dispatch.console.access.keeping import AccessKeeper
from dispatch.console.access.sealing import Seal
from dispatch.console.access.store import change_account, put_account
from dispatch.console.keeper import Session
from gateway.page import Role, User
from gateway.store import Tx
from tests.fixtures.engines import fresh, leave, open_store, outside

EPOCH = datetime(2026, 5, 1, 20, 0, tzinfo=UTC)
PASSWORD = "kuda lari tiga ekor"
SEAT, STRANGER = Whence(peer="10.0.0.7", agent="Firefox/140.0"), Whence(peer="203.0.113.9", agent="curl/8")


class PlainHasher(Hasher):
    """Looks like a hash, takes no time, and counts."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[bool] = []  # for each check whether he came from where he came before

    async def hash(self, text: str) -> str:
        return f"plain {text}"

    async def verify(self, known: str, text: str, *, usual: bool) -> bool:
        self.asked.append(usual)
        return known == f"plain {text}"


@dataclass
class Room:
    gate: Gate
    keeper: AccessKeeper
    clock: VirtualClock
    path: Path

    async def user(self, login: str = "sari", *roles: Role, **more: Any) -> User:
        """Somebody with PASSWORD and, where ``totp_secret`` says so, a second factor."""
        user = User(login=login, name=login.title(), roles=frozenset(roles or {Role.DISPATCHER}))
        values: dict[str, Any] = {"password_once": False, "password_until": None, **more}

        def work(tx: Tx) -> None:
            until = self.clock.now() + timedelta(days=1)
            put_account(tx, user, by="test", password_hash=f"plain {PASSWORD}", until=until)
            change_account(tx, login, **values)

        await self.gate.store.write(work)
        return user

    async def log_in(self, login: str = "sari", whence: Whence = SEAT, password: str = PASSWORD) -> Entered:
        return await enter(self.gate, login, password, whence)

    async def session(self, login: str = "sari", whence: Whence = SEAT) -> Session:
        found = await self.keeper.session((await self.log_in(login, whence)).key)
        assert found is not None
        return found

    async def took(self, work: Awaitable[object]) -> float:
        """Seconds on the clock that it took. Raises what it raises."""
        began = self.clock.monotonic()
        await work
        return self.clock.monotonic() - began

    def audit(self) -> list[str]:
        return [f"{row['by']} {row['what']}" for row in outside(self.path, "SELECT * FROM audit_line ORDER BY seq")]


def code(secret: str, at: datetime, off: int = 0) -> str:
    """What the phone shows."""
    return pyotp.TOTP(secret).generate_otp(int(at.timestamp()) // 30 + off)


def play(folder: Path, scene: Callable[[Room], Awaitable[None]], **settings: Any) -> None:
    """Run the scene on a new store, on virtual time."""
    path = folder / "kentongan.db"
    fresh(path)

    async def main(clock: VirtualClock) -> None:
        async with await open_store(path, clock, inline=True) as store:
            gate = Gate(
                store=store,
                clock=clock,
                settings=ConsoleSettings(**settings),
                issuer="Kentongan",
                hasher=PlainHasher(),
                guesses=Guesses(clock),
                seal=Seal(folder),
            )
            await scene(Room(gate, AccessKeeper(gate), clock, path))

    try:
        run_virtual(main, EPOCH)
    finally:
        leave(path)
