"""Who may talk to the page while it has no login: only this machine's own browser, and only from the page itself.

The program listens on 127.0.0.1, yet every web page that is open in the same browser can send requests there, and a
name that an attacker points at 127.0.0.1 makes his page look like ours (DNS rebinding). So: the Host must be one of
ours, a request that changes anything must come from our own origin and carry JSON, and no answer can be framed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from urllib.parse import urlsplit

from aiohttp import web

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",  # a string can never become HTML, whoever writes the next module
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=()",
}
OWN_NAMES = ("127.0.0.1", "localhost", "::1")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def guarded(app: web.Application, *, hosts: Iterable[str] = (), machines: tuple[str, ...] = ()) -> None:
    """Put the guard before every route of ``app`` and of what is mounted into it.

    ``hosts``: names besides this machine's own that the page is reached by (from ``[http] public_url``).
    ``machines``: path prefixes that other machines post to (a provider's callbacks); there the secret in the path is
    the proof, a Host is whatever the provider was told, and bodies are not JSON.
    """
    names = frozenset(name.lower().rstrip(".") for name in (*OWN_NAMES, *hosts) if name)

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not (machines and request.path.startswith(machines)):
            _own_host(request, names)
            if request.method not in SAFE:
                _own_origin(request)
                _is_json(request)
        return await handler(request)

    async def dress(_request: web.Request, response: web.StreamResponse) -> None:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        kept = "no-cache" if isinstance(response, web.FileResponse) else "no-store"  # files: asked anew by their ETag
        response.headers.setdefault("Cache-Control", kept)

    app.middlewares.append(guard)
    app.on_response_prepare.append(dress)


def _own_host(request: web.Request, names: frozenset[str]) -> None:
    try:
        name = urlsplit(f"//{request.host}").hostname
    except ValueError:
        name = None
    if name is None or name.rstrip(".") not in names:
        raise web.HTTPMisdirectedRequest(text="Host bukan milik kami / not our host name.\n")


def _own_origin(request: web.Request) -> None:
    """Browsers say where a request comes from; a script on the command line says nothing and is no browser."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        raise web.HTTPForbidden(text="permintaan dari halaman lain ditolak / request from another page refused\n")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.host.lower():
        raise web.HTTPForbidden(text="permintaan dari halaman lain ditolak / request from another page refused\n")


def _is_json(request: web.Request) -> None:
    """A form of another page can send text and form data, never JSON, without asking first (CORS preflight)."""
    if request.can_read_body and request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType(text="hanya application/json / JSON only\n")
