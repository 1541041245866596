"""The shape of a verb: who acts is said, a permit is required, the trail knows."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator

import pytest

from tests.house.source import Source, dotted, imports, none, product, sample

Function = ast.FunctionDef
RECORDING = {"trail.record", "trail.record_each", "trail.record_many", "trail.record_look"}

# package.verb → why it goes without. May only shrink (2026-11-21).
WITHOUT_PERMIT: dict[str, str] = {}
WITHOUT_TRAIL = {
    "notify.tell_many": "the message kept for its reader is itself the record",
}


class Package:
    """The functions of one package, and which of its own functions each one calls."""

    def __init__(self, sources: Iterable[Source]) -> None:
        self.sources = list(sources)
        self.functions: dict[str, tuple[Source, Function]] = {
            f"{source.module}.{node.name}": (source, node)
            for source in self.sources
            for node in source.tree.body
            if isinstance(node, Function)
        }

    def verbs(self) -> Iterator[tuple[str, Source, Function]]:
        """Public functions of actions.py; of a folder actions/, those that its __init__ gives out."""
        for source in self.sources:
            if source.module.split(".")[-1] != "actions":
                continue
            given_out = {name for name, _ in imports(source)} if source.path.name == "__init__.py" else set()
            for name, (home, node) in self.functions.items():
                own = home is source and not node.name.startswith("_")
                if own or name in given_out:
                    yield name, home, node

    def reached(self, name: str) -> Iterator[Function]:
        """The function and every function of this package that it calls, directly or through others."""
        waiting, seen = [name], {name}
        while waiting:
            source, node = self.functions[waiting.pop()]
            yield node
            named = {alias.rsplit(".", 1)[-1]: alias for alias in _aliases(source)}
            for call in _calls(node):
                head, _, rest = call.partition(".")
                target = f"{named.get(head, f'{source.module}.{head}')}{'.' + rest if rest else ''}"
                if target in self.functions and target not in seen:
                    seen.add(target)
                    waiting.append(target)


def _aliases(source: Source) -> Iterator[str]:
    return (name for name, _ in imports(source) if name.startswith("niangjia."))


def _calls(node: ast.AST) -> set[str]:
    return {dotted(call.func) for call in ast.walk(node) if isinstance(call, ast.Call)} - {""}


def _requires(node: ast.AST) -> bool:
    """Whether `….require()` stands in it: a permit that is demanded, not merely asked about."""
    return any(
        isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "require"
        for call in ast.walk(node)
    )


def _records(node: ast.AST) -> bool:
    return bool(_calls(node) & RECORDING)


def verb_faults(package: Package) -> Iterator[str]:
    for name, source, node in package.verbs():
        verb = f"{source.at(node)} {node.name}"
        if "actor" not in {argument.arg for argument in node.args.kwonlyargs}:
            yield f"{verb} does not take the keyword-only `actor`"
        if not ast.get_docstring(node):
            yield f"{verb} does not say what it promises"
        reached = list(package.reached(name))
        short = f"{source.package}.{node.name}"
        if short not in WITHOUT_PERMIT and not any(map(_requires, reached)):
            yield f"{verb} requires no permit"
        if short not in WITHOUT_TRAIL and not any(map(_records, reached)):
            yield f"{verb} leaves no line on the trail"
        if "request" in {argument.arg for argument in [*node.args.args, *node.args.kwonlyargs]}:
            yield f"{verb} takes a request: a verb knows nothing of HTTP"


def misnamed_lines(package: Package) -> Iterator[str]:
    """The trail calls an act by the name of the verb that did it."""
    names = {node.name for _, _, node in package.verbs()}
    for source in package.sources:
        for call in ast.walk(source.tree):
            if isinstance(call, ast.Call) and dotted(call.func) in {"trail.record", "trail.record_many"}:
                said = call.args[1] if len(call.args) > 1 else None
                if isinstance(said, ast.Constant) and said.value not in names:
                    yield f"{source.at(call)} records “{said.value!s}”, which is no verb of this package"


def _packages() -> list[Package]:
    names = sorted({source.package for source in product()} - {"kit", "rules", "trail"})
    return [Package(source for source in product() if source.package == name) for name in names]


def test_every_verb_says_who_acts_requires_a_permit_and_leaves_a_trail():
    none(fault for package in _packages() for fault in verb_faults(package))


def test_the_trail_calls_an_act_by_its_verb():
    none(fault for package in _packages() for fault in misnamed_lines(package))


@pytest.mark.parametrize(("excuses", "has"), [(WITHOUT_PERMIT, _requires), (WITHOUT_TRAIL, _records)])
def test_nothing_is_excused_that_needs_no_excuse(excuses: dict[str, str], has: Callable[[ast.AST], bool]):
    """The lists of excuses may only shrink."""
    verbs = {f"{s.package}.{node.name}": (p, name) for p in _packages() for name, s, node in p.verbs()}
    gone = [excuse for excuse in excuses if excuse not in verbs]
    needless = [e for e in excuses if e in verbs and any(has(node) for node in verbs[e][0].reached(verbs[e][1]))]
    none(gone + needless)


GOOD = '''
from niangjia.trail import actions as trail
def join(union, *, actor):
    """Become a member."""
    _check(actor, union)
    trail.record(actor, "join", union)
def _check(actor, union):
    can_join(actor, union).require()
'''


def test_a_verb_may_leave_its_permit_to_a_helper():
    assert not list(verb_faults(Package([sample("niangjia/orgs/actions.py", GOOD)])))


@pytest.mark.parametrize(
    ("good", "bad", "fault"),
    [
        ("(union, *, actor)", "(union, actor)", "keyword-only"),
        ('"""Become a member."""', "pass", "promises"),
        ("_check(actor, union)", "pass", "permit"),
        ('trail.record(actor, "join", union)', "pass", "trail"),
        ("(union, *, actor)", "(request, *, actor)", "HTTP"),
    ],
)
def test_a_verb_out_of_shape_is_noticed(good: str, bad: str, fault: str):
    broken = sample("niangjia/orgs/actions.py", GOOD.replace(good, bad, 1))
    assert any(fault in said for said in verb_faults(Package([broken])))


def test_a_verb_given_out_by_a_folder_is_looked_at():
    room = sample("niangjia/orgs/actions/__init__.py", "from niangjia.orgs.actions.joining import join")
    verb = sample("niangjia/orgs/actions/joining.py", "def join(union):\n    pass\ndef shared(x):\n    pass\n")
    said = list(verb_faults(Package([room, verb])))
    assert len(said) == 4
    assert all("join" in fault for fault in said)


def test_a_line_under_another_name_is_noticed():
    odd = sample("niangjia/orgs/actions.py", GOOD.replace('"join"', '"joined"'))
    assert list(misnamed_lines(Package([odd])))
