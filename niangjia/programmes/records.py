"""What a step asks its actor to put down: field records, and points for criteria."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from niangjia.kit.refusal import Invalid, Sentence
from niangjia.programmes import answers
from niangjia.programmes.definition import StepDef
from niangjia.programmes.models import Decision

Verdict = Decision.Verdict


def checked(
    step: StepDef, verdict: str, given: Mapping[str, Any], *, earlier: Sequence[Decision] = ()
) -> dict[str, Any]:
    """The record in its typed form. Nothing is asked of a refusal, a return or a recusal.

    Where two people act together (a home visit), the first puts the record down and the others confirm it.
    """
    if verdict in (Verdict.RETURN, Verdict.RECUSE):
        return {}
    if verdict == Verdict.REFUSE:
        return {"code": str(given["code"])} if given.get("code") else {}
    if step.kind == "score":
        return _points(step, given)
    confirmed = step.kind == "visit" and any(one.record for one in earlier)
    return {} if confirmed and not given else answers.typed_all(step.records, given)


def _points(step: StepDef, given: Mapping[str, Any]) -> dict[str, Any]:
    faults: dict[str, Sentence] = {}
    points: dict[str, Any] = {}
    for criterion in step.criteria:
        try:
            value = int(str(given.get(criterion.key, "")).strip())
        except ValueError:
            faults[criterion.key] = _("A whole number from 0 to %d.") % criterion.max
            continue
        if not 0 <= value <= criterion.max:
            faults[criterion.key] = _("From 0 to %d.") % criterion.max
        points[criterion.key] = value
    if faults:
        raise Invalid(_("Some points are missing or out of range."), faults=faults)
    return points


def hundredths(step: StepDef, points: Mapping[str, int]) -> int:
    """A judge's total in hundredths of a point of 100: each criterion's share of its maximum, by weight."""
    return sum(points.get(one.key, 0) * one.weight * 100 // one.max for one in step.criteria)
