"""A programme file read, checked and tried out; and written again."""

from __future__ import annotations

import hashlib
from typing import Any

import yaml

from niangjia.matching.reads import Packs
from niangjia.programmes.definition import checks_money, checks_names, checks_rules, checks_steps, examples
from niangjia.programmes.definition.faults import DefinitionFaults
from niangjia.programmes.definition.parts import Definition
from niangjia.programmes.definition.reading import read
from niangjia.programmes.definition.shape import shape
from niangjia.programmes.definition.sheet import Sheet
from niangjia.rules.schema import Schema

CHECKS = (checks_names.check, checks_steps.check, checks_money.check, checks_rules.check)
CONDITIONS = (("require",), ("exclude",))
LINE_WIDTH = 110


def load_definition(text: str, *, schema: Schema, packs: Packs) -> Definition:
    """The programme a text describes. Raises DefinitionFaults with every fault at once, each with its line."""
    written = read(text)
    definition, faults, stand_ins = shape(written)
    if definition is None:
        raise DefinitionFaults(faults)
    sheet = Sheet(definition, written, schema, packs, stand_ins, faults)
    for check in CHECKS:
        check(sheet)
    if not sheet.faults:
        examples.check(sheet)
    if sheet.faults:
        raise DefinitionFaults(sheet.faults)
    return definition


def sketch(text: str) -> Definition:
    """What can be read of a text that is still being changed; whether it holds together is not asked yet.

    Raises DefinitionFaults only when its conditions cannot be read.
    """
    definition, faults, stand_ins = shape(read(text))
    if definition is None or any(loc[:1] in CONDITIONS for loc in stand_ins):
        raise DefinitionFaults(faults)
    return definition


def digest(text: str) -> str:
    """The fingerprint that names exactly this text."""
    return hashlib.sha256(text.encode()).hexdigest()


def dump_definition(definition: Definition) -> str:
    """The same programme as a file, always written the same way; what is left at its default is left out."""
    return write_file(definition.model_dump(by_alias=True, exclude_defaults=True))


def write_file(data: dict[str, Any]) -> str:
    """The parts of a programme as a file, right or wrong: reading it tells what is wrong with them."""
    return yaml.dump(data, Dumper=_Writer, allow_unicode=True, sort_keys=False, width=LINE_WIDTH)


class _Writer(yaml.SafeDumper):
    """Sentences on one line in both languages, long texts as blocks, no anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(writer: yaml.SafeDumper, text: str) -> yaml.Node:
    return writer.represent_scalar("tag:yaml.org,2002:str", str(text), style="|" if "\n" in text else None)


def _table(writer: yaml.SafeDumper, table: dict[str, Any]) -> yaml.Node:
    inline = set(table) == {"zh", "en"} and sum(map(len, table.values())) < LINE_WIDTH // 2
    return writer.represent_mapping("tag:yaml.org,2002:map", table.items(), flow_style=inline)


_Writer.add_multi_representer(str, _text)
_Writer.add_representer(dict, _table)
