"""A drill climbs the whole ladder, says so in every word, sends nobody, and gives way to whatever is real."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from config.city import City, find_pack, load_city
from config.clock import VirtualClock, run_virtual
from config.command import DONE, CommandError
from config.gsm7 import septets
from config.texts import TEXTS, WIDTHS
from dispatch import store as verbs
from dispatch.acceptance import Who, confirm
from dispatch.incident import State
from dispatch.plan import EffectKind
from dispatch.wording import drill_text
from gateway.store import Tx
from gateway.store.outbound import OUTBOUND
from ivr.events import Pressed, Silence
from ivr.leg import Urgency
from ivr.lines import URGENCIES
from ivr.packing import unpacked_turn
from ivr.store import CALLS
from modem.call import Outcome
from tests.dispatch.stage import ANI, EPOCH, GINA, HULU, HULU_SIREN, POLRES_SIREN, Killed, Stage, play, town
from tests.dispatch.test_commands import typed
from tests.ivr.scripted import RINGS, Does, answers

START = f"drill start --kind robbery --kelurahan {HULU} --as Sari"


async def begun(stage: Stage, more: str = "") -> int:
    code, paper = await typed(stage, START + more)
    assert code == DONE
    return int(paper.rows[0]["id"])


async def letters(stage: Stage) -> list[tuple[str, str]]:
    def work(tx: Tx) -> list[tuple[str, str]]:
        return [(row.recipient, row.text) for row in tx.execute(select(OUTBOUND).order_by(OUTBOUND.c.id))]

    return await stage.store.read(work)


def roster(city: City) -> set[str]:
    return {shift.number for shift in city.shifts} | {post.number for post in city.operators}


async def nothing_real(stage: Stage) -> None:
    """Every letter and every turn of a call says that it is a drill; no siren rang; nobody but the roster heard."""
    sent = await letters(stage)
    assert sent
    for to, text in sent:
        assert text.startswith("LATIHAN "), text
        assert (septets(text) or 999) <= 160, text
        assert to in roster(stage.city)
    assert {call.to for call in stage.world.dialled} <= roster(stage.city)
    assert not [call for call in stage.world.dialled if call.to in (HULU_SIREN, POLRES_SIREN)]
    turns: list[str] = await stage.store.read(lambda tx: list(tx.execute(select(CALLS.c.turn)).scalars()))
    for turn in (unpacked_turn(one) for one in turns if one):
        assert not turn.say or turn.say[0].text == "Latihan.", turn
        assert turn.instead is None


PEOPLE = {
    "everybody silent": (RINGS,),
    "accepted by key": (answers("1"),),
    "a wrong key, again, then yes": (answers("7*341"),),
    "cannot": (answers("2"),),
    "answered, no key": (answers(""),),
    "turned away": (Does(outcome=Outcome.REJECTED),),
}
BRIEFLY, OTHERS = ("everybody silent", "accepted by key"), pytest.mark.rest("other people of the same drill")


@pytest.mark.parametrize("who", [pytest.param(who, marks=() if who in BRIEFLY else OTHERS) for who in PEOPLE])
def test_in_a_whole_drill_every_letter_and_every_word_says_so_and_no_siren_rings(who: str, tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        for one in roster(stage.city):
            stage.world.phone(one, *PEOPLE[who])
        number = await begun(stage, " --street Melati")
        await stage.go(1500)
        await nothing_real(stage)
        for to in roster(stage.city):
            assert not stage.heard(to) or stage.heard(to)[0] == "Latihan."
        case = await stage.case(number)
        assert case.incident.drill
        assert not case.incident.state.open
        assert not case.false_alarm
        assert await stage.store.read(verbs.drill_running) is None

    play(tmp_path, scene)


def test_a_drill_is_accepted_by_sms_and_the_others_hear_of_it(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        number = await begun(stage)
        await stage.go(70)
        await stage.sms(ANI, await stage.code(ANI, number), then=20)
        case = await stage.case(number)
        assert (case.incident.state, case.incident.accepted_by) == (State.ACCEPTED, ANI)
        await nothing_real(stage)
        _, paper = await typed(stage, f"drill show {number}")
        (one,) = paper.rows
        assert one["accepted_by"]
        assert one["tiers"][0]["number"] == ANI
        assert {row["goal"] for row in one["goals"]} >= {"first officer ringing", "somebody accepted"}
        assert all(row["kept"] for row in one["goals"] if row["goal"] == "first officer ringing")
        assert one["tiers"][0]["rang_s"] < 5
        await stage.go(130)
        assert (await stage.case(number)).incident.state is State.CLOSED

    play(tmp_path, scene)


def test_silence_leads_from_tier_to_tier_to_the_headquarters_within_its_clocks(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        number = await begun(stage)
        await stage.go(400)
        _, paper = await typed(stage, f"drill show {number}")
        (one,) = paper.rows
        assert len({row["number"] for row in one["tiers"]}) >= 4
        kept = {row["goal"]: row["kept"] for row in one["goals"]}
        assert kept["first officer ringing"]
        assert kept["next person ringing after the last ring"]
        assert any("BELUM ADA" in text for _, text in await letters(stage))
        await nothing_real(stage)

    play(tmp_path, scene)


@pytest.mark.parametrize("lines", [1, 2])
def test_a_real_emergency_ends_the_drill_and_takes_its_line(lines: int, tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(ANI, RINGS)
        number = await begun(stage)
        await stage.go(8)
        assert stage.world.dialled[-1].to == ANI
        at = stage.clock.now()
        await stage.sms(GINA, "RAMPOK", then=30)
        drill = await stage.case(number)
        assert drill.incident.state is State.CANCELLED
        real = [call for call in stage.world.dialled if call.at >= at]
        assert HULU_SIREN in [call.to for call in real[:2]]
        assert (real[0].at - at) < timedelta(seconds=5)
        assert ANI in [call.to for call in real]
        said = [text for text in await stage.queued(ANI) if not text.startswith("LATIHAN")]
        assert said
        assert all("LATIHAN" not in text for text in await stage.queued(GINA))
        await stage.go(60)
        assert all(row.effect.incident != number for row in await stage.rows(2))
        listed = await stage.store.read(lambda tx: verbs.drill_of(tx, number))
        assert listed is not None
        assert "real emergency" in listed.ended

    play(tmp_path, scene, lines=lines)


def test_a_drills_call_waits_behind_a_real_one_and_its_letters_behind_real_ones(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        for modem in stage.modems:
            modem.letters_s = 10.0
        await begun(stage)
        await stage.go(5)
        assert [place[0] for modem in stage.modems for place in modem.waiting] == [URGENCIES[Urgency.TEST]]

        def lanes(tx: Tx) -> set[str]:
            return set(tx.execute(select(OUTBOUND.c.lane)).scalars())

        assert await stage.store.read(lanes) == {"service"}

    play(tmp_path, scene)


def test_also_what_answers_a_key_that_nobody_offered_begins_with_the_word(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        talk = stage.switchboard.conversation(
            "comm_test", ANI, language="id", about="", fields={"drill": "Latihan"}, key="of this test"
        )
        turn = await talk.begin("modem0")
        for event in (Pressed("7"), Silence(), Pressed("*")):
            turn = await talk.take(turn.seq, event)
            assert turn.say[0].text == "Latihan."
            assert turn.instead is None

    play(tmp_path, scene)


def test_no_drill_begins_beside_another_or_beside_a_real_emergency(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        number = await begun(stage)
        with pytest.raises(CommandError, match=f"drill {number} is under way"):
            await typed(stage, START)
        code, paper = await typed(stage, f"drill stop {number} --as Sari")
        assert (code, paper.rows[0]["running"], paper.rows[0]["ended"]) == (DONE, False, "stopped by Sari")
        await stage.go(30)
        with pytest.raises(CommandError, match="over already"):
            await typed(stage, f"drill stop {number}")
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=5)
        with pytest.raises(CommandError, match="real emergency"):
            await typed(stage, START)
        _, paper = await typed(stage, "drill list")
        assert [row["id"] for row in paper.rows] == [number]
        _, paper = await typed(stage, "incidents list")
        assert {row["id"]: row["drill"] for row in paper.rows} == {number: True, number + 1: False}
        assert [line for line in paper.lines if "DRILL" in line]

    play(tmp_path, scene)


def test_nobody_vouches_for_a_drill_and_it_counts_against_nobody(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        number = await begun(stage)
        await stage.go(5)
        who = Who(name="Operator", how="page")
        verdict = await stage.store.write(lambda tx: confirm(tx, stage.city, number, who, stage.clock.now()))
        assert not verdict.done
        await stage.act("cancel", number)
        await stage.go(60)
        assert not (await stage.case(number)).false_alarm
        assert not await stage.store.read(lambda tx: verbs.false_alarms_since(tx, "", EPOCH))
        await nothing_real(stage)

    play(tmp_path, scene)


def test_a_withheld_missed_call_is_no_part_of_a_drill(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        number = await begun(stage)
        await stage.go(5)
        await stage.rings(None, then=10)
        cases = await stage.cases()
        assert len(cases) == 2
        assert [case.incident.drill for case in cases] == [True, False]
        assert number == cases[0].incident.id

    play(tmp_path, scene)


def test_announced_sirens_sound_once_and_no_real_emergency_counts_on_it(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        number = await begun(stage, " --sirens")
        await stage.go(15)
        assert stage.world.calls(HULU_SIREN) == 1
        rung = await stage.rows(number, EffectKind.SIREN)
        assert rung
        await stage.sms(GINA, "RAMPOK", then=10)
        assert stage.world.calls(HULU_SIREN) == 2

    play(tmp_path, scene)


def test_after_a_crash_it_is_still_a_drill(tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        stage, left = Stage(tmp_path, clock), [6]

        def killed(name: str) -> None:
            left[0] -= 1
            if left[0] == 0:
                raise Killed(name)

        await stage.start(crash=killed)
        for one in roster(stage.city):
            stage.world.phone(one, answers("9"))
        number = await begun(stage)
        with pytest.raises(Killed):
            await stage.go(300)
        await stage.stop(drop=True)
        await stage.start()
        await stage.go(1500)
        assert (await stage.case(number)).incident.drill
        assert not (await stage.case(number)).incident.state.open
        await nothing_real(stage)
        await stage.end()

    run_virtual(main, datetime(2026, 11, 18, 3, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    "line",
    [
        "drill start --kind robbery --kelurahan Nirgends --as Sari",
        f"drill start --kind flood --kelurahan {HULU} --as Sari",
        f"drill start --kind robbery --kelurahan {HULU} --minutes 0 --as Sari",
        "drill show 99",
        "drill stop 99999999999",
    ],
)
def test_what_is_no_drill_is_refused_in_one_line(line: str, tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        with pytest.raises(CommandError):
            await typed(stage, line)
        await stage.go(5)
        assert not stage.world.dialled

    play(tmp_path, scene)


@pytest.mark.parametrize("pack", ["binjai", "tinytown"])
def test_every_text_fits_one_sms_in_a_drill_and_keeps_its_code(pack: str) -> None:
    city = town() if pack == "tinytown" else load_city(find_pack(pack))
    for lang in city.languages:
        word = city.prompt(lang, "drill_word").upper()
        for key, names in TEXTS.items():
            fields = {name: "0123456789" * 20 if name not in ("reply", "code") else "98765" for name in names}
            fields = {name: text[: WIDTHS[name]] for name, text in fields.items()}
            text = drill_text(city, lang, key, fields)
            assert text.startswith(f"{word} "), key
            assert (septets(text) or 999) <= 160, key
            if "reply" in names or "code" in names:
                assert "98765" in text, key
            if key.startswith(("offer", "nobody")):
                assert text.endswith(city.texts[lang][key][-6:].rpartition("}")[2]), (key, text)
