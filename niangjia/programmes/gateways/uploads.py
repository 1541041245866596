"""Files from outside: what they are is read from their bytes, never believed from their name."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from niangjia.kit.refusal import Invalid

SIGNATURES = (
    ("pdf", b"%PDF-", "application/pdf"),
    ("jpeg", b"\xff\xd8\xff", "image/jpeg"),
    ("png", b"\x89PNG\r\n\x1a\n", "image/png"),
)
ENDINGS = {"pdf": ".pdf", "jpeg": ".jpg", "png": ".png"}
# Active content inside a PDF; a scan or a printed page has none. Office programmes write an /OpenAction that is a list:
# the page and the zoom to begin with.
DANGEROUS = re.compile(rb"/JavaScript|/JS[ (]|/Launch|/EmbeddedFile|/OpenAction(?!\s*\[)")
ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")  # `/J#61vaScript` is the same name (ISO 32000-1, 7.3.5)
LONGEST_MARK = 64  # bytes, escapes included


@dataclass(frozen=True, slots=True)
class CheckedFile:
    name: str
    media_type: str
    size: int
    sha256: str


def check(upload: UploadedFile[Any], *, accept: Iterable[str], max_mb: int) -> CheckedFile:
    """What the file really is. Raises Invalid if it is empty, too large, of another kind, or carries a programme."""
    size = upload.size or 0
    shown = (upload.name or "")[:60]
    if size == 0:
        raise Invalid(_("“%s” is empty.") % shown, remedy=_("Choose the file again."))
    if size > max_mb * 1024 * 1024:
        raise Invalid(
            _("“%(name)s” has %(has).1f MB; at most %(most)d MB are taken.")
            % {"name": shown, "has": size / 1024 / 1024, "most": max_mb},
            remedy=_("Take the photo at a smaller size, or scan it in grey."),
        )
    kinds = list(accept) or list(ENDINGS)
    head = upload.read(16)
    found = next(((kind, media) for kind, start, media in SIGNATURES if head.startswith(start)), None)
    if found is None or found[0] not in kinds:
        raise Invalid(
            _("“%(name)s” is not one of: %(kinds)s.") % {"name": shown, "kinds": ", ".join(kinds).upper()},
            remedy=_("Photograph the paper, or save it as PDF."),
        )
    digest, active, tail = hashlib.sha256(), False, b""
    for chunk in upload.chunks():  # rewinds first
        digest.update(chunk)
        active = active or (found[0] == "pdf" and _is_active(tail + chunk))
        tail = chunk[-LONGEST_MARK:]
    upload.seek(0)
    if active:
        raise Invalid(_("“%s” contains a programme or an attached file.") % shown, remedy=_("Print it to a new PDF."))
    return CheckedFile(_clean_name(shown, ENDINGS[found[0]]), found[1], size, digest.hexdigest())


def _is_active(part: bytes) -> bool:
    return DANGEROUS.search(ESCAPED.sub(lambda found: bytes.fromhex(found[1].decode()), part)) is not None


def _clean_name(name: str, ending: str) -> str:
    stem = re.sub(r"[^\w\u4e00-\u9fff.-]+", "_", name.rsplit("/", 1)[-1].rsplit(".", 1)[0]).strip("._")
    return (stem or "file")[:80] + ending
