"""The provider's posts on virtual time: again every minute until 200, for twelve hours; and how faults spoil them."""

from __future__ import annotations

import pytest

from gateway.virtual.poster import Heard
from tests.gateway.virtual.memory import Got, Shop, seen, shop, taken

HOURS_12 = 12 * 3600.0


def refused(_got: Got) -> Heard:
    return Heard(status=503)


async def writes(here: Shop, *texts: str) -> None:
    for text in texts or ("TOLONG",):
        here.siti.sms("38411", text)
        await here.clock.sleep(0.1)


def test_a_letter_is_posted_again_every_minute_until_it_is_taken() -> None:
    async def walk(here: Shop) -> None:
        here.answer = refused
        await writes(here)
        await here.clock.sleep(200)
        here.answer = taken
        await here.clock.sleep(600)
        times = [round(one.t) for one in here.got]
        assert times == [0, 60, 120, 180, 240]
        assert len({one.body for one in here.got}) == 1
        assert [row["attempt"] for row in seen(here.provider, "post")] == [1, 2, 3, 4, 5]

    shop(walk)


def test_after_twelve_hours_it_is_given_up() -> None:
    async def walk(here: Shop) -> None:
        here.answer = lambda _: Heard(error="refused")
        await writes(here)
        await here.clock.sleep(2 * HOURS_12)
        assert len(here.got) == 721
        assert here.got[-1].t == pytest.approx(HOURS_12)

    shop(walk)


def test_an_answer_that_takes_too_long_is_none() -> None:
    async def walk(here: Shop) -> None:
        here.takes_s = 11.0
        await writes(here)
        await here.clock.sleep(75)
        assert [round(one.t) for one in here.got] == [0, 70]
        assert seen(here.provider, "post")[0]["error"] == "no answer within 10 s"

    shop(walk)


def test_anything_but_200_is_posted_again() -> None:
    async def walk(here: Shop) -> None:
        for status in (201, 204, 302, 400, 404, 500):
            here.answer = lambda _, status=status: Heard(status=status)  # type: ignore[misc]
            before = len(here.got)
            await writes(here)
            await here.clock.sleep(61)
            assert len(here.got) == before + 2, status
            here.answer = taken
            await here.clock.sleep(61)

    shop(walk)


def test_what_came_while_the_line_was_down_comes_when_it_is_back() -> None:
    async def walk(here: Shop) -> None:
        here.provider.fault("down", for_s=1800)
        await here.provider.turned()
        await writes(here, "satu", "dua")
        await here.clock.sleep(1700)
        assert here.got == []
        await here.clock.sleep(200)
        assert sorted(one.form["text"] for one in here.got) == ["dua", "satu"]
        assert [row["up"] for row in seen(here.provider, "line")] == [False, True]

    shop(walk)


def test_duplicates_are_the_same_to_the_octet() -> None:
    async def walk(here: Shop) -> None:
        here.provider.fault("duplicate", value=5, count=1)
        await writes(here, "satu", "dua")
        assert [one.form["text"] for one in here.got] == ["satu"] * 5 + ["dua"]
        assert len({one.body for one in here.got}) == 2

    shop(walk)


def test_a_late_letter_comes_a_day_later_and_later_ones_pass_a_reordered_one() -> None:
    async def walk(here: Shop) -> None:
        here.provider.fault("late", count=1)
        await writes(here, "kemarin")
        here.provider.fault("reorder", seed=3, for_s=10, value=5)
        await writes(here, *"abcdefgh")
        await here.clock.sleep(90_000)
        texts = "".join(one.form["text"] for one in here.got[:-1])
        assert sorted(texts) == sorted("abcdefgh")
        assert texts != "abcdefgh"
        assert here.got[-1].form["text"] == "kemarin"
        assert here.got[-1].t == pytest.approx(86_400, abs=1)

    shop(walk)


def test_the_same_seed_takes_the_same_chances() -> None:
    async def walk(here: Shop) -> list[str]:
        here.provider.fault("lost", chance=0.5)
        await writes(here, *"abcdefghijklmnop")
        return [one.form["text"] for one in here.got]

    first, again, other = shop(walk, seed=7), shop(walk, seed=7), shop(walk, seed=8)
    assert 0 < len(first) < 16
    assert first == again
    assert first != other


def test_an_answer_that_is_not_heard_brings_the_letter_again() -> None:
    async def walk(here: Shop) -> None:
        here.provider.fault("deaf", count=2)
        await writes(here)
        await here.clock.sleep(600)
        assert [round(one.t) for one in here.got] == [0, 60, 120]

    shop(walk)


@pytest.mark.parametrize(
    ("fault", "holds"),
    [
        ("other_date", lambda one: one.form["date"] == "2026-05-01 03:00:00"),
        ("lost_plus", lambda one: one.form["from"] == " 6281260000001"),
        ("bad_utf8", lambda one: b"text=%FF%C3%28TOLONG" in one.body),
        ("double_key", lambda one: one.body.count(b"text=") == 2),
        ("no_id", lambda one: "id" not in one.form and "from" in one.form),
        ("huge", lambda one: len(one.body) > 20_000),
    ],
)
def test_a_spoilt_body_is_spoilt_as_its_name_says(fault: str, holds: object) -> None:
    async def walk(here: Shop) -> None:
        here.provider.fault(fault, count=1)
        await writes(here)
        await writes(here)
        assert holds(here.got[0])  # type: ignore[operator]
        assert not holds(here.got[1])  # type: ignore[operator]

    shop(walk)


def test_a_forged_post_goes_out_once_under_another_secret() -> None:
    async def walk(here: Shop) -> None:
        urls: list[str] = []
        took = here.provider.poster.send

        async def noted(url: str, body: bytes, headers: object) -> Heard:
            urls.append(url)
            return await took(url, body, headers)  # type: ignore[arg-type]

        here.provider.poster.send = noted
        here.answer = refused
        heard = await here.provider.forge("sms", {"from": "+62811", "text": "TOLONG"}, secret="x" * 22)
        await here.provider.forge("delivery", body=b"\xff" * 10)
        await here.clock.sleep(300)
        assert heard.status == 503
        assert urls == [
            f"http://program/callbacks/africastalking/{'x' * 22}/sms",
            "http://program/callbacks/africastalking/s/delivery",
        ]
        assert here.got[1].body == b"\xff" * 10

    shop(walk)


# -- delivery reports


def reports(here: Shop) -> list[tuple[str, str | None]]:
    return [(one.form["status"], one.form.get("failureReason")) for one in here.of("delivery")]


def test_states_between_and_the_last_one_are_an_open_set() -> None:
    async def walk(here: Shop) -> None:
        here.provider.fault("interim", count=1)
        await here.send()
        await here.clock.sleep(1)
        assert [said for said, _ in reports(here)] == ["Sent", "Submitted", "Buffered", "Success"]
        here.got.clear()
        for value in ("Failed:UserInBlackList", "Teleported"):
            here.provider.fault("report", value=value, count=1)
            await here.send()
            await here.clock.sleep(1)
        assert reports(here) == [("Failed", "UserInBlackList"), ("Teleported", None)]

    shop(walk)


def test_a_report_may_never_come_or_come_before_the_answer() -> None:
    async def walk(here: Shop) -> None:
        here.provider.fault("no_report", count=1)
        await here.send()
        await here.clock.sleep(3600)
        assert reports(here) == []
        assert len(here.siti.inbox) == 1
        here.provider.fault("early_report", count=1)
        await here.send()
        assert reports(here) == [("Success", None)]

    shop(walk)


def test_a_long_letter_is_reported_once_and_a_lost_part_never() -> None:
    async def walk(here: Shop) -> None:
        await here.send(text="x" * 400)
        await here.clock.sleep(1)
        assert reports(here) == [("Success", None)]
        here.provider.network.settings.loss = 1.0
        await here.send(text="y" * 400)
        await here.clock.sleep(3600)
        assert len(reports(here)) == 1

    shop(walk)
