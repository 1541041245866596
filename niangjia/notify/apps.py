"""Registration of the package with Django, and what it listens to."""

from django.apps import AppConfig


class NotifyConfig(AppConfig):
    name = "niangjia.notify"
    label = "notify"

    def ready(self) -> None:
        from niangjia.kit.happenings import listen
        from niangjia.notify import listening
        from niangjia.people.happenings import DataCopying, PeopleMerged, PersonErasing
        from niangjia.programmes.happenings import AppealAnswered, ApplicationsMoved, PeopleFound, QuestionSettled

        listen(PeopleFound, listening.tell_found)
        listen(QuestionSettled, listening.hear_settled)
        listen(ApplicationsMoved, listening.tell_moved)
        listen(AppealAnswered, listening.tell_appeal)
        listen(PeopleMerged, listening.follow_merge)
        listen(PersonErasing, listening.forget)
        listen(DataCopying, listening.add_to_copy)
