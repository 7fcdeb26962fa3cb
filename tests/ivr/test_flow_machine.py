"""Every shipped flow, whatever happens on the call and whatever its acts answer: it never raises, it ends, it says only
what it knows, and does nothing again that was done."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.city import load_city
from config.city_voice import placeholders
from gateway.dialogue import Choice, Screen
from ivr.events import (
    Action,
    Begun,
    Do,
    Done,
    End,
    Event,
    Hold,
    Join,
    Joined,
    Listen,
    Part,
    Pressed,
    Record,
    Recorded,
    Say,
    Silence,
)
from ivr.flow import GONE, SCREEN, TALK_BEGIN, TALK_STEP, TALK_WORDS, URGENTLY, failed, step
from ivr.flow_data import REPEAT, URGENT, Flow, Kind, State
from ivr.flow_read import flows
from ivr.packing import packed_state, unpacked_state
from ivr.wording import worded
from tests.fixtures.whole import examples

CITY = load_city("binjai")
FLOWS = flows(CITY)
LONGEST = 2_000  # turns of silence after which every call is over; a HOLD may have 120 rounds

KEYS = st.text("0123456789*#", min_size=1, max_size=3)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    KEYS.map(Pressed),
    st.sampled_from("1234*#09").map(Pressed),
    st.booleans().map(Silence),
    st.sampled_from(["", "bcdfghjk"]).map(Recorded),
    st.sampled_from(["ended", "failed", "odd"]).map(Joined),
    st.just(Begun()),
)
LABELS = st.text(max_size=5)
SCREENS = st.builds(
    lambda text, count, back, last: Screen(
        text=text,
        choices=()
        if last
        else (
            *(Choice(key=str(n), label=f"pilihan {n}") for n in range(1, count + 1)),
            *([Choice(key="0", label="Menu")] if back and count else []),
        ),
        last=last,
    ),
    st.sampled_from(["", "Hari apa?", "a\x00 {b} <c>"]),
    st.integers(0, 11),
    st.booleans(),
    st.booleans(),
)


@dataclass
class Call:
    """A call as its owner walks it: acts are done until somebody must be waited for; then the state is kept."""

    flow: Flow
    data: st.DataObject
    state: State = field(default_factory=State)
    last: Action | None = None
    done: list[tuple[str, str]] = field(default_factory=list)

    def take(self, event: Event) -> list[str]:
        """The acts of this turn."""
        began = len(self.done)
        stepped = step(self.flow, self.state, event)
        while True:
            self.state, actions = stepped
            assert all(isinstance(one, Say) for one in actions[:-1])
            assert not isinstance(actions[-1], Say)
            for one in actions[:-1]:
                assert isinstance(one, Say)
                worded(CITY, one.parts, self._known(), "id", slow=self.flow.slow)
                for part in one.parts:
                    assert _needs(part) <= set(self._known())
            self.last = actions[-1]
            if not isinstance(self.last, Do):
                break
            self.done.append((self.state.at, self.last.act))
            stepped = step(self.flow, self.state, self._answer(self.last))
        self.state = unpacked_state(packed_state(self.state))
        return [act for _, act in self.done[began:]]

    def _answer(self, do: Do) -> Done:
        if do.act in (TALK_BEGIN, TALK_STEP, TALK_WORDS):
            results = [SCREEN, SCREEN, SCREEN, GONE] + [URGENTLY] * (do.act != TALK_BEGIN)
            result = self.data.draw(st.sampled_from(results))
            return Done(result, screen=self.data.draw(SCREENS) if result == SCREEN else None)
        spec = self.flow.acts[do.act]
        fields = {name: self.data.draw(st.sampled_from(["", "Budi"])) for name in sorted(spec.fields)}
        says = self.data.draw(st.sampled_from(["", *sorted(spec.says)]))
        return Done(self.data.draw(st.sampled_from(sorted(spec.results))), fields, say=says)

    def _known(self) -> dict[str, str]:
        return {**dict.fromkeys(self.flow.fields, "x"), **self.state.fields}


def _needs(part: Part) -> set[str]:
    """The fields of the call that its words name."""
    prompts = CITY.prompts["id"]
    ids = [id for id in (part.prompt, part.label) if id]
    return {name for id in ids for name in placeholders(prompts[id])} - set(part.fields) - {"label"}


@pytest.mark.parametrize("name", sorted(FLOWS))
@settings(max_examples=examples(30), deadline=None)
@given(data=st.data())
def test_whatever_happens_it_never_raises_and_left_alone_it_ends(name: str, data: st.DataObject) -> None:
    call = Call(FLOWS[name], data)
    call.take(Begun())
    for event in data.draw(st.lists(EVENTS, max_size=25)):
        call.take(event)
        assert call.state.ended == isinstance(call.last, End)
        if isinstance(call.last, Listen):
            assert REPEAT in call.last.keys
            assert len(set(call.last.keys) - set("*#09")) <= 4
        if isinstance(call.last, Listen | Hold) and call.flow.urgent:
            assert URGENT in call.last.keys
        if isinstance(call.last, Listen | Record):
            assert call.last.timeout_s > 0
    for _ in range(LONGEST):
        if call.state.ended:
            break
        call.take(Joined("failed") if isinstance(call.last, Join) else Silence())
    assert call.state.ended, f"{name} goes on for ever at {call.state.at}"


@pytest.mark.parametrize("name", sorted(FLOWS))
@settings(max_examples=examples(20), deadline=None)
@given(data=st.data())
def test_up_again_after_a_crash_it_says_where_it_stood_and_does_nothing_again(name: str, data: st.DataObject) -> None:
    call = Call(FLOWS[name], data)
    call.take(Begun())
    for event in data.draw(st.lists(EVENTS, max_size=20)):
        call.take(event)
        if call.state.ended:
            break
        before, last = call.state, call.last
        acts = call.take(Begun())
        node = call.flow.nodes[before.at]
        asks = [node.act] if node.kind is Kind.HOLD else []  # it asks how it stands, which changes nothing
        assert acts == asks
        if node.kind is not Kind.HOLD:
            assert (call.state.at, call.state.fields, call.state.rounds) == (before.at, before.fields, before.rounds)
            assert type(call.last) is type(last)
        if call.state.ended:
            break


@pytest.mark.parametrize("name", sorted(FLOWS))
@settings(max_examples=examples(20), deadline=None)
@given(data=st.data())
def test_an_act_is_done_once_for_each_time_its_node_is_entered(name: str, data: st.DataObject) -> None:
    call = Call(FLOWS[name], data)
    for event in [Begun(), *data.draw(st.lists(EVENTS, max_size=25))]:
        if call.state.ended:
            break
        call.take(event)
        node = call.flow.nodes[call.state.at]
        assert node.kind is not Kind.ACT, "no act waits: it is done in the turn that asks for it"
    began = len(call.done)
    if call.state.ended:
        call.take(Pressed("1"))
        call.take(Begun())
        assert len(call.done) == began


@pytest.mark.parametrize("name", sorted(name for name, flow in FLOWS.items() if flow.urgent))
@settings(max_examples=examples(20), deadline=None)
@given(data=st.data())
def test_the_emergency_is_reached_from_everywhere_by_one_key(name: str, data: st.DataObject) -> None:
    call = Call(FLOWS[name], data)
    for event in [Begun(), *data.draw(st.lists(EVENTS, max_size=20))]:
        call.take(event)
    if call.state.ended:
        return
    waits = call.flow.nodes[call.state.at]
    state, actions = step(call.flow, call.state, Pressed(URGENT))
    assert state.at == call.flow.urgent
    if waits.name != call.flow.urgent:
        assert isinstance(actions[-1], Do)
        assert actions[-1].act in (TALK_BEGIN, call.flow.nodes[call.flow.urgent].act)


@pytest.mark.parametrize("name", sorted(FLOWS))
@settings(max_examples=examples(10), deadline=None)
@given(data=st.data())
def test_after_a_fault_of_ours_it_apologises_and_ends(name: str, data: st.DataObject) -> None:
    call = Call(FLOWS[name], data)
    for event in [Begun(), *data.draw(st.lists(EVENTS, max_size=10))]:
        call.take(event)
    state, actions = failed(call.flow, call.state)
    assert state.ended
    assert actions[-1] == End()
    assert any(isinstance(one, Say) for one in actions)


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_silence_alone_accepts_confirms_and_cancels_nothing(name: str) -> None:
    deciding = {"accept", "cannot", "confirm", "mistake"}
    flow = FLOWS[name]
    reached, waiting = set[str](), [flow.start]
    while waiting:
        node = flow.nodes[waiting.pop()]
        if node.name in reached or node.kind is Kind.TALK:  # a talk has been entered by a key, or asks by itself
            continue
        reached.add(node.name)
        waiting += [to for to in (node.next, node.silent, *node.results.values()) if to]
    assert not {flow.nodes[name].act for name in reached} & deciding
