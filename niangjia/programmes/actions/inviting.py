"""Finding the people a round is for, and keeping that true as their facts change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Conflict
from niangjia.matching import actions as matching
from niangjia.matching.reads import read_lists, read_snapshot
from niangjia.programmes.inviting import BATCH, LAST, Invitation, Listed, Noted, counts
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


def invite_listed(of: Round, out: Path, *, name: str, actor: Actor, tell: Tell | None = None) -> Noted:
    """Note what an engine left in `out` for a round under this name, made of a snapshot of the facts table of today.

    Whoever changed since the snapshot is left to `invite_again`, which looks at exactly these.
    """
    can_invite_everywhere(actor).require()
    taken = read_snapshot(out / "facts")
    if taken.generation is None or taken.as_of != clock.today():
        raise Conflict(
            _("These lists were made for %s, and people are invited as they are today.") % taken.as_of,
            remedy=_("Match as of today, then invite."),
        )
    of = Round.objects.select_related("version__programme", "organisation").get(pk=of.pk)
    invitation, noted, first = Invitation(of, as_of=taken.as_of), Noted(), 0
    for rows in read_lists(out, name, BATCH):
        last = rows[-1][0]
        noted += invitation.note_listed(Listed.of(rows, first, last), taken.generation)
        first = last + 1
        if tell is not None:
            tell(min(last / max(taken.rows, 1), 1.0), of.title)
    noted += invitation.note_listed(Listed.of([], first, LAST), taken.generation)
    invitation.finish(taken.generation)
    trail.record(actor, "invite_listed", of, found=noted.found, gone=noted.gone)
    return noted
