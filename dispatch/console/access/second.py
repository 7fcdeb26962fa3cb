"""The second factor: codes by time (RFC 6238), the picture to set them up, and recovery codes for a lost phone."""

from __future__ import annotations

import secrets
from datetime import datetime
from hmac import compare_digest

from markupsafe import Markup

STEP_S = 30  # RFC 6238, 5.2
AROUND = (0, -1, 1)  # steps: a phone's clock may be half a minute off, and codes are typed slowly
RECOVERY_CODES = 10
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
LONGEST_CODE = 64  # characters that are read of what was typed
RECOVERY_GROUPS, RECOVERY_GROUP = 4, 4  # 80 bits


def new_secret() -> str:
    """160 bits (RFC 4226, 4) in base32."""
    import pyotp

    return pyotp.random_base32()


def step_of(secret: str, code: str, at: datetime) -> int | None:
    """The step whose code it is, near ``at``; None: of none. Whether it was used before is the store's to say."""
    import pyotp

    typed = "".join(code[:LONGEST_CODE].split())
    if not (typed.isascii() and typed.isdigit()):
        return None
    totp, here = pyotp.TOTP(secret, interval=STEP_S), int(at.timestamp()) // STEP_S
    right = [here + off for off in AROUND if compare_digest(totp.generate_otp(here + off), typed)]
    return right[0] if right else None


def picture(secret: str, login: str, issuer: str) -> Markup:
    """The QR code that an authenticator reads, as an SVG without styles; dark on light whatever the page's colours."""
    import pyotp
    import segno

    uri = pyotp.TOTP(secret, interval=STEP_S).provisioning_uri(name=login, issuer_name=issuer)
    drawn = segno.make(uri, error="m", micro=False).svg_inline(scale=5, border=4, dark="#000", light="#fff")
    return Markup(drawn)  # noqa: S704 - drawn by segno: a path of numbers


def spelled(secret: str) -> str:
    """In groups of four, for typing."""
    return " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))


def recovery_codes() -> list[str]:
    """Each opens once."""
    return [
        "-".join("".join(secrets.choice(BASE32) for _ in range(RECOVERY_GROUP)) for _ in range(RECOVERY_GROUPS))
        for _ in range(RECOVERY_CODES)
    ]


def plain_recovery(code: str) -> str:
    """As it is hashed, however it was typed."""
    return "".join(one for one in code[:LONGEST_CODE].upper() if one in BASE32)
