"""The inbox."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme

from niangjia.kit.refusal import NotFound
from niangjia.kit.routes import ActorRequest
from niangjia.notify import actions, reads

PAGE = 20


def inbox(request: ActorRequest) -> HttpResponse:
    messages = reads.inbox(request.actor)
    page = Paginator(messages, PAGE).get_page(request.GET.get("page"))
    return render(request, "notify/inbox.html", {"page": page, "unread": reads.unread_count(request.actor)})


def open_message(request: ActorRequest, message_id: int) -> HttpResponse:
    """Read one message and go where it leads."""
    message = reads.inbox(request.actor).filter(pk=message_id).first()
    if message is None:
        raise NotFound
    if request.method == "POST":
        actions.mark_read([message], actor=request.actor)
        if message.link and url_has_allowed_host_and_scheme(message.link, allowed_hosts=None):
            return redirect(message.link)
    return redirect("inbox")


def read_all(request: ActorRequest) -> HttpResponse:
    if request.method == "POST":
        actions.mark_read(list(reads.inbox(request.actor).unread()), actor=request.actor)
    return redirect("inbox")
