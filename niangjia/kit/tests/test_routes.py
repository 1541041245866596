"""Doors: one that says nothing stays shut, and a look changes nothing."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.test import RequestFactory

from niangjia.kit.actor import Actor, Role
from niangjia.kit.routes import ROLES_FOR, DoorMiddleware, Needs, WroteOnGet, read_only, route
from niangjia.orgs.tests.factories import make_person
from niangjia.people.models import Person

NOBODY = Actor.nobody()


def a_view(request: HttpRequest) -> HttpResponse:
    return HttpResponse("in")


def knock(needs: Needs | None, actor: Actor) -> HttpResponse | None:
    """What the door says; None lets the request through."""
    view = a_view if needs is None else route("x/", a_view, name="x", needs=needs).callback
    request = RequestFactory().get("/x/?page=2")
    request.actor = actor  # type: ignore[attr-defined]
    request.csp_nonce = ""  # type: ignore[attr-defined]
    return DoorMiddleware(lambda _: HttpResponse()).process_view(request, view, (), {})  # type: ignore[arg-type]


def somebody(*roles: Role) -> Actor:
    return Actor("person", "某人", person_id=1, roles=frozenset(roles))


def test_a_route_that_declares_nobody_opens_for_nobody() -> None:
    with pytest.raises(ImproperlyConfigured, match="/x/"):
        knock(None, somebody(*Role))


def test_a_public_door_is_open_to_all() -> None:
    assert knock(Needs.PUBLIC, NOBODY) is None


@pytest.mark.parametrize("needs", sorted(set(Needs) - {Needs.PUBLIC}))
def test_the_nameless_are_sent_to_sign_in_and_come_back_where_they_wanted(needs: Needs) -> None:
    sent = knock(needs, NOBODY)
    assert sent is not None
    assert sent.status_code == 302
    assert sent.headers["Location"].endswith("?next=%2Fx%2F%3Fpage%3D2")


@pytest.mark.django_db
@pytest.mark.parametrize("needs", sorted(ROLES_FOR))
@pytest.mark.parametrize("role", sorted(Role))
def test_a_door_opens_for_its_roles_only(needs: Needs, role: Role) -> None:
    said = knock(needs, somebody(role))
    assert (said is None) is (role in ROLES_FOR[needs])
    assert said is None or said.status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["get", "head"])
def test_a_look_that_writes_is_refused_and_nothing_is_written(method: str) -> None:
    @read_only
    def careless(request: HttpRequest) -> HttpResponse:
        make_person()
        return HttpResponse()

    with pytest.raises(WroteOnGet):
        careless(getattr(RequestFactory(), method)("/"))
    assert not Person.objects.exists()
    assert careless(RequestFactory().post("/")).status_code == 200
    assert Person.objects.count() == 1


@pytest.mark.django_db
def test_a_page_drawn_late_writes_no_more_than_one_drawn_at_once() -> None:
    class Late(TemplateResponse):
        @property
        def rendered_content(self) -> str:
            make_person()
            return ""

    with pytest.raises(WroteOnGet):
        read_only(lambda request: Late(request, "kit/plain.html"))(RequestFactory().get("/"))


@pytest.mark.django_db
@pytest.mark.parametrize(
    "hidden",
    ["with gone as (delete from people_person returning id) select * from gone", "/* x */ delete from people_person"],
)
def test_a_write_in_disguise_is_refused_as_well(hidden: str) -> None:
    from django.db import connection

    make_person()

    def sly(request: HttpRequest) -> HttpResponse:
        with connection.cursor() as cursor:
            cursor.execute(hidden)
        return HttpResponse()

    with pytest.raises(WroteOnGet):
        read_only(sly)(RequestFactory().get("/"))
    assert Person.objects.count() == 1
