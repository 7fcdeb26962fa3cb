"""A certificate authority of the city's own, and the certificate of this machine: made offline, trusted by hand.

The authority may sign only for the names and addresses that it was made for (name constraints, RFC 5280, 4.2.1.10), so
that whoever trusts it trusts it for this page and for nothing else.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
    from cryptography.x509 import Certificate, CertificateBuilder, GeneralName, KeyUsage, Name

AUTHORITY_DAYS = 3650
DAYS = 397  # what browsers accept of a certificate (CA/Browser Forum, Baseline Requirements 6.3.2, until 2026)
SKEW = timedelta(hours=1)  # a client's clock may be behind
AUTHORITY, AUTHORITY_KEY = "authority.pem", "authority.key"
CHAIN, KEY = "server.pem", "server.key"


class NoCertificate(Exception):
    """It cannot be made; ``str()`` says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """Where what was made lies. ``fingerprint``: of the authority, SHA-256, for comparing by eye. ``new``: the
    authority was made just now, and must be trusted."""

    authority: Path
    chain: Path
    key: Path
    fingerprint: str
    ends: datetime
    new: bool


def make(folder: Path, city: str, names: list[str], now: datetime) -> Made:
    """A certificate for ``names`` (host names and addresses) in ``folder``, signed by the authority there, which is
    made when there is none. Keys are readable by their owner alone. Raises NoCertificate, OSError."""
    from cryptography.hazmat.primitives import hashes

    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    new = not (folder / AUTHORITY).exists()
    authority, signs = _made_authority(folder, city, names, now) if new else _known_authority(folder)
    if now >= authority.not_valid_after_utc:
        raise NoCertificate(f"the authority in {folder} ended on {authority.not_valid_after_utc:%Y-%m-%d}: remove it")
    _allows(authority, names)
    ends = min(now + timedelta(days=DAYS), authority.not_valid_after_utc)
    key, server = _signed(authority.subject, signs, names, now, ends)
    _write(folder / KEY, _private(key))
    (folder / CHAIN).write_bytes(_public(server) + _public(authority))
    print_of = authority.fingerprint(hashes.SHA256()).hex(":").upper()
    return Made(
        authority=folder / AUTHORITY, chain=folder / CHAIN, key=folder / KEY, fingerprint=print_of, ends=ends, new=new
    )


def _made_authority(
    folder: Path, city: str, names: list[str], now: datetime
) -> tuple[Certificate, EllipticCurvePrivateKey]:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, f"Kentongan {city}"[:64])])
    allowed = [_allowed(name) for name in names]
    made = _begun(called, called, key, now, now + timedelta(days=AUTHORITY_DAYS))
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    made = made.add_extension(_usage(signs=True), critical=True)
    made = made.add_extension(x509.NameConstraints(permitted_subtrees=allowed, excluded_subtrees=None), critical=True)
    authority = _sealed(made, key)
    _write(folder / AUTHORITY_KEY, _private(key))
    (folder / AUTHORITY).write_bytes(_public(authority))
    return authority, key


def _known_authority(folder: Path) -> tuple[Certificate, EllipticCurvePrivateKey]:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        authority = x509.load_pem_x509_certificate((folder / AUTHORITY).read_bytes())
        key = load_pem_private_key((folder / AUTHORITY_KEY).read_bytes(), None)
    except (OSError, ValueError) as error:
        raise NoCertificate(f"the authority in {folder} cannot be read: {error}") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != authority.public_key():
        raise NoCertificate(f"{AUTHORITY_KEY} in {folder} is not the key of {AUTHORITY}")
    return authority, key


def _signed(
    issuer: Name, signs: EllipticCurvePrivateKey, names: list[str], now: datetime, ends: datetime
) -> tuple[EllipticCurvePrivateKey, Certificate]:
    from cryptography import x509
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID

    key = ec.generate_private_key(ec.SECP256R1())
    called = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0][:64])])
    made = _begun(called, issuer, key, now, ends)
    made = made.add_extension(x509.SubjectAlternativeName([_named(name) for name in names]), critical=False)
    made = made.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    made = made.add_extension(_usage(signs=False), critical=True)
    made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(signs.public_key())
    return key, _sealed(made.add_extension(above, critical=False), signs)


def _begun(
    called: Name, issuer: Name, key: EllipticCurvePrivateKey, now: datetime, ends: datetime
) -> CertificateBuilder:
    from cryptography import x509

    made = x509.CertificateBuilder().subject_name(called).issuer_name(issuer).public_key(key.public_key())
    made = made.serial_number(x509.random_serial_number()).not_valid_before(now - SKEW).not_valid_after(ends)
    return made.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _sealed(made: CertificateBuilder, key: EllipticCurvePrivateKey) -> Certificate:
    from cryptography.hazmat.primitives import hashes

    return made.sign(key, hashes.SHA256())


def _usage(*, signs: bool) -> KeyUsage:
    from cryptography import x509

    return x509.KeyUsage(
        digital_signature=not signs,
        key_cert_sign=signs,
        crl_sign=signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _named(name: str) -> GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _allowed(name: str) -> GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ip_network(name))
    except ValueError:
        return x509.DNSName(name)


def _allows(authority: Certificate, names: list[str]) -> None:
    from cryptography import x509

    held = authority.extensions.get_extension_for_class(x509.NameConstraints).value.permitted_subtrees or []
    domains = [str(one.value) for one in held if isinstance(one, x509.DNSName)]
    networks: list[IPv4Network | IPv6Network] = [one.value for one in held if isinstance(one, x509.IPAddress)]  # type: ignore[misc]
    for name in names:
        try:
            address = ip_address(name)
        except ValueError:
            known = any(name == one or name.endswith(f".{one}") for one in domains)
        else:
            known = any(address in one for one in networks)
        if not known:
            raise NoCertificate(
                f"the authority may not sign for {name}: name every name the first time, or make another with --out"
            )


def _private(key: EllipticCurvePrivateKey) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _public(certificate: Certificate) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding

    return certificate.public_bytes(Encoding.PEM)


def _write(path: Path, text: bytes) -> None:
    """Readable by its owner from the first byte."""
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text)
