"""Answers made smaller on their way: text goes as gzip to who takes it (an office's line is slow, a phone's dear)."""

from __future__ import annotations

from pathlib import PurePosixPath

from aiohttp import web
from aiohttp.typedefs import Handler

LEAST = 1400  # bytes; what fits into one packet is not worth packing
KINDS = frozenset(
    {"text/html", "text/css", "text/csv", "text/plain", "text/javascript", "application/json", "image/svg+xml"}
)
FILES = frozenset({".css", ".js", ".svg", ".json", ".geojson"})
WHOLE = frozenset({"If-None-Match", "If-Modified-Since", "Range"})  # with these the answer may have no body, or a part


@web.middleware
async def packing(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Pack ``handler``'s answer, unless it is a part of one, small, or packed by itself (pictures, PDF, tiles)."""
    response = await handler(request)
    if response.prepared or request.method == "HEAD" or "Content-Encoding" in response.headers:
        return response
    if isinstance(response, web.FileResponse):
        worth = PurePosixPath(request.path).suffix in FILES and not WHOLE.intersection(request.headers)
    else:
        body = response.body if isinstance(response, web.Response) else None
        worth = isinstance(body, bytes) and len(body) >= LEAST and response.content_type in KINDS
    if worth:
        response.enable_compression()
        response.headers["Vary"] = "Accept-Encoding"
    return response
