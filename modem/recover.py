"""The rungs of the ladder that talk to a modem that may not listen: written blind, and never waited for."""

from __future__ import annotations

import logging

from config.clock import Clock
from modem.line import ESC
from modem.port import Opener, PortLost, PortTaken
from modem.watch import Rung

log = logging.getLogger(__name__)

RADIO_S = 8.0  # seconds for the radio to go off, and again to come back
GONE_S = 5.0  # seconds in which a restarting modem still seems to be at its old port
PERSON_S = 60.0  # seconds after a person was told before everything is tried again


async def climb(rung: Rung, port: str, open_port: Opener, clock: Clock) -> None:
    """Do what the rung says, so that the next opening of the port may find a modem that works."""
    match rung:
        case Rung.RADIO:
            await radio_off_and_on(port, open_port, clock)
        case Rung.RESTART:
            await restart(port, open_port, clock)
        case Rung.PERSON:
            await clock.sleep(PERSON_S)


async def radio_off_and_on(name: str, open_port: Opener, clock: Clock) -> None:
    """AT+CFUN=0, AT+CFUN=1: it registers anew."""
    try:
        port = await open_port(name)
    except (PortLost, PortTaken) as fault:
        log.warning("%s", fault)
        return
    try:
        port.listen(lambda data: None, lambda why: None)
        port.write(ESC + b"AT+CFUN=0\r")
        await clock.sleep(RADIO_S)
        port.write(b"AT+CFUN=1\r")
        await clock.sleep(RADIO_S)
    except PortLost as fault:
        log.warning("%s", fault)
    finally:
        port.close()


async def restart(name: str, open_port: Opener, clock: Clock) -> None:
    """AT+CFUN=1,1, then let go of the port at once: a handle held over the restart keeps the device from coming back
    under its name."""
    try:
        port = await open_port(name)
    except (PortLost, PortTaken) as fault:
        log.warning("%s", fault)
        return
    try:
        port.listen(lambda data: None, lambda why: None)
        port.write(ESC + b"AT+CFUN=1,1\r")
        await clock.sleep(0.2)  # the bytes have to leave
    except PortLost as fault:
        log.warning("%s", fault)
    finally:
        port.close()
    await clock.sleep(GONE_S)
