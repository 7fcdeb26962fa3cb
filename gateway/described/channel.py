"""Letters out through a described provider."""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Callable
from urllib.parse import urlsplit

from config.clock import Clock
from gateway.channel import Busy, ChannelKind, Doubtful, Refused
from gateway.circuit import Circuit
from gateway.described.account import Account
from gateway.described.http import Client, Unanswered, Unasked
from gateway.described.outcome import Outcome, is_up, judge
from gateway.described.request import letter_request, messages, probe_request
from gateway.messages import Lane, Outbound
from gateway.number import EMERGENCY, foreign, subscriber
from gateway.pulse import Pulse

MOST_MESSAGES = 255  # of one letter (3GPP TS 23.040, 9.2.3.24.1)


class DescribedChannel:
    """A ``Channel``. ``sample`` tells of a number whether it is invented: such a one only goes to this very machine,
    where a simulated provider listens. ``changed``: called when ``well`` changed. ``circuit.run`` is its loop."""

    kind: ChannelKind = "provider"
    operator = ""  # an aggregator is in every network
    calls = False
    occupied = False

    def __init__(
        self,
        account: Account,
        client: Client,
        clock: Clock,
        pulse: Pulse,
        *,
        sample: Callable[[str], bool],
        changed: Callable[[], None] = lambda: None,
    ) -> None:
        send = account.description.send
        assert send is not None, "a provider that only posts to us has no channel"
        self.name = account.name
        self.number = account.number
        self._account, self._told, self._client, self._clock, self._sample = account, send, client, clock, sample
        self._here = is_here(probe_request(account, send, None).url)
        self.circuit = Circuit(clock, pulse, self.name, self.probe, changed=changed)

    @property
    def well(self) -> bool:
        return self.circuit.well

    def serves(self, to: str, lane: Lane) -> bool:
        """Every lane, to subscribers of this country (of any, where the description says so)."""
        if to.lstrip("+") in EMERGENCY or not subscriber(to) or (foreign(to) and not self._told.foreign):
            return False
        return self._here or not self._sample(to)

    def reports(self, lane: Lane) -> bool:
        """Every letter, where reports are described."""
        return self._account.description.delivery is not None

    def parts(self, letter: Outbound) -> int:
        """One: the provider is given a text whole, and divides it."""
        return 1

    def cost(self, letter: Outbound, parts: int) -> float:
        """The price of the messages that the provider makes of the text."""
        try:
            return self._account.price * messages(self._told, letter.text) * parts
        except ValueError:  # it is refused when it is sent
            return self._account.price * MOST_MESSAGES

    async def send(self, letter: Outbound, part: int, reference: int) -> str:
        """See ``Channel.send``. Our id of the letter is the same at each try: a provider may know a repeat by it."""
        if not self.serves(letter.to, letter.lane):
            raise Refused(f"{self.name} does not carry letters to this number")
        said = f"{self.name}|{letter.key}|{part}"
        ours = hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]
        minutes = max(1, int((letter.expires_at - self._clock.now()).total_seconds() // 60))
        try:
            request = letter_request(self._account, self._told, letter, ours, minutes)
        except ValueError as error:  # more than 255 parts
            raise Refused(str(error)) from error
        times = {"connect_s": self._told.connect_s, "answer_s": self._told.answer_s}
        try:
            response = await self._client.ask(request, **times)
        except Unasked as error:
            self.circuit.failed(str(error), surely=error.surely)
            raise Busy(str(error)) from error
        except Unanswered as error:
            self.circuit.failed(str(error))
            raise Doubtful(str(error)) from error
        return self._concluded(judge(self._told, response, ours))

    def _concluded(self, outcome: Outcome) -> str:
        """The id of a letter that was taken; raises for every other answer."""
        why = self._account.hidden(outcome.why)
        match outcome.means:
            case "sent":
                self.circuit.worked()
                return outcome.id
            case "refused":  # an answer about this letter: the provider is well
                self.circuit.worked()
                raise Refused(why)
            case "doubtful":
                self.circuit.failed(why)
                raise Doubtful(why)
        self.circuit.failed(why, surely=outcome.means == "account")
        raise Busy(why)

    async def probe(self) -> None:
        """Ask for something that costs nothing. Raises Busy while nobody is there."""
        request = probe_request(self._account, self._told, self._account.description.probe)
        try:
            response = await self._client.ask(
                request, connect_s=self._told.connect_s, answer_s=min(self._told.answer_s, self._told.connect_s)
            )
        except (Unasked, Unanswered) as error:
            raise Busy(str(error)) from error
        if not is_up(self._account.description.probe, response):
            raise Busy(f"{request.host}: {response.status}")


def is_here(url: str) -> bool:
    """Whether an address is this machine's own."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
