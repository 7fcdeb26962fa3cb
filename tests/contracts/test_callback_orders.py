"""Callbacks in any order, any number of times, before and after the send returns: the end is the same."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from config.clock import VirtualClock
from config.crash import no_crash
from gateway.messages import Lane
from gateway.outbox import Outbox
from gateway.pulse import Pulse
from gateway.store import Tx, put
from gateway.store.callbacks import OPTED_OUT
from gateway.store.inbound import INBOUND
from gateway.store.outbound import OUTBOUND
from tests.contracts.office import SITI, SMS, Office, but, counter
from tests.fixtures.whole import examples
from tests.gateway.room import EPOCH, Radio, letter, play

Said = tuple[str, Mapping[str, str]]

LETTERS: Sequence[Said] = (
    ("sms", SMS),
    ("sms", but(SMS, id="2", text="SOS")),
    ("sms", but(SMS, id="3", without="date")),
    ("sms", but(SMS, id="4", date="never")),
)
REPORTS: Sequence[Said] = tuple(
    ("delivery", {"id": f"ATXid_{number}", "status": status, "phoneNumber": SITI})
    for number, statuses in enumerate((("Sent", "Success", "Failed"), ("Buffered", "Failed")))
    for status in statuses
)
OPT_OUTS: Sequence[Said] = (("optout", {"phoneNumber": SITI, "senderId": "X"}), ("optout", {"phoneNumber": "0811"}))
ALL = (*LETTERS, *REPORTS, *OPT_OUTS)
SENDS = {"surat 0": Lane.EMERGENCY, "surat 1": Lane.SERVICE}  # a slot each: both are on the way from the first moment
ENDS = {"surat 0": "delivered", "surat 1": "failed"}


class Slow(Radio):
    """A channel named as the provider; each letter returns only when it is let."""

    async def send(self, one: object, part: int, reference: int) -> str:
        text = getattr(one, "text", "")
        await super().send(one, part, reference)  # type: ignore[arg-type]
        return f"ATXid_{text.split()[-1]}"


State = tuple[list[Any], dict[str, str], list[Any]]


async def state(office: Office) -> State:
    """Everything that callbacks may change, without what depends on the hour."""

    def work(tx: Tx) -> State:
        run = tx.execute
        kept = run(select(INBOUND.c.external_id, INBOUND.c.sender, INBOUND.c.text, INBOUND.c.doubt)).all()
        sent = run(select(OUTBOUND.c.text, OUTBOUND.c.state)).all()
        out = run(select(OPTED_OUT.c.number, OPTED_OUT.c.sender)).all()
        return sorted(map(tuple, kept)), {row.text: row.state for row in sent}, sorted(map(tuple, out))

    return await office.store.read(work)


def outcome(order: Sequence[int], air_s: float) -> State:
    """The state after these callbacks, 0.4 s apart, while two letters are on their way for ``air_s``."""

    async def main(clock: VirtualClock) -> State:
        async with counter(clock) as office:
            radio = Slow(clock, name="africastalking", air_s=air_s, kind="provider")
            outbox = Outbox(office.store, [radio], clock, no_crash, Pulse(clock), doubt_s=45.0)
            for text, lane in SENDS.items():
                one = letter(text, lane=lane, expires_at=EPOCH + timedelta(hours=1))
                await office.store.write(lambda tx, one=one: put(tx, one))  # type: ignore[misc]
            task = asyncio.create_task(outbox.run())
            await clock.sleep(0.001)
            for place in order:
                assert (await office.hears(*ALL[place])).status == 200
                await clock.sleep(0.4)
            await clock.sleep(60)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            return await state(office)

    return play(main)


orders = st.lists(st.integers(0, len(ALL) - 1), max_size=20).flatmap(
    lambda more: st.permutations([*range(len(ALL)), *more])
)


@given(order=orders, air_s=st.sampled_from([0.01, 0.5, 3.0]))
@settings(max_examples=examples(30), deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
def test_the_end_is_the_same_in_every_order_and_number(order: Sequence[int], air_s: float) -> None:
    kept, sent, out = outcome(order, air_s)
    assert sent == ENDS
    assert len(kept) == len(LETTERS)
    assert [row[3] for row in sorted(kept, key=lambda row: row[2] + row[3])].count("") == 2
    assert sorted(number for number, _ in out) == [SITI, "0811"]
    assert (kept, sent, out) == reference()


@cache
def reference() -> State:
    """The state after each callback once, in the order in which they happen."""
    return outcome(range(len(ALL)), 0.01)
