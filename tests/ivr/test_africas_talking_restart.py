"""A restart in the middle of a provider's call: the store knows where it stood, and nothing is done twice."""

from __future__ import annotations

import pytest

from ivr.africas_talking_calls import Calls, Fixed
from ivr.africas_talking_sounds import Shelf
from ivr.africas_talking_talks import Taped
from tests.ivr.provider_room import BASE, CALL, PATH, Desk, Tones, goes_on, shape
from tests.ivr.talks import OFFICER, Room, play


def provider(room: Room) -> Desk:
    """What is posted, over this room's switchboard; all that it remembers is new."""
    voice = Tones()
    shelf = Shelf(voice, room.clock)

    async def fetch(url: str) -> Taped | None:
        return Taped(audio=b"\1\0" * 8000, rate=8000)

    calls = Calls(
        room.clock,
        shelf,
        Fixed(sorry=shelf.fix(b""), over=shelf.fix(b""), tick=shelf.fix(b"")),
        inbound=room.board.inbound,
        find=room.board.find,
        fetch=fetch,
        may_dial=lambda number: True,
    )
    calls.base = BASE
    return Desk(room.clock, calls, shelf, voice)


@pytest.mark.parametrize("again", [False, True], ids=["pressed after it", "committed before it, answered after it"])
def test_a_key_is_neither_forgotten_nor_taken_twice(again: bool) -> None:
    async def scene(room: Room) -> None:
        post = {**CALL, "callerNumber": OFFICER, "direction": "Outbound"}
        desk = provider(room)
        talk = desk.calls.known.order("africastalking", OFFICER, room.call())
        assert talk is not None
        answered, _ = goes_on(await desk.post(**post))
        if again:
            await desk.post(answered, **post, dtmfDigits="1")
        await desk.calls.close()
        await room.crashed()
        desk = provider(room)
        said = await desk.post(answered, **post, dtmfDigits="1")
        assert shape(said) == "Record(Play) Redirect"
        assert (await desk.hears(said))[0].startswith("Diterima")
        assert await room.did() == ["accept|1/call/1|2.0"]
        at, _ = goes_on(said)
        said = await desk.post(at, **post, recordingUrl="https://provider.example/1.mp3")
        assert await desk.hears(said) == ["Tersimpan."]
        await desk.post(at, **{**post, "isActive": "0"})
        await desk.calls.close()

    play(scene)


def test_who_rang_us_goes_on_where_he_was() -> None:
    async def scene(room: Room) -> None:
        desk = provider(room)
        answered, _ = goes_on(await desk.post(**CALL))
        await room.crashed()
        desk = provider(room)
        said = await desk.post(answered, **CALL, dtmfDigits="1")
        assert (await desk.hears(said))[0].startswith("Diterima")
        other = {**CALL, "sessionId": "ATVId_2", "callerNumber": "+6281299999999", "direction": "Outbound"}
        assert shape(await desk.post(answered, **other, dtmfDigits="1")) == "Play"  # another's call is not his
        assert len(await room.did()) == 1
        assert answered.startswith(f"{BASE}{PATH}")
        await desk.calls.close()

    play(scene)
