"""Who lists, inspects and approves routes, and who announces trips from them."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.events.models import Inspector, Route
from niangjia.events.permissions import can_organise
from niangjia.kit.actor import RUNNERS, Actor, Office
from niangjia.kit.permit import Permit, no, permit
from niangjia.orgs.models import Kind, Level, Organisation

LISTING = (Level.PROVINCE, Level.CITY, Level.COUNTY)


def can_list_route(actor: Actor, organisation: Organisation) -> Permit:
    if organisation.kind != Kind.FEDERATION or organisation.level not in LISTING:
        return no(_("Routes are listed by the federation of a county, a city or the province."))
    return permit(
        actor.is_system or actor.holds(*RUNNERS, over=organisation.path),
        _("Only the chair or a case handler of %(body)s may list its routes.") % {"body": organisation},
    )


def can_list_somewhere(actor: Actor) -> Permit:
    return permit(
        any(power.level in LISTING and power.office in RUNNERS for power in actor.powers if power.is_union),
        _("Routes are listed by the federation of a county, a city or the province."),
    )


def can_inspect(actor: Actor, route: Route) -> Permit:
    return can_list_route(actor, route.organisation)


def can_score(actor: Actor, inspector: Inspector) -> Permit:
    return permit(
        actor.person_id is not None and actor.person_id == inspector.person_id,
        _("Only the representative who visited may score."),
    )


def can_approve(actor: Actor, route: Route) -> Permit:
    return permit(
        actor.is_system or actor.holds(Office.CHAIR, over=route.organisation.path),
        _("Only the chair of %(body)s may approve its routes.") % {"body": route.organisation},
    )


def can_announce_trip(actor: Actor, route: Route, organisation: Organisation) -> Permit:
    if not organisation.path.startswith(route.organisation.path):
        return no(_("This route is approved for the unions of %(body)s.") % {"body": route.organisation})
    return can_organise(actor, organisation)
