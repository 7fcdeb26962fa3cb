"""Whatever is pressed on a call and whatever is to be spoken: only a key after words accepts, and every call ends."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from dispatch.incident import State
from gateway.registry import Resident, find
from gateway.store import Tx
from gateway.store.people import save
from modem.virtual import Behaviour
from tests.ivr.coding import needs_espeak
from tests.walks.by_voice import ANI, Town, by_voice
from tests.walks.house import GINA

pytestmark = [needs_espeak]

YES = "Diterima. Terima kasih."
LINE_S = 75.0  # seconds that a call of an officer may keep its only line (one_line_s)
NAMES = {
    "ten thousand letters": "Siti " * 2000,
    "one word of ten thousand letters": "a" * 10_000,
    "ten thousand figures": "7" * 10_000,
    "an option": "-f /etc/passwd --pho -v en",
    "a switch": "--stdout",
    "markup": '<speak><break time="600s"/><audio src="file:///etc/passwd"/></speak>',
    "phonemes": "[[h@'loU]] [[_^_en]]",
    "what XML has not": "Gi\x01na\x0b \ufffe\uffff \x1b[2J",
    "commands of a modem": "\r\nATH\r\n\x1a\x1b+++",
    "nothing to be said": "😀🔥 \u202e\u200b",
    "fields": "{what} {0} %s {digits}",
}


async def lives(town: Town, **otherwise: str) -> None:
    """Gina's line of the registry, as only a broken import could have left it."""

    def work(tx: Tx) -> None:
        one = find(tx, GINA)
        assert isinstance(one, Resident)
        save(tx, replace(one, **otherwise))  # type: ignore[arg-type]

    await town.indoors.house.store.write(work)


@pytest.mark.parametrize("what", NAMES)
def test_whatever_a_resident_is_called_the_officer_hears_the_kind_and_accepts_in_time(
    tmp_path: Path, what: str
) -> None:
    async def scene(town: Town) -> None:
        name = NAMES[what]
        await lives(town, name=name, address=f"Jl. {name}", notes=name)
        town.phone(ANI).behave(Behaviour(answer_after_s=4.0))
        await town.cries(GINA, then=1.0)
        await town.until(lambda: town.phone(ANI).talking, 40.0)
        await town.clock.sleep(3.0)
        assert town.phone(ANI).heard().count(0) < len(town.phone(ANI).heard()), "it speaks"
        said = [words for who, words in await town.lines(ANI) if who == "us"]
        assert said[0].startswith("Laporan darurat: PERAMPOKAN.")
        assert "Terima, tekan 1." in said
        town.phone(ANI).press("1")
        await town.clock.sleep(3.0)
        assert (await town.case()).incident.accepted_by == ANI
        await town.until(lambda: not town.phone(ANI).talking, LINE_S)

    by_voice(tmp_path, scene)


@pytest.mark.parametrize("what", ["ten thousand letters", "ten thousand figures", "one word of ten thousand letters"])
def test_a_name_without_end_does_not_keep_the_next_person_waiting(tmp_path: Path, what: str) -> None:
    async def scene(town: Town) -> None:
        await lives(town, name=NAMES[what], address=f"Jl. {NAMES[what]}", notes=NAMES[what])
        town.everybody(Behaviour(answer_after_s=4.0))
        await town.cries(GINA, then=100.0)
        first, second = (await town.rows())[:2]
        assert first.attempted_at is not None
        assert second.attempted_at is not None
        assert (second.attempted_at - first.attempted_at).total_seconds() <= LINE_S + 2.0
        if "figures" not in what:  # each is a word
            assert town.hears(ANI, "Terima, tekan 1."), "and he heard how to accept"

    by_voice(tmp_path, scene)


@pytest.mark.parametrize(
    "keys", ["7", "5098", "#*0", "56789#0" * 30], ids=["one that is not offered", "a child", "a pocket", "a flood"]
)
def test_keys_that_are_not_offered_accept_nothing_and_the_next_person_is_called(tmp_path: Path, keys: str) -> None:
    async def scene(town: Town) -> None:
        town.phone(ANI).behave(Behaviour(answer_after_s=4.0, keys=keys, key_after_s=2.0))
        await town.cries(GINA, then=100.0)
        assert (await town.case()).incident.state is State.CONFIRMED
        first, second = (await town.rows())[:2]
        assert first.pressed is None
        assert first.attempted_at is not None
        assert second.attempted_at is not None
        assert (second.attempted_at - first.attempted_at).total_seconds() <= LINE_S + 2.0
        assert YES not in [words for _, words in await town.lines(ANI)]

    by_voice(tmp_path, scene)


@pytest.mark.parametrize("no_tones", [False, True], ids=["reported", "by tone"])
def test_a_key_pressed_before_anything_was_said_accepts_nothing_and_one_after_it_does(
    tmp_path: Path, no_tones: bool
) -> None:
    async def scene(town: Town) -> None:
        if no_tones:
            town.indoors.modem.fault("no_tones")
        town.phone(ANI).behave(Behaviour())
        await town.cries(GINA, then=1.0)
        await town.until(lambda: town.phone(ANI).ringing, 40.0)
        assert town.phone(ANI).answer()
        assert town.phone(ANI).press("1")
        await town.clock.sleep(12.0)
        assert (await town.case()).incident.state is State.CONFIRMED
        assert town.phone(ANI).talking
        town.phone(ANI).press("1")
        await town.clock.sleep(3.0)
        assert (await town.case()).incident.accepted_by == ANI

    by_voice(tmp_path, scene)
