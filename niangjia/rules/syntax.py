"""Text to syntax tree: a strict subset of CEL, every node knowing its place in the text.

    rule    := or            or  := and ('||' and)*        and := not ('&&' not)*      not := '!' not | compare
    compare := sum (('==' | '!=' | '<' | '<=' | '>' | '>=') sum)? | sum 'in' (list | tags fact | list parameter)
    sum     := product (('+' | '-') product)*              product := unary (('*' | '/') unary)*
    unary   := '-'? primary
    primary := number | "text" | true | false | name('.'name)* | name(arguments) | fact.startsWith("code")
             | '(' or ')' | '[' constants ']'              comment := // to the end of the line

There are no loops, user functions, regular expressions, string joins or null, and the text is bounded in length,
nesting, parts and digits, so hostile input costs nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from niangjia.rules.errors import RuleFault, Source, Span

MAX_LENGTH = 8000
MAX_DEPTH = 40
MAX_HEIGHT = 60
MAX_NODES = 2000
MAX_DIGITS = 18

Kind = Literal[
    "number", "text", "bool", "name", "call", "method", "list",
    "negative", "not", "and", "or", "compare", "in", "arithmetic",
]  # fmt: skip
COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
HABITS = {  # what people write from other languages -> what is written here
    "=": "==", "<>": "!=", "&": "&&", "|": "||", "≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "÷": "/",
    "and": "&&", "or": "||", "not": "!", "AND": "&&", "OR": "||", "NOT": "!", "IN": "in", "True": "true",
    "False": "false", "并且": "&&", "或者": "||",
}  # fmt: skip
TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+|//[^\n]*)
    |(?P<number>[0-9]+(?:\.[0-9]+)?)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<text>"[^"\\\x00-\x1f\x7f]*"|'[^'\\\x00-\x1f\x7f]*')
    |(?P<mark>&&|\|\||==|!=|<=|>=|<>|[<>!+\-*/().,\[\]])""",
    re.VERBOSE,
)


@dataclass(frozen=True, slots=True)
class Token:
    kind: str
    text: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        return (self.start, self.end)


@dataclass(frozen=True, slots=True)
class Node:
    """One part of a rule: `text` is the number, name, operator or quoted content."""

    kind: Kind
    text: str
    kids: tuple[Node, ...]
    span: Span
    height: int


def parse(source: Source) -> Node:
    """The syntax tree of a whole rule; raises RuleFault at the first thing that cannot be read."""
    parser = _Parser(source)
    tree = parser.expression()
    if parser.token.kind != "end":
        raise parser.unexpected()
    return tree


def tokens(source: Source) -> list[Token]:
    """Cut the text into tokens, ending with one of kind "end"."""
    text = source.text
    if len(text) > MAX_LENGTH:
        raise source.fault("too_long", (0, 1), limit=MAX_LENGTH)
    found: list[Token] = []
    at = 0
    while at < len(text):
        match = TOKEN.match(text, at)
        if match is None:
            raise _bad_character(source, at)
        if match.lastgroup != "space":
            found.append(Token(str(match.lastgroup), match.group(), at, match.end()))
        at = match.end()
    found.append(Token("end", "", len(text), len(text)))
    return found


def _bad_character(source: Source, at: int) -> RuleFault:
    char = source.text[at]
    span = (at, at + 1)
    if char in "\"'":
        return source.fault("open_text", span)
    plain = HABITS.get(char) or unicodedata.normalize("NFKC", char)
    plain = {"“": '"', "”": '"', "‘": "'", "’": "'", "、": ",", "。": "."}.get(char, plain)
    if plain != char and plain.isprintable() and plain.strip():
        return source.fault("bad_character_instead", span, char=char, plain=plain)
    return source.fault("bad_character", span, char=char if char.isprintable() else f"U+{ord(char):04X}")


class _Parser:
    """Recursive descent, one method for each line of the grammar."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.tokens = tokens(source)
        self.position = 0
        self.nodes = 0
        self.depth = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def take(self) -> Token:
        token = self.token
        self.position += 1
        return token

    def at(self, *marks: str) -> bool:
        return self.token.kind == "mark" and self.token.text in marks

    def need(self, mark: str) -> Token:
        if self.at(mark):
            return self.take()
        if self.token.kind == "end":
            raise self.source.fault("expected_at_end", self.last_span(), mark=mark)
        raise self.unexpected(mark)

    def last_span(self) -> Span:
        """The last token before the end, where a fault at the end of the text is shown."""
        return self.tokens[self.position - 1].span if self.position else (0, 1)

    def unexpected(self, wanted: str = "") -> RuleFault:
        token = self.token
        if token.kind == "end":
            return self.source.fault("expected_value_at_end", self.last_span())
        plain = HABITS.get(token.text)
        if plain:
            return self.source.fault("habit", token.span, found=token.text, plain=plain)
        if wanted:
            return self.source.fault("expected", token.span, mark=wanted, found=token.text)
        return self.source.fault("unexpected", token.span, found=token.text)

    def node(self, kind: Kind, text: str, kids: list[Node], span: Span) -> Node:
        self.nodes += 1
        height = 1 + max((kid.height for kid in kids), default=0)
        if self.nodes > MAX_NODES:
            raise self.source.fault("too_many_parts", span, limit=MAX_NODES)
        if height > MAX_HEIGHT:
            raise self.source.fault("too_deep", span, limit=MAX_HEIGHT)
        return Node(kind, text, tuple(kids), span, height)

    def deeper(self, step: Callable[[], Node]) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.source.fault("too_deep", self.token.span, limit=MAX_DEPTH)
        node = step()
        self.depth -= 1
        return node

    def expression(self) -> Node:
        return self.deeper(lambda: self.chain("or", "||", lambda: self.chain("and", "&&", self.negation)))

    def chain(self, kind: Kind, mark: str, part: Callable[[], Node]) -> Node:
        kids = [part()]
        while self.at(mark):
            self.take()
            kids.append(part())
        return kids[0] if len(kids) == 1 else self.node(kind, mark, kids, (kids[0].span[0], kids[-1].span[1]))

    def negation(self) -> Node:
        if not self.at("!"):
            return self.comparison()
        start = self.take().start
        kid = self.deeper(self.negation)
        return self.node("not", "!", [kid], (start, kid.span[1]))

    def comparison(self) -> Node:
        left = self.sum()
        if self.at(*COMPARISONS):
            mark = self.take().text
            right = self.sum()
            if self.at(*COMPARISONS):
                raise self.source.fault("chained", self.token.span)
            return self.node("compare", mark, [left, right], (left.span[0], right.span[1]))
        if self.token.kind == "name" and self.token.text == "in":
            self.take()
            right = self.sum()
            return self.node("in", "in", [left, right], (left.span[0], right.span[1]))
        return left

    def sum(self) -> Node:
        return self.arithmetic(("+", "-"), lambda: self.arithmetic(("*", "/"), self.unary))

    def arithmetic(self, marks: tuple[str, ...], part: Callable[[], Node]) -> Node:
        left = part()
        while self.at(*marks):
            mark = self.take().text
            right = part()
            left = self.node("arithmetic", mark, [left, right], (left.span[0], right.span[1]))
        return left

    def unary(self) -> Node:
        if not self.at("-"):
            return self.primary()
        start = self.take().start
        kid = self.primary()
        return self.node("negative", "-", [kid], (start, kid.span[1]))

    def primary(self) -> Node:
        token = self.token
        if token.kind == "number":
            if len(token.text.replace(".", "")) > MAX_DIGITS:
                raise self.source.fault("too_many_digits", token.span, limit=MAX_DIGITS)
            return self.node("number", self.take().text, [], token.span)
        if token.kind == "text":
            return self.node("text", self.take().text[1:-1], [], token.span)
        if token.kind == "name" and token.text != "in":
            return self.name()
        if self.at("("):
            self.take()
            inner = self.expression()
            self.need(")")
            return inner
        if self.at("["):
            start = self.take().start
            items, end = self.items("]", lambda: self.deeper(self.sum))
            return self.node("list", "[]", items, (start, end))
        raise self.unexpected()

    def name(self) -> Node:
        first = self.take()
        if first.text in ("true", "false"):
            return self.node("bool", first.text, [], first.span)
        if first.text in ("null", "None", "NULL"):
            raise self.source.fault("null", first.span)
        if self.at("("):
            self.take()
            kids, end = self.items(")", self.expression)
            return self.node("call", first.text, kids, (first.start, end))
        path, end = first.text, first.end
        while self.at("."):
            self.take()
            part = self.token
            if part.kind != "name":
                raise self.source.fault("name_after_dot", (first.start, max(part.end, first.end)))
            self.take()
            if self.at("("):
                self.take()
                receiver = self.node("name", path, [], (first.start, end))
                kids, end = self.items(")", self.expression)
                return self.node("method", part.text, [receiver, *kids], (first.start, end))
            path, end = f"{path}.{part.text}", part.end
        return self.node("name", path, [], (first.start, end))

    def items(self, closing: str, part: Callable[[], Node]) -> tuple[list[Node], int]:
        """Parts separated by commas up to the closing mark, and where that mark ends."""
        kids: list[Node] = []
        while not self.at(closing):
            if kids:
                self.need(",")
            kids.append(part())
            if not self.at(",", closing):
                self.need(closing)
        return kids, self.take().end
