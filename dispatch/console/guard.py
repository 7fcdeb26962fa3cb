"""Before any page: only our own names, only our own origin, and no answer that can be framed.

Every web page that is open in the same browser can send requests here, and a name that an attacker points at our
address makes his page look like ours (DNS rebinding). So: the Host must be one of ours, and a request that changes
anything must come from our own origin. That it also carries the session's token is the site's business (``site.py``).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from aiohttp import web

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self'",
        "media-src 'self'",  # what people said on the telephone is played in the page
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",  # a string can never become HTML, whoever writes the next module
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with "no-referrer" browsers say "Origin: null" of our own forms (Fetch, 3.2)
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=()",
}
OWN_NAMES = ("127.0.0.1", "localhost", "::1")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

PORTS = {"http": 80, "https": 443}  # which an address leaves out

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Origin:
    """RFC 6454, 4: all three must be the same."""

    scheme: str
    name: str
    port: int


def guarded(
    app: web.Application,
    *,
    hosts: Iterable[str] = (),
    machines: Callable[[str], bool] = lambda path: False,
    public_url: str = "",
    secure: bool = False,
) -> None:
    """Put the guard before every route of ``app`` and of what is mounted into it.

    ``hosts``: names besides this machine's own that the page is reached by (from ``[http] public_url``).
    ``machines``: whether a path is one that other machines post to (a provider's callbacks); there the secret in the
    path is the proof, and a Host is whatever the provider was told. ``public_url``: where a TLS proxy before us has the
    page. ``secure``: we speak TLS, and say so (RFC 6797).
    """
    names = frozenset(name.lower().rstrip(".") for name in (*OWN_NAMES, *hosts) if name)
    public = _origin(public_url)

    @web.middleware
    async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
        if not machines(request.path):
            _own_host(request, names)
            if request.method not in SAFE:
                _own_origin(request, public)
        return await handler(request)

    async def dress(_request: web.Request, response: web.StreamResponse) -> None:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if secure:
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
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


def _own_origin(request: web.Request, public: _Origin | None) -> None:
    """Browsers say where a request comes from; a script on the command line says nothing and is no browser."""
    site, origin = request.headers.get("Sec-Fetch-Site"), request.headers.get("Origin")
    foreign = site is not None and site not in ("same-origin", "none")
    if foreign or (origin is not None and _origin(origin) not in _ours(request, public)):
        raise web.HTTPForbidden(text="permintaan dari halaman lain ditolak / request from another page refused\n")


def _ours(request: web.Request, public: _Origin | None) -> set[_Origin]:
    """The origins of our own pages as this browser has them: where it asks, or the address that a TLS proxy has before
    us. Under the name of that proxy a page without TLS is somebody else's."""
    here = _origin(f"{request.scheme}://{request.host}")
    if public is None or here is None or here.name != public.name:
        return {here} if here else set()
    return {here, public} if here.scheme == public.scheme or here.scheme == "https" else {public}


def _origin(url: str) -> _Origin | None:
    """None: ``null``, or what is no address of a page."""
    try:
        parts = urlsplit(url)
        port = parts.port or PORTS[parts.scheme]
    except (ValueError, KeyError):
        return None
    name = (parts.hostname or "").rstrip(".")
    return _Origin(scheme=parts.scheme, name=name, port=port) if name else None
