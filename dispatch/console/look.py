"""How a page looks to the one who reads it: the language, light or dark, the size of letters.

A choice is kept in this browser by a cookie that only the page's looks depend on, so that the first byte of the next
page is drawn right, with script or without.
"""

from __future__ import annotations

from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from itertools import cycle
from typing import TYPE_CHECKING

from dispatch.console.words import LANGUAGES
from gateway.page import PUBLIC, Moved, Page, Visit, Wing

if TYPE_CHECKING:
    from config.city import City

KEPT = {"language": "kentongan-language", "light": "kentongan-light", "size": "kentongan-size"}  # field: cookie
LIGHTS = ("light", "dark")
SIZES = ("normal", "large", "huge")  # 100, 150, 200 per cent (static/theme.css)
DAY = range(6, 18)  # hours of the city's clock at which the page is light, unless somebody chose


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """``light``: chosen, empty: by the hour; ``theme``: what comes of it. ``size``: of ``SIZES``."""

    light: str
    theme: str
    size: str
    languages: tuple[str, ...] = LANGUAGES
    lights: tuple[str, ...] = LIGHTS
    sizes: tuple[str, ...] = SIZES

    @property
    def other_light(self) -> str:
        """What the light's key changes to."""
        return "dark" if self.theme == "light" else "light"

    @property
    def other_size(self) -> str:
        """What the letters' key changes to."""
        turning = cycle(SIZES)
        while next(turning) != self.size:
            pass
        return next(turning)


def look_of(visit: Visit, city: City) -> Look:
    """The look that this browser kept; anything that is none of ours is as if it were not there."""
    kept = _cookies(visit.headers.get("Cookie", ""))
    light, size = kept.get(KEPT["light"], ""), kept.get(KEPT["size"], "")
    by_hour = "light" if visit.now.astimezone(city.timezone).hour in DAY else "dark"
    light = light if light in LIGHTS else ""
    return Look(light=light, theme=light or by_hour, size=size if size in SIZES else "normal")


def _cookies(header: str) -> dict[str, str]:
    try:
        return {name: morsel.value for name, morsel in SimpleCookie(header).items()}
    except CookieError:
        return {}


def look_wing() -> Wing:
    """Where a choice is made."""
    return Wing(room="look", pages=(Page(path="/look", handle=_choose, roles=PUBLIC, method="POST"),))


async def _choose(visit: Visit) -> Moved:
    known = {"language": LANGUAGES, "light": LIGHTS, "size": SIZES}
    kept = {KEPT[name]: visit.form[name] for name, values in known.items() if visit.form.get(name) in values}
    back = visit.form.get("back", "")
    ours = back.startswith("/") and not back.startswith(("//", "/\\")) and back.isprintable()
    return Moved(to=back if ours else "/", kept=kept)
