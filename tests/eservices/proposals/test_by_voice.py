"""e-Musrenbang, e-Warung and INFO as a caller hears them: by keys, and a proposal spoken."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from eservices.proposals import store
from eservices.proposals.store import State
from gateway.store import Tx
from ivr.events import Record, Recorded
from tests.gateway.room import BUDI, EPOCH, SITI
from tests.ivr.callers import CITY, Caller, Exchange, living, scene

pytestmark = pytest.mark.sqlite_only("the words and the keys; test_voices.py holds on both engines what is kept")
HERE = next(iter(CITY.areas))


def begin(tx: Tx) -> int:
    opened = store.begin_round(tx, "Musrenbang 2027", EPOCH, EPOCH + timedelta(days=30))
    assert opened is not None
    return opened.id


async def further(call: Caller, label: str) -> None:
    """From the greeting to a service of the list behind the menu."""
    await call.presses("4")
    await call.chooses("Info dan layanan kota")
    await call.chooses(label)


def test_a_proposal_is_spoken_and_waits_for_a_person_who_listens() -> None:
    async def main(there: Exchange) -> None:
        await there.lives(living())
        await there.store.write(begin)
        call = await there.calls_in()
        await further(call, "Usulan warga")
        assert "Belum ada usulan" in call.heard
        await call.chooses("Usul baru")
        assert isinstance(call.turn.then, Record)
        heard = await call.does(Recorded("bcdfghjklmnpqr"))
        assert "Petugas memeriksanya dulu" in heard
        (one,) = await there.store.read(lambda tx: store.proposed_by(tx, SITI, 1))
        assert (one.state, one.why, one.channel, one.kelurahan) == (State.HELD, "spoken", "voice", HERE)
        assert "bcdfghjklmnpqr" in one.text
        assert any("Usulan 1 " in letter.text for letter in await there.sent()), "its number comes by SMS"

    scene(main)


def test_a_proposal_is_heard_and_supported_once_by_keys() -> None:
    async def main(there: Exchange) -> None:
        await there.lives(living(), living(BUDI, "Jl. Melati 3", "Budi"))
        round = await there.store.write(begin)
        await there.store.write(lambda tx: store.add(tx, _here(round)))
        for number, expected in ((SITI, 1), (BUDI, 2), (SITI, 2)):
            call = await there.calls_in(number)
            await further(call, "Usulan warga")
            await call.presses("1")
            assert "perbaikan jalan gang melati" in call.heard
            if expected == 2 and number == SITI:
                assert "Tarik dukungan" in call.offered().values(), "it is given already"
            else:
                await call.chooses("Dukung")
                assert "dicatat" in call.heard
            found = await there.store.read(lambda tx: store.find(tx, 1))
            assert found is not None
            assert found.voices == expected

    scene(main)


def _here(round: int) -> store.Proposal:
    return store.Proposal(
        round=round,
        kelurahan=HERE,
        text="perbaikan jalan gang melati",
        proposer="+628120000900",
        language="id",
        channel="sms",
        at=EPOCH,
    )


def test_the_nearest_puskesmas_and_the_nearest_shop_are_heard() -> None:
    async def main(there: Exchange) -> None:
        await there.lives(living())
        call = await there.calls_in()
        await further(call, "Info")
        await call.chooses("Puskesmas")
        assert "terdekat dulu" in call.heard
        await call.presses("1")
        assert "Puskesmas" in call.heard
        assert "Sen-Kam" in call.heard or "Senin" in call.heard
        call = await there.calls_in()
        await further(call, "e-Warung")
        await call.presses("1")
        assert "Warung Contoh" in call.heard
        assert "Beras 10 kg" in call.heard

    scene(main)


def test_the_budget_of_ones_area_is_heard_and_a_stranger_chooses_an_area() -> None:
    async def main(there: Exchange) -> None:
        paya_roba = next(code for code, area in CITY.areas.items() if area.name == "Paya Roba")
        await there.lives(replace(living(), kelurahan=paya_roba))
        call = await there.calls_in()
        await further(call, "Anggaran")
        await call.presses("1")
        assert "Paya Roba" in call.heard
        stranger = await there.calls_in(BUDI)
        await further(stranger, "e-Warung")
        await stranger.chooses("Binjai Barat")
        await stranger.chooses("Paya Roba")
        await stranger.presses("1")
        assert "Warung Contoh 1" in stranger.heard

    scene(main)
