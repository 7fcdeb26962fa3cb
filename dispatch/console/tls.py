"""TLS of the pages: the settings' certificate, taken up again when it is renewed, and missed before it ends."""

from __future__ import annotations

import ssl
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from config.clock import Clock
from config.command import NOT_HERE, CommandError
from config.settings import HttpSettings
from gateway.pulse import Pulse, Status

if TYPE_CHECKING:
    from ssl import SSLContext

LOOK_S = 3600.0  # seconds between two looks whether the certificate was renewed
SOON = timedelta(days=21)  # time enough for somebody to make another


def context_of(http: HttpSettings) -> SSLContext | None:
    """None: without TLS. Raises CommandError when the files cannot be used."""
    if not http.cert:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2  # RFC 9325, 3.1.1
    try:
        context.load_cert_chain(http.cert, http.key, password=_nobody_is_asked)
    except (OSError, ssl.SSLError, ValueError) as error:
        said = f"the TLS certificate cannot be used: {error}; 'kentongan certificate' makes one"
        raise CommandError(f"{said} ([http] cert {http.cert}, key {http.key})", NOT_HERE) from error
    return context


def _nobody_is_asked() -> str:
    raise ValueError("the key has a password, and nobody is there to type it")


class Renewal:
    """Looks at the files, for ever."""

    def __init__(self, context: SSLContext, http: HttpSettings, clock: Clock, pulse: Pulse) -> None:
        self._context, self._http, self._clock, self._pulse = context, http, clock, pulse
        self._known = self._stamp()

    async def run(self) -> None:
        while True:
            self.look()
            await self._clock.sleep(LOOK_S)

    def look(self) -> None:
        """New connections get what is in the files now; what is wrong with them stands in the health."""
        stamp = self._stamp()
        if stamp != self._known:
            try:
                context_of(self._http)  # both fit: only then the running one takes them
                self._context.load_cert_chain(self._http.cert, self._http.key)
                self._known = stamp
            except CommandError as error:
                self._pulse.report("tls", "certificate", Status.DEGRADED, str(error)[:200])
                return
        ends = _ends(Path(self._http.cert))
        left = ends - self._clock.now()
        said = f"ends on {ends:%Y-%m-%d}: 'kentongan certificate' makes a new one"
        status = Status.OK if left > SOON else Status.DEGRADED if left > timedelta() else Status.FAILED
        self._pulse.report("tls", "certificate", status, "" if status is Status.OK else said)

    def _stamp(self) -> tuple[float, float]:
        found = [0.0, 0.0]
        for at, path in enumerate((self._http.cert, self._http.key)):
            with suppress(OSError):
                found[at] = Path(path).stat().st_mtime
        return found[0], found[1]


def names_in(http: HttpSettings) -> list[str]:
    """Every host name and address that the certificate is for."""
    if not http.cert:
        return []
    from cryptography import x509  # eight megabytes, which a program without TLS does not hold

    first = x509.load_pem_x509_certificates(Path(http.cert).read_bytes())[0]
    try:
        names = first.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    addresses = [str(one) for one in names.get_values_for_type(x509.IPAddress)]
    return [*names.get_values_for_type(x509.DNSName), *addresses]


def _ends(path: Path) -> datetime:
    from cryptography import x509

    return x509.load_pem_x509_certificates(path.read_bytes())[0].not_valid_after_utc.astimezone(UTC)
