"""From the modem's word that a letter is there to the first sound that the officer hears, by the whole program.

The cry is durable and confirmed, the siren is rung and turns the call away, the officer is dialled, picks up at once,
and hears. The network's own share, from the officer's ATD to his answer, is taken off: a real one needs 3 to 8 s to
ring a phone, and a person as long to pick up. What is left is the program's: letter, incident, siren, dialling, the
voice port, 0.3 s of silence that it keeps before the first word, and the words made by the machine. A phone that rings
gives time to make them; here there is none. No phone's own delay from mouth to ear is in it.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from tests.bench import program, town
from tests.bench.figures import Board, Figure, percentile
from tests.bench.wire import FarEndFault, Said, Wire, far_end

PROFILE = "EC25"
CRIES, WARM = 10, 2  # a round; those that go before and do not count
QUIET_S = 1.5  # an incident is through after that long without a command: its calls talk for a second or two
PACE_S = 1.5  # a station's siren rings once a second (``mass_s``)
LIMIT_S = 30.0
NAME = "officer's first syllable after +CMTI"


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One cry for help: seconds from +CMTI to the first sound, without the network's; of these, after the answer."""

    whole_s: float
    answered_s: float


async def measure(board: Board, rounds: int) -> None:
    """``CRIES`` emergencies a round, each when modem and program are idle."""
    if shutil.which("espeak-ng") is None:
        board.skip(f"{NAME}: needs the Debian package espeak-ng")
        return
    sets: list[list[Word]] = []
    for _ in range(rounds):
        async with _world() as (wire, officers, people):
            words = [await _cry(wire, officers, one) for one in people[: CRIES + WARM]]
        sets.append(words[WARM:])
    whole, answered = ([[one(word) for word in words] for words in sets] for one in (_whole, _answered))
    for rank in (50, 99):
        _add(board, f"{NAME}, p{rank}", whole, rank)
    _add(board, "officer's first syllable after his answer, p50", answered, 50)


def _whole(word: Word) -> float:
    return word.whole_s


def _answered(word: Word) -> float:
    return word.answered_s


def _add(board: Board, name: str, waits: list[list[float]], rank: float) -> None:
    values = tuple(1000 * percentile(one, rank) for one in waits)
    pooled = 1000 * percentile([wait for one in waits for wait in one], rank)
    note = "from the officer's ATD to his answer is taken off; 300 ms of it are silence that is meant"
    board.add(Figure(name=name, unit="ms", values=values, pooled=pooled, n=sum(map(len, waits)), note=note))


@asynccontextmanager
async def _world() -> AsyncIterator[tuple[Wire, frozenset[str], list[town.Resident]]]:
    """The program, ready and idle, on a modem with a voice; the officers' numbers, and who may cry for help."""
    async with far_end() as wire, program.laid_out() as house:
        await wire.plug(house.folder, town.MODEM, profile=PROFILE, audio=True)
        people = town.residents(house.city)
        officers, sirens = town.people(house.city)
        await wire.people(
            officers=officers, sirens=sirens, others=[town.STRANGER, *(one.number for one in people)], listen=True
        )
        await house.register(people)
        async with house.running(wire.device, audio=f"{wire.device}-audio"):
            await wire.until(lambda state: state["seq"] > 0 and _idle(state), "the modem set up", LIMIT_S)
            yield wire, frozenset(officers), people


def _idle(state: dict[str, float]) -> bool:
    return state["idle_s"] > QUIET_S and not state["calls"] and not state["stored"]


async def _cry(wire: Wire, officers: frozenset[str], who: town.Resident) -> Word:
    """One emergency, until an officer hears of it; then until it is through."""
    before, many = (await wire.state())["seq"], len(await wire.heard())
    await wire.sms([(who.number, town.CRY)])
    begun = asyncio.get_running_loop().time()
    while len(heard := await wire.heard()) == many:
        if asyncio.get_running_loop().time() - begun > LIMIT_S:
            log = await wire.events(before)
            raise FarEndFault(f"no officer heard of {who.number}: {[said.text for said in log][-12:]}")
        await asyncio.sleep(0.05)
    word = _word(await wire.events(before), officers, heard[many])
    await asyncio.sleep(PACE_S)
    await wire.until(_idle, "quiet after an alarm", LIMIT_S)
    return word


def _word(log: Sequence[Said], officers: frozenset[str], heard: tuple[str, float, float]) -> Word:
    number, answered, came = heard
    assert number in officers, number
    told = next(said for said in log if said.kind == "at_out" and "+CMTI" in said.text)
    dialled = next(said for said in log if said.command and said.text.upper().startswith(f"ATD{number}"))
    return Word(whole_s=came - told.at - (answered - dialled.at), answered_s=came - answered)
