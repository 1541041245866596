"""Who may keep what is known about everybody."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.kit.actor import Actor
from niangjia.kit.permit import Permit, permit


def can_keep_facts(actor: Actor) -> Permit:
    """The house itself: the table holds everybody, and nobody's office reaches that far."""
    return permit(actor.is_system, _("The facts of everybody are kept by the system itself."))
