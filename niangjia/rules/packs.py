"""Rule packs: figures in a file that a policy officer can read, each with its date, its place and its source.

    pack: zhejiang/lines            # the pack's name
    region: "33"                    # the place it is for; leave out for the nation
    parameters:
      param.subsistence_line:
        type: money                 # num, money, date or list
        scope: region               # nation (usual) or region
        label: {zh: 低保标准, en: subsistence line}
        values:
          - {from: 2026-07-01, value: 1210.00, cite: "Zhejiang notice 2026 no. 12"}
          - {from: 2026-07-01, region: "330624", value: 1100, cite: "Xinchang notice 2026 no. 3"}

Money is written in yuan and kept in fen. `value: none` ends a figure. All faults of a file are told at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import Enum

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from niangjia.rules.errors import RuleFault, RuleFaults, Source, Span, Words
from niangjia.rules.parameters import ParameterRow, normal_region
from niangjia.rules.schema import PATH, FactType, Parameter, Scope, Stored

MAX_LENGTH = 400_000
MAX_DEPTH = 8
REGION = re.compile(r"[0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12}")
ISO_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
NUMBER = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,6})?")
TYPES = {"num": FactType.NUM, "money": FactType.MONEY, "date": FactType.DATE, "list": FactType.TAGS}
PACK_KEYS = ("pack", "region", "parameters")
PARAMETER_KEYS = ("type", "scope", "scale", "unit", "label", "min", "max", "values")
VALUE_KEYS = ("from", "region", "value", "cite")
NO_LONGER = "none"


class Shape(Enum):
    """The three shapes of YAML, as people call them."""

    MAPPING = ("“名称: 值”的对照表", "a table of 'name: value'")
    SEQUENCE = ("清单", "a list")
    SCALAR = ("一个值", "a single value")


@dataclass(frozen=True, slots=True)
class Pack:
    """A rule pack as read: the parameters it declares and their dated, cited figures."""

    name: str
    origin: str
    region: str | None
    parameters: tuple[Parameter, ...]
    rows: tuple[ParameterRow, ...]


def load_pack(text: str, origin: str) -> Pack:
    """Read a rule pack; RuleFaults tells every fault with its line and what to write instead."""
    reader = _Reader(Source(text, origin))
    try:
        pack = reader.pack()
    except RuleFault as fault:
        reader.faults.append(fault)
    if reader.faults:
        raise RuleFaults(reader.faults)
    return pack


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.faults: list[RuleFault] = []

    def pack(self) -> Pack:
        root = self.root()
        entries = self.mapping(root, PACK_KEYS, ("pack", "parameters"))
        region = self.region(entries["region"]) if "region" in entries else None
        parameters: list[Parameter] = []
        rows: list[ParameterRow] = []
        listed = self.mapping(entries["parameters"]) if "parameters" in entries else {}
        for name, (key, node) in self.named(listed, entries.get("parameters")):
            try:
                parameter, fields = self.parameter(name, key, node)
            except RuleFault as fault:
                self.faults.append(fault)
                continue
            parameters.append(parameter)
            rows.extend(self.rows(parameter, fields, region))
        name = self.text(entries["pack"]) if "pack" in entries else ""
        return Pack(name, self.source.origin, region, tuple(parameters), tuple(rows))

    def named(self, listed: Mapping[str, Node], node: Node | None) -> Iterator[tuple[str, tuple[Node, Node]]]:
        """The entries of a table with the nodes of their names, for the caret."""
        keys = {key.value: key for key, _ in node.value} if isinstance(node, MappingNode) else {}
        for name, value in listed.items():
            yield name, (keys[name], value)

    def root(self) -> Node:
        text = self.source.text
        if len(text) > MAX_LENGTH:
            raise self.source.fault("pack_size", (0, 1), limit=MAX_LENGTH)
        depth = 0
        try:
            for event in yaml.parse(text, Loader=yaml.SafeLoader):
                depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
                marked = isinstance(event, yaml.NodeEvent) and event.anchor is not None
                tagged = isinstance(event, yaml.ScalarEvent | yaml.CollectionStartEvent) and event.tag is not None
                if marked or tagged or depth > MAX_DEPTH:
                    raise self.source.fault("pack_form", _span(event))
            root = yaml.compose(text, Loader=yaml.SafeLoader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            at = min(mark.index, max(len(text) - 1, 0)) if mark else 0
            problem = str(getattr(error, "problem", None) or "unreadable character")
            raise self.source.fault("pack_yaml", (at, at + 1), problem=problem) from None
        if root is None:
            raise self.source.fault("pack_missing", (0, 1), key="pack")
        return root

    # --- parameters -------------------------------------------------------------------------------------------------

    def parameter(self, name: str, key: Node, node: Node) -> tuple[Parameter, Mapping[str, Node]]:
        if not PATH.fullmatch(name):
            raise self.fault("pack_name", key, name=name)
        fields = self.mapping(node, PARAMETER_KEYS, ("type", "values"))
        if "type" not in fields:
            raise self.faults.pop()  # the fault just noted; without its type nothing below can be read
        kind = TYPES[self.word(fields["type"], tuple(TYPES))]
        scope = Scope(self.word(fields["scope"], ("nation", "region"))) if "scope" in fields else Scope.NATION
        scale = 2 if kind is FactType.MONEY else self.scale(fields)
        label = self.mapping(fields["label"], ("zh", "en")) if "label" in fields else {}
        parameter = Parameter(
            path=name,
            type=kind,
            scope=scope,
            scale=scale,
            lo=self.number(fields["min"], scale) if "min" in fields else None,
            hi=self.number(fields["max"], scale) if "max" in fields else None,
            label_zh=self.text(label["zh"]) if "zh" in label else "",
            label_en=self.text(label["en"]) if "en" in label else "",
            unit=self.text(fields["unit"]) if "unit" in fields else "",
        )
        return parameter, fields

    def scale(self, fields: Mapping[str, Node]) -> int:
        return int(self.word(fields["scale"], tuple("0123456"))) if "scale" in fields else 0

    def rows(self, parameter: Parameter, fields: Mapping[str, Node], region: str | None) -> Iterator[ParameterRow]:
        node = fields.get("values")
        if node is None:
            return
        if not isinstance(node, SequenceNode):
            self.faults.append(self.fault("pack_shape", node, wanted=Shape.SEQUENCE.value))
            return
        seen: set[tuple[str | None, date]] = set()
        for item in node.value:
            try:
                row = self.row(parameter, item, region)
                if row is None:
                    continue
                if (row.region, row.valid_from) in seen:
                    raise self.fault(
                        "figure_twice", item, name=parameter.path, region=row.region or "-", day=str(row.valid_from)
                    )
            except RuleFault as fault:
                self.faults.append(fault)
                continue
            seen.add((row.region, row.valid_from))
            yield row

    def row(self, parameter: Parameter, node: Node, region: str | None) -> ParameterRow | None:
        before = len(self.faults)
        fields = self.mapping(node, VALUE_KEYS, ("from", "value"))
        if "cite" not in fields or not self.text(fields["cite"]):
            raise self.fault("pack_cite", node)
        if len(self.faults) > before:
            return None
        place = self.region(fields["region"]) if "region" in fields else region
        if place is not None and parameter.scope is Scope.NATION:
            raise self.fault("figure_region", node, name=parameter.path, region=place)
        value = self.value(parameter, fields["value"])
        return ParameterRow(parameter.path, place, self.date(fields["from"]), value, self.text(fields["cite"]))

    def value(self, parameter: Parameter, node: Node) -> Stored:
        if isinstance(node, ScalarNode) and node.value == NO_LONGER and node.style is None:
            return None
        if parameter.type is FactType.DATE:
            return self.date(node)
        if parameter.type is FactType.TAGS:
            if not isinstance(node, SequenceNode):
                raise self.fault("pack_shape", node, wanted=Shape.SEQUENCE.value)
            return tuple(self.text(item) for item in node.value)
        number = self.number(node, parameter.scale)
        low, high = parameter.bounds
        if not low <= number <= high:
            unit = Decimal(1).scaleb(-parameter.scale)
            raise self.fault("pack_bounds", node, value=self.text(node), low=f"{low * unit:f}", high=f"{high * unit:f}")
        return number

    # --- YAML -------------------------------------------------------------------------------------------------------

    def mapping(self, node: Node, known: tuple[str, ...] = (), needed: tuple[str, ...] = ()) -> dict[str, Node]:
        """A table's entries; unknown, doubled and missing names are noted, and the rest is still read."""
        if not isinstance(node, MappingNode):
            raise self.fault("pack_shape", node, wanted=Shape.MAPPING.value)
        entries: dict[str, Node] = {}
        for key, value in node.value:
            name = self.text(key)
            if known and name not in known:
                self.faults.append(self.fault("pack_key", key, key=name, known=", ".join(known)))
            elif name in entries:
                self.faults.append(self.fault("pack_key_twice", key, key=name))
            else:
                entries[name] = value
        for name in needed:
            if name not in entries:
                self.faults.append(self.fault("pack_missing", node, key=name))
        return entries

    def text(self, node: Node) -> str:
        if not isinstance(node, ScalarNode):
            raise self.fault("pack_shape", node, wanted=Shape.SCALAR.value)
        return str(node.value).strip()

    def word(self, node: Node, known: tuple[str, ...]) -> str:
        value = self.text(node)
        if value not in known:
            raise self.fault("pack_word", node, value=value, known=", ".join(known))
        return value

    def region(self, node: Node) -> str | None:
        value = self.text(node)
        if not REGION.fullmatch(value):
            raise self.fault("pack_region", node, value=value)
        return normal_region(value)

    def date(self, node: Node) -> date:
        value = self.text(node)
        try:
            if ISO_DATE.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError:
            pass  # no such day in the calendar: told with the same sentence as a wrong form
        raise self.fault("pack_date", node, value=value)

    def number(self, node: Node, scale: int) -> int:
        """A decimal as written, exactly, in its stored form; never by way of a float."""
        value = self.text(node)
        try:
            stored = Decimal(value).scaleb(scale) if NUMBER.fullmatch(value) else None
        except InvalidOperation:
            stored = None
        if stored is None or stored != stored.to_integral_value():
            raise self.fault("pack_number", node, value=value, scale=scale)
        return int(stored)

    def fault(self, code: str, node: Node, **words: Words) -> RuleFault:
        return self.source.fault(code, _span(node), **words)


def _span(of: Node | yaml.Event) -> Span:
    """Where a part of the file stands; the reader keeps marks on every part."""
    assert of.start_mark is not None
    assert of.end_mark is not None
    return (of.start_mark.index, max(of.end_mark.index, of.start_mark.index + 1))
