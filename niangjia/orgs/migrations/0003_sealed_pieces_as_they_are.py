from typing import ClassVar

from django.db import migrations


class Migration(migrations.Migration):
    dependencies: ClassVar = [("orgs", "0002_rosters_in_one_pass")]

    operations: ClassVar = [
        # Sealed bytes do not get smaller: PostgreSQL need not try to press each megabyte of them.
        migrations.RunSQL(
            "ALTER TABLE orgs_rosterpiece ALTER COLUMN content SET STORAGE EXTERNAL",
            "ALTER TABLE orgs_rosterpiece ALTER COLUMN content SET STORAGE DEFAULT",
        )
    ]
