from tests.journeys.test_worker_applies import *
from niangjia.credentials import actions as credentials
def test_shots(phone, enter, cast, photo, live_server):
    person = cast.account.person
    a2 = factories.open_round_of(TEXT.replace("阳光助学补助","新昌县新就业形态劳动者在职学历提升与技能等级双提升专项资助计划（第三批）"), cast.of.organisation)
    a3 = factories.open_round_of(TEXT.replace("worker.enrolment in", 'worker.home == "own" && worker.enrolment in') if False else TEXT, cast.of.organisation)
    enter(phone, cast.account)
    n=[0]
    def shot(name, full=True):
        phone.wait_for_timeout(150)
        phone.screenshot(path=f"/tmp/shots/w_{name}.png", full_page=full)
    phone.goto("/services/"); shot("services")
    phone.goto(f"/services/{cast.of.pk}/"); shot("offer_unknown")
    factories.tell(person, worker__enrolment="none"); phone.reload(); shot("offer_no"); phone.goto("/services/"); shot("services_no")
    factories.tell(person, worker__enrolment="college"); phone.goto("/services/"); shot("services_yes")
    phone.goto(f"/services/{cast.of.pk}/"); phone.get_by_role("button", name="申请").click(); shot("form1")
    phone.get_by_role("button", name="下一步", exact=True).first.click(); shot("form1_err")
    phone.get_by_role("radio", name="大专").check(); phone.get_by_label("入学日期").fill("2025-09-01"); phone.get_by_role("radio", name="是", exact=True).check()
    phone.get_by_role("button", name="下一步", exact=True).first.click(); shot("form1_more")
    phone.get_by_label("单位报销了多少").fill("300"); phone.get_by_role("button", name="下一步", exact=True).first.click()
    phone.get_by_label("学费票据", exact=True).set_input_files(photo); phone.get_by_role("button", name="上传所选文件").click(); shot("form2")
    app = Application.objects.get(person=person)
    phone.goto(f"/applications/{app.pk}/edit/check/"); shot("check_missing")
    phone.goto(f"/applications/{app.pk}/edit/money/"); phone.get_by_label("已交学费").fill("5200"); phone.get_by_label("收款银行卡").fill("4111111111111111"); phone.get_by_role("button", name="下一步", exact=True).first.click(); shot("check_ok")
    phone.get_by_role("checkbox").check(); phone.get_by_role("button", name="提交申请").click(); shot("track")
    phone.goto("/applications/"); shot("list")
    factories.carry_on(app, until="notice")
    notice = actions.publish_notice(cast.of, "notice", actor=factories.officer(cast.of.organisation, Office.HANDLER))
    for nm,u in {"notices":"/notices/","notice":f"/notices/{notice.pk}/","policy":f"/policies/{cast.of.pk}/","showcase":"/showcase/","results":"/results/"}.items():
        phone.goto(u); shot(nm)
    factories.close_notice(notice); app.refresh_from_db()
    phone.goto(f"/applications/{app.pk}/agreement/"); shot("agreement")
    phone.goto(f"/applications/{app.pk}/"); shot("track_sign")
    phone.goto(f"/applications/{app.pk}/withdraw/"); shot("withdraw")
    factories.carry_on(app); phone.goto(f"/applications/{app.pk}/"); shot("track_done")
    phone.goto("/"); shot("home")
    phone.set_viewport_size({"width":1440,"height":900})
    for nm,u in {"services":"/services/","offer":f"/services/{cast.of.pk}/","notice":f"/notices/{notice.pk}/","track":f"/applications/{app.pk}/"}.items():
        phone.goto(u); shot("wide_"+nm)
    phone.set_viewport_size({"width":320,"height":640}); phone.context.add_cookies([{"name": "niangjia_large", "value": "1", "url": live_server.url}])
    for nm,u in {"services":"/services/","offer":f"/services/{a2.pk}/","track":f"/applications/{app.pk}/"}.items():
        phone.goto(u); shot("large_"+nm); assert runs_wide(phone)==0, (nm, runs_wide(phone))
    phone.faults.clear()
