"""The world of `bench burst`: activities, workers and their sessions; and the proof afterwards. Speaks JSON."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from typing import Any

STEADY = 3000  # accepted registrations in one steady turn


def crowd(people: int) -> list[dict[str, Any]]:
    """Workers who may sign in, as many as a turn needs; nobody has asked for a code yet in this hour."""
    from niangjia.people.models import SignInTry

    found = prepare(max(people, STEADY))
    _prepare_pgbench()
    SignInTry.objects.all().delete()  # of earlier runs on this database, which is the bench's own
    return found


def doors(workers: list[dict[str, Any]], people: int, rounds: int) -> dict[str, Any]:
    """For each round one activity to fill and one to burst, with tickets for the sessions the workers have."""
    return {
        "steady": [_crowd(workers[:STEADY], None) for _ in range(rounds)],
        "burst": [_crowd(workers[:people], 500) for _ in range(rounds)],
    }


def openings(people: int, seats: int, count: int) -> list[dict[str, Any]]:
    """So many activities, each with its crowd at the door."""
    workers = prepare(people)
    return [_crowd(workers, seats) for _ in range(count)]


def prepare(people: int) -> list[dict[str, Any]]:
    """Tables as the code wants them, and so many signed-in workers. What an earlier run left is used again."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    if set(loader.applied_migrations) - set(loader.disk_migrations):  # made by other code than this
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        connection.close()
        loader = MigrationLoader(connection)
    if set(loader.disk_migrations) - set(loader.applied_migrations):
        call_command("migrate", verbosity=0, interactive=False)
    return _workers(people)


def _prepare_pgbench() -> None:
    from django.db import connection

    from niangjia.kit import postgres

    if "bare_claim" in connection.introspection.table_names():
        return
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
    """Workers of one union, each with a phone and a session row like the one that the sign-in page makes."""
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone
    from django.utils.crypto import get_random_string

    from niangjia.kit.actor import Actor
    from niangjia.orgs import actions as orgs
    from niangjia.orgs.models import Organisation
    from niangjia.people.models import Account, Person

    registry = Actor.system("bench")
    accounts = list(Account.objects.filter(person__name__startswith="worker ").select_related("person").order_by("pk"))
    if len(accounts) < count:
        orgs.plant_tree(actor=registry, only=("330624001",))
        county = Organisation.objects.get(code="330624")
        union = orgs.found_union(actor=registry, parent=county, kind="grassroots_union", name="Works union", trade="",
                                 members=None, committee_seats=None, founded_on=timezone.localdate())  # fmt: skip
        people = Person.objects.bulk_create([Person(name=f"worker {n}") for n in range(len(accounts), count)])
        orgs.join_batch(people, actor=registry, union=union, since=timezone.localdate())
        accounts += Account.objects.bulk_create([Account(person=one) for one in people])
    phoneless = [(n, one) for n, one in enumerate(accounts) if not one.phone]
    for number, account in phoneless:
        account.set_phone(f"1990{number:07d}")
        account.phone_verified = True
    Account.objects.bulk_update([one for _n, one in phoneless], ["phone", "phone_hash", "phone_verified"], 500)
    store = SessionStore()
    sessions = [
        Session(
            session_key=get_random_string(32),
            session_data=store.encode(
                {
                    SESSION_KEY: str(account.pk),
                    BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                    HASH_SESSION_KEY: account.get_session_auth_hash(),
                }
            ),
            expire_date=store.get_expiry_date(),
        )
        for account in accounts[:count]
    ]
    Session.objects.bulk_create(sessions)
    return [
        {
            "person": account.person_id,
            "name": str(account.person),
            "phone": account.phone,
            "session": session.session_key,
        }
        for account, session in zip(accounts, sessions, strict=False)
    ]


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
        "seats": seats,
        "people": [
            {"person": one["person"], "session": one["session"], "ticket": ticket}
            for one, ticket in zip(workers, tickets, strict=True)
        ],
    }


def prove(activities: list[int], promised: list[list[int]], noted: list[list[int]]) -> dict[str, int]:
    """What the rows say of these activities: seats over, people twice, guards that differ, promises not kept.

    `promised` names who was told they have a seat, activity by activity; `noted` whose claim stands at least.
    """
    from django.db.models import Count, F

    from niangjia.events.models import Activity, Claim, Pool, Registration
    from niangjia.events.reads import miscounts

    live = Registration.objects.live().filter(occurrence__activity__in=activities)
    twice = live.values("occurrence", "person").annotate(times=Count("pk")).filter(times__gt=1).count()
    over = Pool.objects.filter(activity__in=activities, ceiling__lt=F("taken")).count()
    wrong = sum(len(miscounts(activity)) for activity in Activity.objects.filter(pk__in=activities))
    seated = set(live.values_list("occurrence__activity", "person"))
    claims = set(Claim.objects.filter(activity__in=activities).values_list("activity", "person"))
    lost = sum(
        (activity, one) not in found
        for found, told in ((seated, promised), (claims, noted))
        for activity, yes in zip(activities, told, strict=True)
        for one in yes
    )
    return {"over": over, "twice": twice, "wrong": wrong, "rows": len(seated), "lost": lost}


def prove_each(told: list[dict[str, Any]]) -> list[dict[str, int]]:
    return [prove(**one) for one in told]


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.dev")
    django.setup()
    told = json.load(sys.stdin)
    verbs: dict[str, Callable[..., Any]] = {
        "crowd": crowd,
        "doors": doors,
        "openings": openings,
        "prove": prove,
        "prove_each": prove_each,
    }
    found = verbs[sys.argv[1]](**told)
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
