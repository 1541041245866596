"""The part of the officer's form that names the items of a contest: for single people, or for teams of so many."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

MOST = 5


@dataclass(frozen=True, slots=True)
class Item:
    """One item as it was written down: `people` in a team (none: single people), `seats` (none: without limit)."""

    title: str
    people: int | None
    seats: int | None


class ItemFields(forms.Form):
    """Up to five items of one day; left empty, the activity is one thing for all."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for n in range(1, MOST + 1):
            self.fields[f"item_{n}"] = forms.CharField(
                label=format_lazy(_("Item {n}"), n=n), max_length=40, required=False
            )
            self.fields[f"item_{n}_people"] = forms.IntegerField(
                label=format_lazy(_("Item {n}: people in a team"), n=n), min_value=2, max_value=100, required=False,
                help_text=_("Leave empty when single people register for it."),
            )  # fmt: skip
            self.fields[f"item_{n}_seats"] = forms.IntegerField(
                label=format_lazy(_("Item {n}: seats"), n=n), min_value=1, max_value=1_000_000, required=False,
                help_text=_("Of all teams together. Leave empty when there is room for everybody."),
            )  # fmt: skip

    def items(self) -> list[Item]:
        """The items that are named, in their order."""
        given = self.cleaned_data
        return [
            Item(given[f"item_{n}"].strip(), given.get(f"item_{n}_people"), given.get(f"item_{n}_seats"))
            for n in range(1, MOST + 1)
            if (given.get(f"item_{n}") or "").strip()
        ]

    def clean(self) -> dict[str, Any]:
        """Each item has a name of its own, and room for one team at least."""
        given = super().clean() or self.cleaned_data
        for name, fault in self._faults(given):
            self.add_error(name, fault)
        return given

    def _faults(self, given: dict[str, Any]) -> Iterator[tuple[str, Any]]:
        seen: set[str] = set()
        for n in range(1, MOST + 1):
            name, title = f"item_{n}", (given.get(f"item_{n}") or "").strip()
            people, seats = given.get(f"{name}_people"), given.get(f"{name}_seats")
            if not title and (people or seats):
                yield name, _("Name the item.")
            if title and title in seen:
                yield name, _("There is an item of this name already.")
            if people and seats and seats < people:
                yield f"{name}_seats", _("Not one team would fit.")
            seen.add(title)
        if seen - {""} and len(given.get("starts", ())) > 1:
            yield "item_1", _("Items are of one day: name one date only.")
        if seen - {""} and (given.get("team_least") or given.get("team_most")):
            yield "team_most", _("With items, say at each of them how many a team has.")
