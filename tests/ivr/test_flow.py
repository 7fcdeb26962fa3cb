"""The engine, node by node: what is said and done for each event."""

from __future__ import annotations

from dataclasses import replace

import pytest

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
from ivr.flow import (
    ALSO,
    BACKWARDS,
    FINISH,
    GONE,
    PRESS,
    SCREEN,
    TALK_BEGIN,
    TALK_STEP,
    TALK_WORDS,
    TYPE,
    URGENTLY,
    WRONG,
    failed,
    step,
)
from ivr.flow_data import ActSpec, Flow, Key, Kind, Node, State

NODES = (
    Node(name="hello", kind=Kind.SAY, prompts=("welcome",), next="ask"),
    Node(
        name="ask",
        kind=Kind.MENU,
        prompts=("long",),
        again=("short",),
        keys={"1": Key(label="to_act", next="act", sets={"by": "key"}), "0": Key(label="to_back", next="hello")},
        timeout_s=6,
        tries=2,
        silent="bye",
    ),
    Node(name="act", kind=Kind.ACT, prompts=("wait",), act="accept", results={"yes": "hold", "no": "bye"}),
    Node(
        name="hold",
        kind=Kind.HOLD,
        prompts=("stay",),
        act="status",
        results={"over": "bye"},
        keys={"2": Key(label="to_record", next="record")},
        seconds=10,
        tries=3,
        silent="bye",
        next="talked",
    ),
    Node(
        name="record",
        kind=Kind.RECORD,
        prompts=("speak",),
        again=("speak_again",),
        into="words",
        seconds=30,
        timeout_s=5,
        tries=2,
        silent="bye",
        next="join",
    ),
    Node(name="join", kind=Kind.JOIN, prompts=("joining",), number="other", results={"ended": "bye", "failed": "talk"}),
    Node(
        name="talk",
        kind=Kind.TALK,
        prompts=("intro",),
        dialogue="clinic",
        words=True,
        timeout_s=8,
        tries=2,
        silent="bye",
        next="talked",
    ),
    Node(name="sos", kind=Kind.TALK, dialogue="emergency", timeout_s=8, tries=1, silent="bye", next="bye"),
    Node(name="talked", kind=Kind.END, prompts=("done",)),
    Node(name="bye", kind=Kind.END, prompts=("goodbye",)),
    Node(name="sorry", kind=Kind.END, prompts=("apology",)),
)
FLOW = Flow(
    name="walk",
    start="hello",
    sorry="sorry",
    urgent="sos",
    nodes={node.name: node for node in NODES},
    acts={
        "accept": ActSpec(results=frozenset({"yes", "no"})),
        "status": ActSpec(results=frozenset({"wait", "over"}), says=frozenset({"calling", "coming"})),
    },
)
MANY = Screen(text="Hari apa?", choices=(*(Choice(key=str(n), label=f"Hari {n}") for n in range(1, 8)),))
FEW = Screen(text="Benar?", choices=(Choice(key="4", label="Ya"), Choice(key="0", label="Menu")))
WORDS = Screen(text="Di mana?")
LAST = Screen(text="3", last=True)


def at(node: str, **more: object) -> State:
    return State(at=node, **more)  # type: ignore[arg-type]


def after(*events: Event, begin: State | None = None, flow: Flow = FLOW) -> tuple[State, tuple[Action, ...]]:
    """Where these events lead, the last one's actions."""
    stepped = (begin or State(), ())
    for event in events:
        stepped = step(flow, stepped[0], event)  # type: ignore[assignment]
    return stepped


def said(actions: tuple[Action, ...]) -> list[str]:
    """The prompts, labels as label:key, and texts, in order."""
    parts = [part for one in actions if isinstance(one, Say) for part in one.parts]
    return [_shown(part) for part in parts]


def _shown(part: Part) -> str:
    if part.prompt == PRESS:
        return f"{part.label or part.fields['label']}:{part.fields['key']}"
    return part.prompt or part.text


def typed(keys: str) -> Do:
    return Do(act=TALK_STEP, arguments={"typed": keys})


LONG, SHORT, BENAR = (
    ["long", "to_act:1", "to_back:0"],
    ["short", "to_act:1", "to_back:0"],
    ["Benar?", "Ya:1", "Menu:0"],
)
ASKED, SHOWN = Listen(keys="10*9", timeout_s=6), Listen(keys="10*9", timeout_s=8)
HELD = Hold(seconds=10, keys="2*9")
SOS = Do(act=TALK_BEGIN, arguments={"dialogue": "emergency"})
TALK = Do(act=TALK_BEGIN, arguments={"dialogue": "clinic"})
SPOKEN = Do(act=TALK_WORDS, arguments={"recording": "r2"})
SPEAKS = Record(most_s=60, timeout_s=8)

TABLE: list[tuple[str, State, Event, str, list[str], Action]] = [
    # what                      where it stands, what happens, where it stands then, what is said, what is to be done
    ("it begins", State(), Begun(), "ask", ["welcome", *LONG], ASKED),
    ("repeat", at("ask", rounds=1), Pressed("*"), "ask", LONG, ASKED),
    ("a key", at("ask"), Pressed("1"), "act", ["wait"], Do(act="accept")),
    ("the way back", at("ask"), Pressed("0"), "ask", ["welcome", *LONG], ASKED),
    ("a key that is none", at("ask"), Pressed("7"), "ask", [WRONG, *SHORT], ASKED),
    ("two keys at once", at("ask"), Pressed("11"), "ask", [WRONG, *SHORT], ASKED),
    ("silence", at("ask"), Silence(), "ask", SHORT, ASKED),
    ("the last silence", at("ask", rounds=1), Silence(), "bye", ["goodbye"], End()),
    ("the last wrong key", at("ask", rounds=1), Pressed("#"), "bye", ["goodbye"], End()),
    ("the emergency", at("ask"), Pressed("9"), "sos", [], SOS),
    ("an act that did it", at("act"), Done("yes"), "hold", ["stay"], Do(act="status")),
    ("an act that did not", at("act"), Done("no"), "bye", ["goodbye"], End()),
    ("an answer of no act", at("act"), Done("perhaps"), "sorry", ["apology"], End()),
    ("a key in an act", at("act"), Pressed("1"), "sorry", ["apology"], End()),
    ("nothing new", at("hold"), Done("wait"), "hold", [], HELD),
    ("news", at("hold"), Done("wait", say="calling"), "hold", ["calling"], HELD),
    ("the same news", at("hold", held="calling"), Done("wait", say="calling"), "hold", [], HELD),
    ("a round is over", at("hold", rounds=1), Silence(), "hold", [], Do(act="status")),
    ("a key asks", at("hold", held="calling"), Pressed("*"), "hold", [], Do(act="status")),
    ("a key of the hold", at("hold"), Pressed("2"), "record", ["speak"], Record(most_s=30, timeout_s=5)),
    ("the hold is over", at("hold"), Done("over"), "bye", ["goodbye"], End()),
    ("held long enough", at("hold", rounds=3), Done("wait", say="coming"), "bye", ["goodbye"], End()),
    ("they talked", at("hold"), Joined("ended"), "talked", ["done"], End()),
    ("the emergency while held", at("hold"), Pressed("9"), "sos", [], SOS),
    ("something was said", at("record"), Recorded("r1"), "join", ["joining"], Join("")),
    ("nothing was said", at("record"), Silence(), "record", ["speak_again"], Record(most_s=30, timeout_s=5)),
    ("nothing again", at("record", rounds=1), Silence(), "bye", ["goodbye"], End()),
    ("this leg cannot record", at("record"), Recorded(""), "bye", ["goodbye"], End()),
    ("the join ended", at("join"), Joined("ended"), "bye", ["goodbye"], End()),
    ("the join failed", at("join"), Joined("failed"), "talk", ["intro"], TALK),
    ("the join is not known", at("join"), Joined("odd"), "talk", ["intro"], TALK),
    ("silence in a join", at("join"), Silence(), "talk", ["intro"], TALK),
    ("few choices", at("talk"), Done(SCREEN, screen=FEW), "talk", BENAR, SHOWN),
    ("words", at("talk"), Done(SCREEN, screen=WORDS), "talk", ["Di mana?", FINISH], SPEAKS),
    ("only digits", at("sos"), Done(SCREEN, screen=WORDS), "sos", ["Di mana?", TYPE], Record(most_s=0, timeout_s=8)),
    ("the last screen", at("talk"), Done(SCREEN, screen=LAST), "talked", ["3", "done"], End()),
    ("it is gone", at("talk"), Done(GONE), "talked", ["done"], End()),
    ("it is urgent", at("talk"), Done(URGENTLY), "sos", [], SOS),
    ("a choice by its own key", at("talk", screen=FEW), Pressed("1"), "talk", [], typed("4")),
    ("back", at("talk", screen=FEW), Pressed("0"), "talk", [], typed("0")),
    ("back where none is shown", at("talk", screen=MANY), Pressed("0"), "talk", [], typed("0")),
    ("a key not offered", at("talk", screen=FEW), Pressed("2"), "talk", [WRONG, *BENAR[1:]], SHOWN),
    ("more of few", at("talk", screen=FEW), Pressed("#"), "talk", [WRONG, *BENAR[1:]], SHOWN),
    ("once more", at("talk", screen=FEW), Pressed("*"), "talk", BENAR, SHOWN),
    ("silence on a screen", at("talk", screen=FEW), Silence(), "talk", BENAR, SHOWN),
    ("silence again", at("talk", screen=FEW, rounds=1), Silence(), "bye", ["goodbye"], End()),
    ("digits for words", at("talk", screen=WORDS), Pressed("0812"), "talk", [], typed("0812")),
    ("a recording", at("talk", screen=WORDS), Recorded("r2"), "talk", [], SPOKEN),
    ("no recording", at("talk", screen=WORDS), Recorded(""), "talk", ["Di mana?", FINISH], SPEAKS),
    ("nine in the emergency", at("sos", screen=FEW), Pressed("9"), "sos", BENAR, SHOWN),
    ("a talk that never began", at("talk"), Pressed("1"), "sorry", ["apology"], End()),
]  # fmt: skip


@pytest.mark.parametrize("case", TABLE, ids=[case[0] for case in TABLE])
def test_each_event_at_each_node(case: tuple[str, State, Event, str, list[str], Action]) -> None:
    _, before, event, node, words, action = case
    state, actions = step(FLOW, before, event)
    assert (state.at, said(actions), actions[-1]) == (node, words, action)
    assert state.ended == isinstance(action, End)


def test_a_long_list_is_offered_four_at_a_time_and_comes_round() -> None:
    state, actions = after(Done(SCREEN, screen=MANY), begin=at("talk"))
    assert said(actions) == ["Hari apa?", "Hari 1:1", "Hari 2:2", "Hari 3:3", "Hari 4:4", ALSO, BACKWARDS]
    assert actions[-1] == Listen(keys="12340*9#", timeout_s=8)
    state, actions = step(FLOW, state, Pressed("#"))
    assert said(actions) == ["Hari 5:1", "Hari 6:2", "Hari 7:3", ALSO, BACKWARDS]
    again, chosen = step(FLOW, state, Pressed("2"))
    assert chosen == (Do(act=TALK_STEP, arguments={"typed": "6"}),)
    assert again.page == 1
    wrong, actions = step(FLOW, state, Pressed("4"))
    assert said(actions)[0] == WRONG
    state, actions = step(FLOW, wrong, Pressed("#"))
    assert said(actions)[:2] == ["Hari 1:1", "Hari 2:2"]


def test_a_key_fills_fields_and_an_act_does_too() -> None:
    state, _ = after(Begun(), Pressed("1"), Done("yes", {"officer": "Budi"}))
    assert state.fields == {"by": "key", "officer": "Budi"}
    state, _ = after(Pressed("2"), Recorded("r1"), begin=state)
    assert state.fields["words"] == "r1"


def test_the_number_to_join_is_a_field() -> None:
    _, actions = after(Recorded("r1"), begin=at("record", fields={"other": "+62811"}))
    assert actions[-1] == Join("+62811")


def test_that_a_machine_was_heard_is_kept() -> None:
    state, _ = after(Begun(), Silence(machine=True), Silence())
    assert state.fields == {"machine": "yes"}


@pytest.mark.parametrize(
    ("stands", "words", "action"),
    [
        (at("ask", rounds=1), ["long", "to_act:1", "to_back:0"], Listen(keys="10*9", timeout_s=6)),
        (at("hold", rounds=2, held="calling"), ["stay"], Do(act="status")),
        (at("record"), ["speak"], Record(most_s=30, timeout_s=5)),
        (at("join"), ["joining"], Join("")),
        (at("talk", screen=FEW), ["Benar?", "Ya:1", "Menu:0"], Listen(keys="10*9", timeout_s=8)),
        (at("talk"), ["intro"], Do(act=TALK_BEGIN, arguments={"dialogue": "clinic"})),
    ],
)
def test_up_again_it_says_where_it_stood_and_does_nothing_twice(
    stands: State, words: list[str], action: Action
) -> None:
    state, actions = step(FLOW, stands, Begun())
    assert (said(actions), actions[-1]) == (words, action)
    assert (state.at, state.rounds, state.screen) == (stands.at, stands.rounds, stands.screen)


def test_after_the_end_nothing_comes() -> None:
    state, _ = after(Begun(), Silence(), Silence())
    for event in (Begun(), Pressed("1"), Pressed("9"), Silence(), Done("yes"), Recorded("r"), Joined("ended")):
        assert step(FLOW, state, event) == (state, (End(),))


def test_without_an_emergency_nine_is_a_key_like_any_other() -> None:
    quiet = replace(FLOW, urgent="")
    _, actions = after(Begun(), flow=quiet)
    assert actions[-1] == Listen(keys="10*", timeout_s=6)
    _, actions = after(Begun(), Pressed("9"), flow=quiet)
    assert said(actions)[0] == WRONG
    state, _ = after(Done(URGENTLY), begin=at("talk"), flow=quiet)
    assert state.at == "talked"


def test_a_fault_of_ours_is_apologised_for_from_anywhere() -> None:
    state, actions = failed(FLOW, at("hold", fields={"by": "x"}))
    assert (said(actions), actions[-1], state.ended) == (["apology"], End(), True)
