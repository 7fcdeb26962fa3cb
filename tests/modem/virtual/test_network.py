"""The network itself: delay, loss, duplication, order, waiting, numbers, the log, and chance by its seed."""

from __future__ import annotations

import asyncio

import pytest

from modem.virtual import Behaviour, NetworkSettings
from modem.virtual.settings import canonical
from tests.modem.virtual.client import MODEM, PERSON, Bench, bench


def texts(here: Bench) -> list[str]:
    return [sms.text for sms in here.person.inbox]


def test_a_message_takes_its_delay_and_its_air_time() -> None:
    async def walk(here: Bench) -> None:
        other = here.network.phone("+628777000111")
        other.sms(PERSON, "halo")
        await here.clock.sleep(3.9)
        assert texts(here) == []
        await here.clock.sleep(0.2)
        assert texts(here) == ["halo"]

    bench(walk, settings=NetworkSettings(delay_s=1, air_s=3))


def test_messages_to_one_receiver_come_in_the_order_they_were_sent() -> None:
    async def walk(here: Bench) -> None:
        other = here.network.phone("+628777000111")
        for at in range(50):
            other.sms(PERSON, str(at))
        await here.clock.sleep(1)
        assert texts(here) == [str(at) for at in range(50)]

    bench(walk)


def test_lost_messages_are_gone_and_duplicated_ones_come_twice() -> None:
    async def walk(here: Bench) -> None:
        other = here.network.phone("+628777000111")
        here.network.settings.loss = 1.0
        other.sms(PERSON, "hilang")
        here.network.settings.loss, here.network.settings.duplicate = 0.0, 1.0
        other.sms(PERSON, "dua kali")
        await here.clock.sleep(1)
        assert texts(here) == ["dua kali", "dua kali"]

    bench(walk)


def test_reordering_lets_later_messages_pass_and_loses_none() -> None:
    async def walk(here: Bench) -> None:
        other = here.network.phone("+628777000111")
        here.network.settings.reorder = 0.5
        for at in range(50):
            other.sms(PERSON, str(at))
        await here.clock.sleep(60)
        assert texts(here) != [str(at) for at in range(50)]
        assert sorted(texts(here), key=int) == [str(at) for at in range(50)]

    bench(walk)


def test_the_same_seed_takes_the_same_chances() -> None:
    async def walk(here: Bench) -> list[str]:
        other = here.network.phone("+628777000111")
        settings = here.network.settings
        settings.loss, settings.duplicate, settings.reorder = 0.2, 0.2, 0.2
        for at in range(50):
            other.sms(PERSON, str(at))
        await here.clock.sleep(60)
        return texts(here)

    assert bench(walk, seed=7) == bench(walk, seed=7)
    assert bench(walk, seed=7) != bench(walk, seed=8)


def test_a_phone_that_was_off_gets_what_waited_when_it_is_switched_on() -> None:
    async def walk(here: Bench) -> None:
        here.person.behave(Behaviour(off=True))
        other = here.network.phone("+628777000111")
        other.sms(PERSON, "satu")
        other.sms(PERSON, "dua")
        await here.clock.sleep(600)
        assert here.network.smsc.waiting(PERSON) == 2
        here.person.behave(Behaviour())
        await here.clock.sleep(1)
        assert texts(here) == ["satu", "dua"]

    bench(walk)


def test_a_message_to_nobody_does_not_wait_for_ever() -> None:
    async def walk(here: Bench) -> None:
        here.person.sms("+62800", "halo")
        await here.clock.sleep(1)
        assert here.network.smsc.waiting() == 0

    bench(walk)


@pytest.mark.parametrize("text", ["x" * 160, "x" * 161, "{" * 81, "火" * 70, "火" * 71, "🔥" * 50, "", "a" * 1530])
def test_any_text_comes_to_a_phone_as_it_was_written(text: str) -> None:
    async def walk(here: Bench) -> None:
        here.network.phone("+628777000111").sms(PERSON, text)
        await here.clock.sleep(1)
        assert texts(here) == [text]
        assert here.person.inbox[0].parts == here.person.inbox[0].of

    bench(walk)


@pytest.mark.parametrize(
    ("typed", "routed"),
    [
        ("08123456789", PERSON),
        ("+628123456789", PERSON),
        ("628123456789", PERSON),
        ("00628123456789", PERSON),
        ("+62 812-3456-789", PERSON),
        ("123", "123"),
        ("*888#", "*888#"),
    ],
)
def test_numbers_are_routed_in_every_form_people_type(typed: str, routed: str) -> None:
    assert canonical(typed) == routed


def test_a_number_has_one_owner() -> None:
    async def walk(here: Bench) -> None:
        with pytest.raises(ValueError, match="taken"):
            here.network.modem(PERSON)
        with pytest.raises(ValueError, match="not a phone"):
            here.network.phone(MODEM)
        with pytest.raises(ValueError, match="not a siren"):
            here.network.siren("08123456789")
        with pytest.raises(ValueError, match="profile 'nokia' is not one of generic, SIM800"):
            here.network.modem("+62811", profile="nokia")

    bench(walk)


def test_the_log_has_every_step_of_a_message_and_of_a_call() -> None:
    async def walk(here: Bench) -> None:
        seen: list[str] = []
        end = here.network.subscribe(lambda event: seen.append(event.kind))
        here.person.behave(Behaviour(answer_after_s=0, keys="1", hangup_after_s=3))
        await here.client.submit(PERSON, "halo", report=True)
        await here.client.at(f"ATD{PERSON};", 5)
        kinds = [event.kind for event in here.network.log if event.kind not in ("at_in", "at_out")]
        assert kinds == ["submit", "deliver", "report", "alert", "answer", "key", "release"]
        assert [event.seq for event in here.network.log] == list(range(1, len(here.network.log) + 1))
        last = here.network.log.last
        assert [event.seq for event in here.network.log.after(last - 2)] == [last - 1, last]
        assert here.network.log.after(last) == []
        end()
        count = len(seen)
        await here.client.at("AT")
        assert len(seen) == count

    bench(walk)


def test_two_modems_of_one_network_reach_each_other() -> None:
    async def walk(here: Bench) -> None:
        other = here.network.modem("+628110000002", profile="EC25")
        assert "+CMGS: 1" in await here.client.submit(other.number, "halo")
        await here.clock.sleep(1)
        assert other.storage.used("ME")[0] == 1
        await here.client.at(f"ATD{other.number};", 1)
        assert other.engaged()

    bench(walk)


def test_a_timer_that_fails_does_not_stop_the_others() -> None:
    async def walk(here: Bench) -> None:
        told: list[str] = []
        asyncio.get_running_loop().set_exception_handler(lambda _loop, context: told.append(str(context["exception"])))

        def fail() -> None:
            raise RuntimeError("boom")

        fired: list[int] = []
        here.network.timers.after(1, fail)
        here.network.timers.after(1, lambda: fired.append(1))
        cancelled = here.network.timers.after(1, lambda: fired.append(2))
        cancelled.cancel()
        await here.clock.sleep(2)
        assert (told, fired) == (["boom"], [1])

    bench(walk)
