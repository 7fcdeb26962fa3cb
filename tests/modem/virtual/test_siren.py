"""Siren controllers: timed and latch, whitelist, deaf, lying, off, relay SMS."""

from __future__ import annotations

from modem.virtual import Siren
from tests.modem.virtual.client import MODEM, SIREN, Bench, bench


def siren(here: Bench, **more: object) -> Siren:
    return here.network.siren(SIREN, whitelist=["08110000001"], **more)  # type: ignore[arg-type]


def lamps(here: Bench) -> list[object]:
    return [event.fields["lamp"] for event in here.network.log.of("siren")]


def test_a_known_caller_is_turned_away_and_the_relay_closes_for_its_time() -> None:
    async def walk(here: Bench) -> None:
        one = siren(here, close_s=5)
        assert await here.client.at(f"ATD{SIREN};", 3) == ["OK", "NO CARRIER"]
        assert one.lamp
        await here.clock.sleep(5)
        assert not one.lamp
        assert lamps(here) == [True, False]
        assert here.network.log.of("answer") == []
        release = here.network.log.of("release")[0].fields
        assert (release["cause"], release["alerted"], release["by"]) == ("rejected", True, SIREN)

    bench(walk)


def test_a_second_call_keeps_a_timed_relay_closed_longer() -> None:
    async def walk(here: Bench) -> None:
        one = siren(here, close_s=5)
        await here.client.at(f"ATD{SIREN};", 4)
        await here.client.at(f"ATD{SIREN};", 4)
        assert one.lamp
        await here.clock.sleep(5)
        assert lamps(here) == [True, False]

    bench(walk)


def test_a_second_call_puts_a_latching_siren_off() -> None:
    async def walk(here: Bench) -> None:
        one = siren(here, mode="latch")
        await here.client.at(f"ATD{SIREN};", 60)
        assert one.lamp
        await here.client.at(f"ATD{SIREN};", 60)
        assert not one.lamp
        assert lamps(here) == [True, False]

    bench(walk)


def test_an_unknown_caller_keeps_ringing() -> None:
    async def walk(here: Bench) -> None:
        one = here.network.siren(SIREN, whitelist=["+62899999999"])
        assert await here.client.at(f"ATD{SIREN};", 30) == ["OK"]
        assert (await here.client.at("AT+CLCC"))[0].startswith("+CLCC: 1,0,3,")
        assert not one.lamp
        assert not one.rings_seen[0].known

    bench(walk)


def test_a_deaf_siren_keeps_ringing_whoever_calls() -> None:
    async def walk(here: Bench) -> None:
        one = siren(here, state="deaf")
        assert await here.client.at(f"ATD{SIREN};", 30) == ["OK"]
        assert not one.lamp

    bench(walk)


def test_a_lying_siren_turns_the_call_away_and_stays_silent() -> None:
    async def walk(here: Bench) -> None:
        one = siren(here, state="lying", relay_sms_to=MODEM)
        assert await here.client.at(f"ATD{SIREN};", 5) == ["OK", "NO CARRIER"]
        assert not one.lamp
        assert lamps(here) == []
        assert here.network.log.of("submit") == []

    bench(walk)


def test_a_siren_that_is_off_never_rings() -> None:
    async def walk(here: Bench) -> None:
        siren(here, state="off")
        assert await here.client.at(f"ATD{SIREN};", 5) == ["OK", "NO CARRIER"]
        assert here.network.log.of("alert") == []

    bench(walk)


def test_a_relay_sms_confirms_each_ring() -> None:
    async def walk(here: Bench) -> None:
        siren(here, relay_sms_to=MODEM)
        await here.client.at("AT+CNMI=2,1")
        assert '+CMTI: "SM",1' in await here.client.at(f"ATD{SIREN};", 3)
        assert [event.fields["text"] for event in here.network.log.of("deliver")] == ["Relay ON"]
        await here.client.at(f"ATD{SIREN};", 3)
        assert here.modem.storage.used("SM")[0] == 2

    bench(walk)


def test_a_caller_that_hangs_up_at_once_moves_no_relay() -> None:
    async def walk(here: Bench) -> None:
        one = siren(here)
        await here.client.at(f"ATD{SIREN};", 1)
        await here.client.at("AT+CHUP", 5)
        assert not one.lamp

    bench(walk)


def test_changing_one_thing_of_a_siren_leaves_the_rest() -> None:
    async def walk(here: Bench) -> None:
        siren(here, relay_sms_to=MODEM, mode="latch")
        one = here.network.siren(SIREN, state="deaf")
        assert (one.mode.value, one.relay_sms_to, one.whitelist) == ("latch", MODEM, frozenset({MODEM}))

    bench(walk)
