"""What the applicant does: begin, save page by page, attach, hand in, withdraw."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.orgs.models import Membership, Organisation
from niangjia.people import actions as people
from niangjia.programmes import answers as answering
from niangjia.programmes import flow, grants, handing, limits
from niangjia.programmes.gateways import uploads
from niangjia.programmes.happenings import ApplicationsMoved
from niangjia.programmes.models import Application, Attachment, Round, StepRun
from niangjia.programmes.permissions import can_apply, can_edit, can_withdraw
from niangjia.trail import actions as trail

MAX_FILES_PER_FIELD = 6


def _lock(application: Application) -> Application:
    return Application.objects.lock(application.pk)[0]


@transaction.atomic
def start_application(to: Round, *, actor: Actor) -> Application:
    """Begin an application, prefilled with what the house knows; a second thumb finds the first one's draft."""
    can_apply(actor, to).require()
    assert actor.person_id is not None  # the permit asks for it
    standing = Application.objects.filter(round=to, person=actor.person_id).exclude(state=Application.State.WITHDRAWN)
    if (already := standing.first()) is not None:
        return already
    union = _own_union(actor) or to.organisation
    prefilled = answering.prefill(to.definition, actor.person_id)
    try:
        with transaction.atomic():
            application = Application.objects.create(
                round=to, person_id=actor.person_id, union=union, answers=prefilled
            )
    except IntegrityError:  # the other thumb was first
        return standing.get()
    trail.record(actor, "start_application", application)
    return application


def _own_union(actor: Actor) -> Organisation | None:
    belonging = Membership.objects.members().main().filter(person=actor.person_id).select_related("union").first()
    return belonging.union if belonging else None


@transaction.atomic
def save_answers(application: Application, given: Mapping[str, Any], *, actor: Actor) -> Application:
    """Keep what was typed, right or wrong, so that nothing is lost; handing in checks it."""
    application = _lock(application)
    can_edit(actor, application).require()
    known = application.definition.fields()
    application.answers = {**application.answers, **{key: value for key, value in given.items() if key in known}}
    application.save(update_fields=["answers"])
    trail.record(actor, "save_answers", application, fields=sorted(set(given) & set(known)))
    return application


@transaction.atomic
def attach_file(application: Application, field: str, upload: UploadedFile[Any], *, actor: Actor) -> Attachment:
    """Attach a file to a field; refused when its kind, size or content is not what the field asks for."""
    application = _lock(application)
    can_edit(actor, application).require()
    asked = application.definition.fields().get(field)
    if asked is None or asked.type != "file":
        raise Invalid(_("This form has no place for a file called “%s”.") % field)
    checked = uploads.check(upload, accept=asked.accept, max_mb=asked.max_mb)
    standing = application.attachments.filter(field=field, removed_at=None)
    if (same := standing.filter(sha256=checked.sha256).first()) is not None:
        return same
    if standing.count() >= MAX_FILES_PER_FIELD:
        raise Invalid(
            _("“%(field)s” already holds %(most)d files.")
            % {"field": asked.label.text("zh"), "most": MAX_FILES_PER_FIELD},
            remedy=_("Remove one first."),
        )
    attachment = Attachment.objects.create(
        application=application,
        field=field,
        name=checked.name,
        media_type=checked.media_type,
        size=checked.size,
        sha256=checked.sha256,
        file=upload,
    )
    trail.record(actor, "attach_file", application, field=field, sha256=checked.sha256)
    return attachment


@transaction.atomic
def remove_attachment(attachment: Attachment, *, actor: Actor) -> None:
    """Take a file back out of the application; earlier submissions still name it."""
    application = _lock(attachment.application)
    can_edit(actor, application).require()
    Attachment.objects.filter(pk=attachment.pk, removed_at=None).update(removed_at=clock.now())
    trail.record(actor, "remove_attachment", application, field=attachment.field)


@transaction.atomic
def submit_application(
    application: Application,
    *,
    seen_revision: int | None = None,
    seen_answers: str = "",
    consent: str = "",
    actor: Actor,
) -> Application:
    """Hand the application in. After this the applicant can no longer edit it.

    `seen_answers` is the digest of what stood on the applicant's screen: nobody hands in what they have not seen.
    `consent` is the wording the applicant agreed to on the form; it is kept as given.

    Raises Invalid with one full list of what is missing (Zhejiang “run once” rule 2018), or with the clauses that are
    not met; Conflict when the form is older than the application.
    """
    application = _lock(application)
    if seen_revision is not None and seen_revision < application.revision and application.state == "in_review":
        return application  # the same thumb twice: it has been handed in already
    can_edit(actor, application).require()
    if seen_revision is not None and seen_revision != application.revision:
        raise Conflict(_("This form is older than the application."), remedy=_("Reload the page and look again."))
    if seen_answers and seen_answers != answering.digest_of(application):
        raise Conflict(
            _("Your answers have changed since this page was opened, perhaps in another window."),
            remedy=_("Look at them once more, then hand in."),
        )
    definition = application.definition
    if application.revision == 0:
        can_apply(actor, application.round).require()
    answering.require_complete(application)
    if application.revision == 0:  # after the answers have their one form: the same thing typed otherwise is the same
        limits.require([application], definition.limits)
    handing.hand_in([application], actor)
    if consent:
        people.give_consent(application.person, purpose=f"application-{application.pk}", notice=consent, actor=actor)
    trail.record(actor, "submit_application", application, revision=application.revision)
    return application


@transaction.atomic
def withdraw_application(application: Application, *, actor: Actor) -> Application:
    """Take the application back. What was promised returns to the budget."""
    application = _lock(application)
    can_withdraw(actor, application).require()
    flow.move(application, flow.WITHDRAW)
    application.settled_at = clock.now()
    application.save(update_fields=["state", "settled_at"])
    application.runs.filter(state=StepRun.State.OPEN).update(state=StepRun.State.STOPPED, closed_at=clock.now())
    grants.take_back([application])
    trail.record(actor, "withdraw_application", application)
    announce(ApplicationsMoved((application.pk,), "withdrawn"))
    return application
