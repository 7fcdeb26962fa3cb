"""The engine that walks through spoken conversations. Pure: ``step(flow, state, event) -> state, actions``.

    Begun, Pressed, Silence … ── step ── state (kept after every step), actions: Say, then one of Do, Listen, Record …

It knows no clock, no store and no audio: a ``Do`` is carried out by whoever owns the call (``ivr/session.py``), in the
transaction that keeps the state, and its ``Done`` comes back as the next event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from gateway.dialogue import Screen
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
from ivr.flow_data import BACK, MORE, REPEAT, URGENT, Flow, Kind, Node, State
from ivr.spoken_screen import offered, pages_of

Stepped = tuple[State, tuple[Action, ...]]

TALK_BEGIN, TALK_STEP, TALK_WORDS = "talk.begin", "talk.step", "talk.words"
"""Acts of every TALK: ``{dialogue}``; ``{typed}``; ``{recording}``."""
SCREEN, GONE, URGENTLY = "screen", "gone", "urgent"
"""What they answer: the next screen; that the dialogue is over, or led back to the menu; that the emergency is wanted
(in a flow that has no such place the TALK is over)."""
PRESS, WRONG, ALSO = "press", "wrong_key", "more_choices"
"""Prompts of the engine's own: ``{label}``, press ``{key}``; that key is not offered; more choices: MORE."""
BACKWARDS, FINISH, TYPE = "go_back", "speak_now", "type_now"
"""Back, where the screen does not say what BACK does; speak after the tone, or type, and end with MORE."""
RECORD_S = 60.0  # seconds of the longest answer in words


def step(flow: Flow, state: State, event: Event) -> Stepped:
    """The next state, and what is to be done: Says, then exactly one other action. Never raises for what a person
    does."""
    if state.ended:
        return state, (End(),)
    if not state.at:
        return _enter(flow, state, flow.start)
    node = flow.nodes[state.at]
    if isinstance(event, Begun):
        return _resume(flow, node, state)
    if isinstance(event, Pressed) and event.keys == URGENT and flow.urgent:
        return _enter(flow, state, flow.urgent) if node.name != flow.urgent else _resume(flow, node, state)
    if isinstance(event, Silence) and event.machine:
        state = replace(state, fields={**state.fields, "machine": "yes"})
    return _TAKES[node.kind](flow, node, state, event)


def failed(flow: Flow, state: State) -> Stepped:
    """The same after a fault of ours: the flow's apology."""
    return _enter(flow, state, flow.sorry)


def _enter(flow: Flow, state: State, name: str, said: Sequence[Part] = ()) -> Stepped:
    """Go to a node, and through those that wait for nobody."""
    parts = list(said)
    while True:
        node = flow.nodes[name]
        state = replace(state, at=name, rounds=0, screen=None, page=0, held="")
        if node.kind is Kind.SAY:
            parts += _prompts(node.prompts)
            name = node.next
            continue
        if node.kind is Kind.END:
            return replace(state, ended=True), (*_say([*parts, *_prompts(node.prompts)]), End())
        return _begin(flow, node, state, parts)


def _begin(flow: Flow, node: Node, state: State, parts: list[Part]) -> Stepped:
    """The first of a node that waits, or has something done."""
    if node.kind is Kind.MENU:
        return _ask(flow, node, state, parts)
    parts += _prompts(node.prompts)
    match node.kind:
        case Kind.ACT | Kind.HOLD:
            action: Action = Do(act=node.act)
        case Kind.TALK:
            action = Do(act=TALK_BEGIN, arguments={"dialogue": node.dialogue})
        case Kind.JOIN:
            action = Join(state.fields.get(node.number, ""))
        case _:
            action = Record(most_s=node.seconds, timeout_s=node.timeout_s)
    return state, (*_say(parts), action)


def _resume(flow: Flow, node: Node, state: State) -> Stepped:
    """Where the call stood, once more: nothing that was done is done again."""
    if node.kind is Kind.TALK and state.screen is not None:
        return _show(flow, node, state, [])
    if node.kind is Kind.MENU:
        return _ask(flow, node, state, _told_last(state))
    return _begin(flow, node, replace(state, held=""), [])


def _told_last(state: State) -> list[Part]:
    """What a dialogue said last, before the menu: a ticket is what one wants to hear again."""
    return [Part(text=state.held)] if state.held else []


# -- menus


def _ask(flow: Flow, node: Node, state: State, said: Sequence[Part] = (), *, whole: bool = True) -> Stepped:
    prompts = node.prompts if whole or not node.again else node.again
    presses = [Part(prompt=PRESS, label=key.label, fields={"key": name}) for name, key in node.keys.items()]
    keys = "".join(node.keys) + REPEAT + (URGENT if flow.urgent else "")
    return state, (*_say([*said, *_prompts(prompts), *presses]), Listen(keys=keys, timeout_s=node.timeout_s))


def _menu(flow: Flow, node: Node, state: State, event: Event) -> Stepped:
    if isinstance(event, Pressed):
        if event.keys == REPEAT:
            return _ask(flow, node, state, _told_last(state))
        if event.keys in node.keys:
            key = node.keys[event.keys]
            return _enter(flow, replace(state, fields={**state.fields, **key.sets}), key.next)
        return _vain(flow, node, state, lambda at: _ask(flow, node, at, _prompts([WRONG]), whole=False))
    return _vain(flow, node, state, lambda at: _ask(flow, node, at, whole=False))


def _vain(flow: Flow, node: Node, state: State, again: Callable[[State], Stepped]) -> Stepped:
    """One try less; after the last, the way out."""
    state = replace(state, rounds=state.rounds + 1)
    return _enter(flow, state, node.silent) if state.rounds >= node.tries else again(state)


# -- acts, holding, joining, recording


def _act(flow: Flow, node: Node, state: State, event: Event) -> Stepped:
    if not isinstance(event, Done) or event.result not in node.results:
        return failed(flow, state)
    return _enter(flow, replace(state, fields={**state.fields, **event.fields}), node.results[event.result])


def _hold(flow: Flow, node: Node, state: State, event: Event) -> Stepped:
    if isinstance(event, Joined):
        return _enter(flow, state, node.next)
    if isinstance(event, Pressed) and event.keys in node.keys:
        return _enter(flow, state, node.keys[event.keys].next)
    if not isinstance(event, Done):
        held = "" if isinstance(event, Pressed) else state.held  # a key: say how it stands
        return replace(state, held=held), (Do(act=node.act),)
    state = replace(state, fields={**state.fields, **event.fields})
    if event.result in node.results:
        return _enter(flow, state, node.results[event.result])
    if state.rounds >= node.tries:
        return _enter(flow, state, node.silent)
    told = "|".join((event.say, *event.fields.values()))  # the same words of another person are news
    parts = [Part(prompt=event.say)] if event.say and told != state.held else []
    state = replace(state, rounds=state.rounds + 1, held=told)
    keys = "".join(node.keys) + REPEAT + (URGENT if flow.urgent else "")
    return state, (*_say(parts), Hold(seconds=node.seconds, keys=keys))


def _join(flow: Flow, node: Node, state: State, event: Event) -> Stepped:
    result = event.result if isinstance(event, Joined) else "failed"
    return _enter(flow, state, node.results.get(result, node.results["failed"]))


def _record(flow: Flow, node: Node, state: State, event: Event) -> Stepped:
    if isinstance(event, Recorded) and event.id:
        return _enter(flow, replace(state, fields={**state.fields, node.into: event.id}), node.next)
    if isinstance(event, Recorded):  # this leg cannot: asking again would not help
        return _enter(flow, state, node.silent)
    once_more = Record(most_s=node.seconds, timeout_s=node.timeout_s)
    return _vain(flow, node, state, lambda at: (at, (*_say(_prompts(node.again or node.prompts)), once_more)))


# -- dialogues


def _talk(flow: Flow, node: Node, state: State, event: Event) -> Stepped:
    if isinstance(event, Done):
        state = replace(state, fields={**state.fields, **event.fields})
        if event.result == URGENTLY and flow.urgent:
            return _enter(flow, state, flow.urgent)
        if event.screen is None:
            return _enter(flow, state, node.next)
        return _show(flow, node, replace(state, screen=event.screen, page=0, rounds=0), [])
    screen = state.screen
    if screen is None:
        return failed(flow, state)
    if isinstance(event, Recorded) and event.id:
        return state, (Do(act=TALK_WORDS, arguments={"recording": event.id}),)
    if isinstance(event, Pressed):
        return _answer(flow, node, state, screen, event.keys)
    return _vain(flow, node, state, lambda at: _show(flow, node, at, []))


def _answer(flow: Flow, node: Node, state: State, screen: Screen, keys: str) -> Stepped:
    if keys == REPEAT:
        return _show(flow, node, state, [])
    if not screen.choices:
        return state, (Do(act=TALK_STEP, arguments={"typed": keys}),)
    if keys == MORE and len(pages_of(screen)) > 1:
        return _show(flow, node, replace(state, page=(state.page + 1) % len(pages_of(screen))), [], text=False)
    meant = offered(screen, state.page).get(keys)
    if (
        meant is not None or keys == BACK
    ):  # every dialogue knows the way back, whether its screen has room for it or not
        return state, (Do(act=TALK_STEP, arguments={"typed": meant.key if meant is not None else BACK}),)
    return _vain(flow, node, state, lambda at: _show(flow, node, at, _prompts([WRONG]), text=False))


def _show(flow: Flow, node: Node, state: State, said: Sequence[Part], *, text: bool = True) -> Stepped:
    """Say the screen: its text, then up to four choices, what a key does before the key."""
    screen = state.screen
    assert screen is not None
    parts = [*said, *([Part(text=screen.text)] if text and screen.text else [])]
    if screen.last:
        state, actions = _enter(flow, state, node.next, parts)
        told = screen.text if not state.ended and flow.nodes[state.at].kind is Kind.MENU else state.held
        return replace(state, held=told), actions
    if not screen.choices:
        spoken = node.words and not screen.figures
        most_s = RECORD_S if spoken else 0.0
        finish = Part(prompt=FINISH if spoken else TYPE)
        return state, (*_say([*parts, finish]), Record(most_s=most_s, timeout_s=node.timeout_s))
    keyed = offered(screen, state.page)
    back = keyed.pop(BACK, None)
    parts += [_press(choice.label, key) for key, choice in keyed.items()]
    keys = "".join(keyed) + BACK + REPEAT + (URGENT if flow.urgent else "")
    if len(pages_of(screen)) > 1:
        parts.append(Part(prompt=ALSO))
        keys += MORE
    parts.append(_press(back.label, BACK) if back is not None else Part(prompt=BACKWARDS))
    return state, (*_say(parts), Listen(keys=keys, timeout_s=node.timeout_s))


# -- saying


def _press(label: str, key: str) -> Part:
    return Part(prompt=PRESS, fields={"label": label, "key": key})


def _prompts(ids: Sequence[str]) -> list[Part]:
    return [Part(prompt=id) for id in ids]


def _say(parts: Sequence[Part]) -> tuple[Say, ...]:
    return (Say(tuple(parts)),) if parts else ()


_TAKES: Mapping[Kind, Callable[[Flow, Node, State, Event], Stepped]] = {
    Kind.MENU: _menu,
    Kind.ACT: _act,
    Kind.TALK: _talk,
    Kind.RECORD: _record,
    Kind.HOLD: _hold,
    Kind.JOIN: _join,
}
