"""The fake provider that ships with the product: the other end of the provider's HTTP, its USSD, its callbacks."""

from gateway.virtual.account import Account, Pace
from gateway.virtual.http import open_provider
from gateway.virtual.provider import FakeProvider

__all__ = ["Account", "FakeProvider", "Pace", "open_provider"]
