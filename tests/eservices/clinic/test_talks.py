"""Whole conversations with the clinics by SMS, through the real inbox, store, desks and chores, as readable text."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.dispatch.talks import Transcript, transcripts
from tests.eservices.clinic.waiting_room import Room, played, settle, waiting_room

SCRIPTS = transcripts(Path(__file__).with_name("talks.txt"))


@pytest.mark.parametrize("script", SCRIPTS, ids=[script.title for script in SCRIPTS])
def test_a_conversation_goes_as_it_is_written(tmp_path: Path, script: Transcript) -> None:
    async def scene(room: Room) -> list[str]:
        await settle(room, script.setting)
        return await played(room, script)

    assert waiting_room(tmp_path, script.setting[0], scene) == list(script.lines)
