"""What the technician decides of the ways out: tariffs, credit, ceilings, proofs."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.operators import operator_of, operators
from config.settings import Settings, SettingsFault, load
from config.settings_channels import CREDIT_LOW, DAYS_LOW, PRICE, CreditSettings, ProofSettings, Tariff

MODEM = '[[modem]]\nname = "a"\nport = "/dev/a"\n'


def read(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "kentongan.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, {})


def test_without_a_word_the_usual_holds(tmp_path: Path) -> None:
    settings = read(tmp_path, MODEM)
    (modem,) = settings.modem
    assert modem.tariff == Tariff(operator="", price=PRICE, price_own=PRICE)
    assert modem.credit == CreditSettings(code="", low=CREDIT_LOW, days_low=DAYS_LOW)
    assert settings.spending.of("a") == 0
    assert settings.proof == ProofSettings()
    assert settings.technician.number == ""


def test_what_is_written_is_read(tmp_path: Path) -> None:
    more = (
        'operator = "Telkomsel"\nprice = 300\ncredit_code = "*888#"\ncredit_low = 20000\nactive_days_low = 14\n'
        "[spending]\nceiling = 50000\n[spending.ceilings]\na = 20000\n"
        '[proof]\nevery_s = 3600\nwithin_s = 60\nby = ["a"]\n[technician]\nnumber = "+628120000100"\n'
    )
    settings = read(tmp_path, MODEM + more)
    (modem,) = settings.modem
    assert modem.tariff == Tariff(operator="Telkomsel", price=300, price_own=300)
    assert modem.credit == CreditSettings(code="*888#", low=20_000, days_low=14)
    assert (settings.spending.of("a"), settings.spending.of("kannel")) == (20_000, 50_000)
    assert settings.proof == ProofSettings(every_s=3600, within_s=60, by=("a",))
    assert settings.technician.number == "+628120000100"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (MODEM + 'operator = "Telkomsell"\n', "is not one of"),
        (MODEM + "price = -1\n", "between 0"),
        (MODEM + 'credit_code = "888"\n', ""),
        (MODEM + 'credit_code = "*888#;ATD1"\n', "USSD code"),
        (MODEM + "active_days_low = 1.5\n", "whole number"),
        ("[spending]\nceiling = true\n", "must be a number"),
        ("[spending.ceilings]\na = -5\n", "between 0"),
        ("[proof]\nevery_s = 30\nwithin_s = 60\n", "0 turns it off"),
        ("[proof]\nevery = 3600\n", "did you mean every_s"),
        ('[technician]\nnumber = "112"\n', "emergency short number"),
        ('[technician]\nnumber = "0812"\n', "E.164"),
    ],
)
def test_mistakes_are_named(tmp_path: Path, text: str, fault: str) -> None:
    if not fault:
        read(tmp_path, text)
        return
    with pytest.raises(SettingsFault, match=fault):
        read(tmp_path, text)


@pytest.mark.parametrize(
    ("number", "operator"),
    [
        ("+6281234567890", "Telkomsel"),
        ("+6285812345678", "Indosat Ooredoo Hutchison"),
        ("+6289512345678", "Indosat Ooredoo Hutchison"),
        ("+6287812345678", "XL"),
        ("+6288112345678", "Smartfren"),
        ("+62618812345", "fixed line"),
        ("+6280012345678", ""),
        ("+14155550100", ""),
        ("+62", ""),
        ("", ""),
    ],
)
def test_a_number_is_in_the_network_of_its_prefix(number: str, operator: str) -> None:
    assert operator_of(number) == operator
    assert operator == "" or operator in operators()
