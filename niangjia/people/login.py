"""Signing in by phone number and code, through django-allauth: where it finds phones, and our one change to its flow.

allauth keeps the code, its age and the attempts in the session; `limits.py` counts across sessions. A phone that has no
account gets one when its code is right, not before: nobody can fill the register with strangers' numbers.
"""

from __future__ import annotations

import hmac
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.models import Login
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from niangjia.kit import crypto
from niangjia.kit.actor import Actor
from niangjia.kit.middleware import refusal_page
from niangjia.kit.refusal import NotFound, Refusal
from niangjia.people import actions
from niangjia.people.gateways import sms
from niangjia.people.models import Account

SIGN_IN = Actor.system("sign_in")


class PhoneAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Where allauth finds phone numbers. They are proved and kept by `actions.open_account`, never by allauth."""

    def get_user_by_phone(self, phone: str) -> Account | None:
        return Account.objects.with_phone(phone)

    def get_phone(self, user: Account) -> tuple[str, bool] | None:
        return (user.phone, user.phone_verified) if user.phone else None

    def set_phone(self, user: Account, phone: str, verified: bool) -> None:
        """Nothing to keep: see the class."""

    def set_phone_verified(self, user: Account, phone: str) -> None:
        """Nothing to keep: see the class."""

    def get_login_stages(self) -> list[str]:
        """The code, then the second factor; phones are proved before an account exists."""
        return ["allauth.account.stages.LoginByCodeStage", "allauth.mfa.stages.AuthenticateStage"]

    def send_verification_code_sms(self, user: Account | None, phone: str, code: str, **kwargs: Any) -> None:
        text = _("%(code)s is your sign-in code. It holds for 5 minutes. Tell it to nobody.")
        sms.deliver(phone, text % {"code": code})

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """Our pages say what happened in their own words."""


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Secrets of authenticator apps are sealed like every other secret."""

    def encrypt(self, text: str) -> str:
        return crypto.seal(text, "mfa")

    def decrypt(self, encrypted_text: str) -> str:
        return crypto.unseal(encrypted_text, "mfa")

    def get_totp_label(self, user: Account) -> str:
        return f"{user.phone[:3]}****{user.phone[-4:]}" if user.phone else str(user.pk)


class OtherWayAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """WeChat and single sign-on open an account at once; its person is found or recorded on the name page."""

    def get_app(self, request: HttpRequest, provider: str, client_id: str | None = None) -> Any:
        """The configured app; a way that is not configured does not exist."""
        try:
            return super().get_app(request, provider, client_id)
        except SocialApp.DoesNotExist:
            raise NotFound from None

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """We know people by phone; an address that comes along is not ours to keep."""
        sociallogin.email_addresses = []

    def is_auto_signup_allowed(self, request: HttpRequest, sociallogin: Any) -> bool:
        return True

    def on_authentication_error(
        self, request: HttpRequest, provider: Any, error: Any = None, exception: Any = None, extra_context: Any = None
    ) -> None:
        remedy = _("Go back and sign in with your phone.")
        refusal = Refusal(_("Signing in that way did not work."), remedy=remedy, code="other_way_failed")
        raise ImmediateHttpResponse(refusal_page(request, refusal))


class PhoneCode(LoginCodeVerificationProcess):  # type: ignore[misc]
    """allauth's sign-in by code, for any phone: known or new."""

    @classmethod
    def start(cls, request: HttpRequest, phone: str) -> None:
        """Send a code and remember it in the session."""
        login = Login(user=None)
        login.state["stages"] = {"current": LoginByCodeStage.key}
        stage = LoginByCodeStage(LoginStageController(request, login), request, login)
        stage.state.update(cls.initial_state(user=None, phone=phone))
        stage.state["initiated_by_user"] = True
        process = cls(stage=stage)
        process.send()
        process.persist()

    @classmethod
    def under_way(cls, request: HttpRequest) -> PhoneCode | None:
        """The process this session is in; none when it was never begun or has run out."""
        stage = LoginStageController.enter(request, LoginByCodeStage.key)
        process = cls(stage=stage) if stage else None
        return process.abort_if_invalid() if process else None

    @property
    def phone(self) -> str:
        return str(self.state["phone"])

    def generate_code(self) -> str:
        self.state["code"] = PhoneAdapter().generate_phone_verification_code(user=None, phone=self.phone)
        return str(self.state["code"])

    def send_by_phone(self, phone: str, skip_enumeration_mails: bool = False) -> None:
        PhoneAdapter().send_verification_code_sms(user=None, phone=phone, code=self.generate_code())

    def is_right(self, typed: str) -> bool:
        return bool(self.code) and hmac.compare_digest(typed.encode(), str(self.code).encode())

    def finish(self, redirect_url: str | None) -> HttpResponse:
        """The code was right: open the account if it is new, find its person, go through the second factor and in."""
        account = actions.open_account(actor=SIGN_IN, phone=self.phone)
        actions.recognise(account, actor=SIGN_IN)
        return enter(self.request, account, redirect_url, method="code")


def enter(request: HttpRequest, account: Account, redirect_url: str | None, *, method: str) -> HttpResponse:
    """Sign an account in, by way of the second factor where there is one."""
    record_authentication(request, account, method=method)
    response: HttpResponse = perform_login(request, Login(user=account, redirect_url=redirect_url))
    return response
