"""The provider's voice service: calls that its customer asks for, calls that come to its number, what was recorded."""

from __future__ import annotations

import re
from random import Random
from typing import Any

from gateway.virtual.account import Account, Pace
from gateway.virtual.faults import Faults
from gateway.virtual.jobs import Jobs
from gateway.virtual.poster import Poster
from gateway.virtual.voice_line import CallEnd, VoiceNumber
from gateway.virtual.voice_session import Around, VoiceSession
from modem.virtual.journal import Journal
from modem.virtual.network import Network
from modem.virtual.settings import canonical
from modem.virtual.sound import wav

E164 = re.compile(r"\+[1-9][0-9]{6,14}")
KEPT = 200  # recordings


class Voice:
    """``sessions``: every call since the start, in order. ``base``: the provider's own address, for recordings."""

    def __init__(
        self,
        network: Network,
        account: Account,
        pace: Pace,
        poster: Poster,
        faults: Faults,
        jobs: Jobs,
        random: Random,
        log: Journal,
        everybody: bool,
    ) -> None:
        self._network, self._account, self._pace, self._faults, self._jobs = network, account, pace, faults, jobs
        self._random, self._everybody, self.base = random, everybody, ""
        self.sessions: list[VoiceSession] = []
        self._recordings: dict[str, bytes] = {}
        self._asked: dict[str, int] = {}
        number = network.add(VoiceNumber(network, canonical(account.voice_number), self._rung))
        self._around = Around(
            network=network,
            account=account,
            pace=pace,
            poster=poster,
            faults=faults,
            jobs=jobs,
            log=log,
            number=number,
            recordings=self,
        )

    # -- calls

    def call(self, to: str) -> dict[str, Any]:
        """Ring a number; its entry in the answer."""
        number = to.strip()
        refused = self._faults.strike("call_refused")
        status = str(refused.value) if refused is not None else "" if E164.fullmatch(number) else "InvalidPhoneNumber"
        if status:
            return {"phoneNumber": number, "status": status, "sessionId": "None"}
        session = f"ATVId_{self._random.getrandbits(128):032x}"
        self._jobs.start(self._dialled(number, session), f"voice-{session}")
        hidden = self._faults.strike("call_no_session")
        return {"phoneNumber": number, "status": "Queued", "sessionId": "None" if hidden else session}

    async def _dialled(self, number: str, session: str) -> None:
        await self._network.clock.sleep(self._pace.hand_over_s)
        if self._everybody and self._network.find(number) is None:
            self._network.phone(number)
        end = self._around.number.dial(number)
        await self._begun(VoiceSession(around=self._around, id=session, end=end, inbound=False, far=number)).run()

    def _rung(self, end: CallEnd) -> None:
        id = f"ATVId_{self._random.getrandbits(128):032x}"
        session = self._begun(VoiceSession(around=self._around, id=id, end=end, inbound=True, far=end.far))
        self._jobs.start(session.run(), f"voice-{id}")

    def _begun(self, session: VoiceSession) -> VoiceSession:
        self.sessions.append(session)
        return session

    # -- recordings

    def put(self, sound: bytes) -> str:
        """Keep a recording; the address at which the customer fetches it."""
        id = f"{self._random.getrandbits(128):032x}"
        self._recordings[id] = wav(sound)
        for old in list(self._recordings)[:-KEPT]:
            del self._recordings[old]
        elsewhere = self._faults.strike("recording_elsewhere")
        late = self._faults.strike("recording_late")
        self._asked[id] = -int(late.number) if late is not None else 0
        return f"{self.base}/recordings/{id}.wav" if elsewhere is None else str(elsewhere.value)

    def recording(self, id: str) -> bytes | None:
        """A recording as a WAV; None where it is none, or not there yet."""
        self._asked[id] = self._asked.get(id, 0) + 1
        return self._recordings.get(id) if self._asked[id] > 0 else None
