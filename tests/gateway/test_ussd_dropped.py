"""The real dialogues of a pack: a session is dropped at every step of every dialogue, and gone on with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.clock import VirtualClock
from gateway.callback import UssdReply
from gateway.dialogue import Who
from gateway.store.people import save
from gateway.ussd_stage import Stage, Stages
from tests.dispatch.talks import dialogues, pack, somebody
from tests.gateway.room import EPOCH, play
from tests.gateway.ussd_room import Handset, house

pytestmark = pytest.mark.either_engine

TOWN = "tinytown"
STAGES = Stages(dialogues(TOWN), pack(TOWN))
WORDS = ("Siti Aminah", "Jl. Kentang 7")
DEEPEST = 7  # inputs in a row
RESIDENT = somebody(pack(TOWN), "id")


def who(*, known: bool) -> Who:
    return Who(number=RESIDENT.phone, at=EPOCH, language="id", resident=RESIDENT if known else None)


def steps(known: bool) -> dict[str, tuple[str, ...]]:
    """A way to every screen that can be dropped, by the screen."""
    person = who(known=known)
    found: dict[str, tuple[str, ...]] = {}
    edge: list[tuple[Stage, tuple[str, ...]]] = [(STAGES.begin(person), ())]
    while edge:
        stage, path = edge.pop(0)
        for typed in _inputs(stage):
            after = STAGES.take(stage, typed, person).stage
            shown = STAGES.reply(after, person)
            if shown.more and shown.text not in found and len(path) < DEEPEST:
                found[shown.text] = (*path, typed)
                edge.append((after, (*path, typed)))
    return found


def _inputs(stage: Stage) -> Iterator[str]:
    yield from (choice.key for choice in stage.screen.choices) if stage.screen.choices else WORDS


def test_every_dialogue_is_walked() -> None:
    for known in (False, True):
        person = who(known=known)
        left = {
            STAGES.take(STAGES.begin(person), "*".join(path), person).stage.dialogue for path in steps(known).values()
        }
        wanted = {"menu", "emergency", "complaints", "registration"} | ({"my_data"} if known else set())
        assert left >= wanted


@pytest.mark.parametrize("known", [False, True])
def test_dropped_at_every_step_and_gone_on_with_after_a_restart(known: bool, tmp_path: Path) -> None:
    async def main(clock: VirtualClock) -> None:
        ways = list(steps(known).values())
        left: list[UssdReply] = []
        async with house(clock, tmp_path, dialogues=dialogues(TOWN), city=pack(TOWN), looping=False) as room:
            for nth, path in enumerate(ways):
                number = f"+62812{nth:07d}"
                if known:
                    await room.store.write(lambda tx, number=number: save(tx, _living(number)))  # type: ignore[misc]
                phone = Handset(room, number=number, session=f"ATUid_{nth}")
                await phone.dial()
                left.append(await phone.press(*path))
            cries = await room.texts()
        async with house(clock, tmp_path, dialogues=dialogues(TOWN), city=pack(TOWN), looping=False) as room:
            menu = (await Handset(room, number="+6281399999999").dial()).text
            for nth, before in enumerate(left):
                again = Handset(room, number=f"+62812{nth:07d}", session=f"ATUid_{nth}b")
                asked = await again.dial()
                if asked.text != menu:
                    assert asked.text.startswith("Lanjutkan yang tadi?\n1 Ya\n2 Menu awal\n3 ")
                    assert await again.press("1") == before
                else:
                    assert before.text.endswith(menu[:20]) or "Layanan" in before.text, before
            assert await room.texts() == cries, "going on says nothing again"

    play(main)


def _living(number: str):  # type: ignore[no-untyped-def]
    return somebody(pack(TOWN), "id", phone=number)


@pytest.mark.parametrize("known", [False, True])
def test_every_screen_of_every_dialogue_fits_and_leads_to_the_alarm(known: bool) -> None:
    person = who(known=known)
    for shown, path in steps(known).items():
        assert len(shown) <= 182
        assert shown.count("\n") < 7
        dropped = STAGES.take(STAGES.begin(person), "*".join(path[:1]), person).stage
        asked = STAGES.begin(person, STAGES.left_off(dropped))
        raised = STAGES.take(asked, "1*1" if asked.aside is None else "3*1", person)
        assert any(effect.urgent for effect in raised.effects if hasattr(effect, "urgent"))
