"""Broadcasts and warnings: kept, found, moved from stage to stage."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from gateway.broadcast.values import OPEN, Broadcast, Stage, What
from gateway.store.broadcasts import BROADCAST
from gateway.store.outbound import OUTBOUND
from gateway.store.schema import Tx, new_id

NEWEST = 10  # letters that left last: several ways settle in no order
UNCOUNTED = 5  # looked at together


def keep(tx: Tx, one: Broadcast) -> Broadcast:
    """A new one; its id is given to it."""
    row = {
        "kind": one.what.value,
        "state": one.stage.value,
        "area": one.area,
        "texts": _written(one.texts),
        "template": one.template,
        "follows": one.follows,
        "asked_by": one.asked_by,
        "asked_name": one.asked_name,
        "asked_number": one.asked_number,
        "asked_at": one.asked_at,
        "agreed_by": one.agreed_by,
        "agreed_how": one.agreed_how,
        "agreed_at": one.agreed_at,
        "expires_at": one.expires_at,
        "passed": b"",
        "people": one.people,
        "written": 0,
        "left_out": 0,
        "ended_by": "",
        "ends": "{}",
    }
    return replace(one, id=new_id(tx.execute(insert(BROADCAST), row)))


def find(tx: Tx, number: int) -> Broadcast | None:
    """The one with that id."""
    if not 0 < number < 2**31:
        return None
    row = tx.execute(select(BROADCAST).where(BROADCAST.c.id == number)).first()
    return _broadcast(row) if row is not None else None


def _written(texts: Mapping[str, str]) -> str:
    return json.dumps(dict(texts), ensure_ascii=False)


def same(tx: Tx, what: What, texts: Mapping[str, str], since: datetime) -> Sequence[Broadcast]:
    """Those of these texts, to whatever area, that were asked for since then, the newest first."""
    mine = select(BROADCAST).where(
        BROADCAST.c.kind == what.value, BROADCAST.c.asked_at > since, BROADCAST.c.texts == _written(texts)
    )
    return [_broadcast(row) for row in tx.execute(mine.order_by(BROADCAST.c.id.desc()))]


def uncounted(tx: Tx) -> Sequence[Broadcast]:
    """Those that were ended before all their letters had ended, newest first: how these ended is not written down."""
    ended = BROADCAST.c.state.in_((Stage.SENT.value, Stage.STOPPED.value))
    mine = select(BROADCAST).where(ended, BROADCAST.c.ends == "{}", BROADCAST.c.written > 0)
    return [_broadcast(row) for row in tx.execute(mine.order_by(BROADCAST.c.id.desc()).limit(UNCOUNTED))]


def latest(tx: Tx, what: What, at_most: int) -> Sequence[Broadcast]:
    """The newest first."""
    mine = select(BROADCAST).where(BROADCAST.c.kind == what.value).order_by(BROADCAST.c.id.desc())
    return [_broadcast(row) for row in tx.execute(mine.limit(at_most))]


def under_way(tx: Tx) -> Sequence[Broadcast]:
    """Those that are proposed or being sent: warnings first, then by their age."""
    mine = select(BROADCAST).where(BROADCAST.c.state.in_([one.value for one in OPEN]))
    found = [_broadcast(row) for row in tx.execute(mine.order_by(BROADCAST.c.id))]
    return sorted(found, key=lambda one: one.what is not What.WARNING)


def change(tx: Tx, one: Broadcast, **values: Any) -> Broadcast:
    """Write what changed of it."""
    row = dict(values)
    if "stage" in row:
        row["state"] = row.pop("stage").value
    if "passed" in row:
        row["passed"] = values["passed"].encode()
    if "ends" in row:
        row["ends"] = json.dumps(values["ends"])
    tx.execute(update(BROADCAST).where(BROADCAST.c.id == one.id).values(row))
    return replace(one, **values)


def ends_of(tx: Tx, one: Broadcast) -> dict[str, int]:
    """How many of its letters are in each state."""
    mine = select(OUTBOUND.c.state, func.count()).where(OUTBOUND.c.crowd == one.id).group_by(OUTBOUND.c.state)
    return {row[0]: row[1] for row in tx.execute(mine)}


def waiting(tx: Tx, one: Broadcast) -> int:
    """How many of its letters no channel has sent yet."""
    mine = select(func.count()).where(OUTBOUND.c.crowd == one.id, OUTBOUND.c.state.in_(("queued", "doing")))
    return int(tx.execute(mine).scalar_one())


def stuck_since(tx: Tx, one: Broadcast, since: datetime) -> bool:
    """Whether letters of it wait since before that, and none has ended since."""
    mine, queued = OUTBOUND.c.crowd == one.id, OUTBOUND.c.state == "queued"
    oldest = tx.execute(select(func.min(OUTBOUND.c.created_at)).where(mine, queued)).scalar()
    if oldest is None or oldest > since:
        return False
    newest = select(OUTBOUND.c.settled_at).where(mine, ~queued).order_by(OUTBOUND.c.id.desc()).limit(NEWEST)
    return all(at is not None and at <= since for at in tx.execute(newest).scalars())


def stop(tx: Tx, one: Broadcast, by: str, at: datetime, *, stage: Stage = Stage.STOPPED) -> Broadcast:
    """What no channel has begun is not sent; a letter of several parts that is half on its way is finished."""
    mine = OUTBOUND.c.crowd == one.id, OUTBOUND.c.next_part == 0
    gone = {"state": "cancelled", "settled_at": at}
    tx.execute(update(OUTBOUND).where(*mine, OUTBOUND.c.state == "queued").values(gone))
    again = OUTBOUND.c.state.in_(("doing", "unknown")), OUTBOUND.c.expires_at > at, OUTBOUND.c.parts <= 1
    tx.execute(update(OUTBOUND).where(*mine, *again).values(expires_at=at))  # given back, it is not tried again
    return change(tx, one, stage=stage, ended_at=at, ended_by=by, passed="")


def _broadcast(row: Row[Any]) -> Broadcast:
    return Broadcast(
        id=row.id,
        what=What(row.kind),
        stage=Stage(row.state),
        area=row.area,
        texts=json.loads(row.texts),
        template=row.template,
        follows=row.follows,
        asked_by=row.asked_by,
        asked_name=row.asked_name,
        asked_number=row.asked_number,
        asked_at=row.asked_at,
        agreed_by=row.agreed_by,
        agreed_how=row.agreed_how,
        agreed_at=row.agreed_at,
        expires_at=row.expires_at,
        passed=row.passed.decode(),
        people=row.people,
        written=row.written,
        left_out=row.left_out,
        written_at=row.written_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
        ends=json.loads(row.ends),
    )
