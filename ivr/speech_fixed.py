"""Prompts that exist as sound: recorded by people for a city (they win over the machine), and the few that ship with
the program, so that a call is never silent where no machine can speak."""

from __future__ import annotations

import logging
import re
import threading
from pathlib import Path

from ivr.sound import SoundFault, faded, for_phone, read_wav

log = logging.getLogger(__name__)

WARNINGS = Path(__file__).with_name("warnings")
MOST_OCTETS = 64_000_000  # of one file: ten minutes at 48 kHz, 16 bit

_LANG, _PROMPT = re.compile(r"[a-z]{2,3}"), re.compile(r"[a-z][a-z0-9_]{0,63}")


class Fixed:
    """Sounds of a folder, ``<lang>/<prompt>.wav``: each read when it is first asked for, or all by ``check``. A file
    that is no sound is named, once, and is as if it were not there. Blocking: call in a thread."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._read: dict[tuple[str, str], bytes | None] = {}
        self._faults: dict[Path, str] = {}
        self._lock = threading.Lock()

    @property
    def faults(self) -> tuple[str, ...]:
        """The broken files found so far: ``lang/prompt.wav: what is wrong``."""
        return tuple(self._faults.values())

    def sound(self, lang: str, prompt: str) -> bytes | None:
        """8 kHz s16le, fit for the telephone; None: there is none."""
        if self._folder is None or not _LANG.fullmatch(lang) or not _PROMPT.fullmatch(prompt):
            return None
        with self._lock:
            if (lang, prompt) not in self._read:
                self._read[lang, prompt] = self._load(self._folder / lang / f"{prompt}.wav")
            return self._read[lang, prompt]

    def check(self) -> tuple[str, ...]:
        """Read them all; the faults."""
        for path in sorted(self._folder.glob("*/*.wav")) if self._folder is not None else ():
            self.sound(path.parent.name, path.stem)
        return self.faults

    def _load(self, path: Path) -> bytes | None:
        try:
            if path.stat().st_size > MOST_OCTETS:
                raise SoundFault("it is too large for a prompt")
            sound = for_phone(faded(read_wav(path.read_bytes())))
            if not any(sound):
                raise SoundFault("it is silent")
            return sound
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (SoundFault, OSError) as fault:
            why = fault.strerror if isinstance(fault, OSError) else str(fault)
            self._faults[path] = f"{path.parent.name}/{path.name}: {why}"
            log.warning("recorded prompt %s is not used: %s", path, why)
            return None
