"""What the author of a rule confirms: that on these people it says what it was meant to say."""

from __future__ import annotations

from collections.abc import Collection

from niangjia.kit.actor import Actor
from niangjia.programmes import trials
from niangjia.programmes.actions.launching import edit_draft
from niangjia.programmes.models import ProgrammeVersion


def confirm_examples(
    version: ProgrammeVersion, *, keys: Collection[str], seen_digest: str, actor: Actor
) -> ProgrammeVersion:
    """Keep boundary examples in a draft: they are tried at every load from now on. Those of another rule are left out.

    `seen_digest` names the text whose verdicts the author looked at.
    """
    text = trials.with_confirmed(version.text, keys)
    return edit_draft(version, text=text, note=version.note, seen_digest=seen_digest, actor=actor)
