"""What a modem shows of itself to the rest of the program."""

from __future__ import annotations

from collections.abc import Mapping

from config.clock import Clock
from config.settings import ModemSettings
from modem.air import Radio
from modem.duties import Duties
from modem.session import Fill, Identity
from modem.state import State


class Shown:
    """The side of ``modem.driver.Modem`` that is only looked at. ``since``: of its state; ``detail``: why."""

    def __init__(self, settings: ModemSettings, clock: Clock, *, virtual: bool) -> None:
        self.name, self.number, self.use = settings.name, settings.number, settings.use
        self.state = State.ABSENT
        self.since, self.detail = clock.now(), ""
        self.identity: Identity | None = None
        self._virtual = virtual
        self._radio = Radio()
        self._duties: Duties | None = None

    @property
    def virtual(self) -> bool:
        """Nobody real is behind it: told so at construction, or by the modem itself."""
        return self._virtual or (self.identity is not None and self.identity.virtual)

    @property
    def known(self) -> bool:
        """It has said who it is, so that ``virtual`` can be believed."""
        return self.identity is not None

    @property
    def registered(self) -> bool:
        return self._duties is not None and self._duties.watch.registered

    @property
    def signal(self) -> int | None:
        """0-31 as AT+CSQ gives it; dBm = 2 n - 113. None: not known."""
        return self._duties.watch.signal if self._duties is not None else None

    @property
    def storage(self) -> Mapping[str, Fill]:
        """How full each memory for SMS is."""
        return dict(self._duties.session.storage) if self._duties is not None else {}

    @property
    def well(self) -> bool:
        """It can send and call, perhaps after what it is doing now."""
        return self.state in (State.READY, State.DEGRADED) and self.registered

    @property
    def calling(self) -> bool:
        """A call is on the air, or waits for it and lets no letter go first."""
        return self._radio.call_wanted and not self._radio.lets_letters_go

    @property
    def calls_free(self) -> bool:
        """A call could start now, or after the one letter on the air."""
        return self.line_free and not self._radio.call_wanted

    @property
    def line_free(self) -> bool:
        """No call is on the air, or one that gives way to an emergency: the most urgent of those that wait, and of one
        that comes, is dialled next."""
        return self.well and self.use != "letters" and self._radio.open_to_sirens

    @property
    def speaks(self) -> bool:
        """An answered call has a voice here: its voice port is open, or it plays by itself."""
        return self._duties is not None and self._duties.voice.speaks
