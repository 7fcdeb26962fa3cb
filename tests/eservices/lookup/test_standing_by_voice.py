"""By telephone, too: who hears his bill is reminded by a key, who hears openings follows them by one."""

from __future__ import annotations

from eservices.lookup.standing.following.store import following
from eservices.lookup.standing.reminding.store import of
from ivr.events import Pressed
from tests.gateway.room import SITI
from tests.ivr.callers import Exchange, living, scene

TO_MORE = ("Layanan lain", "Info dan layanan kota")


def test_a_caller_follows_what_he_heard_and_ends_it_again() -> None:
    async def main(there: Exchange) -> None:
        await there.lives(living())
        for label, left in (("Kabari yang baru", ["satpam"]), ("Jangan kabari lagi", [])):
            call = await there.calls_in()
            for choice in (*TO_MORE, "Lowongan kerja", "Satpam"):
                await call.chooses(choice)
            await call.chooses(label)
            assert [word for _, word, _ in await there.store.read(lambda tx: following(tx, SITI))] == left

    scene(main)


def test_a_caller_is_reminded_of_the_bill_whose_number_he_pressed() -> None:
    async def main(there: Exchange) -> None:
        await there.lives(living())
        call = await there.calls_in()
        for choice in (*TO_MORE, "Pajak PBB"):
            await call.chooses(choice)
        await call.does(Pressed("127503000400501230"))
        await call.chooses("Ingatkan saya")
        [one] = await there.store.read(lambda tx: of(tx, SITI))
        assert (one.lookup, one.key) == ("pbb", "127503000400501230")

    scene(main)
