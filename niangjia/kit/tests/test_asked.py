"""What an address or a form names."""

from __future__ import annotations

import pytest
from django.test import Client

from niangjia.kit.asked import whole_number


@pytest.mark.parametrize("text", ["", "-1", "1.5", "²", "٣", "１", "1e3", "9" * 18, " 1"])
def test_what_is_no_number_names_nothing(text: str):
    assert whole_number(text) is None


def test_a_number_is_taken_at_its_word():
    assert whole_number("0") == 0
    assert whole_number("007") == 7
    assert whole_number("1234567", digits=6) is None


@pytest.mark.django_db
def test_a_character_that_is_no_text_is_answered_with_a_sentence(client: Client):
    for answer in (client.get("/notices/?page=%00"), client.post("/results/", {"number": "NJ\0", "last_four": "1234"})):
        assert answer.status_code == 400
        assert "无法识别的字符" in answer.content.decode()


@pytest.mark.django_db
def test_a_door_that_opens_to_a_button_says_so_when_it_is_opened_by_address(client: Client):
    answer = client.get("/logout/")
    assert answer.status_code == 405
    assert answer["Allow"] == "POST"
    assert "请回到原来的页面" in answer.content.decode()


@pytest.mark.django_db
def test_only_opening_and_sending_are_known(client: Client):
    answer = client.put("/notices/")
    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.django_db
def test_a_request_under_a_strange_name_is_a_bad_request_with_a_page(client: Client):
    answer = client.get("/notices/", headers={"host": "evil.example"})
    assert answer.status_code == 400
    assert "<h1" in answer.content.decode()


@pytest.mark.django_db
def test_refusals_of_the_framework_are_said_in_our_words(client: Client):
    empty = client.post("/results/", {"number": "", "last_four": "1234"}).content.decode()
    assert "请填写这一项。" in empty
    long = client.post("/results/", {"number": "N" * 25, "last_four": "1234"}).content.decode()
    assert "最多24个字，现在有25个。" in long
