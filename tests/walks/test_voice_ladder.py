"""From officer to officer by voice: whoever cannot or does not answer is followed by the next person, in time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dispatch.incident import State
from dispatch.plan import Answer
from modem.virtual import Behaviour
from tests.ivr.coding import needs_espeak
from tests.walks.by_voice import ANI, DODI, EKO, Town, by_voice
from tests.walks.house import GINA, HADI

pytestmark = [needs_espeak]

NO = "Baik. Petugas berikutnya ditelepon sekarang."
YES = "Diterima. Terima kasih."
SAYS = Behaviour(answer_after_s=4.0)
ACCEPTS = Behaviour(answer_after_s=4.0, keys="1", key_after_s=3.0)
NEXT_S = timedelta(seconds=30)  # no answer → the next person, after the first ring, with a line free
TIER_S = timedelta(seconds=75)  # the same with one line
SOON_S = timedelta(seconds=3)
SPOKEN_S = timedelta(seconds=4)  # a last sentence of three seconds


async def nobody_has_it(town: Town) -> None:
    assert (await town.case()).incident.state is State.CONFIRMED
    assert not [words for number in (ANI, DODI, EKO) for _, words in await town.lines(number) if words == YES]


def told(town: Town, number: str, words: str) -> bool:
    """Whether a text on that phone holds these words."""
    return any(words in sms.text for sms in town.phone(number).inbox)


@pytest.mark.parametrize(("modems", "within"), [(2, SOON_S), (1, SOON_S + SPOKEN_S)])
def test_who_presses_two_is_followed_by_the_next_person_at_once(tmp_path: Path, modems: int, within: timedelta) -> None:
    async def scene(town: Town) -> None:
        town.phone(ANI).behave(SAYS)
        await town.cries(GINA, then=1.0)
        await town.until(lambda: town.phone(ANI).talking, 40.0)
        await town.clock.sleep(8.0)
        town.phone(ANI).press("2")
        pressed = town.clock.now()
        await town.until(lambda: town.phone(DODI).ringing, 20.0)
        assert town.phone(ANI).talking is (modems == 2)
        first, second = await town.rows()
        assert (first.effect.target, first.pressed, second.effect.target) == (ANI, "2", DODI)
        assert second.attempted_at is not None
        assert second.attempted_at - pressed <= within
        await town.until(lambda: not town.phone(ANI).talking, 10.0)
        assert town.hears(ANI, NO)
        await nobody_has_it(town)

    by_voice(tmp_path, scene, modems=modems)


@pytest.mark.parametrize("echo", [False, True])
def test_a_mailbox_that_greets_beeps_and_gives_back_every_sound_accepts_nothing(tmp_path: Path, echo: bool) -> None:
    async def scene(town: Town) -> None:
        town.phone(ANI).behave(Behaviour(voicemail=True, answer_after_s=4.0, echo=echo))
        await town.cries(GINA, then=90.0)
        first, second = (await town.rows())[:2]
        assert (first.pressed, first.answer) == (None, Answer.TOLD)
        assert first.attempted_at is not None
        assert second.attempted_at is not None
        assert second.attempted_at - first.attempted_at <= TIER_S
        assert [who for who, _ in await town.lines(ANI) if who == "them"] == []
        await nobody_has_it(town)

    by_voice(tmp_path, scene)


@pytest.mark.parametrize("does", [SAYS, Behaviour()], ids=["answered and silent", "only ringing"])
def test_where_everybody_is_silent_it_reaches_the_headquarters_and_the_resident_is_told(
    tmp_path: Path, does: Behaviour
) -> None:
    async def scene(town: Town) -> None:
        town.everybody(does)
        begun = town.clock.now()
        await town.cries(GINA, then=120.0)
        await town.until(lambda: told(town, GINA, "110"), 10.0)  # who to call, when nobody had it in 120 s
        (centre,) = [post.number for post in town.city.operators]
        await town.until(lambda: any(town.phone(centre).calls), 200.0)
        rows = await town.rows()
        order = list(dict.fromkeys(row.effect.target for row in rows))
        assert order[:4] == [ANI, DODI, EKO, centre]
        assert town.clock.now() - begun <= 4 * TIER_S
        assert (await town.case()).alarm
        await nobody_has_it(town)

    by_voice(tmp_path, scene)


def test_who_hangs_up_in_the_middle_of_a_word_is_followed_by_the_next_and_the_clock_goes_on(tmp_path: Path) -> None:
    async def scene(town: Town) -> None:
        town.phone(ANI).behave(Behaviour(answer_after_s=4.0, hangup_heard_s=2.3))
        town.phone(DODI).behave(ACCEPTS)
        await town.cries(GINA, then=60.0)
        first, second = await town.rows()
        assert first.settled_at is not None
        assert second.attempted_at is not None
        assert second.attempted_at - first.settled_at <= SOON_S
        case = await town.case()
        assert (case.incident.state, case.incident.accepted_by) == (State.ACCEPTED, DODI)
        assert told(town, ANI, "untuk terima"), "he has the code in writing"

    by_voice(tmp_path, scene)


def test_a_modem_unplugged_in_mid_prompt_gives_the_call_to_the_other_and_the_officer_hears_it_again(
    tmp_path: Path,
) -> None:
    async def scene(town: Town) -> None:
        town.phone(ANI).behave(SAYS)
        await town.cries(GINA, then=1.0)
        await town.until(lambda: town.phone(ANI).talking, 40.0)
        await town.clock.sleep(6.0)
        carried = next(one for one in town.indoors.network.modems if one.number == town.phone(ANI).calls[-1].number)
        carried.unplug()
        await town.until(lambda: not town.phone(ANI).talking, 5.0)
        town.phone(ANI).behave(Behaviour(answer_after_s=2.0, keys="1", key_after_s=20.0))
        await town.clock.sleep(60.0)
        case = await town.case()
        assert (case.incident.state, case.incident.accepted_by) == (State.ACCEPTED, ANI)
        assert len(town.phone(ANI).calls) == 2
        assert len(await town.calls(ANI)) == 1, "one conversation on two lines"
        assert [row.effect.target for row in await town.rows()][:1] == [ANI]
        whole = next(words for who, words in await town.lines(ANI) if who == "us")
        heard = town.heard(ANI)
        assert heard[0] == whole, "from its beginning"
        assert YES in heard

    by_voice(tmp_path, scene, modems=2)


def test_a_call_that_changed_its_modem_does_not_delay_the_next_person(tmp_path: Path) -> None:
    async def scene(town: Town) -> None:
        town.phone(ANI).behave(SAYS)
        await town.cries(GINA, then=1.0)
        await town.until(lambda: town.phone(ANI).talking, 40.0)
        await town.clock.sleep(10.0)
        carried = next(one for one in town.indoors.network.modems if one.number == town.phone(ANI).calls[-1].number)
        carried.unplug()
        await town.clock.sleep(70.0)
        first, second = (await town.rows())[:2]
        assert first.started_at is not None
        assert second.intended_at - first.started_at <= NEXT_S + SOON_S
        assert second.effect.target == DODI
        await nobody_has_it(town)

    by_voice(tmp_path, scene, modems=3)


def test_two_incidents_and_one_modem_are_called_in_turn_and_each_is_accepted(tmp_path: Path) -> None:
    async def scene(town: Town) -> None:
        town.everybody(ACCEPTS)
        await town.cries(GINA, then=2.0)
        await town.indoors.sms(HADI, "TOLONG KEBAKARAN", then=150.0)
        one, other = await town.cases()
        assert (one.incident.state, other.incident.state) == (State.ACCEPTED, State.ACCEPTED)
        calls = [call for phone in town.indoors.network.phones.values() for call in phone.calls if call.answered_at]
        calls.sort(key=lambda call: call.started_at)
        ends = [call.ended_at for call in calls]
        for before, after in zip(ends, calls[1:], strict=False):
            assert before is not None
            assert before <= after.started_at, "one line, one call"
        firsts = [(await town.rows(incident=case.incident.id))[0].attempted_at for case in (one, other)]
        assert firsts[0] is not None
        assert firsts[1] is not None
        assert firsts[0] < firsts[1], "who waited longest goes first"

    by_voice(tmp_path, scene)
