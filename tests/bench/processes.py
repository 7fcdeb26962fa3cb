"""Processes that the bench starts: each in its own block, ended by its own id when the block ends."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
STOP_S = 15.0  # seconds for a process to end after SIGTERM; gammu-smsd says good-bye to its modem
ANSWER_S = 30.0  # seconds for one answer
LINE = 2**16  # bytes in a line of an ordinary process


class Started:
    """A running process; its stderr (``log``) is kept in a file and shown when something goes wrong."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path) -> None:
        self._process = process
        self._log = log

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def failed(self) -> bool:
        """It ended, and not well."""
        return bool(self._process.returncode)

    async def wait(self) -> None:
        """Until it ends by itself."""
        async with asyncio.timeout(ANSWER_S):
            await self._process.wait()

    async def line(self, limit_s: float = ANSWER_S) -> str:
        """The next line of its stdout; "" at its end. Raises TimeoutError."""
        assert self._process.stdout is not None
        async with asyncio.timeout(limit_s):
            return (await self._process.stdout.readline()).decode()

    async def tell(self, line: str) -> None:
        """One line to its stdin."""
        assert self._process.stdin is not None
        self._process.stdin.write(line.encode() + b"\n")
        await self._process.stdin.drain()

    async def ask(self, line: str) -> str:
        """One line in, one line out."""
        await self.tell(line)
        return await self.line()

    async def errors(self) -> str:
        """The end of what it wrote to stderr."""
        return self._log.read_text(errors="replace")[-2000:]

    async def stop(self) -> None:
        """End it and wait. Idempotent."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        if self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.terminate()
        try:
            async with asyncio.timeout(STOP_S):
                await self._process.wait()
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


@asynccontextmanager
async def started(
    *command: str, environment: Mapping[str, str] | None = None, cwd: Path | None = None, line: int = LINE
) -> AsyncIterator[Started]:
    """Start ``command`` with this checkout on its path; stopped when the block ends."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("KENTONGAN_")}
    with TemporaryDirectory(prefix="bench-log-") as folder:
        log = Path(folder) / "stderr.txt"
        with log.open("wb") as errors:
            process = await asyncio.create_subprocess_exec(
                *command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=errors,
                env={**inherited, "PYTHONPATH": str(ROOT), "LC_ALL": "C.UTF-8", **(environment or {})},
                cwd=cwd or folder,
                limit=line,
            )
        running = Started(process, log)
        try:
            yield running
        finally:
            await running.stop()
