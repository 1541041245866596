"""The one open question as a form, for any page that asks it."""

from __future__ import annotations

from typing import Any

from django import template

from niangjia.programmes.forms import FactForm
from niangjia.programmes.reads.questions import Question

register = template.Library()


@register.inclusion_tag("programmes/worker/_ask.html", takes_context=True)
def ask(context: dict[str, Any], question: Question, form: FactForm | None = None) -> dict[str, Any]:
    """The question with its answers; `form` is the one that came back with a fault."""
    asked = form or FactForm(question.fact, asks_consent=question.asks_consent)
    return {"question": question, "form": asked, "csrf_token": context.get("csrf_token")}
