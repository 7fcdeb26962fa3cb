"""The routes of e-Masyarakat: the desk of the offices."""

from __future__ import annotations

from collections.abc import Sequence

from eservices.complaints.pages.listing import Listing
from eservices.complaints.pages.one import Does, One
from eservices.complaints.pages.view import READERS
from gateway.page import DESK, Floor, Page, Role

ID = "/tickets/{id:[0-9]{1,9}}"


def ticket_pages(floor: Floor) -> Sequence[Page]:
    """Everything of it."""
    listing = Listing(floor)
    one = One(floor, listing)

    def act(name: str, does: Does, roles: frozenset[Role] = READERS) -> Page:
        handle = one.acting(f"ticket.{name}", does)
        return Page(path=f"{ID}/{name}", handle=handle, roles=roles, method="POST", title="tickets.one")

    return (
        Page(path="/tickets", handle=listing.page, roles=READERS, title="tickets.title", nav=60),
        Page(path=ID, handle=one.page, roles=READERS, title="tickets.one"),
        act("take", one.take),
        act("answer", one.answer),
        act("refuse", one.refuse),
        act("move", one.move),
        act("merge", one.merge),
        act("unmerge", one.unmerge, DESK),
        act("split", one.split, DESK),
        act("release", one.release, DESK),
        act("close", one.close, DESK),
        Page(path=f"{ID}/reveal", handle=one.reveal, roles=DESK, method="POST", title="tickets.one", danger=True),
        Page(path=ID + "/recordings/{recording:[a-z]{4,40}}", handle=one.recording, roles=READERS),
    )
