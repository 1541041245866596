"""What is on, how many seats there are for whom, who asked and who holds one."""

from niangjia.events.models.activities import Activity, Group, Occurrence, Pool
from niangjia.events.models.claims import LIVE, Claim, Registration
from niangjia.events.models.draws import Draw
from niangjia.events.models.presence import CAME, Presence
from niangjia.events.models.tiers import Tier

__all__ = [
    "CAME",
    "LIVE",
    "Activity",
    "Claim",
    "Draw",
    "Group",
    "Occurrence",
    "Pool",
    "Presence",
    "Registration",
    "Tier",
]
