"""Keep first, read after: letters come in here, and leave through a desk.

Keeping and reading are two transactions. The first ends before anybody is told that the letter arrived; the second
makes what the desk decides and "this letter is read" one. A letter that crashes its desk stays, and stops no other.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Protocol

from config.clock import Clock
from config.crash import CrashPoint
from gateway.callback import Came, OptedOut, Reported
from gateway.envelope import storable
from gateway.keeping import Keeper, Waits, put_in
from gateway.messages import Inbound, Kind
from gateway.number import normal
from gateway.posted import add_report, letter_from
from gateway.pulse import Bell, Pulse, Status
from gateway.store import Store, StoreBroken, StoreFault, Tx
from gateway.store.callbacks import opt_out
from gateway.store.inbound import is_new, mark_read, mark_tried, new_letters
from gateway.store.parts import open_longs
from modem.inbound import StoredSms

log = logging.getLogger(__name__)

TICK_S = 10.0  # the table is read at least that often: the bell only makes it quicker
BEAT_S = 60.0  # without a beat for that long the loop counts as stuck
BATCH = 8  # letters handled in one group: what comes meanwhile waits for its commit, a few milliseconds a letter
STAND_BACK_S = 1.0  # reading what is not urgent waits for the keeping of a flood, but not longer than that
LULL_S = 0.05  # what a provider brings and is not urgent is read so much later, with what came meanwhile: in one look
TRIES = 3  # times a desk may raise on a letter before it is left to a person


class Desk(Protocol):
    """Who reads letters. The first desk that takes a letter handles it; the last one takes everything."""

    name: str
    urgent: bool
    """Its letters go first, and are still handled when the disk is nearly full; others then wait, kept."""

    def takes(self, letter: Inbound) -> bool:
        """Whether the letter is this desk's. Pure and quick; asked once before the letter is kept (``id`` is 0 then) to
        know whether it is urgent, and again when it is read. Raising counts as urgent, and as a failed try."""

    def handle(self, letter: Inbound, tx: Tx) -> None:
        """Decide, and write what was decided, in the transaction that also marks the letter read. Runs in the
        writer's thread: pure decisions and store verbs only. ``gateway.store.leave_unread(tx, letter.id)`` leaves it
        for a person to read. Raising undoes all of it."""

    def wake(self) -> None:
        """Ring the bells, on the loop's thread: something this desk decided is committed."""


class Inbox:
    """``keep`` and ``missed`` are called by the channels, ``run`` is the loop that hands letters to ``desks``.

    ``waits``: the city's clocks of long and repeated letters. ``sheds``: whether the disk is so full that only urgent
    letters are handled. ``stranded`` gets every urgent letter that could not be kept because the store is broken: it
    is all that is left of it (the SIM still has it), and is given once per letter. ``cried`` is called, on the loop's
    thread, when something urgent has come in or is about to be handled: what is not urgent may stand back for it."""

    def __init__(
        self,
        store: Store,
        desks: Sequence[Desk],
        clock: Clock,
        crash: CrashPoint,
        pulse: Pulse,
        *,
        waits: Waits,
        sheds: Callable[[], bool] = lambda: False,
        stranded: Callable[[Inbound], None] = lambda letter: None,
        cried: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._desks = desks
        self._cried = cried
        self._clock = clock
        self._crash = crash
        self._pulse = pulse
        self._sheds = sheds
        self._news, self._now = Bell(), Bell()  # something came; it is read at once
        self._stood_back_at: float | None = None
        self._keeper = Keeper(store, clock, waits, self._urgent, stranded, cried)

    # -- keep

    async def keep(self, channel: str, imsi: str, batch: Sequence[StoredSms]) -> None:
        """Returns when every message of the batch is durable: as a letter, a part, a report, a repeat of one that is
        kept already, or raw in quarantine. Raises StoreFault when it is not; then nothing may be deleted."""
        if await self._keeper.keep(channel, imsi, [sms.pdu_hex for sms in batch]):
            self._ring()

    async def missed(self, channel: str, caller: str | None, at: datetime) -> None:
        """Somebody rang and was not answered. Durable on return; the same call twice is one letter."""
        sender = normal(caller or "") or (caller or "")
        identity = f"call|{channel}|{sender}|{at.isoformat()}"
        letter = Inbound(
            id=0,
            channel=channel,
            kind=Kind.MISSED_CALL,
            sender=sender,
            text="",
            sent_at=None,
            received_at=at,
            external_id=hashlib.sha256(identity.encode()).hexdigest(),
        )
        await self._keeper.keep_letter(letter)
        self._ring()

    async def came(self, channel: str, came: Came) -> None:
        """A provider brought a letter. Durable on return; the same id is one letter however often, and whenever, it
        comes. Raises StoreFault."""
        letter = letter_from(channel, came, self._clock.now())
        request = came.raw if came.doubts else ""
        urgent = await self._keeper.keep_letter(letter, request=request, nameless=not came.id)
        if urgent:
            self._ring()
        else:
            self._news.ring()

    async def reported(self, channel: str, reported: Reported) -> None:
        """A provider's delivery report, perhaps before the send returned. Durable on return. Raises StoreFault."""
        at = self._clock.now()
        await self._store.write(lambda tx: add_report(tx, channel, reported, at))

    async def opted_out(self, channel: str, said: OptedOut) -> None:
        """A subscriber wants no more letters in bulk. Durable on return. Raises StoreFault."""
        number = normal(said.number) or storable(said.number)
        await self._store.write(lambda tx: opt_out(tx, number, channel, storable(said.sender)))

    def judged(self, letter: Inbound) -> bool:
        """Whether the letter is urgent; then that is called out at once (``cried``)."""
        return self._keeper.judged(letter)

    def put_in(self, tx: Tx, letter: Inbound, *, urgent: bool, request: str = "") -> None:
        """Keep a letter in the caller's transaction, once per ``external_id``; ``wake`` after the commit. ``request``
        is kept beside its doubt."""
        put_in(tx, letter, urgent=urgent, request=request)

    def wake(self) -> None:
        """Somebody changed the table (``letters retry``)."""
        self._ring()

    def _ring(self) -> None:
        self._news.ring()
        self._now.ring()

    # -- read

    async def run(self) -> None:
        """Hand letters to their desks, for ever."""
        while True:
            self._pulse.beat("inbox", limit_s=BEAT_S)
            try:
                idle_s = await self._round()
            except StoreBroken:
                log.critical("letters are not read any more: the store is broken")
                idle_s = TICK_S
            except StoreFault as fault:
                log.error("letters wait: %s", fault)
                idle_s = TICK_S
            except Exception:  # a fault of ours outside of every letter: they stay, and the next round tries again
                log.exception("the inbox stumbled")
                idle_s = TICK_S
            await self._news.wait(self._clock, idle_s)
            await self._now.wait(self._clock, LULL_S)

    async def _round(self) -> float:
        """Handle what may be handled now; seconds until the table is looked at again, or a long letter has waited
        enough for its parts."""
        tried: Counter[int] = Counter()
        while True:
            back = self._stands_back()
            urgent_only = self._sheds() or back
            found, waiting = await self._store.write(  # a reader is three threads' turns away, and a cry may wait
                lambda tx, urgent_only=urgent_only: (  # type: ignore[misc]
                    new_letters(tx, at_most=BATCH, urgent_only=urgent_only),
                    open_longs(tx),
                )
            )
            found = [one for one in found if tried[one[0].id] < TRIES]  # nothing makes this loop spin
            tried.update(letter.id for letter, _ in found)
            overdue_s = self._keeper.overdue_s(waiting)
            if overdue_s <= 0:
                await self._keeper.release_overdue(waiting)
            elif not found:
                return min(LULL_S if back else TICK_S, overdue_s)
            await self._read(found)
            self._pulse.beat("inbox", limit_s=BEAT_S)

    def _stands_back(self) -> bool:
        """Whether to read only what is urgent now: many letters wait for their commit, and not for long yet."""
        if not self._keeper.pressed:
            self._stood_back_at = None
            return False
        now = self._clock.monotonic()
        since = self._stood_back_at = now if self._stood_back_at is None else self._stood_back_at
        if now - since < STAND_BACK_S:
            return True
        self._stood_back_at = now  # one batch, then it stands back again
        return False

    async def _read(self, letters: Sequence[tuple[Inbound, int]]) -> None:
        """One batch. Raises the first fault, after the bells."""
        jobs = (self._handle(letter, tries) for letter, tries in letters)
        ends = await asyncio.gather(*jobs, return_exceptions=True)
        handled = [end for end in ends if end is not None and not isinstance(end, BaseException)]
        for _ in handled:
            self._crash("decide")
        for desk in self._desks:
            if desk in handled:
                desk.wake()
        for end in ends:
            if isinstance(end, BaseException):
                raise end

    async def _handle(self, letter: Inbound, tries: int) -> Desk | None:
        """The desk that handled the letter; None when it raised (then that is written down). It is chosen in the
        transaction: what an earlier letter of the batch did may have made this one another desk's."""
        taken: Desk | None = None

        def work(tx: Tx) -> bool:
            nonlocal taken
            if not is_new(tx, letter.id):
                return False
            taken = self._desk_of(letter)
            taken.handle(letter, tx)
            mark_read(tx, letter.id, taken.name)
            return True

        try:
            if self._desk_of(letter).urgent:
                self._cried()
            return taken if await self._store.write(work) else None
        except StoreFault:
            raise
        except Exception as error:
            name = taken.name if taken is not None else "no desk"
            await self._failed(letter, tries + 1, f"{name}: {error!r}", error)
            return None

    def _desk_of(self, letter: Inbound) -> Desk:
        for desk in self._desks:
            if desk.takes(letter):
                return desk
        raise LookupError("no desk takes it")

    async def _failed(self, letter: Inbound, tries: int, fault: str, error: Exception) -> None:
        last = tries >= TRIES
        log.error("letter %d: %s (try %d of %d)", letter.id, fault, tries, TRIES, exc_info=error)
        await self._store.write(lambda tx: mark_tried(tx, letter.id, fault, failed=last))
        if last:
            detail = f"letter in-{letter.id} could not be read ({fault}): see 'letters list --state failed'"
            self._pulse.report("letters", "unread", Status.FAILED, detail)

    def _urgent(self, letter: Inbound) -> bool:
        try:
            return next((desk.urgent for desk in self._desks if desk.takes(letter)), False)
        except Exception as error:
            log.error("a desk could not say whether a letter is urgent: %r", error)
            return True
