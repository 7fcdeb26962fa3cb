"""The way on from a page that could not be shown: the nearest page above it that this person may open."""

from __future__ import annotations

from collections.abc import Mapping

from aiohttp import web

from dispatch.console.keeper import Session
from gateway.page import Role


class Ways:
    """``doors``: each route's roles, by method and the route's own way of writing its path."""

    def __init__(self, app: web.Application, doors: Mapping[tuple[str, str], frozenset[Role]]) -> None:
        self._app, self._doors = app, doors

    def back(self, request: web.Request, session: Session | None) -> str:
        """A path that can be opened with GET: of this request itself when it was another method, else above it."""
        path = request.path
        if request.method in ("GET", "HEAD"):
            path = _above(path)
        while path != "/":
            roles = self._roles(path)
            if roles and (session is None or session.user.may(roles)):
                return path
            path = _above(path)
        return "/"

    def _roles(self, path: str) -> frozenset[Role] | None:
        for resource in self._app.router.resources():
            roles = self._doors.get(("GET", resource.canonical))
            info = resource.get_info()
            if roles and (info.get("path") == path or ("pattern" in info and info["pattern"].fullmatch(path))):
                return roles
        return None


def _above(path: str) -> str:
    return path.rstrip("/").rpartition("/")[0] or "/"
