"""The programme file: a practice as text that officers read and edit, checked to the last name before it may run.

`load_definition` reads and checks a text and tells every fault with its line; `dump_definition` writes it again;
`diff_definitions` says in words what changed; `catalogue` is what the house comes with.
"""

from niangjia.programmes.definition.catalogue import Practice, catalogue
from niangjia.programmes.definition.changes import Change, diff_definitions
from niangjia.programmes.definition.faults import DefinitionFault, DefinitionFaults
from niangjia.programmes.definition.loading import digest, dump_definition, load_definition, sketch, write_file
from niangjia.programmes.definition.parts import (
    AgreementDef,
    Amount,
    Bilingual,
    Budget,
    Check,
    Choice,
    ClauseDef,
    Count,
    Criterion,
    Definition,
    Example,
    Field,
    Figure,
    FormPage,
    Grant,
    Limits,
    Quota,
    Rank,
    RankKey,
    ShowIf,
    Source,
    StepDef,
    Who,
)

__all__ = [
    "AgreementDef",
    "Amount",
    "Bilingual",
    "Budget",
    "Change",
    "Check",
    "Choice",
    "ClauseDef",
    "Count",
    "Criterion",
    "Definition",
    "DefinitionFault",
    "DefinitionFaults",
    "Example",
    "Field",
    "Figure",
    "FormPage",
    "Grant",
    "Limits",
    "Practice",
    "Quota",
    "Rank",
    "RankKey",
    "ShowIf",
    "Source",
    "StepDef",
    "Who",
    "catalogue",
    "diff_definitions",
    "digest",
    "dump_definition",
    "load_definition",
    "sketch",
    "write_file",
]
