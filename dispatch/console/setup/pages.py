"""``/settings/pack``: is the city's data in order; ``/settings/secrets``: the secrets in the providers' addresses."""

from __future__ import annotations

import asyncio
from pathlib import Path

from config.check import read_pack
from config.city import CityFault, find_pack
from gateway.audit import Deed, note
from gateway.page import Declined, Floor, Moved, NotThere, Page, Role, Shown, Visit, Wing
from gateway.rotating import addresses, new_secret, providers, secret_row
from gateway.rotation import RotationFault, digest_of, drop, rotate, valid
from gateway.store import Tx
from gateway.store.callbacks import secrets

HERE = Path(__file__).parent
ADMIN = frozenset({Role.ADMIN})
OVER = frozenset({Role.ADMIN, Role.SUPERVISOR})
PROVIDER = "/settings/secrets/{provider:[A-Za-z0-9_.-]{1,60}}"
MOST_FAULTS = 200  # a wrong file names hundreds of lines; the first ones are mended first


def setup_wing(floor: Floor) -> Wing:
    """The pages of the technician."""
    setup = _Setup(floor)
    return Wing(
        room="setup",
        templates=HERE / "templates",
        words=HERE / "words",
        pages=(
            Page(path="/settings/pack", handle=setup.pack, roles=OVER, title="setup.pack.title"),
            Page(path="/settings/secrets", handle=setup.secrets, roles=ADMIN, title="setup.secrets.title"),
            Page(
                path=f"{PROVIDER}/rotate",
                handle=setup.rotate,
                roles=ADMIN,
                method="POST",
                danger=True,
                title="setup.secrets.title",
            ),
            Page(path=f"{PROVIDER}/drop", handle=setup.drop, roles=ADMIN, method="POST", danger=True),
        ),
    )


class _Setup:
    def __init__(self, floor: Floor) -> None:
        self._floor, self._store, self._city = floor, floor.store, floor.city

    async def pack(self, visit: Visit) -> Shown:
        """The files as they are now, read anew; the program goes on with those that it began with."""
        name = self._floor.settings.city
        try:
            folder = find_pack(name)
        except CityFault as fault:
            data = {"name": name, "folder": "", "faults": [], "missing": str(fault), "city": self._city, "more": 0}
            return Shown(template="setup/pack.html", data=data)
        found, faults = await asyncio.to_thread(read_pack, folder)
        city = found or self._city
        said = [{"file": one.file, "line": one.line, "message": one.message} for one in faults[:MOST_FAULTS]]
        more = len(faults) - len(said)
        data = {"name": name, "folder": str(folder), "faults": said, "more": more, "missing": "", "pack": city}
        return Shown(template="setup/pack.html", data=data)

    async def secrets(self, visit: Visit) -> Shown:
        zone, settings = self._city.timezone, self._floor.settings
        known = providers(settings)
        kept = await self._store.read(secrets)
        rows = []
        for one in kept:
            here = [digest_of(plain) for plain in known[one.provider].secrets] if one.provider in known else []
            rows.append(secret_row(one, bool(valid([one], here)), zone))
        data = {"secrets": rows, "providers": sorted(known), "public_url": settings.http.public_url}
        return Shown(template="setup/secrets.html", data=data)

    async def rotate(self, visit: Visit) -> Shown:
        """The new one is in this answer, and nowhere else ever again."""
        name, here = self._provider(visit)
        new = new_secret()

        def work(tx: Tx) -> int:
            count = rotate(tx, name, here, digest_of(new))
            note(tx, Deed(by=visit.user.login, how="page", what="secret.rotate", object=f"provider/{name}"))
            return count

        try:
            count = await self._store.write(work)
        except RotationFault as fault:
            raise Declined("setup.secrets.two") from fault
        self._floor.wake()
        urls = addresses(self._floor.settings, providers(self._floor.settings)[name], new)
        return Shown(template="setup/secret.html", data={"provider": name, "urls": urls, "count": count})

    async def drop(self, visit: Visit) -> Moved:
        name, here = self._provider(visit)

        def work(tx: Tx) -> None:
            drop(tx, name, here)
            note(tx, Deed(by=visit.user.login, how="page", what="secret.drop", object=f"provider/{name}"))

        try:
            await self._store.write(work)
        except RotationFault as fault:
            raise Declined("setup.secrets.none_older") from fault
        self._floor.wake()
        return Moved(to="/settings/secrets", said="setup.secrets.dropped")

    def _provider(self, visit: Visit) -> tuple[str, list[str]]:
        known, name = providers(self._floor.settings), visit.at["provider"]
        if name not in known:
            raise NotThere
        return name, [digest_of(one) for one in known[name].secrets]
