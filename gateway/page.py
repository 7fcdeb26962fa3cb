"""A page of the command centre as its room writes it: who may open it, and what it answers.

A room lists its pages in ``pages.py`` as a ``Wing``; the front door hands all wings to the console, which alone knows
the web: it reads the request into a ``Visit``, asks who may, calls ``handle`` and turns the answer into bytes. A page
therefore is an ordinary function of values, and imports no library of the web.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from config.clock import Clock
from config.settings import Settings
from gateway.pulse import Pulse
from gateway.store import Store, Tx

if TYPE_CHECKING:
    from config.city import City
    from gateway.api import Operation
    from gateway.figures import Sheaf

MOST_BODY = 16 * 1024  # bytes of a request to a page that does not say more


class Role(StrEnum):
    """What a person does here. One person may have several."""

    PUBLIC = "public"  # whoever: no login
    VIEWER = "viewer"  # sees what happens, no names, numbers or texts
    DISPATCHER = "dispatcher"  # emergencies, registry, letters
    CLINIC = "clinic"  # the queue of one clinic, or of all
    OFFICE = "office"  # the tickets of one office, or of all
    SUPERVISOR = "supervisor"  # everything that is about the work
    ADMIN = "admin"  # users, keys, settings; not what residents wrote


PUBLIC = frozenset({Role.PUBLIC})
STAFF = frozenset(Role) - PUBLIC
"""Everybody with a login."""
DESK = frozenset({Role.DISPATCHER, Role.SUPERVISOR})
"""Those who need what residents write, and where they live."""
WATCH = DESK | {Role.VIEWER, Role.ADMIN}
"""Those who see that something happens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who looks. ``office``, ``clinic``: the one that he works for; empty: all that his roles reach."""

    login: str
    name: str
    roles: frozenset[Role]
    office: str = ""
    clinic: str = ""
    language: str = ""

    def may(self, roles: frozenset[Role]) -> bool:
        """Whether one of ``roles`` is his."""
        return bool((self.roles | PUBLIC) & roles)


NOBODY = User(login="", name="", roles=frozenset())
"""Somebody who is not logged in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request, read at the edge. ``at``: the parts of the path; ``form``: fields of a form, or of a JSON object
    (strings as they are, the rest as its JSON); ``many``: fields that may come more than once; ``files``: uploads by
    field (``body``: a raw body); ``session``: the key of his session (empty: none); ``seat``: that of his browser.
    ``sure``: he proved again who he is, not long ago."""

    user: User
    path: str
    now: datetime
    language: str = "id"
    at: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    many: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    session: str = ""
    seat: str = ""
    peer: str = ""
    sure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A page: ``template`` (``room/name.html``) with ``data``. ``looked``: numbers (E.164) or other keys of the
    persons whom it shows; each look is written to the audit before the page leaves."""

    template: str
    data: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200
    looked: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """Done; go and look there (303, RFC 9110, 15.4.4). ``said``: a key of ``words`` that the next page shows once.
    ``session``: a new session's key for the cookie; "" ends it; None leaves it. ``kept``: choices of looks that this
    browser keeps, by the cookie's name (``dispatch/console/look.py``)."""

    to: str
    said: str = ""
    session: str | None = None
    seat: str = ""  # a new key of the browser, from which strangers' guesses do not keep him out
    kept: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """JSON for a module of ours, or for another system. ``again_s``: seconds after which it may ask again; 0: none."""

    value: Any
    status: int = 200
    again_s: int = 0
    looked: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A table, for reading elsewhere: the console makes CSV or PDF of it (``?as=csv|pdf``). ``name``: of the file,
    without its ending. Cells are text as people read it, or days and instants: the console writes each of these in
    one form, names the zone in the column's head, and takes the sting out of formulas."""

    name: str
    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str | date]]  # a datetime is a date
    notes: Sequence[str] = ()
    looked: Sequence[str] = ()
    seconds: bool = False  # on paper, too, its instants are to the second


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """Bytes. ``filename``: saved under that name; empty: shown."""

    body: bytes
    content_type: str
    filename: str = ""
    looked: Sequence[str] = ()
    keep_s: int = 0  # how long a browser may keep it; 0: not at all


@dataclass(frozen=True, slots=True, kw_only=True)
class Streamed:
    """What goes on coming (text/event-stream). Closed when the browser goes away or the session ends."""

    events: AsyncIterator[bytes]
    content_type: str = "text/event-stream"


Answer = Shown | Moved | Told | Sheet | Handed | Streamed
Handle = Callable[[Visit], Awaitable[Answer]]


class NotThere(Exception):
    """There is nothing of that name, or nothing that this person may know of. 404."""


class Declined(Exception):
    """Not done, and trying the same again does not help. ``why``: a key of ``words``, or a sentence; 409."""

    def __init__(self, why: str, **fields: str) -> None:
        super().__init__(why)
        self.why, self.fields = why, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One route. ``path``: as aiohttp writes it (``/tickets/{id:[0-9]+}``); ``roles``: who may, never empty;
    ``title``: a key of ``words``; ``nav``: its place in the navigation, 0: none. ``danger``: the person proves once
    more who he is (PIN or password); a function says for which visits. ``takes``: form (also of files, and JSON), json,
    or raw. ``machine``: called by other machines, whose proof is in the path or a token: no session, no Host or Origin
    of ours. ``tokens``: other systems open it with their token; every other page is for persons alone."""

    path: str
    handle: Handle
    roles: frozenset[Role]
    method: str = "GET"
    title: str = ""
    nav: int = 0
    danger: bool | Callable[[Visit], bool] = False
    takes: str = "form"
    most_body: int = MOST_BODY
    machine: bool = False
    tokens: bool = False

    def asks(self, visit: Visit) -> bool:
        """Whether this visit is dangerous."""
        return self.danger(visit) if callable(self.danger) else self.danger


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """Something of a person that is open in a room, as a line of his page. ``title``, ``state``: keys of the room's
    ``words``; ``said``: what it is, in the pack's own names; ``path``: of the page that has it."""

    title: str
    path: str
    said: str
    state: str
    at: datetime


Matters = Callable[[Tx, str, Visit], Sequence[Matter]]
"""What is open of a number (E.164), as far as who visits may see it on the room's own pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Something that moves on the map. ``about``: what it is on; ``at``: when it was there; ``fresh``: that is not long
    ago for such a thing."""

    id: str
    name: str
    about: str
    lat: float
    lon: float
    at: datetime
    fresh: bool


Units = Callable[[Tx, datetime], Sequence[Unit]]
"""What of a room moves, as it is known at that instant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wing:
    """A room's pages with its ``templates`` (named ``room/…``) and ``words`` (``NAME.LANGUAGE.toml``). ``figures``:
    what it counts, for the reports. ``operations``: what other systems may ask of it. ``matters``: what of a person is
    open there, for his page. ``units``: what moves, for the map. ``runs``: for as long as the pages are served.
    ``doors``: paths that machines call which are no operations, as ``/openapi.json`` tells of them."""

    room: str
    pages: Sequence[Page]
    templates: Path | None = None
    words: Path | None = None
    figures: Sheaf | None = None
    operations: Sequence[Operation] = ()
    matters: Matters | None = None
    units: Units | None = None
    doors: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    runs: Callable[[], Coroutine[None, None, None]] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Floor:
    """What a room's pages stand on. ``wake`` is called after each act's commit."""

    store: Store
    city: City
    clock: Clock
    settings: Settings
    pulse: Pulse
    wake: Callable[[], None]
