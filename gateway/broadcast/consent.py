"""A warning needs two persons: one proposes it, another agrees, on the page or by SMS with a code from his own number.

A code is for one number and one warning, holds once and for half an hour; three wrong ones end that number's chance.
Nobody is the second person of his own proposal, by login, name or telephone. Everything is in the audit.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from config.city_telling import FIELDS
from gateway.audit import Deed, note
from gateway.broadcast.areas import said as area_said
from gateway.broadcast.areas import within
from gateway.broadcast.asking import MOST_PARTS, NotSendable, refuse_twice
from gateway.broadcast.store.codes import Code, codes_of, keep_code, tried, use
from gateway.broadcast.store.keeping import change, find, keep, stop
from gateway.broadcast.store.people import count
from gateway.broadcast.values import OPEN, Broadcast, Stage, What
from gateway.messages import Lane, Outbound
from gateway.store import Tx, put
from gateway.words import squash
from gateway.writing import messages, written

if TYPE_CHECKING:
    from config.city import City

PROPOSED_FOR = timedelta(minutes=30)  # a proposal waits for its second person
WORTH = timedelta(hours=12)  # after that a warning is no news
TRIES = 3  # wrong codes of one number for one warning
NewCode = Callable[[], str]
_SIX = re.compile(r"(?<!\d)\d{6}(?!\d)")
WHY: Mapping[str, str] = {
    "template": "the pack has no warning {id!r} ({known})",
    "field": "{name} is needed, {most} characters at most",
    "follows": "there is no warning {id} that could be over",
    "nobody": "nobody who may be written to lives there",
    "same": "the person who proposed it cannot agree to it: another must",
    "over": "it is not waiting for consent any more",
    "code": "that code does not hold",
}


class NotAgreed(Exception):
    """Not done: ``why`` is a key of ``WHY``."""

    def __init__(self, why: str, **fields: str) -> None:
        super().__init__(WHY[why].format_map(fields))
        self.why, self.fields = why, fields


def six_digits() -> str:
    """A code that nobody guesses in three tries."""
    return f"{secrets.randbelow(10**6):06}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """``by``: the login, or the name that was given; ``name``: what else he is called; ``number``: his own telephone,
    empty where it is none of the command centre's. ``over``: the warning that is to be called off; then its area and
    kind are taken."""

    template: str
    area: str
    said: Mapping[str, str]
    by: str
    how: str
    name: str = ""
    number: str = ""
    over: int | None = None


def texts_of(city: City, proposal: Proposal) -> dict[str, str]:
    """What would be sent, by language. Raises NotAgreed, NotSendable."""
    kind = city.telling.warning(proposal.template)
    if kind is None:
        known = ", ".join(one.id for one in city.telling.warnings)
        raise NotAgreed("template", id=proposal.template, known=known)
    filled = {name: " ".join(written(proposal.said.get(name, "")).split()) for name in FIELDS}
    for name in kind.fields(over=proposal.over is not None):
        if not 0 < len(filled[name]) <= FIELDS[name]:
            raise NotAgreed("field", name=name, most=str(FIELDS[name]))
    templates = kind.clear if proposal.over is not None else kind.texts
    texts = {language: written(text.format_map(filled)) for language, text in templates.items()}
    for language, text in texts.items():
        if messages(text) > MOST_PARTS:
            raise NotSendable("long", language=language, parts=str(messages(text)), most=str(MOST_PARTS))
    return texts


def followed(tx: Tx, proposal: Proposal) -> Proposal:
    """The proposal with the kind and area of the warning that it calls off. Raises NotAgreed."""
    if proposal.over is None:
        return proposal
    first = find(tx, proposal.over)
    if first is None or first.what is not What.WARNING or first.agreed_at is None:
        raise NotAgreed("follows", id=str(proposal.over))
    return replace(proposal, template=first.template, area=first.area)


def propose(tx: Tx, city: City, proposal: Proposal, now: datetime, new_code: NewCode = six_digits) -> Broadcast:
    """It waits for a second person; each telephone of the command centre but the proposer's gets a code of its own. Not
    a second time meanwhile: each would be agreed to, and everybody told twice. Raises NotAgreed, NotSendable."""
    proposal = followed(tx, proposal)
    counted = count(tx, within(city, proposal.area), What.WARNING)
    if not counted.letters:
        raise NotAgreed("nobody")
    texts = texts_of(city, proposal)
    refuse_twice(tx, What.WARNING, proposal.area, texts, now - PROPOSED_FOR)
    one = Broadcast(
        id=0,
        what=What.WARNING,
        stage=Stage.PROPOSED,
        area=proposal.area,
        texts=texts,
        template=proposal.template,
        follows=proposal.over,
        asked_by=proposal.by,
        asked_name=proposal.name,
        asked_number=proposal.number,
        asked_at=now,
        expires_at=now + PROPOSED_FOR,
        people=counted.letters,
    )
    one = keep(tx, one)
    note(tx, Deed(by=proposal.by, how=proposal.how, what="warning.propose", object=f"broadcast/{one.id}"))
    for post in city.operators:
        if not _same(one, post.name, post.number):
            _ask(tx, city, one, post.name, post.number, new_code())
    return one


def _ask(tx: Tx, city: City, one: Broadcast, name: str, number: str, code: str) -> None:
    known = Code(broadcast=one.id, number=number, name=name, digest=_digest(one.id, number, code), left=TRIES)
    keep_code(tx, known, one.expires_at)
    text = city.text(
        city.languages[0],
        "telling_consent",
        name=one.asked_by,
        warning=warning_said(city, one),
        place=area_said(city, one.area, city.title),
        reply=code,
    )
    key, ends = f"warning/{one.id}/code/{number}", one.expires_at
    put(tx, Outbound(to=number, text=text, lane=Lane.SERVICE, key=key, expires_at=ends, hides=True))


def warning_said(city: City, one: Broadcast) -> str:
    """Its kind in the city's first language."""
    kind = city.telling.warning(one.template)
    return kind.names[city.languages[0]] if kind is not None else one.template


def _opens(code: Code, one: Broadcast, typed: str) -> bool:
    return secrets.compare_digest(code.digest, _digest(one.id, code.number, typed))


def _digest(broadcast: int, number: str, code: str) -> str:
    return hashlib.sha256(f"{broadcast}|{number}|{code}".encode()).hexdigest()


def _same(one: Broadcast, who: str, number: str = "") -> bool:
    """Whether that is who proposed it."""
    names = {squash(name) for name in (one.asked_by, one.asked_name) if name}
    return squash(who) in names or (bool(number) and number == one.asked_number)


def agree(tx: Tx, one: Broadcast, by: str, how: str, now: datetime, *, names: tuple[str, ...] = ()) -> Broadcast:
    """The second person agrees, and it begins; what it calls off is sent no more, lest danger come after its end.
    ``names``: what else he is called. Raises NotAgreed."""
    if one.stage is not Stage.PROPOSED or one.expires_at <= now:
        raise NotAgreed("over")
    if any(_same(one, name, by) for name in (by, *names)):
        note(tx, Deed(by=by, how=how, what="warning.own_consent", object=f"broadcast/{one.id}"))
        raise NotAgreed("same")
    note(tx, Deed(by=by, how=how, what="warning.agree", object=f"broadcast/{one.id}"))
    first = find(tx, one.follows) if one.follows is not None else None
    if first is not None:
        end(tx, first, by, how, now)
    values = {"agreed_by": names[0] if names else by, "agreed_how": how, "agreed_at": now, "expires_at": now + WORTH}
    return change(tx, one, stage=Stage.SENDING, **values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What became of a code: ``agreed`` None: it did not hold, ``left`` more tries; nothing ``waits``: no warning asks
    that number."""

    agreed: Broadcast | None = None
    left: int = 0
    waits: bool = True


def by_code(tx: Tx, number: str, typed: str, how: str, now: datetime) -> Answered:
    """Somebody answers with a code from that number; the newest warning it opens is agreed to. An answer without a
    figure is no try; one with two codes is a wrong one."""
    open_ones = [(code, one) for code in codes_of(tx, number, now) if (one := _proposed(tx, code, now)) is not None]
    if not open_ones:
        return Answered(waits=False)
    digits = "".join(char for char in typed if char.isdigit())
    if not digits:
        return Answered(left=max(code.left for code, _ in open_ones))
    said = {*_SIX.findall(typed)} or {digits}  # "482913, jam 03.00", and "482 913"
    for code, one in open_ones:
        if code.left > 0 and len(said) == 1 and _opens(code, one, *said):
            use(tx, code, now)
            return Answered(agreed=agree(tx, one, number, how, now, names=(code.name,)))
    for code, one in open_ones:
        tried(tx, code)
        note(tx, Deed(by=number, how=how, what="warning.wrong_code", object=f"broadcast/{one.id}"))
    return Answered(left=max(0, *(code.left - 1 for code, _ in open_ones)))


def _proposed(tx: Tx, code: Code, now: datetime) -> Broadcast | None:
    one = find(tx, code.broadcast)
    return one if one is not None and one.stage is Stage.PROPOSED and one.expires_at > now else None


def end(tx: Tx, one: Broadcast, by: str, how: str, now: datetime) -> Broadcast | None:
    """Stop a broadcast or a warning, or take a proposal back; None: it was over."""
    if one.stage not in OPEN:
        return None
    note(tx, Deed(by=by, how=how, what=f"{one.what.value}.stop", object=f"broadcast/{one.id}"))
    return stop(tx, one, by, now)
