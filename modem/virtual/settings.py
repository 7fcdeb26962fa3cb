"""What a network is like: how long things take and how often they go wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(slots=True, kw_only=True)
class NetworkSettings:
    """Times in seconds, chances from 0 to 1. Everything zero is a bench's network; ``field()`` is a real one.

    ``delay_s`` from submission to delivery · ``loss`` a part vanishes · ``duplicate`` a part is delivered twice ·
    ``reorder`` a part waits longer, so that later ones pass it · ``air_s`` each part on the radio, each way ·
    ``setup_s`` from dialling to alerting · ``ussd_s`` to a USSD answer · ``boot_s`` a modem from power to registered ·
    ``retry_s`` after which the centre tries an absent phone again · ``ack_s`` for which a +CMT waits for its CNMA.
    """

    delay_s: float = 0.0
    loss: float = 0.0
    duplicate: float = 0.0
    reorder: float = 0.0
    air_s: float = 0.0
    setup_s: float = 0.0
    ussd_s: float = 0.0
    boot_s: float = 0.0
    retry_s: float = 30.0
    ack_s: float = 20.0  # TS 24.011, 10: the phone's TR2M is 12 to 20 s
    operator: str = "TELKOMSEL"
    mcc_mnc: str = "51010"
    centre: str = "+6281100000"
    country: str = "62"
    offset: timedelta = timedelta(hours=7)

    @classmethod
    def field(cls) -> NetworkSettings:
        """Figures of a real network: about 3 s of air a part, 5 s to alerting, USSD in 3 s, boot in 20 s."""
        return cls(delay_s=1.5, air_s=3.0, setup_s=5.0, ussd_s=3.0, boot_s=20.0)

    @classmethod
    def brisk(cls) -> NetworkSettings:
        """What a person at a demo page can follow without waiting."""
        return cls(delay_s=0.2, air_s=0.2, setup_s=0.8, ussd_s=0.5, boot_s=1.0)


def canonical(number: str, country: str = "62") -> str:
    """A dialled number as the network routes it: ``+62…`` for 0…, 0062… and 62…; short codes as they are."""
    digits = "".join(char for char in number if char.isdigit() or char in "*#")
    if number.startswith("+"):
        return f"+{digits}"
    if digits.startswith("00"):
        return f"+{digits[2:]}"
    if digits.startswith("0"):
        return f"+{country}{digits[1:]}"
    if digits.startswith(country) and len(digits) >= 9:
        return f"+{digits}"
    return digits
