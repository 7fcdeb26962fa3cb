"""What calls may ask for is what the rooms that the front door joins can do: flow files and hands say the same."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

import pytest

from gateway.store import Tx
from ivr.events import Done
from ivr.flow import TALK_BEGIN, TALK_STEP, TALK_WORDS
from ivr.flow_data import ActSpec, Flow, Kind
from ivr.switchboard import Switchboard
from ivr.talking import Talking
from ivr.turning import Call, Hands
from tests.walks.indoors import Indoors, indoors

pytestmark = pytest.mark.sqlite_only("nothing is stored")

T = TypeVar("T")
FLOWS = ("call_back", "call_out", "comm_test", "menu", "officer")


class Twin(Hands):
    """Would accept, too."""

    @property
    def acts(self) -> Mapping[str, ActSpec]:
        return {"accept": ActSpec(results=frozenset({"accepted"}))}

    def act(self, tx: Tx, call: Call, act: str, arguments: Mapping[str, str]) -> Done:
        return Done("accepted")


def joined(folder: Path, look: Callable[[Switchboard, Mapping[str, Flow]], T]) -> T:
    """Look at the calls' room of the house as the front door builds it."""

    async def scene(town: Indoors) -> T:
        return look(town.house.voices.switchboard, town.house.voices.flows)

    return indoors(folder, scene)


def told(spec: ActSpec) -> dict[str, list[str]]:
    """Plainly, so that a difference is read at once."""
    return {"results": sorted(spec.results), "fields": sorted(spec.fields), "says": sorted(spec.says)}


def test_every_flow_is_looked_at(tmp_path: Path) -> None:
    assert joined(tmp_path, lambda board, flows: sorted(flows)) == sorted(FLOWS)


@pytest.mark.parametrize("name", FLOWS)
def test_every_act_of_a_flow_is_done_by_a_room_exactly_as_the_flow_declares_it(tmp_path: Path, name: str) -> None:
    def look(board: Switchboard, flows: Mapping[str, Flow]) -> None:
        declared = {act: told(spec) for act, spec in flows[name].acts.items()}
        done = {act: told(board.hands[act].acts[act]) for act in declared if act in board.hands}
        assert done == declared

    joined(tmp_path, look)


def test_no_room_offers_an_act_that_no_flow_asks_for(tmp_path: Path) -> None:
    def look(board: Switchboard, flows: Mapping[str, Flow]) -> None:
        asked = {act for flow in flows.values() for act in flow.acts}
        assert set(board.hands) == asked | {TALK_BEGIN, TALK_STEP, TALK_WORDS}

    joined(tmp_path, look)


def test_two_rooms_never_do_the_same(tmp_path: Path) -> None:
    def look(board: Switchboard, flows: Mapping[str, Flow]) -> None:
        owners = {id(hands): hands for hands in board.hands.values()}.values()
        named = [act for hands in owners for act in hands.acts]
        assert sorted(named) == sorted(board.hands)
        with pytest.raises(ValueError, match="two rooms do 'accept'"):
            board.serve(Twin())

    joined(tmp_path, look)


def test_every_dialogue_that_a_flow_talks_is_one_of_the_city_s_services(tmp_path: Path) -> None:
    def look(board: Switchboard, flows: Mapping[str, Flow]) -> None:
        talking = board.hands[TALK_BEGIN]
        assert isinstance(talking, Talking)
        talked = {node.dialogue for flow in flows.values() for node in flow.nodes.values() if node.kind is Kind.TALK}
        assert talked <= talking.dialogues

    joined(tmp_path, look)
