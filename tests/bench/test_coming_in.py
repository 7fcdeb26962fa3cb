"""Pages open to persons alone: those of the bench come in by the real door of the real program."""

from __future__ import annotations

import pytest

from tests.bench import program
from tests.bench.coming_in import asked, come_in, newcomer, session
from tests.bench.console_pages import LOOKED, ROLES
from tests.bench.watchers import sessions_for, watching
from tests.walks.operators import PASSWORD

pytestmark = pytest.mark.sqlite_only("the bench measures on SQLite")
NEEDS_AN_INCIDENT = "/incidents/1"


async def test_a_newcomer_of_the_bench_opens_every_page_it_looks_at_and_the_board_many_times() -> None:
    async with program.laid_out() as house, house.running() as running:
        key = await newcomer(house, running.url, "budi", *ROLES)
        for path in LOOKED:
            if path != NEEDS_AN_INCIDENT:
                assert b"<!doctype html>" in (await asked(f"{running.url.rstrip('/')}{path}", session(key))).body, path
        await newcomer(house, running.url, "sari", "dispatcher")
        keys = [await come_in(running.url, "sari", PASSWORD) for _ in range(sessions_for(13))]
        async with watching(running.url, keys, 13) as heard:
            assert heard.ended == 0
        with pytest.raises(program.NotReady, match=": 401 "):
            await asked(running.url, session("nobody"))
