"""One turn of a call inside its transaction: the engine's steps, what is done between them, the words that follow."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Protocol, runtime_checkable

from gateway.store import Tx
from gateway.store.people import find
from ivr.conversation import Turn, Utterance
from ivr.events import Begun, Do, Done, End, Event, Hold, Join, Joined, Listen, Part, Pressed, Record, Recorded, Say
from ivr.flow import Stepped
from ivr.flow import failed as apologise
from ivr.flow import step as take_step
from ivr.flow_data import ActSpec, Flow, State
from ivr.packing import packed_state, packed_turn, unpacked_state
from ivr.store import THEM, US, CallRow, Said, add_call, and_said, save_call
from ivr.wording import Catalogue, worded

DRILL = "drill"  # the field that is filled in a drill, and the prompt that says it
MOST_ACTS = 16  # of one turn: more is a ring of acts, which no flow that was read holds

Then = Listen | Record | Hold | Join | End


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """The call for which something is to be done. ``about``: whose call it is, in its owner's words (an effect's key,
    ``callout/33``; empty: it came in). ``turn`` names this act among all acts of all calls, the same after a crash."""

    id: str
    flow: str
    number: str
    language: str
    leg: str
    fields: Mapping[str, str]
    about: str
    at: datetime
    turn: str = ""


class Hands(Protocol):
    """What a room does for callers."""

    @property
    def acts(self) -> Mapping[str, ActSpec]:
        """By name, as flow files declare them."""

    def act(self, tx: Tx, call: Call, act: str, arguments: Mapping[str, str]) -> Done:
        """Do it, in the transaction that keeps the call. Store verbs and pure decisions only; raising undoes the whole
        turn, and the caller hears the flow's apology. It may be run more than once, of which one is kept."""


@runtime_checkable
class Foreseeing(Protocol):
    """Hands that may have to fetch something before they act."""

    def ahead(self, call: Call, act: str, arguments: Mapping[str, str]) -> Awaitable[None] | None:
        """Begin to fetch it, before the transaction; None: nothing. Pure but for that; ``act`` follows whatever came of
        it."""


class ActFault(Exception):
    """A flow asks for what nobody does, or somebody answers what no flow knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A turn in its transaction, and the call beside it. ``acted``: something was done."""

    row: CallRow
    turn: Turn
    acted: bool = False


@dataclass(frozen=True, slots=True)
class Turning:
    """Turns of one flow. ``hands``: by act."""

    flow: Flow
    hands: Mapping[str, Hands]
    catalogue: Catalogue

    def first(self, row: CallRow, fields: Mapping[str, str]) -> tuple[Utterance, ...]:
        """What is said until something must be done: more is not known before the call is up. Pure."""
        state, actions = take_step(self.flow, State(fields=fields), Begun())
        return self._words(_parts(actions), state, row)

    def sorry(self, row: CallRow, fields: Mapping[str, str]) -> Turn:
        """The apology of a turn that nothing kept; ``fields`` are those that the call began with. Pure."""
        parts = [Part(prompt=prompt) for prompt in self.flow.nodes[self.flow.sorry].prompts]
        known = State(fields={**dict.fromkeys(self.flow.fields, ""), **fields})
        say = self._words(parts, known, row)
        return Turn(seq=row.seq + 1, say=say, then=End(), instead=self._instead(row, known))

    def language(self, tx: Tx, number: str) -> str:
        """What is spoken with that number: as registered, else the city's first."""
        known = find(tx, number)
        return known.language if known is not None and known.language else self.catalogue.languages[0]

    def take(
        self, tx: Tx, row: CallRow, event: Event, fields: Mapping[str, str], at: datetime, *, failed: bool = False
    ) -> Kept:
        """What comes of the event, kept in ``row``. ``failed``: the apology instead of it. Raises what an act raises,
        and ActFault."""
        before = unpacked_state(row.state) if row.state else State(fields=fields)
        row = replace(row, seq=row.seq + 1, answered_at=row.answered_at or at)
        stepped = apologise(self.flow, before) if failed else take_step(self.flow, before, event)
        state, parts, then, acted = self._walk(tx, row, stepped, at)
        turn = Turn(seq=row.seq, say=self._words(parts, state, row), then=then, instead=self._instead(row, state))
        ended = row.ended_at or (at if isinstance(then, End) else None)
        row = replace(row, state=packed_state(state), turn=packed_turn(turn), ended_at=ended)
        row = and_said(row, [*_heard(event, at), *(Said(at=at, by=US, words=one.text) for one in turn.say)])
        return Kept(row=row, turn=turn, acted=acted)

    def ahead(self, row: CallRow, event: Event, fields: Mapping[str, str], at: datetime) -> Awaitable[None] | None:
        """What the first thing that is to be done must fetch before the transaction."""
        state, actions = take_step(self.flow, unpacked_state(row.state) if row.state else State(fields=fields), event)
        do = actions[-1]
        hands = self.hands.get(do.act) if isinstance(do, Do) else None
        if not isinstance(do, Do) or not isinstance(hands, Foreseeing):
            return None
        return hands.ahead(self._call(row, state, at, 0), do.act, do.arguments)

    def _walk(self, tx: Tx, row: CallRow, stepped: Stepped, at: datetime) -> tuple[State, list[Part], Then, bool]:
        """Have done what is to be done, until somebody must be waited for."""
        parts: list[Part] = []
        for nth in range(MOST_ACTS):
            state, actions = stepped
            parts += _parts(actions)
            last = actions[-1]
            if not isinstance(last, Do):
                assert not isinstance(last, Say)
                return state, parts, last, nth > 0
            stepped = take_step(self.flow, state, self._done(tx, row, state, last, at, nth))
        raise ActFault(f"{self.flow.name}: more than {MOST_ACTS} acts in one turn")

    def _done(self, tx: Tx, row: CallRow, state: State, do: Do, at: datetime, nth: int) -> Done:
        hands = self.hands.get(do.act)
        if hands is None:
            raise ActFault(f"{self.flow.name}: nobody does {do.act!r}")
        done = hands.act(tx, self._call(row, state, at, nth), do.act, do.arguments)
        if done.result not in hands.acts[do.act].results:
            raise ActFault(f"{self.flow.name}: {do.act!r} answered {done.result!r}")
        return done

    @staticmethod
    def _call(row: CallRow, state: State, at: datetime, nth: int) -> Call:
        return Call(
            id=row.id,
            flow=row.flow,
            number=row.number,
            language=row.language,
            leg=row.leg,
            fields=state.fields,
            about=row.about,
            at=at,
            turn=f"{row.key}|{row.seq}.{nth}",
        )

    def _words(self, parts: list[Part], state: State, row: CallRow) -> tuple[Utterance, ...]:
        if state.fields.get(DRILL) and parts and parts[0].prompt != DRILL:
            parts = [Part(prompt=DRILL), *parts]  # whatever is said in a drill begins with that word
        return worded(self.catalogue, parts, state.fields, row.language, slow=self.flow.slow)

    def _instead(self, row: CallRow, state: State) -> Utterance | None:
        """None in a drill: that sentence does not say so."""
        if not self.flow.instead or state.fields.get(DRILL):
            return None
        return next(iter(self._words([Part(prompt=self.flow.instead)], State(), row)), None)


def kept(tx: Tx, known: CallRow | None, row: CallRow) -> None:
    """Write the call: anew where it was not stored, and without its number where it was and is not any more (whoever
    called had himself forgotten)."""
    if known is None:
        add_call(tx, row)
    elif not save_call(tx, row):
        add_call(tx, replace(row, number="", forgotten=True))


def _parts(actions: tuple[object, ...]) -> list[Part]:
    return [part for say in actions if isinstance(say, Say) for part in say.parts]


def _heard(event: Event, at: datetime) -> list[Said]:
    """What came of the person, for those who look at the call later."""
    match event:
        case Pressed(keys):
            words = keys
        case Recorded(id) if id:
            words = f"recording {id}"
        case Joined(result):
            words = f"joined: {result}"
        case _:
            return []
    return [Said(at=at, by=THEM, words=words)]
