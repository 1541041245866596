"""A partner invited into a step sees that step and no more."""

from __future__ import annotations

import pytest

from niangjia.kit.actor import Office
from niangjia.orgs.tests.factories import make_hardship_file, make_household, make_partner, make_union
from niangjia.programmes.models import Application, Attachment, Decision, Round
from niangjia.programmes.tests import factories
from niangjia.programmes.tests.desk_world import TEXT, Desk, case, decision, desk_of
from niangjia.trail.models import Line

pytestmark = pytest.mark.django_db

# The same programme with what a hardship programme asks besides: income, circumstances, a sealed paper.
SECRETS = """
  - key: family
    title: {zh: 家庭, en: Family}
    fields:
      - {key: income, type: money, label: {zh: 家庭年收入, en: Yearly income}, sensitivity: L3}
      - {key: why, type: long_text, label: {zh: 困难情况, en: Circumstances}}
      - key: hardship
        type: choice
        label: {zh: 困难类别, en: Kind of hardship}
        sensitivity: L3
        choices: [{value: deep, label: {zh: 深度困难, en: deep}}, {value: near, label: {zh: 临界困难, en: near}}]
      - {key: deed, type: file, label: {zh: 产权证, en: Deed}, accept: [png], sensitivity: L3}
steps:"""
HARDSHIP = TEXT.replace("\nsteps:", SECRETS, 1)
SAID = {"income": 2_345_600, "why": "丈夫患病住院", "hardship": "deep"}


@pytest.fixture
def of() -> Round:
    return factories.open_round_of(HARDSHIP, quota=5)


@pytest.fixture
def surveyed(of: Round) -> Application:
    union = make_union(of.organisation, "新昌轴承厂工会")
    found = case(of, "王小芳", union=union, until="survey", **SAID)
    make_hardship_file(union, make_household(found.person), "deep", yearly_income_fen=2_345_600)
    return found


@pytest.fixture
def bureau(of: Round, surveyed: Application) -> Desk:
    return desk_of(of.partners.get(key="power_bureau").organisation, Office.PARTNER)


def test_a_partner_sees_where_to_go_and_whom_to_ask_for(surveyed: Application, bureau: Desk) -> None:
    assert "王小芳" in bureau.get("desk").content.decode()
    html = bureau.get("desk_case", surveyed.pk).content.decode()
    for needed in ("王小芳", "七星街道石溪村12号", "photo.png", "屋顶牢固"):
        assert needed in html


@pytest.mark.parametrize("part", [False, True])
def test_a_partner_reads_no_hardship_no_income_no_finding_and_no_earlier_decision(
    of: Round, surveyed: Application, bureau: Desk, part: bool
) -> None:
    officer = Decision.objects.filter(run__application=surveyed, run__step="review").get().by_name
    answer = bureau.part("desk_case", surveyed.pk) if part else bureau.get("desk_case", surveyed.pk)
    html = answer.content.decode()
    person = surveyed.person
    hidden = (
        "23,456", "2345600", "丈夫患病住院", "深度困难", "困难类别", "家庭年收入", "产权证", "4111", "银行卡",
        "房屋归谁所有", "是工会会员", "基层初审", "入户调查", officer, person.phone, person.id_number or "无身份证号",
    )  # fmt: skip
    leaked = [word for word in hidden if word in html]
    assert not leaked
    county = desk_of(of.organisation).get("desk_case", surveyed.pk).content.decode()
    assert [word for word in hidden[:5] if word not in county] == ["2345600"], "the words looked for do exist"


def test_a_partner_knows_of_no_other_applicant(of: Round, surveyed: Application, bureau: Desk) -> None:
    early = case(of, "李建国", until="review")
    assert "李建国" not in bureau.get("desk", query={"whole": "1"}).content.decode()
    assert bureau.get("desk_case", early.pk).status_code == 404
    assert bureau.get("rounds").status_code == 403
    assert bureau.get("round", of.pk).status_code == 403
    assert bureau.get("round_ranking", of.pk, "rank").status_code == 403
    assert bureau.post("round_export", of.pk).status_code == 403


def test_another_bureau_knows_of_nothing(of: Round, surveyed: Application) -> None:
    other = desk_of(make_partner(of.organisation), Office.PARTNER)
    assert other.get("desk").status_code == 200
    assert "王小芳" not in other.get("desk").content.decode()
    assert other.get("desk_case", surveyed.pk).status_code == 404


def test_a_partner_opens_the_photo_and_not_the_sealed_paper(surveyed: Application, bureau: Desk) -> None:
    files = {one.field: one for one in Attachment.objects.filter(application=surveyed)}
    photo = bureau.get("desk_file", surveyed.pk, files["photo"].pk)
    assert b"".join(photo.streaming_content).startswith(b"\x89PNG")
    assert bureau.get("desk_file", surveyed.pk, files["deed"].pk).status_code == 404


def test_a_partner_opens_the_phone_for_the_visit_and_no_other_number(surveyed: Application, bureau: Desk) -> None:
    run = factories.current(surveyed).pk
    shown = bureau.post("desk_reveal", surveyed.pk, run=run, what="phone", purpose="约上门时间")
    assert surveyed.person.phone in shown.content.decode()
    assert bureau.post("desk_reveal", surveyed.pk, run=run, what="bank_card", purpose="看看").status_code == 422
    assert Line.objects.filter(verb="looked_at", thing_id=surveyed.person_id).count() == 1


def test_each_side_puts_down_its_own_record_and_the_partner_does_not_read_the_unions(
    of: Round, surveyed: Application, bureau: Desk
) -> None:
    county = desk_of(of.organisation, nth=3)
    sent = decision(surveyed, "approve", **{"record-sound": "yes"})
    assert county.post("desk_decide", surveyed.pk, **sent).status_code == 302
    page = bureau.get("desk_case", surveyed.pk)
    assert county.actor.name not in page.content.decode()
    assert page.context["shown"].awaited == (of.partners.get().organisation.name,)
    late = desk_of(of.organisation, nth=4)
    assert not late.get("desk_case", surveyed.pk).context["shown"].permit
    assert bureau.post("desk_decide", surveyed.pk, **decision(surveyed, "approve")).status_code == 422
    done = bureau.post("desk_decide", surveyed.pk, **decision(surveyed, "approve", **{"record-sound": "no"}))
    assert done.status_code == 302
    surveyed.refresh_from_db()
    assert surveyed.step == "score"
    after = bureau.get("desk_case", surveyed.pk).content.decode()
    assert bureau.actor.name in after
    assert county.actor.name not in after


def test_a_partner_cannot_decide_what_is_not_its_step(of: Round, surveyed: Application, bureau: Desk) -> None:
    run = surveyed.runs.get(step="review").pk
    sent = {"way": "approve", "run": run, "seen": 1}
    assert bureau.post("desk_decide", surveyed.pk, **sent).status_code == 404
    assert bureau.get("desk_case", surveyed.pk, query={"run": run}).status_code == 404


def test_the_ground_of_a_partners_no_names_no_condition(surveyed: Application, bureau: Desk) -> None:
    ways = {way.key: way for way in bureau.get("desk_case", surveyed.pk).context["ways"]}
    codes = [code for code, _label in ways["refuse"].form.fields["code"].choices]
    assert codes == ["", "untrue", "helped_elsewhere", "not_feasible", "other"]
