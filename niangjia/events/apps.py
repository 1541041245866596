"""Registration of the package with Django, and what it listens to."""

from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "niangjia.events"
    label = "events"

    def ready(self) -> None:
        from niangjia.events import flow, listening
        from niangjia.events.friendship import profiles
        from niangjia.kit import flows
        from niangjia.kit.happenings import listen
        from niangjia.orgs.happenings import MemberLeft, TransferSettled
        from niangjia.people.happenings import ConsentWithdrawn, DataCopying, PeopleMerged, PersonErasing

        flows.declare("Activity", flow.ACTIVITY)
        flows.declare("Claim", flow.CLAIM)
        flows.declare("Registration", flow.REGISTRATION)
        flows.declare("Presence", flow.PRESENCE)
        listen(ConsentWithdrawn, profiles.hear_withdrawn)
        listen(PersonErasing, profiles.hear_erasing)
        listen(PeopleMerged, profiles.hear_merged)
        listen(DataCopying, profiles.add_to_copy)
        listen(PeopleMerged, listening.follow_merge)
        listen(PersonErasing, listening.hold_back_erasing)
        listen(DataCopying, listening.add_to_copy)
        listen(MemberLeft, listening.hear_left)
        listen(TransferSettled, listening.hear_transfer)
