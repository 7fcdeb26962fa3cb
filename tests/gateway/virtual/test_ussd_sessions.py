"""USSD through the fake provider, on virtual time: turns, the joined text, limits, malformed answers, the end told."""

from __future__ import annotations

import re

import pytest

from gateway.virtual.poster import Heard
from modem.virtual.dialled import TalkState
from tests.gateway.virtual.memory import Got, Shop, con, end, shop, taken

CODE = "*384#"


def menu(got: Got) -> Heard:
    """Three screens: a menu, a list, an end."""
    if got.what != "ussd":
        return taken(got)
    return {"": con("1 Darurat\n2 Layanan"), "2": con("1 Aduan"), "2*1": end("Terima kasih.")}.get(
        got.form["text"], end("Tidak ada.")
    )


async def dial(here: Shop, code: str = CODE) -> str:
    assert here.siti.dial(code) is not None
    return await here.siti.settled()


async def typed(here: Shop, text: str) -> str:
    assert here.siti.type(text)
    return await here.siti.settled()


def state(here: Shop) -> TalkState:
    assert here.siti.ussd is not None
    return here.siti.ussd.state


def ended(here: Shop) -> dict[str, str]:
    return here.of("ussd-end")[-1].form


def test_a_session_walks_its_screens_and_its_end_is_told_apart() -> None:
    async def walk(here: Shop) -> None:
        here.answer = menu
        assert await dial(here) == "1 Darurat\n2 Layanan"
        await here.clock.sleep(4)
        assert await typed(here, "2") == "1 Aduan"
        assert await typed(here, "1") == "Terima kasih."
        assert state(here) is TalkState.TOLD
        turns = [one.form for one in here.of("ussd")]
        assert [one["text"] for one in turns] == ["", "2", "2*1"]
        assert len({one["sessionId"] for one in turns}) == 1
        assert re.fullmatch(r"ATUid_[0-9a-f]{32}", turns[0]["sessionId"])
        assert set(turns[0]) == {"sessionId", "phoneNumber", "networkCode", "serviceCode", "text"}
        assert (turns[0]["phoneNumber"], turns[0]["serviceCode"]) == (here.siti.number, CODE)
        await here.clock.sleep(1)
        last = ended(here)
        assert (last["status"], last["hopsCount"], last["input"]) == ("Success", "3", "2*1")
        assert (last["date"], last["durationInMillis"]) == ("2026-05-01 03:00:04", "4000")
        assert last["lastAppResponse"] == "END Terima kasih."
        assert "errorMessage" not in last

    shop(walk)


def test_the_whole_path_at_once_is_the_first_turns_text() -> None:
    async def walk(here: Shop) -> None:
        here.answer = menu
        assert await dial(here, "*384*2*1#") == "Terima kasih."
        assert [one.form["text"] for one in here.of("ussd")] == ["2*1"]

    shop(walk)


def test_a_star_inside_an_answer_is_not_told_from_two_answers() -> None:
    async def walk(here: Shop) -> None:
        here.answer = lambda got: con("?") if got.what == "ussd" else taken(got)
        await dial(here)
        await typed(here, "a*b")
        await typed(here, "1#")
        assert [one.form["text"] for one in here.of("ussd")] == ["", "a*b", "a*b*1#"]

    shop(walk)


@pytest.mark.parametrize(
    ("heard", "why"),
    [
        (Heard(status=200, body=b" CON x"), "neither with CON"),
        (Heard(status=200, body=b"\xef\xbb\xbfCON x"), "neither with CON"),
        (Heard(status=200, body=b"CON"), "neither with CON"),
        (Heard(status=200, body=b"con x"), "neither with CON"),
        (Heard(status=200, body=b""), "neither with CON"),
        (Heard(status=200, body=b"CON \xff"), "no UTF-8"),
        (Heard(status=404, body=b"CON x"), "HTTP 404"),
        (Heard(status=503, body=b"END x"), "HTTP 503"),
        (Heard(error="ConnectionRefused"), "ConnectionRefused"),
    ],
)
def test_a_malformed_answer_ends_the_session(heard: Heard, why: str) -> None:
    async def walk(here: Shop) -> None:
        here.answer = lambda got: heard if got.what == "ussd" else taken(got)
        assert await dial(here) == ""
        assert state(here) is TalkState.FAILED
        await here.clock.sleep(1)
        assert ended(here)["status"] == "Failed"
        assert why in ended(here)["errorMessage"]
        assert not here.siti.type("1")

    shop(walk)


def test_an_answer_after_ten_seconds_is_too_late() -> None:
    async def walk(here: Shop) -> None:
        here.answer, here.takes_s = menu, 10.5
        await dial(here)
        assert state(here) is TalkState.FAILED
        await here.clock.sleep(30)
        assert here.of("ussd-end")[0].form["errorMessage"] == "no answer within 10 s"
        assert len(here.of("ussd")) == 1, "a turn is posted once"

    shop(walk)


def test_a_person_who_does_not_answer_loses_the_session() -> None:
    async def walk(here: Shop) -> None:
        here.answer = menu
        await dial(here)
        await here.clock.sleep(29)
        assert state(here) is TalkState.ASKED
        await here.clock.sleep(2)
        assert state(here) is TalkState.FAILED
        assert ended(here)["status"] == "Incomplete"
        await dial(here)
        assert len({one.form["sessionId"] for one in here.of("ussd")}) == 2

    shop(walk)


def test_a_session_has_an_end_however_busily_it_is_answered() -> None:
    async def walk(here: Shop) -> None:
        here.answer = lambda got: con("lagi?") if got.what == "ussd" else taken(got)
        await dial(here)
        for _ in range(8):
            await here.clock.sleep(20)
            await typed(here, "1")
        await here.clock.sleep(21)
        assert state(here) is TalkState.FAILED
        assert ended(here)["durationInMillis"] == "180000"

    shop(walk)


@pytest.mark.parametrize("dialled", [CODE, "*384*2*1#"])
def test_leaving_is_told_once_and_a_late_answer_is_dropped(dialled: str) -> None:
    async def walk(here: Shop) -> None:
        here.answer, here.takes_s = menu, 5.0
        assert here.siti.dial(dialled) is not None
        await here.clock.sleep(1)
        here.siti.put_away()
        await here.clock.sleep(30)
        assert ended(here)["status"] == "Incomplete"
        assert len(here.of("ussd-end")) == 1
        assert here.siti.ussd is None

    shop(walk)


def test_metadata_is_given_back_with_the_next_turn_and_at_the_end() -> None:
    async def walk(here: Shop) -> None:
        says = iter(["a=1", "x" * 100, "a|b", "c"])
        here.answer = lambda got: con("?", at_ussd_hop_metadata=next(says)) if got.what == "ussd" else taken(got)
        await dial(here)
        for text in "123":
            await typed(here, text)
        heard = [one.headers.get("at-ussd-hop-metadata") for one in here.of("ussd")]
        assert heard == [None, "a=1", "a=1", "a=1"], "99 characters, without |"
        here.siti.put_away()
        await here.clock.sleep(1)
        assert ended(here)["hopsMetadata"] == "a=1|c"

    shop(walk)


def test_a_turn_is_posted_twice_and_the_first_answer_counts() -> None:
    async def walk(here: Shop) -> None:
        answers = iter([con("first"), con("second")])
        here.answer = lambda got: next(answers) if got.what == "ussd" else taken(got)
        here.provider.fault("ussd_twice", count=1)
        assert await dial(here) in ("first", "second")
        await here.clock.sleep(1)
        first, second = here.of("ussd")
        assert first.body == second.body

    shop(walk)


def test_a_session_is_dropped_after_our_answer_and_another_may_have_its_id() -> None:
    async def walk(here: Shop) -> None:
        here.answer = menu
        here.provider.fault("ussd_same_session")
        here.provider.fault("ussd_drop", count=1)
        await dial(here)
        assert state(here) is TalkState.FAILED
        rizal = here.provider.network.phone("+6281260000002")
        rizal.dial(CODE)
        assert await rizal.settled() == "1 Darurat\n2 Layanan"
        ids = {one.form["sessionId"] for one in here.of("ussd")}
        assert ids == {"ATUid_0000000000000000000000000000cafe"}

    shop(walk)


def test_two_sessions_go_on_beside_each_other() -> None:
    async def walk(here: Shop) -> None:
        here.answer = menu
        rizal = here.provider.network.phone("+6281260000002")
        await dial(here)
        rizal.dial(CODE)
        await rizal.settled()
        await typed(here, "2")
        rizal.type("9")
        assert await rizal.settled() == "Tidak ada."
        assert await typed(here, "1") == "Terima kasih."

    shop(walk)
