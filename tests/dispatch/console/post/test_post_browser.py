"""Letters in a real browser: by an old office's screen and by a phone."""

from __future__ import annotations

from datetime import timedelta

import pytest
from pytest_aiohttp.plugin import AiohttpClient

from dispatch.console.post.pages import post_wing
from gateway.messages import Lane, Outbound
from gateway.page import Floor, Role
from gateway.store import Tx, put
from gateway.store.outbound import OUTBOUND
from gateway.store.spending import spend
from tests.fixtures.browser import DESK, PHONE, OpenPage, axe, photo, sideways
from tests.fixtures.site import FixedKeeper, built, user_with

OTHER = "+6281260000002"
TEXTS = (
    "Antrean dokter gigi Anda nomor 12, kira-kira pukul 09.40.",
    "<img src=x onerror=alert(1)> \u202etxet",
    "Baik.",
)


def filled(tx: Tx, floor: Floor) -> None:
    ends = floor.clock.now() + timedelta(hours=1)
    for number, text in enumerate(TEXTS):
        put(tx, Outbound(to=OTHER, text=text, lane=Lane.SERVICE, key=str(number), expires_at=ends))
    tx.execute(OUTBOUND.update().where(OUTBOUND.c.id == 2).values(state="dead", fault="no channel"))
    spend(tx, f"{floor.clock.now():%Y-%m-%d}", "telkomsel-1", "service", 4.0, 350.0)


@pytest.mark.rest("tests/walks/test_every_page.py looks at these pages each time")
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
async def test_letters_are_read_on_each_screen_without_a_fault(
    open_page: OpenPage, floor: Floor, keeper: FixedKeeper, aiohttp_client: AiohttpClient, size: tuple[int, int]
) -> None:
    await floor.store.write(lambda tx: filled(tx, floor))
    client = await aiohttp_client(built(floor, (post_wing(floor),), keeper).app)
    session = keeper.admit(user_with(Role.SUPERVISOR))
    page = await open_page(client, "/letters", session, size=size, light="dark" if size == PHONE else "light")
    for path, name in (
        ("/letters", "letters"),
        ("/letters/out-2", "letter"),
        (f"/letters/with/{OTHER}", "thread"),
        ("/costs", "costs"),
    ):
        await page.goto(str(client.make_url(path)))
        assert await axe(page) == [], path
        assert await sideways(page) == 0, path
        if size == DESK:
            await photo(page, name)
