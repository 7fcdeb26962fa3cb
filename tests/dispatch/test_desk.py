"""What the desk makes of a letter: which incident it opens or joins, who is called, and what the caller is told."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dispatch.case import Role, SirenState
from dispatch.incident import Source, State
from dispatch.plan import EffectKind
from gateway.messages import Kind
from tests.dispatch.stage import ANI, DODI, EKO, GINA, HADI, HULU, HULU_SIREN, POLRES_SIREN, STRANGER, Stage, play


def test_a_registered_resident_is_kept_told_so_and_the_siren_and_the_officer_ring(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "TOLONG RAMPOK", then=15)
        here = (await stage.case()).incident
        assert (here.state, here.kind, here.registered, here.siren_allowed) == (State.CONFIRMED, "robbery", True, True)
        assert (here.place.kelurahan, here.place.source, here.station) == (HULU, Source.REGISTERED, "polsek-hulu")
        assert [call.to for call in stage.world.dialled[:2]] == [HULU_SIREN, ANI]
        assert "Laporan 1 dicatat 11.00: PERAMPOKAN, Jl. Bambu Kuning" in stage.texts(GINA)[0]
        assert f"Pelapor {GINA}" in stage.texts(ANI)[0]
        assert await stage.code(ANI) in stage.texts(ANI)[0]

    play(tmp_path, scene)


@pytest.mark.parametrize("sender", [STRANGER, "+6591234567", "BANK-XYZ"])
def test_of_an_unregistered_foreign_or_alphanumeric_sender_officers_are_called_and_told_so_and_the_siren_waits(
    tmp_path: Path, sender: str
) -> None:
    async def scene(stage: Stage) -> None:
        await stage.sms(sender, "tolong ada rampok di kel hulu", then=20)
        here = (await stage.case()).incident
        assert (here.state, here.registered, here.siren_allowed) == (State.CONFIRMED, False, False)
        assert stage.world.calls(ANI) == 1
        assert stage.world.calls(HULU_SIREN) == 0
        assert stage.texts(ANI)[0].startswith("BELUM PASTI")
        assert "tak terdaftar" in stage.texts(ANI)[0]
        assert bool(stage.texts(sender)) is sender.startswith("+")

    play(tmp_path, scene)


def test_a_short_code_and_an_alphanumeric_sender_are_never_answered(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        for sender in ("3636", "TELKOMSEL"):
            await stage.sms(sender, "SOS", then=5)
            await stage.sms(sender, "promo pulsa murah", then=5)
            await stage.sms(sender, "BATAL", then=5)
        assert [sms for sms in stage.air.sent if sms.to in ("3636", "TELKOMSEL")] == []
        assert len(await stage.cases()) == 2

    play(tmp_path, scene)


def test_a_siren_that_waits_rings_when_a_person_vouches(tmp_path: Path) -> None:
    from dispatch.acceptance import Who, confirm

    async def scene(stage: Stage) -> None:
        await stage.sms(STRANGER, "rampok di kel hulu", then=20)
        who = Who(name="Operator", how="page")
        await stage.store.write(lambda tx: confirm(tx, stage.city, 1, who, stage.clock.now()))
        stage.dispatch.look((1,))
        await stage.go(20)
        assert stage.world.calls(HULU_SIREN) == 1
        assert (await stage.case()).incident.verified

    play(tmp_path, scene)


def test_a_number_with_a_false_alarm_of_late_rings_officers_first_and_after_ninety_days_the_siren_again(
    tmp_path: Path,
) -> None:
    from dispatch.acceptance import Who, close

    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "SOS", then=5)
        who = Who(name="Operator", how="page")
        await stage.store.write(lambda tx: close(tx, stage.city, 1, who, stage.clock.now(), false=True))
        await stage.go(700)
        await stage.sms(GINA, "SOS", then=20)
        here = (await stage.case(2)).incident
        assert (here.state, here.siren_allowed) == (State.CONFIRMED, False)
        assert "tak terdaftar" not in stage.texts(ANI)[-1]
        since = stage.clock.now() + timedelta(days=91)

        def forgiven(tx: object) -> bool:
            from dispatch import store

            return store.false_alarms_since(tx, GINA, since - timedelta(days=90))  # type: ignore[arg-type]

        assert not await stage.store.read(forgiven)

    play(tmp_path, scene)


def test_a_repeat_joins_the_open_incident_and_is_answered_once(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "TOLONG RAMPOK", then=10)
        first = len(stage.texts(GINA))
        for _ in range(5):
            await stage.sms(GINA, "tolong rampok cepat", then=10)
        assert len(await stage.cases()) == 1
        assert len(stage.texts(GINA)) == first + 1
        assert "ditambahkan ke laporan 1" in stage.texts(GINA)[-1]
        letters = await stage.store.read(lambda tx: _roles(tx, 1))
        assert letters == [Role.OPENED, *[Role.REPEAT] * 5]

    play(tmp_path, scene)


def test_what_the_caller_writes_next_reaches_the_officers_who_were_asked(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=10)
        await stage.sms(GINA, "mereka bawa parang, tiga orang", then=10)
        assert "pelapor menulis lagi: mereka bawa parang" in stage.texts(ANI)[-1]

    play(tmp_path, scene)


def test_another_kind_of_emergency_of_the_same_number_opens_its_own_incident(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=10)
        await stage.sms(GINA, "KEBAKARAN", then=10)
        assert [case.incident.kind for case in await stage.cases()] == ["robbery", "fire"]

    play(tmp_path, scene)


def test_a_cry_without_a_cause_takes_the_cause_that_follows(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "SOS", then=5)
        await stage.sms(GINA, "KEBAKARAN", then=5)
        (case,) = await stage.cases()
        assert (case.incident.kind, case.incident.station) == ("fire", "polres")

    play(tmp_path, scene)


def test_the_same_sos_a_week_later_is_a_new_alarm_even_if_nobody_closed_the_first(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "SOS", then=10)
        await stage.sms(ANI, await stage.code(ANI), then=10)
        assert (await stage.case()).incident.state is State.ACCEPTED
        await stage.passes(7 * 86400)
        rung = stage.world.calls(HULU_SIREN)
        await stage.sms(GINA, "SOS", then=20)
        assert [case.incident.state for case in await stage.cases()] == [State.ACCEPTED, State.CONFIRMED]
        assert stage.world.calls(HULU_SIREN) == rung + 1

    play(tmp_path, scene)


def test_the_first_part_of_a_long_sms_rings_at_once_and_the_whole_amends_the_same_incident(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident(STRANGER, kelurahan="99.01.02.1001", address="Jl. Cemara No. 2")
        await stage.letter(STRANGER, "tolong ada rampok, mereka berempat dan", Kind.PART, "w1")
        await stage.go(10)
        assert stage.world.dialled
        assert (await stage.case()).incident.place.source is Source.REGISTERED
        await stage.letter(STRANGER, "naik dua motor, kami di kel hulu jl bambu kuning", Kind.PART, "w1")
        whole = "tolong ada rampok, mereka berempat dan naik dua motor, kami di kel hulu jl bambu kuning"
        await stage.letter(STRANGER, whole, Kind.SMS, "w1")
        await stage.go(10)
        (case,) = await stage.cases()
        assert (case.incident.place.kelurahan, case.incident.place.source) == (HULU, Source.TEXT)
        assert case.incident.station == "polsek-hulu"
        assert await stage.store.read(lambda tx: _roles(tx, 1)) == [Role.OPENED, Role.WHOLE]
        assert len([text for text in stage.texts(STRANGER) if "dicatat" in text]) == 1

    play(tmp_path, scene)


def test_a_whole_that_names_another_cause_first_still_belongs_to_the_incident_of_its_part(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.letter(GINA, "lalu mereka rampok rumah tetangga tolong", Kind.PART, "w3")
        await stage.go(5)
        whole = await stage.letter(GINA, "KEBAKARAN di sini lalu mereka rampok rumah tetangga tolong", Kind.SMS, "w3")
        await stage.go(5)
        assert len(await stage.cases()) == 1
        assert await stage.incident_of(whole) == 1
        assert "KEBAKARAN" in stage.texts(ANI)[-1]

    play(tmp_path, scene)


def test_a_part_that_says_nothing_of_an_emergency_waits_for_its_whole(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        part = await stage.letter(STRANGER, "selamat siang bapak, kami dari", Kind.PART, "w2")
        await stage.go(5)
        assert await stage.letter_state(part) == "read"
        assert stage.texts(STRANGER) == []
        whole = await stage.letter(STRANGER, "selamat siang bapak, kami dari lk 3 ada kebakaran", Kind.SMS, "w2")
        await stage.go(5)
        assert await stage.incident_of(whole) == 1

    play(tmp_path, scene)


def test_an_unknown_place_is_asked_once_and_the_answer_moves_the_incident_to_its_station(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.sms(STRANGER, "SOS", then=10)
        case = await stage.case()
        assert (case.asked, case.incident.place.known) == ("place", False)
        assert "Di mana tempatnya?" in stage.texts(STRANGER)[0]
        assert stage.world.calls(EKO) == 1  # of an unknown place the headquarters judges
        await stage.sms(STRANGER, "kel hulu jl bambu kuning", then=15)
        case = await stage.case()
        assert (case.asked, case.incident.place.kelurahan, case.incident.station) == ("", HULU, "polsek-hulu")
        assert "tempat dicatat" in stage.texts(STRANGER)[-1]
        assert "tempat kini" in stage.texts(EKO)[-1]
        assert stage.world.calls(ANI) == 1

    play(tmp_path, scene)


def test_of_several_places_one_is_chosen_by_its_number(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.sms(STRANGER, "rampok di jl cemara", then=10)
        case = await stage.case()
        assert case.asked == "which"
        chosen = case.incident.place.candidates[1]
        assert f"2 {stage.city.areas[chosen].name}" in stage.texts(STRANGER)[0]
        await stage.sms(STRANGER, "2", then=10)
        (case,) = await stage.cases()
        assert (case.incident.place.kelurahan, case.asked) == (chosen, "")
        assert case.incident.place.street is not None

    play(tmp_path, scene)


def test_quiet_words_keep_that_phone_silent_to_the_end(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "DIAM RAMPOK", then=200)
        assert (await stage.case()).incident.quiet
        await stage.sms(GINA, "BATAL", then=10)
        await stage.sms(ANI, await stage.code(ANI), then=20)
        assert (await stage.case()).incident.state is State.ACCEPTED
        assert stage.texts(GINA) == []
        assert stage.world.calls(GINA) == 0

    play(tmp_path, scene)


def test_a_registered_quiet_phone_gets_no_message_and_no_call(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident(HADI, quiet=True)
        await stage.sms(HADI, "RAMPOK", then=200)
        await stage.sms(HADI, "berapa biaya KTP", then=10)
        assert stage.texts(HADI) == []
        assert stage.world.calls(HADI) == 0

    play(tmp_path, scene)


def test_batal_within_its_minute_stops_the_ladder_and_tells_the_officer(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=20)
        await stage.sms(GINA, "BATAL", then=1)
        assert (await stage.case()).incident.state is State.CANCELLED
        dialled = len(stage.world.dialled)
        await stage.go(600)
        assert len(stage.world.dialled) == dialled
        assert ANI in stage.world.hung_up
        assert "dibatalkan" in stage.texts(GINA)[-1]
        assert "dibatalkan. Tidak perlu berangkat" in stage.texts(ANI)[-1]
        assert stage.texts(DODI) == []

    play(tmp_path, scene)


def test_batal_after_its_minute_stops_nothing_and_the_officer_is_told(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=62)
        await stage.sms(GINA, "batal", then=20)
        assert (await stage.case()).incident.state is State.CONFIRMED
        assert any("minta batal" in text for text in stage.texts(ANI))
        assert "Petugas yang memutuskan" in stage.texts(GINA)[-1]
        dialled = len(stage.world.dialled)
        await stage.go(120)
        assert len(stage.world.dialled) > dialled

    play(tmp_path, scene)


def test_batal_with_nothing_open_says_so_once(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.sms(GINA, "BATAL", then=10)
        await stage.sms(GINA, "BATAL", then=10)
        assert len(stage.texts(GINA)) == 1
        assert "Tidak ada laporan" in stage.texts(GINA)[0]
        assert await stage.cases() == []

    play(tmp_path, scene)


def test_an_emergency_outside_the_city_is_kept_passed_on_and_told_whom_to_call(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.sms(STRANGER, "rampok di -0.105, 119.105", then=10)
        assert (await stage.case()).incident.place.outside
        assert "di luar kota" in stage.texts(STRANGER)[0]
        assert stage.city.emergency_call in stage.texts(STRANGER)[0]
        assert stage.world.calls(EKO) == 1
        assert stage.world.calls(HULU_SIREN) + stage.world.calls(POLRES_SIREN) == 0

    play(tmp_path, scene)


def test_the_siren_controllers_own_sms_marks_the_ring_as_heard_and_its_silence_is_no_proof(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        stage.relays = False
        await stage.resident()
        await stage.sms(GINA, "RAMPOK", then=12)
        for said in ("Relay OFF", "AC power restored", "Relay once", "Pulsa Anda Rp 1.000"):
            await stage.sms(HULU_SIREN, said, then=1)
        await stage.letter(HULU_SIREN, "Relay ON", doubt="no such secret")
        await stage.go(1)
        (ring,) = await stage.rows(1, EffectKind.SIREN)
        assert ring.relayed_at is None
        await stage.sms(HULU_SIREN, "26/11 10:02 RELAY  on.", then=1)
        (ring,) = await stage.rows(1, EffectKind.SIREN)
        assert ring.relayed_at is not None
        await stage.go(10)
        assert stage.world.calls(HULU_SIREN) == 1
        assert stage.texts(HULU_SIREN) == []
        states = await stage.store.read(lambda tx: _sirens(tx))
        assert states[HULU_SIREN].proven_at is not None

    play(tmp_path, scene)


def test_a_siren_without_its_sms_is_rung_again_up_to_its_cap_and_counts_as_dead_when_it_cannot_be_reached(
    tmp_path: Path,
) -> None:
    from tests.ivr.scripted import IS_OFF

    async def scene(stage: Stage) -> None:
        await stage.resident()
        stage.world.phone(HULU_SIREN, IS_OFF)
        await stage.sms(GINA, "RAMPOK", then=25)
        assert stage.world.calls(HULU_SIREN) == 1
        assert stage.world.calls(POLRES_SIREN) == 1  # instead of the lost one
        states = await stage.store.read(lambda tx: _sirens(tx))
        assert states[HULU_SIREN].failures == 1

    play(tmp_path, scene)


def test_three_alarms_at_one_station_in_a_minute_ring_its_siren_once_and_a_person_sees_a_mass_event(
    tmp_path: Path,
) -> None:
    from tests.dispatch.stage import POSKO

    async def scene(stage: Stage) -> None:
        numbers = [f"+62812345678{n:02}" for n in range(4)]
        for number in numbers:
            await stage.resident(number)
        for number in numbers:
            await stage.sms(number, "RAMPOK", then=8)
        await stage.go(20)
        assert stage.world.calls(HULU_SIREN) == 1
        assert any("laporan dalam semenit untuk Polsek Hulu" in text for text in stage.texts(POSKO))

    play(tmp_path, scene, lines=4)


def test_what_is_no_emergency_goes_to_the_last_desk_even_from_an_officer(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        letter = await stage.letter(ANI, "jadwal piket minggu depan bagaimana pak")
        await stage.go(5)
        assert await stage.letter_state(letter) == "unread"
        assert await stage.cases() == []

    play(tmp_path, scene)


def _roles(tx: object, number: int) -> list[Role]:
    from dispatch import store

    roles = [role for _, role in store.letters_of(tx, number)]  # type: ignore[arg-type]
    return [role for role in roles if role is not Role.RELAY]


def _sirens(tx: object) -> dict[str, SirenState]:
    from dispatch import store

    return dict(store.siren_states(tx))  # type: ignore[arg-type]


def test_a_complaint_that_begins_with_lapor_leaves_the_place_of_an_open_alarm_as_it_is(tmp_path: Path) -> None:
    async def scene(stage: Stage) -> None:
        await stage.resident()
        await stage.sms(GINA, "TOLONG RAMPOK", then=15)
        before = (await stage.case()).incident.place
        await stage.sms(GINA, "LAPOR jalan berlubang di kel hilir", then=15)
        case = await stage.case()
        assert case.incident.place == before
        assert any("berlubang" in text for text in stage.texts(ANI)), "the officers read it all the same"

    play(tmp_path, scene)
