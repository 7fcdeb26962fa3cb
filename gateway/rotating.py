"""``kentongan secrets list`` and ``kentongan secrets rotate PROVIDER [--drop]``."""

from __future__ import annotations

import secrets
from argparse import ArgumentParser, Namespace
from collections.abc import Sequence
from datetime import tzinfo
from typing import Any

from config.command import DONE, USAGE, Command, CommandError, Context, Needs
from config.settings import Settings
from gateway.africas_talking_forms import AfricasTalking
from gateway.callback import Adapter
from gateway.legs import adapters_of
from gateway.rotation import SETTINGS, RotationFault, digest_of, drop, rotate, valid
from gateway.store.callbacks import Secret
from gateway.store.callbacks import secrets as known_secrets

BYTES = 24  # of chance in a secret: 192 bits, 32 characters
NAMED = 8  # characters of a digest by which a secret is told from others without being told


async def _rotate(context: Context, asked: Namespace) -> int:
    adapter = _adapter(context.settings, asked.provider)
    in_settings = [digest_of(one) for one in adapter.secrets]
    try:
        if asked.drop:
            gone = await context.store.write(lambda tx: drop(tx, adapter.name, in_settings))
            await _told_dropped(context, adapter, gone, in_settings)
        else:
            new = new_secret()
            count = await context.store.write(lambda tx: rotate(tx, adapter.name, in_settings, digest_of(new)))
            _told_new(context, adapter, new, count)
    except RotationFault as fault:
        raise CommandError(str(fault)) from fault
    context.wake()
    return DONE


def addresses(settings: Settings, adapter: Adapter, secret: str) -> dict[str, str]:
    """What a provider is told to post to, by what it posts."""
    http = settings.http
    base = (http.public_url or f"{'https' if http.cert else 'http'}://{http.host}:{http.port}").rstrip("/")
    return {what: f"{base}/callbacks/{adapter.name}/{secret}/{what}" for what in adapter.what}


def new_secret() -> str:
    """One that nobody can guess."""
    return secrets.token_urlsafe(BYTES)


def _told_new(context: Context, adapter: Adapter, new: str, count: int) -> None:
    http, urls = context.settings.http, addresses(context.settings, adapter, new)
    lines = [f"{what:<9} {url}" for what, url in urls.items()]
    context.out.row({"provider": adapter.name, "secret": new, "valid": count, "urls": urls}, "\n".join(lines))
    if not http.public_url:
        context.out.note("set [http] public_url: the provider must reach these addresses, over https")
    context.out.note("shown this once: write them into the provider's pages now")
    if count > 1:
        context.out.note(f"the older one opens too, until 'kentongan secrets rotate {adapter.name} --drop'")


async def _told_dropped(context: Context, adapter: Adapter, gone: Sequence[Secret], in_settings: Sequence[str]) -> None:
    left = valid(await context.store.read(lambda tx: known_secrets(tx, adapter.name)), in_settings)
    if not any(one.used_at for one in left) and any(one.used_at for one in gone):
        context.out.note("what is left has never been used: does the provider post to the new addresses?")
    for one in gone:
        row = {"provider": adapter.name, "id": one.digest[:NAMED], "state": "dropped"}
        context.out.row(row, f"{adapter.name} {one.digest[:NAMED]} opens nothing any more")
    if any(one.digest in in_settings for one in gone):
        context.out.note("one of them stands in the settings still: take it out there")


async def _list(context: Context, asked: Namespace) -> int:
    zone = context.city.timezone
    found: Sequence[Secret] = await context.store.read(known_secrets)
    in_settings = {one.name: [digest_of(plain) for plain in one.secrets] for one in adapters_of(context.settings)}
    unseen = [(name, digest) for name, digests in in_settings.items() for digest in digests]
    for one in found:
        opens = bool(valid([one], in_settings.get(one.provider, ())))
        _told(context, secret_row(one, opens, zone))
        if (one.provider, one.digest) in unseen:
            unseen.remove((one.provider, one.digest))
    for name, digest in unseen:  # written into the settings since the program last started
        row = {"provider": name, "id": digest[:NAMED], "state": "valid", "origin": SETTINGS}
        _told(context, {**row, "made_at": None, "used_at": None})
    return DONE


def _told(context: Context, row: dict[str, Any]) -> None:
    used = row["used_at"] or "never used"
    context.out.row(row, f"{row['provider']:<15} {row['id']}  {row['state']:<8} {row['origin']:<8} {used}")


def secret_row(one: Secret, opens: bool, zone: tzinfo) -> dict[str, Any]:
    """A secret without itself: ``state`` valid, dropped, or gone out of the settings."""
    state = "valid" if opens else "dropped" if one.dropped_at else "gone"  # gone: out of the settings
    return {
        "provider": one.provider,
        "id": one.digest[:NAMED],
        "state": state,
        "origin": one.origin,
        "made_at": one.made_at.astimezone(zone).isoformat(),
        "used_at": one.used_at.astimezone(zone).isoformat() if one.used_at else None,
    }


def providers(settings: Settings) -> dict[str, Adapter]:
    """Each by its name; Africa's Talking also before its account is set: its pages want the addresses first."""
    known: dict[str, Adapter] = {one.name: one for one in adapters_of(settings)}
    ours = AfricasTalking(settings.africastalking.secrets)
    known.setdefault(ours.name, ours)
    return known


def _adapter(settings: Settings, name: str) -> Adapter:
    known = providers(settings)
    if name not in known:
        raise CommandError(f"{name!r} is no provider of the settings: {', '.join(sorted(known))}", USAGE)
    return known[name]


def _arguments(parser: ArgumentParser) -> None:
    parser.add_argument("provider", metavar="PROVIDER", help="africastalking, or a described provider's name")
    parser.add_argument("--drop", action="store_true", help="shut the older ones: the new one is in use now")


SECRETS: tuple[Command, ...] = (
    Command(name=("secrets", "list"), help="which are valid, and when each was last used", needs=Needs.READ, run=_list),
    Command(
        name=("secrets", "rotate"),
        help="let a new one open too, or drop the older",
        needs=Needs.WRITE,
        run=_rotate,
        arguments=_arguments,
    ),
)
