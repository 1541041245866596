"""Doors of `people`; each names who may enter."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

from niangjia.kit.routes import Needs, declare, route
from niangjia.people.views import own, signing_in

# allauth asks for some of its own addresses by name; they all are the same few pages.
urlpatterns: list[URLPattern | URLResolver] = [
    route("login/", signing_in.login, name="login", needs=Needs.PUBLIC),
    route("login/", signing_in.login, name="account_login", needs=Needs.PUBLIC),
    route("login/code/", signing_in.login_code, name="login_code", needs=Needs.PUBLIC),
    route("login/code/", signing_in.login_code, name="account_confirm_login_code", needs=Needs.PUBLIC),
    route("login/code/again/", signing_in.login_code_again, name="login_code_again", needs=Needs.PUBLIC),
    route("login/name/", signing_in.login_name, name="login_name", needs=Needs.PUBLIC),
    route("login/as/", signing_in.login_as, name="login_as", needs=Needs.PUBLIC),
    route("login/second/", signing_in.login_second, name="mfa_authenticate", needs=Needs.PUBLIC),
    route("login/closed/", signing_in.inactive, name="account_inactive", needs=Needs.PUBLIC),
    route("logout/", signing_in.logout, name="logout", needs=Needs.PUBLIC),
    route("me/second-factor/", signing_in.second_factor, name="second_factor", needs=Needs.SIGNED_IN),
    route("me/data/", own.my_data, name="my_data", needs=Needs.WORKER),
    route("me/data/numbers/", own.reveal, name="my_numbers", needs=Needs.WORKER),
    route("me/data/edit/", own.edit, name="my_data_edit", needs=Needs.WORKER),
    route("me/data/identity/", own.identity, name="my_identity", needs=Needs.WORKER),
    route("me/data/copy/", own.copy, name="my_data_copy", needs=Needs.WORKER),
    route("me/data/consents/<int:consent_id>/withdraw/", own.withdraw, name="consent_withdraw", needs=Needs.WORKER),
    route("me/data/erase/", own.erase, name="erase_me", needs=Needs.WORKER),
    route("erased/", own.erased, name="erased", needs=Needs.PUBLIC),
]

# WeChat and single sign-on; a way that is not configured answers 404.
others: list[URLPattern | URLResolver] = [
    path("login/other/", include("allauth.socialaccount.providers.weixin.urls")),
    path("login/other/", include("allauth.socialaccount.providers.openid_connect.urls")),
]
urlpatterns += [
    *declare(others, Needs.PUBLIC),
    route("login/other/cancelled/", signing_in.login, name="socialaccount_login_cancelled", needs=Needs.PUBLIC),
    route("login/other/error/", signing_in.login, name="socialaccount_login_error", needs=Needs.PUBLIC),
]
