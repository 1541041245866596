"""Syntax tree to checked tree: every name known, every comparison between like and like, every code declared.

Money and plain numbers never mix (money times money, money plus a number, money against an age are faults); a bare
number fits both. All faults of a rule that can be found independently are reported together.
"""

from __future__ import annotations

import difflib
import re
from datetime import date
from enum import Enum
from fractions import Fraction
from typing import get_args

from niangjia.rules import tree
from niangjia.rules.dates import CountUnit
from niangjia.rules.errors import RuleFault, RuleFaults, Source, Span
from niangjia.rules.schema import Fact, FactType, Parameter, Schema
from niangjia.rules.syntax import Node, parse

FUNCTIONS = {"has": 1, "default": 2, "date": 1, "today": 0, "years_since": 1, "months_since": 1, "days_since": 1,
             "days_between": 2}  # fmt: skip
USAGE = ("has(fact)  default(fact, value)  date(\"2026-01-31\")  today()  years_since(date)  months_since(date)  "
         "days_since(date)  days_between(date, date)")  # fmt: skip
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
SHOWN_CODES = 12


class Sort(Enum):
    """What a value is, with its unit; the value is the name people read in a fault."""

    NUMBER = ("数字", "a number")
    MONEY = ("金额", "an amount of money")
    LITERAL = ("写定的数字", "a written number")
    DATE = ("日期", "a date")
    CODE = ("代码或文字", "a code or text")
    TAGS = ("标签集合", "a set of tags")
    LIST = ("代码清单", "a list of codes")
    TRUTH = ("是非判断", "true or false")


NUMBERS = (Sort.NUMBER, Sort.MONEY, Sort.LITERAL)
SORT_OF = {
    FactType.NUM: Sort.NUMBER,
    FactType.MONEY: Sort.MONEY,
    FactType.BOOL: Sort.TRUTH,
    FactType.DATE: Sort.DATE,
    FactType.CODE: Sort.CODE,
    FactType.TEXT: Sort.CODE,
    FactType.TAGS: Sort.TAGS,
}
Typed = tuple[Sort, tree.Value]


def check(source: Source, schema: Schema) -> tree.Test:
    """The checked tree of a rule's text; raises RuleFaults with everything found wrong."""
    checker = _Checker(source, schema)
    try:
        test = checker.test(parse(source))
    except RuleFault as fault:
        checker.faults.append(fault)
    if checker.faults:
        raise RuleFaults(checker.faults)
    return test


class _Checker:
    def __init__(self, source: Source, schema: Schema) -> None:
        self.source = source
        self.schema = schema
        self.faults: list[RuleFault] = []

    # --- conditions -------------------------------------------------------------------------------------------------

    def test(self, node: Node) -> tree.Test:
        """The condition a node stands for."""
        match node.kind:
            case "and":
                return tree.All(tuple(self.part(kid) for kid in node.kids), node.span)
            case "or":
                return tree.Either(tuple(self.part(kid) for kid in node.kids), node.span)
            case "not":
                return tree.Not(self.test(node.kids[0]), node.span)
            case "bool":
                return tree.Always(node.text == "true", node.span)
            case "compare":
                return self.comparison(node)
            case "in":
                return self.membership(node)
            case "method":
                return self.starts_with(node)
            case "call" if node.text in ("has", "default") and self.sort(node) is Sort.TRUTH:
                return self.has(node) if node.text == "has" else self.flag_or(node)
            case "name" if self.sort(node) is Sort.TRUTH:
                return tree.Flag(self.schema.facts[node.text], None, node.span)
        sort = self.sort(node)
        raise self.source.fault("not_a_condition", node.span, found=sort.value)

    def part(self, node: Node) -> tree.Test:
        """One side of and/or: a fault here is noted and the other sides are still checked."""
        try:
            return self.test(node)
        except RuleFault as fault:
            self.faults.append(fault)
            return tree.Always(False, node.span)

    def comparison(self, node: Node) -> tree.Test:
        left, right = node.kids
        sorts = (self.sort(left), self.sort(right))
        if sorts == (Sort.TRUTH, Sort.TRUTH):
            if node.text not in ("==", "!="):
                raise self.source.fault("only_equal", node.span, found=Sort.TRUTH.value)
            return tree.SameTruth(node.text == "==", self.test(left), self.test(right), node.span)
        if Sort.TAGS in sorts:
            raise self.source.fault("compare_tags", node.span)
        if Sort.TRUTH in sorts or Sort.LIST in sorts:
            raise self.unlike(node.span, *sorts)
        (left_sort, left_value), (right_sort, right_value) = self.value(left), self.value(right)
        written = isinstance(left_value, tree.Constant) and isinstance(right_value, tree.Constant)
        if written or (left_sort, right_sort) == (Sort.LITERAL, Sort.LITERAL):
            raise self.source.fault("two_constants", node.span)
        operator: tree.Comparison = node.text  # type: ignore[assignment]  # the grammar allows no other mark
        if left_sort in NUMBERS and right_sort in NUMBERS:
            self.same_unit(node.span, left_sort, right_sort)
            return tree.CompareNumbers(operator, left_value, right_value, node.span)
        if left_sort is not right_sort:
            raise self.unlike(node.span, left_sort, right_sort)
        if left_sort is Sort.DATE:
            return tree.CompareDates(operator, left_value, right_value, node.span)
        return self.code_comparison(node, left_value, right_value)

    def code_comparison(self, node: Node, left: tree.Value, right: tree.Value) -> tree.Test:
        if node.text not in ("==", "!="):
            raise self.source.fault("only_equal", node.span, found=Sort.CODE.value)
        if isinstance(left, tree.Constant):
            left, right = right, left
        assert isinstance(left, tree.FactValue | tree.FactOr)
        assert isinstance(right, tree.FactValue | tree.FactOr | tree.Constant)
        if isinstance(right, tree.Constant):
            self.declared(left.fact, str(right.value), right.span)
        return tree.CompareCodes(node.text == "==", left, right, node.span)

    def membership(self, node: Node) -> tree.Test:
        left, right = node.kids
        if right.kind == "list":
            return self.among(node)
        container = self.sort(right)
        if container is Sort.TAGS and right.kind == "name":
            fact = self.schema.facts[right.text]
            if left.kind != "text" or not left.text or "|" in left.text:
                raise self.source.fault("tag_not_constant", left.span)
            self.declared(fact, left.text, left.span)
            return tree.HasTag(fact, left.text, node.span)
        if container is Sort.LIST:
            return tree.AmongListed(self.code_fact(left), self.schema.parameters[right.text], node.span)
        raise self.source.fault("in_what", right.span, found=container.value)

    def among(self, node: Node) -> tree.Test:
        left, items = node.kids
        if not items.kids:
            raise self.source.fault("empty_list", items.span)
        if self.sort(left) is Sort.CODE:
            value = self.code_fact(left)
            for item in items.kids:
                if item.kind != "text":
                    raise self.source.fault("list_item", item.span, wanted=Sort.CODE.value)
                self.declared(value.fact, item.text, item.span)
            return tree.AmongCodes(value, frozenset(item.text for item in items.kids), node.span)
        sort, number = self.number(left)
        if sort is Sort.LITERAL:
            raise self.source.fault("two_constants", node.span)
        return tree.AmongNumbers(number, frozenset(self.written_number(item) for item in items.kids), node.span)

    def code_fact(self, node: Node) -> tree.FactValue | tree.FactOr:
        if self.sort(node) is Sort.CODE:
            value = self.value(node)[1]
            if isinstance(value, tree.FactValue | tree.FactOr):
                return value
        raise self.source.fault("wanted_code_fact", node.span)

    def has(self, node: Node) -> tree.Test:
        fact = self.fact_argument(node, 0)
        return tree.Has(self.schema.facts[fact.derive[1]] if fact.derive else fact, node.span)

    def flag_or(self, node: Node) -> tree.Test:
        fact = self.fact_argument(node, 0)
        fallback = node.kids[1]
        if fallback.kind != "bool":
            raise self.source.fault("default_kind", fallback.span, wanted=Sort.TRUTH.value)
        return tree.Flag(fact, fallback.text == "true", node.span)

    def starts_with(self, node: Node) -> tree.Test:
        receiver = node.kids[0]
        if node.text != "startsWith":
            raise self.source.fault("unknown_method", node.span, name=node.text)
        if self.sort(receiver) is not Sort.CODE:
            raise self.source.fault("wanted_code_fact", receiver.span)
        if len(node.kids) != 2 or node.kids[1].kind != "text" or not node.kids[1].text:
            raise self.source.fault("prefix_not_constant", node.span)
        return tree.StartsWith(self.schema.facts[receiver.text], node.kids[1].text, node.span)

    # --- values -----------------------------------------------------------------------------------------------------

    def sort(self, node: Node) -> Sort:
        """What a node is, without looking inside it further than needed."""
        match node.kind:
            case "number":
                return Sort.LITERAL
            case "negative" | "arithmetic":
                return Sort.NUMBER  # whether it is money is known once its parts have been checked
            case "text":
                return Sort.CODE
            case "name":
                declared = self.named(node)
                if isinstance(declared, Parameter):
                    return Sort.LIST if declared.type is FactType.TAGS else SORT_OF[declared.type]
                return SORT_OF[declared.type]
            case "call":
                return self.call_sort(node)
            case "list":
                raise self.source.fault("list_alone", node.span)
            case _:
                return Sort.TRUTH

    def call_sort(self, node: Node) -> Sort:
        if node.text not in FUNCTIONS:
            close = difflib.get_close_matches(node.text, FUNCTIONS, 1)
            raise self.source.fault("unknown_function", node.span, name=node.text, usage=close[0] if close else USAGE)
        if len(node.kids) != FUNCTIONS[node.text]:
            raise self.source.fault("arguments", node.span, name=node.text, count=FUNCTIONS[node.text], usage=USAGE)
        match node.text:
            case "has":
                return Sort.TRUTH
            case "default":
                return SORT_OF[self.fact_argument(node, 0).type]
            case "date" | "today":
                return Sort.DATE
            case _:
                return Sort.NUMBER

    def value(self, node: Node) -> Typed:
        """The number, date or code a node stands for."""
        match node.kind:
            case "number":
                return Sort.LITERAL, tree.Constant(Fraction(node.text), node.span)
            case "text":
                return Sort.CODE, tree.Constant(node.text, node.span)
            case "name":
                return self.name(node)
            case "negative":
                sort, value = self.number(node.kids[0])
                return sort, tree.Negative(value, node.span)
            case "arithmetic":
                return self.arithmetic(node)
            case "call":
                return self.call(node)
            case _:
                raise self.source.fault("wanted_value", node.span, found=self.sort(node).value)

    def name(self, node: Node) -> Typed:
        declared, sort = self.named(node), self.sort(node)
        if sort in (Sort.TRUTH, Sort.TAGS, Sort.LIST):
            raise self.source.fault("wanted_value", node.span, found=sort.value)
        if isinstance(declared, Parameter):
            return sort, tree.ParameterValue(declared, node.span)
        if declared.derive:
            unit, base = declared.derive
            return sort, tree.Since(unit, self.schema.facts[base], declared, node.span)
        return sort, tree.FactValue(declared, node.span)

    def number(self, node: Node) -> Typed:
        sort = self.sort(node)
        if sort not in NUMBERS:
            raise self.source.fault("wanted_number", node.span, found=sort.value)
        return self.value(node)

    def written_number(self, node: Node) -> Fraction:
        inner = node.kids[0] if node.kind == "negative" else node
        if inner.kind != "number":
            raise self.source.fault("list_item", node.span, wanted=Sort.LITERAL.value)
        return -Fraction(inner.text) if node.kind == "negative" else Fraction(inner.text)

    def arithmetic(self, node: Node) -> Typed:
        (left_sort, left), (right_sort, right) = self.number(node.kids[0]), self.number(node.kids[1])
        sorts = (left_sort, right_sort)
        sort = Sort.LITERAL if sorts == (Sort.LITERAL, Sort.LITERAL) else Sort.NUMBER
        match node.text:
            case "+" | "-":
                sort = self.same_unit(node.span, left_sort, right_sort)
            case "*":
                if sorts == (Sort.MONEY, Sort.MONEY):
                    raise self.source.fault("money_times_money", node.span)
                sort = Sort.MONEY if Sort.MONEY in sorts else sort
            case _:
                if right_sort is Sort.MONEY and left_sort is not Sort.MONEY:
                    raise self.source.fault("number_by_money", node.span)
                sort = Sort.MONEY if left_sort is Sort.MONEY and right_sort is not Sort.MONEY else sort
        operator: tree.Operator = node.text  # type: ignore[assignment]  # the grammar allows no other mark
        return sort, tree.Arithmetic(operator, left, right, node.span)

    def call(self, node: Node) -> Typed:
        sort = self.call_sort(node)
        match node.text:
            case "today":
                return sort, tree.Today(node.span)
            case "date":
                return sort, tree.Constant(self.written_date(node.kids[0]), node.span)
            case "default":
                return self.value_or(node)
            case "days_between":
                return sort, tree.DaysBetween(self.date_fact(node, 0), self.date_fact(node, 1), node.span)
            case "years_since" | "months_since" | "days_since":
                unit: CountUnit = node.text.removesuffix("_since")  # type: ignore[assignment]
                assert unit in get_args(CountUnit)
                return sort, tree.Since(unit, self.date_fact(node, 0), None, node.span)
        raise self.source.fault("wanted_value", node.span, found=sort.value)

    def value_or(self, node: Node) -> Typed:
        fact, fallback = self.fact_argument(node, 0), node.kids[1]
        sort = SORT_OF[fact.type]
        if fact.derive or sort not in (Sort.NUMBER, Sort.MONEY, Sort.CODE):
            raise self.source.fault("default_of", node.kids[0].span, found=sort.value)
        if sort is Sort.CODE:
            if fallback.kind != "text":
                raise self.source.fault("default_kind", fallback.span, wanted=sort.value)
            self.declared(fact, fallback.text, fallback.span)
            return sort, tree.FactOr(fact, fallback.text, node.span)
        stored = self.written_number(fallback) * 10**fact.scale
        low, high = fact.bounds
        if stored.denominator != 1 or not low <= stored <= high:
            raise self.source.fault("default_bounds", fallback.span, name=fact.path)
        return sort, tree.FactOr(fact, int(stored), node.span)

    # --- small things -----------------------------------------------------------------------------------------------

    def named(self, node: Node) -> Fact | Parameter:
        declared = self.schema.facts.get(node.text) or self.schema.parameters.get(node.text)
        if declared is None:
            guess = self.schema.suggest(node.text)
            code = "unknown_name_guess" if guess else "unknown_name"
            raise self.source.fault(code, node.span, name=node.text, guess=guess)
        return declared

    def fact_argument(self, node: Node, index: int) -> Fact:
        argument = node.kids[index]
        fact = self.named(argument) if argument.kind == "name" else None
        if not isinstance(fact, Fact):
            raise self.source.fault("wanted_fact", argument.span, name=node.text)
        return fact

    def date_fact(self, node: Node, index: int) -> Fact:
        fact = self.fact_argument(node, index)
        if fact.type is not FactType.DATE:
            raise self.source.fault("wanted_date_fact", node.kids[index].span, name=node.text)
        return fact

    def written_date(self, node: Node) -> date:
        try:
            if node.kind == "text" and ISO_DATE.fullmatch(node.text):
                return date.fromisoformat(node.text)
        except ValueError:
            pass  # a day that is not in the calendar: told with the same sentence as a wrong form
        raise self.source.fault("bad_date", node.span)

    def declared(self, fact: Fact, code: str, span: Span) -> None:
        """Refuse a code that the fact's list does not hold."""
        if fact.values and code not in fact.values:
            close = difflib.get_close_matches(code, fact.values, 1)
            listed = ", ".join(f'"{value}"' for value in (close or list(fact.values)[:SHOWN_CODES]))
            raise self.source.fault("unknown_code", span, code=code, name=fact.path, listed=listed)

    def same_unit(self, span: Span, left: Sort, right: Sort) -> Sort:
        if Sort.LITERAL not in (left, right) and left is not right:
            raise self.source.fault("mixed_units", span, left=left.value, right=right.value)
        return right if left is Sort.LITERAL else left

    def unlike(self, span: Span, left: Sort, right: Sort) -> RuleFault:
        return self.source.fault("unlike", span, left=left.value, right=right.value)
