"""Places named as people name them, and which stations come. The texts are authored; the spellings are those seen in
public sources. A wrong place is worse than a question."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.city import City, load_city
from config.geometry import distance_m
from dispatch.incident import NOWHERE, Certainty, Place, Source
from dispatch.locate import Locator, locate, stations
from dispatch.mentions import number_of

CITY = load_city("binjai")
LOCATOR = Locator(CITY)
NOW = datetime(2026, 3, 1, 3, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Home:
    """A line of the registry."""

    kelurahan: str | None = "12.75.03.1004"  # Paya Roba
    address: str = "Jl. Kentang No. 7, Lk. III"
    lat: float | None = 3.637118
    lon: float | None = 98.47613
    address_at: datetime = NOW - timedelta(days=40)


def name(code: str | None) -> str:
    return CITY.areas[code].name if code else "-"


@pytest.mark.parametrize(
    ("text", "kelurahan"),
    [
        ("tlg ada rampok di jl kentang payaroba", "Paya Roba"),
        ("TOLONG RAMPOK PAYAROBA", "Paya Roba"),
        ("TOLONGRAMPOKDIJLKENTANGPAYAROBA", "Paya Roba"),
        ("kebakaran di paya roba", "Paya Roba"),
        ("kebakaran di Paya Roban", "Paya Roba"),
        ("rampok kel. tanah tinggi", "Tanah Tinggi"),
        ("rampok di tnh tinggi", "Tanah Tinggi"),
        ("maling di tanahtinggi", "Tanah Tinggi"),
        ("maling di tanah marah", "Tanah Merah"),
        ("ada begal jatinegara", "Jati Negara"),
        ("ada begal di jati negara", "Jati Negara"),
        ("kebakaran di puji dadi", "Pujidadi"),
        ("kebakaran pujidadi", "Pujidadi"),
        ("di sukaramai ada tawuran", "Suka Ramai"),
        ("tawuran suka ramai", "Suka Ramai"),
        ("banjir di mencirm", "Mencirim"),
        ("banjir di tunggurono", "Tunggurono"),
        ("banjir tungurono", "Tunggurono"),
        ("rampok di sumber mulyo rejo", "Sumber Mulyorejo"),
        ("rambung dlm ada kebakaran", "Rambung Dalam"),
        ("kebakaran di rambung brt", "Rambung Barat"),
        ("kebakaran rambung timur", "Rambung Timur"),
        ("maling di kel setia lk IV", "Setia"),
        ("saya di damai", "Damai"),
        ("rampok, nangka", "Nangka"),
        ("di kelurahan kartini", "Kartini"),
        ("di kel binjai", "Binjai"),
        ("pekan binjai ada copet", "Pekan Binjai"),
        ("di binjai estate", "Binjai Estate"),
        ("limau sunday kebakaran", "Limau Sundai"),
        ("bakti karya ada pencuri", "Bhakti Karya"),
        ("jl sei bingai", "Tanah Seribu"),
        ("jl. gunung sinabung no 3", "Tanah Merah"),
        ("jl nibung", "Jati Makmur"),
        ("j l . k e n t a n g", "Paya Roba"),
        ("gg setia rambung dalam", "Rambung Dalam"),
        ("jl kartini jati karya", "Jati Karya"),
        ("jl melati payaroba dekat masjid", "Paya Roba"),
        ("jl samanhudi lk4 bhakti karya", "Bhakti Karya"),
        ("jl sudirman kel tangsi", "Tangsi"),
        ("3.6012, 98.4823", "Satria"),
    ],
)
def test_a_place_is_found_as_people_write_it(text: str, kelurahan: str) -> None:
    place = LOCATOR.locate(text, None, NOW)
    assert name(place.kelurahan) == kelurahan, place
    assert place.source is Source.TEXT
    assert place.age_s == 0
    assert place.lat is not None
    assert place.known


@pytest.mark.parametrize(
    "text",
    [
        "",
        "tolong ada rampok",
        "binjai",
        "tolong di binjai ada rampok",
        "jl kartini",
        "gang setia no 5",
        "jl mawar no 10",
        "damai damai saja lah kita",
        "satria saya hilang dicuri",
        "pajak motor mati",
        "sudah selesai",
        "polsek binjai",
        "99.12345, 200.12345",
    ],
)
def test_where_nothing_sure_is_named_no_place_is_made_up(text: str) -> None:
    place = LOCATOR.locate(text, None, NOW)
    assert place.kelurahan is None, place
    assert not place.known


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        ("rampok di rambung", {"Rambung Dalam", "Rambung Barat", "Rambung Timur"}),
        ("kelurahan rambung", {"Rambung Dalam", "Rambung Barat", "Rambung Timur"}),
        ("jl sudirman no 5", {"Tangsi", "Kartini"}),
        ("jl tengku amir hamzah", {"Jati Makmur", "Nangka"}),
        (
            "jl samanhudi no 15",
            {"Bhakti Karya"} | {a.name for a in CITY.areas.values() if a.kecamatan == "Binjai Kota"},
        ),
        ("T. Amir Hamzah", {"Jati Makmur", "Nangka"}),
        ("kec binjai timur", {a.name for a in CITY.areas.values() if a.kecamatan == "Binjai Timur"}),
    ],
)
def test_a_name_of_several_places_is_all_of_them(text: str, candidates: set[str]) -> None:
    place = LOCATOR.locate(text, None, NOW)
    assert place.kelurahan is None
    assert {name(code) for code in place.candidates} == candidates
    assert place.certainty is Certainty.UNKNOWN


def test_the_registered_address_settles_a_name_of_several_places() -> None:
    home = next(area.code for area in CITY.areas.values() if area.name == "Rambung Barat")
    place = LOCATOR.locate("rampok di rambung", Home(kelurahan=home), NOW)
    assert name(place.kelurahan) == "Rambung Barat"
    assert place.certainty is Certainty.LIKELY


def test_without_a_place_in_the_text_it_is_the_registered_address_with_its_age() -> None:
    place = LOCATOR.locate("TOLONG RAMPOK", Home(), NOW)
    assert name(place.kelurahan) == "Paya Roba"
    assert (place.lat, place.lon) == (3.637118, 98.47613)
    assert place.source is Source.REGISTERED
    assert place.age_s == 40 * 86400
    assert place.certainty is Certainty.LIKELY
    assert place.street == "Jl. Kentang No. 7, Lk. III"


def test_a_street_that_is_not_at_home_makes_the_registered_address_doubtful() -> None:
    place = LOCATOR.locate("rampok di jl mawar", Home(), NOW)
    assert (place.street, place.certainty) == ("mawar", Certainty.UNKNOWN)
    assert place.source is Source.REGISTERED
    assert LOCATOR.locate("rampok di jl kentang", Home(), NOW).certainty is not Certainty.UNKNOWN


def test_a_place_in_the_text_goes_before_the_registered_one() -> None:
    place = LOCATOR.locate("kebakaran di tanah tinggi", Home(), NOW)
    assert name(place.kelurahan) == "Tanah Tinggi"
    assert place.source is Source.TEXT
    assert place.certainty is Certainty.SURE


def test_a_slip_is_likely_and_a_clean_name_is_sure() -> None:
    assert LOCATOR.locate("di tanah merah", None, NOW).certainty is Certainty.SURE
    assert LOCATOR.locate("di tanah marah", None, NOW).certainty is Certainty.LIKELY


def test_nobody_known_and_nothing_named_is_nowhere() -> None:
    assert LOCATOR.locate("tolong", None, NOW) == NOWHERE
    assert not LOCATOR.locate("tolong", Home(kelurahan=None), NOW).known
    assert not LOCATOR.locate("tolong", Home(kelurahan="99.99.99.9999"), NOW).known


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kebakaran di kwala begumit", "Kwala Begumit"),
        ("rampok di kec. binjai langkat", "Kec. Binjai"),
        ("tolong di selesai ada maling", "Selesai"),
        ("di desa sambi rejo", "Sambi Rejo"),
        ("di tandam hilir", "Tandam Hilir"),
        ("saya di medan", "Medan"),
        ("di sei semayang km 15", "Sei Semayang"),
    ],
)
def test_beyond_the_border_is_said_so(text: str, said: str) -> None:
    place = LOCATOR.locate(text, Home(), NOW)
    assert place.outside
    assert place.outside_name == said
    assert not place.known
    assert place.kelurahan is None


def test_a_point_beyond_the_border_is_outside() -> None:
    assert LOCATOR.locate("3.7000, 98.6000", Home(), NOW).outside


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("lk 4", 4),
        ("LK.IV", 4),
        ("lk4", 4),
        ("lingkungan 8", 8),
        ("Lk. III", 3),
        ("lingk ix", 9),
        ("lk 13", 13),
        ("lk besar", None),
    ],
)
def test_a_lingkungan_is_read_in_arabic_and_roman(text: str, number: int | None) -> None:
    assert LOCATOR.locate(f"rampok kel setia {text}", None, NOW).lingkungan == number


def test_roman_numbers() -> None:
    assert [number_of(n) for n in ("i", "iv", "v", "ix", "xiv", "xx", "iiv", "", "0", "lima")] == [
        1, 4, 5, 9, 14, 20, None, None, None, None,
    ]  # fmt: skip


def test_every_kelurahan_is_found_by_its_name_and_each_of_its_spellings() -> None:
    for area in CITY.areas.values():
        for spelling in (area.name, area.name.upper(), area.name.replace(" ", ""), *area.variants):
            place = LOCATOR.locate(f"tolong rampok di kelurahan {spelling}", None, NOW)
            assert place.kelurahan == area.code, spelling


def test_every_street_is_found_and_leads_only_where_it_is_known_to_run() -> None:
    for street in CITY.streets:
        place = LOCATOR.locate(f"kebakaran di jl {street.name} no 5", None, NOW)
        assert place.street == street.name
        found = {place.kelurahan} if place.kelurahan else set(place.candidates)
        there = {area.code for area in CITY.areas.values() if area.kecamatan_code in street.kecamatan}
        assert found <= set(street.kelurahan) | there


def test_one_letter_wrong_in_a_long_name_never_gives_another_kelurahan() -> None:
    wrong = asked = 0
    for area in CITY.areas.values():
        if len(area.name) < 7:
            continue
        for at in range(1, len(area.name)):
            slip = area.name[:at] + area.name[at + 1 :]
            place = LOCATOR.locate(f"rampok di kel {slip}", None, NOW)
            wrong += place.kelurahan not in (None, area.code)
            asked += place.kelurahan is None
    assert wrong == 0
    assert asked <= 60, "some slips leave two names equally near: those are asked about"


# -- stations ----------------------------------------------------------------------------------------------------------


def ids(place: Place, kind: str = "robbery", city: City = CITY, dead: frozenset[str] = frozenset()) -> list[str]:
    return [station.id for station in stations(place, kind, city, dead)]


@pytest.mark.parametrize("code", sorted(CITY.areas))
def test_the_station_whose_jurisdiction_holds_the_place_is_first_and_headquarters_last(code: str) -> None:
    order = stations(Place(kelurahan=code), "robbery", CITY, ())
    assert CITY.areas[code].kecamatan_code in order[0].jurisdiction
    assert [station.headquarters for station in order] == sorted(station.headquarters for station in order)
    assert all("robbery" in station.kinds for station in order)
    away = [distance_m((CITY.areas[code].lat, CITY.areas[code].lon), (s.lat, s.lon)) for s in order[1:-1]]
    assert away == sorted(away)


def test_a_point_is_enough_to_know_the_jurisdiction() -> None:
    area = CITY.areas["12.75.04.1005"]
    assert ids(Place(lat=area.lat, lon=area.lon)) == ids(Place(kelurahan=area.code))


def test_candidates_and_a_kecamatan_alone_still_choose_a_station() -> None:
    rambung = LOCATOR.locate("rampok di rambung", None, NOW)
    assert ids(rambung)[0] == ids(Place(kelurahan="12.75.05.1007"))[0]
    timur = LOCATOR.locate("kec binjai timur", None, NOW)
    assert ids(timur)[0] == ids(Place(kelurahan="12.75.04.1001"))[0]


@pytest.mark.parametrize("place", [NOWHERE, Place(outside=True), Place(outside=True, lat=3.7, lon=98.6)])
def test_of_an_unknown_or_outside_place_headquarters_judges_first(place: Place) -> None:
    order = stations(place, "robbery", CITY, ())
    assert order[0].headquarters
    assert len(order) == len(ids(Place(kelurahan="12.75.04.1001")))


def test_a_dead_siren_makes_way_and_its_station_comes_next() -> None:
    first, second, *rest = stations(Place(kelurahan="12.75.03.1004"), "robbery", CITY, ())
    assert first.siren is not None
    assert ids(Place(kelurahan="12.75.03.1004"), dead=frozenset({first.siren.number})) == [
        second.id, first.id, *(station.id for station in rest),
    ]  # fmt: skip


def test_where_every_siren_is_dead_the_order_stays() -> None:
    place = Place(kelurahan="12.75.03.1004")
    dead = frozenset(station.siren.number for station in CITY.stations.values() if station.siren)
    assert ids(place, dead=dead) == ids(place)


def test_a_kind_that_nobody_serves_is_everybody_s() -> None:
    assert sorted(ids(NOWHERE, "unheard_of")) == sorted(CITY.stations)


@given(st.text(max_size=200))
def test_any_text_gives_a_place_whose_codes_exist(text: str) -> None:
    place = LOCATOR.locate(text, None, NOW)
    assert place.kelurahan is None or place.kelurahan in CITY.areas
    assert set(place.candidates) <= set(CITY.areas)
    assert stations(place, "robbery", CITY, ())


def test_the_tiny_city_finds_its_own_places() -> None:
    tiny = load_city("tests/fixtures/tinytown")
    for area in tiny.areas.values():
        assert locate(f"rampok di kelurahan {area.name}", None, tiny, NOW).kelurahan == area.code


@pytest.mark.parametrize("code", sorted(CITY.areas))
def test_a_kelurahan_chosen_from_a_list_is_that_one_though_it_bear_the_city_s_name(code: str) -> None:
    place = LOCATOR.of_area(code)
    assert (place.kelurahan, place.certainty, place.source) == (code, Certainty.SURE, Source.TEXT)
    assert place.known
