"""Finding the people a round is for, and keeping that true as their facts change."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.db import transaction

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.matching import actions as matching
from niangjia.programmes.inviting import Invitation, Listed, Noted, counts
from niangjia.programmes.models import Round
from niangjia.programmes.permissions import can_invite_everywhere, can_run_round
from niangjia.trail import actions as trail

MATCHER = Actor.system("matching")
Tell = Callable[[float, str], None]


@transaction.atomic
def find_people(of: Round, *, actor: Actor) -> dict[str, int]:
    """Find the workers a round is for and invite them; again for those who came to suit it since. Counts by verdict.

    Who no longer suits is told no more; an application made stays as it is.
    """
    of = (
        Round.objects.select_for_update(of=("self",)).select_related("version__programme", "organisation").get(pk=of.pk)
    )
    can_run_round(actor, of).require()
    kept = matching.refresh_facts(actor=MATCHER)
    invitation = Invitation(of, as_of=kept.day)
    for first, last in invitation.batches():
        invitation.note(first, last)
    invitation.finish(kept.generation)
    found = counts(of)
    trail.record(actor, "find_people", of, **found)
    return found


@dataclass(frozen=True, slots=True)
class Invited:
    """What came of one round: was everybody looked at or only who changed, and how many lines changed."""

    round: Round
    everybody: bool
    found: int
    gone: int


def invite_again(*, actor: Actor, everybody: bool = False, tell: Tell | None = None) -> list[Invited]:
    """Bring the matches of all open rounds up to date, each batch of people for itself.

    Only those whose facts changed since a round was last matched are held against it; on a new day, and for a round
    that was never matched, everybody: conditions on age and time change their answer without a fact changing.
    """
    can_invite_everywhere(actor).require()
    kept = matching.refresh_facts(actor=MATCHER)
    rounds = list(Round.objects.open_now().select_related("version__programme", "organisation").order_by("pk"))
    done = []
    for number, of in enumerate(rounds):
        anew = everybody or of.matched_on != kept.day or of.matched_generation is None
        invitation = Invitation(of, as_of=kept.day, since=None if anew else of.matched_generation)
        noted, batches = Noted(), list(invitation.batches())
        for nth, (first, last) in enumerate(batches):
            if tell is not None:
                tell((number + nth / len(batches)) / len(rounds), of.title)
            noted += invitation.note(first, last)
        invitation.finish(kept.generation)
        done.append(Invited(of, anew, noted.found, noted.gone))
        if noted != Noted():
            trail.record(actor, "invite_again", of, everybody=anew, found=noted.found, gone=noted.gone)
    return done


def invite_listed(of: Round, pieces: Iterable[Listed], *, generation: int, actor: Actor) -> Noted:
    """Note what an engine found for a round in a snapshot of the facts table at this count, piece by piece.

    Whoever changed since the snapshot is left to `invite_again`, which looks at exactly these.
    """
    can_invite_everywhere(actor).require()
    of = Round.objects.select_related("version__programme", "organisation").get(pk=of.pk)
    invitation, noted = Invitation(of, as_of=clock.today()), Noted()
    for piece in pieces:
        noted += invitation.note_listed(piece, generation)
    invitation.finish(generation)
    trail.record(actor, "invite_listed", of, found=noted.found, gone=noted.gone)
    return noted
