"""Raw messages, and the law of equal ones: the network repeats itself, and so do people."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, insert, select, update

from gateway.store.inbound import RAW
from gateway.store.schema import Tx

STAMP_OFF = timedelta(days=1)  # a stamp further than that from our clock is not believed

_LAST = (
    select(RAW.c.id, RAW.c.nth, RAW.c.scts, RAW.c.received_at)
    .where(RAW.c.imsi == bindparam("imsi"), RAW.c.digest == bindparam("digest"))
    .order_by(RAW.c.nth.desc())
    .limit(1)
)
_ADD = insert(RAW)


def keep_raw(
    tx: Tx,
    *,
    imsi: str,
    digest: str,
    pdu: str,
    scts: datetime | None,
    channel: str,
    at: datetime,
    repeat_s: float,
    repeat_unsure_s: float,
    fault: str | None = None,
) -> int | None:
    """Keep a raw message and return which of its equals it is (0: the first ever); None when it is a repeat: equal to
    one first kept less than ``repeat_s`` ago, or ``repeat_unsure_s`` where the network's stamp is missing or not to
    be believed (then two letters of the same words have equal PDUs)."""
    last = tx.execute(_LAST, {"imsi": imsi, "digest": digest}).first()
    if last is not None:
        sure = last.scts is not None and abs(last.scts - last.received_at) <= STAMP_OFF
        window = timedelta(seconds=repeat_s if sure else repeat_unsure_s)
        if last.received_at + window > at:
            tx.execute(update(RAW).where(RAW.c.id == last.id).values(repeats=RAW.c.repeats + 1))
            return None
    nth = 0 if last is None else int(last.nth) + 1
    row = {"imsi": imsi, "digest": digest, "nth": nth, "scts": scts, "pdu": pdu, "channel": channel}
    tx.execute(_ADD, {**row, "received_at": at, "fault": fault})
    return nth
