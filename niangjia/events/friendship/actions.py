"""Every change of friendship events: opting in and out, verifying, choosing, telling, reporting, forgetting."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import SystemRandom

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.events.actions.announcing import Plan, announce_activity, draft_activity
from niangjia.events.friendship import sealing
from niangjia.events.friendship.permissions import (
    can_act_as,
    can_forget,
    can_hold,
    can_opt_in,
    can_run,
    can_verify,
)  # fmt: skip
from niangjia.events.friendship.profiles import PURPOSE
from niangjia.events.happenings import MutualChoicesTold
from niangjia.events.models import Activity, Evening, Guest, Pair, Presence, Profile, Report
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.dates import say_moment
from niangjia.kit.guard import keeping
from niangjia.kit.happenings import announce
from niangjia.kit.refusal import Conflict, Invalid, NotFound
from niangjia.orgs.models import Membership, Organisation
from niangjia.people import actions as people
from niangjia.people.models import Consent, Person
from niangjia.trail import actions as trail

YOUNGEST, WIDTH = 20, 5  # the marriage age of women (Civil Code art. 1047); bands of five years
# The trail says that a sheet came in, not whose: who hands in after an evening is nobody's business.
BOX = Actor.system("sealed box")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody writes about themselves. `notice` is the wording they agreed to, with the promise to be single."""

    nickname: str
    contact: str
    notice: str
    words: str = ""


@transaction.atomic
def opt_in(person: Person, wanted: Wanted, *, actor: Actor) -> Profile:
    """Agree, promise to be single, and write a profile; or change one that stands. Somebody verifies it once."""
    can_opt_in(actor, person).require()
    if not wanted.nickname.strip() or not wanted.contact.strip():
        raise Invalid(_("A profile needs a nickname and a way to reach you."))
    if person.birth_date is None or (band := _band(person.birth_date)) == "":
        raise Conflict(
            _("Friendship events are for people of twenty or over whose date of birth is on record."),
            remedy=_("Prove your identity under “My data” first."),
        )
    known = Profile.objects.filter(person=person).first()
    if known is not None and known.state == Profile.State.BLOCKED:
        raise Conflict(_("The organiser has closed your profile."), remedy=known.reason, code="profile_closed")
    people.give_consent(person, purpose=PURPOSE, notice=wanted.notice, actor=actor)
    said = {
        "nickname": wanted.nickname.strip(), "contact": wanted.contact.strip(), "words": wanted.words.strip(),
        "age_band": band, "district_code": person.residence_code[:6],
    }  # fmt: skip
    with keeping(Profile):
        profile, __ = Profile.objects.update_or_create(
            person=person, defaults=said, create_defaults={**said, "promised_at": clock.now()}
        )
    if profile.state == Profile.State.REFUSED:  # mended: somebody looks again
        profile.state, profile.reason = Profile.State.WAITING, ""
        profile.save(update_fields=["state", "reason"])
    trail.record(actor, "opt_in", profile)
    return profile


@transaction.atomic
def opt_out(person: Person, *, actor: Actor) -> None:
    """Take the consent back: profile, sheets and pairs are deleted at once."""
    can_opt_in(actor, person).require()
    consent = Consent.objects.filter(person=person, purpose=PURPOSE, withdrawn_at=None).first()
    if consent is not None:
        people.withdraw_consent(consent, actor=actor)  # whoever listens to that deletes
        trail.record(actor, "opt_out", consent)


@transaction.atomic
def verify_profile(profile: Profile, *, verified: bool, reason: str = "", actor: Actor) -> Profile:
    """Say that this is a member whose identity is proved, or why not."""
    profile = Profile.objects.select_for_update(of=("self",)).select_related("person").get(pk=profile.pk)
    member = Membership.objects.members().main().filter(person=profile.person).select_related("union").first()
    can_verify(actor, member.union.path if member is not None else "").require()
    if verified and (member is None or not profile.person.id_number):
        raise Conflict(
            _("Only members whose identity number is on record can be verified."),
            remedy=_("Ask them to join a union or to prove their identity."),
        )
    if not verified and not reason.strip():
        raise Invalid(_("Say why, in a sentence the person reads."))
    profile.state = Profile.State.VERIFIED if verified else Profile.State.REFUSED
    profile.reason = "" if verified else reason.strip()[:200]
    profile.save(update_fields=["state", "reason"])
    trail.record(actor, "verify_profile", profile, verified=verified)
    return profile


@transaction.atomic
def hold_event(plan: Plan, *, reveals_at: datetime, organisation: Organisation, actor: Actor) -> Evening:
    """Announce a friendship event: an activity for those with a verified profile, and the hour choices are told."""
    can_hold(actor, organisation).require()
    if reveals_at <= max(one.ends_at for one in plan.dates):
        raise Invalid(_("Mutual choices are told after the event has ended."), faults={"reveals_at": _("Later.")})
    plan.more["kind"] = Activity.Kind.FRIENDSHIP
    activity = announce_activity(draft_activity(plan, organisation=organisation, actor=actor), actor=actor)
    evening = Evening.objects.create(activity=activity, reveals_at=reveals_at)
    trail.record(actor, "hold_event", evening)
    return evening


@transaction.atomic
def open_choosing(evening: Evening, *, actor: Actor) -> Evening:
    """Give everybody who came a number by chance and a blank sheet. From now on they can choose."""
    evening = Evening.objects.lock(evening.pk)
    can_run(actor, evening).require()
    if evening.opened_at is not None:
        return evening
    came = Presence.objects.came().filter(occurrence__activity=evening.activity).values("person")
    guests = list(
        Profile.objects.filter(person__in=came, state=Profile.State.VERIFIED).values_list("person", flat=True)
    )
    if len(guests) < 2:
        raise Conflict(
            _("Nobody has been checked in yet."), remedy=_("Check the guests in at the door, then open the choosing.")
        )
    SystemRandom().shuffle(guests)
    evening.key, evening.opened_at, evening.guests_counted = sealing.new_key(), clock.now(), len(guests)
    evening.save(update_fields=["key", "opened_at", "guests_counted"])
    Guest.objects.bulk_create(
        Guest(evening=evening, person_id=person, number=number, sheet=sealing.blank(len(guests) - 1))
        for number, person in enumerate(guests, start=1)
    )
    trail.record(actor, "open_choosing", evening, guests=len(guests))
    return evening


@transaction.atomic
def hand_in_choices(evening: Evening, numbers: Collection[int], *, actor: Actor) -> None:
    """Seal whom this guest would like to meet again; the newest sheet counts. Nobody can read it, not even they."""
    evening = Evening.objects.lock(evening.pk)
    own = evening.guests.filter(person=actor.person_id).first()
    if own is None:
        raise NotFound
    can_act_as(actor, own).require()
    if evening.key is None or clock.now() >= evening.reveals_at:
        raise Conflict(_("Choosing is closed; who chose one another has been told."), code="choosing_closed")
    chosen = {pk for pk, number in evening.guests.values_list("pk", "number") if number in numbers} - {own.pk}
    if len(chosen) > evening.most_choices:
        raise Invalid(_("Choose %d at most.") % evening.most_choices, code="too_many_choices")
    own.sheet = sealing.sheet(evening.key, own.pk, chosen, len(own.sheet))
    own.save(update_fields=["sheet"])
    trail.record(BOX, "hand_in_choices", evening)


@transaction.atomic
def tell_mutual(evening: Evening, *, actor: Actor) -> Evening:
    """At the stated hour: keep who chose one another, throw sheets and key away, tell all guests that they can look."""
    evening = Evening.objects.lock(evening.pk)
    can_run(actor, evening).require()
    if evening.revealed_at is not None:
        return evening
    if evening.opened_at is None or clock.now() < evening.reveals_at:
        said = say_moment(evening.reveals_at)
        raise Conflict(_("Mutual choices are told at %s.") % said, code="too_early")
    found = sealing.pairs(dict(evening.guests.values_list("pk", "sheet")))
    Pair.objects.bulk_create(Pair(evening=evening, first_id=one, second_id=other) for one, other in found)
    evening.guests.update(sheet=[])
    evening.throw_key_away()
    evening.revealed_at, evening.pairs_counted = clock.now(), len(found)
    evening.save(update_fields=["key", "revealed_at", "pairs_counted"])
    trail.record(actor, "tell_mutual", evening)
    announce(MutualChoicesTold(evening.activity_id, tuple(evening.guests.values_list("person", flat=True))))
    return evening


@transaction.atomic
def end_pair(pair: Pair, *, actor: Actor) -> None:
    """End a mutual choice: neither sees how to reach the other any more."""
    pair = Pair.objects.select_related("evening__activity__organisation", "first", "second").get(pk=pair.pk)
    can_act_as(actor, pair.first if pair.first.person_id == actor.person_id else pair.second).require()
    trail.record(BOX, "end_pair", pair.evening)
    pair.delete()


@transaction.atomic
def report_guest(evening: Evening, number: int, *, words: str, actor: Actor) -> Report:
    """Tell the organiser about another guest. They are not told who did."""
    guests = Guest.objects.filter(evening=evening)
    by, about = guests.filter(person=actor.person_id).first(), guests.filter(number=number).first()
    if by is None or about is None or by == about:
        raise NotFound
    can_act_as(actor, by).require()
    if not words.strip():
        raise Invalid(_("Say what happened."), faults={"words": _("In a sentence or two.")})
    report = Report.objects.create(evening=evening, by=by, about=about, words=words.strip()[:500])
    trail.record(actor, "report_guest", evening)
    return report


@transaction.atomic
def answer_report(report: Report, *, answer: str, block: bool, actor: Actor) -> Report:
    """Answer who reported; blocked, the other comes to no further event, and their pairs end."""
    report = Report.objects.select_for_update(of=("self",)).select_related("about").get(pk=report.pk)
    evening = Evening.objects.lock(report.evening_id)
    can_run(actor, evening).require()
    if not answer.strip():
        raise Invalid(_("Answer in a sentence."), faults={"answer": _("Who reported reads it.")})
    report.answer, report.answered_at = answer.strip()[:200], clock.now()
    report.save(update_fields=["answer", "answered_at"])
    if block:
        theirs = Guest.objects.filter(person=report.about.person_id)
        (Pair.objects.filter(first__in=theirs) | Pair.objects.filter(second__in=theirs)).delete()
        Profile.objects.filter(person=report.about.person_id).update(state=Profile.State.BLOCKED, reason=report.answer)
    trail.record(actor, "answer_report", evening, blocked=block)
    return report


@transaction.atomic
def forget_event(evening: Evening, *, actor: Actor) -> Evening:
    """Delete guests, pairs and reports of an event long past. What is left are counts and who held a seat."""
    can_forget(actor).require()
    evening = Evening.objects.lock(evening.pk)
    if evening.forgotten_at is None and clock.now() >= evening.reveals_at + timedelta(days=evening.keep_days):
        evening.guests.all().delete()
        evening.throw_key_away()
        evening.forgotten_at = clock.now()
        evening.save(update_fields=["key", "forgotten_at"])
        trail.record(actor, "forget_event", evening)
    return evening


def _band(born: date) -> str:
    """`30–34`; empty below twenty."""
    today = clock.today()
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    low = age - age % WIDTH
    return f"{low}–{low + WIDTH - 1}" if age >= YOUNGEST else ""
