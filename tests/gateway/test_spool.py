"""What the spool said it kept is there after any crash, and is kept once."""

from __future__ import annotations

import asyncio
import os
import signal
import struct
import subprocess
import sys
import zlib
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.effects import Spoken
from gateway.messages import Inbound, Kind
from gateway.spool import BLOCK, Spool
from gateway.store import StoreRefused
from tests.fixtures.whole import examples
from tests.gateway.room import EPOCH, SITI

SIZE = 32 * BLOCK
ROOT = Path(__file__).parents[2]


def cry(text: str, *, urgent: bool = True) -> Spoken:
    letter = Inbound(
        id=0,
        channel="at",
        kind=Kind.SMS,
        sender=SITI,
        text=text,
        sent_at=None,
        received_at=EPOCH,
        external_id=f"said/{text}",
        doubt="bad UTF-8",
    )
    return Spoken(letter=letter, urgent=urgent)


def texts(spool: Spool) -> list[str]:
    return [one.letter.text for record in spool.waiting for one in record.letters]


def reopened(path: Path) -> list[str]:
    spool = Spool.open(path, size=SIZE)
    try:
        return texts(spool)
    finally:
        spool.close()


async def _filled(path: Path, *said: str) -> Spool:
    spool = Spool.open(path, size=SIZE)
    for text in said:
        assert await spool.add([cry(text)])
    return spool


def test_what_is_kept_is_read_after_a_restart_until_it_is_forgotten(tmp_path: Path) -> None:
    path = tmp_path / "spool"

    async def main() -> None:
        spool = await _filled(path, "satu")
        assert await spool.add([cry("dua", urgent=True), cry("di rumah", urgent=False)])
        spool.close()
        spool.close()
        again = Spool.open(path, size=SIZE)
        assert again.waiting[0].letters == (cry("satu"),)
        assert again.waiting[1].letters == (cry("dua"), cry("di rumah", urgent=False))
        await again.forget(again.waiting[:1])
        assert texts(again) == ["dua", "di rumah"]
        again.close()
        assert reopened(path) == ["dua", "di rumah"]
        third = Spool.open(path, size=SIZE)
        assert await third.add([cry("tiga")])
        await third.forget(list(third.waiting))
        assert third.full == 0.0
        third.close()
        assert reopened(path) == []

    asyncio.run(main())


def test_its_room_is_made_beforehand_and_it_says_when_it_is_full(tmp_path: Path) -> None:
    path = tmp_path / "spool"

    async def main() -> None:
        spool = await _filled(path)
        assert path.stat().st_size == SIZE
        assert path.stat().st_blocks * 512 >= SIZE, "zeros, not a hole"
        kept = 0
        while await spool.add([cry(f"tolong {kept}")]):
            kept += 1
        assert kept == len(spool.waiting) > 10
        assert path.stat().st_size == SIZE
        await spool.forget(list(spool.waiting))
        assert await spool.add([cry("lagi")])
        spool.close()
        assert reopened(path) == ["lagi"]

    asyncio.run(main())


@pytest.mark.parametrize("what", ["read-only", "a folder", "taken", "no room"])
def test_a_spool_that_cannot_be_written_is_refused_in_one_line(what: str, tmp_path: Path) -> None:
    path = tmp_path / "spool"
    first: list[Spool] = []
    if what == "read-only":
        path.write_bytes(b"")
        path.chmod(0o444)
    elif what == "a folder":
        path.mkdir()
    elif what == "taken":
        first.append(Spool.open(path, size=SIZE))

    def write(file: int, data: bytes, at: int) -> int:
        if what == "no room":
            raise OSError(28, "No space left on device")
        return os.pwrite(file, data, at)

    with pytest.raises(StoreRefused) as refused:
        Spool.open(path, size=SIZE, write=write)
    assert "\n" not in str(refused.value)
    assert str(path) in str(refused.value)
    for one in first:
        one.close()


def test_a_disk_that_fails_keeps_nothing_and_says_so(tmp_path: Path) -> None:
    path, fails = tmp_path / "spool", [False]

    def write(file: int, data: bytes, at: int) -> int:
        if fails[0]:
            raise OSError(5, "Input/output error")
        return os.pwrite(file, data[:100], at)  # a disk may take less than it is given

    async def main() -> None:
        spool = Spool.open(path, size=SIZE, write=write)
        assert await spool.add([cry("satu" * 100)])
        fails[0] = True
        assert not await spool.add([cry("dua")])
        with pytest.raises(OSError, match="Input/output"):
            await spool.forget(list(spool.waiting))
        fails[0] = False
        assert await spool.add([cry("tiga")])
        spool.close()
        assert reopened(path) == ["satu" * 100, "tiga"]

    asyncio.run(main())


def test_each_record_is_synced_before_it_is_said_to_be_kept(tmp_path: Path) -> None:
    seen: list[str] = []

    def write(file: int, data: bytes, at: int) -> int:
        seen.append("write")
        return os.pwrite(file, data, at)

    def sync(file: int) -> None:
        seen.append("sync")
        if seen.count("sync") == 2:
            raise OSError(5, "Input/output error")
        os.fdatasync(file)

    async def main() -> None:
        spool = Spool.open(tmp_path / "spool", size=SIZE, write=write, sync=sync)
        seen.clear()
        assert await spool.add([cry("satu")])
        assert seen == ["write", "sync"]
        assert not await spool.add([cry("dua")])
        await spool.forget(list(spool.waiting))
        assert seen == ["write", "sync"] * 3
        spool.close()

    asyncio.run(main())


def test_the_record_of_another_version_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "spool"

    async def main() -> None:
        spool = await _filled(path, "satu")
        spool.close()
        whole = path.read_bytes()
        path.write_bytes(_foreign(whole))
        again = Spool.open(path, size=SIZE)
        assert texts(again) == []
        assert await again.add([cry("dua")])
        await again.forget(list(again.waiting))
        assert await again.add([cry("tiga")])
        again.close()
        assert path.read_bytes()[:BLOCK] == _foreign(whole)[:BLOCK]
        assert reopened(path) == ["tiga"]

    asyncio.run(main())


def _foreign(data: bytes) -> bytes:
    """The first record with a field of another name, well summed."""
    mark, length, _ = struct.unpack_from("<8sII", data)
    body = data[16 : 16 + length].replace(b'"sender"', b'"caller"')
    return struct.pack("<8sII", mark, len(body), zlib.crc32(body)) + body + data[16 + length :]


@given(torn=st.integers(0, 1200), garbage=st.binary(max_size=1200), at=st.integers(0, 31))
@settings(deadline=None, max_examples=examples(60))
def test_a_torn_or_damaged_record_hides_no_other(
    torn: int, garbage: bytes, at: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("torn") / "spool"

    async def main() -> None:
        spool = await _filled(path, "satu", "dua" * 200, "tiga")
        spool.close()
        before = path.read_bytes()
        two = spool.waiting[1]
        path.write_bytes(
            before[: two.at + min(torn, two.end - two.at)] + bytes(max(0, two.end - two.at - torn)) + before[two.end :]
        )
        assert reopened(path) in (["satu", "tiga"], ["satu", "dua" * 200, "tiga"])
        path.write_bytes((before[: at * BLOCK] + garbage + before[at * BLOCK + len(garbage) :])[:SIZE])
        spared = [
            one.letters[0].letter.text
            for one in spool.waiting
            if one.end <= at * BLOCK or one.at >= at * BLOCK + len(garbage)
        ]
        assert set(spared) <= set(reopened(path))

    asyncio.run(main())


KILLED = """
import asyncio, sys
from pathlib import Path
from gateway.spool import Spool
from tests.gateway.test_spool import SIZE, cry

async def main():
    spool = Spool.open(Path(sys.argv[1]), size=4 * 2**20)
    n = 0
    while True:
        if await spool.add([cry(f"tolong {n}")]):
            print(n, flush=True)
        n += 1

asyncio.run(main())
"""


def test_a_killed_process_loses_nothing_it_was_told_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "spool"
    child = subprocess.Popen([sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert child.stdout is not None
    told = [int(child.stdout.readline()) for _ in range(40)]
    os.kill(child.pid, signal.SIGKILL)
    told += [int(line) for line in child.stdout.read().splitlines() if line.strip()]
    child.wait(10)
    child.stdout.close()
    found = reopened(path)
    assert [f"tolong {n}" for n in told] == found[: len(told)]
    assert len(found) - len(told) in (0, 1), "one may be kept of which nobody was told"


def test_one_letter_is_one_letter_whatever_it_holds(tmp_path: Path) -> None:
    async def main() -> None:
        spool = await _filled(tmp_path / "spool")
        odd = cry("\x00\x1a\n\"'{}😀KENTONG1")
        assert await spool.add([odd, replace(odd, urgent=False)])
        spool.close()
        assert reopened(tmp_path / "spool") == [odd.letter.text] * 2

    asyncio.run(main())
