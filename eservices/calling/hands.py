"""What a call-out's own call does: the hands of the flow ``call_out``."""

from __future__ import annotations

from collections.abc import Mapping

from eservices.calling import store
from eservices.calling.store import UNDER_WAY, State
from gateway.store import Tx
from ivr.events import Done
from ivr.flow_data import ActSpec
from ivr.session import Call, Hands

FLOW, ABOUT = "call_out", "callout/"


class CallOutHands(Hands):
    """``told``: a key was pressed, or all of it was said twice. A machine is nobody."""

    @property
    def acts(self) -> Mapping[str, ActSpec]:
        return {"told": ActSpec(results=frozenset({"noted"}))}

    def act(self, tx: Tx, call: Call, act: str, arguments: Mapping[str, str]) -> Done:
        """A person who was forgotten meanwhile hears it to the end."""
        one = store.find(tx, int(call.about.removeprefix(ABOUT)))
        if one is not None and one.state in UNDER_WAY:
            if call.fields.get("pressed") == "yes":
                store.move(tx, one.id, State.HEARD, call.at)
            elif call.fields.get("machine") != "yes":
                store.move(tx, one.id, State.SAID, call.at)
        return Done("noted")
