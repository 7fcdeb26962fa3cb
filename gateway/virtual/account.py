"""Who the provider's customer is, and how fast the provider does things."""

from __future__ import annotations

from dataclasses import dataclass, field

CALLBACKS = ("sms", "delivery", "optout", "ussd", "ussd-end", "voice", "voice-events")
"""What the provider posts, by the last word of our address."""
AGAIN = frozenset({"sms", "delivery", "optout"})
"""What it posts again until it hears 200. Documented for ``sms``; the others are taken to be alike. A turn of USSD has
a phone waiting and is posted once, and so is what comes of a call."""


@dataclass(slots=True, kw_only=True)
class Account:
    """``number``: the short code (or long number) that people write to; ``voice_number``: that which they ring, and
    which rings them; ``senders``: names that may be shown instead.
    ``callbacks``: an address for each of CALLBACKS, settable at any time; what has none is not posted. Prices are in
    ``currency``: a part of an SMS, a session of USSD, a minute of voice."""

    username: str = "kentongan"
    api_key: str = field(default="atsk_virtual", repr=False)
    number: str = "38411"
    senders: tuple[str, ...] = ("KENTONGAN",)
    ussd_code: str = "*384#"
    voice_number: str = "+622150880000"
    currency: str = "IDR"
    price: float = 350.0
    ussd_price: float = 150.0
    voice_price: float = 900.0
    network_code: str = "51010"
    callbacks: dict[str, str] = field(default_factory=dict, repr=False)


@dataclass(slots=True, kw_only=True)
class Pace:
    """Seconds. ``again_s`` between two posts of the same, for ``again_for_s`` (the provider's help article 742510);
    ``answer_s`` until an answer to a post is given up (its USSD page: 10 s) · ``idle_s``, ``total_s``: limits of a USSD
    session (as quoted for Kenya) · ``hand_over_s`` from accepting a letter, or a call, to the network · ``hang_s`` for
    which a request that is never answered keeps its connection · ``voice_answer_s`` until an answer to a post of a call
    is given up and the call is dropped · ``final_s`` from a call's end to its last post."""

    again_s: float = 60.0
    again_for_s: float = 12 * 3600.0
    answer_s: float = 10.0
    idle_s: float = 30.0
    total_s: float = 180.0
    hand_over_s: float = 0.05
    hang_s: float = 60.0
    voice_answer_s: float = 5.0
    final_s: float = 0.1

    @classmethod
    def patient(cls) -> Pace:
        """For a person at a demo page, who reads and finds the keys."""
        return cls(idle_s=120.0, total_s=600.0)
