"""Whom a letter to many must not reach is asked once more when it leaves: a phone that became quiet meanwhile, or whose
alarm in secret is open."""

from __future__ import annotations

import asyncio
from functools import partial

import pytest
from sqlalchemy import select

from config.city import load_city
from config.clock import VirtualClock
from config.crash import no_crash
from dispatch.case import Case
from dispatch.cries import Cries
from dispatch.incident import Incident, State, move
from dispatch.store.incidents import open_case, save_case
from eservices.rounds import Rounds
from gateway.broadcast.quiet import is_quiet
from gateway.broadcast.values import Stage, What
from gateway.broadcast.writing import Broadcasts
from gateway.messages import Kind
from gateway.outbox import Outbox
from gateway.pulse import Pulse
from gateway.sparing import Sparing
from gateway.store import Store, Tx
from gateway.store.outbound import OUTBOUND
from gateway.store.people import save
from tests.gateway.room import Radio, opened, play
from tests.gateway.test_broadcast import begun, known, live, number, resident, told, until_morning

CITY = load_city("binjai")


async def sent(store: Store, clock: VirtualClock, id: int, radio: Radio) -> None:
    """The loops that send, until the broadcast is over."""
    hushed = Sparing(CITY, Cries(CITY)).spares
    outbox = Outbox(
        *(store, [radio], clock, no_crash, Pulse(clock)), doubt_s=45.0, quiet=partial(is_quiet, CITY), hushed=hushed
    )
    rounds = Rounds((Broadcasts(CITY),), store, clock, Pulse(clock), wake=outbox.wake)
    tasks = [asyncio.create_task(outbox.run()), asyncio.create_task(rounds.run())]
    async with clock.timeout(3600.0):
        while (await known(store, id)).stage is Stage.SENDING:
            await clock.sleep(5.0)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


def alarm(tx: Tx, clock: VirtualClock, who: str, *, quiet: bool) -> Case:
    now = clock.now()
    one = Incident(id=0, code="", state=State.PENDING, kind="robbery", caller=who, opened_at=now, quiet=quiet)
    return open_case(tx, Case(incident=one, origin=Kind.SMS, heard_at=now))


@pytest.mark.parametrize("what", list(What))
def test_a_phone_that_became_quiet_or_hides_is_sent_nothing_that_was_written_before(what: What) -> None:
    async def main(clock: VirtualClock) -> None:
        await clock.sleep(until_morning(clock))
        async with opened(clock) as store:
            await live(store, [resident(nth) for nth in range(5)])
            id = await begun(store, told(what))
            chore = Broadcasts(CITY)
            await store.write(lambda tx: chore.run(tx, clock.now()))
            await store.write(lambda tx: save(tx, resident(1, quiet=True)))
            await store.write(lambda tx: alarm(tx, clock, number(2), quiet=True))
            await store.write(lambda tx: alarm(tx, clock, number(3), quiet=False))
            over = await store.write(lambda tx: alarm(tx, clock, number(4), quiet=True))
            ended = Case(
                incident=move(over.incident, State.CANCELLED, clock.now()), origin=Kind.SMS, heard_at=clock.now()
            )
            await store.write(lambda tx: save_case(tx, ended))
            radio = Radio(clock, air_s=0.1)
            await sent(store, clock, id, radio)
            one = await known(store, id)
            gone = select(OUTBOUND.c.recipient).where(OUTBOUND.c.state == "sent").order_by(OUTBOUND.c.recipient)
            reached = await store.read(lambda tx: list(tx.execute(gone).scalars()))
            assert reached == [number(0), number(3), number(4)]
            assert len(radio.sent) == 3
            assert one.ends == {"sent": 3, "refused": 2}

    play(main)
