"""Who is acting: a person with the powers they hold today, a named system job, or nobody."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What a person is to the house, from the coarse side: it opens doors, never single things."""

    WORKER = "worker"  # has a person record
    OFFICER = "officer"  # holds an office in a union body
    PARTNER = "partner"  # holds an office in a partner body: bureau, school, hospital
    EMPLOYER = "employer"  # acts for an enterprise


class Office(StrEnum):
    """The office an appointment gives. Offices are the only source of power (docs/adr/0008)."""

    CHAIR = "chair"  # 工会主席
    HANDLER = "handler"  # 经办人
    JUDGE = "judge"  # 评委
    FINANCE = "finance"  # 财务
    PARTNER = "partner"  # 协办单位经办人
    HR = "hr"  # 企业人事


RUNNERS = (Office.CHAIR, Office.HANDLER)  # those who run what a union does for people, and so read their names


@dataclass(frozen=True, slots=True)
class Power:
    """One office held today, with the subtree it reaches."""

    organisation_id: int
    path: str
    office: Office
    is_union: bool
    level: str  # province, city, county, township, grassroots, or "" outside the union tree
    organisation_name: str = ""

    def covers(self, path: str) -> bool:
        return path.startswith(self.path)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts. Powers are read once when the actor is made, so every `can_*` is pure and asks no database."""

    kind: str  # person, system, nobody
    name: str
    person_id: int | None = None
    account_id: int | None = None
    powers: tuple[Power, ...] = ()
    roles: frozenset[Role] = field(default=frozenset())

    @classmethod
    def system(cls, job: str) -> Actor:
        """A clock-driven job, acting under its own name."""
        return cls(kind="system", name=job)

    @classmethod
    def nobody(cls) -> Actor:
        return cls(kind="nobody", name="")

    @property
    def is_system(self) -> bool:
        return self.kind == "system"

    @property
    def paths(self) -> tuple[str, ...]:
        """The union subtrees this actor works in."""
        return tuple(power.path for power in self.powers if power.is_union)

    def reach(self, *offices: Office) -> tuple[str, ...]:
        """The union subtrees over which one of these offices is held."""
        return tuple(power.path for power in self.powers if power.is_union and power.office in offices)

    def holds(self, *offices: Office, over: str) -> bool:
        """Whether one of these offices (any, when none is named) reaches `over`, a tree path."""
        return any(
            power.covers(over) and (not offices or power.office in offices) for power in self.powers if power.is_union
        )

    def holds_in(self, organisation_id: int, *offices: Office) -> bool:
        """Whether one of these offices is held in exactly this body."""
        return any(
            power.organisation_id == organisation_id and (not offices or power.office in offices)
            for power in self.powers
        )
