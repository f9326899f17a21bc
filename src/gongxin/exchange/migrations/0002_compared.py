from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [("exchange", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="peer", name="compared", field=models.BigIntegerField(default=0)
        ),
        migrations.AddField(
            model_name="held", name="until", field=models.DateField(default=None, null=True)
        ),
        migrations.AddField(
            model_name="held", name="ended", field=models.BooleanField(default=False)
        ),
        migrations.AddIndex(
            model_name="held",
            index=models.Index(fields=["peer", "until"], name="exchange_held_until"),
        ),
        migrations.AddIndex(
            model_name="held",
            index=models.Index(
                condition=models.Q(("ended", True)), fields=["peer"], name="exchange_held_ended"
            ),
        ),
    ]
