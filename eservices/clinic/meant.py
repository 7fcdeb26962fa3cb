"""What a command's words mean: a clinic, a service, a day, the one session."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from datetime import date, timedelta

from config.city import City
from config.city_clinics import Clinic
from config.command import USAGE, CommandError, Context
from eservices.clinic.booking import Session, sessions_on
from eservices.clinic.schedule import today
from gateway.asking import nearest


def clinic_of(city: City, typed: str) -> Clinic:
    """By its id, its name or a word for it."""
    every = city.clinics.clinics
    names = [(name, one.id) for one in every.values() for name in (one.id, one.name, *one.words)]
    found = every.get(typed) or every.get(nearest(names, typed) or "")
    if found is None:
        raise CommandError(f"there is no clinic {typed!r}: {', '.join(every) or 'the pack has none'}", USAGE)
    return found


def service_of(city: City, clinic: Clinic, typed: str) -> str:
    """The id of a service that clinic has."""
    if typed in clinic.services:
        return typed
    names = [(name, key) for key in clinic.services for name in (key, *city.clinics.services[key].words)]
    found = nearest(names, typed)
    if found is None:
        raise CommandError(f"{clinic.id} has no service {typed!r}: {', '.join(clinic.services)}", USAGE)
    return found


def day_of(context: Context, typed: str) -> date:
    """A date, ``today`` (also empty) or ``tomorrow``."""
    now = today(context.city, context.clock.now())
    if typed in ("", "today", "tomorrow"):
        return now + timedelta(days=typed == "tomorrow")
    try:
        return date.fromisoformat(typed)
    except ValueError:
        raise CommandError(f"{typed!r} is no day like 2026-08-17, nor today or tomorrow", USAGE) from None


def session_of(context: Context, asked: Namespace) -> Session:
    """The one session that is meant."""
    clinic = clinic_of(context.city, asked.clinic)
    service = service_of(context.city, clinic, asked.service) if asked.service else ""
    day = day_of(context, asked.day)
    found = sessions_on(context.city, day, clinic=clinic.id, service=service)
    found = tuple(one for one in found if asked.room in ("", one.room))
    if len(found) == 1:
        return found[0]
    if not found:
        raise CommandError(f"{clinic.id} sees nobody for that on {day}")
    names = ", ".join(dict.fromkeys(f"{one.service} {one.room}".strip() for one in found))
    raise CommandError(f"{clinic.id} has several on {day}: say SERVICE, or --room ({names})", USAGE)


def day_argument(parser: ArgumentParser) -> None:
    """``--day``."""
    parser.add_argument("--day", default="", help="like 2026-08-17, today or tomorrow (default today)")


def session_arguments(parser: ArgumentParser, *, needed: bool) -> None:
    """Of which session. ``needed``: the service must be said."""
    parser.add_argument("clinic", metavar="CLINIC")
    parser.add_argument("service", metavar="SERVICE", nargs=None if needed else "?", default=None if needed else "")
    parser.add_argument("--room", default="", help="where two doctors of one service work at once")
    day_argument(parser)
