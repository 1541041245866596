"""The life of a transfer as one table. PostgreSQL holds to it too (`settled_transfer_stays`)."""

from __future__ import annotations

from django.utils.translation import gettext as _

from niangjia.kit.flows import Move
from niangjia.kit.refusal import Conflict
from niangjia.ledger.models import Transfer

State = Transfer.State


POST = Move("post", (State.RESERVED,), State.POSTED, "keeper of the paying account")
VOID = Move("void", (State.RESERVED,), State.VOIDED, "keeper of the paying account")

MOVES = (POST, VOID)


def still_to_move(transfers: list[Transfer], made: Move) -> list[Transfer]:
    """Those not yet where the move leads; refuses one that went the other way."""
    for transfer in transfers:
        if transfer.state not in (*made.before, made.after):
            raise Conflict(
                _("“%(transfer)s” is “%(state)s” already.")
                % {"transfer": transfer, "state": transfer.get_state_display()},
                remedy=_("Make a new transfer instead."),
            )
    return [transfer for transfer in transfers if transfer.state in made.before]
