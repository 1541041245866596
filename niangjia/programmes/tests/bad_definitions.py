"""Programme files with one thing wrong each: what was changed, and the sentence its author must read."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Bad:
    """`old` becomes `new` in a practice's file; the fault stands on the line of `at` (the changed place by default)."""

    code: str
    practice: str
    old: str
    new: str
    says: str
    at: str = ""
    also: tuple[str, str] = ("", "")


RANK = """rank:
  order:
    - {by: fact, path: household.hardship, codes: [deep, relative, accident, near]}
    - {by: submitted}
  tie_break: submitted
"""
PAY_THEN = "    who: {level: county, office: finance}\n    due_workdays: 10\n"
PAY_THEN_THANKS = (
    PAY_THEN
    + """  - key: thanks
    kind: deliver
    title: {zh: 回访, en: Call back}
    public: {zh: 完成, en: Done}
    who: {level: own}
"""
)
SOLAR, DEGREE, HUNDRED, CRAFT = "solar-aid", "degree-subsidy", "double-hundred", "craftsman"

BAD = [
    # --- the file ---
    Bad("yaml_character", SOLAR, "  zh: 为建档", "\tzh: 为建档", "缩进请用空格，不用制表符"),
    Bad("yaml_colon", SOLAR, "id: solar-aid", "id: solar: aid", "一行里有两个冒号"),
    Bad("yaml_no_colon", SOLAR, "icon: sun", "icon sun", "名称后面缺英文冒号和空格", at="audience:"),
    Bad("yaml_open_quote", SOLAR, "- name: 不是会员", "- name: '不是会员", "引号没有成对", at="\0"),
    Bad("yaml_open_bracket", SOLAR, "rows: [57, 58]", "rows: [57, 58", "括号没有成对", at="  place:"),
    Bad("yaml_indent", SOLAR, "icon: sun", " icon: sun", "缩进不齐：同一层的各行要对齐"),
    Bad("yaml_quote", SOLAR, "icon: sun", "icon: & sun", "以 & * ! | > 开头的文字要加英文引号"),
    Bad("yaml_alias", SOLAR, "  rows: [57, 58]", "  rows: *a", "不能用“*a”引用，请直接写出内容"),
    Bad("yaml_anchor", SOLAR, "  rows: [57, 58]", "  rows: &a [57, 58]", "不能用“&a”标记，请直接写出内容"),
    Bad(
        "yaml_tag",
        SOLAR,
        "icon: sun",
        "icon: !!python/object/apply:os.system [ls]",
        "不能用标签“tag:yaml.org,2002:python/",
    ),
    Bad("yaml_control", SOLAR, "icon: sun", "icon: s\x07un", "有不可见字符U+0007"),
    Bad("file_documents", SOLAR, "examples:\n", "---\nexamples:\n", "一个文件只能写一个项目", at="---"),
    Bad("file_depth", SOLAR, "  rows: [57, 58]", "  rows: " + "[" * 20 + "]" * 20, "层次超过14层"),
    Bad(
        "name_twice",
        SOLAR,
        "icon: sun",
        "icon: sun\nid: other",
        "“id”写了两次（前一次在第3行），请留一个",
        at="id: other",
    ),
    # --- the shape ---
    Bad(
        "unknown_key_guess",
        SOLAR,
        "due_workdays: 15",
        "due_workday: 15",
        "steps[3].due_workday：没有名为“due_workday”的项，您是否想写“due_workdays”？",
    ),
    Bad("unknown_key", SOLAR, "icon: sun", "icon: sun\nzzzzzz: 1", "zzzzzz：没有名为“zzzzzz”的项，请删去", at="zzzzzz"),
    Bad(
        "missing",
        SOLAR,
        "retention_years: 10\n",
        "",
        "第3行 retention_years：缺少“retention_years”",
        at="id: solar-aid",
    ),
    Bad(
        "missing", SOLAR, "    who: {level: own, office: handler}\n", "", "steps[0].who：缺少“who”", at="- key: review"
    ),
    Bad("wrong_type", SOLAR, "due_workdays: 15", "due_workdays: soon", "应写整数，却是文字"),
    Bad("wrong_type", SOLAR, "due_workdays: 15", "due_workdays: 1.5", "应写整数，却是小数"),
    Bad("wrong_type", SOLAR, "parties: [applicant, union, partner.power_bureau]", "parties: applicant", "应写清单"),
    Bad("wrong_type", SOLAR, "valid_from: 2022-01-01", "valid_from: 2022-02-30", "应写日期，如 2026-03-01，却是文字"),
    Bad(
        "wrong_type",
        SOLAR,
        "    who: {level: own, office: handler}",
        "    who: own",
        "应写“名称: 值”的对照表，却是文字",
    ),
    Bad("quote_it", SOLAR, "icon: sun", "icon: 5", '请加英文引号："5"'),
    Bad(
        "comma",
        SOLAR,
        'en: "The home is rented, so nothing can be put on its roof"',
        "en: The home is rented, so nothing can be put on its roof",
        "有英文逗号，请给整句话加英文引号",
    ),
    Bad("choice_guess", SOLAR, "kind: survey", "kind: surveys", "没有“surveys”，您是否想写“survey”？"),
    Bad("choice", SOLAR, "per: ever", "per: always-and-a-day", "“always-and-a-day”不在可选之列：round、year、ever"),
    Bad("too_small", SOLAR, "due_workdays: 15", "due_workdays: 0", "0太小，至少1"),
    Bad("too_big", SOLAR, "rows: [57, 58]", "rows: [57, 580]", "580太大，至多121"),
    Bad("bad_name", SOLAR, "id: solar-aid", "id: 光FU行", "“光FU行”不能作名称"),
    Bad("empty_text", SOLAR, "{zh: 签协议, en", "{zh: '', en", "public.zh：不能空着"),
    Bad("unknown_icon", SOLAR, "icon: sun", "icon: sunn", "没有名为“sunn”的图标"),
    Bad("empty_list", SOLAR, "rows: [57, 58]", "rows: []", "至少写一项"),
    # --- names referred to ---
    Bad(
        "key_twice",
        SOLAR,
        "key: papers\n    title:",
        "key: home\n    title:",
        "表单页“home”重名（前一个在第80行）",
        at="key: home\n    title: {zh: 照片",
    ),
    Bad(
        "unknown_partner",
        SOLAR,
        "partner: power_bureau}\n    due_workdays: 30",
        "partner: powr_bureau}\n    due_workdays: 30",
        "steps[6].who.partner：没有名为“powr_bureau”的协办单位，您是否想写“power_bureau”？",
    ),
    Bad("unknown_step", SOLAR, "reserve_at: plan", "reserve_at: plans", "没有名为“plans”的步骤，您是否想写“plan”？"),
    Bad(
        "unknown_field",
        HUNDRED,
        "field: tuition, percent",
        "field: tution, percent",
        "没有名为“tution”的填写项，您是否想写“tuition”？",
    ),
    Bad(
        "unknown_fact",
        SOLAR,
        "path: household.hardship",
        "path: household.hardships",
        "没有名为“household.hardships”的事项，您是否想写“household.hardship”？",
    ),
    Bad(
        "unknown_pack",
        DEGREE,
        "parameters: [degree]",
        "parameters: [degree, degrees]",
        "没有名为“degrees”的规则包，您是否想写“degree”？",
    ),
    Bad(
        "pack_unlisted",
        DEGREE,
        "parameters: [degree]",
        "parameters: []",
        "请把“degree”写进 parameters",
        at="rule: worker.employment.form",
    ),
    Bad(
        "partner_unused",
        SOLAR,
        "  power_bureau: {",
        "  village: {zh: 村委会, en: Village}\n  power_bureau: {",
        "协办单位“village”没有参与任何步骤",
    ),
    Bad(
        "rule",
        SOLAR,
        "    rule: worker.union.member\n",
        "    rule: worker.union.membr\n",
        "“member”的规则：没有叫“worker.union.membr”的事项或参数，应改为：worker.union.member",
    ),
    Bad("rule", SOLAR, '"near"]\n', '"nearby"]\n', "household.hardship 没有代码“nearby”"),
    Bad(
        "rule",
        CRAFT,
        'rule: worker.sex == "F"',
        "rule: worker.sex = F",
        "“women”的规则：规则里不能用字符“=”，应改为：==",
    ),
    # --- the form ---
    Bad(
        "choices_missing",
        SOLAR,
        "          - {value: after_repair, label: {zh: 小修后适合, en: After a small repair}}\n",
        "",
        "选择题至少要两个选项",
        at="type: choice\n        label: {zh: 屋顶",
    ),
    Bad("only_for", SOLAR, "        min: 5\n", "        accept: [pdf]\n        min: 5\n", "“accept”只用于file，请删去"),
    Bad("min_max", SOLAR, "        max: 2000\n", "        max: 2\n", "最小值5大于最大值2"),
    Bad(
        "show_if_later",
        SOLAR,
        "        sensitivity: L3\n      - key: owner",
        "        show_if: {field: owner, is: [own]}\n      - key: owner",
        "“owner”排在后面",
    ),
    Bad(
        "declares_register",
        SOLAR,
        "declares: worker.home",
        "declares: worker.employment.form",
        "由登记册提供，不能由本人填报改变",
    ),
    Bad(
        "declares_kind",
        CRAFT,
        "declares: worker.unit_head",
        "declares: worker.education",
        "yes_no类的答案不能说明“worker.education”（choice）",
    ),
    Bad("declares_code", HUNDRED, "- {value: junior, label", "- {value: primary, label", "没有代码“primary”"),
    Bad("record_file", SOLAR, "{key: grid_case, type: text,", "{key: grid_case, type: file,", "办理记录里不能收文件"),
    # --- the steps ---
    Bad(
        "who_partner",
        SOLAR,
        "who: {level: partner, office: partner, partner: power_bureau}",
        "who: {level: partner, office: partner}",
        "协办单位办理的，要写明是哪一个",
    ),
    Bad(
        "who_no_partner",
        SOLAR,
        "who: {level: own, office: handler}",
        "who: {level: own, office: handler, partner: power_bureau}",
        "只有 level: partner 才写 partner",
    ),
    Bad(
        "who_office",
        SOLAR,
        "who: {level: own, office: handler}",
        "who: {level: own, office: partner}",
        "own的办理人不能是“partner”",
    ),
    Bad(
        "who_applicant",
        SOLAR,
        "who: {level: own, office: handler}",
        "who: {level: applicant}",
        "申请人自己不能办理“review”步骤",
    ),
    Bad("notice_days", DEGREE, "    notice_workdays: 5\n", "", "公示步骤要写公示几个工作日", at="  - key: notice"),
    Bad("score_criteria", CRAFT, "kind: notice", "kind: score", "评分步骤要写评分标准 criteria", at="  - key: notice"),
    Bad(
        "score_weights", CRAFT, "max: 10, weight: 35", "max: 10, weight: 30", "各项权重合计95，应为100", at="criteria:"
    ),
    Bad("score_judges", CRAFT, "    judges_min: 3  # 可调\n", "", "评分步骤要写至少几名评委", at="  - key: judging"),
    Bad("rank_missing", SOLAR, RANK, "", "有排序步骤，却没有写排序办法 rank", at="kind: rank"),
    Bad("rank_unused", SOLAR, "kind: rank\n", "kind: review\n", "写了排序办法，却没有排序步骤", at="rank:"),
    Bad(
        "rank_score",
        SOLAR,
        "    - {by: submitted}",
        "    - {by: score, direction: desc}",
        "按得分排序，但排序之前没有评分步骤",
    ),
    Bad(
        "rank_path",
        SOLAR,
        "{by: fact, path: household.hardship, codes: [deep, relative, accident, near]}",
        "{by: fact}",
        "按fact排序要写 path",
    ),
    Bad(
        "survey_sides",
        SOLAR,
        "      - {level: partner, office: partner, partner: power_bureau}\n    due_workdays: 15",
        "    due_workdays: 15",
        "联合勘察至少要有两方",
        at="  - key: survey",
    ),
    Bad(
        "sides_only",
        SOLAR,
        "    who: {level: own, office: handler}\n",
        "    who: {level: own, office: handler}\n    sides: [{level: own}]\n",
        "“review”步骤不写 sides",
        at="sides: [{level: own}]",
    ),
    Bad(
        "returns_where",
        DEGREE,
        "    notice_workdays: 5\n",
        "    notice_workdays: 5\n    returns: true\n",
        "不能退回申请人",
        at="    returns: true\n  - key: payment",
    ),
    Bad("agreement_no_sign", SOLAR, "  step: agreement\n", "  step: papers\n", "“papers”不是签约步骤"),
    Bad(
        "party_no_side",
        SOLAR,
        "handler}\n      - {level: partner, office: partner, partner: power_bureau}\n      - {level: applicant}",
        "handler}\n      - {level: applicant}",
        "没有人能代它签",
        at="parties:",
    ),
    Bad(
        "side_no_party",
        SOLAR,
        "parties: [applicant, union, partner.power_bureau]",
        "parties: [applicant, union]",
        "“partner.power_bureau”参加签约步骤，却不是协议的一方",
        at="      - {level: partner, office: partner, partner: power_bureau}\n      - {level: applicant}",
    ),
    Bad("party", SOLAR, "parties: [applicant, union,", "parties: [applicant, union, village,", "“village”不能作签约方"),
    Bad("placeholder", SOLAR, "签署日期{date}", "签署日期{dat}", "协议里的{dat}填不出来，您是否想写“date”？"),
    Bad(
        "before_decision",
        SOLAR,
        "  - key: review\n    kind: review",
        "  - key: review\n    kind: deliver",
        "“deliver”步骤之前还没有人审核过",
        at="    kind: deliver",
    ),
    Bad(
        "after_grant", SOLAR, "kind: rank\n", "kind: grant\n", "发放以后才“survey”，已经来不及了", at="    kind: survey"
    ),
    # --- money, quotas, limits, counts ---
    Bad("amount_forms", DEGREE, "amount: {field:", "amount: {fixed_fen: 5, field:", "金额三种写法选一种"),
    Bad(
        "amount_share",
        DEGREE,
        "percent: 60, cap_fen: 450000",
        "percent: 60",
        "按比例计算要同时写 field、percent 和 cap_fen",
    ),
    Bad("amount_zero", SOLAR, "fixed_fen: 1800000", "fixed_fen: 0", "金额为零", at="amount:"),
    Bad("amount_field", DEGREE, "field: tuition_paid,", "field: school,", "“school”是text，这里要money"),
    Bad(
        "amount_optional",
        HUNDRED,
        "        label: {zh: 全程学费（元）",
        "        required: false\n        label: {zh: 全程学费（元）",
        "“tuition”可以不填，不填就算不出金额",
        at="amount:",
    ),
    Bad(
        "budget_missing", DEGREE, "budget:\n  reserve_at: places\n", "", "有金额就要写 budget.reserve_at", at="amount:"
    ),
    Bad(
        "reserve_late",
        SOLAR,
        "reserve_at: plan",
        "reserve_at: thanks",
        "“thanks”排在发放之后",
        also=(PAY_THEN, PAY_THEN_THANKS),
    ),
    Bad("achievement_missing", CRAFT, "  achievement: craftsman_county\n", "", "授予称号要写 achievement", at="grant:"),
    Bad(
        "no_step_of_kind", CRAFT, "    kind: award\n", "    kind: review\n", "称号要有一个 award 步骤", at="kind: title"
    ),
    Bad(
        "quota_contradiction",
        CRAFT,
        "at_least_percent: 60}",
        "at_least_percent: 60, at_most_percent: 40}",
        "下限60%高于上限40%",
    ),
    Bad(
        "quota_conflict",
        CRAFT,
        "  quotas:\n",
        "  quotas:\n    - {key: few, label: {zh: 一线, en: Front}, rule: worker.front_line, at_most_percent: 10}\n",
        "与第",
        at="key: front_line",
    ),
    Bad(
        "quota_empty",
        CRAFT,
        "rule: worker.unit_head, at_most_percent: 15}",
        "rule: worker.unit_head}",
        "名额要求没有写下限或上限",
    ),
    Bad("once_kind", DEGREE, "once_per_field: level", "once_per_field: school", "“school”要是必填的选择题"),
    Bad(
        "exclusive_self",
        DEGREE,
        "exclusive_with: [double-hundred]",
        "exclusive_with: [degree-subsidy]",
        "不能与自己互斥",
    ),
    Bad(
        "count_unit",
        SOLAR,
        "unit: households, of: applied",
        "unit: fen, of: applied",
        "“applied”不能以“fen”计，应为：people、households、person_times",
    ),
    # --- examples ---
    Bad(
        "example_verdict",
        SOLAR,
        "worker.home: family}\n    verdict: true",
        "worker.home: rented}\n    verdict: true",
        "写的是符合，算出来是不符合。原因：住的房子是租的",
        at="verdict: true\n  - name: 还没说",
    ),
    Bad("example_amount", DEGREE, "amount_fen: 449999", "amount_fen: 450001", "写的是¥4,500.01，算出来是¥4,499.99"),
    Bad(
        "example_clause",
        DEGREE,
        "clauses: {contract_year: false, enrolled: true}",
        "clauses: {contract_year: true, enrolled: true}",
        "条件“contract_year”：写的是符合，算出来是不符合",
    ),
    Bad(
        "unknown_clause",
        SOLAR,
        "clauses: {rented_home: true}",
        "clauses: {rentd_home: true}",
        "没有名为“rentd_home”的条件，您是否想写“rented_home”？",
    ),
    Bad("unknown_fact", DEGREE, "worker.enrolment: none}", "worker.enrolmnt: none}", "没有名为“worker.enrolmnt”的事项"),
    Bad(
        "declares_code",
        DEGREE,
        "worker.enrolment: none}",
        "worker.enrolment: nothing}",
        "“worker.enrolment”没有代码“nothing”",
    ),
    Bad(
        "rule",
        DEGREE,
        "worker.employment.since: 2021-01-02",
        "worker.employment.since: yesterday",
        "worker.employment.since 的值“yesterday”不合格",
    ),
]
