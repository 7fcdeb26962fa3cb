"""``kentongan certificate``: TLS for a city that has no certificate of anybody's."""

from __future__ import annotations

import asyncio
import re
from argparse import ArgumentParser, Namespace
from ipaddress import ip_address
from pathlib import Path

from config.command import DONE, NOT_HERE, USAGE, Command, CommandError, Context, Needs
from dispatch.console.certificate import Made, NoCertificate, make

FOLDER = "tls"  # in data_dir
HOST = re.compile(r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
ALWAYS = ("localhost", "127.0.0.1")  # so that the machine itself can look


async def _certificate(context: Context, asked: Namespace) -> int:
    folder = Path(asked.out) if asked.out else context.settings.data_dir / FOLDER
    names = list(dict.fromkeys((*(_name(one) for one in asked.name), *ALWAYS)))
    try:
        made = await asyncio.to_thread(make, folder, context.city.title, names, context.clock.now())
    except (NoCertificate, OSError) as error:
        raise CommandError(str(error), NOT_HERE) from error
    row: dict[str, object] = {"authority": str(made.authority), "cert": str(made.chain), "key": str(made.key)}
    row |= {"names": names, "fingerprint": made.fingerprint, "ends": made.ends.isoformat(), "new_authority": made.new}
    context.out.row(row, _told(made, names))
    return DONE


def _name(typed: str) -> str:
    name = typed.strip().lower().rstrip(".")
    try:
        return str(ip_address(name))
    except ValueError:
        if HOST.fullmatch(name):
            return name
        raise CommandError(f"{typed!r} is no host name and no address", USAGE) from None


def _told(made: Made, names: list[str]) -> str:
    host = names[0]
    lines = [
        f"{made.chain}: for {', '.join(names)}, until {made.ends:%Y-%m-%d}",
        "Into kentongan.toml:",
        "  [http]",
        '  host = "0.0.0.0"',
        f'  cert = "{made.chain}"',
        f'  key = "{made.key}"',
        f'  public_url = "https://{host}:8443"',
        "  port = 8443",
        f"On each computer that looks, once: trust {made.authority} (it holds no secret; copy it there and compare)",
        f"  SHA-256 {made.fingerprint}",
        "  Windows: double-click, Install Certificate, Local Machine, Trusted Root Certification Authorities",
        "  Debian:  cp authority.pem /usr/local/share/ca-certificates/kentongan.crt && update-ca-certificates",
        "  Firefox: Settings, Privacy & Security, View Certificates, Authorities, Import (websites)",
        "  Android: Settings, Security, Encryption & credentials, Install a certificate, CA certificate",
        "It can vouch for these names only. Keep authority.key off this machine once the certificate is made.",
    ]
    return "\n".join(lines if made.new else lines[:8])


def _arguments(parser: ArgumentParser) -> None:
    words = "a host name or address by which others reach the pages; repeatable, the first is the main one"
    parser.add_argument("--name", action="append", required=True, metavar="HOST", help=words)
    parser.add_argument("--out", metavar="FOLDER", help="default: tls in data_dir; the authority there is used again")


COMMANDS: tuple[Command, ...] = (
    Command(
        name=("certificate",),
        help="make a city's own TLS certificate",
        needs=Needs.CITY,
        run=_certificate,
        arguments=_arguments,
    ),
)
