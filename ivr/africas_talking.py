"""Africa's Talking's voice service: calls are asked for by the SDK, what callers said is fetched by its address.

The SDK blocks, so that each request has a thread of its own, as for letters (``gateway/africas_talking.py``).
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

import aiohttp

from config.clock import Clock
from config.settings import AfricasTalkingSettings
from gateway.africas_talking import Patience, ask, by_proxy, in_thread, is_loopback
from ivr.africas_talking_talks import Taped
from ivr.africas_talking_tape import MOST_OCTETS, decoded, may_fetch

log = logging.getLogger(__name__)

TRIES, AGAIN_S = 4, 0.2  # a recording is announced before it can be fetched: then it is not found (seen in production)
FETCH_S = 10.0  # seconds for a recording: the caller waits


class AfricasTalkingVoice:
    """The account's voice service. Raises Busy, Refused, Doubtful and nothing else."""

    def __init__(self, account: AfricasTalkingSettings, clock: Clock, patience: Patience | None = None) -> None:
        self._account, self._clock = account, clock
        self._patience = patience or Patience()
        self._service: Any = None

    @property
    def virtual(self) -> bool:
        """The provider is on this machine, and so ours: nobody real is rung."""
        return is_loopback(self._account.voice_url) and not by_proxy(self._account.voice_url)

    async def open(self) -> None:
        """Load the SDK. Raises ImportError where it is not installed."""
        if self._service is None:
            self._service = await in_thread(self._clock, lambda: _service(self._account))

    async def call(self, to: str) -> object:
        """What the provider answers when it is asked to ring that number."""
        ours = self._account.voice_number
        return await self._ask(lambda sdk, timeout: sdk.call(ours, [to], timeout=timeout))

    async def queued(self) -> object:
        """How many calls wait at our number: something cheap to ask."""
        ours = self._account.voice_number
        return await self._ask(lambda sdk, timeout: sdk.fetch_queued_calls(ours, timeout=timeout))

    async def _ask(self, request: Any) -> object:
        await self.open()
        return await ask(self._service, request, self._clock, self._patience)


def _service(account: AfricasTalkingSettings) -> Any:
    from africastalking.Voice import VoiceService

    class Addressed(VoiceService):  # type: ignore[misc]  # the SDK has no types
        """The SDK's service, at the address of the settings where there is one."""

        def _init_service(self) -> None:
            super()._init_service()
            if account.voice_url:
                self._baseUrl = account.voice_url.rstrip("/")

        @property
        def address(self) -> str:
            """Where it sends to."""
            return str(self._baseUrl)

    return Addressed(account.username, account.api_key)


class Tapes:
    """Recordings, fetched once each. ``hosts``: whence they may be, besides the provider's own; ``own``: the address of
    a provider on this machine."""

    def __init__(self, clock: Clock, hosts: Sequence[str] = (), own: str = "") -> None:
        self._clock, self._hosts, self._own = clock, hosts, own

    async def fetch(self, url: str) -> Taped | None:
        """The sound behind an address; None: it is not to be had, or is none. Raises nothing."""
        if not may_fetch(url, self._hosts, self._own):
            log.warning("a recording is announced where none is fetched from; see [africastalking] recording_hosts")
            return None
        try:
            async with self._clock.timeout(FETCH_S):
                data = await self._fetched(url)
                if data is None:
                    return None
                return await asyncio.get_running_loop().run_in_executor(None, decoded, data)
        except TimeoutError:
            log.warning("a recording did not come within %.0f s", FETCH_S)
        except (aiohttp.ClientError, OSError, ValueError) as error:
            log.warning("a recording cannot be fetched: %s", type(error).__name__)
        return None

    async def _fetched(self, url: str) -> bytes | None:
        """Whole, or nothing: half a sentence is worse than a person asked again. Redirects lead nowhere."""
        limit = aiohttp.ClientTimeout(total=FETCH_S)
        async with aiohttp.ClientSession(timeout=limit, cookie_jar=aiohttp.DummyCookieJar()) as session:
            for nth in range(TRIES):
                with self._clock.busy():
                    status, data = await _got(session, url)
                if status == 200:
                    return data
                if status != 404:
                    break
                if nth < TRIES - 1:
                    await self._clock.sleep(AGAIN_S)
        log.warning("a recording cannot be fetched: HTTP %d", status)
        return None


async def _got(session: aiohttp.ClientSession, url: str) -> tuple[int, bytes | None]:
    async with session.get(url, allow_redirects=False) as answer:
        if answer.status != 200:
            return answer.status, None
        data = bytearray()
        async for piece in answer.content.iter_any():
            data += piece
            if len(data) > MOST_OCTETS:
                return 413, None
        return 200, bytes(data)
