"""The world that is walked through: one of everything with an address, and somebody on every side of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from openpyxl import Workbook

from niangjia.credentials import actions as credentials
from niangjia.demand import actions as demand
from niangjia.events import actions as events
from niangjia.events.friendship import actions as meeting
from niangjia.events.friendship.tests import factories as friendship
from niangjia.events.models import Activity, Guest, Pair, Report
from niangjia.events.recuperation import actions as recuperation
from niangjia.events.recuperation.tests import factories as routes
from niangjia.events.tests import factories as activities
from niangjia.kit import clock
from niangjia.kit.actor import Office
from niangjia.notify import actions as notify
from niangjia.orgs import actions as orgs
from niangjia.orgs.models import Membership, Organisation
from niangjia.orgs.reads import actor_for
from niangjia.orgs.roster import actions as rosters
from niangjia.orgs.tests.factories import (
    REGISTRY,
    make_employer,
    make_hardship_file,
    make_household,
    make_member,
    make_officer,
    make_tree,
    make_union,
)
from niangjia.people import actions as people
from niangjia.people.models import Account, Person
from niangjia.places import actions as places
from niangjia.programmes import actions
from niangjia.programmes.models import Application, Round
from niangjia.programmes.tests import factories
from niangjia.programmes.tests.desk_world import TEXT, account_of
from niangjia.web.commands.listings import Door

NOBODY, OUTSIDER, WORKER, BELOW, ABOVE, BESIDE, PARTNER, EMPLOYER = ROLES = (
    "nobody", "outsider", "worker", "below", "above", "beside", "partner", "employer",
)  # fmt: skip


@dataclass(frozen=True)
class Example:
    """What stands for the things in a door's address, whose it is, and what a nearly empty form carries with it."""

    kwargs: dict[str, Any]
    owner: Account
    sent: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class World:
    accounts: dict[str, Account]
    things: dict[str, Any]  # by the name that an address gives them
    cases: dict[str, Application]  # by what they are in the midst of
    special: dict[str, dict[str, Any]]  # door → things of its own
    sessions: dict[int, str]  # account → its key; whoever signs in once stays so for the whole walk

    def example(self, door: Door, names: list[str]) -> Example:
        """The example for a door; KeyError names the kind of thing that the world does not have yet."""
        case = self.cases.get(CASES.get(door.name, "survey"), self.cases["survey"])
        known = self.things | {"application_id": case.pk, "attachment_id": self._file_of(case)}
        known |= self.special.get(door.name, {})
        owner = known.pop("owner", account_of(actor_for(case.person)))
        sent = {"run": case.runs.latest("pk").pk, "seen": case.revision} if door.name in WITH_RUN else {}
        sent |= known.pop("sent", {})
        return Example({name: known[name] for name in names}, owner, sent)

    @staticmethod
    def _file_of(case: Application) -> int:
        return case.attachments.get(field="photo").pk if case.attachments.exists() else 0


# door → the state in which its case must be; every other door shows the case at its joint survey
CASES = {
    "begin_editing": "draft", "edit_application": "draft", "check_application": "draft", "application_file": "draft",
    "agreement": "signing", "desk_sign": "signing", "appeal": "refused", "showcase_choice": "granted",
}  # fmt: skip
WITH_RUN = {"desk_decide", "desk_reveal", "desk_total"}


def build() -> World:
    """Everything through real verbs."""
    tree = make_tree()
    union, neighbour = make_union(tree.county, "城关机械厂工会"), make_union(tree.county, "羽林轴承厂工会")
    of = factories.open_round_of(TEXT, tree.county, quota=9)
    cases = _cases(of, union)
    worker = cases["survey"].person
    bureau = of.partners.get(key="power_bureau").organisation
    employer = make_employer(union, "城关机械厂")
    below = make_officer(union).person
    accounts = {
        OUTSIDER: account_of(actor_for(make_member(make_union(tree.other_county)).person)),
        WORKER: account_of(actor_for(worker)),
        BELOW: account_of(actor_for(below)),
        ABOVE: account_of(make_officer(tree.county).actor),
        BESIDE: account_of(make_officer(tree.other_county).actor),
        PARTNER: account_of(factories.officer(bureau, Office.PARTNER)),
        EMPLOYER: account_of(make_officer(employer.organisation, Office.HR).actor),
    }
    things = (
        _things_of(worker, union)
        | {
            "round_id": of.pk,
            "organisation_id": union.pk,
            "appointment_id": below.appointments.get().pk,
            "account_id": of.budget_id,
            "page": "home",
            "fact": "worker.enrolment",
            "provider_id": "oidc",
            "key": "solar-aid",
            "programme_id": _programme(tree.county),
            "notice_id": of.notices.latest("pk").pk,
            "objection_id": _objection(of),
            "appeal_id": _appeal(cases["appealed"]),
            "batch_id": _roster(union),
        }
        | _places(tree.county, worker)
        | _activity(tree.county, worker)
        | _route(tree.county, worker)
        | _evening()
    )
    special = _special(of, neighbour, union, worker)
    for case in cases.values():
        account_of(actor_for(case.person))
    return World(accounts, things, cases, special, _signed_in())


def _signed_in() -> dict[int, str]:
    keys = {}
    for account in Account.objects.all():
        client = Client()
        client.force_login(account, backend=settings.AUTHENTICATION_BACKENDS[0])
        keys[account.pk] = client.cookies[settings.SESSION_COOKIE_NAME].value
    return keys


def _cases(of: Round, union: Organisation) -> dict[str, Application]:
    """One case resting at each place that some page is about; those that go furthest go first."""
    granted, signing, noticed, surveyed, refused, appealed = (
        factories.apply(of, make_member(union).person) for _n in range(6)
    )
    factories.carry_on(granted)
    factories.carry_on(signing, until="sign")
    factories.carry_on(noticed, until="notice")
    factories.carry_on(surveyed, until="survey")
    actions.publish_notice(of, "notice", actor=factories.officer(of.organisation, Office.HANDLER))
    for case in (refused, appealed):
        handler = factories.officer(union, Office.HANDLER)
        actions.decide(factories.current(case), verdict="refuse", reason="房屋已列入征收", actor=handler)
    for case in (granted, signing, noticed, surveyed, refused, appealed):
        case.refresh_from_db()
    return {
        "draft": _draft(of, union), "granted": granted, "signing": signing, "noticed": noticed,
        "survey": surveyed, "refused": refused, "appealed": appealed,
    }  # fmt: skip


def _draft(of: Round, union: Organisation) -> Application:
    actor = actor_for(make_member(union).person)
    draft = actions.start_application(of, actor=actor)
    actions.attach_file(draft, "photo", SimpleUploadedFile("photo.png", factories.PNG), actor=actor)
    return draft


def _programme(county: Organisation) -> int:
    """A programme whose only version is a draft still."""
    handler = factories.officer(county, Office.HANDLER)
    return actions.adopt_practice("solar-aid", organisation=county, actor=handler).pk


def _objection(of: Round) -> int:
    notice = of.notices.latest("pk")
    made = actions.object_to(
        notice, run=None, text="名单里有一户去年已经装过", name="周正", contact="13900000000", actor=REGISTRY
    )
    return made.pk


def _appeal(case: Application) -> int:
    return actions.appeal(case, text="征收范围不含我家", actor=actor_for(case.person)).pk


def _places(county: Organisation, worker: Person) -> dict[str, Any]:
    """A home of the county with a room that is asked for, one thing of each kind that has an address."""
    home = places.add_place(county, actor=REGISTRY, kind="home", name="县职工之家", address="人民中路1号")
    places.set_hours(home, [places.Line(day, 0, 1440) for day in range(7)], actor=REGISTRY)
    room = places.add_resource(home, actor=REGISTRY, name="会议室", kind="room", needs_approval=True, max_slots=9)
    table = places.add_resource(home, actor=REGISTRY, name="1号台", kind="table")
    rule = places.set_quota(home, actor=REGISTRY, most=9, period="week")
    tomorrow = clock.start_of(clock.today()) + timedelta(days=1, hours=10)
    times: dict[str, Any] = {"starts": tomorrow, "ends": tomorrow + timedelta(hours=1)}
    weekly = places.book_series(
        room, actor=REGISTRY, person=worker, first_day=tomorrow.date(), last_day=tomorrow.date(), starts=600, minutes=60
    )
    places.book(table, actor=REGISTRY, person=make_member(make_union(county)).person, **times)
    closure = places.close_for(
        home, actor=REGISTRY, starts=tomorrow + timedelta(days=3), ends=tomorrow + timedelta(days=4), reason="检修"
    )
    line = places.plan_line(county, actor=REGISTRY, name="园区通勤专线", stops=[("火车站", 0), ("园区", 25)])
    poll = demand.open_poll(county, actor=REGISTRY, title="物流节想要什么", options=["理发", "午餐"])
    return {
        "line_id": line.pk, "poll_id": poll.pk,
        "place_id": home.pk, "resource_id": room.pk, "booking_id": weekly.bookings[0].pk, "closure_id": closure.pk,
        "rule_id": rule.pk, "report_id": places.report_closed(home, actor=actor_for(worker)).pk,
        "wish_id": places.wish_for(table, actor=actor_for(worker), **times).pk,
    }  # fmt: skip


def _activity(county: Organisation, worker: Person) -> dict[str, Any]:
    """A draw that has been made, in which the worker got a seat."""
    activity = activities.make_activity(seats=3, mode=Activity.Mode.DRAW, organisation=county, days_ahead=9)
    activities.claim(activity, worker)
    relay = activities.make_activity(organisation=county, team=(2, 3))
    team = activities.make_team(relay, [worker])
    with clock.at(activity.closes_at):
        events.draw_lots(activity, actor=REGISTRY)
    (held,) = activities.held_by(worker, activity)
    with clock.at(clock.now() - timedelta(days=9)):
        over = activities.make_activity(organisation=county, days_ahead=1)
        activities.claim(over, worker)
    (seat,) = activities.held_by(worker, over)
    with clock.at(seat.occurrence.starts_at):
        presence = events.check_in(seat, actor=REGISTRY)
    return {
        "activity_id": activity.pk,
        "pool_id": activity.pools.get().pk,
        "team_id": team.pk,
        "member_id": team.members.get().pk,
        "registration_id": held.pk,
        "occurrence_id": held.occurrence_id,
        "presence_id": presence.pk,
        "token": events.make_calendar_address(actor=actor_for(worker)),
    }


def _route(county: Organisation, worker: Person) -> dict[str, Any]:
    """An approved route that the worker is looking at once more."""
    route = routes.approve(routes.make_route(organisation=county))
    visit = recuperation.open_inspection(route, visited_on=clock.today(), people=[worker], actor=REGISTRY)
    return {
        "route_id": route.pk, "approval_id": route.approvals.get().pk, "inspection_id": visit.pk,
        "inspector_id": visit.inspectors.get().pk,
    }  # fmt: skip


def _evening() -> dict[str, Any]:
    """A friendship event that has been told, with a report to answer, and a profile that waits."""
    first, second = friendship.make_single("甲"), friendship.make_single("乙")
    evening = friendship.come(friendship.make_evening(), [first, second])
    friendship.choose(evening, first, second)
    friendship.choose(evening, second, first)
    friendship.tell(evening)
    number = Guest.objects.get(person=second).number
    meeting.report_guest(evening, number, words="并不是单身", actor=actor_for(first))
    waiting = friendship.profile_of(friendship.make_single("丙", verified=False))
    return {
        "evening_id": evening.pk, "pair_id": evening.pairs.get().pk, "profile_id": waiting.pk,
    }  # fmt: skip


def _guest() -> dict[str, Any]:
    return {"owner": account_of(actor_for(Pair.objects.get().first.person))}


def _roster(union: Organisation) -> int:
    book, file = Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    for row in (("姓名", "身份证号", "手机号"), ("张三", "110105194912310020", "")):
        sheet.append(row)
    book.save(file)
    batch = rosters.receive_roster([file.getvalue()], actor=REGISTRY, union=union, name="名册.xlsx")
    return rosters.read_roster(batch, actor=REGISTRY).pk


def _things_of(worker: Person, union: Organisation) -> dict[str, Any]:
    """What belongs to the worker whose case is at its survey."""
    actor = actor_for(worker)
    consent = people.give_consent(worker, purpose="showcase", notice="可以展示我的姓名。", actor=actor)
    file = make_hardship_file(union, make_household(worker), "deep")
    notify.tell_many(
        [notify.Telling(worker.pk, "step", "walk", "/applications/", {"title": "光伏", "step": "勘察"})], actor=REGISTRY
    )
    credentials.plant_achievements(actor=REGISTRY)
    issued = credentials.issue_credential("craftsman_county", holder=worker, issuer=make_tree().county, actor=REGISTRY)
    return {
        "consent_id": consent.pk,
        "file_id": file.pk,
        "membership_id": worker.memberships.get().pk,
        "message_id": worker.messages.get(key="walk").pk,
        "credential_id": issued.pk,
        "number": issued.number,
    }


def _special(of: Round, neighbour: Organisation, union: Organisation, worker: Person) -> dict[str, dict[str, Any]]:
    mover = make_member(union).person
    transfer = orgs.request_transfer(
        Membership.objects.get(person=mover), actor=actor_for(mover), target=neighbour, reason="换了单位"
    )
    stated = credentials.record_outside_certificate(
        worker, achievement="L4", number="S000033060123", issuer_name="市人社局", actor=actor_for(worker),
        issued_on=date(2024, 5, 1),
    )  # fmt: skip
    moving = {"transfer_id": transfer.pk, "owner": account_of(actor_for(mover))}
    return {
        "evening": _guest(),
        "evening_report": _guest(),
        "pair_end": _guest(),
        "report_answer": {"report_id": Report.objects.get().pk},
        "transfer_take": moving,
        "transfer_return": moving,
        "transfer_back": moving,
        "join_confirm": {"organisation_id": neighbour.pk},
        "transfer_confirm": {"organisation_id": neighbour.pk},
        "credential_withdraw": {"credential_id": stated.pk},
        "round_judges": {"step": "score"},
        "round_ranking": {"step": "rank"},
        "round_notice": {"step": "notice"},
        "status_list": {"number": 0},
        "practice_reach": {"sent": {"union": of.organisation_id}},
    }
