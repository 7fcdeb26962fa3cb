"""The routes of e-Dokter: the desk of the clinics, and the screen of a waiting room."""

from __future__ import annotations

from collections.abc import Sequence

from eservices.clinic.pages.doing import Doing
from eservices.clinic.pages.hall import Hall
from eservices.clinic.pages.looking import Looking
from eservices.clinic.pages.paper import Paper
from eservices.clinic.pages.seats import COUNTER
from gateway.page import MOST_BODY, PUBLIC, Floor, Handle, Page

CLINIC = "/clinic/{clinic:[a-z0-9-]{1,40}}"
DAY = CLINIC + r"/{day:\d{4}-\d\d-\d\d}"
QUEUE = DAY + r"/{session:[a-z0-9-]+\.[a-z0-9-]+\.\d{4}}"
PERSON = QUEUE + "/person/{booking:[0-9]{1,9}}"
MOST_SHEET = 256 * 1024  # bytes of a sheet that comes back: the longest day, written in full


def look(path: str, handle: Handle, title: str, nav: int = 0) -> Page:
    """A page of the counter's."""
    return Page(path=path, handle=handle, roles=COUNTER, title=title, nav=nav)


def act(path: str, handle: Handle, *, danger: bool = False) -> Page:
    """An act of the counter's."""
    most = MOST_SHEET if path.endswith("/merge") else MOST_BODY
    title = "queue.title"
    return Page(path=path, handle=handle, roles=COUNTER, method="POST", title=title, danger=danger, most_body=most)


def clinic_pages(floor: Floor) -> Sequence[Page]:
    """Everything of it."""
    looking, doing, paper, hall = Looking(floor), Doing(floor), Paper(floor), Hall(floor)
    acts = {
        "call": doing.call,
        "again": doing.again,
        "away": doing.away,
        "done": doing.done,
        "back": doing.back,
        "walkin": doing.walk_in,
        "late": doing.late,
    }
    return (
        look("/clinic", looking.houses, "queue.clinics", 70),
        look(CLINIC, looking.day, "queue.day"),
        look(DAY, looking.day, "queue.day"),
        look(f"{DAY}/list", paper.list, "queue.list"),
        act(f"{DAY}/close", doing.close, danger=True),
        look(QUEUE, looking.queue, "queue.title"),
        look(f"{QUEUE}/state", looking.state, "queue.title"),
        *(act(f"{QUEUE}/{name}", doing.acting(f"clinic.{name}", one)) for name, one in acts.items()),
        act(f"{QUEUE}/block", paper.block),
        act(f"{QUEUE}/merge", paper.merge),
        look(PERSON, looking.person, "queue.person"),
        act(f"{PERSON}/cancel", doing.acting("clinic.cancel", doing.cancel)),
        act(f"{PERSON}/move", doing.acting("clinic.move", doing.move)),
        Page(path="/display/{clinic:[a-z0-9-]{1,40}}", handle=hall.page, roles=PUBLIC, title="hall.title"),
        Page(path="/display/{clinic:[a-z0-9-]{1,40}}/state", handle=hall.state, roles=PUBLIC),
    )
