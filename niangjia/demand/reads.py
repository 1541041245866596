"""What workers are asked, and how many ask for what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count

from niangjia.demand.models import Option, Poll, PollQuerySet, Wish
from niangjia.demand.permissions import can_ask
from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.kit.permit import Permit
from niangjia.kit.refusal import NotFound
from niangjia.orgs.models import Membership

MOST_SHOWN = 6
SMALL = 10  # of fewer people one could guess who they are


@dataclass(frozen=True, slots=True)
class OptionLine:
    """One option: how many people ask for it, and whether I do."""

    option: Option
    people: int
    is_mine: bool


@dataclass(frozen=True, slots=True)
class UnionLine:
    """How many of one union ask for one option; none when they are too few to be counted apart."""

    union: str
    option: str
    people: int | None


@dataclass(frozen=True, slots=True)
class PollPage:
    poll: Poll
    lines: Sequence[OptionLine]
    people: int
    run: Permit
    unions: Sequence[UnionLine] = ()

    @property
    def has_answered(self) -> bool:
        return any(line.is_mine for line in self.lines)


def polls_for(actor: Actor) -> list[Poll]:
    """What the worker's unions ask now."""
    return list(_asked(actor).open_on(clock.today()).select_related("organisation"))


def _asked(actor: Actor) -> PollQuerySet:
    belonging = Membership.objects.members().main().filter(person=actor.person_id).select_related("union").first()
    above = (belonging.union.path,) if belonging is not None else ()
    return Poll.objects.listed().asked_within(above)


def poll_for(actor: Actor, poll_id: int) -> PollPage:
    """A poll of the worker's unions; to all others there is none."""
    return _page(actor, _asked(actor).filter(pk=poll_id).select_related("organisation").first())


def own_polls(actor: Actor) -> list[Poll]:
    """Those of an officer's unions, with how many people answered."""
    found = Poll.objects.listed().run_by(actor).select_related("organisation")
    return list(found.annotate(people=Count("options__wishes__person", distinct=True))[:200])


def option_for(actor: Actor, option_id: int) -> Option:
    """An option of a poll of the officer's unions; to all others there is none."""
    found = Option.objects.filter(pk=option_id, poll__in=Poll.objects.listed().run_by(actor)).select_related("poll")
    option = found.first()
    if option is None:
        raise NotFound
    return option


def options_asked(actor: Actor) -> list[OptionLine]:
    """What workers of an officer's unions ask for at present, what most ask for first."""
    asked = Option.objects.filter(poll__in=Poll.objects.listed().run_by(actor).filter(closed_at=None))
    counted = asked.annotate(people=Count("wishes")).filter(people__gt=0).select_related("poll")
    return [OptionLine(one, one.people, is_mine=False) for one in counted.order_by("-people", "pk")[:MOST_SHOWN]]


def own_poll(actor: Actor, poll_id: int) -> PollPage:
    """A poll of the officer's unions, with what each union's members ask for; to all others there is no such desk."""
    page = _page(actor, Poll.objects.listed().run_by(actor).filter(pk=poll_id).select_related("organisation").first())
    return PollPage(page.poll, page.lines, page.people, page.run, _by_union(page.poll))


def _page(actor: Actor, poll: Poll | None) -> PollPage:
    if poll is None:
        raise NotFound
    return PollPage(poll, lines_of(poll, actor), people_asking(poll), can_ask(actor, poll.organisation))


def lines_of(poll: Poll, actor: Actor) -> list[OptionLine]:
    """The options of a poll in their order, with how many people ask for each."""
    own = Wish.objects.filter(option__poll=poll, person=actor.person_id, person__isnull=False)
    mine = set(own.values_list("option", flat=True))
    counted = poll.options.annotate(people=Count("wishes"))
    return [OptionLine(one, one.people, one.pk in mine) for one in counted]


def people_asking(poll: Poll) -> int:
    """People who asked for anything of a poll, each counted once."""
    return Wish.objects.filter(option__poll=poll).values("person").distinct().count()


def _by_union(poll: Poll) -> list[UnionLine]:
    """What the members of each union ask for; fewer than ten are not told apart."""
    main = Membership.objects.members().main().filter(person__wishes__option__poll=poll)
    rows = main.values_list("union__name", "person__wishes__option__title", "person__wishes__option__poll")
    counted = rows.annotate(people=Count("person", distinct=True)).order_by("union__path", "-people")
    return [
        UnionLine(union, option, people if people >= SMALL else None)
        for union, option, of, people in counted
        if of == poll.pk
    ]
