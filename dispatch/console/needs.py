"""What needs a person, first: each in words, with the one act or the one page that helps. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from dispatch.console.house import UNPROVEN
from gateway.pulse import Part, Status

Json = Mapping[str, Any]

OPEN = "/incidents?state=open"
MOST_EACH = 5  # of one matter named one by one; the rest as a number
LATE_S = 60.0  # an emergency letter that waits longer is a matter for a person
LONG_S = 1800.0  # letters for longer than that on the air: a service letter of now leaves in half an hour
LINKS: Mapping[str, str] = {
    "siren": "/stations",
    "modem": "/stations",
    "sim": "/costs",
    "credit": "/costs",
    "spending": "/costs",
    "letters": "/letters",
    "proof": "/letters",
    "audit": "/settings/audit",
    "provider": "/settings/secrets",
    "callback": "/settings/secrets",
}
"""By kind of a part: the page that shows more of it."""
GRAVE = frozenset({"store", "loop", "disk", "clock", "audit", "incident"})
"""Kinds without which the program itself is at fault."""
ELSEWHERE = frozenset({"letters", "incident"})
"""Kinds that are named by what lies behind them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One line. ``key``: of the page's words; ``rank``: 0 comes first. ``incident``: the one it is about; ``act``: the
    verb of its button (``open``: look at it); ``link``: the page that helps."""

    key: str
    rank: int
    fields: Mapping[str, Any] = field(default_factory=dict)
    incident: int = 0
    act: str = ""
    link: str = ""

    def json(self) -> Json:
        """As it goes to the page."""
        said = {"key": self.key, "rank": self.rank, "fields": dict(self.fields)}
        return {**said, "incident": self.incident, "act": self.act, "link": self.link}


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the list is made of. ``board``: summaries of incidents; ``more``: open ones that are not on it. ``unseen``:
    letters that ended badly and nobody knows. ``overdue``: officers who passed no communication test of late.
    ``queues``: ``{lane, count, oldest_at, airtime_s}``. ``unread``: letters left for people, ``{count, oldest_at}``."""

    board: Sequence[Json]
    parts: Sequence[Part]
    now: datetime
    nobody_s: float
    more: int = 0
    unseen: int = 0
    overdue: int = 0
    queues: Sequence[Json] = ()
    unread: Json = field(default_factory=dict)


def needs(facts: Facts) -> list[Need]:
    """Everything that needs a person, the most urgent first."""
    found = [
        *_several(_incidents(facts), "more_incidents", OPEN),
        *([Need(key="hidden", rank=1, fields={"n": facts.more}, link=OPEN)] if facts.more else []),
        *_several(_parts(facts), "more_parts"),
        *_letters(facts),
        *_unproven(facts),
    ]
    return sorted(found, key=lambda one: one.rank)


def _incidents(facts: Facts) -> list[Need]:
    waiting = [(_since(one), one) for one in facts.board if not one["drill"]]
    found: list[Need] = []
    for since, one in sorted(waiting, key=lambda pair: pair[0]):
        said = {"code": one["code"], "kind": one["kind_label"], "since": since.isoformat(), "why": one["alarm"]}
        over = facts.now >= since + timedelta(seconds=facts.nobody_s)
        if one["state"] == "confirmed" and (one["alarm"] or over):
            found.append(Need(key="nobody", rank=0, fields=said, incident=one["id"], act="accept"))
        elif one["state"] == "pending" and one["alarm"]:
            found.append(Need(key="look", rank=1, fields=said, incident=one["id"], act="open"))
        elif one["state"] in ("confirmed", "accepted") and (one["alarm"] or one.get("unreached")):
            found.append(_untaken(one, said))
        elif one["state"] == "accepted" and not one.get("goes") and not one.get("assigned_name"):
            said["name"] = one.get("accepted_by") or ""
            found.append(Need(key="unsent", rank=1, fields=said, incident=one["id"], act="assign"))
        if one.get("taken_back"):
            found.append(_taken_back(one, facts.board))
    return found


def _untaken(one: Json, said: Mapping[str, Any]) -> Need:
    """It was sent to somebody who does not take it: what the last call to him came to."""
    vain = one.get("unreached") or {}
    key = "cannot" if vain.get("cannot") else "unreached" if vain else "untaken"
    since = vain.get("at") or one.get("assigned_at") or said["since"]
    more = {"name": one.get("assigned_name") or "", "outcome": vain.get("outcome", ""), "since": since}
    return Need(key=key, rank=1, fields={**said, **more}, incident=one["id"], act="assign")


def _taken_back(one: Json, board: Sequence[Json]) -> Need:
    """BATAL that stopped nothing, or another one: every house that it may have meant is named. First the reporter is
    asked; who was called may be ended."""
    back = one["taken_back"]
    others = [_house(row) for row in board if row["code"] in back["others"]]
    key = "which" if back["which"] else "taken_back_of" if others else "taken_back"
    act = "close" if back["called"] else "call" if back["reach"] else "open"
    said = {**_house(one), "since": back["at"], "others": others}
    return Need(key=key, rank=1, fields=said, incident=one["id"], act=act)


def _house(one: Json) -> Json:
    """As everybody who watches may know it: no street."""
    place = one.get("place") or {}
    where = place.get("kelurahan_name") or place.get("outside_name") or ""
    return {"code": one["code"], "kind": one["kind_label"], "place": where}


def _since(one: Json) -> datetime:
    return datetime.fromisoformat(one.get("confirmed_at") or one["opened_at"])


def _parts(facts: Facts) -> list[Need]:
    found = []
    for part in facts.parts:
        if part.status is Status.OK or part.kind in ELSEWHERE or part.detail == UNPROVEN:
            continue
        said = {"kind": part.kind, "name": part.name, "status": str(part.status)}
        said |= {"since": part.since.isoformat(), "detail": part.detail}
        rank = 1 if part.kind in GRAVE and part.status is Status.FAILED else 2 if part.status is Status.FAILED else 3
        found.append(Need(key="part", rank=rank, fields=said, link=LINKS.get(part.kind, "")))
    return found


def _letters(facts: Facts) -> list[Need]:
    found = []
    if facts.unseen:
        found.append(Need(key="letters", rank=2, fields={"n": facts.unseen}, link="/letters?list=unseen"))
    if facts.unread.get("count"):
        said = {"n": facts.unread["count"], "since": facts.unread["oldest_at"]}
        found.append(Need(key="unread", rank=2, fields=said, link="/letters?list=unread"))
    for queue in facts.queues:
        said = {"lane": queue["lane"], "n": queue["count"], "airtime_s": queue["airtime_s"]}
        age_s = (facts.now - datetime.fromisoformat(queue["oldest_at"])).total_seconds() if queue["oldest_at"] else 0.0
        if queue["lane"] == "emergency" and age_s > LATE_S:
            found.append(Need(key="late", rank=1, fields={**said, "age_s": round(age_s)}, link="/letters?list=queued"))
        elif queue["lane"] != "bulk" and queue["airtime_s"] > LONG_S:
            found.append(Need(key="long", rank=3, fields=said, link="/letters?list=queued"))
    return found


def _unproven(facts: Facts) -> list[Need]:
    """What is no fault yet, and nobody knows to be well."""
    sirens = sum(part.kind == "siren" and part.detail == UNPROVEN for part in facts.parts)
    found = [Need(key="unproven", rank=4, fields={"n": sirens}, link="/stations")] if sirens else []
    if facts.overdue:
        found.append(Need(key="overdue", rank=4, fields={"n": facts.overdue}, link="/officers"))
    return found


def _several(found: list[Need], key: str, link: str = "") -> list[Need]:
    """The most urgent few one by one, the rest as a number."""
    first = sorted(found, key=lambda one: one.rank)
    rest = first[MOST_EACH:]
    if not rest:
        return first
    return [*first[:MOST_EACH], Need(key=key, rank=rest[0].rank, fields={"n": len(rest)}, link=link)]
