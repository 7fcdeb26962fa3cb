"""Ways that are lost and come back: emergencies first, nothing lost, nothing stale sent, each loss a line of /health.

The whole house on virtual time; the provider over real HTTP on loopback by its own SDK, the modem joined in memory.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.messages import Lane
from gateway.pulse import Status
from tests.fixtures.whole import WHOLE
from tests.walks.connected import MODEM, NONE, PROVIDER, SHORT, ULANG, Connected, accepts, connected, nothing_waits
from tests.walks.house import GINA

CRY = "TOLONG RAMPOK"
DODI = "+6285500002004"  # on duty at any hour
HOUR_S = 3600.0
MANY = 500 if WHOLE else 100  # letters that wait for the provider
BESIDE = 15  # ordinary letters that may go meanwhile: of the two slots of a way one is theirs, and ten go by the other
SHOWN_S = 180.0  # a provider's loss is shown within that long
MODEM_SHOWN_S = 90.0  # a modem's


def test_a_provider_dead_for_an_hour_holds_no_emergency_and_loses_no_letter(tmp_path: Path) -> None:
    async def scene(here: Connected) -> None:
        await here.cut_provider()
        waiting = await here.queue(MANY, Lane.BULK)
        stale = await here.queue(20, Lane.BULK, name="stale", valid=timedelta(minutes=30))
        shown = await here.until(lambda: here.part("provider", PROVIDER).status is Status.FAILED, "shown", SHOWN_S)
        begun = here.clock.monotonic()
        urgent = await here.queue(10, Lane.EMERGENCY)
        await here.until(lambda: all(here.texts(one) for one in urgent), "emergencies by the modem", 120.0)
        assert here.overall() is Status.DEGRADED, "with the modem people are reached"
        await here.clock.sleep(HOUR_S - shown - (here.clock.monotonic() - begun))
        assert await here.states(Lane.BULK) == {"queued": MANY, "expired": 20}
        await here.mend_provider()
        await nothing_waits(here, 1800.0)
        await here.clock.sleep(5.0)
        assert here.part("provider", PROVIDER).status is Status.OK
        assert Counter(len(here.texts(one)) for one in waiting) == {1: MANY}
        assert not any(here.texts(one) for one in stale), "nothing stale is sent"
        assert Counter(len(here.texts(one)) for one in urgent) == {1: 10}
        assert await here.most_tries(Lane.BULK) <= 1, "an outage burns no tries"
        assert (await here.states(Lane.BULK))["expired"] == 20

    connected(tmp_path, scene, modem="calls")


def test_with_the_provider_alone_emergencies_leave_first_when_it_is_back(tmp_path: Path) -> None:
    async def scene(here: Connected) -> None:
        await here.cut_provider()
        waiting = await here.queue(60, Lane.SERVICE)
        await here.until(lambda: here.part("provider", PROVIDER).status is Status.FAILED, "shown", SHOWN_S)
        assert here.overall() is Status.FAILED, "nobody can be reached"
        await here.clock.sleep(HOUR_S / 2)
        urgent = await here.queue(10, Lane.EMERGENCY)
        late = await here.queue(3, Lane.EMERGENCY, name="late", valid=timedelta(seconds=60))
        await here.clock.sleep(120.0)
        assert await here.states(Lane.EMERGENCY) == {"queued": 10, "expired": 3}
        await here.mend_provider()
        await nothing_waits(here, 600.0)
        await here.clock.sleep(5.0)
        assert here.before_the_last(urgent) <= BESIDE, "emergencies first"
        assert Counter(len(here.texts(one)) for one in [*waiting, *urgent]) == {1: 70}
        assert not any(here.texts(one) for one in late), "an order whose time is over is not given"
        assert here.part("provider", PROVIDER).status is Status.OK

    connected(tmp_path, scene, modem=None)


def test_a_modem_that_is_unplugged_leaves_the_provider(tmp_path: Path) -> None:
    async def scene(here: Connected) -> None:
        here.modem.unplug()
        shown = await here.until(lambda: here.part("modem", MODEM).status is Status.FAILED, "shown", MODEM_SHOWN_S)
        assert shown <= MODEM_SHOWN_S
        here.phone(GINA).sms(SHORT, CRY)
        await here.until(lambda: bool(here.offers()), "an officer offered by SMS", 30.0)
        officer, code = here.offers()[0]
        here.phone(officer).sms(SHORT, code)
        await here.until(lambda: here.told(GINA, "diterima petugas"), "the resident knows who comes", 30.0)
        here.modem.plug()
        await here.until(lambda: here.part("modem", MODEM).status is Status.OK, "there again", 120.0)
        await nothing_waits(here, 600.0)
        assert await here.bad_ends() == []

    connected(tmp_path, scene)


@pytest.mark.parametrize("first", [PROVIDER, MODEM])
def test_both_gone_and_back_in_either_order(tmp_path: Path, first: str) -> None:
    async def scene(here: Connected) -> None:
        await here.cut_provider()
        here.modem.unplug()
        service = await here.queue(20, Lane.SERVICE)
        urgent = await here.queue(10, Lane.EMERGENCY)
        stale = await here.queue(5, Lane.SERVICE, name="stale", valid=timedelta(minutes=10))
        await here.until(lambda: here.overall() is Status.FAILED, "a loud failure", SHOWN_S)
        await here.clock.sleep(HOUR_S / 2)
        await (here.mend_provider() if first == PROVIDER else _plugged(here))
        await here.until(lambda: all(here.texts(one) for one in urgent), "emergencies by the first way", 300.0)
        assert here.before_the_last(urgent) <= BESIDE, "emergencies first"
        assert here.overall() is not Status.FAILED
        await (_plugged(here) if first == PROVIDER else here.mend_provider())
        await nothing_waits(here, 900.0)
        await here.clock.sleep(30.0)
        assert Counter(len(here.texts(one)) for one in [*service, *urgent]) == {1: 30}
        assert not any(here.texts(one) for one in stale)
        await here.until(lambda: here.part("provider", PROVIDER).status is Status.OK, "the provider is back", 120.0)
        assert here.part("modem", MODEM).status is Status.OK
        assert "5" in here.part("letters", "letters").detail, "what expired is shown until somebody has seen it"

    connected(tmp_path, scene)


async def _plugged(here: Connected) -> None:
    here.modem.plug()


def test_a_provider_that_takes_a_letter_and_breaks_off_costs_one_more_sms_of_an_emergency_and_none_of_the_rest(
    tmp_path: Path,
) -> None:
    async def scene(here: Connected) -> None:
        here.provider.fault("cut_after", for_s=600.0)
        urgent = await here.queue(6, Lane.EMERGENCY)
        service = await here.queue(6, Lane.SERVICE)
        await here.clock.sleep(900.0)
        await nothing_waits(here, 600.0)
        for number in urgent:
            texts = here.texts(number)
            assert 1 <= len(texts) <= 2, "one more for the one further way"
            assert sum(text.startswith(ULANG) for text in texts) == len(texts) - 1, texts
        assert any(len(here.texts(number)) == 2 for number in urgent), "else nothing was in doubt"
        assert Counter(len(here.texts(number)) for number in service) == {1: 6}, "no other letter is repeated"
        ends = await here.states(Lane.SERVICE)
        assert set(ends) <= {"sent", "unknown", "delivered"}, ends

    connected(tmp_path, scene)


def test_a_city_without_a_modem_offers_by_sms_and_tells_the_resident_when_nobody_answers(tmp_path: Path) -> None:
    async def scene(here: Connected) -> None:
        assert here.overall() is Status.OK
        here.phone(GINA).sms(SHORT, CRY)
        await here.until(lambda: here.told(GINA, "dicatat"), "kept, and said so", 30.0)
        begun = here.clock.monotonic()
        await here.until(lambda: bool(here.offers()), "an officer offered by SMS", 20.0)
        assert not here.told(GINA, "diterima")
        await here.until(lambda: here.told(GINA, "belum ada petugas"), "the truth", 150.0)
        assert here.clock.monotonic() - begun <= here.city.clocks.nobody_s + 5.0, "on time"
        assert any(here.told(post.number, "BELUM ADA YANG MENERIMA") for post in here.city.operators)
        await here.clock.sleep(600.0)
        assert await here.hanging(older_s=300.0) == [], "no call waits for ever for a line that no modem has"
        officer, code = here.offers()[-1]
        here.phone(officer).sms(SHORT, code)
        await here.until(lambda: here.told(GINA, "diterima petugas"), "accepted by SMS", 30.0)

    connected(tmp_path, scene, modem=None)


def test_a_city_without_internet_has_no_callbacks_and_misses_nothing(tmp_path: Path) -> None:
    async def scene(here: Connected) -> None:
        assert here.house.post.callbacks is None
        assert not [part for part in here.house.pulse.parts() if part.kind in ("provider", "ussd")]
        accepts(here.phone(DODI))
        here.phone(GINA).sms(here.modem.number, CRY)
        await here.until(lambda: here.told(GINA, "diterima"), "accepted", 240.0)
        assert here.overall() is Status.OK

    connected(tmp_path, scene, provider=NONE)
