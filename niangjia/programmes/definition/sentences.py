"""The words of every fault a programme file can have: what is wrong, and what to write instead."""

from __future__ import annotations

from typing import NamedTuple


class Sentence(NamedTuple):
    zh: str
    en: str


SENTENCES: dict[str, Sentence] = {
    # --- the file ---
    "file_empty": Sentence(
        "文件是空的，请从目录里的一个做法开始", "the file is empty; begin with a practice of the catalogue"
    ),
    "file_size": Sentence(
        "文件超过{limit}千字节，请删去用不到的部分", "the file is larger than {limit} kB; leave out what is not used"
    ),
    "file_depth": Sentence(
        "层次超过{limit}层，请检查缩进和括号", "nested more than {limit} deep; check indents and brackets"
    ),
    "file_values": Sentence("内容超过{limit}项，请精简", "more than {limit} values; make it shorter"),
    "file_documents": Sentence(
        "一个文件只能写一个项目，请删去“---”以后的部分", "a file holds one programme; remove what follows “---”"
    ),
    "not_table": Sentence("文件应由“名称: 值”组成", "the file must be made of “name: value” entries"),
    "yaml_character": Sentence(
        "这里的字符不能开头；缩进请用空格，不用制表符", "this character cannot stand here; indent with spaces, not tabs"
    ),
    "yaml_colon": Sentence(
        "一行里有两个冒号，或缩进不齐；含冒号的文字请加引号",
        "two colons on a line, or an uneven indent; put quotes around a text that holds a colon",
    ),
    "yaml_no_colon": Sentence(
        "名称后面缺英文冒号和空格，应写成“名称: 值”",
        "a colon and a space are missing after the name: write “name: value”",
    ),
    "yaml_open_quote": Sentence("引号没有成对，请补上后一个引号", "the quote is not closed; add the closing quote"),
    "yaml_indent": Sentence(
        "缩进不齐：同一层的各行要对齐", "uneven indent: lines of one level must begin in the same column"
    ),
    "yaml_open_bracket": Sentence(
        "括号里缺逗号，或括号没有成对", "a comma is missing inside the brackets, or they are not closed"
    ),
    "yaml_quote": Sentence(
        "以 & * ! | > 开头的文字要加英文引号", "put quotes around a text that begins with one of & * ! | >"
    ),
    "yaml_control": Sentence("有不可见字符{char}，请删去", "an invisible character {char}; remove it"),
    "yaml_other": Sentence(
        "读不懂这里（{problem}），请检查标点和缩进", "cannot be read ({problem}); check marks and indents"
    ),
    "yaml_alias": Sentence("不能用“*{name}”引用，请直接写出内容", "no reference “*{name}”; write the content out"),
    "yaml_anchor": Sentence("不能用“&{name}”标记，请直接写出内容", "no anchor “&{name}”; write the content out"),
    "yaml_tag": Sentence("不能用标签“{name}”，请删去", "no tag “{name}”; remove it"),
    "yaml_name": Sentence("名称应是一个词，不能是清单或对照表", "a name must be one word, not a list or a table"),
    "name_twice": Sentence(
        "“{name}”写了两次（前一次在第{first}行），请留一个", "“{name}” is there twice (first on line {first}); keep one"
    ),
    "number_digits": Sentence("数字超过{limit}位", "a number of more than {limit} digits"),
    # --- the shape ---
    "unknown_key": Sentence(
        "没有名为“{name}”的项，请删去；这里可以写：{known}", "there is no “{name}” here; it may hold: {known}"
    ),
    "unknown_key_guess": Sentence(
        "没有名为“{name}”的项，您是否想写“{guess}”？", "there is no “{name}” here; did you mean “{guess}”?"
    ),
    "comma": Sentence(
        "“{name}”前面的文字里有英文逗号，请给整句话加英文引号",
        "the text before “{name}” holds a comma; put quotes around the whole sentence",
    ),
    "missing": Sentence("缺少“{name}”", "“{name}” is missing"),
    "wrong_type": Sentence("应写{wanted}，却是{found}", "{wanted} is wanted here, this is {found}"),
    "quote_it": Sentence(
        '应写文字，却是{found}；请加英文引号："{value}"',
        'a text is wanted, this is {found}; put quotes around it: "{value}"',
    ),
    "choice": Sentence("“{value}”不在可选之列：{known}", "“{value}” is not one of: {known}"),
    "choice_guess": Sentence("没有“{value}”，您是否想写“{guess}”？", "there is no “{value}”; did you mean “{guess}”?"),
    "too_small": Sentence("{value}太小，至少{limit}", "{value} is too small, at least {limit}"),
    "too_big": Sentence("{value}太大，至多{limit}", "{value} is too big, at most {limit}"),
    "bad_name": Sentence(
        "“{value}”不能作名称：用小写英文字母开头，只含小写字母、数字和下划线（项目编号用连字符）",
        "“{value}” cannot be a name: begin with a small letter, then a-z, 0-9 and underscores (hyphens in an id)",
    ),
    "empty_text": Sentence("不能空着", "cannot be left empty"),
    "unknown_icon": Sentence(
        "没有名为“{name}”的图标，请用 lucide 图标库里的名称",
        "there is no icon called “{name}”; take a name of the lucide set",
    ),
    "long_text": Sentence("文字超过{limit}字", "longer than {limit} characters"),
    "empty_list": Sentence("至少写一项", "write at least one"),
    "bad_value": Sentence("这个值不行：{problem}", "this value cannot be: {problem}"),
    # --- names referred to ---
    "key_twice": Sentence(
        "{what}“{key}”重名（前一个在第{first}行），请改一个",
        "the {what} “{key}” is named twice (first on line {first})",
    ),
    "unknown_step": Sentence("没有名为“{name}”的步骤{guess}", "there is no step called “{name}”{guess}"),
    "unknown_field": Sentence("表单里没有名为“{name}”的填写项{guess}", "the form has no field called “{name}”{guess}"),
    "unknown_partner": Sentence("没有名为“{name}”的协办单位{guess}", "there is no partner called “{name}”{guess}"),
    "unknown_fact": Sentence("没有名为“{name}”的事项{guess}", "there is no fact called “{name}”{guess}"),
    "unknown_clause": Sentence("没有名为“{name}”的条件{guess}", "there is no condition called “{name}”{guess}"),
    "unknown_pack": Sentence("没有名为“{name}”的规则包{guess}", "there is no rule pack called “{name}”{guess}"),
    "pack_unlisted": Sentence(
        "用到了规则包“{pack}”的参数{name}，请把“{pack}”写进 parameters",
        "uses the figure {name} of the rule pack “{pack}”; list “{pack}” under parameters",
    ),
    "pack_unused": Sentence(
        "列出了规则包“{pack}”，却没有条件用到它，请删去",
        "the rule pack “{pack}” is listed, but no condition uses it; remove it",
    ),
    "partner_unused": Sentence(
        "协办单位“{name}”没有参与任何步骤，请删去或写进步骤",
        "the partner “{name}” takes part in no step; remove it or give it one",
    ),
    "rule": Sentence("{problem}", "{problem}"),
    # --- the form ---
    "choices_missing": Sentence("选择题至少要两个选项", "a choice needs at least two answers"),
    "only_for": Sentence("“{name}”只用于{kinds}，请删去", "“{name}” is only for {kinds}; remove it"),
    "min_max": Sentence("最小值{low}大于最大值{high}", "the least ({low}) is above the most ({high})"),
    "show_if_later": Sentence(
        "“{name}”排在后面，只能依据前面的答案决定是否显示",
        "“{name}” comes later; a question can only depend on an earlier one",
    ),
    "show_if_value": Sentence(
        "“{name}”没有答案“{value}”，可选：{known}", "“{name}” has no answer “{value}”; it has: {known}"
    ),
    "declares_register": Sentence(
        "“{name}”由登记册提供，不能由本人填报改变；可填报的有：{known}",
        "“{name}” comes from a register and cannot be told by the applicant; these can: {known}",
    ),
    "declares_kind": Sentence(
        "{kind}类的答案不能说明“{name}”（{wanted}）", "an answer of kind {kind} cannot tell “{name}” ({wanted})"
    ),
    "declares_code": Sentence(
        "“{name}”没有代码“{value}”，可选：{known}", "“{name}” has no code “{value}”; it has: {known}"
    ),
    "record_file": Sentence(
        "办理记录里不能收文件，请改到表单里", "a step's record cannot hold a file; ask for it in the form"
    ),
    # --- the steps ---
    "who_partner": Sentence(
        "协办单位办理的，要写明是哪一个：partner: 名称", "a step by a partner must say which: partner: name"
    ),
    "who_no_partner": Sentence(
        "只有 level: partner 才写 partner，请改 level 或删去",
        "partner is only for level: partner; change the level or remove it",
    ),
    "who_office": Sentence(
        "{level}的办理人不能是“{office}”，可选：{known}",
        "at level {level} the office cannot be “{office}”; it may be: {known}",
    ),
    "who_applicant": Sentence("申请人自己不能办理“{kind}”步骤", "the applicant cannot act at a “{kind}” step"),
    "notice_days": Sentence(
        "公示步骤要写公示几个工作日：notice_workdays（法规多为不少于5个）",
        "a public notice must say for how many working days: notice_workdays (the rules mostly want 5 or more)",
    ),
    "score_criteria": Sentence("评分步骤要写评分标准 criteria", "a score step needs criteria"),
    "score_weights": Sentence("各项权重合计{sum}，应为100", "the weights come to {sum}, they must come to 100"),
    "score_judges": Sentence(
        "评分步骤要写至少几名评委：judges_min", "a score step must say how many judges at least: judges_min"
    ),
    "rank_missing": Sentence("有排序步骤，却没有写排序办法 rank", "there is a rank step, but no rank section says how"),
    "rank_unused": Sentence(
        "写了排序办法，却没有排序步骤（kind: rank）", "there is a rank section, but no step of kind rank"
    ),
    "rank_score": Sentence(
        "按得分排序，但排序之前没有评分步骤", "ranks by score, but no score step comes before the rank step"
    ),
    "score_unranked": Sentence(
        "评分之后没有排序步骤，得分没有用处", "no rank step follows the scores, so they decide nothing"
    ),
    "rank_path": Sentence("按{by}排序要写 path", "ranking by {by} needs a path"),
    "rank_no_path": Sentence("按{by}排序不写 {name}，请删去", "ranking by {by} takes no {name}; remove it"),
    "survey_sides": Sentence("联合勘察至少要有两方（sides）", "a joint survey needs at least two sides"),
    "sides_only": Sentence("“{kind}”步骤不写 sides，请删去", "a “{kind}” step takes no sides; remove them"),
    "sides_twice": Sentence("同一方写了两次", "the same side is there twice"),
    "policy_sides": Sentence(
        "多方办理时各方都要办，不再写人数 {policy}", "with sides, every side must act; a number ({policy}) has no place"
    ),
    "returns_where": Sentence(
        "“{kind}”步骤不能退回申请人，请删去 returns",
        "a “{kind}” step cannot send back to the applicant; remove returns",
    ),
    "agreement_missing": Sentence(
        "有签约步骤，却没有写协议 agreement", "there is a sign step, but no agreement section"
    ),
    "agreement_no_sign": Sentence("“{name}”不是签约步骤（kind: sign）", "“{name}” is not a step of kind sign"),
    "agreement_signs": Sentence("只能有一个签约步骤", "there can be only one sign step"),
    "party": Sentence(
        "“{name}”不能作签约方，应为 applicant、union 或 partner.名称",
        "“{name}” cannot be a party; write applicant, union or partner.name",
    ),
    "party_no_side": Sentence(
        "签约方“{name}”不在签约步骤“{step}”的 who 或 sides 里，没有人能代它签",
        "the party “{name}” is not among who or sides of the step “{step}”, so nobody can sign for it",
    ),
    "side_no_party": Sentence(
        "“{name}”参加签约步骤，却不是协议的一方",
        "“{name}” takes part in the sign step but is no party of the agreement",
    ),
    "placeholder": Sentence(
        "协议里的{{{name}}}填不出来{guess}", "{{{name}}} in the agreement cannot be filled in{guess}"
    ),
    "placeholder_differs": Sentence(
        "中英文的占位符不一致：{names}", "the Chinese and the English text have different placeholders: {names}"
    ),
    "before_decision": Sentence(
        "“{kind}”步骤之前还没有人审核过", "nobody has decided anything before this “{kind}” step"
    ),
    "after_grant": Sentence(
        "发放以后才“{kind}”，已经来不及了；请移到第{line}行的“{grant}”之前",
        "“{kind}” after the grant comes too late; move it before “{grant}” on line {line}",
    ),
    "no_step_of_kind": Sentence(
        "{what}要有一个 {kind} 步骤，现在没有，永远到不了申请人手里",
        "{what} needs a {kind} step; without it nothing ever reaches the applicant",
    ),
    # --- money ---
    "amount_missing": Sentence("资金类要写金额 amount", "a grant of money needs an amount"),
    "amount_forms": Sentence(
        "金额三种写法选一种：fixed_fen；field 加 percent 和 cap_fen；table",
        "an amount is one of three: fixed_fen; field with percent and cap_fen; table",
    ),
    "amount_share": Sentence(
        "按比例计算要同时写 field、percent 和 cap_fen", "a share needs field, percent and cap_fen together"
    ),
    "amount_zero": Sentence("金额为零，什么也发不出去", "an amount of zero grants nothing"),
    "amount_field": Sentence("“{name}”是{kind}，这里要{wanted}", "“{name}” is a {kind}, {wanted} is wanted here"),
    "amount_optional": Sentence(
        "“{name}”可以不填，不填就算不出金额；请改为必填并始终显示",
        "“{name}” may be left out, and then there is no amount; make it required and always shown",
    ),
    "table_row_missing": Sentence("金额表没有“{value}”这一行", "the table has no row for “{value}”"),
    "table_row_unknown": Sentence("“{name}”没有选项“{value}”", "“{name}” has no answer “{value}”"),
    "unit_fen": Sentence("资金的单位是 fen，写成了“{unit}”", "money is counted in fen, not in “{unit}”"),
    "unit_not_fen": Sentence("只有资金以 fen 为单位", "only money is counted in fen"),
    "achievement_missing": Sentence("授予称号要写 achievement（称号代码）", "a title needs its achievement code"),
    "budget_missing": Sentence(
        "有金额就要写 budget.reserve_at：在哪一步预留经费",
        "an amount needs budget.reserve_at: the step that sets the money aside",
    ),
    "budget_idle": Sentence("没有金额，不用预留经费，请删去 budget", "there is no amount to set aside; remove budget"),
    "reserve_late": Sentence(
        "预留经费要在发放之前或当步，“{name}”排在发放之后",
        "money is set aside at the latest when it is granted; “{name}” comes after",
    ),
    "exclusive_self": Sentence(
        "不能与自己互斥；限制次数请用 per_person", "a programme cannot exclude itself; limit it by per_person"
    ),
    "once_kind": Sentence(
        "“{name}”要是必填的选择题，才能按它限一次",
        "“{name}” must be a required choice to allow one grant for each answer",
    ),
    # --- quotas and counts ---
    "quota_empty": Sentence("名额要求没有写下限或上限", "this quota has neither a floor nor a ceiling"),
    "quota_twice": Sentence(
        "{what}同时写了人数和百分比，请留一个", "{what} is there both in heads and in percent; keep one"
    ),
    "quota_contradiction": Sentence(
        "下限{low}高于上限{high}，谁也满足不了", "the floor {low} is above the ceiling {high}; nothing can satisfy it"
    ),
    "quota_conflict": Sentence(
        "与第{line}行的“{other}”矛盾：同一群人，下限{low}高于上限{high}",
        "contradicts “{other}” on line {line}: the same group, floor {low} above ceiling {high}",
    ),
    "count_unit": Sentence(
        "“{of}”不能以“{unit}”计，应为：{known}", "“{of}” cannot be counted in “{unit}”; it may be: {known}"
    ),
    # --- examples ---
    "example_fact": Sentence(
        "例子里“{name}”的值“{value}”不对：{problem}", "the example's “{name}” cannot be “{value}”: {problem}"
    ),
    "example_answer": Sentence(
        "例子里“{name}”的答案“{value}”不在选项里：{known}",
        "the example answers “{name}” with “{value}”, which is not one of: {known}",
    ),
    "example_verdict": Sentence(
        "例子“{name}”：写的是{wanted}，算出来是{found}。{why}",
        "the example “{name}”: expected {wanted}, found {found}. {why}",
    ),
    "example_clause": Sentence(
        "例子“{name}”的条件“{clause}”：写的是{wanted}，算出来是{found}",
        "the example “{name}”, condition “{clause}”: expected {wanted}, found {found}",
    ),
    "example_amount": Sentence(
        "例子“{name}”：写的是{wanted}，算出来是{found}", "the example “{name}”: expected {wanted}, found {found}"
    ),
}
