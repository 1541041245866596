"""What programmes do when people are merged, erased, take back consent, or take a copy of their data."""

from __future__ import annotations

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Conflict
from niangjia.orgs.happenings import SubtreeMoved
from niangjia.people import actions as people
from niangjia.people.happenings import ConsentWithdrawn, DataCopying, PeopleMerged, PersonErasing
from niangjia.programmes import consenting
from niangjia.programmes.models import (
    Appeal,
    Application,
    Decision,
    Entitlement,
    Finding,
    JudgeSeat,
    Look,
    Match,
    PutOff,
    Round,
)

State = Application.State
UNSETTLED = (State.DRAFT, State.IN_REVIEW, State.RETURNED)


def follow_merge(merged: PeopleMerged) -> None:
    """Both records' cases go on under the kept one. Decisions and signatures are never rewritten and stay as made."""
    _keep_two_pairs_of_eyes(merged.gone_id)
    _one_application_per_round(merged)
    Application.objects.filter(person=merged.gone_id).update(person=merged.kept_id)
    Application.objects.filter(entered_by=merged.gone_id).update(entered_by=merged.kept_id)
    for seat in JudgeSeat.objects.filter(person=merged.kept_id):
        JudgeSeat.objects.filter(person=merged.gone_id, round=seat.round_id, step=seat.step).delete()
    JudgeSeat.objects.filter(person=merged.gone_id).update(person=merged.kept_id)
    # What is found or seen anew anyway: the kept record's own line stands where both have one.
    put_off = PutOff.objects.filter(person=merged.kept_id)
    PutOff.objects.filter(person=merged.gone_id, fact__in=put_off.values("fact")).delete()
    PutOff.objects.filter(person=merged.gone_id).update(person=merged.kept_id)
    matches, looks = Match.objects.filter(person=merged.kept_id), Look.objects.filter(person=merged.kept_id)
    Match.objects.filter(person=merged.gone_id, round__in=matches.values("round")).delete()
    Match.objects.filter(person=merged.gone_id).update(person=merged.kept_id)
    Look.objects.filter(person=merged.gone_id, application__in=looks.values("application")).delete()
    Look.objects.filter(person=merged.gone_id).update(person=merged.kept_id)


def _keep_two_pairs_of_eyes(gone_id: int) -> None:
    """A decision stays under the name that made it, so while its case is open that name must go on being known."""
    alive = Q(run__application__state__in=UNSETTLED) | Q(run__application__appeals__state=Appeal.State.OPEN)
    held = Decision.objects.filter(alive, person=gone_id).select_related("run__application").first()
    if held is not None:
        raise Conflict(
            _("The record that would be given up has decided application %(number)s, which is still open.")
            % {"number": held.run.application.number},
            remedy=_("Keep that record and give up the other, or wait until the case is settled."),
            code="decided_open_case",
        )


def _one_application_per_round(merged: PeopleMerged) -> None:
    """Of two in one round a draft gives way; two that were handed in are for people to settle."""
    both = (
        Application.objects.select_for_update(of=("self",))
        .exclude(state=State.WITHDRAWN)
        .filter(person__in=(merged.kept_id, merged.gone_id))
        .select_related("round")
        .order_by("pk")
    )
    kept = {one.round_id: one for one in both if one.person_id == merged.kept_id}
    for double in (one for one in both if one.person_id == merged.gone_id and one.round_id in kept):
        pair = (double, kept[double.round_id])
        given_up = next((one for one in pair if one.state == State.DRAFT), None)
        if given_up is None:
            raise Conflict(
                _("Both records have handed in an application for “%(round)s”: %(one)s and %(other)s.")
                % {"round": double.round.title, "one": pair[1].number, "other": pair[0].number},
                remedy=_("Have one of them withdrawn or settled as a double, then merge."),
                code="two_applications_in_a_round",
            )
        given_up.state, given_up.settled_at = State.WITHDRAWN, clock.now()
        given_up.save(update_fields=["state", "settled_at"])


def hold_back_erasing(erasing: PersonErasing) -> None:
    """Refuse while a case is open, an appeal is unanswered or something granted has not been handed over.

    Whoever is erased is not found for anything any more.
    """
    mine = Application.objects.filter(person=erasing.person_id)
    if (open_case := mine.filter(state__in=UNSETTLED).select_related("round").first()) is not None:
        raise Conflict(
            _("Your application for “%(round)s” is still open.") % {"round": open_case.round.title},
            remedy=_("Withdraw it, or wait for the result; then your record can be erased."),
            code="open_application",
        )
    promised = Entitlement.objects.filter(application__in=mine, state=Entitlement.State.PROMISED).first()
    if promised is not None:
        raise Conflict(
            _("“%(what)s” has been granted to you and has not reached you yet.") % {"what": promised.label},
            remedy=_("Wait until you have received it; then your record can be erased."),
            code="grant_on_its_way",
        )
    if Appeal.objects.filter(application__in=mine, state=Appeal.State.OPEN).exists():
        raise Conflict(
            _("Your appeal has not been answered yet."),
            remedy=_("Wait for the answer; then your record can be erased."),
            code="open_appeal",
        )
    Match.objects.filter(person=erasing.person_id).update(verdict=Match.Verdict.NO, missing="")


def forget_put_off(erasing: PersonErasing) -> None:
    """What somebody erased did not want to answer says something of them too."""
    PutOff.objects.filter(person=erasing.person_id).delete()


def forget_told(withdrawn: ConsentWithdrawn) -> None:
    """Without consent the sensitive answers go (PIPL art. 47)."""
    if withdrawn.purpose == consenting.PURPOSE:
        people.take_back_facts(withdrawn.person_id, facts=consenting.sensitive_told(), actor=Actor.system("consent"))


def look_at_all_again(_moved: SubtreeMoved) -> None:
    """Other workers stand below a round's union now: its next matching looks at everybody."""
    Round.objects.filter(state=Round.State.OPEN).update(matched_generation=None)


def add_to_copy(copying: DataCopying) -> None:
    """Put applications, what the rules said of them and what came of them into a person's copy of their data."""
    mine = Application.objects.filter(person=copying.person_id).order_by("pk")
    copying.parts["applications"] = [
        {"number": one.number, "round": one.round.title, "union": one.union.name, "state": one.state,
         "answers": one.answers, "files": [file.name for file in one.attachments.all()],
         "started_at": one.started_at.isoformat(), "submitted_at": one.submitted_at and one.submitted_at.isoformat(),
         "settled_at": one.settled_at and one.settled_at.isoformat(), "result_reason": one.result_reason}
        for one in mine.select_related("round", "union").prefetch_related("attachments")
    ]  # fmt: skip
    copying.parts["questions_put_off"] = [
        {"fact": one.fact, "until": one.until.isoformat()}
        for one in PutOff.objects.filter(person=copying.person_id).order_by("fact")
    ]
    copying.parts["findings"] = [
        {"application": said.application.number, "as_of": said.as_of.isoformat(), "verdict": said.verdict,
         "told": said.told}
        for said in Finding.objects.filter(application__in=mine).select_related("application").order_by("pk")
    ]  # fmt: skip
    copying.parts["entitlements"] = [
        {"application": held.application.number, "what": held.label, "amount_fen": held.amount_fen, "state": held.state,
         "delivered_at": held.delivered_at and held.delivered_at.isoformat()}
        for held in Entitlement.objects.filter(application__in=mine).select_related("application").order_by("pk")
    ]  # fmt: skip
    copying.parts["appeals"] = [
        {"application": made.application.number, "text": made.text, "state": made.state, "answer": made.answer}
        for made in Appeal.objects.filter(application__in=mine).select_related("application").order_by("pk")
    ]  # fmt: skip
