"""Signing in and out."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.stages import LoginStageController
from allauth.mfa.adapter import get_adapter as second_factor_adapter
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.totp.internal.flows import activate_totp
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from niangjia.kit import demo
from niangjia.kit.actor import Actor
from niangjia.kit.middleware import refusal_page
from niangjia.kit.refusal import Conflict, NotFound
from niangjia.people import actions, limits
from niangjia.people.forms import CodeForm, NameForm, PhoneForm
from niangjia.people.login import SIGN_IN, PhoneCode, enter
from niangjia.people.reads import account_of


def _next(request: HttpRequest) -> str:
    """Where to go afterwards: a page of this house, or home."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    here = {request.get_host()}
    safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=here, require_https=request.is_secure())
    return wanted if safe else str(settings.LOGIN_REDIRECT_URL)


def _with_next(name: str, wanted: str) -> str:
    return f"{reverse(name)}?{urlencode({'next': wanted})}" if wanted != settings.LOGIN_REDIRECT_URL else reverse(name)


def _address(request: HttpRequest) -> str:
    return str(get_adapter(request).get_client_ip(request))


def _other_ways() -> list[tuple[str, str]]:
    """The label and address of every other way in that is configured."""
    ways = []
    providers: dict[str, Any] = settings.SOCIALACCOUNT_PROVIDERS
    if "weixin" in providers:
        ways.append((_("Sign in with WeChat"), reverse("weixin_login")))
    for app in providers.get("openid_connect", {}).get("APPS", []):
        address = reverse("openid_connect_login", kwargs={"provider_id": app["provider_id"]})
        ways.append((_("Sign in with %(name)s") % {"name": app["name"]}, address))
    return ways


@never_cache
def login(request: HttpRequest) -> HttpResponse:
    """Ask for the phone number, and send a code to it."""
    if request.user.is_authenticated:
        return redirect(_with_next("login_name", _next(request)) if _nameless(request) else _next(request))
    form = PhoneForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        number = actions.ask_for_code(actor=SIGN_IN, phone=form.cleaned_data["phone"], address=_address(request))
        PhoneCode.start(request, number)
        return redirect(_with_next("login_code", _next(request)))
    context = {
        "form": form, "next": _next(request), "ways": _other_ways(), "cast": demo.cast() if settings.DEMO else (),
    }  # fmt: skip
    return render(request, "people/login.html", context, status=422 if form.errors else 200)


def _nameless(request: HttpRequest) -> bool:
    account = account_of(request.user)
    return account is not None and account.person_id is None


@never_cache
def login_code(request: HttpRequest) -> HttpResponse:
    """Ask for the code, and let its owner in."""
    process = PhoneCode.under_way(request)
    if process is None:
        return redirect(_with_next("login", _next(request)))
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        limits.refuse_locked(limits.Asking.of(process.phone, _address(request)))
        if process.is_right(form.cleaned_data["code"]):
            return process.finish(_with_next("login_name", _next(request)))
        left = actions.note_wrong_code(actor=SIGN_IN, phone=process.phone, address=_address(request))
        if not process.record_invalid_attempt() or not left:
            limits.refuse_locked(limits.Asking.of(process.phone, _address(request)))
            return redirect(_with_next("login", _next(request)))
        form.add_error("code", _("This is not the code we sent. Tries left: %(left)s.") % {"left": left})
    phone = f"{process.phone[:3]} {process.phone[3:7]} {process.phone[7:]}"
    context = {"form": form, "phone": phone, "next": _next(request)}
    return render(request, "people/login_code.html", context, status=422 if form.errors else 200)


@require_POST
def login_code_again(request: HttpRequest) -> HttpResponse:
    """Send another code."""
    process = PhoneCode.under_way(request)
    if process is None:
        return redirect(_with_next("login", _next(request)))
    actions.ask_for_code(actor=SIGN_IN, phone=process.phone, address=_address(request))
    PhoneCode.start(request, process.phone)
    return redirect(_with_next("login_code", _next(request)))


@never_cache
def login_name(request: HttpRequest) -> HttpResponse:
    """A new account tells its name once; everybody else goes straight on."""
    account = account_of(request.user)
    if account is None:
        return redirect(_with_next("login", _next(request)))
    if account.person_id is not None:
        return redirect(_next(request))
    form = NameForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actor = Actor(kind="nobody", name="", account_id=account.pk)
        actions.sign_up(account, actor=actor, name=form.cleaned_data["name"])
        return redirect(_next(request))
    context = {"form": form, "next": _next(request), "by_phone": account.phone_verified}
    return render(request, "people/login_name.html", context, status=422 if form.errors else 200)


@require_POST
def login_as(request: HttpRequest) -> HttpResponse:
    """In the demo, sign in as somebody of the cast by one press."""
    phone = request.POST.get("phone", "")
    if not settings.DEMO or phone not in {visitor.phone for visitor in demo.cast()}:
        raise NotFound
    get_adapter(request).logout(request)
    account = actions.open_account(actor=SIGN_IN, phone=phone)
    actions.recognise(account, actor=SIGN_IN)
    return enter(request, account, _with_next("login_name", _next(request)), method="demo")


@never_cache
def login_second(request: HttpRequest) -> HttpResponse:
    """Ask an account that has an authenticator for its six digits."""
    stage = LoginStageController.enter(request, AuthenticateStage.key)
    if stage is None:
        return redirect("login")
    form = AuthenticateForm(data=request.POST if request.method == "POST" else None, user=stage.login.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        response: HttpResponse = stage.exit()
        return response
    return render(request, "people/login_second.html", {"form": form}, status=422 if form.errors else 200)


@never_cache
def second_factor(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator app."""
    on = is_mfa_enabled(request.user)
    if on:
        return render(request, "people/second_factor.html", {"on": True})
    form = ActivateTOTPForm(data=request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        activate_totp(request, form)
        return redirect("second_factor")
    adapter = second_factor_adapter()
    drawing = adapter.build_totp_svg(adapter.build_totp_url(request.user, form.secret))
    picture = f"data:image/svg+xml;base64,{base64.b64encode(drawing.encode()).decode()}"
    context = {"on": False, "form": form, "secret": form.secret, "picture": picture}
    return render(request, "people/second_factor.html", context, status=422 if form.errors else 200)


def inactive(request: HttpRequest) -> HttpResponse:
    """An account that was closed cannot sign in."""
    remedy = _("Ask your union if you want to come back.")
    return refusal_page(request, Conflict(_("This account has been closed."), remedy=remedy, code="account_closed"))


@require_POST
def logout(request: HttpRequest) -> HttpResponse:
    """End the session here and now; the old cookie opens nothing any more."""
    get_adapter(request).logout(request)
    return HttpResponseRedirect(reverse("login"))
