"""Whether somebody asks on this machine itself."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

FORWARDED = ("forwarded", "via", "x-real-ip", "true-client-ip", "cf-connecting-ip", "x-forwarded-")
"""How headers begin that a proxy or a tunnel before us sets: then its peer is not who asks."""
HERE = "localhost"


def near(peer: str, headers: Mapping[str, str]) -> bool:
    """From loopback, under a name of loopback, and not by way of a proxy or tunnel that ends on this machine."""
    if any(name.lower().startswith(FORWARDED) for name in headers):
        return False
    host = next((value for name, value in headers.items() if name.lower() == "host"), "")
    try:
        name = urlsplit(f"//{host}").hostname or ""
        return ip_address(peer).is_loopback and (name.rstrip(".") == HERE or ip_address(name).is_loopback)
    except ValueError:
        return False
