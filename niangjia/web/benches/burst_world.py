"""The world of `bench burst`: activities, workers and their sessions; and the proof afterwards. Speaks JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import timedelta
from typing import Any

STEADY = 3000  # accepted registrations in one steady turn


def build(people: int, rounds: int) -> dict[str, Any]:
    """Empty tables, `people` signed-in workers, and for each round one activity to fill and one to burst."""
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    connection.close()
    call_command("migrate", verbosity=0, interactive=False)
    _prepare_pgbench()
    crowd = _workers(max(people, STEADY))
    return {
        "steady": [_crowd(crowd[:STEADY], None) for _ in range(rounds)],
        "burst": [_crowd(crowd[:people], 500) for _ in range(rounds)],
    }


def _prepare_pgbench() -> None:
    from django.db import connection

    from niangjia.kit import postgres

    subprocess.run(
        [str(postgres.binaries() / "pgbench"), "-i", "-q", "-s", "10", os.environ["DATABASE_URL"]],
        check=True, capture_output=True,
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bare_pool (id int PRIMARY KEY, taken int); INSERT INTO bare_pool VALUES (1, 0);"
            "CREATE TABLE bare_claim (pool_id int, person_id int)"
        )


def _workers(count: int) -> list[dict[str, Any]]:
    """Workers of one union, each signed in: the session row that the sign-in page would have made."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.utils import timezone

    from niangjia.kit.actor import Actor
    from niangjia.orgs import actions as orgs
    from niangjia.orgs.models import Organisation
    from niangjia.people.models import Account, Person

    registry = Actor.system("bench")
    orgs.plant_tree(actor=registry, only=("330624001",))
    county = Organisation.objects.get(code="330624")
    union = orgs.found_union(actor=registry, parent=county, kind="grassroots_union", name="Works union", trade="",
                             members=None, committee_seats=None, founded_on=timezone.localdate())  # fmt: skip
    people = Person.objects.bulk_create([Person(name=f"worker {n}") for n in range(count)])
    orgs.join_batch(people, actor=registry, union=union, since=timezone.localdate())
    accounts = Account.objects.bulk_create([Account(person=one) for one in people])
    keys = []
    for account in accounts:
        session = SessionStore()
        session[SESSION_KEY] = str(account.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        session.create()
        keys.append(session.session_key)
    return [{"person": one.pk, "name": one.name, "session": key} for one, key in zip(people, keys, strict=True)]


def _crowd(workers: list[dict[str, Any]], seats: int | None) -> dict[str, Any]:
    from niangjia.events import actions
    from niangjia.events.actions.announcing import Date, Plan
    from niangjia.events.models import Activity
    from niangjia.events.reads import Ticket
    from niangjia.kit import clock
    from niangjia.kit.actor import Actor
    from niangjia.orgs.models import Organisation

    now, clerk = clock.now(), Actor.system("bench")
    plan = Plan(
        title="Few seats",
        opens_at=now - timedelta(minutes=1),
        closes_at=now + timedelta(days=1),
        dates=[Date(now + timedelta(days=9), now + timedelta(days=9, hours=2), "Palace of culture", seats)],
        mode=Activity.Mode.FIRST_COME,
    )
    activity = actions.draft_activity(plan, organisation=Organisation.objects.get(code="330624"), actor=clerk)
    actions.announce_activity(activity, actor=clerk)
    tickets = [
        Ticket(activity.pk, one["person"], one["name"], (), 0, activity.opens_at).sealed_for(one["session"])
        for one in workers
    ]
    return {
        "activity": activity.pk,
        "date": activity.occurrences.get().pk,
        "people": [{"session": one["session"], "ticket": ticket} for one, ticket in zip(workers, tickets, strict=True)],
    }


def prove() -> dict[str, int]:
    """What the rows say: seats over, people twice, guards that differ from the rows."""
    from django.db.models import Count, F

    from niangjia.events.models import Activity, Pool, Registration
    from niangjia.events.reads import miscounts

    live = Registration.objects.live()
    twice = live.values("occurrence", "person").annotate(times=Count("pk")).filter(times__gt=1).count()
    over = Pool.objects.filter(ceiling__lt=F("taken")).count()
    wrong = sum(len(miscounts(activity)) for activity in Activity.objects.all())
    return {"over": over, "twice": twice, "wrong": wrong, "rows": live.count()}


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    django.setup()
    what, *numbers = sys.argv[1:]
    found = build(*map(int, numbers)) if what == "world" else prove()
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
