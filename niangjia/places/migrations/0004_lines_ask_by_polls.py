from __future__ import annotations

from typing import Any

import django.db.models.deletion
from django.db import migrations, models


def ask_by_polls(apps: Any, _editor: Any) -> None:
    """Each line gets a poll, each stop an option of it, each ride wish is a wish for that option."""
    line_model, wish_model = apps.get_model("places", "CommuterLine"), apps.get_model("places", "RideWish")
    poll_model, option_model = apps.get_model("demand", "Poll"), apps.get_model("demand", "Option")
    for line in line_model.objects.order_by("pk"):
        line.poll = poll_model.objects.create(organisation_id=line.organisation_id, title=line.name, is_listed=False)
        line.save(update_fields=["poll"])
        for order, stop in enumerate(line.stops.order_by("minutes", "pk")):
            stop.option = option_model.objects.create(poll=line.poll, title=stop.name, order=order)
            stop.save(update_fields=["option"])
    for wish in wish_model.objects.select_related("stop").order_by("pk"):
        apps.get_model("demand", "Wish").objects.create(
            option_id=wish.stop.option_id, person_id=wish.person_id, wished_at=wish.asked_at
        )


class Migration(migrations.Migration):
    dependencies = [("demand", "0001_initial"), ("places", "0003_commuter_lines")]

    operations = [
        migrations.AddField(
            model_name="commuterline",
            name="poll",
            field=models.OneToOneField(
                editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="line",
                to="demand.poll",
            ),
        ),
        migrations.AddField(
            model_name="linestop",
            name="option",
            field=models.OneToOneField(
                editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name="stop",
                to="demand.option",
            ),
        ),
        migrations.RunPython(ask_by_polls, migrations.RunPython.noop),
    ]  # fmt: skip
