"""Coordinates in what people and phones send: each form read, and judged by the map."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.city import load_city
from dispatch.incident import Certainty, Source
from dispatch.locate import Locator
from dispatch.place_aml import read_aml
from dispatch.place_points import points

CITY = load_city("binjai")
LOCATOR = Locator(CITY)
NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)
SATRIA = "12.75.02.1002"
AML = (
    'A"ML=1;lt=+3.60120;lo=+98.48230;rd=25;top=20260301025950;lc=90;pm=G;'
    "si=510100123456789;ei=356938035643809;mcc=510;mnc=10;ml=128"
)


@pytest.mark.parametrize(
    "text",
    [
        "3.6012, 98.4823",
        "3.6012,98.4823",
        "3.6012 98.4823",
        "3,6012 98,4823",
        "3,6012;98,4823",
        "3,6012,98,4823",
        "+3.6012 +98.4823",
        "98.4823, 3.6012",
        "lat: 3.6012 lon: 98.4823",
        "lat 3,6012 long 98,4823",
        "latitude=3.6012,longitude=98.4823",
        "lon: 98.4823 lat: 3.6012",
        "lintang 3.6012 bujur 98.4823",
        "3.6012 LU 98.4823 BT",
        "3.6012°N, 98.4823°E",
        "N 3.6012 E 98.4823",
        "3°36'04.3\"N 98°28'56.3\"E",
        "3º36’04.3” N, 98º28’56.3” E",
        "3° 36.072' N 98° 28.938' E",
        "98°28'56.3\"BT 3°36'04.3\"LU",
        "3 derajat 36 menit 4.3 detik LU 98 derajat 28 menit 56.3 detik BT",
        "https://maps.google.com/?q=3.6012,98.4823",
        "https://maps.google.com/maps?q=3.6012%2C98.4823&z=17",
        "https://www.google.com/maps?q=loc:3.6012,98.4823",
        "https://www.google.com/maps/@3.6012,98.4823,17z",
        "https://www.google.com/maps/place/Masjid/@3.7,98.4,17z/data=!4m5!3m4!1s0x0:0x0!8m2!3d3.6012!4d98.4823",
        "https://www.google.com/maps/search/3.6012,+98.4823",
        "https://www.google.co.id/maps/dir//3.6012,98.4823",
        "geo:3.6012,98.4823",
        "geo:3.6012,98.4823;u=35",
        "geo:0,0?q=3.6012,98.4823(rumah)",
        "osm.org/#map=17/3.6012/98.4823",
        "https://www.openstreetmap.org/?mlat=3.6012&mlon=98.4823#map=17/3.7/98.4",
        "https://waze.com/ul?ll=3.6012,98.4823&navigate=yes",
        "https://maps.apple.com/?ll=3.6012,98.4823",
        AML,
        AML.replace("lo=", "lg="),
        "３.６０１２， ９８.４８２３",
    ],
)
def test_a_point_is_read_in_every_form(text: str) -> None:
    for around in (text, f"tolong kebakaran {text} cepat"):
        place = LOCATOR.locate(around, None, NOW)
        assert place.kelurahan == SATRIA, place
        assert place.source is Source.TEXT
        assert place.lat == pytest.approx(3.6012, abs=2e-4)
        assert place.lon == pytest.approx(98.4823, abs=2e-4)
        assert any("3.601" in seen for seen in place.saw)


@pytest.mark.parametrize(
    "text",
    [
        "harga 12.500, 15.000",
        "99.12345, 200.12345",
        "0.0000, 0.0000",
        "0812.3456.7890",
        "19.30, 20.15",
        "jam 7,30 sampai 8,30",
        "goo.gl/maps/xyz",
        "https://maps.app.goo.gl/AbCd12",
        "JF3M+2H",
        'A"ML=1;lt=+00.00000;lo=+000.00000;rd=N;top=20260301025950;lc=0;pm=N',
        'A"ML=1;lt=+91.00000;lo=+98.48230;rd=25;pm=G',
        'A"ML=1',
    ],
)
def test_what_is_no_point_places_nobody(text: str) -> None:
    place = LOCATOR.locate(text, None, NOW)
    assert not place.known, place
    assert not place.outside
    named = LOCATOR.locate(f"{text} rampok di kel setia", None, NOW)
    assert CITY.areas[named.kelurahan or ""].name == "Setia"


@pytest.mark.parametrize(
    ("text", "saw"),
    [
        ("goo.gl/maps/xyz", "a map link that only opens on the internet"),
        ("JF3M+2H", "a plus code, which is not read here"),
        ("99.12345, 200.12345", "a point 99.1235, 200.123: no place on earth that could be meant"),
        ('A"ML=1;pm=N;rd=N', "AML without a position"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, saw: str) -> None:
    assert saw in LOCATOR.locate(f"tolong {text}", None, NOW).saw


def test_a_point_beyond_the_border_is_outside_and_a_named_kelurahan_is_believed_before_it() -> None:
    assert LOCATOR.locate("3.7000, 98.6000", None, NOW).outside
    assert LOCATOR.locate("-6.2000, 106.8000", None, NOW).outside
    place = LOCATOR.locate("kel setia 3.7000, 98.6000", None, NOW)
    assert (place.outside, CITY.areas[place.kelurahan or ""].name) == (False, "Setia")


def test_the_words_beside_a_point_give_the_street_and_may_make_it_doubtful() -> None:
    place = LOCATOR.locate("jl hasanuddin lk 2 3.6012, 98.4823", None, NOW)
    assert (place.street, place.lingkungan, place.certainty) == ("Sultan Hasanuddin", 2, Certainty.SURE)
    place = LOCATOR.locate("kel payaroba 3.6012, 98.4823", None, NOW)
    assert (place.kelurahan, place.certainty) == (SATRIA, Certainty.LIKELY)


def test_every_field_of_an_aml_message_is_read() -> None:
    aml = read_aml(f"xx {AML}")
    assert aml is not None
    assert replace(aml, begin=0, end=0) == replace(
        aml, begin=0, end=0, version=1, lat=3.6012, lon=98.4823, radius_m=25.0, confidence=90,
        at=datetime(2026, 3, 1, 2, 59, 50, tzinfo=UTC), method="satellites", imsi="510100123456789",
        imei="356938035643809", mcc="510", mnc="10", length=128,
    )  # fmt: skip
    place = LOCATOR.locate(AML, None, NOW)
    assert (place.radius_m, place.age_s, place.certainty) == (25.0, 10.0, Certainty.SURE)
    assert not any("510100123456789" in seen or "356938035643809" in seen for seen in place.saw), "private"


@pytest.mark.parametrize(
    ("old", "new", "certainty"),
    [
        ("rd=25", "rd=400", Certainty.LIKELY),  # touches the neighbours
        ("rd=25", "rd=5000", Certainty.UNKNOWN),
        ("lc=90", "lc=30", Certainty.UNKNOWN),
        ("top=20260301025950", "top=20260301010000", Certainty.UNKNOWN),  # two hours old
        ("top=20260301025950", "top=20270301010000", Certainty.SURE),  # a clock that is ahead
        ("top=20260301025950", "top=20261399999999", Certainty.SURE),  # no time at all
        ("rd=25", "rd=N", Certainty.SURE),
    ],
)
def test_a_wide_a_doubtful_or_an_old_position_is_believed_less(old: str, new: str, certainty: Certainty) -> None:
    place = LOCATOR.locate(AML.replace(old, new), None, NOW)
    assert place.certainty is certainty, place
    assert place.lat is not None


def test_a_circle_as_wide_as_many_kelurahan_names_none_of_them() -> None:
    place = LOCATOR.locate(AML.replace("rd=25", "rd=5000"), None, NOW)
    assert place.kelurahan is None
    assert SATRIA in place.candidates
    assert place.candidates[0] == SATRIA, "nearest first"
    settled = LOCATOR.locate(f"kel setia {AML.replace('rd=25', 'rd=5000')}", None, NOW)
    assert CITY.areas[settled.kelurahan or ""].name == "Setia"


def test_an_old_position_says_its_age() -> None:
    place = LOCATOR.locate(AML, None, NOW + timedelta(hours=3))
    assert place.age_s == pytest.approx(3 * 3600 + 10)


@given(
    st.sampled_from(sorted(CITY.areas)), st.booleans(), st.sampled_from([".", ","]), st.sampled_from([" ", "; ", " , "])
)
def test_the_inner_point_of_every_kelurahan_is_found_however_it_is_typed(
    code: str, swapped: bool, decimal: str, between: str
) -> None:
    area = CITY.areas[code]
    pair = [f"{area.lat:.6f}", f"{area.lon:.6f}"]
    text = between.join(reversed(pair) if swapped else pair).replace(".", decimal)
    assert LOCATOR.locate(f"tolong {text}", None, NOW).kelurahan == code


SIGNS = "0123456789.,;:°'\"-+NSEWLUBTABMLltorpdc=/@#!?& geoq%"


@given(st.text(alphabet=SIGNS, max_size=120) | st.text(max_size=120))
def test_any_signs_are_read_without_a_fault(text: str) -> None:
    said = points(text)
    assert all(isinstance(found.lat, float) and isinstance(found.lon, float) for found in said.found)
    for prefix in ("", 'A"ML=1;', "geo:", "https://maps.google.com/?q="):
        place = LOCATOR.locate(prefix + text, None, NOW)
        assert place.lat is None or -90 <= place.lat <= 90
        assert place.lon is None or -180 <= place.lon <= 180
