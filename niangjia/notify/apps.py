"""Registration of the package with Django, and what it listens to."""

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "niangjia.notify"
    label = "notify"

    def ready(self) -> None:
        from niangjia.demand.happenings import DemandReached
        from niangjia.events import happenings as events
        from niangjia.kit.happenings import listen
        from niangjia.notify import (
            listening,
            listening_demand,
            listening_events,
            listening_friendship,
            listening_invited,
            listening_places,
        )
        from niangjia.people.happenings import DataCopying, PeopleMerged, PersonErasing
        from niangjia.places.happenings import BookingsMoved, ClosedReportAnswered, PlaceReportedClosed
        from niangjia.programmes.happenings import AppealAnswered, ApplicationsMoved, PeopleFound, QuestionSettled

        listen(PeopleFound, listening.tell_found)
        listen(QuestionSettled, listening.hear_settled)
        listen(ApplicationsMoved, listening.tell_moved)
        listen(AppealAnswered, listening.tell_appeal)
        listen(BookingsMoved, listening_places.tell_bookings)
        listen(PlaceReportedClosed, listening_places.ask_host)
        listen(ClosedReportAnswered, listening_places.tell_answer)
        listen(DemandReached, listening_demand.tell_reached)
        listen(events.DemandAnswered, listening_demand.tell_answered)
        listen(events.SeatsMoved, listening_events.tell_seats)
        listen(events.TeamChanged, listening_events.tell_team)
        listen(events.DateDue, listening_events.tell_due)
        listen(events.LotsDrawn, listening_events.tell_lots)
        listen(events.ClaimsDecided, listening_events.tell_decided)
        listen(events.MutualChoicesTold, listening_friendship.tell_mutual)
        listen(events.PeopleInvited, listening_invited.tell_invited)
        listen(events.AbsenceAnswered, listening_invited.tell_absence)
        listen(events.ActivityConfirmed, listening_invited.tell_confirmed)
        listen(events.HopesEnded, listening_invited.tell_hopes_ended)
        listen(events.ResultsPublished, listening_invited.tell_results)
        listen(events.ActivityCalledOff, listening_events.tell_called_off)
        listen(events.DatesChanged, listening_events.tell_dates_changed)
        listen(events.DatesAdded, listening_events.tell_dates_added)
        listen(events.DatesCalledOff, listening_events.tell_dates_called_off)
        listen(events.TermsChanged, listening_events.tell_terms_changed)
        listen(events.MailingSent, listening_events.tell_mailing)
        listen(PeopleMerged, listening.follow_merge)
        listen(PersonErasing, listening.forget)
        listen(DataCopying, listening.add_to_copy)
