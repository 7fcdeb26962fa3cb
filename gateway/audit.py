"""The audit: who looked at whom, who did what. Append-only, hash-chained, and with pseudonyms for the persons, so that
the erasing of one leaves a chain that still verifies (UU PDP 27/2022)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.store.audit import append, pseudonym
from gateway.store.schema import Tx, now


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """``by``: a login, or what acted; ``how``: page, command, api, sms, key, program; ``what``: ``incident.accept``;
    ``object``: ``incident/12``, never a number of a person; ``about``: the persons' numbers, kept as pseudonyms;
    ``detail``: a few words without personal data."""

    by: str
    how: str
    what: str
    object: str = ""
    about: Sequence[str] = ()
    detail: str = ""


def note(tx: Tx, deed: Deed) -> None:
    """Write the deed down in the caller's transaction."""
    about = [pseudonym(tx, one) for one in dict.fromkeys(deed.about) if one]
    append(tx, now(tx), deed.by, deed.how, deed.what, deed.object, about, deed.detail)
