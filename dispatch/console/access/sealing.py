"""Secrets of second factors, sealed: the store holds them only under a key that lies outside it.

The program computes with these secrets, so they cannot be hashes. ``DATA_DIR/second-factor.key`` holds the key, one in
hex a line, the newest first; older ones only open. What is sealed names its person, so that nobody's secret opens for
somebody else. Without the file no code is right any more; recovery codes and ``kentongan users reset`` still let in.
"""

from __future__ import annotations

import base64
import logging
import secrets
from binascii import Error
from pathlib import Path

from config.private import keys_in, replaced
from dispatch.console.access.sessions.store import change_session, pending_sessions
from dispatch.console.access.store import accounts, change_account
from gateway.store.schema import Tx

FILE = "second-factor.key"
KEY_BYTES = 32  # AES-256
NONCE_BYTES = 12  # NIST SP 800-38D, 8.2.2: at random; far fewer than 2^32 seals a key
MARK = "sealed:"  # no letter of it is in base32
_log = logging.getLogger(__name__)


class Seal:
    """``folder``: the program's own (``data_dir``). Programs on one store have the same file."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE

    def close(self, login: str, secret: str) -> str:
        """The secret as the store keeps it."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = AESGCM(self._keys()[0]).encrypt(nonce, secret.encode(), login.encode())
        return MARK + base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, login: str, kept: str) -> str:
        """The secret; empty where no key opens it. One that an older version kept as it is, is itself."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if not kept.startswith(MARK):
            return kept
        for key in self._keys():
            try:
                raw = base64.urlsafe_b64decode(kept.removeprefix(MARK))
                return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], login.encode()).decode()
            except (InvalidTag, Error, ValueError):
                continue
        _log.error("no key in %s opens the second factor of %s", self.path, login)
        return ""

    def renew(self) -> None:
        """A new key beside the old ones, which only open from now on. Raises OSError."""
        self._write([secrets.token_bytes(KEY_BYTES), *self._keys()])

    def settle(self) -> None:
        """The newest key alone. Raises OSError."""
        self._write(self._keys()[:1])

    def _keys(self) -> list[bytes]:
        return keys_in(self.path, KEY_BYTES)

    def _write(self, keys: list[bytes]) -> None:
        replaced(self.path, "".join(f"{key.hex()}\n" for key in keys).encode())


def reseal(tx: Tx, seal: Seal, *, all_of_them: bool) -> int:
    """Seal what stands as it is, or ``all_of_them`` under the newest key; how many were sealed. What no key opens stays
    as it is."""
    done = 0
    for one in accounts(tx):
        if one.totp_secret and (all_of_them or not one.totp_secret.startswith(MARK)):
            secret = seal.open(one.login, one.totp_secret)
            done += bool(secret) and change_account(tx, one.login, totp_secret=seal.close(one.login, secret))
    for kept in pending_sessions(tx):
        if all_of_them or not kept.pending.startswith(MARK):
            secret = seal.open(kept.login, kept.pending)
            done += bool(secret) and change_session(tx, kept.hash, pending=seal.close(kept.login, secret))
    return done
