"""Who may ask workers what they need, and who may say it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.kit.actor import RUNNERS, Actor
from niangjia.kit.permit import Permit, permit
from niangjia.orgs.models import Organisation


def can_ask(actor: Actor, organisation: Organisation) -> Permit:
    return permit(
        actor.is_system or (organisation.is_union and actor.holds(*RUNNERS, over=organisation.path)),
        _("Workers are asked by the chair or a case handler of their union."),
    )


def can_wish(actor: Actor) -> Permit:
    return permit(actor.person_id is not None, _("Sign in, so that you are counted once."))
