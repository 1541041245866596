"""The tree of unions, the bodies beside it, who belongs where, and who holds which office."""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock
from niangjia.kit.actor import Actor
from niangjia.people.models import Household, Person


class Kind(models.TextChoices):
    """What a body is (Trade Union Law art. 11). Those before ENTERPRISE are union bodies."""

    FEDERATION = "federation", _("federation of trade unions")
    UNION_FEDERATION = "union_federation", _("union federation")
    INDUSTRIAL_UNION = "industrial_union", _("industrial union")
    GRASSROOTS_UNION = "grassroots_union", _("grassroots union")
    JOINT_UNION = "joint_union", _("joint union")
    INDUSTRY_JOINT_UNION = "industry_joint_union", _("industry joint union")
    ENTERPRISE = "enterprise", _("enterprise")
    PARK = "park", _("park")
    SCHOOL = "school", _("school")
    BUREAU = "bureau", _("government or public-service bureau")
    PARTNER = "partner", _("other partner")


UNION_KINDS = (
    Kind.FEDERATION,
    Kind.UNION_FEDERATION,
    Kind.INDUSTRIAL_UNION,
    Kind.GRASSROOTS_UNION,
    Kind.JOINT_UNION,
    Kind.INDUSTRY_JOINT_UNION,
)


CAN_HAVE_CHILDREN = (
    Kind.FEDERATION,
    Kind.UNION_FEDERATION,
    Kind.INDUSTRIAL_UNION,
    Kind.INDUSTRY_JOINT_UNION,
    Kind.JOINT_UNION,
)


class Trade(models.TextChoices):
    """The four key groups of new-form workers (national campaign of 2021–22)."""

    COURIER = "courier", _("courier")
    DELIVERY = "delivery", _("food delivery rider")
    RIDE_HAILING = "ride_hailing", _("ride-hailing driver")
    TRUCK = "truck", _("truck driver")


class Level(models.TextChoices):
    PROVINCE = "province", _("province")
    CITY = "city", _("city")
    COUNTY = "county", _("county")
    TOWNSHIP = "township", _("township")
    GRASSROOTS = "grassroots", _("grassroots")


def within(paths: tuple[str, ...], field: str = "path") -> Q:
    """Rows whose tree path lies in one of these subtrees; nothing for no paths."""
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(**{f"{field}__startswith": path})
    return condition


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def lock(self, organisation_id: int) -> Organisation:
        return self.select_for_update(of=("self",)).get(pk=organisation_id)

    def unions(self) -> Self:
        return self.filter(kind__in=UNION_KINDS)

    def active_on(self, day: date) -> Self:
        return self.filter(Q(closed_on=None) | Q(closed_on__gt=day), founded_on__lte=day)

    def under(self, path: str) -> Self:
        """The body at `path` and all below it."""
        return self.filter(path__startswith=path)

    def above(self, *paths: str) -> Self:
        """The bodies from the root down to each of `paths`, these included; nobody for no paths."""
        lines = [path.strip(".").split(".") for path in paths]
        steps = {".".join(line[: n + 1]) + "." for line in lines for n in range(len(line))}
        return self.filter(path__in=sorted(steps)).order_by("path")

    def visible_to(self, actor: Actor) -> Self:
        """An officer sees their subtree and the partners it brought in; anybody sees the bodies they hold office in."""
        if actor.is_system:
            return self
        held = [power.organisation_id for power in actor.powers]
        return self.filter(within(actor.paths) | within(actor.paths, "host__path") | Q(pk__in=held))


class Organisation(models.Model):
    """A body: a union somewhere in the tree, or an enterprise, park, school or bureau beside it."""

    kind = models.CharField(_("kind"), max_length=24, choices=Kind)
    level = models.CharField(_("level"), max_length=10, choices=Level, blank=True)
    name = models.CharField(_("name"), max_length=128)
    code = models.CharField(_("union code"), max_length=32)
    division_code = models.CharField(_("division code (GB/T 2260)"), max_length=12, blank=True, db_index=True)
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField(max_length=200, blank=True, editable=False)
    trade = models.CharField(_("line of work"), max_length=16, choices=Trade, blank=True)
    host = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="guests",
        help_text=_("the union body that brought in an enterprise or partner, and looks after its record"),
    )  # fmt: skip
    committee_seats = models.PositiveSmallIntegerField(_("committee seats"), null=True, blank=True)
    founded_on = models.DateField(_("founded on"), default=date(2000, 1, 1))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    successor = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="predecessors")

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("organisation")
        ordering: ClassVar = ["division_code", "pk"]
        indexes: ClassVar = [
            models.Index(OpClass(F("path"), name="varchar_pattern_ops"), name="organisation_by_path"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_body_per_union_code",
                fields=["code"],
                violation_error_message=_("A body with this union code is already recorded."),
            ),
            models.UniqueConstraint(
                name="one_body_per_path",
                fields=["path"],
                condition=~Q(path=""),
                violation_error_message=_("Two bodies cannot stand in the same place of the tree."),
            ),
            models.CheckConstraint(
                name="organisation_closes_after_founding",
                condition=Q(closed_on=None) | Q(closed_on__gte=F("founded_on")),
                violation_error_message=_("A body cannot close before it was founded."),
            ),
            models.CheckConstraint(
                name="only_unions_have_a_parent",
                condition=Q(parent=None) | Q(kind__in=[str(kind) for kind in UNION_KINDS]),
                violation_error_message=_("Only union bodies stand below another union body."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_union(self) -> bool:
        return self.kind in UNION_KINDS


class TreeEdge(models.Model):
    """Who stood under whom, and when: the tree as of any day."""

    child = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="edges_up")
    parent = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="edges_down")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("place in the tree")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_parent_at_a_time",
                fields=["child"],
                condition=Q(until=None),
                violation_error_message=_("This body already stands under another."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.child} under {self.parent} from {self.since}"


class UnitNature(models.TextChoices):
    ENTERPRISE = "enterprise", _("enterprise")
    INSTITUTION = "institution", _("public institution")
    GOVERNMENT = "government", _("government body")
    SELF_EMPLOYED = "self_employed", _("self-employed business")
    OTHER = "other", _("other")


class Employer(models.Model):
    """What an enterprise is as an employer, apart from union bodies: one employer, many unions, and the reverse."""

    organisation = models.OneToOneField(Organisation, on_delete=models.PROTECT, related_name="employer")
    uscc = models.CharField(_("unified social credit code"), max_length=18, blank=True)
    nature = models.CharField(_("nature"), max_length=16, choices=UnitNature, default=UnitNature.ENTERPRISE)
    sector = models.CharField(_("sector (GB/T 4754 section)"), max_length=8, blank=True)
    above_scale = models.BooleanField(_("above statistical size"), default=False)
    headcount = models.PositiveIntegerField(_("headcount"), null=True, blank=True)

    class Meta:
        verbose_name = _("employer")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_employer_per_credit_code",
                fields=["uscc"],
                condition=~Q(uscc=""),
                violation_error_message=_("An employer with this credit code is already recorded."),
            )
        ]

    def __str__(self) -> str:
        return self.organisation.name


class Coverage(models.Model):
    """Which union covers the workers of which employer, with dates."""

    union = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="coverages")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, related_name="coverages")
    since = models.DateField(default=clock.today)
    until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("coverage")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_standing_coverage",
                fields=["union", "employer"],
                condition=Q(until=None),
                violation_error_message=_("This union already covers this employer."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.union} covers {self.employer}"


class EmploymentForm(models.TextChoices):
    CONTRACT = "contract", _("labour contract")
    DISPATCH = "dispatch", _("dispatched")
    PLATFORM = "platform", _("platform work")
    SELF = "self", _("self-employed")


class Post(models.TextChoices):
    FRONT_LINE = "front_line", _("front line")
    TECHNICAL = "technical", _("technical")
    TEAM_LEADER = "team_leader", _("team leader")
    WORKSHOP_HEAD = "workshop_head", _("workshop head")
    MANAGER = "manager", _("manager")


class Employment(models.Model):
    """Who works for whom, in which form and post, with dates."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="employments")
    employer = models.ForeignKey(Employer, on_delete=models.PROTECT, null=True, blank=True, related_name="employments")
    form = models.CharField(_("form of work"), max_length=10, choices=EmploymentForm, default=EmploymentForm.CONTRACT)
    post = models.CharField(_("post"), max_length=16, choices=Post, blank=True)
    occupation = models.CharField(_("trade"), max_length=64, blank=True)
    since = models.DateField(_("since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("employment")
        ordering: ClassVar = ["-since", "-pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="employment_ends_after_it_begins",
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")),
                violation_error_message=_("An employment cannot end before it begins."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.person} at {self.employer}"


MEMBER_STATES = ("member", "transferring", "retained")


class MembershipQuerySet(models.QuerySet["Membership"]):
    def lock(self, *ids: int) -> list[Membership]:
        """The memberships, locked in one order, so that two officers never wait for each other in a ring."""
        rows = self.select_for_update(of=("self",)).filter(pk__in=ids).select_related("union", "person")
        return list(rows.order_by("pk"))

    def members(self) -> Self:
        """Those who are members today: in good standing, waiting in a transfer, or retained."""
        return self.filter(state__in=MEMBER_STATES)

    def standing(self) -> Self:
        """Members, and those whose application is still open."""
        return self.filter(state__in=("applicant", *MEMBER_STATES))

    def main(self) -> Self:
        return self.filter(service_only=False)

    def visible_to(self, actor: Actor) -> Self:
        """An officer sees the memberships of their subtree, and a person their own. An employer sees none."""
        if actor.is_system:
            return self
        return self.filter(within(actor.paths, "union__path") | Q(person=actor.person_id, person__isnull=False))


class Membership(models.Model):
    """A person's belonging to a union, from the application to the end."""

    class State(models.TextChoices):
        APPLICANT = "applicant", _("applicant")
        MEMBER = "member", _("member")
        TRANSFERRING = "transferring", _("waiting for transfer")
        RETAINED = "retained", _("membership retained")
        MOVED = "moved", _("transferred away")
        LEFT = "left", _("left")
        DECLINED = "declined", _("not admitted")

    class Route(models.TextChoices):
        """How the person came: it decides who is asked, and the employer never is."""

        ALONE = "alone", _("own application")
        BATCH = "batch", _("collective joining")
        ROSTER = "roster", _("imported roster")
        TRANSFER = "transfer", _("transfer")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    union = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships", db_index=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.APPLICANT)
    route = models.CharField(_("way of joining"), max_length=10, choices=Route, default=Route.ALONE)
    service_only = models.BooleanField(_("served here, member elsewhere"), default=False)
    applied_on = models.DateField(default=clock.today)
    joined_on = models.DateField(
        _("first joined"), null=True, blank=True, help_text=_("carried along by transfers: join once, move on")
    )
    since = models.DateField(_("member since"), null=True, blank=True)
    until = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("membership")
        ordering: ClassVar = ["-pk"]
        indexes: ClassVar = [models.Index(fields=["union", "state"], name="membership_by_union")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_main_membership",
                fields=["person"],
                condition=Q(service_only=False, state__in=["applicant", "member", "transferring", "retained"]),
                violation_error_message=_("This person already belongs to a union, or has an application open."),
            ),
            models.CheckConstraint(
                name="membership_ends_after_it_begins",
                condition=Q(until=None) | Q(since=None) | Q(until__gte=F("since")),
                violation_error_message=_("A membership cannot end before it begins."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} in {self.union}"


class MembershipTransferQuerySet(models.QuerySet["Transfer"]):
    def waiting(self) -> Self:
        return self.filter(state="waiting")

    def visible_to(self, actor: Actor) -> Self:
        """The member, the union they leave, the one asked, and for the pool every union of the county."""
        if actor.is_system:
            return self
        above = {path[: end + 1] for path in actor.paths for end, sign in enumerate(path) if sign == "."}
        return self.filter(
            within(actor.paths, "target__path")
            | within(actor.paths, "pool__path")
            | within(actor.paths, "membership__union__path")
            | Q(target=None, pool__path__in=above)
            | Q(membership__person=actor.person_id, membership__person__isnull=False)
        )


class Transfer(models.Model):
    """A membership on its way to another union. Until somebody accepts, the old union keeps it: nobody is lost."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting to be accepted")
        ACCEPTED = "accepted", _("accepted")
        RETURNED = "returned", _("returned to the old union")

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="transfers")
    target = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, null=True, blank=True, related_name="transfers_in",
        help_text=_("empty: in the county's waiting pool"),
    )  # fmt: skip
    pool = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="transfer_pool")
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    asked_on = models.DateField(default=clock.today)
    due_on = models.DateField()
    was_retained = models.BooleanField(default=False)
    settled_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)

    objects = MembershipTransferQuerySet.as_manager()

    class Meta:
        verbose_name = _("transfer of membership")
        ordering: ClassVar = ["due_on", "pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_waiting_transfer",
                fields=["membership"],
                condition=Q(state="waiting"),
                violation_error_message=_("This membership is already waiting for a transfer."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.membership} to {self.target or self.pool}"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def lock(self, appointment_id: int) -> Appointment:
        rows = self.select_for_update(of=("self",)).select_related("organisation__parent", "organisation__host")
        return rows.get(pk=appointment_id)

    def on(self, day: date) -> Self:
        """The offices held on this day."""
        return self.filter(Q(until=None) | Q(until__gt=day), since__lte=day)


class Appointment(models.Model):
    """An office held in a body, from a day to a day. Nothing else gives power."""

    class Office(models.TextChoices):
        CHAIR = "chair", _("union chair")
        HANDLER = "handler", _("case handler")
        JUDGE = "judge", _("judge")
        FINANCE = "finance", _("finance officer")
        PARTNER = "partner", _("partner's handler")
        HR = "hr", _("enterprise personnel officer")

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="appointments")
    office = models.CharField(_("office"), max_length=10, choices=Office)
    since = models.DateField(default=clock.today)
    until = models.DateField(null=True, blank=True)
    delegated_from = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="delegations"
    )

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        ordering: ClassVar = ["organisation__path", "pk"]
        constraints: ClassVar = [
            models.CheckConstraint(
                name="appointment_ends_after_it_begins",
                condition=Q(until=None) | Q(until__gte=F("since")),
                violation_error_message=_("An appointment cannot end before it begins."),
            ),
            models.CheckConstraint(
                name="a_delegation_has_an_end",
                condition=Q(delegated_from=None) | Q(until__isnull=False),
                violation_error_message=_("An office is lent only until a day."),
            ),
            models.UniqueConstraint(
                name="one_standing_appointment",
                fields=["person", "organisation", "office"],
                condition=Q(until=None),
                violation_error_message=_("This person already holds this office."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.office} of {self.organisation}"


class HardshipClass(models.TextChoices):
    """Union classes of hardship (national guidance on aid to workers in hardship)."""

    DEEP = "deep", _("deep hardship")
    RELATIVE = "relative", _("relative hardship")
    ACCIDENT = "accident", _("hardship by accident")
    NEAR = "near", _("near the threshold")


class HardshipFile(models.Model):
    """One household's dated hardship file. Filed first, aided after, under the real name (先建档后帮扶)."""

    household = models.ForeignKey(Household, on_delete=models.PROTECT, related_name="hardship_files")
    union = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="hardship_files")
    hardship = models.CharField(_("class of hardship"), max_length=10, choices=HardshipClass)
    cause = models.CharField(_("main cause"), max_length=64, blank=True)
    yearly_income_fen = models.BigIntegerField(_("household income a year"), null=True, blank=True)
    opened_on = models.DateField(default=clock.today)
    closed_on = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("hardship file")
        constraints: ClassVar = [
            models.UniqueConstraint(
                name="one_open_hardship_file",
                fields=["household"],
                condition=Q(closed_on=None),
                violation_error_message=_("This household already has an open hardship file."),
            )
        ]

    def __str__(self) -> str:
        return f"hardship file {self.pk}"


import niangjia.orgs.models_roster  # noqa: E402, F401 - its tables belong to this package and stand on these nouns
