"""Doors of the gallery and of a union's own programmes."""

from __future__ import annotations

from niangjia.kit.routes import Needs, route
from niangjia.programmes.views import editor, effects, examples, gallery, programmes

PRACTICE = "practices/<slug:key>/"
PROGRAMME = "programmes/<int:programme_id>/"

urlpatterns = [
    route("practices/", gallery.practices, name="catalogue", needs=Needs.OFFICER),
    route(PRACTICE, gallery.practice, name="practice", needs=Needs.OFFICER),
    route(f"{PRACTICE}reach/", gallery.practice_reach, name="practice_reach", needs=Needs.OFFICER),
    route("programmes/", programmes.programmes, name="programmes", needs=Needs.OFFICER),
    route(PROGRAMME, programmes.programme, name="programme", needs=Needs.OFFICER),
    route(f"{PROGRAMME}edit/", editor.edit, name="programme_edit", needs=Needs.OFFICER),
    route(f"{PROGRAMME}examples/", examples.examples, name="programme_examples", needs=Needs.OFFICER),
    route(f"{PROGRAMME}check/", editor.check, name="programme_check", needs=Needs.OFFICER),
    route(f"{PROGRAMME}try/", editor.try_out, name="programme_try", needs=Needs.OFFICER),
    route(f"{PROGRAMME}reach/", effects.effect, name="programme_reach", needs=Needs.OFFICER),
    route(f"{PROGRAMME}compare/", effects.compare, name="programme_compare", needs=Needs.OFFICER),
    route(f"{PROGRAMME}backtest/", effects.backtest, name="programme_backtest", needs=Needs.OFFICER),
    route(f"{PROGRAMME}version/", programmes.new_version, name="programme_version", needs=Needs.OFFICER),
    route(f"{PROGRAMME}discard/", programmes.discard, name="programme_discard", needs=Needs.OFFICER),
    route(f"{PROGRAMME}publish/", programmes.publish, name="programme_publish", needs=Needs.OFFICER),
    route(f"{PROGRAMME}rounds/new/", programmes.new_round, name="round_new", needs=Needs.OFFICER),
]
