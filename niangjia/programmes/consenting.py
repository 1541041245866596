"""Separate consent to keep what is sensitive (PIPL art. 28-30): asked once, and taken back at any time."""

from __future__ import annotations

from django.utils.translation import gettext as _

from niangjia.matching import reads as matching
from niangjia.people.models import Consent
from niangjia.programmes.declared import DECLARED_FACTS

PURPOSE = "told-sensitive"
SENSITIVE = ("L3", "L4")


def is_sensitive(path: str) -> bool:
    fact = matching.schema().facts.get(path)
    return fact is not None and fact.sensitivity in SENSITIVE


def is_needed(path: str, person_id: int) -> bool:
    """Whether the person must first agree that their answer is kept."""
    standing = Consent.objects.filter(person=person_id, purpose=PURPOSE, withdrawn_at=None)
    return is_sensitive(path) and not standing.exists()


def sensitive_told() -> list[str]:
    """The facts that only people themselves tell and only their consent lets us keep."""
    return [fact.path for fact in DECLARED_FACTS if fact.sensitivity in SENSITIVE]


def notice() -> str:
    """What people agree to, as shown and as kept."""
    return str(
        _(
            "I agree that my union keeps my answers to sensitive questions and uses them only to see which help suits"
            " me. My employer does not see them. I can take this back under “Me” at any time; the answers are then"
            " deleted."
        )
    )
