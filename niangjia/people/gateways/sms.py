"""Text messages. `NIANGJIA_SMS_GATEWAY` names the function that sends one: `(phone, text) -> None`."""

from __future__ import annotations

import json
import sys
import urllib.request

import structlog
from django.conf import settings
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from niangjia.kit import env
from niangjia.kit.refusal import Refusal

log = structlog.get_logger(__name__)
SECONDS_TO_WAIT = 8


class NotSent(Refusal):
    """The message did not leave the house."""

    code = "sms_not_sent"
    status = 503


def console(phone: str, text: str) -> None:
    """Print the message where the server runs: for developers and the demo."""
    sys.stderr.write(f"SMS {phone}: {text}\n")


def webhook(phone: str, text: str) -> None:
    """Hand the message as JSON to the federation's own SMS service at `NIANGJIA_SMS_URL`."""
    url = env.text("NIANGJIA_SMS_URL")
    if not url.startswith("https://"):
        raise env.BadSetting("NIANGJIA_SMS_URL must begin with https://")
    body = json.dumps({"phone": phone, "text": text}).encode()
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {env.text('NIANGJIA_SMS_TOKEN')}"}
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")  # noqa: S310 - https only, above
    with urllib.request.urlopen(request, timeout=SECONDS_TO_WAIT):  # noqa: S310 - https only, above
        pass


def deliver(phone: str, text: str) -> None:
    """Send through the configured gateway; whatever goes wrong there is logged and told in words."""
    try:
        import_string(settings.SMS_GATEWAY)(phone, text)
    except Exception as fault:
        log.error("sms_not_sent", gateway=settings.SMS_GATEWAY, fault=repr(fault))
        raise NotSent(
            _("The message could not be sent just now."),
            remedy=_("Try again in a few minutes, or ask your union to help you."),
        ) from fault
