"""Operators' answers about credit: those that can be read are, and nothing is invented from the others."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.credit_reading import Answer, read_answer

TODAY = date(2026, 11, 21)
LAST = date(2026, 12, 31)

ANSWERS = [
    # Telkomsel (*888#)
    ("Pulsa Anda Rp25.000 aktif s/d 31/12/2026", 25_000, LAST),
    ("Sisa Pulsa Anda Rp.25.371. Berlaku s.d 31/12/2026. Beli Paket Rp50.000 hanya hari ini *363#", 25_371, LAST),
    ("Pulsa Rp 12.345,00 Masa Aktif: 31 Des 2026\n1. Info Kuota\n2. Beli Paket", 12_345, LAST),
    ("Plsn Yth, sisa pulsa Anda Rp. 1.250 masa aktif s.d. 31-12-2026. Masa tenggang s.d. 30-01-2027", 1_250, LAST),
    ("Pulsa: Rp0. Masa aktif 31/12/26. Isi pulsa Rp10.000 dapat bonus 1GB!", 0, LAST),
    # Indosat Ooredoo Hutchison: IM3 (*123#), Tri (*111#)
    ("Pulsa Utama Rp 15.000. Aktif s/d 31.12.2026. Kuota Utama 2GB s/d 01.12.2026", 15_000, LAST),
    ("Sisa pulsa Anda Rp15000 aktif sd 31-12-2026", 15_000, LAST),
    ("Pulsa kamu IDR 7,500.00, berlaku hingga 31Dec2026", 7_500, LAST),
    ("Pulsa 5.000, berlaku 31/12/2026 23:59", 5_000, LAST),
    ("Pulsamu: Rp 1.250 | Aktif hingga: 31 Desember 2026 | Bonus: Rp 5.000", 1_250, LAST),
    ("Hai, pulsa kamu tinggal Rp 987, masa aktif sampai 31 Des 26", 987, LAST),
    # XL, AXIS (*123*7#)
    ("Pulsa utama Rp 10.500 s/d 31/12/26. Masa tenggang s/d 30/01/27.", 10_500, LAST),
    ("Pulsa kamu Rp5.250,- aktif sampai 31Des2026", 5_250, LAST),
    ("Saldo Rp 100.000,00; aktif: 2026-12-31", 100_000, LAST),
    # Smartfren (*995#)
    ("Sisa pulsa: Rp 20000. Masa aktif: 2026-12-31", 20_000, LAST),
    ("Your balance is IDR 25,000.00 valid until 31 Dec 2026", 25_000, LAST),
    ("Saldo pulsa Rp 1.234.567 berlaku s/d 31/12/2026", 1_234_567, LAST),
    ("pulsa Rp25rb aktif s/d 31/12/2026", 25_000, LAST),
    # one of the two
    ("Pulsa Anda Rp 3.000", 3_000, None),
    ("Masa aktif kartu Anda s/d 31/12/2026", None, LAST),
    ("Pulsa Rp9.000 aktif s/d 31/02/2027", 9_000, None),  # there is no such day
    ("Pulsa Rp9.000 aktif s/d 12/31/2026", 9_000, None),
]


@pytest.mark.parametrize(("text", "balance", "until"), ANSWERS)
def test_operators_answers_are_read(text: str, balance: int | None, until: date | None) -> None:
    assert read_answer(text, TODAY) == Answer(balance=balance, active_until=until)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Sistem sedang sibuk, silakan coba lagi",
        "Maaf, permintaan Anda tidak dapat diproses. 1. Cek Pulsa 2. Beli Paket 3. Promo",
        "1. Pulsa 2. Kuota 3. Masa Aktif",
        "Beli pulsa Rp50.000 dapat bonus Rp5.000! s/d 31/12",
        "Bonus pulsa Rp5.000",
        "Isi pulsa minimal Rp10.000 agar kartu tetap aktif",
        "Paket Rp50.000 hanya hari ini",
        "Kuota 5GB s/d 31/12/2026, paket aktif s/d 31/12/2026",
        "Pulsa Rp 1.2.3",
        "Pulsa Rp 12,34,56",
        "Pulsa Darurat Rp5.000",
        "Pulsa SOS 112",
        "Pulsa Utama Rp1.000. Pulsa Utama Rp2.000",
        "Anda memiliki 25000 poin",
        "Masa tenggang s/d 31/12/2026",
    ],
)
def test_what_says_no_balance_gives_none(text: str) -> None:
    assert read_answer(text, TODAY) == Answer()


@given(st.text(max_size=200))
def test_no_text_whatever_stops_it(text: str) -> None:
    read_answer(text, TODAY)
    answer = read_answer("Pulsa Rp" + text, TODAY)
    assert answer.balance is None or answer.balance >= 0


@given(st.integers(0, 99_999_999), st.dates(date(2026, 11, 22), date(2030, 1, 1)))
def test_whatever_the_sum_and_the_day_they_are_read_as_written(rupiah: int, day: date) -> None:
    dotted = f"{rupiah:,}".replace(",", ".")
    text = f"Sisa pulsa Anda Rp{dotted}. Aktif s/d {day:%d/%m/%Y}. Paket Rp1.000 *363#"
    assert read_answer(text, TODAY) == Answer(balance=rupiah, active_until=day)
