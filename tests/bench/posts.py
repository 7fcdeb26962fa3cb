"""What the load's requests say: letters and USSD turns as providers post them, byte for byte."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import quote_plus

SENDERS = 997  # a prime, so that turns of senders and of connections do not fall together
NETWORK = "51010"  # Indonesia, as a provider would say it
OPENINGS = ("Selamat pagi,", "Pak lurah,", "Assalamualaikum,", "Maaf mengganggu,", "Bu,", "Halo,", "Izin bertanya,")
MATTERS = (
    "kapan jadwal posyandu bulan ini",
    "bagaimana cara membuat KTP baru",
    "lampu jalan di depan sekolah sudah lama mati",
    "sampah di pasar belum diangkut sejak kemarin",
    "apakah kantor buka hari Sabtu",
    "tolong jalan berlubang di simpang tiga diperbaiki",
    "air ledeng di tempat kami kecil sekali",
    "di mana saya mengambil surat pindah",
    "anak saya mau daftar sekolah dasar",
    "selokan di gang kami tersumbat",
    "berapa biaya mengurus akta kelahiran",
)
ENDINGS = ("terima kasih", "mohon dibalas", "kami tunggu", "salam dari warga", "terima kasih banyak ya")
FORM = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """The address that is asked. ``mark``: in every id and text of this run, so that its rows can be told."""

    host: str
    port: int
    path: str
    mark: str

    def request(self, verb: str, path: str, form: str | None = None) -> bytes:
        """One request, on a connection that stays open."""
        more = "" if form is None else FORM.format(len(form))
        head = f"{verb} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\nAccept: */*\r\n{more}\r\n"
        return (head + (form or "")).encode("ascii")


class Requests(Protocol):
    """An endless row of requests."""

    def next(self) -> tuple[bytes, Any]:
        """The next one, and what ``answered`` is told of it."""

    def answered(self, which: Any, body: bytes) -> None:
        """It was."""


class Letters:
    """SMS as Africa's Talking posts them, from many people, each with its own id. ``marked``: the mark is in the words
    too, which then no other letter has."""

    def __init__(self, where: Where, *, marked: bool = False) -> None:
        self._where, self._marked, self._at = where, marked, 0
        self._same = f"date={quote_plus('2026-08-17 13:00:05')}&to=%2B6285700000101&linkId=&networkCode={NETWORK}"

    def next(self) -> tuple[bytes, Any]:
        at, mark = self._at, self._where.mark
        self._at += 1
        text = quote_plus(letter(at)) + (f"+{mark}-{at}x" if self._marked else "")
        form = f"{self._same}&from={_sender(at)}&id={mark}-{at}x&text={text}"
        return self._where.request("POST", self._where.path, form), None

    def answered(self, which: Any, body: bytes) -> None:
        return


class KannelLetters:
    """The same SMS as another Kannel hands it to a Kannel's HTTP centre."""

    def __init__(self, where: Where) -> None:
        self._where, self._at = where, 0

    def next(self) -> tuple[bytes, Any]:
        at, mark = self._at, self._where.mark
        self._at += 1
        text = f"{quote_plus(letter(at))}+{mark}-{at}x"
        query = f"username=bench&password=bench&to=101&from={_sender(at)}&text={text}"
        return self._where.request("GET", f"{self._where.path}?{query}"), None

    def answered(self, which: Any, body: bytes) -> None:
        return


class Turns:
    """USSD sessions as Africa's Talking posts them. Each goes through the same keys, unless it is ended before."""

    def __init__(self, where: Where, keys: Sequence[str]) -> None:
        self._where, self._keys, self._begun = where, keys, 0
        self._open: deque[tuple[int, int]] = deque()

    def next(self) -> tuple[bytes, Any]:
        if self._open:
            session, turn = self._open.popleft()
        else:
            session, turn = self._begun, 0
            self._begun += 1
        typed = quote_plus("*".join(self._keys[:turn]))
        form = f"sessionId=ATUid_{self._where.mark}-{session}x&phoneNumber={_sender(session)}&networkCode={NETWORK}"
        form += f"&serviceCode=%2A384%23&text={typed}"
        return self._where.request("POST", self._where.path, form), (session, turn)

    def answered(self, which: Any, body: bytes) -> None:
        session, turn = which
        if body.startswith(b"CON ") and turn < len(self._keys):
            self._open.append((session, turn + 1))


def letter(at: int) -> str:
    """What people write to their town: of 385 such texts the n-th, neighbours unlike."""
    at = at * 157 % (len(OPENINGS) * len(MATTERS) * len(ENDINGS))
    at, opening = divmod(at, len(OPENINGS))
    ending, matter = divmod(at, len(MATTERS))
    return f"{OPENINGS[opening]} {MATTERS[matter]}, {ENDINGS[ending]}."


def _sender(at: int) -> str:
    """Somebody in the town's invented numbers who is not registered, as a form says it."""
    return f"%2B62857995{at % SENDERS:05d}"
