"""Looks at persons on their way to the audit: each page that shows some is written down before it leaves.

A page that is asked for again and again (the live board) does not write thousands of lines: who has looked at a person
on a page is not told again of the same for ten minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from gateway.audit import Deed, note
from gateway.page import Page, Visit
from gateway.store import Store

AGAIN = timedelta(minutes=10)  # after which the same look counts anew
MOST = 50_000  # looks remembered; the oldest are told again when looked again

Look = tuple[str, str, str]  # who, which page, at whom


class Looks:
    """One for the site."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._told: dict[Look, datetime] = {}

    async def __call__(self, visit: Visit, page: Page, persons: Sequence[str]) -> None:
        """Write it down, in one transaction. Raises StoreFault: then the page does not leave."""
        thing, by = visit.path.partition("?")[0], visit.user.login
        looks = {one: (by, thing, one) for one in persons if one}
        new = [one for one, look in looks.items() if not self._lately(look, visit.now)]
        if not new:
            return
        deed = Deed(by=by, how="api" if page.tokens else "page", what="look", object=thing, about=new)
        await self._store.write(lambda tx: note(tx, deed))
        for one in new:
            self._told.pop(looks[one], None)  # to the end of the line
            self._told[looks[one]] = visit.now
        while len(self._told) > MOST:
            del self._told[next(iter(self._told))]

    def _lately(self, look: Look, now: datetime) -> bool:
        at = self._told.get(look)
        return at is not None and timedelta(0) <= now - at < AGAIN
