"""The GSM 7-bit default alphabet and its packing (3GPP TS 23.038, 6.1.2 and 6.2.1).

The network's own copy: nothing of the driver's codec is used here, so that tests of one check the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENSION = {
    0x0A: "\f",
    0x14: "^",
    0x28: "{",
    0x29: "}",
    0x2F: "\\",
    0x3C: "[",
    0x3D: "~",
    0x3E: "]",
    0x40: "|",
    0x65: "€",
}
ESCAPE = 0x1B

_CODES: dict[str, tuple[int, ...]] = {
    **{char: (code,) for code, char in enumerate(BASIC) if code != ESCAPE},
    **{char: (ESCAPE, code) for code, char in EXTENSION.items()},
}


def encode(text: str) -> list[int] | None:
    """The septets of ``text``, or None where a character is in neither table (UCS-2 is needed)."""
    septets: list[int] = []
    for char in text:
        codes = _CODES.get(char)
        if codes is None:
            return None
        septets.extend(codes)
    return septets


def decode(septets: Iterable[int]) -> str:
    """The text of septets. An unknown extension shows its basic character, as 6.2.1.1 asks."""
    text: list[str] = []
    escaped = False
    for code in septets:
        if escaped:
            text.append(EXTENSION.get(code, BASIC[code]))
            escaped = False
        elif code == ESCAPE:
            escaped = True
        else:
            text.append(BASIC[code])
    return "".join(text)


def pack(septets: Sequence[int], fill_bits: int = 0) -> bytes:
    """Septets to octets, lowest bit first, after ``fill_bits`` zero bits (the padding after a header)."""
    number = 0
    for at, septet in enumerate(septets):
        number |= septet << (7 * at)
    bits = fill_bits + 7 * len(septets)
    return (number << fill_bits).to_bytes((bits + 7) // 8, "little")


def unpack(data: bytes, count: int, skip_bits: int = 0) -> list[int]:
    """``count`` septets of octets, after ``skip_bits`` bits; fewer where the octets end."""
    number = int.from_bytes(data, "little") >> skip_bits
    have = max(0, (len(data) * 8 - skip_bits) // 7)
    return [(number >> (7 * at)) & 0x7F for at in range(min(count, have))]
