"""Coming in: what lets whom in, once, and what a session is worth then."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dispatch.console.access.entering import (
    Entered,
    Over,
    Wrong,
    codes_kept,
    enrol,
    first_password,
    give_code,
)
from dispatch.console.access.gate import CODE, ENROL, PASSWORD
from dispatch.console.access.hashing import digest
from dispatch.console.access.passwords import Unfit
from dispatch.console.access.sessions.store import open_session
from dispatch.console.access.users import By, Refused, add_user, change_roles, disable, first_admin, reset_user
from gateway.page import Role, User
from tests.dispatch.console.access.room import EPOCH, SEAT, Room, code, play
from tests.dispatch.console.access.room import PASSWORD as KNOWN
from tests.fixtures.engines import outside

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ADMIN = By(login="ani", how="page")


async def stage(room: Room, entered: Entered) -> str:
    return await room.keeper.stage(entered.key)


def test_the_right_password_opens_a_session_under_a_key_of_192_bits(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.user()
        first, second = await room.log_in(), await room.log_in("  SARI ")
        assert len(first.key) == 32
        assert first.key != second.key
        session = await room.keeper.session(first.key)
        assert session is not None
        assert session.user.roles == {Role.DISPATCHER}
        kept = outside(room.path, "SELECT * FROM console_session")
        assert {row["hash"] for row in kept} == {digest(first.key), digest(second.key)}
        assert first.key not in str(kept)
        assert room.audit() == ["sari login", "sari login"]

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("login", "password"),
    [("sari", "salah"), ("sari", ""), ("", ""), ("nobody", KNOWN), ("sari\x00", KNOWN), ("sari", KNOWN + " ")],
)
def test_what_is_not_right_opens_nothing_and_is_written_down(tmp_path: Path, login: str, password: str) -> None:
    async def scene(room: Room) -> None:
        await room.user()
        with pytest.raises(Wrong):
            await room.log_in(login, password=password)
        assert outside(room.path, "SELECT * FROM console_session") == []
        (line,) = room.audit()
        assert line == ("sari login.failed" if login == "sari" else "? login.failed")

    play(tmp_path, scene)


def test_a_login_that_is_not_there_is_checked_like_one_that_is(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.user()
        await room.user("budi", disabled_at=EPOCH)
        for login in ("sari", "nobody", "budi"):
            with pytest.raises(Wrong):
                await room.log_in(login, password="salah")
        assert len(room.gate.hasher.asked) == 3  # type: ignore[attr-defined]

    play(tmp_path, scene)


def test_a_one_time_password_opens_once_and_forces_another(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        user = User(login="sari", name="Sari", roles=frozenset({Role.DISPATCHER}))
        once = await add_user(room.gate.store, room.gate.hasher, user, ADMIN)
        entered = await room.log_in(password=once.password)
        assert await stage(room, entered) == PASSWORD
        half = await room.keeper.session(entered.key)
        assert half is not None
        assert half.user.roles == frozenset()
        with pytest.raises(Wrong):
            await room.log_in(password=once.password)
        with pytest.raises(Unfit):
            await first_password(room.gate, entered.key, "pendek", "", SEAT)
        done = await first_password(room.gate, entered.key, KNOWN, "482915", SEAT)
        assert done.key != entered.key
        assert await room.keeper.session(entered.key) is None
        full = await room.keeper.session(done.key)
        assert full is not None
        assert full.user.roles == {Role.DISPATCHER}
        await room.log_in()
        with pytest.raises(Over):
            await first_password(room.gate, done.key, KNOWN, "", SEAT)

    play(tmp_path, scene)


def test_a_one_time_password_that_nobody_used_in_time_opens_nothing(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        once = await first_admin(room.gate.store, room.gate.hasher, "Admin")
        assert once is not None
        assert await first_admin(room.gate.store, room.gate.hasher, "Admin") is None
        await room.clock.sleep(timedelta(days=3).total_seconds())
        with pytest.raises(Wrong):
            await room.log_in("admin", password=once.password)
        again = await reset_user(room.gate.store, room.gate.hasher, "admin", ADMIN, second_factor=False)
        assert await stage(room, await room.log_in("admin", password=again.password)) == PASSWORD

    play(tmp_path, scene)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.ADMIN])
def test_a_supervisor_and_an_admin_set_up_a_second_factor_before_they_are_in(tmp_path: Path, role: Role) -> None:
    async def scene(room: Room) -> None:
        await room.user("sari", role)
        entered = await room.log_in()
        assert await stage(room, entered) == ENROL
        found = await room.gate.store.read(lambda tx: open_session(tx, digest(entered.key)))
        assert found is not None
        secret = room.gate.seal.open("sari", found[0].pending)
        with pytest.raises(Wrong):
            await enrol(room.gate, entered.key, "000000" if code(secret, room.clock.now()) != "000000" else "1")
        codes = await enrol(room.gate, entered.key, code(secret, room.clock.now()))
        assert len(codes) == 10
        half = await room.keeper.session(entered.key)
        assert half is not None
        assert half.user.roles == frozenset()
        done = await codes_kept(room.gate, entered.key, SEAT)
        assert done.key != entered.key
        full = await room.keeper.session(done.key)
        assert full is not None
        assert full.user.roles == {role}
        hashes = outside(room.path, "SELECT * FROM console_recovery")
        assert len(hashes) == 10
        assert not any(one in str(hashes) for one in codes)
        again = await room.log_in()
        assert await stage(room, again) == CODE
        with pytest.raises(Wrong):  # the code that set it up was its first use
            await give_code(room.gate, again.key, code(secret, room.clock.now()), SEAT)

    play(tmp_path, scene)


def test_a_code_opens_once_and_so_does_a_recovery_code(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.user("sari", Role.SUPERVISOR, totp_secret=SECRET)
        first, second = await room.log_in(), await room.log_in()
        now = code(SECRET, room.clock.now())
        assert await stage(room, await give_code(room.gate, first.key, now, SEAT)) == ""
        for old in (now, code(SECRET, room.clock.now(), -1)):
            with pytest.raises(Wrong):
                await give_code(room.gate, second.key, old, SEAT)
        with pytest.raises(Over):  # a step is taken once
            await give_code(room.gate, first.key, now, SEAT)
        await room.clock.sleep(31)
        typed = code(SECRET, room.clock.now())
        done = await give_code(room.gate, second.key, f" {typed[:3]} {typed[3:]}", SEAT)
        assert await room.keeper.session(done.key) is not None

    play(tmp_path, scene)


@pytest.mark.parametrize("off", [-2, 2, 100])
def test_codes_of_other_times_open_nothing(tmp_path: Path, off: int) -> None:
    async def scene(room: Room) -> None:
        await room.user("sari", Role.SUPERVISOR, totp_secret=SECRET)
        entered = await room.log_in()
        with pytest.raises(Wrong):
            await give_code(room.gate, entered.key, code(SECRET, room.clock.now(), off), SEAT)

    play(tmp_path, scene)


def test_who_guesses_codes_begins_again_with_the_password(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.user("sari", Role.SUPERVISOR, totp_secret=SECRET)
        entered = await room.log_in()
        wrong = f"{(int(code(SECRET, room.clock.now())) + 7) % 1_000_000:06}"
        for _ in range(40):
            try:
                await give_code(room.gate, entered.key, wrong, SEAT)
            except Wrong:
                continue
            except Over:
                break
            except Exception:
                await room.clock.sleep(30)
        assert await room.keeper.session(entered.key) is None
        assert room.audit().count("sari login.code_failed") == 10

    play(tmp_path, scene)


def test_disabling_and_other_roles_end_what_is_open_at_once(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.user()
        await room.user("ani", Role.ADMIN, totp_secret=SECRET)
        session, store = await room.session(), room.gate.store
        await store.write(lambda tx: change_roles(tx, "sari", frozenset({Role.VIEWER}), "", "", ADMIN))
        assert not await room.keeper.holds(session)
        session = await room.session()
        assert session.user.roles == {Role.VIEWER}
        await store.write(lambda tx: disable(tx, "sari", ADMIN))
        assert not await room.keeper.holds(session)
        assert await room.keeper.session(session.key) is None
        with pytest.raises(Wrong):
            await room.log_in()
        await store.write(lambda tx: disable(tx, "sari", ADMIN, again=True))
        assert await room.keeper.session(session.key) is None
        await room.log_in()
        for way in (
            lambda tx: disable(tx, "ani", ADMIN),
            lambda tx: change_roles(tx, "ani", frozenset({Role.VIEWER}), "", "", ADMIN),
        ):
            with pytest.raises(Refused, match="only admin"):
                await store.write(way)

    play(tmp_path, scene)


@pytest.mark.parametrize(
    ("roles", "idle_s", "longest_s"),
    [
        ({Role.VIEWER}, 1800, 43200),
        ({Role.CLINIC, Role.OFFICE}, 1800, 43200),
        ({Role.DISPATCHER}, 43200, 7 * 86400),
        ({Role.DISPATCHER, Role.VIEWER}, 43200, 7 * 86400),
    ],
)
def test_a_session_ends_unused_and_ends_used(tmp_path: Path, roles: set[Role], idle_s: int, longest_s: int) -> None:
    async def scene(room: Room) -> None:
        await room.user("sari", *roles)
        left = await room.session()
        await room.clock.sleep(idle_s - 1)
        used = await room.session()
        assert await room.keeper.holds(left)
        await room.clock.sleep(2)
        at_seat = Role.DISPATCHER in roles  # there the open page was use
        assert (await room.keeper.session(left.key) is not None) == at_seat
        began = room.clock.monotonic()
        while await room.keeper.session(used.key) is not None and room.clock.monotonic() - began < 2 * longest_s:
            await room.clock.sleep(idle_s / 2)
        lasted = room.clock.monotonic() - began
        assert longest_s - idle_s <= lasted <= longest_s + idle_s

    play(tmp_path, scene)


def test_a_pin_makes_sure_for_some_minutes(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.user(pin_hash="plain 482915")
        session = await room.session()
        assert session.sure
        await room.clock.sleep(300)
        assert not await sure(room, session.key)
        assert not await room.keeper.prove(session, "")
        assert not await room.keeper.prove(session, "482916")
        assert not await sure(room, session.key)
        assert await room.keeper.prove(session, "482915")
        assert await sure(room, session.key)
        await room.clock.sleep(300)
        assert not await sure(room, session.key)
        assert await room.keeper.prove(session, KNOWN)
        assert room.audit() == ["sari login", "sari proof.failed"]

    play(tmp_path, scene)


def test_who_guesses_pins_is_logged_out_and_not_locked_out(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.user(pin_hash="plain 482915")
        session = await room.session()
        for guess in range(30):
            if await room.keeper.session(session.key) is None:
                break
            assert not await room.keeper.prove(session, f"{guess:06}")
            await room.clock.sleep(10)
        assert guess == 10
        assert await room.keeper.session((await room.log_in()).key) is not None

    play(tmp_path, scene)


async def sure(room: Room, key: str) -> bool:
    found = await room.keeper.session(key)
    assert found is not None
    return found.sure
