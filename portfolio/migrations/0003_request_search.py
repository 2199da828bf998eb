"""The table of the search index. Its triggers come with portfolio.search_index, after every migrate."""

from django.db import migrations

from portfolio.migrations._search_table import create_table, drop_table


class Migration(migrations.Migration):
    """Search over all text of the requests."""

    dependencies = [("portfolio", "0002_draft_typed")]

    operations = [migrations.RunPython(create_table, drop_table)]
