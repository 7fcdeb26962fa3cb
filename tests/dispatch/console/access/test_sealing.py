"""The secrets of second factors are worth nothing to who has the store alone."""

from __future__ import annotations

from pathlib import Path

from dispatch.console.access.entering import Wrong, enrol, give_code
from dispatch.console.access.sealing import FILE, MARK, Seal, reseal
from gateway.page import Role
from tests.dispatch.console.access.room import SEAT, Room, code, play
from tests.fixtures.engines import outside

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def kept(room: Room) -> list[str]:
    users = outside(room.path, "SELECT totp_secret FROM console_user")
    pending = outside(room.path, "SELECT pending FROM console_session")
    return [value for row in (*users, *pending) for value in row.values() if value]


async def comes_in(room: Room, secret: str) -> bool:
    entered = await room.log_in("budi")
    try:
        await give_code(room.gate, entered.key, code(secret, room.clock.now()), SEAT)
    except Wrong:
        return False
    return True


def test_from_the_first_picture_on_the_store_holds_no_secret(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.user("budi", Role.SUPERVISOR)
        entered = await room.log_in("budi")
        (pending,) = kept(room)
        assert pending.startswith(MARK)
        secret = room.gate.seal.open("budi", pending)
        assert len(secret) == 32
        await enrol(room.gate, entered.key, code(secret, room.clock.now()))
        (mine,) = kept(room)
        assert mine.startswith(MARK)
        assert secret not in mine
        assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o600
        assert room.gate.seal.open("ani", mine) == ""  # nobody else's
        await room.clock.sleep(60)
        assert await comes_in(room, secret)

    play(tmp_path, scene)


def test_what_an_older_version_kept_is_sealed_at_the_start_and_goes_on_opening(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.user("budi", Role.SUPERVISOR, totp_secret=SECRET)
        assert await comes_in(room, SECRET)
        for done in (1, 0):
            assert await room.gate.store.write(lambda tx: reseal(tx, room.gate.seal, all_of_them=False)) == done
        (mine,) = kept(room)
        assert mine.startswith(MARK)
        await room.clock.sleep(60)
        assert await comes_in(room, SECRET)

    play(tmp_path, scene)


def test_a_store_without_its_key_lets_nobody_in_by_a_code(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        await room.user("budi", Role.SUPERVISOR, totp_secret=Seal(tmp_path / "elsewhere").close("budi", SECRET))
        assert not await comes_in(room, SECRET)

    (tmp_path / "elsewhere").mkdir()
    play(tmp_path, scene)


def test_the_key_is_rotated_and_the_old_one_opens_nothing(tmp_path: Path) -> None:
    async def scene(room: Room) -> None:
        seal = room.gate.seal
        await room.user("budi", Role.SUPERVISOR, totp_secret=seal.close("budi", SECRET))
        before, stolen = (tmp_path / FILE).read_text(encoding="ascii"), kept(room)
        seal.renew()
        assert seal.open("budi", stolen[0]) == SECRET  # killed here, both open
        assert await room.gate.store.write(lambda tx: reseal(tx, seal, all_of_them=True)) == 1
        seal.settle()
        assert kept(room) != stolen
        assert before.strip() not in (tmp_path / FILE).read_text(encoding="ascii")
        assert seal.open("budi", stolen[0]) == ""
        assert await comes_in(room, SECRET)

    play(tmp_path, scene)
