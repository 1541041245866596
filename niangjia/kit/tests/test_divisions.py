"""Places by the names people use."""

from __future__ import annotations

import re

import pytest
from django.utils import translation

from niangjia.kit.divisions import county_choices, divisions, place_name


def test_a_county_is_named_with_its_city_in_both_languages() -> None:
    assert place_name("330624", "zh") == "绍兴市新昌县"
    assert place_name("330624", "en") == "Xinchang County, Shaoxing"
    assert place_name("330382", "en") == "Yueqing, Wenzhou"  # zh: 乐, read yuè here


def test_without_a_language_the_reader_decides() -> None:
    with translation.override("en"):
        assert place_name("330109") == "Xiaoshan District, Hangzhou"
    with translation.override("zh-hans"):
        assert place_name("330109") == "杭州市萧山区"


def test_the_first_digits_of_a_code_name_the_place_around() -> None:
    assert place_name("3306", "en") == "Shaoxing"


def test_a_code_outside_the_table_stays_a_code() -> None:
    assert place_name("110101", "en") == "110101"


@pytest.mark.parametrize("lang", ["zh-hans", "en"])
def test_the_list_to_choose_from_is_wholly_in_one_language(lang: str) -> None:
    with translation.override(lang):
        said = " ".join([city + "".join(name for _, name in counties) for city, counties in county_choices()])
    assert bool(re.search(r"[\u4e00-\u9fff]", said)) is (lang == "zh-hans")
    assert bool(re.search(r"[A-Za-z]", said)) is (lang == "en")


def test_every_division_has_a_name_in_both_languages() -> None:
    assert all(each.name and each.name_en.isascii() for each in divisions())
