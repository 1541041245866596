"""What the register of certificates does when the house is set up, and when a person takes a copy of their data.

Nothing moves when two records are merged: a signed certificate does not change, and every read follows the kept record
(`Credential.held_by`). Nothing holds erasing back: a certificate outlives the name on it.
"""

from __future__ import annotations

from niangjia.credentials.actions import plant_achievements
from niangjia.credentials.models import Credential
from niangjia.kit.actor import Actor
from niangjia.kit.happenings import TablesMigrated
from niangjia.people.happenings import DataCopying


def plant(_migrated: TablesMigrated) -> None:
    """The ladder and the titles are there from the first day."""
    plant_achievements(actor=Actor.system("migrate"))


def add_to_copy(copying: DataCopying) -> None:
    """Put a person's certificates into their copy, those of merged records included."""
    copying.parts["credentials"] = [
        {"number": one.number, "what": one.achievement.name, "issued_by": one.issuer_name, "trade": one.occupation,
         "standing": one.standing, "issued_on": one.issued_on.isoformat(),
         "valid_until": one.valid_until and one.valid_until.isoformat(),
         "revoked_on": one.revoked_on and one.revoked_on.isoformat(), "revoked_reason": one.revoked_reason,
         "signed": one.signed}
        for one in Credential.objects.held_by(copying.person_id).select_related("achievement").order_by("pk")
    ]  # fmt: skip
