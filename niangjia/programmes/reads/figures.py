"""What a programme has brought, counted from its records and from nothing else."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import BigIntegerField, ExpressionWrapper, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import get_language

from niangjia.kit import money
from niangjia.people.models import HouseholdMember
from niangjia.programmes.definition import Count, Definition
from niangjia.programmes.definition.labels import WORDS
from niangjia.programmes.models import Application, Entitlement, Programme

WHOLE = BigIntegerField()


@dataclass(frozen=True, slots=True)
class Tally:
    """One figure under its name, in one unit."""

    label: str
    value: int
    unit: str

    @property
    def text(self) -> str:
        """Money says its own unit; the others are told after the number."""
        if self.unit == "fen":
            return money.yuan(self.value)
        at = 0 if (get_language() or "zh").startswith("zh") else 1
        return f"{self.value:,}{'' if at == 0 else ' '}{WORDS[self.unit][at]}"


def figures(programme: Programme, definition: Definition) -> tuple[Tally, ...]:
    """Every count its file names, over all rounds of the programme. People, households and times are never mixed."""
    language = (get_language() or "zh")[:2]
    return tuple(Tally(one.label.text(language), count(programme, one), one.unit) for one in definition.counts)


def count(programme: Programme, asked: Count) -> int:
    """One figure. Somebody without a recorded household is a household of their own."""
    if asked.of == "paid_fen":
        delivered = _entitled(programme).filter(state=Entitlement.State.DELIVERED)
        return int(delivered.aggregate(sum=Sum("amount_fen"))["sum"] or 0)
    if asked.of == "titles":
        standing = _entitled(programme).filter(credential__isnull=False, credential__revoked_on=None)
        return standing.count() if asked.unit in ("titles", "person_times") else _heads(_of(standing), asked.unit)
    return _heads(_rows(programme, asked.of), asked.unit)


def _entitled(programme: Programme) -> QuerySet[Entitlement]:
    stands = Entitlement.objects.exclude(state=Entitlement.State.VOID)
    return stands.filter(application__round__version__programme=programme)


def _of(entitled: QuerySet[Entitlement]) -> QuerySet[Application]:
    return Application.objects.filter(pk__in=entitled.values("application"))


def _rows(programme: Programme, of: str) -> QuerySet[Application]:
    if of == "entitled":
        return _of(_entitled(programme))
    handed_in = Application.objects.filter(round__version__programme=programme).exclude(submitted_at=None)
    return handed_in.filter(state=Application.State.REFUSED) if of == "refused" else handed_in


def _heads(rows: QuerySet[Application], unit: str) -> int:
    rows = rows.order_by()
    if unit == "people":
        return rows.values("person").distinct().count()
    if unit == "households":
        home = HouseholdMember.objects.filter(person=OuterRef("person"), until=None).values("household")[:1]
        # Households are numbered up from one, so the negative of a person's number is nobody else's.
        alone = ExpressionWrapper(Cast("person", WHOLE) * -1, WHOLE)
        return rows.values(home=Coalesce(Subquery(home, WHOLE), alone)).distinct().count()
    return rows.count()
