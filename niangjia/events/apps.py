"""Registration of the package with Django, and what it listens to."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "niangjia.events"
    label = "events"

    def ready(self) -> None:
        from niangjia.events import flow, listening
        from niangjia.kit import flows
        from niangjia.kit.happenings import listen
        from niangjia.people.happenings import DataCopying, PeopleMerged, PersonErasing

        flows.declare("Activity", flow.ACTIVITY)
        flows.declare("Claim", flow.CLAIM)
        flows.declare("Registration", flow.REGISTRATION)
        flows.declare("Presence", flow.PRESENCE)
        listen(PeopleMerged, listening.follow_merge)
        listen(PersonErasing, listening.hold_back_erasing)
        listen(DataCopying, listening.add_to_copy)
