"""Questions that workers put off."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("people", "0001_initial"),
        ("programmes", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PutOff",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("fact", models.CharField(max_length=64)),
                ("until", models.DateField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="questions_put_off",
                        to="people.person",
                    ),
                ),
            ],
            options={
                "verbose_name": "question put off",
                "ordering": ["pk"],
                "constraints": [models.UniqueConstraint(fields=("person", "fact"), name="put_off_once")],
            },
        ),
    ]
