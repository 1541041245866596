"""What others may read of activities; the pages' own reads stand beside."""

from niangjia.events.admission.lottery import fault_in as fault_in_draw
from niangjia.events.occupancy import miscounts
from niangjia.events.opening.tickets import Ticket
from niangjia.events.reads.presence import people_present, person_times, sessions_held

__all__ = ["Ticket", "fault_in_draw", "miscounts", "people_present", "person_times", "sessions_held"]
