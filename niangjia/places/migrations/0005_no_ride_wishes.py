import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("places", "0004_lines_ask_by_polls")]

    operations = [
        migrations.AlterField(
            model_name="commuterline",
            name="poll",
            field=models.OneToOneField(
                editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="line", to="demand.poll"
            ),
        ),
        migrations.AlterField(
            model_name="linestop",
            name="option",
            field=models.OneToOneField(
                editable=False, on_delete=django.db.models.deletion.PROTECT, related_name="stop", to="demand.option"
            ),
        ),
        migrations.DeleteModel(name="RideWish"),
    ]
