"""Every place where a call of a shipped flow can stand, one after the other: each is walked to, and left in every way
that there is, whatever the acts answer."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import pytest

from config.city import load_city
from gateway.dialogue import Choice, Screen
from ivr.events import Action, Begun, Do, Done, End, Event, Hold, Join, Joined, Listen, Pressed, Recorded, Silence
from ivr.flow import GONE, SCREEN, TALK_BEGIN, TALK_STEP, TALK_WORDS, URGENTLY, step
from ivr.flow_data import URGENT, Flow, Kind, State
from ivr.flow_read import flows

FLOWS = flows(load_city("binjai"))
SCREENS = (
    Screen(text="Hari apa?", choices=tuple(Choice(key=str(n), label=f"{n}") for n in range(1, 7))),
    Screen(text="Benar?", choices=(Choice(key="1", label="Ya"), Choice(key="0", label="Menu"))),
    Screen(text="Di mana?"),
    Screen(text="Nomor 3.", last=True),
)
EVENTS: tuple[Event, ...] = (
    *(Pressed(key) for key in "123450#*"),
    Pressed(URGENT),
    Pressed("12"),
    Silence(),
    Silence(machine=True),
    Recorded("bcd"),
    Recorded(""),
    Joined("ended"),
    Joined("failed"),
)
MOST_ROUNDS = 200  # of one node; a HOLD has 120

Stood = tuple[State, Action]
"""Where it waits, and for what."""


def answers(flow: Flow, do: Do) -> Iterator[Done]:
    """Everything that this act may answer."""
    if do.act in (TALK_BEGIN, TALK_STEP, TALK_WORDS):
        yield from (Done(SCREEN, screen=screen) for screen in SCREENS)
        yield Done(GONE)
        if do.act != TALK_BEGIN:
            yield Done(URGENTLY)
        return
    spec = flow.acts[do.act]
    for result in sorted(spec.results):
        yield from (Done(result, say=say) for say in sorted(spec.says)[:2] or [""])


def leads(flow: Flow, state: State, event: Event) -> Iterator[tuple[Stood, tuple[str, ...]]]:
    """Each place that the event may lead to, and the acts on the way."""
    ways: list[tuple[State, Event, tuple[str, ...]]] = [(state, event, ())]
    while ways:
        stood, happens, acts = ways.pop()
        after, actions = step(flow, stood, happens)
        after = replace(after, fields={})  # where it leads does not hang on them
        last = actions[-1]
        if isinstance(last, Do):
            assert len(acts) < 16, "acts that lead to each other"
            ways += [(after, done, (*acts, last.act)) for done in answers(flow, last)]
        else:
            yield (after, last), acts


def key(state: State) -> tuple[object, ...]:
    return state.at, state.rounds, state.page, state.held, state.screen, state.ended


@cache
def places(name: str) -> tuple[Stood, ...]:
    """Everywhere."""
    flow, seen = FLOWS[name], dict[object, Stood]()
    waiting = deque([stood for stood, _ in leads(flow, State(), Begun())])
    while waiting:
        state, last = waiting.popleft()
        if key(state) in seen:
            continue
        assert state.rounds <= MOST_ROUNDS, f"{state.at} is never left"
        seen[key(state)] = state, last
        waiting += [stood for event in EVENTS for stood, _ in leads(flow, state, event)]
    return tuple(seen.values())


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_every_node_is_stood_at_and_no_act_is_waited_in(name: str) -> None:
    at = {state.at for state, _ in places(name)}
    passed = {Kind.SAY, Kind.ACT}
    assert at | {FLOWS[name].sorry} >= {node.name for node in FLOWS[name].nodes.values() if node.kind not in passed}
    assert not any(FLOWS[name].nodes[node].kind in passed for node in at)


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_left_alone_every_call_ends_whatever_the_acts_answer(name: str) -> None:
    """The ways of silence never lead back to where one was."""
    flow, over = FLOWS[name], set[object]()
    for begun, _ in places(name):
        path: list[tuple[State, Iterator[State]]] = [(begun, _silences(flow, begun))]
        on = {key(begun)}
        while path:
            state, ways = path[-1]
            to = next(ways, None) if key(state) not in over else None
            if to is None:
                over.add(key(state))
                on.discard(key(state))
                path.pop()
            elif key(to) not in over:
                assert key(to) not in on, f"{name} comes round to {to.at} by silence alone"
                on.add(key(to))
                path.append((to, _silences(flow, to)))


def _silences(flow: Flow, state: State) -> Iterator[State]:
    if not state.ended:
        event = Joined("failed") if flow.nodes[state.at].kind is Kind.JOIN else Silence()
        yield from (after for (after, _), _ in leads(flow, state, event))


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_up_again_anywhere_it_says_where_it_stood_and_does_nothing_again(name: str) -> None:
    flow = FLOWS[name]
    for state, last in places(name):
        node = flow.nodes[state.at]
        for (after, then), acts in leads(flow, state, Begun()):
            if node.kind is Kind.HOLD:
                assert acts[:1] == (node.act,)  # it asks how it stands, which changes nothing
            else:
                assert acts == ()
                assert type(then) is type(last)
                assert key(after) == key(state)


@pytest.mark.parametrize("name", sorted(name for name, flow in FLOWS.items() if flow.urgent))
def test_from_anywhere_one_key_leads_to_the_emergency(name: str) -> None:
    flow = FLOWS[name]
    urgent = flow.nodes[flow.urgent]
    for state, last in places(name):
        if state.ended:
            continue
        if isinstance(last, Listen | Hold):
            assert URGENT in last.keys
        first, actions = step(flow, state, Pressed(URGENT))
        assert first.at == urgent.name
        if state.at != urgent.name:
            asked = actions[-1]
            assert isinstance(asked, Do)
            assert asked.act in (TALK_BEGIN, urgent.act)


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_what_is_over_stays_over(name: str) -> None:
    for state, last in places(name):
        assert state.ended == isinstance(last, End)
        for event in EVENTS if state.ended else ():
            assert step(FLOWS[name], state, event) == (state, (End(),))


@pytest.mark.parametrize("name", sorted(FLOWS))
def test_a_number_is_joined_only_where_the_flow_says_so(name: str) -> None:
    for state, last in places(name):
        assert isinstance(last, Join) == (FLOWS[name].nodes[state.at].kind is Kind.JOIN)
