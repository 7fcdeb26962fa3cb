"""Debian's Kannel, unmodified, spoken with by its description alone: letters in and out, reports, and its end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from config.clock import SystemClock
from gateway.channel import Busy, Refused
from gateway.messages import Lane, Outbound
from tests.peers.kannel_rig import FAKE_SMSC, OURS, SITI, Gateway, Kannel, gateway_of, ports, until, written

if TYPE_CHECKING:
    from tests.peers.conftest import Daemon

FIRE = 'Tolong 🔥 api di rumah saya & warung 50% + "Jl. Kentang"? é'
LONG = "Kebakaran di Jl. Kentang no. 5 & 6, dekat pasar; 100% benar + cepat! " * 4
LONG_UCS2 = "Tolong 🔥 api di rumah saya, dekat pasar. " * 4


@pytest.fixture
async def kannel(folder: Path, daemon: Daemon, needs: Callable[[str, str], str]) -> Kannel:
    programs = {name: needs(name, "kannel") for name in ("bearerbox", "smsbox")}
    if not FAKE_SMSC.is_file():
        pytest.skip("fakesmsc is missing: apt-get install kannel-extras")
    return Kannel(folder, daemon, programs, ports())


@pytest.fixture
async def gateway(kannel: Kannel) -> AsyncIterator[Gateway]:
    async with gateway_of(written(kannel.folder, kannel.ports), kannel.folder) as made:
        yield made


def letter(text: str, lane: Lane = Lane.SERVICE, to: str = SITI) -> Outbound:
    expires = SystemClock().now() + timedelta(hours=1)
    return Outbound(to=to, text=text, lane=lane, key=f"k-{text}", expires_at=expires)


def says(text: str, part: tuple[int, int] | None = None) -> str:
    """A line of the fake centre: Siti writes to us, in UCS-2 where the text needs it."""
    data = quote(text.encode("utf-16-be"), safe="")
    if part is not None:
        head = "".join(f"%{octet:02X}" for octet in (5, 0, 3, 7, part[1], part[0]))
        return f"{SITI} {OURS} udh-text {head} {text}"
    plain = text.isascii()
    return f"{SITI} {OURS} text {text}" if plain else f"{SITI} {OURS} ucs2 {data}"


@pytest.mark.peer
async def test_letters_come_in_through_kannel_in_ascii_ucs2_and_parts(kannel: Kannel, gateway: Gateway) -> None:
    await kannel.start()
    await kannel.phones(says("TOLONG rampok & 50% + 'x' {a}=[b]; ok?"))
    await gateway.listen()  # only now: Kannel keeps what it cannot give us, and comes again
    await until(lambda: len(gateway.desk.letters) == 1)
    for text in (FIRE, "END 🔥\r\nX-Evil: 1"):
        await kannel.phones(says(text))
        await until(lambda text=text: text in gateway.desk.texts)  # type: ignore[misc]
    for place in (1, 2):
        await kannel.phones(says(f"bagian {place} dari dua, ", (place, 2)))
    await until(lambda: len(gateway.desk.letters) == 4)

    assert gateway.desk.texts[0] == "TOLONG rampok & 50% + 'x' {a}=[b]; ok?"
    assert gateway.desk.texts[3].split(",") == ["bagian 1 dari dua", " bagian 2 dari dua", " "]
    for one in gateway.desk.letters:
        assert (one.channel, one.sender, one.doubt) == ("kannel", SITI, "")
        assert one.sent_at is not None
    assert len({one.external_id for one in gateway.desk.letters}) == 4
    assert kannel.heard() == [], "no answer of ours went back to the phone as an SMS"


@pytest.mark.peer
async def test_letters_go_out_through_kannel_and_its_reports_find_them(kannel: Kannel, gateway: Gateway) -> None:
    await kannel.start()
    await gateway.listen()
    texts = ["halo satu & dua = 3% + [x] {y} ~ \\ ^ | €", FIRE, LONG, LONG_UCS2]
    await gateway.post(*(letter(text) for text in texts))

    async def all_delivered() -> bool:
        return set((await gateway.states()).values()) == {"delivered"}

    await until(all_delivered)
    heard = kannel.heard()
    assert {(sender, to) for sender, to, _ in heard} == {(OURS, SITI)}
    assert sorted(text for _, _, text in heard) == sorted(texts)


@pytest.mark.peer
async def test_a_wrong_password_and_a_number_without_a_route_are_known_as_such(
    kannel: Kannel, gateway: Gateway
) -> None:
    await kannel.start()
    (channel,) = gateway.legs.channels
    with pytest.raises(Refused, match="Not routable"):
        await channel.send(letter("halo", to="+6221555000"), 0, 0)
    assert channel.well
    conf = kannel.folder / "kannel.conf"
    conf.write_text(conf.read_text().replace("p&ss w%rd", "another"))
    await kannel.kill()
    await kannel.start()
    with pytest.raises(Busy, match="Authorization failed"):
        await channel.send(letter("halo"), 0, 0)
    assert not channel.well
    assert kannel.heard() == []


@pytest.mark.peer
async def test_while_kannel_is_dead_letters_wait_and_when_it_is_back_they_leave(
    kannel: Kannel, gateway: Gateway
) -> None:
    await kannel.start()
    await gateway.listen()
    (channel,) = gateway.legs.channels
    await gateway.post(letter("sebelum"))
    await until(lambda: len(kannel.heard()) == 1)

    await kannel.kill()
    waiting = [letter(f"tunggu {number}", lane) for number, lane in enumerate([Lane.EMERGENCY, *[Lane.SERVICE] * 4])]
    await gateway.post(*waiting)
    await until(lambda: not channel.well)
    states = await gateway.states()
    assert {states[one.text] for one in waiting} == {"queued"}

    await kannel.start()
    await until(lambda: len(kannel.heard()) == 6)
    assert channel.well
    texts = [text for _, _, text in kannel.heard()]
    assert sorted(texts) == ["sebelum", *(one.text for one in waiting)]
    assert "tunggu 0" in texts[1:3], "the emergency goes at once, beside the first of the rest"

    async def all_delivered() -> bool:
        return set((await gateway.states()).values()) == {"delivered"}

    await until(all_delivered)
