"""What is on, how many seats there are for whom, who asked and who holds one."""

from niangjia.events.models.activities import Activity, Group, Occurrence, Pool
from niangjia.events.models.afterwards import CalendarFeed, Feedback
from niangjia.events.models.claims import HOPING, LIVE, Claim, Registration
from niangjia.events.models.companions import Companions
from niangjia.events.models.draws import Draw
from niangjia.events.models.explanations import Explanation
from niangjia.events.models.friendship import Evening, Guest, Pair, Profile, Report
from niangjia.events.models.invitations import Invitation
from niangjia.events.models.mailings import Mailing
from niangjia.events.models.presence import CAME, MISSED, Presence
from niangjia.events.models.recuperation import Approval, Inspection, Inspector, Route, Stop, Trip
from niangjia.events.models.results import TeamResult
from niangjia.events.models.teams import Team, TeamMember
from niangjia.events.models.tiers import Tier

__all__ = [
    "CAME",
    "HOPING",
    "LIVE",
    "MISSED",
    "Activity",
    "Approval",
    "CalendarFeed",
    "Claim",
    "Companions",
    "Draw",
    "Evening",
    "Explanation",
    "Feedback",
    "Group",
    "Guest",
    "Inspection",
    "Inspector",
    "Invitation",
    "Mailing",
    "Occurrence",
    "Pair",
    "Pool",
    "Presence",
    "Profile",
    "Registration",
    "Report",
    "Route",
    "Stop",
    "Team",
    "TeamMember",
    "TeamResult",
    "Tier",
    "Trip",
]
