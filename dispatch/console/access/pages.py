"""The pages of who may: coming in and out, one's own account, the users, the tokens of other systems."""

from __future__ import annotations

from pathlib import Path

from dispatch.console.access.keeping import AccessKeeper
from dispatch.console.access.login_pages import login_pages
from dispatch.console.access.me_pages import me_pages
from dispatch.console.access.user_pages import user_pages
from gateway.page import Floor, Wing

HERE = Path(__file__).parent


def access_wing(keeper: AccessKeeper, floor: Floor) -> Wing:
    """Pages on the keeper of the running program."""
    pages = (*login_pages(keeper), *me_pages(keeper), *user_pages(keeper, floor))
    return Wing(room="access", pages=pages, templates=HERE / "templates", words=HERE / "words")
