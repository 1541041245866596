"""django-import-export as its manual begins: a resource on the model, one row at a time. For `bench roster` alone."""

from __future__ import annotations

from typing import Any

from import_export.resources import ModelResource

from niangjia.kit import clock, crypto
from niangjia.orgs.models import Employment, Membership, Organisation
from niangjia.people.models import Person
from niangjia.people.names import sort_key

_SEXES = {"男": "M", "女": "F"}  # zh: sexes


HEADS = (
    "name", "name_key", "sex", "birth_date", "id_kind", "id_number", "id_hash", "phone", "phone_hash", "joined_on",
    "trade", "since",
)  # fmt: skip


def prepared(cells: list[str]) -> list[str]:
    """A row as the peer takes it: what it has no words for, hashes and sorting keys, is given to it."""
    _number, name, id_number, phone, sex, born, joined, _unit, trade, _post, _form, since = cells
    hashes = crypto.keyed_hash(id_number, "person.id"), crypto.keyed_hash(phone, "person.phone")
    return [
        name, sort_key(name), _SEXES[sex], born, "citizen", id_number, hashes[0], phone, hashes[1], joined, trade, since
    ]  # fmt: skip


def resource(union: Organisation, *, whole: bool) -> ModelResource:
    """What takes people in, found again by the hash of their number; `whole`: with membership and employment."""

    class People(ModelResource):  # type: ignore[misc]
        class Meta:
            model = Person
            import_id_fields = ("id_hash",)
            fields = HEADS[:9]

        def after_save_instance(self, instance: Any, row: dict[str, Any], **_more: Any) -> None:
            if whole:
                Membership.objects.create(
                    person=instance, union=union, state="member", route="roster", applied_on=clock.today(),
                    joined_on=row["joined_on"], since=row["joined_on"],
                )  # fmt: skip
                Employment.objects.create(person=instance, occupation=row["trade"], since=row["since"])

    return People()
