"""What holds of complaints whatever is typed: nobody hidden is shown, nobody is refused, nothing is done to another's
ticket, nothing is said to a machine."""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from eservices.complaints import store
from eservices.complaints.offices.masking import shown_text
from eservices.complaints.telling import as_row, tell_followers
from eservices.complaints.ticket import Event, State, moved
from gateway.enough import MOST
from gateway.store import Tx
from gateway.store.forgetting import forget_person
from gateway.store.inbound import INBOUND
from gateway.store.outbound import OUTBOUND
from gateway.store.people import save
from tests.dispatch.phones import Post, post_office
from tests.dispatch.talks import PHONE, pack, somebody

pytestmark = pytest.mark.both_engines

OTHER = "+6281300000008"


def held(path: Path, scene: Callable[[Post], Coroutine[Any, Any, None]]) -> None:
    post_office(path, "binjai", scene)


@pytest.mark.parametrize(
    "text",
    [
        "RAHASIA pungli di kantor lurah, hubungi 081300000007",
        "LAPOR RAHASIA parkir liar jl labu",
        "LAPOR parkir liar jl labu jangan sebut nama saya",
        "rahasiakan nama saya, ada orgen tunggal ribut di jl labu",
    ],
)
def test_who_hides_is_named_nowhere_but_among_the_followers(tmp_path: Path, text: str) -> None:
    def look(tx: Tx) -> tuple[str, str, list[store.Follower]]:
        ticket = store.ticket(tx, 1001)
        told = [json.dumps(as_row(ticket)), *(f"{one.by} {one.text}" for one in store.history(tx, 1001))]
        return "\n".join(told), shown_text(tx, pack("binjai"), ticket), store.followers(tx, 1001)

    async def scene(post: Post) -> None:
        (reply,) = await post.writes(text)
        assert "disembunyikan" in reply
        for more in ("BELUM 1001 masih", "LAPOR 1001 tambahan", "SUDAH 1001 5"):
            await post.writes(more)
        told, shown, (follower,) = await post.store.read(look)
        assert PHONE not in told
        assert "81300000007" not in shown
        assert (follower.number, follower.secret, follower.first) == (PHONE, True, True)

    held(tmp_path, scene)


def test_a_secret_place_is_not_told_to_others(tmp_path: Path) -> None:
    async def scene(post: Post) -> None:
        await post.writes("RAHASIA orgen tunggal ribut di jl labu")
        (told,) = await post.writes("STATUS 1001", OTHER)
        assert "Labu" not in told
        (own,) = await post.writes("STATUS 1001")
        assert "Labu" in own

    held(tmp_path, scene)


@pytest.mark.sqlite_only("it is the conversation's limit, on any engine")
def test_limits_touch_replies_and_never_a_complaint(tmp_path: Path) -> None:
    kinds = ("sampah menumpuk", "lampu jalan mati", "parit tersumbat", "jalan rusak", "pohon tumbang")
    names = [area.name for area in list(pack("binjai").areas.values())[:16]]
    texts = [f"LAPOR {kind} di kelurahan {name}" for kind in kinds for name in names]

    def count(tx: Tx) -> int:
        return len(store.list_tickets(tx, at_most=500))

    async def scene(post: Post) -> None:
        answers = [await post.writes(text) for text in texts]
        assert sum(len(one) for one in answers) == MOST + 1, "and the one that says that no more follow for a while"
        assert await post.store.read(count) == len(texts) > MOST

    held(tmp_path, scene)


@pytest.mark.parametrize("verb", ["SUDAH 1001 1", "BELUM 1001", "BATAL LAPOR 1001"])
def test_nobody_ends_opens_or_withdraws_anothers_ticket(tmp_path: Path, verb: str) -> None:
    async def scene(post: Post) -> None:
        await post.writes("LAPOR sampah menumpuk di jl labu")
        before = await post.store.read(lambda tx: store.ticket(tx, 1001))
        (told,) = await post.writes(verb, OTHER)
        assert "bukan dari nomor ini" in told
        assert await post.store.read(lambda tx: store.ticket(tx, 1001)) == before

    held(tmp_path, scene)


def test_abuse_is_counted_and_not_merged(tmp_path: Path) -> None:
    async def scene(post: Post) -> None:
        await post.writes("LAPOR jalan berlubang di jl labu")
        (told,) = await post.writes("LAPOR bangsat jalan berlubang di jl labu", OTHER)
        assert "1002" in told
        ticket = await post.store.read(lambda tx: store.ticket(tx, 1002))
        assert (ticket.state, ticket.abusive, ticket.state.shown) == (State.WITHHELD, True, False)
        assert await post.store.read(lambda tx: len(store.open_tickets(tx))) == 1

    held(tmp_path, scene)


@pytest.mark.sqlite_only("it is the conversation's rule, on any engine")
@pytest.mark.parametrize("sender", ["3636", "TELKOMSEL", ""])
def test_a_machine_gets_no_ticket_and_no_answer(tmp_path: Path, sender: str) -> None:
    async def scene(post: Post) -> None:
        assert await post.writes("LAPOR sampah menumpuk di jl labu", sender) == []
        assert await post.store.read(lambda tx: store.list_tickets(tx)) == []
        assert await post.facts() == ["unread LAPOR sampah menumpuk di jl labu"]

    held(tmp_path, scene)


def test_a_letter_that_may_be_anothers_is_kept_for_a_person(tmp_path: Path) -> None:
    async def scene(post: Post) -> None:
        await post.writes("LAPOR sampah menumpuk di jl labu", doubts=("no such field",))
        await post.writes("STATUS 1001", doubts=("no such field",))
        assert await post.store.read(lambda tx: store.list_tickets(tx)) == []
        unread = select(INBOUND.c.text).where(INBOUND.c.state == "unread")
        assert "sampah menumpuk di jl labu" in await post.store.read(lambda tx: tx.execute(unread).scalars().all())

    held(tmp_path, scene)


def test_news_go_once_to_each_follower_and_to_no_quiet_phone(tmp_path: Path) -> None:
    async def scene(post: Post) -> None:
        city, now = pack("binjai"), post.clock.now()
        await post.writes("LAPOR jalan berlubang di jl labu")
        await post.writes("LAPOR jalan berlubang di jl labu", OTHER)
        quiet = somebody(city, "id", phone=OTHER, quiet=True)

        def work(tx: Tx) -> tuple[int, int]:
            ticket = store.ticket(tx, 1001)
            first = tell_followers(tx, city, ticket, "ticket_agreed", now)
            save(tx, quiet)
            return first, tell_followers(tx, city, ticket, "ticket_agreed", now + timedelta(seconds=1))

        assert await post.store.write(work) == (2, 1)
        await post.store.write(lambda tx: tell_followers(tx, city, store.ticket(tx, 1001), "ticket_agreed", now))
        sent = select(OUTBOUND.c.recipient).where(OUTBOUND.c.key.contains("ticket_agreed")).order_by(OUTBOUND.c.id)
        told = await post.store.read(lambda tx: list(tx.execute(sent).scalars()))
        assert sorted(told) == sorted([PHONE, OTHER, PHONE])

    held(tmp_path, scene)


def test_the_store_gives_back_what_it_was_given(tmp_path: Path) -> None:
    async def scene(post: Post) -> None:
        await post.writes("LAPOR jalan rusak di jl sudirman")

        def work(tx: Tx) -> None:
            ticket = store.ticket(tx, 1001)
            assert ticket.candidates == ("12.75.02.1004", "12.75.02.1005")
            number = store.add(tx, ticket)
            assert (number, store.ticket(tx, number).text) == (1002, ticket.text)
            answered = moved(ticket, Event.ANSWER, post.clock.now(), answer="sudah")
            store.save(tx, answered)
            assert store.ticket(tx, 1001) == answered
            assert [one.number for one in store.open_tickets(tx)] == [1002]
            assert [one.number for one in store.open_tickets(tx, office="dlh")] == []
            assert [one.number for one in store.list_tickets(tx)] == [1002, 1001]
            assert [one.number for one in store.list_tickets(tx, before=1002)] == [1001]
            assert [one.number for one in store.list_tickets(tx, state=State.ANSWERED)] == [1001]
            assert [one.number for one in store.tickets_of(tx, PHONE)] == [1001]
            assert store.follow(tx, 1001, store.Follower(number=PHONE, since=post.clock.now(), secret=True)) is False
            assert store.followers(tx, 1001)[0].secret
            assert forget_person(tx, PHONE)
            assert store.followers(tx, 1001) == []
            for number in (0, -1, 7, 2**31, 10**12):
                with pytest.raises(store.NoSuchTicket):
                    store.ticket(tx, number)
            with pytest.raises(store.NoSuchTicket):
                store.save(tx, replace(answered, number=99))

        await post.store.write(work)

    held(tmp_path, scene)
