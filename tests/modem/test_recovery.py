"""A modem that is gone, silent, ill or restarted is found and set to work again (modem.md 3.6, 4.9)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import ModemSettings
from modem.driver import ModemBusy, State
from modem.pdu import encode
from modem.virtual.modem import VirtualModem
from modem.virtual.network import Network
from modem.watch import STEADY_S, Fell, Rung, next_rung
from tests.modem.rig import NUMBER, RESIDENT, Rig, on_a_modem


async def works(rig: Rig, text: str) -> None:
    """A letter comes in and one goes out."""
    rig.network.phone(RESIDENT).sms(NUMBER, text)
    await rig.until(lambda: text in rig.listener.texts(), within_s=60)
    (pdu,) = encode(RESIDENT, text, report=False)
    await rig.modem.send(RESIDENT, pdu, urgent=True)


def test_the_ladder_goes_up_to_a_person_and_begins_again() -> None:
    rung, climbed = Rung.TALK, []
    for _ in range(6):
        rung = next_rung(rung, Fell.SILENT, 0)
        climbed.append(rung)
    assert climbed == [Rung.REOPEN, Rung.RADIO, Rung.RESTART, Rung.PERSON, Rung.REOPEN, Rung.RADIO]


def test_after_a_good_time_the_ladder_begins_at_its_foot() -> None:
    assert next_rung(Rung.RESTART, Fell.SILENT, STEADY_S) is Rung.REOPEN
    assert next_rung(Rung.RESTART, Fell.SILENT, STEADY_S - 1) is Rung.PERSON


@given(last=st.sampled_from(Rung), lived=st.floats(0, 1e6))
def test_an_ill_modem_is_at_least_switched_off_and_on(last: Rung, lived: float) -> None:
    assert next_rung(last, Fell.ILL, lived) >= Rung.RADIO


@given(last=st.sampled_from(Rung), lived=st.floats(0, 1e6))
def test_a_port_that_went_is_no_reason_to_climb(last: Rung, lived: float) -> None:
    assert next_rung(last, Fell.GONE, lived) in (last, Rung.TALK)


def test_a_modem_that_is_silent_for_a_while_is_recovered_without_a_restart() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("silence", for_s=30)
        await rig.until(lambda: rig.modem.state is not State.READY, within_s=90)
        with pytest.raises(ModemBusy):
            await _send(rig)
        await rig.ready()
        await works(rig, "sudah")

    on_a_modem(walk)


async def _send(rig: Rig) -> None:
    (pdu,) = encode(RESIDENT, "x", report=False)
    await rig.modem.send(RESIDENT, pdu, urgent=True)


def test_a_hung_modem_is_shown_within_90_seconds_climbs_the_ladder_and_is_well_after_its_power_was_cut() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("hang")
        await rig.until(lambda: rig.modem.state is not State.READY, within_s=90)
        await rig.until(lambda: rig.modem.state is State.FAILED, within_s=300)
        assert "look at its power" in rig.modem.detail
        await rig.clock.sleep(200)
        assert rig.modem.state is State.FAILED, "said until it works again, however often we try"
        rig.virtual.unplug()
        rig.virtual.plug()
        await rig.ready(within_s=200)
        await works(rig, "hidup lagi")

    on_a_modem(walk)


def test_letters_and_calls_that_came_while_it_was_hung_are_found() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("silence", for_s=200)
        rig.network.phone(RESIDENT).sms(NUMBER, "TOLONG")
        await rig.clock.sleep(100)
        assert rig.listener.letters == []
        await rig.until(lambda: "TOLONG" in rig.listener.texts(), within_s=400)

    on_a_modem(walk)


def test_a_listing_that_hangs_the_firmware_does_not_end_the_driver() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("cmgl_hang")
        await rig.until(lambda: rig.modem.state is State.RECOVERING, within_s=120)
        rig.virtual.unplug()
        rig.virtual.plug()
        await rig.ready(within_s=300)

    on_a_modem(walk)


def test_unplugged_and_back_under_another_name_it_is_found_by_its_imei() -> None:
    async def walk(rig: Rig) -> None:
        imei = rig.modem.identity.imei if rig.modem.identity else ""
        rig.virtual.unplug()
        await rig.until(lambda: rig.modem.state is State.ABSENT, within_s=5)
        other = rig.network.modem("+628110000002", name="modem1")  # another modem comes up under the old name
        rig.virtual.plug("modem7")
        await rig.ready()
        assert rig.modem.identity
        assert rig.modem.identity.imei == imei != other.imei
        await works(rig, "ketemu")

    on_a_modem(walk)


def test_with_the_imei_in_the_settings_nobody_else_will_do() -> None:
    def prepare(network: Network, virtual: VirtualModem) -> None:
        virtual.unplug()
        virtual.name = "away"
        network.modem("+628110000002", name="modem1")

    async def walk(rig: Rig) -> None:
        await rig.clock.sleep(60)
        assert rig.modem.state is State.ABSENT
        assert "is modem" in rig.modem.detail
        rig.virtual.plug("modem9")
        await rig.ready()

    ours = ModemSettings(name="one", port="modem1", number=NUMBER, imei="860000000000017")
    on_a_modem(walk, prepare=prepare, settings=ours, until_ready=False)


def test_without_an_imei_in_the_settings_a_modem_put_in_its_place_is_taken() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.unplug()
        rig.virtual.name = "drawer"
        other = rig.network.modem("+628110000002", name="modem1")
        await rig.clock.sleep(1)
        await rig.ready()
        assert rig.modem.identity
        assert rig.modem.identity.imei == other.imei

    on_a_modem(walk)


def test_unplugged_in_mid_command_everyone_who_waits_is_told_at_once_and_letters_are_found_after() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.pace.answer_s = 2.0
        rig.network.phone(RESIDENT).sms(NUMBER, "TOLONG")
        await rig.clock.sleep(1)  # CMGR is under way
        rig.virtual.unplug()
        rig.virtual.pace.answer_s = 0.0
        await rig.until(lambda: rig.modem.state is State.ABSENT, within_s=1)
        assert rig.listener.letters == []
        rig.virtual.plug()
        await rig.until(lambda: "TOLONG" in rig.listener.texts(), within_s=60)

    on_a_modem(walk)


@pytest.mark.parametrize("profile", ["generic", "sim800", "sim7600", "ec25", "huawei"])
def test_a_modem_that_restarts_by_itself_is_set_up_again(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        rig.network.settings.boot_s = 20.0
        rig.virtual.reboot()
        await rig.clock.sleep(120)
        await rig.ready(within_s=200)
        assert rig.virtual.session.cnmi[1] == 1
        assert not rig.virtual.session.echo
        await works(rig, "setelah mulai lagi")

    on_a_modem(walk, profile=profile)


def test_a_lost_registration_is_shown_at_once_and_its_return_too() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("no_network", for_s=60)
        await rig.until(lambda: rig.modem.state is State.DEGRADED, within_s=5)
        assert "not registered" in rig.modem.detail
        assert not rig.modem.well
        await rig.ready()

    on_a_modem(walk)


def test_a_modem_off_the_air_for_minutes_has_its_radio_switched_off_and_on() -> None:
    async def walk(rig: Rig) -> None:
        mark = rig.mark()
        rig.virtual.fault("no_network")
        await rig.until(lambda: "AT+CFUN=0" in rig.commands(mark), within_s=300)
        await rig.until(lambda: "AT+CFUN=1,1" in rig.commands(mark), within_s=600)
        rig.virtual.heal("no_network")
        await rig.ready(within_s=600)

    on_a_modem(walk)


def test_a_missing_sim_is_shown_and_waited_for() -> None:
    def prepare(network: Network, virtual: VirtualModem) -> None:
        virtual.fault("no_sim")

    async def walk(rig: Rig) -> None:
        await rig.until(lambda: "SIM" in rig.modem.detail, within_s=90)
        assert rig.modem.state is State.FAILED
        rig.virtual.heal("no_sim")
        await rig.ready()
        await works(rig, "kartu terpasang")

    on_a_modem(walk, prepare=prepare, until_ready=False)


def test_state_changes_are_told_and_dated() -> None:
    async def walk(rig: Rig) -> None:
        assert rig.listener.states == [State.OPENING, State.INIT, State.READY]
        before = rig.modem.since
        rig.virtual.unplug()
        await rig.clock.sleep(5)
        assert rig.modem.state is State.ABSENT
        assert rig.modem.since > before

    on_a_modem(walk)


@pytest.mark.parametrize(
    ("profile", "said"),
    [
        ("generic", "generic"),
        ("sim800", "sim800"),
        ("sim7600", "sim7600"),
        ("ec25", "ec25"),
        ("huawei", "huawei"),
    ],
)
def test_the_profile_is_chosen_by_what_the_modem_says_of_itself(profile: str, said: str) -> None:
    async def walk(rig: Rig) -> None:
        assert rig.modem.identity
        assert rig.modem.identity.profile == said
        assert rig.modem.identity.imsi == rig.virtual.imsi
        assert rig.modem.signal == 21

    on_a_modem(walk, profile=profile)


# -- USSD


@pytest.mark.parametrize("profile", ["generic", "sim800", "sim7600", "ec25", "huawei"])
def test_the_sims_credit_is_read_whatever_coding_it_comes_in(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        rig.network.settings.ussd_s = 3.0
        assert await rig.modem.credit("*888#") == "Pulsa Rp 12.345 s.d. 01/01/27"

    on_a_modem(walk, profile=profile)


@pytest.mark.parametrize("fault", ["ussd_silent", "ussd_ended"])
def test_a_credit_question_without_an_answer_is_busy_and_the_modem_works_on(fault: str) -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault(fault)
        with pytest.raises(ModemBusy):
            await rig.modem.credit("*888#")
        rig.virtual.heal()
        assert "Pulsa" in await rig.modem.credit("*888#")

    on_a_modem(walk)
