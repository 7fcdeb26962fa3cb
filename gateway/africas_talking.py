"""Letters over Africa's Talking: the way out, and the inbox that is looked into after an outage.

The SDK is the door (nothing else here speaks to the provider). It only blocks, so that each call has a thread of its
own; it knows one account by module variables, so that its service is made directly, never by ``initialize``; it is
loaded when an account is set, because it takes half a second and 20 MB.

What a failure means is decided by what may have left: nothing did before a connection stood (``Busy``, try again);
after that nobody knows (``Doubtful``).
"""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any, TypeVar
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from config.clock import Clock
from config.phones import is_emergency
from config.settings import AfricasTalkingSettings
from gateway.africas_talking_answers import AccountTrouble, Page, read_messages, read_refusal, read_sending
from gateway.africas_talking_forms import NAME
from gateway.channel import Busy, ChannelKind, Doubtful, Refused
from gateway.circuit import Circuit
from gateway.messages import Lane, Outbound
from gateway.number import subscriber
from gateway.pulse import Pulse
from modem.pdu import split

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long each step of a request may take, in seconds. ``resolve``: a dead resolver is waited for by the C library
    for half a minute. ``connect``: three tries of a SYN (RFC 6298: 1 s, then doubled). ``read``: between two pieces of
    the answer; the SDK's own. ``whole``: everything, for an answer that drips."""

    resolve: float = 6.0
    connect: float = 7.05
    read: float = 9.05
    whole: float = 25.0


class AfricasTalkingSms:
    """The account's SMS service: the SDK's, in threads. Raises Busy, Refused, Doubtful and nothing else."""

    def __init__(self, account: AfricasTalkingSettings, clock: Clock, patience: Patience | None = None) -> None:
        self._account, self._clock = account, clock
        self._patience = patience or Patience()
        self._service: Any = None

    @property
    def virtual(self) -> bool:
        """The provider is on this machine, and so ours. What it says of itself proves nothing; and by a proxy even what
        is addressed to loopback leaves."""
        url = self._account.sms_url
        return is_loopback(url) and not by_proxy(url)

    async def open(self) -> None:
        """Load the SDK. Raises ImportError where it is not installed."""
        if self._service is None:
            self._service = await in_thread(self._clock, lambda: _service(self._account))

    async def send(self, text: str, to: str) -> object:
        """What the provider answers to one letter."""
        sender = self._account.sender or None
        return await self._ask(lambda sdk, timeout: sdk.send(text, [to], sender_id=sender, timeout=timeout))

    async def fetch(self, after: str) -> Page:
        """Letters that came in after the one with this id."""
        return read_messages(await self._ask(lambda sdk, timeout: sdk.fetch_messages(after, timeout=timeout)))

    async def _ask(self, request: Callable[[Any, tuple[float, float]], object]) -> object:
        await self.open()
        return await ask(self._service, request, self._clock, self._patience)


async def ask(
    service: Any, request: Callable[[Any, tuple[float, float]], object], clock: Clock, patience: Patience
) -> object:
    """One request of a service of the SDK, in a thread; ``service.address``: where it sends to. Raises Busy, Refused,
    Doubtful and nothing else."""

    async def within(seconds: float, work: Callable[[], T]) -> T:
        async with clock.timeout(seconds):
            return await in_thread(clock, work)

    host, port = _address(service)
    try:
        if not _proxied(service):
            await within(patience.resolve, lambda: socket.getaddrinfo(host, port))
    except (OSError, UnicodeError) as error:  # nothing has left yet
        raise Busy(f"{host} is not found: {error or f'no answer in {patience.resolve:.0f} s'}") from error
    timeout = (patience.connect, patience.read)
    try:
        return await within(patience.whole, lambda: _asked(service, request, timeout))
    except TimeoutError as error:
        raise Doubtful(f"no whole answer in {patience.whole:.0f} s") from error


def is_loopback(url: str) -> bool:
    """Whether the address is this machine's, and can be no other's."""
    host = urlsplit(url).hostname or ""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def by_proxy(url: str) -> bool:
    """Whether the environment sends requests to that address by a proxy. The SDK's go there."""
    parts, proxies = urlsplit(url), getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return bool(proxy) and not proxy_bypass(parts.hostname or "")


async def in_thread(clock: Clock, work: Callable[[], T]) -> T:
    """Run ``work`` in a thread that nobody waits for at the program's end: a provider that does not answer must not
    hold up a stop (the threads of ``asyncio.to_thread`` do)."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[T] = loop.create_future()

    def settle(value: T | None, error: Exception | None) -> None:
        if future.done():  # nobody waits any more
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(value)  # type: ignore[arg-type]

    def run() -> None:
        value, error = None, None
        try:
            value = work()
        except Exception as raised:
            error = raised
        try:
            loop.call_soon_threadsafe(settle, value, error)
        except RuntimeError:  # the loop is closed
            return

    threading.Thread(target=run, name="africastalking", daemon=True).start()
    with clock.busy():
        return await future


def _service(account: AfricasTalkingSettings) -> Any:
    from africastalking.SMS import SMSService

    class Addressed(SMSService):  # type: ignore[misc]  # the SDK has no types
        """The SDK's service, at the address of the settings where there is one."""

        def _init_service(self) -> None:
            super()._init_service()
            if account.sms_url:
                base = account.sms_url.rstrip("/")
                self._baseUrl = base if base.endswith("/version1") else f"{base}/version1"
                self._contentUrl = self._baseUrl

        @property
        def address(self) -> str:
            """Where it sends to."""
            return str(self._baseUrl)

    return Addressed(account.username, account.api_key)


def _address(service: Any) -> tuple[str, int]:
    parts = urlsplit(service.address)
    return parts.hostname or "", parts.port or (80 if parts.scheme == "http" else 443)


def _proxied(service: Any) -> bool:
    from requests.utils import get_environ_proxies

    return bool(get_environ_proxies(service.address, no_proxy=None))


def _asked(service: Any, request: Callable[[Any, tuple[float, float]], object], timeout: tuple[float, float]) -> object:
    """In the thread: one request, its faults as ours."""
    from africastalking.Service import AfricasTalkingException
    from requests import exceptions

    try:
        return request(service, timeout)
    except AfricasTalkingException as error:
        raise read_refusal(str(error)) from None
    except exceptions.JSONDecodeError as error:
        raise Doubtful("the answer is no JSON") from error
    except (exceptions.ConnectTimeout, exceptions.InvalidURL, exceptions.InvalidSchema) as error:
        raise Busy(f"no connection: {type(error).__name__}") from error
    except exceptions.ConnectionError as error:
        raise _before_or_after(error) from error
    except exceptions.RequestException as error:
        raise Doubtful(f"the answer broke off: {type(error).__name__}") from error
    except ValueError as error:  # the SDK's opinion of the number
        raise Refused(str(error)) from error


def _before_or_after(error: Exception) -> Busy | Doubtful:
    """urllib3 wraps what went wrong before the request left (refused, no name, bad certificate) in MaxRetryError;
    what broke later comes bare."""
    from urllib3.exceptions import MaxRetryError

    cause = error.args[0] if error.args else error
    if isinstance(cause, MaxRetryError):
        return Busy(f"no connection: {type(cause.reason).__name__}")
    return Doubtful(f"the connection broke: {type(cause).__name__}")


class AfricasTalkingChannel:
    """The ``Channel``. ``sample`` tells of a number whether it is invented (``city.is_sample``); ``look`` is its probe:
    it looks into the inbox there, and raises Busy while that cannot be. ``changed``: see ``Circuit``."""

    name = NAME
    kind: ChannelKind = "provider"
    operator = ""
    calls = False
    occupied = False

    def __init__(
        self,
        sms: AfricasTalkingSms,
        account: AfricasTalkingSettings,
        clock: Clock,
        pulse: Pulse,
        *,
        sample: Callable[[str], bool],
        look: Callable[[], Awaitable[None]],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        self.number = account.sender if subscriber(account.sender) else ""
        self._sms, self._clock, self._sample, self._look, self._price = sms, clock, sample, look, account.price
        self.circuit = Circuit(clock, pulse, self.name, self.probe, changed=changed)

    @property
    def well(self) -> bool:
        return self.circuit.well

    def serves(self, to: str, lane: Lane) -> bool:
        """Every lane, to subscribers; invented numbers only where the provider is ours."""
        if is_emergency(to) or not subscriber(to):
            return False
        return self._sms.virtual or not self._sample(to)

    def reports(self, lane: Lane) -> bool:
        return True

    def parts(self, letter: Outbound) -> int:
        return 1  # the provider cuts it

    def cost(self, letter: Outbound, parts: int) -> float:
        return parts * len(split(letter.text)) * self._price

    async def probe(self) -> None:
        await self._look()

    async def send(self, letter: Outbound, part: int, reference: int) -> str:
        """See ``Channel.send``. A letter whose time is over does not leave."""
        if not self.serves(letter.to, letter.lane):
            raise Refused(f"{self.name} does not carry letters to this number")
        if letter.expires_at <= self._clock.now():
            raise Busy("its time is over")
        try:
            text = "".join(split(letter.text))
        except ValueError as error:
            raise Refused(str(error)) from error
        try:
            taken = read_sending(await self._sms.send(text, letter.to), letter.to)
        except Refused:
            self.circuit.worked()
            raise
        except (Busy, Doubtful) as error:
            self.circuit.failed(str(error), surely=isinstance(error, AccountTrouble))
            raise
        self.circuit.worked()
        return taken.reference
