"""Registration of the package with Django."""

from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "niangjia.programmes"
    label = "programmes"

    def ready(self) -> None:
        from niangjia.kit import flows
        from niangjia.kit.happenings import listen
        from niangjia.orgs.happenings import SubtreeMoved
        from niangjia.people.happenings import ConsentWithdrawn, DataCopying, PeopleMerged, PersonErasing
        from niangjia.programmes import flow, listening, told
        from niangjia.rules.sources import declare

        declare(told.source())
        flows.declare("Application", flow.MOVES)
        listen(PeopleMerged, listening.follow_merge)
        listen(PersonErasing, listening.hold_back_erasing)
        listen(PersonErasing, listening.forget_put_off)
        listen(ConsentWithdrawn, listening.forget_told)
        listen(DataCopying, listening.add_to_copy)
        listen(SubtreeMoved, listening.look_at_all_again)
