"""What the unions do when people are merged, erased, or take a copy of their data."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.refusal import Conflict
from niangjia.orgs.models import Appointment, Employment, HardshipFile, Membership
from niangjia.people.happenings import DataCopying, PeopleMerged, PersonErasing


def follow_merge(merged: PeopleMerged) -> None:
    """Both histories go on under the kept record; of two standing memberships the kept record's goes on."""
    standing = list(
        Membership.objects.select_for_update()
        .main()
        .standing()
        .filter(person__in=(merged.kept_id, merged.gone_id))
        .order_by("pk")
    )
    if len(standing) > 1:
        given_up = next(row for row in standing if row.person_id == merged.gone_id)
        if any(row.state == Membership.State.TRANSFERRING for row in standing):
            raise Conflict(
                _("One of the memberships is waiting for a transfer."),
                remedy=_("Settle or take back the transfer, then merge."),
            )
        given_up.state, given_up.until = Membership.State.MOVED, max(clock.today(), given_up.since or clock.today())
        given_up.save(update_fields=["state", "until"])
    Membership.objects.filter(person=merged.gone_id).update(person=merged.kept_id)
    Employment.objects.filter(person=merged.gone_id).update(person=merged.kept_id)
    today = clock.today()
    held = Appointment.objects.filter(person=merged.kept_id, until=None).values_list("organisation", "office")
    for double in Appointment.objects.filter(person=merged.gone_id, until=None):
        if (double.organisation_id, double.office) in set(held):
            double.until = max(today, double.since)
            double.save(update_fields=["until"])
    Appointment.objects.filter(person=merged.gone_id).update(person=merged.kept_id)


def hold_back_erasing(erasing: PersonErasing) -> None:
    """Refuse while a membership, an office or a hardship file stands."""
    if Membership.objects.standing().filter(person=erasing.person_id).exists():
        raise Conflict(
            _("You are still a member of a union, or have applied to join one."),
            remedy=_("Leave the union or take the application back first; then your record can be erased."),
            code="still_member",
        )
    if Appointment.objects.on(clock.today()).filter(person=erasing.person_id).exists():
        raise Conflict(
            _("You still hold an office."), remedy=_("Give it up first, or ask the union above."), code="still_officer"
        )
    place = {"household__members__person": erasing.person_id, "household__members__until": None}
    if HardshipFile.objects.filter(closed_on=None, **place).exists():
        raise Conflict(
            _("Your household has an open hardship file."),
            remedy=_("Ask your union to close it first."),
            code="open_hardship_file",
        )


def add_to_copy(copying: DataCopying) -> None:
    """Put memberships, work, offices and hardship files into a person's copy of their data."""
    who = copying.person_id
    copying.parts["memberships"] = [
        {"union": row.union.name, "state": row.state, "since": row.since and row.since.isoformat(),
         "until": row.until and row.until.isoformat()}
        for row in Membership.objects.filter(person=who).select_related("union")
    ]  # fmt: skip
    copying.parts["employments"] = [
        {"employer": job.employer.organisation.name if job.employer else "", "form": job.form, "post": job.post,
         "since": job.since and job.since.isoformat(), "until": job.until and job.until.isoformat()}
        for job in Employment.objects.filter(person=who).select_related("employer__organisation")
    ]  # fmt: skip
    copying.parts["offices"] = [
        {"organisation": held.organisation.name, "office": held.office, "since": held.since.isoformat(),
         "until": held.until and held.until.isoformat()}
        for held in Appointment.objects.filter(person=who).select_related("organisation")
    ]  # fmt: skip
    files = HardshipFile.objects.filter(household__members__person=who).select_related("union").order_by("pk")
    copying.parts["hardship_files"] = [
        {"union": file.union.name, "class": file.hardship, "opened_on": file.opened_on.isoformat(),
         "closed_on": file.closed_on and file.closed_on.isoformat()}
        for file in files
    ]  # fmt: skip
