"""The disk: warned of before it is full, and with something in hand when it is.

A ballast file beside the store is given back when the store cannot write any more, so that the restarted program has
room to keep letters until a person has made more.
"""

from __future__ import annotations

import asyncio
import errno
import logging
import os
import shutil
from collections.abc import Callable
from pathlib import Path

from config.clock import Clock
from gateway.pulse import Pulse, Status

log = logging.getLogger(__name__)

WARN_FREE = 0.20  # share of the disk below which the technician is warned
SHED_FREE = 0.05  # share below which only what is urgent is handled; letters are kept to the end
BALLAST = 16 * 2**20  # bytes: about 10,000 letters with their raw messages
LOOK_S = 30.0

Usage = Callable[[Path], tuple[int, int]]


def usage(folder: Path) -> tuple[int, int]:
    """Bytes in all and bytes free for us, of the disk that holds ``folder``."""
    total, _, free = shutil.disk_usage(folder)
    return total, free


class Disk:
    """Watches the disk of ``folder`` (the data directory)."""

    def __init__(
        self, folder: Path, clock: Clock, pulse: Pulse, *, ballast: int = BALLAST, usage: Usage = usage
    ) -> None:
        self._folder = folder
        self._clock = clock
        self._pulse = pulse
        self._size = ballast
        self._usage = usage
        self._free = 1.0
        self.ballast = folder / "ballast"

    @property
    def sheds(self) -> bool:
        """Whether only what is urgent may be handled."""
        return self._free < SHED_FREE

    async def run(self) -> None:
        """Look every half minute, for ever."""
        while True:
            await asyncio.get_running_loop().run_in_executor(None, self.look)
            self._say()
            await self._clock.sleep(LOOK_S)

    def look(self) -> None:
        """Measure, and make the ballast file where there is room for it. Blocks; never raises."""
        try:
            total, free = self._usage(self._folder)
            self._free = free / total if total else 0.0
            if self._size and not self.ballast.exists() and free - self._size > WARN_FREE * total:
                self._fill()
        except OSError as error:
            self._free = 0.0
            log.error("the disk cannot be measured: %s", error)

    def _fill(self) -> None:
        file = os.open(self.ballast, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            os.posix_fallocate(file, 0, self._size)
        except OSError as error:
            if error.errno not in (errno.EOPNOTSUPP, errno.EINVAL):
                self.ballast.unlink(missing_ok=True)
                raise
        finally:
            os.close(file)

    def drop_ballast(self) -> None:
        """Give the reserve back: the store could not write. Never raises."""
        try:
            self.ballast.unlink(missing_ok=True)
        except OSError as error:
            log.error("the ballast could not be dropped: %s", error)

    def _say(self) -> None:
        status = Status.FAILED if self.sheds else Status.DEGRADED if self._free < WARN_FREE else Status.OK
        what = "; only emergencies are handled" if self.sheds else ""
        self._pulse.report("disk", "data", status, f"{self._free:.0%} free{what}")
