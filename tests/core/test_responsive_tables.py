"""Lists of the admin as cards: each cell says what it holds."""

from django.template import Context
from wagtail.admin.ui.tables import BooleanColumn, Column, NumberColumn, TitleColumn

from cx_feedback.core.admin.responsive_tables import CardTable


def test_cells_are_labelled_but_the_title():
    columns = [
        TitleColumn("name", label="Name", get_url=lambda row: "/x/"),
        Column("who", label='To "<whom>"'),
        BooleanColumn("on", label="Active"),
        NumberColumn("n", label="Sent"),
        Column("silent", label=""),
        Column("never", label="Posted"),
    ]
    rows = [{"name": "A", "who": "<td>", "on": True, "n": 3, "silent": "x", "never": None}]
    html = CardTable(columns, rows).render_html(Context())
    assert 'class="listing cx-cards"' in html
    # What is empty needs no label.
    assert 'data-label="Posted"' not in html
    assert html.count("data-label=") == 3
    assert 'data-label="To &quot;&lt;whom&gt;&quot;"' in html
    assert 'data-label="Active"' in html
    assert "&lt;td&gt;" in html
