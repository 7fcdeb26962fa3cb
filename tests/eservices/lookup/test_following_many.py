"""Very many who follow, and very much that is new: told in pieces that hold no letter up, and nobody who left."""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from eservices.lookup.standing.following import store
from eservices.lookup.standing.following.chore import LOOKED, PIECE
from eservices.lookup.standing.following.store import FOLLOWER, WISH
from eservices.rounds import Chore
from gateway.store import Tx
from gateway.store.callbacks import opt_out
from gateway.store.forgetting import forget_person
from tests.eservices.lookup.standing_room import JOBS, Scene, job, play

ROWS = 10_000
OLD = job("jahit", "Penjahit lama")


def number(nth: int) -> str:
    return f"+62812{nth:08d}"


async def follows(scene: Scene, words: int, phones: int) -> None:
    """So many phones, each one word of so many."""
    await scene.imported(JOBS, OLD)
    at = scene.clock.now()

    def work(tx: Tx) -> None:
        blank = {"lookup": "kerja", "language": "id", "asked_at": at, "told_to": 0, "next_at": at, "day": "", "told": 0}
        tx.execute(insert(FOLLOWER), [{**blank, "number": number(nth)} for nth in range(phones)])
        rows = [
            {"lookup": "kerja", "number": number(nth), "word": f"bidang {nth % words}", "asked_at": at}
            for nth in range(phones)
        ]
        tx.execute(insert(WISH), rows)

    await scene.store.write(work)
    new = [job(f"bidang {nth}", f"Pekerjaan {nth}") for nth in range(ROWS)]
    await scene.imported(JOBS, OLD, *new, run=False)
    while await scene.once(chore(scene, "lookup passes")):
        pass


def chore(scene: Scene, name: str) -> Chore:
    return next(one for one in scene.chores if one.name == name)


@pytest.mark.parametrize("words", [1, ROWS])
def test_a_piece_looks_through_no_more_than_letters_can_wait_for(words: int) -> None:
    async def main(scene: Scene) -> None:
        await follows(scene, words, PIECE * 2)
        assert await scene.once(chore(scene, "lookup news"))
        told = len(await scene.sent())
        assert 1 <= told <= PIECE
        assert told == PIECE if words == 1 else (told - 1) * ROWS < LOOKED

    play(main)


@pytest.mark.parametrize("how", ["stop", "erased"])
def test_who_leaves_between_two_pieces_is_not_told_and_stays_gone(how: str) -> None:
    async def main(scene: Scene) -> None:
        await follows(scene, 1, PIECE * 2)
        assert await scene.once(chore(scene, "lookup news"))
        last = number(PIECE * 2 - 1)
        await scene.clock.sleep(1)
        if how == "stop":
            await scene.store.write(lambda tx: opt_out(tx, last, "sms", ""))
        else:
            await scene.store.write(lambda tx: forget_person(tx, last))
        await scene.rounds()
        assert await scene.texts(last) == []
        assert len(await scene.sent()) == PIECE * 2 - 1
        assert (await scene.store.read(lambda tx: store.follower(tx, "kerja", last)) is None) is (how == "erased")

    play(main)


def test_a_phone_that_was_forgotten_while_it_was_told_does_not_come_back() -> None:
    """Of two processes one forgets it after the other has read it."""

    async def main(scene: Scene) -> None:
        await follows(scene, 1, 1)
        one = await scene.store.read(lambda tx: store.follower(tx, "kerja", number(0)))
        assert one is not None
        await scene.store.write(lambda tx: forget_person(tx, number(0)))
        assert not await scene.store.write(lambda tx: store.told(tx, one))
        assert await scene.store.read(lambda tx: store.follower(tx, "kerja", number(0))) is None

    play(main)
