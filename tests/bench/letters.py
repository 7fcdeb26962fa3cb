"""Drain and send: stored letters in, queued letters out, with zero air time, against the peers on the same modem.

A program's start-up is not counted: the clock runs on the wire, from the first command that reads (submits) a letter to
the last deletion (the last letter in the network). Rounds go in turn, so that a noisy minute touches all alike.
"""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.bench import program, town
from tests.bench.far_end import BULK
from tests.bench.figures import Board, Figure
from tests.bench.peers import PEERS, Peer
from tests.bench.wire import FarEndFault, Job, Said, Wire, drained, far_end, sent

LETTERS = 200
OURS = "kentongan"
PROFILE = "EC25"  # 255 slots in ME, where every program here looks
LIMIT_S = 60.0
KEPT_S = 5.0  # seconds that a peer's last letter may take from the SIM's deletion to its own store

Jobs = dict[str, list[Job]]


async def measure(board: Board, rounds: int) -> None:
    """Every program in turn, ``rounds`` times."""
    drains: Jobs = defaultdict(list)
    sends: Jobs = defaultdict(list)
    peers = [peer for peer in PEERS if _here(peer, board)]
    for _ in range(rounds):
        drains[OURS].append(await _our_drain())
        sends[OURS].append(await _our_send())
        for peer in peers:
            try:
                drain, send = await _peer(peer)
            except (FarEndFault, OSError, StopIteration, ValueError) as fault:
                board.skip(f"{peer.name}: a round did not end: {fault}")
                continue
            drains[peer.name].append(drain)
            sends[peer.name].append(send)
    counts = {peer.name: (peer.drains, peer.sends) for peer in peers} | {OURS: (LETTERS, LETTERS)}
    for verb, jobs, which in (("drain", drains, 0), ("send", sends, 1)):
        for name, done in jobs.items():
            board.add(*_figures(verb, name, done, counts[name][which]))


def _figures(verb: str, name: str, jobs: list[Job], letters: int) -> tuple[Figure, Figure]:
    against = "" if name == OURS else f"{verb}, {OURS}"
    rate = Figure(
        name=f"{verb}, {name}",
        unit="SMS/s",
        values=tuple(job.rate for job in jobs),
        against=against,
        note="" if letters == LETTERS else f"{letters} letters a round",
    )
    commands = Figure(
        name=f"{verb}, {name}, commands",
        unit="AT commands/SMS",
        values=tuple(job.commands for job in jobs),
    )
    return rate, commands


def _here(peer: Peer, board: Board) -> bool:
    why = peer.missing()
    if why is not None:
        board.skip(f"{peer.name}: {why}")
    return why is None


async def _our_drain() -> Job:
    async with far_end() as wire, program.laid_out() as house:
        await wire.plug(house.folder, town.MODEM, profile=PROFILE)
        await _fill(wire, LETTERS)
        async with house.running(wire.device):
            await wire.until(lambda state: state["stored"] == 0, "all drained", LIMIT_S)
            log = await wire.events()
            await _kept(LETTERS, house.kept)
    return drained(log, LETTERS)


async def _our_send() -> Job:
    async with far_end() as wire, program.laid_out() as house:
        await wire.plug(house.folder, town.MODEM, profile=PROFILE)
        await wire.people(others=[town.STRANGER])
        await house.fill(queued=LETTERS)
        async with house.running(wire.device):
            await wire.until(lambda state: state["submitted"] == LETTERS, "all sent", LIMIT_S)
            log = await wire.events()
    return sent(log, LETTERS)


async def _peer(peer: Peer) -> tuple[Job, Job]:
    with TemporaryDirectory(prefix="peer-") as folder:
        async with far_end() as wire:
            await wire.plug(Path(folder), town.MODEM, profile=PROFILE)
            await _fill(wire, peer.drains)
            async with peer.run(wire.device, Path(folder)) as running:
                await wire.until(lambda state: state["stored"] == 0, f"{peer.name} drained", LIMIT_S)
                await _kept(peer.drains, running.kept)
                drain = drained(await wire.events(), peer.drains)
                before = (await wire.state())["seq"]
                await running.queue(town.STRANGER, [f"{BULK} {at} dari kota." for at in range(peer.sends)])
                await wire.until(lambda state: state["submitted"] >= peer.sends, f"{peer.name} sent", LIMIT_S)
                log: list[Said] = await wire.events(before)
            return drain, sent(log, peer.sends)


async def _fill(wire: Wire, letters: int) -> None:
    """Lay ``letters`` into the modem's memory; nobody is attached yet. From a few people: gammu's files hold a hundred
    letters of one sender and second, and our last desk answers each person once."""
    await wire.sms([(town.STRANGERS[at % len(town.STRANGERS)], f"{BULK} {at} untuk kota.") for at in range(letters)])
    await wire.until(lambda state: state["stored"] == letters, "the modem's memory filled", LIMIT_S)


async def _kept(letters: int, kept: Callable[[], int]) -> None:
    """Speed without the letters would be no speed."""
    try:
        async with asyncio.timeout(KEPT_S):
            while kept() < letters:
                await asyncio.sleep(0.1)
    except TimeoutError:
        raise FarEndFault(f"{kept()} of {letters} letters were kept") from None
