"""Sessions, whatever people and admins do in whatever order: what should be open is, and nothing else."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dispatch.console.access.entering import Wrong
from dispatch.console.access.gate import Whence
from dispatch.console.access.guesses import TooMany
from dispatch.console.access.own import change_password, end_mine
from dispatch.console.access.users import By, change_roles, disable, end_sessions
from gateway.page import Role
from tests.dispatch.console.access.room import PASSWORD, SEAT, Room, play
from tests.fixtures.whole import examples

BY = By(login="ani", how="page")
ACTS = (
    *("log in", "log in", "wrong", "use", "use", "look", "leave"),
    *("disable", "enable", "roles", "end", "others", "password"),
)
STEP = st.tuples(st.sampled_from(ACTS), st.integers(0, 5), st.sampled_from([0, 1, 60, 900, 1790, 1900, 20000, 50000]))


@dataclass
class Open:
    """What the model knows of a session. The store hears of use once a minute."""

    key: str
    made: float
    seen: float


class Model:
    def __init__(self, room: Room) -> None:
        self.room, self.open, self.gone = room, dict[str, Open](), list[str]()
        self.disabled, self.role = False, Role.VIEWER

    @property
    def now(self) -> float:
        return self.room.clock.monotonic()

    def end(self, *keys: str) -> None:
        for key in keys:
            self.open.pop(key, None)
            self.gone.append(key)

    def expire(self) -> None:
        for one in [*self.open.values()]:
            if self.now >= one.seen + 1800 or self.now >= one.made + 43200:
                self.end(one.key)

    async def check(self) -> None:
        for key in self.gone:
            assert await self.room.keeper.session(key) is None
        for one in [*self.open.values()]:
            found = await self.room.keeper.session(one.key)
            assert found is not None
            assert found.user.roles == {self.role}
            if self.now - one.seen > 60:
                one.seen = self.now


async def act(model: Model, name: str, at: int) -> None:
    room, store, keys = model.room, model.room.gate.store, [*model.open]
    key = keys[at % len(keys)] if keys else ""
    if name in ("log in", "wrong"):
        try:
            entered = await room.log_in(password=PASSWORD if name == "log in" else "salah")
        except (Wrong, TooMany):
            assert model.disabled or name == "wrong"
        else:
            assert name == "log in"
            assert not model.disabled
            assert entered.key not in {*model.open, *model.gone}
            model.open[entered.key] = Open(key=entered.key, made=model.now, seen=model.now)
    elif name in ("disable", "enable"):
        await store.write(lambda tx: disable(tx, "sari", BY, again=name == "enable"))
        model.disabled = name == "disable"
        model.end(*(keys if model.disabled else ()))
    elif name == "roles":
        model.role = Role.CLINIC if model.role is Role.VIEWER else Role.VIEWER
        await store.write(lambda tx: change_roles(tx, "sari", frozenset({model.role}), "", "", BY))
        model.end(*keys)
    elif name == "end":
        await store.write(lambda tx: end_sessions(tx, "sari", BY))
        model.end(*keys)
    elif key:
        await _own(model, name, key)


async def _own(model: Model, name: str, key: str) -> None:
    room: Any = model.room
    if name == "look":  # an open page is no use here
        session = await room.keeper.session(key)
        assert await room.keeper.holds(session)
    elif name == "leave":
        await room.keeper.end(key, "sari")
        model.end(key)
    elif name == "others":
        await room.gate.store.write(lambda tx: end_mine(tx, key, ""))
        model.end(*(one for one in [*model.open] if one != key))
    elif name == "password":
        new = await change_password(room.gate, key, PASSWORD, PASSWORD, Whence(peer=SEAT.peer))
        model.end(*model.open)
        model.open[new] = Open(key=new, made=model.now, seen=model.now)


@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(STEP, max_size=25))
def test_what_should_be_open_is_and_nothing_else(steps: list[tuple[str, int, float]]) -> None:
    async def scene(room: Room) -> None:
        await room.user("sari", Role.VIEWER)
        model = Model(room)
        for name, at, pause in steps:
            await act(model, name, at)
            await model.check()
            await room.clock.sleep(pause)
            model.expire()
            await model.check()

    with tempfile.TemporaryDirectory() as folder:
        play(Path(folder), scene)
