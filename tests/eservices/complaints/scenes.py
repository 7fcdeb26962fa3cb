"""Conversations about complaints as text, played through the real inbox, desks and store.

``A> what A writes``, ``A< what A is written to`` (lines joined by `` / ``); phones are A to D. ``* 700``: seconds pass.
``! answer 1001 words``: the office answers (also: ``! take 1001``, ``! release 1001``). ``= 1001 …``: what the store
then holds of a ticket, read by another verb than the replies. ``:`` names the pack, the language, and who A is.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from config.city import City
from eservices.complaints import store
from eservices.complaints.offices import deeds
from eservices.complaints.ticket import Ticket
from gateway.store import Tx
from gateway.store.people import save
from tests.dispatch.phones import Post
from tests.dispatch.talks import PHONE, Transcript, pack, somebody

PHONES = {"A": PHONE, "B": "+6281300000008", "C": "+6281300000009", "D": "+6281300000010"}


@dataclass(frozen=True, slots=True)
class Scene:
    """One transcript on its post office."""

    post: Post
    city: City

    async def played(self, script: Transcript) -> list[str]:
        """The transcript as it really goes."""
        out: list[str] = []
        for line in script.lines:
            mark, said = line[:2], line[2:].strip()
            if line[0] in PHONES and line[1] == ">":
                out.append(line)
                await self.post.say(said, PHONES[line[0]])
                await self.post.passes(2)
            elif line[0] in PHONES and line[1] == "<":
                continue
            elif mark == "* ":
                out.append(line)
                await self.post.passes(float(said))
            elif mark == "! ":
                out.append(line)
                await self.post.store.write(partial(self._office, said))
            elif mark == "= ":
                out.append("= " + await self.post.store.read(partial(self._fact, int(said.split()[0]))))
                continue
            out += await self._news()
        return out

    async def _news(self) -> list[str]:
        """What all phones were written to since they were last asked, in the order of the phones."""
        seen = self.post.seen
        lines, last = [], seen
        for name, number in PHONES.items():
            self.post.seen = seen
            lines += [f"{name}< {text}" for text in await self.post.news(number)]
            last = max(last, self.post.seen)
        self.post.seen = last
        return lines

    def _office(self, said: str, tx: Tx) -> None:
        verb, number, *words = said.split()
        ticket, at = store.ticket(tx, int(number)), self.post.clock.now()
        if verb == "answer":
            deeds.answer(tx, self.city, ticket, " ".join(words), "office", at)
        elif verb == "take":
            deeds.take_up(tx, self.city, ticket, " ".join(words), "office", at)
        else:
            deeds.release(tx, self.city, ticket, "operator", at)

    def _fact(self, number: int, tx: Tx) -> str:
        """A ticket as the store has it."""
        try:
            ticket = store.ticket(tx, number)
        except store.NoSuchTicket:
            return f"{number} is none"
        following = [name for name, phone in PHONES.items() if self._follows(tx, ticket, phone)]
        marks = [
            "secret" if ticket.secret else "",
            "abusive" if ticket.abusive else "",
            f"rated {ticket.rating}" if ticket.rating is not None else "",
            f"reopened {ticket.reopened}" if ticket.reopened else "",
            f"into {ticket.merged_into}" if ticket.merged_into is not None else "",
        ]
        told = [ticket.state.value, ticket.category, ticket.office, ticket.place or "-", "".join(following) or "nobody"]
        return " ".join([f"{number}", ", ".join([*told, *filter(None, marks)])])

    @staticmethod
    def _follows(tx: Tx, ticket: Ticket, phone: str) -> bool:
        return store.follower(tx, ticket.number, phone) is not None


def scene_of(script: Transcript) -> Callable[[Post], Coroutine[Any, Any, list[str]]]:
    """Plays that transcript."""

    async def scene(post: Post) -> list[str]:
        name, language, who = script.setting
        city = pack(name)
        if who != "nobody":
            one = somebody(city, language, confirmed=who == "confirmed", quiet=who == "quiet")
            await post.store.write(lambda tx: save(tx, one))
        return await Scene(post, city).played(script)

    return scene


def scripts(name: str) -> list[Transcript]:
    """The transcripts of a file: those of ``tests.dispatch.talks``, whose first line of a scene is its setting."""
    found = []
    for block in Path(__file__).with_name(name).read_text(encoding="utf-8").split("\n## ")[1:]:
        title, setting, *lines = [line for line in block.splitlines() if line.strip()]
        found.append(Transcript(title=title, setting=tuple(setting.removeprefix(":").split()), lines=tuple(lines)))
    return found
