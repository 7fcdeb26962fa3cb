"""A town that has lived through a morning: everything that came by SMS came through its modem, on virtual time. What
staff then do they do on the pages. For tests that look at every page."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

from aiohttp.test_utils import TestClient, TestServer

import eservices.pages
from config.city import load_city
from config.clock import SystemClock
from config.settings import Settings
from dispatch.asking_drills import Asked, begin
from dispatch.console.access.gate import gate_of
from dispatch.console.access.keeping import AccessKeeper
from dispatch.console.access.pages import access_wing
from dispatch.console.access.users import By, add_user
from dispatch.console.running import RunningHouse
from dispatch.console.site import Site
from dispatch.console.wings import wings
from gateway.broadcast.asking import Wish, send, texts_of
from gateway.broadcast.consent import Proposal, propose
from gateway.page import STAFF, Floor, Role, User
from gateway.pulse import Bell, Pulse
from modem.virtual import Behaviour, tpdu
from tests.fixtures.engines import open_store
from tests.fixtures.site import Client, FixedKeeper, as_user, built, user_with
from tests.walks.house import GINA, PACK, STORE
from tests.walks.indoors import EPOCH, Indoors, indoors

LISTENS, SILENT = Behaviour(answer_after_s=4.0, keys="1", key_after_s=2.0), Behaviour()
COUNTER, NEW, WATCHER, RINGS = "+6285500004001", "+6281260000011", "+6281260000012", "+6281260000013"
OFFICER, BY_HAND = "+6285500002001", "+6281260000014"
SPARE = 6281270000000  # strangers' numbers begin there
HULU = "hulu"
DAY = EPOCH.astimezone(UTC).date()
QUEUE = f"/clinic/{HULU}/{DAY.isoformat()}/umum.-.0800"


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What people of the town write where their own words stand. ``bare``: texts that are letters of their own, each
    from another phone; ``senders``: of those that have no number."""

    name: str = "Rahmat Hidayat"
    address: str = "Jl. Melati No. 7"
    cry: str = "ada orang bersenjata di depan toko"
    complaint: str = "di depan sekolah, motor jatuh kemarin"
    note: str = "asma, tidak bisa jalan jauh"
    bare: Sequence[str] = ("apa kabar pak", "jam buka kantor lurah?")
    senders: Sequence[str] = ("TELKOMSEL", "3456")
    more: Sequence[str] = field(default=())
    """Complaints and names besides, one each."""


def lived(folder: Path, words: Words) -> None:
    """The morning, into a new store in ``folder``."""

    async def scene(town: Indoors) -> None:
        numbers = (*town.city.roster_numbers(), *(post.number for post in town.city.operators))
        _behave(town, numbers, LISTENS)
        await _drill(town, words)
        await town.sms(GINA, f"TOLONG RAMPOK {words.cry}", then=60)
        _behave(town, numbers, SILENT)
        await town.sms(NEW, f"DAFTAR {words.name}#Batu Merah#{words.address}", then=40)
        await town.sms(GINA, f"CATATAN {words.note}", then=40)
        await town.sms(NEW, f"LAPOR jalan berlubang di Jl. Mawar Batu Merah {words.complaint}", then=40)
        for nth, text in enumerate(("UMUM Nek Ijah LANSIA", f"UMUM {words.name}", "UMUM Budi Contoh", "GIGI Wati")):
            await town.sms(COUNTER, f"DATANG {text}", then=20 + nth)
        await town.sms(COUNTER, "PANGGIL", then=20)
        await town.sms(NEW, "DOKTER UMUM HULU BESOK", then=40)
        await _many(town, words)
        await _told(town)
        town.network.phone(RINGS).call(town.modem.number, 3.0)
        await town.clock.sleep(90)
        await town.sms(WATCHER, f"TOLONG KEBAKARAN Jl. Melati Tanjung Sepi {words.cry}", then=200)

    indoors(folder, scene)


async def _drill(town: Indoors, words: Words) -> None:
    """Two minutes of it, to its end."""
    asked = Asked(kind="fire", area="99.01.02.1001", by="Sari Dewi", street=words.address, minutes=2, sirens=False)
    await town.house.store.write(lambda tx: begin(tx, town.city, asked, town.clock.now()))
    town.house.wake()
    await town.clock.sleep(180)


async def _told(town: Indoors) -> None:
    """A broadcast to everybody, and a warning that waits for its second person."""
    texts = texts_of(town.city, {"id": "Pasar murah Sabtu pagi di lapangan kelurahan."})
    news = Wish(area="all", texts=texts, seen=100, by="sari", how="page")
    said = {"place": "Batu Merah", "description": "air sungai naik cepat"}
    flood = Proposal(template="flood", area="all", said=said, by="sari", how="page")
    await town.house.store.write(lambda tx: send(tx, town.city, news, town.clock.now()))
    await town.house.store.write(lambda tx: propose(tx, town.city, flood, town.clock.now()))
    town.house.wake()
    await town.clock.sleep(60)


def _behave(town: Indoors, numbers: Sequence[str], does: Behaviour) -> None:
    for number in numbers:
        town.network.phone(number).behave(does)


async def _many(town: Indoors, words: Words) -> None:
    for nth, text in enumerate(words.bare):
        await town.sms(f"+{SPARE + nth}", text, then=1)
    for nth, text in enumerate(words.more):
        await town.sms(f"+{SPARE + 1000 + nth}", f"LAPOR listrik padam di Jl. Mawar Batu Merah {text}", then=3)
        await town.sms(f"+{SPARE + 2000 + nth}", f"DAFTAR {text}#Batu Merah#Jl. Melati {text}", then=3)
    for sender, text in zip(words.senders, cycle(words.bare), strict=False):
        town.deliver(sender, tpdu.user_data(text)[0])
    await town.clock.sleep(120)


class Afternoon(SystemClock):
    """Three minutes after the last letter, and there it stands; waits are real."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """The pages over that town's store. ``client``: of somebody with every role, who has just proved who he is."""

    site: Site
    keeper: FixedKeeper
    floor: Floor
    client: Client
    user: User

    async def does(self, path: str, form: Mapping[str, str], well: Sequence[int]) -> None:
        """A form is sent, and taken."""
        async with self.client.post(path, data=form, allow_redirects=False) as answer:
            told = re.findall(r'role="alert">(.*?)</', await answer.text(), re.DOTALL)
            assert answer.status in well, f"{path}: {answer.status} {told}"

    async def page(self, path: str, accept: str = "text/html") -> tuple[int, str, bytes]:
        """Status, content type, body."""
        async with self.client.get(path, headers={"Accept": accept}, allow_redirects=False) as answer:
            return answer.status, answer.content_type, await answer.read()

    async def one(self, sql: str) -> Mapping[str, object]:
        """The first row."""
        found = await self.floor.store.read(lambda tx: tx.exec_driver_sql(sql).mappings().first())
        assert found is not None, sql
        return dict(found)


@asynccontextmanager
async def standing(folder: Path, pack: Path = PACK) -> AsyncIterator[Standing]:
    """The command centre over what ``lived`` left in ``folder``, at the end of that morning."""
    city, settings = load_city(pack), Settings(city=str(pack), data_dir=folder / "var")
    clock = Afternoon(EPOCH)
    async with await open_store(folder / "var" / STORE, clock) as store:
        last = await store.read(lambda tx: tx.exec_driver_sql("SELECT max(received_at) AS at FROM inbound").scalar())
        assert last is not None
        clock.at = _instant(last) + timedelta(minutes=3)
        bell = Bell()
        floor = Floor(store=store, city=city, clock=clock, settings=settings, pulse=Pulse(clock), wake=bell.ring)
        gate = gate_of(floor)
        user = user_with(*STAFF, name="Sari Dewi")
        await add_user(
            store, gate.hasher, replace(user, roles=frozenset({Role.DISPATCHER})), By(login="test", how="command")
        )
        keeper = FixedKeeper()
        pages = (*wings(floor), *eservices.pages.wings(floor), access_wing(AccessKeeper(gate), floor))
        site = built(floor, pages, keeper, RunningHouse(floor, bell=bell))
        async with TestClient(TestServer(site.app)) as client:
            as_user(client, keeper.admit(user, sure=True))
            yield Standing(site=site, keeper=keeper, floor=floor, client=client, user=user)


def _instant(value: object) -> datetime:
    found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    return found if found.tzinfo else found.replace(tzinfo=UTC)


async def worked(town: Standing, words: Words, well: Sequence[int] = (200, 303)) -> None:
    """What staff do of an afternoon, by the forms of the pages, with the same words. ``well``: how forms may end."""
    day = town.floor.clock.now().astimezone(town.floor.city.timezone)
    hour = timedelta(hours=1)
    spans = {"from": f"{day + hour:%Y-%m-%dT%H:%M}", "to": f"{day + 3 * hour:%Y-%m-%dT%H:%M}"}
    person = {"name": words.name, "kelurahan": "99.01.01.1001", "address": words.address, "language": "id"}
    forms: Sequence[tuple[str, Mapping[str, str]]] = (
        ("/incidents/2/note", {"words": words.note}),
        ("/incidents/2/close", {"words": words.note, "finding": "other"}),
        ("/roster/hand-over", {"words": words.note}),
        ("/roster/change", {"number": OFFICER, "what": "off", "why": words.note, **spans}),
        ("/officers/test", {"number": OFFICER}),
        (f"/letters/with/{GINA}/write", {"text": words.note}),
        ("/settings/users", {"name": words.name, "login": "budi", "role": "dispatcher"}),
        ("/settings/tokens", {"name": "bpbd", "role": "dispatcher", "days": "30"}),
        ("/tickets/1001/answer", {"said": words.note, "seen": "2"}),
        ("/people/new", {"phone": BY_HAND, "notes": words.note, **person}),
        (f"/people/{GINA}/note", {"notes": words.note}),
        (f"{QUEUE}/walkin", {"name": words.name}),
        ("/proposals/open", {"title": "Musrenbang", "until": f"{day + 720 * hour:%Y-%m-%d}"}),
        ("/settings/audit/verify", {}),
        ("/settings/retention/run", {}),
    )
    for path, form in forms:
        await town.does(path, form, well)
