"""Programme texts, loaded once: a text never changes under its digest."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import gettext as _

from niangjia.kit.refusal import Refusal
from niangjia.matching.reads import packs, schema
from niangjia.programmes.definition import Definition, Practice, catalogue, digest, load_definition, sketch
from niangjia.rules import ClauseSet, compile_clauses


@lru_cache(maxsize=512)
def definition_of(text: str) -> Definition:
    """The definition of a text that loaded before it was kept."""
    return load(text)


def load(text: str) -> Definition:
    """The definition of a text somebody wrote just now; raises `DefinitionFaults` with every fault and its place."""
    return load_definition(text, schema=schema(), packs=packs())


@lru_cache(maxsize=512)
def sketch_of(text: str) -> Definition:
    """What can be read of a text that is still being changed: it need not hold together yet."""
    return sketch(text)


@lru_cache(maxsize=512)
def clauses_of(text: str) -> ClauseSet:
    """The compiled conditions of a programme text, also of one still being changed; RuleFaults where one is wrong."""
    return compile_clauses(sketch_of(text).clauses(), schema())


def practice(key: str) -> Practice:
    """One practice of the catalogue."""
    for found in catalogue():
        if found.definition.id == key:
            return found
    raise Refusal(_("The catalogue holds no practice called “%s”.") % key, code="no_such_practice")


__all__ = ["clauses_of", "definition_of", "digest", "load", "practice", "sketch_of"]
