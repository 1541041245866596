"""The words of every fault, Chinese and English, each with what to write instead."""

from __future__ import annotations

from typing import NamedTuple


class Sentence(NamedTuple):
    """A fault in words; the names in braces are filled in where it is found."""

    zh: str
    en: str
    hint_zh: str = ""
    hint_en: str = ""


LIMITS_ZH = "拆成几条条款，每条只写一件事"
LIMITS_EN = "split it into several clauses, one thing each"

SENTENCES: dict[str, Sentence] = {
    # --- reading the text ---
    "too_long": Sentence("规则超过 {limit} 个字符", "the rule is longer than {limit} characters", LIMITS_ZH, LIMITS_EN),
    "too_deep": Sentence("规则嵌套超过 {limit} 层", "the rule is nested more than {limit} deep", LIMITS_ZH, LIMITS_EN),
    "too_many_parts": Sentence(
        "规则超过 {limit} 个部分",
        "the rule has more than {limit} parts",
        "把长清单改成清单参数",
        "make a long list a list parameter",
    ),
    "too_many_digits": Sentence("数字超过 {limit} 位", "the number has more than {limit} digits"),
    "bad_character": Sentence(
        "规则里不能用字符“{char}”",
        "the character '{char}' has no meaning in a rule",
        "事项用英文名（见清单），文字放在英文引号里",
        "the English names of facts, and text in straight quotes",
    ),
    "bad_character_instead": Sentence(
        "规则里不能用字符“{char}”", "the character '{char}' has no meaning in a rule", "{plain}", "{plain}"
    ),
    "open_text": Sentence(
        "引号没有成对，或引号内有反斜杠、换行",
        "the quote is not closed on its line, or the text holds a backslash",
        '"文字"',
        '"text"',
    ),
    "habit": Sentence("这里不写“{found}”", "'{found}' is not written here", "{plain}", "{plain}"),
    "expected": Sentence(
        "这里应是“{mark}”，却是“{found}”", "expected '{mark}' here, found '{found}'", "{mark}", "{mark}"
    ),
    "expected_at_end": Sentence(
        "规则在此结束，还缺“{mark}”", "the rule ends here, '{mark}' is missing", "{mark}", "{mark}"
    ),
    "expected_value_at_end": Sentence(
        "规则在此结束，后面还缺一个事项、数字或文字", "the rule ends here; a fact, number or text must follow"
    ),
    "unexpected": Sentence(
        "看不懂这里的“{found}”",
        "'{found}' does not fit here",
        "两个条件之间写 && 或 ||",
        "put && or || between two conditions",
    ),
    "chained": Sentence(
        "比较不能连写", "comparisons cannot be chained", "18 <= 年龄 && 年龄 < 60", "18 <= age && age < 60"
    ),
    "name_after_dot": Sentence("点号后面应是名称", "a name must follow the dot"),
    "null": Sentence(
        "没有空值可比：未知就是未知",
        "there is no null to compare with: unknown is unknown",
        "has(事项) 或 default(事项, 值)",
        "has(fact) or default(fact, value)",
    ),
    # --- names ---
    "unknown_name": Sentence("没有叫“{name}”的事项或参数", "there is no fact or parameter called '{name}'"),
    "unknown_name_guess": Sentence(
        "没有叫“{name}”的事项或参数", "there is no fact or parameter called '{name}'", "{guess}", "{guess}"
    ),
    "unknown_code": Sentence("{name} 没有代码“{code}”", "'{code}' is not a code of {name}", "{listed}", "{listed}"),
    "unknown_function": Sentence("没有函数 {name}()", "there is no function {name}()", "{usage}", "{usage}"),
    "unknown_method": Sentence(
        "没有函数 .{name}()", "there is no function .{name}()", '事项.startsWith("代码")', 'fact.startsWith("code")'
    ),
    "arguments": Sentence("{name}() 要 {count} 项", "{name}() takes {count} argument(s)", "{usage}", "{usage}"),
    # --- kinds and units ---
    "not_a_condition": Sentence(
        "这里要是非判断，却是{found}",
        "a condition must be true or false, this is {found}",
        "与一个值比较",
        "compare it with a value",
    ),
    "wanted_value": Sentence("这里要一个值，却是{found}", "a value is wanted here, this is {found}"),
    "wanted_number": Sentence("这里要数字或金额，却是{found}", "a number or an amount is wanted here, this is {found}"),
    "wanted_fact": Sentence("{name}() 里要写事项名", "{name}() takes the name of a fact"),
    "wanted_date_fact": Sentence("{name}() 里要写日期事项", "{name}() takes a fact that is a date"),
    "wanted_code_fact": Sentence("这里要一个代码或文字事项", "a fact that is a code or text is wanted here"),
    "unlike": Sentence("{left}不能与{right}比较", "{left} cannot be compared with {right}"),
    "only_equal": Sentence("{found}只能用 == 或 != 比较", "{found} can only be compared with == or !=", "==", "=="),
    "compare_tags": Sentence(
        "标签集合不能直接比较", "a set of tags cannot be compared", '"标签" in 事项', '"tag" in fact'
    ),
    "two_constants": Sentence(
        "两边都是写定的值", "both sides are written values", "一边写事项", "put a fact on one side"
    ),
    "mixed_units": Sentence("{left}与{right}不能混算", "{left} and {right} cannot be mixed"),
    "money_times_money": Sentence(
        "金额不能乘金额", "money cannot be multiplied by money", "用数字作倍数", "multiply by a number"
    ),
    "number_by_money": Sentence("数字不能除以金额", "a number cannot be divided by money"),
    "default_kind": Sentence(
        "default() 的第二项要与事项同类：{wanted}", "the second part of default() must be {wanted}"
    ),
    "default_of": Sentence("default() 不能用于{found}", "default() cannot be used for {found} or for a counted fact"),
    "default_bounds": Sentence("超出 {name} 的范围或小数位", "outside the range or the decimals of {name}"),
    "bad_date": Sentence(
        "不是日历上的日子", "this is not a day of the calendar", 'date("2026-01-31")', 'date("2026-01-31")'
    ),
    # --- lists ---
    "empty_list": Sentence("清单是空的", "the list is empty", "至少写一项", "write at least one item"),
    "list_alone": Sentence("清单只能写在 in 的右边", "a list can only stand on the right of 'in'"),
    "list_item": Sentence("清单里只能写定值：{wanted}", "every item of this list must be {wanted}"),
    "in_what": Sentence(
        "in 的右边应是清单、标签事项或清单参数，却是{found}",
        "the right of 'in' must be a list, a fact of tags or a list parameter, this is {found}",
        '事项 in ["a", "b"]',
        'fact in ["a", "b"]',
    ),
    "tag_not_constant": Sentence(
        "in 的左边要写定标签", "a written tag must stand on the left of 'in'", '"标签"', '"tag"'
    ),
    "prefix_not_constant": Sentence(
        "startsWith 里要写定代码", "startsWith takes one written code", '事项.startsWith("33")', 'fact.startsWith("33")'
    ),
    # --- what must be provable ---
    "division": Sentence(
        "除数不能保证大于零",
        "the divisor is not sure to be above zero",
        "给该事项或参数声明下限 1",
        "declare a lower bound of 1 for that fact or parameter",
    ),
    "cancels": Sentence(
        "有事项在两边抵消了", "a fact cancels out of this comparison", "删去抵消的事项", "leave out what cancels"
    ),
    "overflow": Sentence(
        "计算可能超出 64 位整数",
        "this calculation could leave 64-bit integers",
        "收紧事项或参数的上下限",
        "declare narrower bounds for the facts or parameters",
    ),
    "age_mixed": Sentence(
        "年限只能与一个写定的数或全国参数比较",
        "an age or duration can only be compared with a constant or a national parameter",
        "分成两个条件",
        "make it two conditions",
    ),
    "too_complex": Sentence("算式展开后太长", "the calculation is too long when multiplied out", LIMITS_ZH, LIMITS_EN),
    # --- clauses ---
    "clause_twice": Sentence(
        "条款“{key}”写了两次", "the clause '{key}' is there twice", "换一个名称", "give it another key"
    ),
    "clause_key": Sentence(
        "条款名“{key}”不合格",
        "'{key}' cannot be a clause's key",
        "小写字母开头，50 字以内",
        "a-z first, at most 50 of a-z 0-9 _ -",
    ),
    "clause_kind": Sentence(
        "条款“{key}”的种类“{kind}”不对", "clause '{key}' has the kind '{kind}'", "require, exclude", "require, exclude"
    ),
    "clause_if_unknown": Sentence(
        "条款“{key}”的 if_unknown“{value}”不对",
        "clause '{key}' has if_unknown '{value}'",
        "ask, refuse, review",
        "ask, refuse, review",
    ),
    "no_region_path": Sentence(
        "条款用了分地区的参数，却没有说明哪个事项是地区代码",
        "the clauses use figures that differ by place, but no region_path names the fact with the division code",
    ),
    "bad_region_path": Sentence("“{name}”不是地区代码事项", "'{name}' is not a fact that holds a division code"),
    "dialect": Sentence("没有数据库方言“{name}”", "there is no SQL for the dialect '{name}'", "{known}", "{known}"),
    "dialect_lacks": Sentence(
        "{dialect} 没有与“{what}”相当的写法，各引擎就得不出同样的结论；请换一种写法，或请维护人员为 {dialect} 补上",
        "{dialect} has no words for '{what}', so the engines could not all judge this alike; say it in another way,"
        " or have it added for {dialect}",
    ),
    "too_many_facts": Sentence(
        "这些条款用到 {count} 个事项和参数，最多 {limit} 个",
        "these clauses read {count} facts and parameters, at most {limit} fit",
    ),
    # --- values ---
    "fact_value": Sentence(
        "{name} 的值“{value}”不合格：应为 {kind}，且在声明的范围内",
        "{name} has the value '{value}', which is not a {kind} inside its declared bounds",
    ),
    "figure_value": Sentence(
        "参数 {name} 的值“{value}”种类不对或超出范围",
        "the parameter {name} has the value '{value}' of a wrong kind or out of bounds",
    ),
    "figure_region": Sentence(
        "全国参数 {name} 不能按地区（{region}）设值", "{name} is national and cannot be set for {region}"
    ),
    "figure_twice": Sentence(
        "参数 {name}（地区 {region}）在 {day} 有两个值",
        "the parameter {name} (place {region}) has two values from {day}",
    ),
    # --- the vocabulary ---
    "schema_twice": Sentence("“{name}”声明了两次", "'{name}' is declared twice"),
    "schema_path": Sentence(
        "“{name}”不能作名称", "'{name}' cannot be a name", "person.birth_date", "person.birth_date"
    ),
    "schema_column": Sentence("“{name}”不能作列名", "'{name}' cannot be a column"),
    "schema_level": Sentence(
        "{name}：家庭事项都叫 household.…，个人事项都不叫",
        "{name}: facts of a household, and only they, are called household.…",
    ),
    "schema_household_tags": Sentence(
        "{name}：家庭事项不能是标签集合，说不清是任一成员还是全体成员",
        "{name}: a household fact cannot be tags, ANY member or ALL would be left open",
        "声明人数，如 household.disabled_members",
        "declare a count, such as household.disabled_members",
    ),
    "schema_no_codes": Sentence("{name}：代码事项要列出代码", "{name}: a fact of codes must list them", "TEXT", "TEXT"),
    "schema_code_bar": Sentence("{name}：代码里不能有竖线", "{name}: a code cannot hold a bar |"),
    "schema_derive": Sentence(
        "{name}：推算事项应是不带小数的数字，由一个日期事项推算",
        "{name}: a counted fact is a whole number counted from a declared date fact",
    ),
    "schema_derive_fresh": Sentence(
        "{name}：时效写在它所据的日期事项上", "{name}: say how long it stays fresh on the date it is counted from"
    ),
    "schema_fresh": Sentence(
        "{name}：时效应为 0 至 36500 天，写了日期列就要写时效",
        "{name}: fresh_days is 0 to 36500, and a stamp_column needs it",
    ),
    "schema_parameter_type": Sentence(
        "{name}：参数只能是数字、金额、日期或代码清单",
        "{name}: a parameter is a number, money, a date or a list of codes",
    ),
    "schema_list_region": Sentence("{name}：代码清单只能是全国的", "{name}: a list of codes can only be national"),
    "schema_bounds": Sentence(
        "{name}：上下限颠倒、过大，或小数位不在 0–6", "{name}: bounds reversed or too wide, or decimals not 0 to 6"
    ),
    # --- rule packs ---
    "pack_yaml": Sentence("规则包不是合格的 YAML：{problem}", "the rule pack is not valid YAML: {problem}"),
    "pack_form": Sentence(
        "规则包里不能用引用、标签或过深的层次",
        "a rule pack holds no anchors, tags or deep nesting",
        "直接写出值",
        "write the value out",
    ),
    "pack_size": Sentence("规则包超过 {limit} 个字符", "the rule pack is longer than {limit} characters"),
    "pack_shape": Sentence("这里应是{wanted}", "{wanted} is wanted here"),
    "pack_key": Sentence("没有“{key}”这一项", "'{key}' has no meaning here", "{known}", "{known}"),
    "pack_key_twice": Sentence("“{key}”写了两次", "'{key}' is there twice"),
    "pack_missing": Sentence("缺少“{key}”", "'{key}' is missing"),
    "pack_word": Sentence("“{value}”不在可选之列", "'{value}' is not one of the choices", "{known}", "{known}"),
    "pack_name": Sentence(
        "“{name}”不能作名称", "'{name}' cannot be a name", "param.subsistence_line", "param.subsistence_line"
    ),
    "pack_region": Sentence("“{value}”不是行政区划代码", "'{value}' is not a division code", '"33"', '"33"'),
    "pack_date": Sentence("“{value}”不是日期", "'{value}' is not a date", "2026-01-31", "2026-01-31"),
    "pack_number": Sentence(
        "“{value}”不是数字，或小数超过 {scale} 位", "'{value}' is not a number with at most {scale} decimals"
    ),
    "pack_bounds": Sentence("“{value}”超出 {low} 至 {high}", "'{value}' is outside {low} to {high}"),
    "pack_cite": Sentence("没有写明依据", "no source is cited", 'cite: "文件名 第几条"', 'cite: "document, article"'),
}
