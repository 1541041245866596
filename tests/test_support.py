"""What the tests themselves stand on."""

from __future__ import annotations

import pytest
from django.db import connection
from django.template import Context, Template, engines

from tests.support import templates


def test_an_undefined_variable_fails_the_test():
    with pytest.raises(templates.UndefinedVariable, match="nowhere"):
        Template("{{ nowhere }}").render(Context())


@pytest.mark.parametrize("text", ["{% if nowhere %}x{% endif %}", "{% firstof nowhere '' %}", "{{ there }}"])
def test_asking_whether_a_variable_is_there_is_fine(text: str):
    assert Template(text).render(Context({"there": ""})) == ""


def test_a_librarys_own_template_is_let_be():
    template = engines["django"].engine.from_string("{{ nowhere }}")  # type: ignore[attr-defined]
    for node in template.nodelist:
        node.origin.name = "/usr/lib/library/x.html"
    assert template.render(Context()) == ""


@pytest.mark.django_db
def test_the_test_database_is_migrated_and_named_for_tests():
    assert connection.settings_dict["NAME"].startswith("test_")
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM django_migrations WHERE app = 'trail'")
        assert cursor.fetchone()[0] > 0
