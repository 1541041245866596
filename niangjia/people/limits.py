"""How often a sign-in code may be asked for and mistyped; counted in the database, so it holds in every process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Self

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from niangjia.kit import clock, crypto
from niangjia.kit.refusal import Refusal
from niangjia.people.models import SignInTry

PAUSE = timedelta(seconds=60)
HOUR = timedelta(hours=1)
CODES_AN_HOUR = 5
CODES_AN_HOUR_FROM_ONE_ADDRESS = 200  # a whole factory may sign in through one address on joining day
WRONG_TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
KEPT_FOR = timedelta(days=1)


class TooOften(Refusal):
    """Too many codes asked for, or too many wrong ones: wait."""

    code = "too_often"
    status = 429


@dataclass(frozen=True, slots=True)
class Asking:
    """Whoever asks, as the limits know them: by keyed hash only."""

    phone_hash: str
    address_hash: str

    @classmethod
    def of(cls, phone: str, address: str) -> Self:
        return cls(crypto.keyed_hash(phone, "person.phone"), crypto.keyed_hash(address, "sign-in.address"))

    @property
    def hashes(self) -> dict[str, str]:
        return {"phone_hash": self.phone_hash, "address_hash": self.address_hash}


def wait_for(who: Asking) -> None:
    """One at a time for one phone, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [who.phone_hash])


def _wrong(who: Asking) -> QuerySet[SignInTry]:
    since = clock.now() - LOCKED_FOR
    return SignInTry.objects.filter(kind=SignInTry.Kind.WRONG, phone_hash=who.phone_hash, at__gt=since)


def tries_left(who: Asking) -> int:
    return max(0, WRONG_TRIES - _wrong(who).count())


def refuse_locked(who: Asking) -> None:
    """Refuse while the phone is locked, even the right code."""
    tries = list(_wrong(who).order_by("-at").values_list("at", flat=True)[:WRONG_TRIES])
    if len(tries) == WRONG_TRIES:
        opens = timezone.localtime(tries[-1] + LOCKED_FOR, clock.SHANGHAI)
        raise TooOften(
            _("Too many wrong codes for this number."),
            remedy=_("For safety it is locked until %(time)s. Then ask for a new code.") % {"time": f"{opens:%H:%M}"},
            code="sign_in_locked",
        )


def refuse_too_many(who: Asking) -> None:
    """Refuse a code too soon after the last, or too many in an hour for one phone or one address."""
    now = clock.now()
    asked = SignInTry.objects.filter(kind=SignInTry.Kind.ASKED, at__gt=now - HOUR)
    mine = list(asked.filter(phone_hash=who.phone_hash).order_by("-at").values_list("at", flat=True))
    if mine and now - mine[0] < PAUSE:
        seconds = max(1, int((PAUSE - (now - mine[0])).total_seconds()))
        raise TooOften(
            _("A code was sent to this number just now."),
            remedy=_("Wait %(seconds)s seconds before you ask for another.") % {"seconds": seconds},
        )
    from_here = asked.filter(address_hash=who.address_hash).count()
    if len(mine) >= CODES_AN_HOUR or from_here >= CODES_AN_HOUR_FROM_ONE_ADDRESS:
        raise TooOften(
            _("Too many codes have been asked for in this hour."),
            remedy=_("Try again in an hour, or ask your union to help you."),
        )
