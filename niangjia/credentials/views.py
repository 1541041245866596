"""My certificates; and what anybody may ask: is this number genuine?"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from niangjia.credentials import actions, badge, reads, signing
from niangjia.credentials.forms import NumberForm, OutsideForm
from niangjia.credentials.permissions import can_revoke
from niangjia.kit import clock, codes
from niangjia.kit.refusal import Conflict, Invalid
from niangjia.kit.routes import ActorRequest

JWT = "application/vc+jwt"
SHORT = "public, max-age=300"


def credentials(request: ActorRequest) -> HttpResponse:
    """Where I stand on the ladder, and everything I hold."""
    return render(request, "credentials/mine.html", {"mine": reads.mine(request.actor)})


def credential(request: ActorRequest, credential_id: int) -> HttpResponse:
    """One certificate, with the code that lets anybody verify it."""
    shown = reads.credential_for(request.actor, credential_id)
    context = {
        "credential": shown,
        "verify_url": badge.verify_url(shown.number),
        "qr": codes.qr(badge.verify_url(shown.number)) if shown.signed else "",
        "may_withdraw": can_revoke(request.actor, shown),
    }
    return render(request, "credentials/one.html", context)


def badge_file(request: ActorRequest, credential_id: int) -> HttpResponse:
    """The signed credential, for its holder to keep in any wallet."""
    shown = reads.credential_for(request.actor, credential_id)
    response = HttpResponse(reads.signed_text(shown), content_type=JWT)
    response["Content-Disposition"] = f'attachment; filename="{shown.number}.jwt"'
    return response


def record(request: ActorRequest) -> HttpResponse:
    """Record a certificate issued elsewhere."""
    form = OutsideForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.record_outside_certificate(
                reads.holder(request.actor), actor=request.actor, **form.cleaned_data
            )  # fmt: skip
        except (Invalid, Conflict) as fault:
            _show(form, fault)
        else:
            messages.success(request, _("Recorded. It counts as soon as your union has seen the original."))
            return redirect("credentials")
    return render(request, "credentials/record.html", {"form": form}, status=422 if form.errors else 200)


def _show(form: OutsideForm, fault: Invalid | Conflict) -> None:
    """A refused value stands beside its field."""
    faults = fault.faults if isinstance(fault, Invalid) and fault.faults else {"number": fault.sentence}
    for field, sentence in faults.items():
        form.add_error(field if field in form.fields else None, str(sentence))


@require_POST
def withdraw(request: ActorRequest, credential_id: int) -> HttpResponse:
    """Take back a certificate one recorded by mistake."""
    shown = reads.credential_for(request.actor, credential_id)
    actions.revoke_credential(shown, reason=_("Taken back by the holder."), actor=request.actor)
    messages.success(request, _("Taken back."))
    return redirect("credentials")


def verify_any(request: ActorRequest) -> HttpResponse:
    """Type a number to verify it."""
    form = NumberForm(request.GET or None)
    if form.is_bound and form.is_valid():
        return redirect("verify", number=form.cleaned_data["number"])
    return render(request, "credentials/verify_any.html", {"form": form}, status=422 if form.errors else 200)


def verify(request: ActorRequest, number: str) -> HttpResponse:
    """Whether the certificate with this number is genuine and valid."""
    told = reads.verify(number)
    return render(request, "credentials/verify.html", {"told": told}, status=404 if told.state == "unknown" else 200)


def verify_json(request: ActorRequest, number: str) -> HttpResponse:  # noqa: ARG001 - anybody may ask
    """The same for machines."""
    told = reads.verify(number)
    params = {"ensure_ascii": False}
    return JsonResponse(told.as_json(), json_dumps_params=params, status=404 if told.state == "unknown" else 200)


def status_list(request: ActorRequest, number: int) -> HttpResponse:  # noqa: ARG001 - anybody may ask
    """The revocations among one list of certificates, signed."""
    bits = reads.revoked_in_list(number)
    response = HttpResponse(signing.sign(badge.status_list(number, bits, clock.today())), content_type=JWT)
    response["Cache-Control"] = SHORT
    return response


def jwks(request: ActorRequest) -> HttpResponse:  # noqa: ARG001 - anybody may ask
    """The public keys with which our signatures are checked."""
    response = JsonResponse(signing.jwks(), content_type="application/jwk-set+json")
    response["Cache-Control"] = SHORT
    return response


def did(request: ActorRequest) -> HttpResponse:  # noqa: ARG001 - anybody may ask
    """The house as an issuer (`did:web`)."""
    response = JsonResponse(signing.did_document(), content_type="application/did+json")
    response["Cache-Control"] = SHORT
    return response
