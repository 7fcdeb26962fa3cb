"""The result is told once to everybody concerned: piece by piece, by day, and not to whoever asked for silence."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from config.city import load_city
from config.clock import SystemClock
from eservices.proposals import store
from eservices.proposals.result.telling import MOST, ProposalRound
from gateway.store import Store, Tx
from gateway.store.callbacks import opt_out
from gateway.store.people import save
from gateway.store.retention_terms import TERMS
from tests.eservices.proposals.test_voices import AT, begin, number, propose, resident
from tests.fixtures.engines import open_store, outside

CITY = load_city("binjai")
PROPOSER = "+628120000900"
DAY = AT  # 16.00 in the city
NIGHT = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # 23.30


class Killed(BaseException):
    """The program was killed."""


def told(path: Path) -> list[str]:
    rows = outside(path, "SELECT recipient, lane, text FROM outbound ORDER BY recipient")
    assert {str(row["lane"]) for row in rows} <= {"bulk"}
    return [str(row["recipient"]) for row in rows]


async def ended(kept: Store, voices: int) -> int:
    """A round with one proposal and so many voices, closed; the proposal."""
    round, proposal = await kept.write(begin)

    def give(tx: Tx) -> None:
        for nth in range(voices):
            save(tx, resident(nth))
            store.give(tx, round, proposal, number(nth), "id", AT)
        store.give(tx, round, proposal, PROPOSER, "id", AT)
        store.end_round(tx, round, AT)

    await kept.write(give)
    return proposal


async def rounds(kept: Store, chore: ProposalRound, now: datetime = DAY) -> int:
    """As often as it knows of more to do; how often that was."""
    for nth in range(100):
        again = await kept.write(lambda tx: chore.run(tx, now))
        if again is None or again > now:
            return nth
    raise AssertionError("it never ends")


async def test_proposer_and_supporters_are_told_once_each_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "k.db"
    async with await open_store(path, SystemClock()) as kept:
        proposal = await ended(kept, 3 * MOST)
        pieces = await rounds(kept, ProposalRound(CITY))
    assert told(path) == sorted([PROPOSER, *(number(nth) for nth in range(3 * MOST))])
    assert pieces >= 5, "proposers, voices in three pieces and a bit, the end"
    rows = outside(path, "SELECT text FROM outbound")
    assert {str(row["text"]) for row in rows} == {
        f"Musrenbang 2027 selesai. Usulan {proposal}: perbaikan jalan gang melati. {3 * MOST + 1} suara, "
        "urutan 1 dari 1 di Paya Roba. Terima kasih."
    }


@pytest.mark.parametrize("at", range(1, 6))
async def test_a_kill_in_any_piece_repeats_nothing_and_forgets_nobody(tmp_path: Path, at: int) -> None:
    path = tmp_path / "k.db"
    async with await open_store(path, SystemClock()) as kept:
        await ended(kept, 3 * MOST)
        chore = ProposalRound(CITY)
        for _ in range(at - 1):
            await kept.write(lambda tx: chore.run(tx, DAY))

        def killed(tx: Tx) -> None:
            chore.run(tx, DAY)
            raise RuntimeError("killed before the commit")

        with pytest.raises(RuntimeError):
            await kept.write(killed)
        await rounds(kept, ProposalRound(CITY))
    assert told(path) == sorted([PROPOSER, *(number(nth) for nth in range(3 * MOST))])


def _stops(tx: Tx) -> None:
    opt_out(tx, number(0), "modem1", "")
    opt_out(tx, PROPOSER, "modem1", "")


def _is_quiet(tx: Tx) -> None:
    from dataclasses import replace

    save(tx, replace(resident(0), quiet=True))


@pytest.mark.parametrize("before", [_stops, _is_quiet])
async def test_a_supporter_who_said_stop_or_is_quiet_is_told_nothing(
    tmp_path: Path, before: Callable[[Tx], None]
) -> None:
    """Who proposed asked for the answer: he has it though he wants nothing else in bulk."""
    path = tmp_path / "k.db"
    async with await open_store(path, SystemClock()) as kept:
        await ended(kept, 2)
        await kept.write(before)
        await rounds(kept, ProposalRound(CITY))
    assert told(path) == sorted([PROPOSER, number(1)])


async def test_nobody_is_told_at_night_and_a_round_closes_on_its_day(tmp_path: Path) -> None:
    path = tmp_path / "k.db"
    async with await open_store(path, SystemClock()) as kept:
        await kept.write(begin)
        chore = ProposalRound(CITY)
        closes_at = AT + timedelta(days=30)
        assert await kept.write(lambda tx: chore.run(tx, NIGHT)) == closes_at
        late = closes_at.replace(hour=16, minute=30)
        again = await kept.write(lambda tx: chore.run(tx, late))
        assert again is not None
        assert again.astimezone(CITY.timezone).hour * 60 == CITY.telling.quiet_until
        assert told(path) == []
        assert await kept.read(store.open_round) is None
        await rounds(kept, chore, again)
    assert told(path) == [PROPOSER]


async def test_what_is_hidden_is_told_to_nobody(tmp_path: Path) -> None:
    path = tmp_path / "k.db"
    async with await open_store(path, SystemClock()) as kept:
        round, proposal = await kept.write(begin)
        await kept.write(lambda tx: propose(tx, round, "lampu jalan", "+628120000901"))
        await kept.write(lambda tx: store.judge(tx, proposal, store.State.HIDDEN, "kasar"))
        await kept.write(lambda tx: store.end_round(tx, round, AT))
        await rounds(kept, ProposalRound(CITY))
    assert told(path) == ["+628120000901"]


async def test_after_a_year_the_figures_stay_and_the_numbers_go(tmp_path: Path) -> None:
    path, later = tmp_path / "k.db", AT + timedelta(days=366)
    (term,) = [one for one in TERMS if one.kind == "proposals"]
    async with await open_store(path, SystemClock()) as kept:
        proposal = await ended(kept, 3)
        before = later - timedelta(days=term.days)
        assert await kept.read(lambda tx: term.count(tx, before)) == 0, "the result is not told yet"
        await rounds(kept, ProposalRound(CITY))
        while await kept.write(lambda tx: term.work(tx, before, 2)):
            pass
        one = await kept.read(lambda tx: store.find(tx, proposal))
        assert one is not None
        assert (one.voices, one.proposer) == (4, "")
    assert outside(path, "SELECT number FROM proposal_voice") == []
