"""Calls out and in, in every dialect (modem.md 1.1, 3.2, 4.7)."""

from __future__ import annotations

import asyncio

import pytest

from modem.call import CallEnd, Outcome
from modem.driver import ModemBusy, State
from modem.pdu import encode
from modem.virtual.modem import VirtualModem
from modem.virtual.network import Network
from modem.virtual.phone import Behaviour
from modem.virtual.siren import SirenState
from modem.voice import CallLine
from tests.modem.rig import NUMBER, RESIDENT, Rig, keys_until, nothing, on_a_modem

OFFICER = "+6281300000001"
SIREN = "+6281400000001"
PROFILES = ["generic", "sim800", "sim7600", "ec25", "huawei"]


def world(network: Network, virtual: VirtualModem) -> None:
    network.settings.setup_s = 2.0
    network.phone(OFFICER)
    network.phone(RESIDENT)
    network.siren(SIREN, whitelist=[NUMBER])


async def ring(rig: Rig, number: str, *, ring_s: float = 25, talk_s: float = 20, last_key: str = "1") -> CallEnd:
    return await rig.modem.call(
        number, ring_s=ring_s, talk_s=talk_s, urgency=1, since=0, started=nothing, talk=keys_until(last_key)
    )


@pytest.mark.parametrize("profile", PROFILES)
def test_a_siren_that_turns_us_away_after_ringing_is_rejected(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        end = await ring(rig, SIREN, ring_s=12, talk_s=0)
        assert end.outcome is Outcome.REJECTED
        assert end.alerted_s is not None
        assert rig.network.siren(SIREN).lamp
        assert rig.modem.calls_free

    on_a_modem(walk, profile=profile, prepare=world)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_siren_that_does_not_know_us_rings_to_the_end(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        rig.network.siren(SIREN, whitelist=[])
        end = await ring(rig, SIREN, ring_s=12, talk_s=0)
        assert end.outcome is Outcome.RANG
        assert end.alerted_s == pytest.approx(12, abs=1.5)
        assert not rig.virtual.engaged()

    on_a_modem(walk, profile=profile, prepare=world)


@pytest.mark.parametrize("profile", PROFILES)
def test_a_siren_without_power_is_unreachable(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        rig.network.siren(SIREN, state=SirenState.OFF)
        end = await ring(rig, SIREN, ring_s=12)
        assert end.outcome is Outcome.UNREACHABLE
        assert end.alerted_s is None

    on_a_modem(walk, profile=profile, prepare=world)


@pytest.mark.parametrize("profile", PROFILES)
def test_an_answered_call_brings_the_key_and_is_hung_up(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        rig.network.phone(OFFICER).behave(Behaviour(answer_after_s=4, keys="21"))
        heard: list[str] = []
        started: list[float] = []

        async def begun() -> None:
            started.append(rig.clock.monotonic())

        end = await rig.modem.call(
            OFFICER, ring_s=25, talk_s=30, urgency=1, since=0, started=begun, talk=keys_until("1", heard)
        )
        assert end.outcome is Outcome.ANSWERED
        assert heard == ["2", "1"]
        assert end.alerted_s == pytest.approx(4, abs=1.5)
        assert len(started) == 1
        assert not rig.virtual.engaged()

    on_a_modem(walk, profile=profile, prepare=world)


@pytest.mark.parametrize("profile", PROFILES)
def test_nobody_at_home_is_rang_and_the_line_is_free_again(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        end = await ring(rig, OFFICER, ring_s=25)
        assert end.outcome is Outcome.RANG
        assert end.alerted_s == pytest.approx(25, abs=1.5)
        assert not rig.virtual.engaged()

    on_a_modem(walk, profile=profile, prepare=world)


@pytest.mark.parametrize("profile", PROFILES)
def test_an_officer_who_is_on_the_phone_is_busy(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        rig.network.phone(RESIDENT).behave(Behaviour(answer_after_s=0))
        rig.network.phone(OFFICER).call(RESIDENT)
        await rig.clock.sleep(5)
        assert (await ring(rig, OFFICER)).outcome is Outcome.BUSY

    on_a_modem(walk, profile=profile, prepare=world)


@pytest.mark.parametrize("profile", PROFILES)
def test_an_officer_who_turns_the_call_away_is_rejected(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        phone = rig.network.phone(OFFICER)
        calling = asyncio.ensure_future(ring(rig, OFFICER))
        await rig.until(lambda: phone.ringing, within_s=20)
        await rig.clock.sleep(3)
        phone.hangup()
        assert (await calling).outcome is Outcome.REJECTED

    on_a_modem(walk, profile=profile, prepare=world)


@pytest.mark.parametrize("profile", PROFILES)
def test_without_network_the_outcome_says_so(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("no_network")
        end = await ring(rig, OFFICER)
        assert end.outcome is Outcome.NO_NETWORK

    on_a_modem(walk, profile=profile, prepare=world)


def test_a_dial_that_the_modem_refuses_failed() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("cme_100_at_dial")
        assert (await ring(rig, OFFICER)).outcome is Outcome.FAILED
        rig.virtual.fault("dial_fails")
        assert (await ring(rig, OFFICER)).outcome is Outcome.UNREACHABLE

    on_a_modem(walk, prepare=world)


def test_a_cancelled_call_is_hung_up_before_the_cancellation_goes_on() -> None:
    async def walk(rig: Rig) -> None:
        calling = asyncio.ensure_future(ring(rig, OFFICER))
        await rig.until(lambda: rig.network.phone(OFFICER).ringing, within_s=20)
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        assert not rig.virtual.engaged()
        assert rig.modem.calls_free

    on_a_modem(walk, prepare=world)


def test_a_call_cancelled_before_it_rings_is_hung_up_too() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.pace.answer_s = 0.1
        calling = asyncio.ensure_future(ring(rig, OFFICER))
        await rig.clock.sleep(0.05)
        calling.cancel()
        with pytest.raises(asyncio.CancelledError):
            await calling
        await rig.clock.sleep(1)
        assert not rig.virtual.engaged()

    on_a_modem(walk, prepare=world)


def test_a_call_that_the_modem_will_not_end_makes_it_ill_and_the_ladder_ends_it() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("stuck_call")
        end = await ring(rig, OFFICER, ring_s=5)
        assert end.outcome is Outcome.RANG
        await rig.until(lambda: rig.modem.state is State.RECOVERING, within_s=10)
        rig.virtual.heal("stuck_call")
        await rig.ready()
        assert not rig.virtual.engaged()
        assert (await ring(rig, SIREN, ring_s=12)).outcome is Outcome.REJECTED

    on_a_modem(walk, prepare=world)


def test_unplugged_in_mid_call_the_call_ends_at_once() -> None:
    async def walk(rig: Rig) -> None:
        calling = asyncio.ensure_future(ring(rig, OFFICER))
        await rig.until(lambda: rig.network.phone(OFFICER).ringing, within_s=20)
        rig.virtual.unplug()
        end = await asyncio.wait_for(calling, 5)
        assert end.outcome is Outcome.FAILED
        rig.virtual.plug()
        await rig.ready()

    on_a_modem(walk, prepare=world)


def test_a_key_is_kept_before_the_call_ends() -> None:
    async def walk(rig: Rig) -> None:
        rig.network.phone(OFFICER).behave(Behaviour(answer_after_s=1, keys="1"))
        engaged_at_commit: list[bool] = []

        async def talk(line: CallLine) -> None:
            await line.keys.get()
            await rig.clock.sleep(0.2)
            engaged_at_commit.append(rig.virtual.engaged())

        await rig.modem.call(OFFICER, ring_s=25, talk_s=30, urgency=1, since=0, started=nothing, talk=talk)
        assert engaged_at_commit == [True]

    on_a_modem(walk, profile="sim7600", prepare=world)


@pytest.mark.parametrize("profile", ["sim800", "sim7600", "ec25", "huawei"])
def test_tones_reach_the_far_end(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        rig.network.phone(OFFICER).behave(Behaviour(answer_after_s=1))
        calling = asyncio.ensure_future(ring(rig, OFFICER, talk_s=10))
        await rig.until(lambda: rig.network.phone(OFFICER).talking, within_s=20)
        await rig.clock.sleep(2)
        await rig.modem.keys("12#")
        await calling
        keys = [event.fields["key"] for event in rig.network.log.of("key")]
        assert "".join(map(str, keys)).endswith("12#")
        with pytest.raises(ModemBusy):
            await rig.modem.keys("1")

    on_a_modem(walk, profile=profile, prepare=world)


# -- calls in


@pytest.mark.parametrize("profile", PROFILES)
def test_a_missed_call_is_one_event_with_its_number_and_is_turned_away_at_once(profile: str) -> None:
    async def walk(rig: Rig) -> None:
        call = rig.network.phone(RESIDENT).call(NUMBER, ring_s=60)
        await rig.clock.sleep(6)
        assert [caller for caller, _ in rig.listener.calls] == [RESIDENT]
        assert not rig.network.phone(RESIDENT).engaged()
        assert call is not None
        await rig.clock.sleep(60)
        assert len(rig.listener.calls) == 1

    on_a_modem(walk, profile=profile, prepare=world)


def test_ring_and_clip_apart_are_one_call_with_its_number() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("ring_clip_apart")
        rig.network.phone(RESIDENT).call(NUMBER, ring_s=60)
        await rig.clock.sleep(10)
        assert [caller for caller, _ in rig.listener.calls] == [RESIDENT]

    on_a_modem(walk, prepare=world)


def test_a_national_number_gets_no_false_plus() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("odd_caller_id")
        rig.network.phone(RESIDENT).call(NUMBER, ring_s=60)
        await rig.clock.sleep(10)
        assert [caller for caller, _ in rig.listener.calls] == ["0" + RESIDENT[3:]]

    on_a_modem(walk, prepare=world)


def test_a_withheld_number_is_a_call_all_the_same() -> None:
    async def walk(rig: Rig) -> None:
        rig.network.phone(RESIDENT).call(NUMBER, ring_s=60, withheld=True)
        await rig.clock.sleep(10)
        assert [caller for caller, _ in rig.listener.calls] == [None]
        assert not rig.network.phone(RESIDENT).engaged()

    on_a_modem(walk, prepare=world)


def test_two_calls_after_each_other_are_two_events() -> None:
    async def walk(rig: Rig) -> None:
        for _ in range(2):
            rig.network.phone(RESIDENT).call(NUMBER, ring_s=60)
            await rig.clock.sleep(6)
        assert [caller for caller, _ in rig.listener.calls] == [RESIDENT, RESIDENT]

    on_a_modem(walk, prepare=world)


def test_a_caller_who_gives_up_after_one_ring_is_an_event() -> None:
    async def walk(rig: Rig) -> None:
        rig.listener.failing = 0
        rig.virtual.fault("ring_clip_apart")
        rig.network.phone(RESIDENT).call(NUMBER, ring_s=0.5)
        await rig.clock.sleep(10)
        assert len(rig.listener.calls) == 1

    on_a_modem(walk, prepare=world)


def test_a_call_that_cannot_be_kept_rings_on_until_it_can() -> None:
    async def walk(rig: Rig) -> None:
        rig.listener.failing = 3
        rig.network.phone(RESIDENT).call(NUMBER, ring_s=60)
        await rig.clock.sleep(3.5)
        assert rig.network.phone(RESIDENT).engaged()
        await rig.clock.sleep(10)
        assert [caller for caller, _ in rig.listener.calls] == [RESIDENT]
        assert not rig.network.phone(RESIDENT).engaged()

    on_a_modem(walk, prepare=world)


def test_a_missed_call_during_another_answer_is_not_lost() -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.fault("stall", at_byte=4)
        looking = asyncio.ensure_future(rig.modem.look())
        rig.network.phone(RESIDENT).call(NUMBER, ring_s=60)
        await looking
        await rig.clock.sleep(8)
        assert [caller for caller, _ in rig.listener.calls] == [RESIDENT]

    on_a_modem(walk, prepare=world)


@pytest.mark.parametrize("after_s", [0.0, 1.99, 1.999, 2.0, 2.001, 2.01, 2.02, 2.05, 2.1])
@pytest.mark.parametrize("profile", PROFILES)
def test_a_siren_is_rung_whatever_call_comes_in_just_then(profile: str, after_s: float) -> None:
    async def walk(rig: Rig) -> None:
        rig.virtual.pace.answer_s = 0.02
        rig.network.phone(RESIDENT).call(NUMBER, ring_s=60)  # it rings here after 2 s
        await rig.clock.sleep(after_s)
        end = await ring(rig, SIREN, ring_s=12, talk_s=0)
        assert end.outcome is Outcome.REJECTED
        if after_s >= 2:  # else ours was first, and the resident heard that we are engaged
            assert [caller for caller, _ in rig.listener.calls] == [RESIDENT]

    on_a_modem(walk, profile=profile, prepare=world)


# -- who goes first


def test_a_siren_behind_a_queue_of_letters_waits_for_the_one_on_the_air() -> None:
    def prepare(network: Network, virtual: VirtualModem) -> None:
        world(network, virtual)
        network.settings.air_s = 4.0

    async def walk(rig: Rig) -> None:
        sent: list[int] = []

        async def bulk(at: int) -> None:
            (pdu,) = encode(RESIDENT, f"massal {at}", report=False)
            await rig.modem.send(RESIDENT, pdu, urgent=False)
            sent.append(at)

        letters = [asyncio.ensure_future(bulk(at)) for at in range(30)]
        await rig.clock.sleep(0.1)
        begun = rig.clock.monotonic()
        times: list[float] = []

        async def started() -> None:
            times.append(rig.clock.monotonic() - begun)

        await rig.modem.call(SIREN, ring_s=12, talk_s=0, urgency=0, since=0, started=started)
        assert len(sent) <= 1
        assert times[0] <= 4.0 + 2.0 + 1.0  # one letter, set-up, one look
        for task in letters:
            task.cancel()
        await asyncio.gather(*letters, return_exceptions=True)

    on_a_modem(walk, prepare=prepare)


def test_after_a_call_at_most_two_emergency_letters_go_before_the_next_call() -> None:
    def prepare(network: Network, virtual: VirtualModem) -> None:
        world(network, virtual)
        network.settings.air_s = 1.0

    async def walk(rig: Rig) -> None:
        order: list[str] = []

        async def letter(at: int) -> None:
            (pdu,) = encode(RESIDENT, f"darurat {at}", report=False)
            await rig.modem.send(RESIDENT, pdu, urgent=True)
            order.append("letter")

        async def call(since: float) -> None:
            async def started() -> None:
                order.append(f"call {since:.0f}")

            await rig.modem.call(OFFICER, ring_s=3, talk_s=0, urgency=1, since=since, started=started)

        first = asyncio.ensure_future(call(0))
        await rig.clock.sleep(1.0)  # an officer's call lets letters go first for half a second: now it is dialled
        waiting = [asyncio.ensure_future(letter(at)) for at in range(5)]
        waiting += [asyncio.ensure_future(call(2)), asyncio.ensure_future(call(1))]
        await asyncio.gather(first, *waiting)
        assert order == ["call 0", "letter", "letter", "call 1", "letter", "letter", "call 2", "letter"]

    on_a_modem(walk, prepare=prepare)
