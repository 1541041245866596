"""The lives of an activity, a claim, a registration and a presence, each as one table.

Whoever asks again after withdrawing begins a new life of the same claim.
"""

from __future__ import annotations

from niangjia.events.models import Activity, Claim, Presence, Registration
from niangjia.kit.flows import Move

ACTIVITY = (
    Move("announce", (Activity.State.DRAFT,), Activity.State.ANNOUNCED, "organiser"),
    Move("call off", (Activity.State.ANNOUNCED,), Activity.State.CALLED_OFF, "organiser"),
)
CLAIM = (
    Move("enter", (), Claim.State.ENTERED, "worker"),
    Move("ask", (), Claim.State.ASKED, "worker"),
    Move("claim", (), Claim.State.ADMITTED, "worker"),
    Move("approve", (Claim.State.ASKED, Claim.State.DECLINED), Claim.State.ADMITTED, "organiser"),
    Move("decline", (Claim.State.ASKED,), Claim.State.DECLINED, "organiser"),
    Move("lapse", (Claim.State.ASKED,), Claim.State.UNDECIDED, "time"),
    Move("draw", (Claim.State.ENTERED,), Claim.State.ADMITTED, "the draw"),
    Move("withdraw", (Claim.State.ENTERED, Claim.State.ASKED, Claim.State.ADMITTED), Claim.State.WITHDRAWN, "worker"),
)
REGISTRATION = (
    Move("register", (), Registration.State.REGISTERED, "first come, draw, organiser"),
    Move("offer", (), Registration.State.OFFERED, "a seat came free"),
    Move("accept", (Registration.State.OFFERED,), Registration.State.REGISTERED, "worker"),
    Move("decline", (Registration.State.OFFERED,), Registration.State.DECLINED, "worker"),
    Move("lapse", (Registration.State.OFFERED,), Registration.State.LAPSED, "time"),
    Move("cancel", (Registration.State.OFFERED, Registration.State.REGISTERED), Registration.State.CANCELLED,
         "worker, organiser"),
    Move("release", (Registration.State.REGISTERED,), Registration.State.RELEASED, "nobody came"),
)  # fmt: skip
PRESENCE = (
    Move("check in", (), Presence.State.PRESENT, "door"),
    Move("check in late", (), Presence.State.LATE, "door"),
    Move("come after all", (Presence.State.ABSENT, Presence.State.EXCUSED), Presence.State.LATE, "door"),
    Move("leave", (Presence.State.PRESENT, Presence.State.LATE), Presence.State.LEFT_EARLY, "door"),
    Move("excuse", (), Presence.State.EXCUSED, "organiser"),
    Move("excuse", (Presence.State.ABSENT,), Presence.State.EXCUSED, "organiser"),
    Move("give up late", (), Presence.State.GAVE_UP, "worker"),
    Move("excuse", (Presence.State.GAVE_UP,), Presence.State.EXCUSED, "organiser"),
    Move("come after all", (Presence.State.GAVE_UP,), Presence.State.PRESENT, "door"),
    Move("mark absent", (), Presence.State.ABSENT, "time"),
)
