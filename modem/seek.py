"""Finding a modem: at the port it is said to be at, else, by its IMEI, wherever it is now."""

from __future__ import annotations

import logging
from collections.abc import Callable

from modem.errors import LineError
from modem.port import Opener, Port, PortLost, PortTaken, Seek
from modem.session import Session

log = logging.getLogger(__name__)

Begin = Callable[[Port], Session]
"""Makes a session of an open port."""


class NotFound(Exception):
    """It is nowhere. ``silent``: something is at its port and does not answer."""

    def __init__(self, why: str, *, silent: bool = False) -> None:
        super().__init__(why)
        self.silent = silent


async def find(
    port: str, *, imei: str, sure: bool, profile: str, last: str, open_port: Opener, seek: Seek, begin: Begin
) -> Session:
    """A session with the modem, awake and identified.

    ``port`` is the settings' name of its port and ``last`` where it was before. ``imei``: whom to look for ("" is
    whoever is at ``port``); ``sure``: nobody else will do, else another modem at ``port`` is taken when ours is
    nowhere. Other programs' ports are left alone. Raises NotFound.
    """
    names = [name for name in (last, port, *(seek(port) if imei else ())) if name]
    reasons: list[str] = []
    silent = False
    stranger = False
    for name in dict.fromkeys(names):
        try:
            session = begin(await open_port(name))
        except (PortLost, PortTaken) as fault:
            reasons.append(str(fault))
            continue
        here = name in (last, port)
        said = await _identity(session, profile)
        if said is None:
            silent = silent or here
            reasons.append(f"{name} does not answer")
        elif not imei or said == imei or await _second_look(session) == imei:
            return session
        else:
            stranger = stranger or name == port
            reasons.append(f"{name} is modem {said}")
        session.line.close()
    if stranger and not sure:
        log.warning("modem %s is gone; another is at %s and is taken for it", imei, port)
        return await find(
            port, imei="", sure=False, profile=profile, last="", open_port=open_port, seek=seek, begin=begin
        )
    raise NotFound("; ".join(dict.fromkeys(reasons[:4])), silent=silent)


async def _second_look(session: Session) -> str:
    """The IMEI asked again: what looks like a stranger may be ours through noise."""
    try:
        return await session.imei()
    except (LineError, PortLost):
        return ""


async def _identity(session: Session, profile: str) -> str | None:
    """The IMEI of who answers; None when nobody does. Nothing is left open by a cancellation."""
    try:
        await session.wake()
        return (await session.identify(profile)).imei
    except (LineError, PortLost):
        return None
    except BaseException:
        session.line.close()
        raise
