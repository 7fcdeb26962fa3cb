"""A number has one voice in a round, however many write at once; figures are true while a round runs and after it."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.clock import SystemClock
from eservices.proposals import store
from gateway.store import Store, Tx
from gateway.store.forgetting import forget_person
from gateway.store.people import Resident, save
from tests.fixtures import engines
from tests.fixtures.engines import open_store, outside
from tests.gateway.test_postgres import two
from tests.walks.processes import clean_environment

ROOT = Path(__file__).parents[3]

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
PAYA_ROBA = "12.75.03.1004"
VOICES = 10_000
SECOND = timedelta(seconds=1)
PIECE = 250  # voices of one group, as many letters come at once


def number(nth: int) -> str:
    return f"+62812{nth:08d}"


def begin(tx: Tx) -> tuple[int, int]:
    """An open round and a proposal in it."""
    opened = store.begin_round(tx, "Musrenbang 2027", AT, AT + timedelta(days=30))
    assert opened is not None
    return opened.id, propose(tx, opened.id)


def propose(tx: Tx, round: int, text: str = "perbaikan jalan gang melati", who: str = "+628120000900") -> int:
    one = store.Proposal(round=round, kelurahan=PAYA_ROBA, text=text, proposer=who, language="id", channel="sms", at=AT)
    return store.add(tx, one)


def resident(nth: int, *, confirmed: bool = True) -> Resident:
    return Resident(
        phone=number(nth),
        name="Siti",
        kelurahan=PAYA_ROBA,
        address="Jl. Kentang",
        lat=None,
        lon=None,
        language="",
        quiet=False,
        notes="",
        confirmed=confirmed,
        panic_button=False,
        address_at=AT,
    )


async def given_by(stores: list[Store], round: int, proposal: int, many: int) -> Counter[bool]:
    """Every number gives its voice once through each of the stores, all at once; how many were taken, and not."""

    async def give(where: Store, nth: int) -> bool:
        return await where.write(lambda tx: store.give(tx, round, proposal, number(nth), "id", AT))

    taken: Counter[bool] = Counter()
    for first in range(0, many, PIECE):
        piece = range(first, min(first + PIECE, many))
        taken.update(await asyncio.gather(*(give(where, nth) for where in stores for nth in piece)))
    return taken


def voter(folder: Path, url: str, round: int, proposal: int, many: int) -> subprocess.Popen[bytes]:
    """A process of its own that gives every number's voice, once it is told to go."""
    folder.mkdir()
    command = [sys.executable, "-m", "tests.eservices.proposals.voter", str(folder), url]
    words = [*command, str(round), str(proposal), str(many)]
    return subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=clean_environment({}))


async def test_ten_thousand_voices_that_each_come_twice_are_ten_thousand(tmp_path: Path) -> None:
    async with await open_store(tmp_path / "k.db", SystemClock()) as kept:
        round, proposal = await kept.write(begin)
        taken = await given_by([kept, kept], round, proposal, VOICES)
        assert taken == {True: VOICES, False: VOICES}
        found = await kept.read(lambda tx: store.find(tx, proposal))
        assert found is not None
        assert found.voices == VOICES
        assert await kept.write(lambda tx: store.end_round(tx, round, AT))
        ended = await kept.read(lambda tx: store.find(tx, proposal))
        assert ended is not None
        assert ended.voices == VOICES
    rows = outside(tmp_path / "k.db", "SELECT count(*) AS n, count(DISTINCT number) AS numbers FROM proposal_voice")
    assert rows == [{"n": VOICES, "numbers": VOICES}]


@pytest.mark.engine(engines.POSTGRES)
async def test_two_processes_on_one_server_take_no_voice_twice(tmp_path: Path) -> None:
    path = tmp_path / "k.db"
    async with await open_store(path, SystemClock()) as kept:
        round, proposal = await kept.write(begin)
    voters = [voter(tmp_path / name, engines.url_of(path), round, proposal, 2000) for name in ("up", "down")]
    assert [one.stdout.readline() for one in voters if one.stdout is not None] == [b"ready\n"] * 2
    for one in voters:
        assert one.stdin is not None
        one.stdin.write(b"go\n")
        one.stdin.flush()
    taken = [int(one.communicate(timeout=120)[0]) for one in voters]
    assert sum(taken) == 2000
    assert min(taken) > 0, "both had a share"
    assert outside(path, "SELECT count(DISTINCT number) AS n FROM proposal_voice") == [{"n": 2000}]


async def test_a_voice_goes_with_its_person_while_the_round_is_open_and_the_figure_stays_after_it(
    tmp_path: Path,
) -> None:
    async with await open_store(tmp_path / "k.db", SystemClock()) as kept:
        round, proposal = await kept.write(begin)
        await kept.write(lambda tx: [save(tx, resident(nth, confirmed=nth != 2)) for nth in range(3)])
        await given_by([kept], round, proposal, 3)
        await kept.write(lambda tx: forget_person(tx, number(0)))
        found = await kept.read(lambda tx: store.find(tx, proposal))
        assert found is not None
        assert found.voices == 2
        await kept.write(lambda tx: store.end_round(tx, round, AT))
        await kept.write(lambda tx: forget_person(tx, number(1)))
        await kept.write(lambda tx: forget_person(tx, "+628120000900"))
        ended = await kept.read(lambda tx: store.find(tx, proposal))
        assert ended is not None
        assert (ended.voices, ended.confirmed, ended.proposer) == (2, 1, "")
    assert outside(tmp_path / "k.db", "SELECT number FROM proposal_voice") == [{"number": number(2)}]


async def test_what_is_hidden_gives_its_voices_back(tmp_path: Path) -> None:
    async with await open_store(tmp_path / "k.db", SystemClock()) as kept:
        round, proposal = await kept.write(begin)
        other = await kept.write(lambda tx: propose(tx, round, "lampu jalan di gang mawar"))
        await given_by([kept], round, proposal, 2)
        await kept.write(lambda tx: store.judge(tx, proposal, store.State.HIDDEN, "menyebut nama orang"))
        assert await kept.read(lambda tx: store.given(tx, round, number(0))) is None
        assert await kept.write(lambda tx: store.give(tx, round, other, number(0), "id", AT))


async def test_what_is_not_shown_takes_no_voice(tmp_path: Path) -> None:
    async with await open_store(tmp_path / "k.db", SystemClock()) as kept:
        round, proposal = await kept.write(begin)
        for state in (store.State.HIDDEN, store.State.HELD):
            await kept.write(lambda tx, state=state: store.judge(tx, proposal, state, "why"))  # type: ignore[misc]
            assert not await kept.write(lambda tx: store.give(tx, round, proposal, number(0), "id", AT))
            assert await kept.read(lambda tx: store.given(tx, round, number(0))) is None
        await kept.write(lambda tx: store.judge(tx, proposal, store.State.SHOWN, ""))
        assert await kept.write(lambda tx: store.give(tx, round, proposal, number(0), "id", AT))


@pytest.mark.engine(engines.POSTGRES)
async def test_a_proposal_hidden_while_two_processes_take_voices_has_none(tmp_path: Path) -> None:
    async def scene(one: Store, other: Store) -> None:
        round, proposal = await one.write(begin)
        await asyncio.gather(
            given_by([one, other], round, proposal, 200),
            other.write(lambda tx: store.judge(tx, proposal, store.State.HIDDEN, "menyebut nama orang")),
        )
        found = await one.read(lambda tx: store.find(tx, proposal))
        assert found is not None
        assert (found.state, found.voices) == (store.State.HIDDEN, 0)

    await two(tmp_path, SystemClock(), scene)


async def test_after_its_day_a_round_takes_nothing_though_nobody_has_closed_it_yet(tmp_path: Path) -> None:
    """The program was away when it ended, and the letters of the night are read before the round is closed."""
    async with await open_store(tmp_path / "k.db", SystemClock()) as kept:
        round, _ = await kept.write(begin)
        ends = AT + timedelta(days=30)
        found = await kept.write(lambda tx: [store.running(tx, at) for at in (AT, ends - SECOND, ends)])
        assert [one.id if one is not None else None for one in found] == [round, round, None]


async def test_only_one_round_is_open_at_a_time(tmp_path: Path) -> None:
    async with await open_store(tmp_path / "k.db", SystemClock()) as kept:
        round, _ = await kept.write(begin)
        assert await kept.write(lambda tx: store.begin_round(tx, "Lagi", AT, AT)) is None
        assert await kept.write(lambda tx: store.end_round(tx, round, AT))
        assert not await kept.write(lambda tx: store.end_round(tx, round, AT))
        assert await kept.write(lambda tx: store.begin_round(tx, "Lagi", AT, AT)) is not None
