"""The letters of who hides are found by nobody who reads letters, from the talk that led to it to the last answer."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from gateway.messages import Lane, Outbound
from gateway.store import Tx, put
from gateway.store.hiding import masked
from gateway.store.listing import Listed, letter, letters, retry
from gateway.store.outbound import OUTBOUND
from gateway.store.searching import Wanted, search
from tests.dispatch.phones import Post, post_office
from tests.dispatch.talks import PHONE, pack
from tests.eservices.complaints.scenes import Scene

OTHER = "+6281300000008"
DIGITS = PHONE[-7:]


async def said(post: Post, *texts: str, by: str = PHONE) -> None:
    for text in texts:
        await post.say(text, by)
        await post.passes(2)


async def kept(post: Post) -> list[Listed]:
    return await post.store.read(lambda tx: letters(tx, at_most=500))


async def found(post: Post, wanted: Wanted) -> list[str]:
    return [one.text for one in (await post.store.read(lambda tx: search(tx, wanted, at_most=500)))[0]]


@pytest.mark.parametrize(
    "words",
    [
        ("RAHASIA pungli di kantor lurah kel nangka",),
        ("LAPOR", "2", "pungli di kantor lurah kel nangka"),
        ("LAPOR parkir liar di jl kentang, jangan sebut nama saya",),
        ("RAHASIA sampah menumpuk", "jl labu"),
    ],
    ids=["in front", "by the menu", "in the middle", "with its place"],
)
def test_a_secret_report_and_all_that_is_said_of_it_hides(words: tuple[str, ...], tmp_path: Path) -> None:
    async def scene(post: Post) -> None:
        await said(post, "DOKTER GIGI BESOK")
        await post.passes(3700)
        await said(post, *words)
        await said(post, "LAPOR lampu jalan mati di jl kentang", by=OTHER)
        await post.store.write(lambda tx: Scene(post, pack("binjai"))._office("answer 1001 sudah", tx))
        await post.passes(600)
        await said(post, "STATUS", "SUDAH 1001", "5")
        everything = await kept(post)
        mine = [one for one in everything if one.other == PHONE]
        assert len(mine) >= 2 * len(words) + 7
        open_ = [one.text for one in mine if not one.hides]
        assert open_[0] == "DOKTER GIGI BESOK"
        assert len(open_) == 2
        assert not [one for one in everything if one.other == OTHER and one.hides]
        for wanted in (Wanted(number=PHONE), Wanted(digits=DIGITS)):
            assert sorted(await found(post, wanted)) == sorted(open_)
        assert await found(post, Wanted(text="1001")) == []
        shown = [masked(one) for one in everything]
        assert [one for one in shown if one.hides and (one.other or one.text or one.fault)] == []

    post_office(tmp_path, "binjai", scene)


def test_who_says_only_afterwards_that_he_hides_hides_from_the_beginning(tmp_path: Path) -> None:
    async def scene(post: Post) -> None:
        await said(post, "LAPOR parkir liar di jl kentang")
        await post.passes(7200)
        await said(post, "RAHASIA parkir liar di jl kentang")
        mine = [one for one in await kept(post) if one.other == PHONE]
        assert len(mine) == 4
        assert all(one.hides for one in mine)

    post_office(tmp_path, "binjai", scene)


def test_an_answer_to_a_hidden_letter_hides_and_goes_on_hiding_when_it_is_tried_again(tmp_path: Path) -> None:
    async def scene(post: Post) -> None:
        await said(post, "RAHASIA pungli di kantor lurah kel nangka")
        (came, _) = [one for one in await kept(post) if one.other == PHONE]
        at = post.clock.now()

        def work(tx: Tx) -> int:
            answers = int(came.id.partition("-")[2])
            ends = at + timedelta(hours=1)
            answer = Outbound(to=PHONE, text="x", lane=Lane.SERVICE, key="x", expires_at=ends, answers=answers)
            number = put(tx, answer)
            tx.execute(OUTBOUND.update().where(OUTBOUND.c.id == number).values(state="dead"))
            assert retry(tx, f"out-{number}")
            return number

        number = await post.store.write(work)
        one = await post.store.read(lambda tx: letter(tx, f"out-{number}"))
        assert one is not None
        assert one.hides

    post_office(tmp_path, "binjai", scene)
