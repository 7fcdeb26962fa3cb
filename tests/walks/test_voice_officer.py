"""An officer's call as he hears it: captured on the line, told by ear against every prompt that is known."""

from __future__ import annotations

from pathlib import Path

from dispatch.incident import State
from modem.virtual import Behaviour
from tests.fixtures.whole import part
from tests.ivr.coding import needs_espeak, needs_sox
from tests.walks.by_voice import ANI, Town, by_voice, known
from tests.walks.house import GINA

pytestmark = [needs_espeak, needs_sox]

PLACE = "Di Jl. Bambu Kuning No. 1, Kelurahan Batu Merah."
KNOWN = f"{PLACE} Alamat terdaftar, dicatat {{}}."
WHOLE = f"Laporan darurat: PERAMPOKAN. {KNOWN.format('baru saja')} Sirene dibunyikan pukul 11.00. Pelapor Gina Contoh."
AGAIN = f"Laporan darurat: PERAMPOKAN. {PLACE}"
LAST_KEYS = ("Ulangi, tekan 3.", "Pelapor, tekan 4.")
KEYS = ("Terima, tekan 1.", "Tidak bisa, tekan 2.", *LAST_KEYS)
YES = "Diterima. Terima kasih."
NO = "Baik. Petugas berikutnya ditelepon sekarang."
TOLD_TWICE_S = 53.0  # seconds from the answer in which he has heard it twice, keys and all
REPLY_S = 28.0  # seconds: the resident is to be told within 30 of what became of his cry


async def officer_answers(town: Town, number: str = ANI, within_s: float = 40.0) -> None:
    """That phone was rung and picked up."""
    await town.until(lambda: town.phone(number).talking, within_s)


async def call_ends(town: Town, number: str = ANI) -> None:
    await town.until(lambda: not town.phone(number).talking, 60.0)


def test_every_prompt_is_heard_twice_and_his_key_comes_by_its_tone_alone(tmp_path: Path) -> None:
    async def scene(town: Town) -> None:
        await known(town.voice, town.city, "officer")
        town.indoors.modem.fault("no_tones")  # the modem reports no key: it is heard in the sound
        town.phone(ANI).behave(Behaviour(answer_after_s=4.0))
        stood: list[State] = []

        async def look() -> None:
            stood.append((await town.case()).incident.state)

        await town.cries(GINA, then=1.0)
        await officer_answers(town)
        await town.clock.sleep(TOLD_TWICE_S)
        town.voice.before[YES] = look
        town.phone(ANI).press("1")
        pressed_at = town.clock.monotonic()
        await call_ends(town)
        assert town.clock.monotonic() - pressed_at < REPLY_S, "with one line the resident's SMS waits for that"
        case = await town.case()
        assert (case.incident.state, case.incident.accepted_by) == (State.ACCEPTED, ANI)
        assert stood == [State.ACCEPTED], "committed before it is spoken"
        for coding in part(("GSM FR", "none"), 1):
            heard = town.heard(ANI, coding=coding)
            assert heard[:10] == [WHOLE, *KEYS, AGAIN, *KEYS], "said twice"
            rest = heard[heard.index(YES) :]
            assert rest == [YES, KNOWN.format("1 menit lalu"), *LAST_KEYS, "Terima kasih."], coding

    by_voice(tmp_path, scene)
