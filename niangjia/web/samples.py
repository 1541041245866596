"""What the styleguide shows: invented people and things, in lengths and states that pages must bear."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django import forms
from django.core.paginator import Paginator
from django.utils.safestring import SafeString

from niangjia.kit import charts, clock, workdays
from niangjia.kit.forms import DayField, YuanField
from niangjia.kit.parts import Clause, Event, File, Seen, Stair, Step
from niangjia.kit.permit import YES, no
from niangjia.kit.refusal import Invalid
from niangjia.kit.shell import NavItem

# zh: the tabs and the side list as people see them
TABS = (
    NavItem("首页", "?in=worker", "house", current=True),
    NavItem("服务", "?in=worker", "layout-grid"),
    NavItem("办件", "?in=worker", "clipboard-list"),
    NavItem("消息", "?in=worker", "message-circle", count=3),
    NavItem("我的", "?in=worker", "user-round"),
)
# zh: the side list
NAV = (
    NavItem("总览", "?in=console", "layout-dashboard"),
    NavItem("待办", "?in=console", "list-checks", count=1307, current=True),
    NavItem("会员", "?in=console", "users-round", "人员"),
    NavItem("工会组织", "?in=console", "network", "人员"),
    NavItem("实践目录", "?in=console", "book-open-check", "项目"),
    NavItem("本级项目", "?in=console", "sprout", "项目", 2),
)
# zh: stairs
STAIRS = (
    Stair("加入工会", "done"),
    Stair("安全与技能培训", "done"),
    Stair("考取职业资格", "done"),
    Stair("班组长岗位", "now", "还差1次带教"),
    Stair("技师评定", "next"),
    Stair("劳模工匠", "next"),
)
# zh: the eight levels of the skill ladder
LEVELS = tuple(
    Stair(name, state)
    for name, state in zip(
        ("学徒工", "初级工", "中级工", "高级工", "技师", "高级技师", "特级技师", "首席技师"),
        ("done", "done", "done", "now", "next", "next", "next", "next"),
        strict=True,
    )
)
# zh: conditions
CLAUSES = (
    Clause("是工会会员", "yes", (Seen("工会会员", "是", "工会会员名册"),), basis="《中国工会章程》第一条"),
    Clause(
        "所在单位已签劳动合同满一年", "no", (Seen("入职日期", "2026-04-01", "就业登记"), Seen("合同月数", "12个月")),
        "2027年4月1日起，入职满12个月", "记录不对，请找：区总工会职工服务部门", "《余杭区职工学历提升资助办法》第四条",
    ),
    Clause("家里房屋由本人或家人所有", "unknown", ask_url="#", ask_label="回答一个问题"),
)  # fmt: skip
# zh: files
FILES = (
    File("劳动合同.pdf", "#", 1_258_291),
    File("连续十二个月社会保险缴纳证明（浙江省人力资源和社会保障厅出具）.jpg", "#", 860_160),
    File("工资条.xlsx", "#", 4_096, "已核对"),
    File("家庭情况说明.pdf", note="只有本人可以打开"),
)
# zh: long and short names
NAMES = ("李建国", "欧阳娜娜仁其其格", "Abdurehim Memtimin", "单")
# zh: rows of a table
ROWS = (
    ("NJ2026002976", "困难职工子女助学金申请", "罗志强", "快递行业第二十八基层工会联合会", 200_000, "已办结", "good"),
    ("NJ2026005118", "临时生活困难补助", "李强", "滨江开发第十二基层工会", 0, "复核中", "doing"),
    ("NJ2026005657", "电工（四级）证书奖补", "欧阳娜娜仁其其格", "滨江开发第二十二基层工会", 80_050, "待受理", "wait"),
    ("NJ2026003721", "工伤认定法律援助", "王静", "城东街道第十六基层工会", 0, "不予受理", "bad"),
)  # fmt: skip
# zh: one choice with counts
STATES = (
    ("", "全部", 2596),
    ("new", "待受理", 1307),
    ("doing", "复核中", 1289),
    ("back", "已退回", 0),
    ("done", "已办结", 2525),
)
# zh: services
TILES = (
    ("heart-handshake", "困难帮扶", "t-red"), ("scale", "法律援助", "t-blue"),
    ("graduation-cap", "技能培训", "t-green"), ("coffee", "驿站地图", "t-gold"),
    ("brain", "心理关爱", "t-violet"), ("stethoscope", "健康体检", "t-teal"),
    ("briefcase", "找工作", "t-gold"), ("layout-grid", "全部服务", "t-blue"),
)  # fmt: skip
PERMITS = (YES, no("只有本人所在工会的主席可以签字。"))  # zh: a reason
PAGE = Paginator(range(268), 20).page(2)


# zh: the parts of charts
def drawings() -> tuple[SafeString, ...]:
    """Every kind of chart, and one with nothing in it."""
    days = [f"11-{day:02d}" for day in range(5, 21)]
    closed = [8, 12, 20, 8, 13, 18, 16, 16, 10, 11, 14, 21, 9, 13, 11, 5]
    opened = [6, 19, 14, 21, 24, 18, 22, 18, 20, 21, 18, 21, 21, 26, 24, 19]
    kinds = [("困难帮扶", 1230), ("入会申请", 1226), ("争议调解", 640), ("法律援助", 117), ("技能证书", 8)]
    return (
        charts.stacked("近16天办件", days, {"办结": closed, "在办": opened}),
        charts.bars("按类别", kinds),
        charts.funnel("从符合到领取", [("符合条件", 1840), ("收到通知", 1792), ("提交申请", 960), ("已批准", 611)]),
        charts.donut("申请人从事的行业", [*kinds, ("交友", 3), ("其他", 1)]),
        charts.bars("本月新增", []),
    )


# zh: a course of steps
def steps() -> tuple[Step, ...]:
    """A course of five steps, the third under way."""
    today = clock.today()
    return (
        Step("提交申请", "done", today - timedelta(days=9), "本人"),
        Step("所在工会初审", "done", today - timedelta(days=6), "快递行业第八基层工会"),
        Step("电力部门现场勘察", "now", None, "新昌县供电公司", due=workdays.after_workdays(today, 3)),
        Step("公示五个工作日", "next"),
        Step("签约并网", "next"),
    )


# zh: what happened
def events() -> tuple[Event, ...]:
    """A course of events, newest last."""
    now = datetime(2026, 11, 21, 2, 7, tzinfo=clock.SHANGHAI)
    return (
        Event("提交申请", now, "胡艳", tone="good"),
        Event("系统核验：会员身份、社保缴纳均通过", now, "系统自动", tone="good"),
        Event("退回补正", now + timedelta(days=1), "经办人 陈晓燕", "缺少最近三个月的工资条，请补传。", "bad"),
        Event("等待复核", date(2026, 11, 24), tone="doing"),
    )


def dues() -> tuple[date, ...]:
    """Days in every state of the countdown."""
    today = clock.today()
    return (
        workdays.after_workdays(today, 12), workdays.after_workdays(today, 3), workdays.after_workdays(today, 1),
        today, today - timedelta(days=12),
    )  # fmt: skip


# zh: labels and help of a form
class Sample(forms.Form):
    """Every kind of field."""

    name = forms.CharField(label="姓名", max_length=20)
    school = forms.ChoiceField(label="就读学校", choices=[("", "请选择"), ("1", "国家开放大学"), ("2", "浙江工业大学")])
    tuition = YuanField(label="学费", help_text="以缴费凭证为准，单位：元")
    paid_on = DayField(label="缴费日期", required=False)
    kind = forms.ChoiceField(
        label="学习形式",
        widget=forms.RadioSelect,
        choices=[("part", "业余"), ("night", "夜校"), ("online", "网络教育")],
    )
    wishes = forms.MultipleChoiceField(
        label="还想了解",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("a", "技能培训"), ("b", "法律援助")],
    )
    reason = forms.CharField(label="情况说明", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    proof = forms.FileField(label="缴费凭证", required=False)
    agree = forms.BooleanField(label="我已看过隐私说明，同意为办理这一件事使用以上信息")


# zh: faulty input
def faulty() -> Sample:
    """The form as it comes back with faults."""
    form = Sample({"name": "李建国", "tuition": "三千", "kind": "part"}, auto_id="bad_%s")
    form.is_valid()
    return form


# zh: a refusal
def refusal() -> Invalid:
    """A refusal that names a field."""
    return Invalid(
        "名单第3行的身份证号不对：校验码应为X。",
        remedy="请对照身份证原件改正后再导入，其他行不受影响。",
        faults={"name": "第3行：身份证号校验码不对"},
        code="bad_citizen_id",
    )
