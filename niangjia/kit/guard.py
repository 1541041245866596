"""What PostgreSQL refuses, said in the model's own sentence."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, models, transaction

from niangjia.kit.refusal import Conflict


@contextmanager
def keeping(*kinds: type[models.Model]) -> Iterator[None]:
    """Write inside this block: a broken named constraint of these models becomes a `Conflict` people can read."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as fault:
        broken = getattr(getattr(fault.__cause__, "diag", None), "constraint_name", None)
        for kind in kinds:
            for constraint in kind._meta.constraints:
                if constraint.name == broken:
                    raise Conflict(str(constraint.get_violation_error_message()), code=constraint.name) from fault
        raise
