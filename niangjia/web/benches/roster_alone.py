"""An import in a process of its own, which has no Django yet: nothing here may import a model before it is set up."""

from __future__ import annotations

from pathlib import Path


def import_alone(database: str, union_id: int, file: Path) -> int:
    """Import one file into a scratch database; how many rows."""
    import django

    django.setup()

    from django.db import connection

    from niangjia.orgs.models import Organisation
    from niangjia.web.benches.roster import import_file

    connection.settings_dict["NAME"] = database
    return import_file(Organisation.objects.get(pk=union_id), file)
