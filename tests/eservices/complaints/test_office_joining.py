"""Two tickets that are one matter, and one that is two: by the command line, as by the page."""

from __future__ import annotations

import pytest

from config.command import CommandError
from eservices.complaints import store as verbs
from eservices.complaints.ticket import State
from tests.eservices.complaints.office_commands import typed
from tests.eservices.complaints.office_room import GINA, HADI, STRANGER, Office, code_in, office


async def joined(here: Office, number: int, by: str, text: str) -> None:
    one = verbs.Follower(number=by, since=here.clock.now(), text=text)
    await here.store.write(lambda tx: verbs.follow(tx, number, one))


def test_a_ticket_that_is_anothers_matter_ends_there_and_everybody_is_told() -> None:
    async def scene(here: Office) -> None:
        first, second = await here.report(), await here.report(by=HADI, text="lubang yang sama")
        await here.look()
        code = code_in((await here.sent())[-1])
        (row,) = (await typed(here, f"tickets merge {second} {first} --as Sari")).rows
        assert (row["state"], row["merged_into"]) == ("merged", first)
        assert (await here.sent(HADI))[-1].text.startswith(f"Keluhan {second} digabung dengan keluhan {first}")
        assert "tidak menunggu jawaban" in await here.says("+6285500007011", f"{second} {code} SELESAI")
        await typed(here, f"tickets answer {first} 'sudah ditambal' --as Sari")
        assert "sudah ditambal" in (await here.sent(HADI))[-1].text, "he hears of the other from now on"

    office(scene)


def test_a_merged_ticket_is_parted_again_with_its_whole_time() -> None:
    async def scene(here: Office) -> None:
        first, second = await here.report(), await here.report(by=HADI, text="lampu mati")
        await joined(here, first, STRANGER, "sama")
        await here.look()
        told = len(await here.sent("+6285500007011"))
        await typed(here, f"tickets merge {second} {first} --as Sari")
        await here.passes(days=1)
        (row,) = (await typed(here, f"tickets split {second} --as Sari")).rows
        after = await here.ticket(second)
        assert (row["state"], after.state, after.merged_into) == ("open", State.OPEN, None)
        assert after.due_at == here.city.calendar.working_days_after(here.clock.now(), 5)
        followers = await here.store.read(lambda tx: verbs.followers(tx, first))
        assert {one.number for one in followers} == {GINA, STRANGER}, "who only joined stays"
        await here.look()
        again = (await here.sent("+6285500007011"))[told:]
        assert any(sms.text.startswith(f"Keluhan {second}") for sms in again), "its office has it again"
        assert "split" in await here.past(second)

    office(scene)


def test_one_neighbours_words_become_a_ticket_of_their_own() -> None:
    async def scene(here: Office) -> None:
        first = await here.report()
        await joined(here, first, HADI, "parit tumpat")
        (row,) = (await typed(here, f"tickets split {first} 2 --as Sari")).rows
        assert (row["text"], row["number"] != first) == ("parit tumpat", True)
        assert (await here.sent(HADI))[-1].text.startswith(f"Keluhan Anda kini bernomor {row['number']}")
        assert [one.number for one in await here.store.read(lambda tx: verbs.followers(tx, first))] == [GINA]

    office(scene)


@pytest.mark.parametrize(
    "line",
    [
        *("merge 1001 1001", "merge 1001 9999", "merge 9999 1001", "merge 1002 1003"),
        *("split 1001", "split 1001 2", "split 1001 7"),  # 2 is who opened it
    ],
)
def test_what_cannot_be_is_refused_in_words(line: str) -> None:
    async def scene(here: Office) -> None:
        for by in (GINA, HADI, STRANGER):
            await here.report(by=by)
        await typed(here, "tickets merge 1003 1001 --as Sari")
        with pytest.raises(CommandError):
            await typed(here, f"tickets {line} --as Sari")
        assert (await here.ticket(1001)).state is State.OPEN

    office(scene)
