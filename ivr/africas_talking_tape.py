"""What a provider recorded: whose host it is on, and its sound. Blocking: call ``decoded`` in a thread.

Providers hand over MP3, which no library of ours reads: a program of Debian does, on its standard input.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
from collections.abc import Sequence
from urllib.parse import urlsplit

import numpy as np

from ivr.africas_talking_talks import Taped
from ivr.sound import SoundFault, read_wav

log = logging.getLogger(__name__)

OWN_HOST = "africastalking.com"
LONGEST_URL = 2_000  # characters
MOST_OCTETS = 4_000_000  # of one recording: two minutes of the largest WAV that telephony needs, eight of MP3
DECODE_S = 20.0  # seconds for the program that reads MP3
INSTALL = "sudo apt-get install -y sox libsox-fmt-mp3"
READERS: Sequence[Sequence[str]] = (
    ("sox", "-t", "mp3", "-", "-t", "wav", "-r", "8000", "-c", "1", "-b", "16", "-"),
    ("ffmpeg", "-loglevel", "error", "-i", "pipe:0", "-f", "wav", "-ar", "8000", "-ac", "1", "pipe:1"),
    ("mpg123", "-q", "-m", "-r", "8000", "-w", "-", "-"),
)
"""Programs that read MP3 from standard input and write a WAV; the first that is here is used."""


def may_fetch(url: str, hosts: Sequence[str], own: str) -> bool:
    """Whether a recording may be fetched there: over https, on one of these hosts or below it; or at the very place
    where a provider of this machine is (``own``). Whatever else the address asks for, our own network included, is
    left alone."""
    if len(url) > LONGEST_URL or not url.isascii() or any(char.isspace() for char in url):
        return False
    try:
        parts, ours = urlsplit(url), urlsplit(own)
        place, port = (parts.scheme, parts.hostname, parts.port), parts.port
    except ValueError:
        return False
    if parts.username is not None or parts.password is not None or "\\" in url:
        return False
    if own and place == (ours.scheme, ours.hostname, ours.port):
        return True
    name = parts.hostname or ""
    return parts.scheme == "https" and port in (None, 443) and any(_below(name, host) for host in (OWN_HOST, *hosts))


def _below(name: str, host: str) -> bool:
    return name == host or name.endswith(f".{host}")


def decoded(data: bytes) -> Taped | None:
    """The sound; None: it is none."""
    try:
        wave = read_wav(data if data[:4] == b"RIFF" else _from_mp3(data))
    except (SoundFault, OSError, subprocess.SubprocessError) as fault:
        log.warning("what was recorded cannot be read: %s", str(fault)[:200])
        return None
    whole = np.clip(np.rint(wave.samples * 32768.0), -32768, 32767).astype("<i2")
    return Taped(audio=whole.tobytes(), rate=wave.rate)


def reader() -> Sequence[str] | None:
    """The program that reads MP3 here, with its arguments."""
    return next((one for one in READERS if shutil.which(one[0])), None)


def _from_mp3(data: bytes) -> bytes:
    program = reader()
    if program is None:
        raise SoundFault(f"it is no WAV, and nothing here reads MP3; run: {INSTALL}")
    return subprocess.run(program, input=data, capture_output=True, timeout=DECODE_S, check=True).stdout
