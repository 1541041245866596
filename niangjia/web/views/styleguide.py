"""Every component in every state, in each shell: what a page is built from, and what a test looks at."""

from __future__ import annotations

from dataclasses import replace

from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.http import HttpResponse
from django.shortcuts import render

from niangjia.kit.routes import ActorRequest
from niangjia.web import context, samples

SHELLS = {"worker": "kit/worker.html", "console": "kit/console.html", "plain": "kit/plain.html"}


def styleguide(request: ActorRequest) -> HttpResponse:
    """`?in=worker|console|plain` chooses the shell around it; `?part=drawer` is what fills the drawer."""
    if request.GET.get("part") == "drawer":
        return render(request, "web/styleguide/_drawer.html", {"events": samples.events(), "files": samples.FILES})
    chosen = request.GET.get("in", "worker")
    shown = replace(context.build(request), nav=samples.NAV, tabs=samples.TABS, unread=3, unread_url="?in=worker")
    page = {
        "base": SHELLS.get(chosen, SHELLS["worker"]),
        "shell": shown,
        "hero_name": samples.NAMES[0] if chosen == "worker" else "",
        "samples": samples,
        "form": samples.Sample(auto_id="new_%s"),
        "messages": [Message(level, text) for level, text in _messages()],
    }
    return render(request, "web/styleguide/page.html", page)


def _messages() -> tuple[tuple[int, str], ...]:
    reasons = [str(clause.change or clause.text) for clause in samples.CLAUSES]
    return (constants.SUCCESS, reasons[0]), (constants.ERROR, reasons[1]), (constants.WARNING, reasons[2])
