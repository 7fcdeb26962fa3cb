"""What a USSD turn leads to, before anything of it is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from gateway.ahead import Ahead, nothing
from gateway.callback import UssdReply, UssdTurn
from gateway.dialogue import Effect, Who
from gateway.effects import Spoken, marked, spoken
from gateway.envelope import storable
from gateway.messages import Inbound
from gateway.number import subscriber
from gateway.store import Tx
from gateway.store.sessions import Session
from gateway.ussd_input import Again, Begin, Late, Onward, read_turn, turn_key, written
from gateway.ussd_memory import Live, Person
from gateway.ussd_stage import Moved, Stage, Stages, packed

if TYPE_CHECKING:
    from config.city import City


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A turn that is decided and not yet kept. ``key`` names it within its session, ``identity`` among all turns of
    the provider; ``doubt``: what was wrong with the request. ``finish``: only the store knows how it goes on; the rest
    holds until then what is shown if it does not answer. ``ahead``: what must be fetched before that."""

    session: Session
    stage: Stage
    who: Who
    key: str
    identity: str
    reply: UssdReply
    effects: tuple[Effect, ...]
    letters: tuple[Spoken, ...]
    doubt: str
    finish: Callable[[Tx], Draft] | None = None
    ahead: Ahead = nothing

    @property
    def urgent(self) -> bool:
        """Whether it says something that is an emergency."""
        return any(one.urgent for one in self.letters)


@dataclass(frozen=True, slots=True)
class Kept:
    """A turn that is durable. ``person``: who it is now, if that changed."""

    draft: Draft
    person: Person | None


class Deciding:
    """``judged``: whether a desk takes a letter for urgent; it calls that out (``Inbox.judged``)."""

    def __init__(self, stages: Stages, city: City, judged: Callable[[Inbound], bool]) -> None:
        self._stages = stages
        self._city = city
        self._judged = judged

    def decide(self, live: Live, turn: UssdTurn, at: datetime) -> Draft | UssdReply:
        """What the turn leads to; the answer, where it was answered before."""
        turn = _storable(turn)
        before = live.session
        read = read_turn(turn, before, at)
        if isinstance(read, Again):
            return read.reply
        who = self._who(live, turn, at)
        moved = self._moved(live, read, who)
        key = turn_key(turn, before)
        doubt = ", ".join(turn.doubts)
        draft = self._draft(live, read, moved, who, key, doubt)
        draft = self._spoken(draft, self._marked(draft))
        if moved.asked is None:
            return draft
        session, person, stage = live.session, live.person, live.stage

        def finish(tx: Tx) -> Draft:
            then = Live(key=live.key, known=live.known, session=session, stage=stage, person=person)
            answered = self._stages.answered(tx, moved, who, draft.identity)
            whole = self._draft(then, read, answered, who, key, doubt)
            return self._spoken(whole, (*draft.effects, *whole.effects[len(draft.effects) :]))

        return replace(draft, finish=finish, ahead=lambda: self._stages.ahead(moved, who))

    def _draft(self, live: Live, read: Begin | Onward | Late, moved: Moved, who: Who, key: str, doubt: str) -> Draft:
        reply = self._stages.reply(moved.stage, who)
        session = self._after(live, read, moved.stage, who, key, reply)
        identity = f"{live.key.session}|{live.key.number}|{session.run}|{key}"
        return Draft(
            session=session,
            stage=moved.stage,
            who=who,
            key=key,
            identity=identity,
            reply=reply,
            effects=moved.effects,
            letters=(),
            doubt=doubt,
        )

    @staticmethod
    def _spoken(draft: Draft, effects: tuple[Effect, ...]) -> Draft:
        letters = spoken(effects, draft.who, draft.session.channel, draft.identity, draft.doubt)
        return replace(draft, effects=effects, letters=letters)

    def _moved(self, live: Live, read: Begin | Onward | Late, who: Who) -> Moved:
        stage = live.stage
        if isinstance(read, Late):
            return Moved(stage=stage or self._stages.begin(who))
        if isinstance(read, Begin) or stage is None:  # None: stored by another version
            aside = self._left(live, who) if not written(read.typed) else None
            return self._stages.take(self._stages.begin(who, aside), read.typed, who)
        return self._stages.take(stage, read.typed, who)

    def _left(self, live: Live, who: Who) -> Stage | None:
        """What this phone left off; nothing where it may be another's."""
        before = live.session
        if who.doubt or not subscriber(who.number):
            return None
        if before is None or live.stage is None:
            return live.person.aside
        fresh = (who.at - before.at).total_seconds() <= self._city.clocks.resume_s
        return self._stages.left_off(live.stage) if fresh and not before.over else None

    def _after(
        self, live: Live, read: Begin | Onward | Late, stage: Stage, who: Who, key: str, reply: UssdReply
    ) -> Session:
        """The session after this turn."""
        before = live.session
        known = before.run if before is not None else 0
        run = read.run if isinstance(read, Begin) else known
        answers = before.answers if before is not None and run == known else {}
        return Session(
            channel=live.key.channel,
            session=live.key.session,
            number=live.key.number,
            at=who.at,
            run=run,
            version=before.version + 1 if before is not None else 1,
            path=read.path if not isinstance(read, Late) else before.path if before is not None else "",
            over=not reply.more,
            stage=packed(stage),
            answers={**answers, key: reply},
        )

    def _who(self, live: Live, turn: UssdTurn, at: datetime) -> Who:
        doubt = bool(turn.doubts)
        resident = live.person.resident if not doubt else None
        return Who(
            number=live.key.number,
            at=at,
            language=(resident.language if resident is not None else "") or self._city.languages[0],
            resident=resident,
            waits=live.person.waits and not doubt,
            doubt=doubt,
            screen=True,
        )

    def _marked(self, draft: Draft) -> tuple[Effect, ...]:
        """Urgent is what the dialogue says is, and what a desk takes for it."""
        return marked(draft.effects, draft.who, draft.session.channel, draft.identity, self._judged)


def _storable(turn: UssdTurn) -> UssdTurn:
    path, typed = (storable(text) if text is not None else None for text in (turn.path, turn.typed))
    return turn if (path, typed) == (turn.path, turn.typed) else replace(turn, path=path, typed=typed)
