"""A provider's HTTP: one session with connections that are kept, explicit time-outs, no retry and no redirect.

``Unasked`` and ``Unanswered`` part what surely did not leave from what perhaps did.
"""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from types import SimpleNamespace
from typing import Protocol

import aiohttp
from yarl import URL

from gateway.described.outcome import Response
from gateway.described.request import Request

MOST_BODY = 64 * 1024  # bytes of an answer that are read
IDLE_S = 15.0  # seconds an unused connection is kept; servers drop theirs after 15 to 75
CONNECTIONS = 8  # at once to one provider; the outbox has two slots, probes and tests come on top


class Unasked(Exception):
    """The request did not leave. ``surely``: nor would the next one (no such host)."""

    def __init__(self, why: str, *, surely: bool = False) -> None:
        super().__init__(why)
        self.surely = surely


class Unanswered(Exception):
    """The request left, or may have, and no whole answer came."""


class Client(Protocol):
    """One provider's HTTP."""

    async def ask(self, request: Request, *, connect_s: float, answer_s: float) -> Response:
        """The answer. Raises Unasked or Unanswered, and nothing else that is no fault of ours."""


class HttpClient:
    """See ``Client``. ``open_client`` makes one."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def ask(self, request: Request, *, connect_s: float, answer_s: float) -> Response:
        """The answer. Raises Unasked or Unanswered."""
        left = SimpleNamespace(left=False)
        limits = aiohttp.ClientTimeout(
            total=connect_s + answer_s, connect=connect_s, sock_connect=connect_s, sock_read=answer_s
        )
        try:
            async with self._session.request(
                request.method,
                URL(request.url, encoded=True),
                headers=request.headers,
                data=request.body or None,
                timeout=limits,
                allow_redirects=False,
                trace_request_ctx=left,
            ) as answer:
                body = await _read(answer)
                headers = {name.lower(): value for name, value in answer.headers.items()}
                return Response(status=answer.status, body=body, headers=headers)
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            why = f"{request.host}: {why_not(error)}"  # never str(error): an address may stand in it, with a password
            if left.left:
                raise Unanswered(why) from None
            raise Unasked(why, surely=isinstance(error, aiohttp.ClientConnectorDNSError)) from None


@contextlib.asynccontextmanager
async def open_client() -> AsyncIterator[HttpClient]:
    """A session of one provider's own: another's slowness takes none of its connections."""
    trace = aiohttp.TraceConfig()
    trace.on_request_headers_sent.append(_leaves)
    trace.on_connection_queued_start.append(_again)
    trace.on_connection_reuseconn.append(_again)
    trace.on_connection_create_start.append(_again)
    connector = aiohttp.TCPConnector(limit=CONNECTIONS, keepalive_timeout=IDLE_S)
    async with aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers={"User-Agent": "kentongan", "Accept": "*/*"},
        trust_env=False,
        trace_configs=[trace],
    ) as session:
        yield HttpClient(session)


async def _leaves(_session: aiohttp.ClientSession, context: SimpleNamespace, _params: object) -> None:
    context.trace_request_ctx.left = True


async def _again(_session: aiohttp.ClientSession, context: SimpleNamespace, _params: object) -> None:
    """aiohttp repeats a GET by itself when a kept connection breaks under it: a letter could leave twice."""
    if context.trace_request_ctx.left:
        raise aiohttp.ServerDisconnectedError


async def _read(answer: aiohttp.ClientResponse) -> str:
    body = bytearray()
    async for piece in answer.content.iter_any():
        body += piece
        if len(body) > MOST_BODY:
            answer.close()
            break
    return body[:MOST_BODY].decode("utf-8", "replace")


def why_not(error: Exception) -> str:
    """Why no answer came, in words that hold nothing of what was asked."""
    match error:
        case aiohttp.ClientConnectorDNSError():
            return "no such host"
        case aiohttp.ClientSSLError():
            return "its certificate is not trusted"
        case TimeoutError():
            return "no answer in time"
        case aiohttp.ServerDisconnectedError():
            return "it hung up"
        case OSError() if error.strerror:
            return error.strerror
    return type(error).__name__
