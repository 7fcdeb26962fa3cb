"""A letter that waits for a city's system is answered once, whatever stops in between; what was answered last is kept,
so many and so long, and goes with its person."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from config.clock import VirtualClock
from config.settings_systems import SourceSettings
from config.template import Template
from eservices.lookup.kept.store import Kept, Question, answered, ask, keep, kept, questions
from eservices.lookup.rows import Found, Outcome, Unanswered
from eservices.lookup.sources import systems
from eservices.lookup.sources.questions import Questions
from eservices.virtual.system import CitySystem
from gateway.dialogue import Ask, Who
from gateway.messages import Inbound
from gateway.retention import due
from gateway.store import Tx
from gateway.store.forgetting import forget_person
from gateway.store.inbound import INBOUND
from gateway.store.retention_terms import TERMS
from tests.eservices.lookup.far_room import AWAY, BILL, FACES, KEPT, PAID, Far, city, far, play, scene
from tests.gateway.room import BUDI, EPOCH, SITI, Crash, opened

PAID_SAID, UNPAID = "LUNAS 14/08/2026", "BELUM LUNAS"


def personal(those: tuple[SourceSettings, ...]) -> tuple[SourceSettings, ...]:
    """The same sources, and each is told who asks."""
    return tuple(
        replace(one, url=Template.of(f"http://localhost:9/api/{one.name}?nomor={{key}}&hp={{number}}")) for one in those
    )


async def waiting(there: Far) -> list[Question]:
    return await there.store.read(lambda tx: questions(tx, 10))


@pytest.mark.parametrize("off_s", [10.0, 59.0, 61.0, 86400.0])
def test_what_a_stop_leaves_is_answered_after_it_or_excused(tmp_path: Path, off_s: float) -> None:
    """The program dies while it asks; a minute later nobody waits for an answer, and the system is not asked."""

    async def main(clock: VirtualClock) -> None:
        path, system = tmp_path / "k.db", CitySystem.of(city(), clock)
        async with far(clock, path, system=system) as there:
            there.fault("hang")
            await there.writes(f"PBB {PAID}")
            await clock.sleep(0.5)
            assert [one.key for one in await waiting(there)] == [PAID]
            assert await there.letters() == []
        system.faults.heal()
        await clock.sleep(off_s)
        asked = len(system.log)
        async with far(clock, path, system=system) as there:
            await clock.sleep(7.0)
            (told,) = await there.letters()
            young = off_s < 60
            assert (PAID_SAID if young else AWAY) in told
            assert len([one for one in system.log[asked:] if one.key == PAID]) == young
            assert await waiting(there) == []

    play(main)


def test_a_crash_between_the_answer_and_its_commit_asks_again_and_writes_one_letter(tmp_path: Path) -> None:
    passed: list[str] = []

    def crash(point: str) -> None:
        passed.append(point)
        if len(passed) == 1:
            raise Crash

    async def main(clock: VirtualClock) -> None:
        path, system = tmp_path / "k.db", CitySystem.of(city(), clock)
        with contextlib.suppress(Crash):
            async with far(clock, path, system=system, crash=crash) as there:
                await there.writes(f"PBB {PAID}")
                await clock.sleep(1.0)
                assert await there.letters() == []
        async with far(clock, path, system=system, crash=crash) as there:
            await clock.sleep(7.0)
            assert passed == ["asked", "asked"]
            assert len(await there.letters()) == 1
        async with far(clock, path, system=system, crash=crash) as there:
            await clock.sleep(7.0)
            assert len(await there.letters()) == 1
            assert passed == ["asked", "asked"]

    play(main)


def test_the_kept_answer_and_the_letter_are_one_commit() -> None:
    async def main(there: Far) -> None:
        await there.by_sms(PAID)
        last = await there.store.read(lambda tx: kept(tx, "pajak", PAID, ""))
        assert last is not None
        assert [row["paid"] for row in last.rows] == ["2026-08-14"]

    scene(main)


def test_a_person_who_had_himself_forgotten_gets_no_answer_to_what_he_asked() -> None:
    async def main(there: Far) -> None:
        there.fault("slow", value=1.0)
        await there.writes(f"PBB {PAID}")
        await there.clock.sleep(0.5)
        await there.store.write(lambda tx: forget_person(tx, SITI))
        await there.clock.sleep(3.0)
        assert await there.letters() == []

    scene(main)


def test_who_begins_another_talk_meanwhile_is_answered_beside_it() -> None:
    async def main(there: Far) -> None:
        there.fault("slow", value=1.0)
        await there.writes(f"PBB {PAID}")
        await there.clock.sleep(0.3)
        await there.writes("MENU")
        await there.clock.sleep(3.0)
        menu, answer = await there.letters()
        assert "1 " in menu
        assert PAID_SAID in answer

    scene(main)


def test_an_answer_that_hangs_on_who_asks_is_kept_for_him_and_goes_with_him() -> None:
    async def main(clock: VirtualClock) -> None:
        async with far(clock, sources=personal) as there:
            assert UNPAID in (await there.by_sms(BILL))[0]
            await clock.sleep(120.0)
            there.fault("off")
            assert KEPT in (await there.by_ussd(BILL))[0]
            assert AWAY in (await there.by_ussd(BILL, BUDI))[0], "it is not his"
            await there.store.write(lambda tx: forget_person(tx, SITI))
            assert await there.store.read(lambda tx: kept(tx, "pajak", BILL, SITI)) is None

    play(main)


def test_an_answer_that_is_a_month_old_is_not_told() -> None:
    async def main(there: Far) -> None:
        old = Kept(({"nop": PAID, "name": "Budi"},), there.clock.now() - systems.OLDEST - timedelta(hours=1))
        await there.store.write(lambda tx: keep(tx, "pajak", PAID, "", old, 5))
        there.fault("off")
        assert AWAY in (await there.by_ussd(PAID))[0]

    scene(main)


def test_of_each_look_up_the_newest_are_kept_and_all_go_at_their_term() -> None:
    async def main(clock: VirtualClock) -> None:
        async with opened(clock) as store:
            for nth in range(6):
                answer = Kept(({"nop": str(nth)},), EPOCH + timedelta(minutes=nth))
                await store.write(lambda tx, nth=nth, answer=answer: keep(tx, "pajak", str(nth), "", answer, 4))  # type: ignore[misc]
            await store.write(lambda tx: keep(tx, "air", "1", "", Kept((), EPOCH), 4))
            there = [nth for nth in range(6) if await store.read(lambda tx, n=nth: kept(tx, "pajak", str(n), ""))]  # type: ignore[misc]
            assert there == [2, 3, 4, 5]
            earlier = Kept(({"nop": "0"},), EPOCH)
            await store.write(lambda tx: keep(tx, "pajak", "5", "", earlier, 4))
            last = await store.read(lambda tx: kept(tx, "pajak", "5", ""))
            assert last is not None
            assert last.rows == ({"nop": "5"},), "an earlier answer never takes the place of a later one"
            await store.write(lambda tx: ask(tx, asked(EPOCH)))
            (term,) = due([one for one in TERMS if one.kind == "lookups"], {}, EPOCH + timedelta(days=30, minutes=3))
            assert await store.read(lambda tx: term.term.count(tx, term.before)) == 3
            while await store.write(lambda tx: term.term.work(tx, term.before, 2)):
                pass
            assert await store.read(lambda tx: kept(tx, "air", "1", "")) is None
            assert await store.read(lambda tx: questions(tx, 9)) == []
            assert await store.read(lambda tx: kept(tx, "pajak", "3", "")) is not None

    play(main)


def asked(at: object) -> Question:
    return Question(turn="t", number=SITI, lookup="pajak", key=PAID, asked_at=at)  # type: ignore[arg-type]


def test_a_question_that_stumbles_is_given_up_and_stops_no_other() -> None:
    async def main(there: Far) -> None:
        there.fault("slow", value=1.0)
        await there.writes(f"PBB {PAID}")
        await there.clock.sleep(0.2)
        (question,) = await waiting(there)

        def renamed(tx: Tx) -> None:  # as by a pack that has it no more
            answered(tx, question.turn)
            ask(tx, replace(question, lookup="gone", turn="another"))
            tx.execute(update(INBOUND).where(INBOUND.c.external_id == question.turn).values(external_id="another"))

        await there.store.write(renamed)
        there.system.faults.heal()
        await there.clock.sleep(20.0)
        assert await waiting(there) == []
        assert PAID_SAID in (await there.by_sms(PAID, BUDI))[0]

    scene(main)


def test_answers_of_a_burst_of_letters_are_one_each() -> None:
    async def main(there: Far) -> None:
        numbers = [f"+62813{nth:07d}" for nth in range(60)]
        await asyncio.gather(*(there.writes(f"PBB {BILL if nth % 2 else PAID}", n) for nth, n in enumerate(numbers)))
        await there.clock.sleep(4.0)
        told = [await there.letters(number) for number in numbers]
        assert {len(one) for one in told} == {1}
        assert all((UNPAID if nth % 2 else PAID_SAID) in one[0] for nth, one in enumerate(told))

    scene(main)


@pytest.mark.parametrize("face", FACES)
def test_with_a_store_that_writes_in_its_thread_it_is_the_same(face: str) -> None:
    async def main(clock: VirtualClock) -> None:
        async with far(clock, inline=False) as there:
            assert PAID_SAID in (await FACES[face](there, PAID))[0].upper()
            assert PAID_SAID in (await FACES[face](there, PAID))[0].upper(), "and again, from memory"

    play(main)


@dataclass(slots=True)
class Stumbling:
    """Conversations that stumble over every answer, or (``sorry`` False) over the excuse too."""

    finder: systems.Systems
    sorry: bool
    said: list[Outcome] = field(default_factory=list)

    def resume(self, letter: Inbound, tx: Tx, name: str, ask: Ask) -> None:
        who = Who(number=letter.sender, at=letter.received_at, language="id")
        self.said.append(self.finder.find(tx, city().lookups["pajak"], PAID, who, letter.external_id))
        if self.said[-1] is not Unanswered.AWAY or not self.sorry:
            raise RuntimeError("a fault of ours")

    def settle(self) -> None:
        """Nothing follows."""


@pytest.mark.parametrize(("sorry", "tries"), [(True, 2), (False, 3)])
def test_what_stumbles_over_an_answer_is_excused_and_over_that_too_given_up(sorry: bool, tries: int) -> None:
    async def main(there: Far) -> None:
        talks = Stumbling(there.systems, sorry)
        there.loops[2].cancel()  # the room's own
        mine = Questions(there.systems, there.store, lambda: talks, there.clock, there.pulse)
        running = asyncio.create_task(mine.run())
        await there.writes(f"PBB {PAID}")
        await there.clock.sleep(40.0)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        assert isinstance(talks.said[0], Found)
        assert talks.said[1:] == [Unanswered.AWAY] * (tries - 1)
        assert await waiting(there) == []

    scene(main)
