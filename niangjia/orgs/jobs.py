"""What the worker does for orgs: long work on rosters, and clearing old ones."""

from __future__ import annotations

from django.utils.translation import gettext as _
from procrastinate.contrib.django import app

from niangjia.kit.actor import Actor
from niangjia.kit.refusal import Refusal
from niangjia.orgs.models_roster import RosterBatch
from niangjia.orgs.roster import actions
from niangjia.orgs.roster.progress import telling

WORKER = Actor.system("rosters")
WORK = {"read": actions.read_roster, "apply": actions.apply_roster, "undo": actions.undo_roster}


@app.task(name="work_on_roster")
def work_on_roster(batch_id: int, work: str) -> None:
    """Read, import or undo a roster. However it ends, the page says so, and broken-off work can be begun again."""
    batch = RosterBatch.objects.get(pk=batch_id)
    trouble = _("The work was broken off by a fault of the system; nothing was changed. Try again.")
    try:
        with telling(batch_id) as tell:
            WORK[work](batch, actor=WORKER, tell=tell)
        trouble = ""
    except Refusal as refusal:
        trouble = str(refusal)
    finally:
        if trouble:
            actions.note_trouble(batch, actor=WORKER, sentence=trouble)


@app.periodic(cron="40 3 * * *")
@app.task(name="forget_old_rosters", queueing_lock="forget_old_rosters")
def forget_old_rosters(timestamp: int) -> None:
    """Clear what was typed in rosters past the time of undoing."""
    actions.forget_old_rosters(actor=WORKER)
