"""Agreements: the exact text drawn up from the programme's template, frozen by its hash, signed party by party."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from niangjia.kit import clock
from niangjia.programmes.models import Agreement, Application, StepRun

PLACEHOLDER = re.compile(r"\{([a-z_][a-z0-9_.]*)\}")


def digest_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def draft(runs: Sequence[StepRun]) -> None:
    """Draw up the agreement of each run. Agreements are written in Chinese, the language they are in force in."""
    drawn_up = []
    for run in runs:
        template = run.application.definition.agreement
        if template is None:
            continue
        text = fill(template.text.zh, _values(run.application))
        drawn_up.append(
            Agreement(application=run.application, run=run, title=template.title.zh, text=text, digest=digest_of(text))
        )
    Agreement.objects.bulk_create(drawn_up)


def _values(application: Application) -> dict[str, str]:
    values = {
        "applicant": application.person.name,
        "union": application.round.organisation.name,
        "number": application.number or "",
        "date": clock.today().isoformat(),
    }
    for partner in application.round.partners.all():
        values[f"partner.{partner.key}"] = partner.organisation.name
    for key, answer in application.answers.items():
        values[f"field.{key}"] = "" if answer is None else str(answer)
    return values


def fill(template: str, values: dict[str, str]) -> str:
    """Placeholders in one pass, so that a value that looks like a placeholder stays text. Unanswered ones read ____."""
    return PLACEHOLDER.sub(lambda found: values.get(found.group(1)) or "____", template)
