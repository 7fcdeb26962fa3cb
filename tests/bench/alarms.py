"""From the modem's word that a letter is there to the siren's call, on the wire, by the whole program.

The log of the far end gives both instants: +CMTI as it is written, ATD as it is read. A letter counts as durable when
its deletion is on the wire, because nothing is deleted before.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.bench import program, town
from tests.bench.figures import Board, Figure, percentile
from tests.bench.wire import DELETE, SUBMIT, FarEndFault, Said, Wire, far_end

PROFILE = "EC25"  # tells the steps of a call and the keys by itself
CRIES = 18  # a round
WARM = 2  # before they count: the first of everything is slower
QUEUED = 1000
QUEUE_CRIES = 4
AIR_S = 0.2  # a part on the radio; 3 to 6 s on a real one
PACE_S = 0.55  # two stations in turn, and a station's siren rings once a second (``mass_s``)
QUIET_S = 1.5  # an incident is through after that long without a command; a stopped file holds its line for a second
LIMIT_S = 40.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """One cry for help as the wire saw it; seconds after +CMTI. ``begun``: letters that went before the siren though
    they were not on the wire yet when the cry came."""

    siren_s: float
    durable_s: float
    begun: int


async def measure_idle(board: Board, rounds: int) -> None:
    """``CRIES`` emergencies a round, each from another resident, each when modem and program are idle. The percentiles
    are of all rounds together, the spread is between rounds."""
    sets: list[list[Alarm]] = []
    for _ in range(rounds):
        async with _world(queued=0, air_s=0.0) as (wire, sirens, people):
            alarms = [await cry(wire, sirens, one) for one in people[: CRIES + WARM]]
        sets.append(alarms[WARM:])
    n = sum(len(alarms) for alarms in sets)
    rung = [[alarm.siren_s for alarm in alarms] for alarms in sets]
    kept = [[alarm.durable_s for alarm in alarms] for alarms in sets]
    for what, waits in (("siren", rung), ("durable", kept)):
        for rank in (50, 99):
            values = tuple(1000 * percentile(one, rank) for one in waits)
            pooled = 1000 * percentile([wait for one in waits for wait in one], rank)
            board.add(Figure(name=f"{what} after +CMTI, p{rank}", unit="ms", values=values, pooled=pooled, n=n))


async def measure_behind_a_queue(board: Board, rounds: int) -> None:
    """The same while 1,000 letters wait for the modem, one of them on the air."""
    sets: list[list[Alarm]] = []
    for _ in range(rounds):
        async with _world(queued=QUEUED, air_s=AIR_S) as (wire, sirens, people):
            await wire.until(lambda state: state["submitted"] >= WARM, "letters on the air", LIMIT_S)
            sets.append([await cry(wire, sirens, one) for one in people[:QUEUE_CRIES]])
    begun = tuple(float(max(alarm.begun for alarm in alarms)) for alarms in sets)
    waits = tuple(1000 * max(alarm.siren_s for alarm in alarms) for alarms in sets)
    n = sum(len(alarms) for alarms in sets)
    board.add(
        Figure(
            name="letters begun before the siren, 1,000 queued",
            unit="operations",
            values=begun,
            n=n,
            note="the worst of a round; 0: the siren waited for the letter on the wire and for no other",
        ),
        Figure(
            name="siren after +CMTI, 1,000 queued, worst",
            unit="ms",
            values=waits,
            n=n,
            note=f"a letter is {1000 * AIR_S:g} ms on the air here, 3 to 6 s on a real network",
        ),
    )


@asynccontextmanager
async def _world(*, queued: int, air_s: float) -> AsyncIterator[tuple[Wire, frozenset[str], list[town.Resident]]]:
    """The program, ready and idle, with everybody in the network; the sirens' numbers, and who may cry for help."""
    async with far_end() as wire, program.laid_out() as house:
        await wire.plug(house.folder, town.MODEM, profile=PROFILE, air_s=air_s)
        people = town.residents(house.city)
        officers, sirens = town.people(house.city)
        others = [town.STRANGER, *(one.number for one in people)]
        await wire.people(officers=officers, sirens=sirens, others=others)
        await house.register(people)
        await house.fill(queued=queued)
        async with house.running(wire.device):
            if not queued:
                await wire.until(lambda state: state["seq"] > 0 and idle(state, 1.0), "the modem set up", LIMIT_S)
            yield wire, frozenset(sirens), people


def idle(state: dict[str, float], quiet_s: float) -> bool:
    """Nothing waits on the SIM, nobody talks, and that long no command."""
    return state["idle_s"] > quiet_s and not state["calls"] and not state["stored"]


async def cry(wire: Wire, sirens: frozenset[str], who: town.Resident) -> Alarm:
    """One emergency, from its SMS to the siren; then until it is through, its last letter gone."""
    before = (await wire.state())["seq"]
    await wire.sms([(who.number, town.CRY)])
    begun = asyncio.get_running_loop().time()
    log: list[Said] = []
    while not (alarm := _alarm(log := log + await wire.events(log[-1].seq if log else before), sirens)):
        if asyncio.get_running_loop().time() - begun > LIMIT_S:
            raise FarEndFault(f"no siren for {who.number}: {[said.text for said in log][-12:]}")
        await asyncio.sleep(0.05)
    pause = PACE_S - (asyncio.get_running_loop().time() - begun) + random.random() * 0.05
    await asyncio.sleep(max(0.0, pause))
    await wire.until(lambda state: idle(state, QUIET_S), "quiet after an alarm", LIMIT_S)
    return alarm


def _alarm(log: Sequence[Said], sirens: frozenset[str]) -> Alarm | None:
    """None until the siren is dialled and the letter deleted."""
    told = next((at for at, said in enumerate(log) if said.kind == "at_out" and "+CMTI" in said.text), None)
    if told is None:
        return None
    rung = next((at for at, said in enumerate(log) if said.command and _dials(said.text, sirens)), None)
    deleted = next((said for said in log[told:] if said.told(DELETE)), None)
    if rung is None or deleted is None:
        return None
    return Alarm(
        siren_s=log[rung].at - log[told].at,
        durable_s=deleted.at - log[told].at,
        begun=sum(said.told(SUBMIT) for said in log[told:rung]),
    )


def _dials(text: str, sirens: frozenset[str]) -> bool:
    return text.upper().startswith("ATD") and text[3:].rstrip(";") in sirens
