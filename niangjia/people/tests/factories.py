"""People for tests, made by the house's own verbs. The cast is invented; identity numbers are synthetic."""

from __future__ import annotations

from datetime import date
from itertools import count

from stdnum.iso7064 import mod_11_2

from niangjia.kit.actor import Actor
from niangjia.people import actions
from niangjia.people.models import Account, Household, Person

REGISTRY = Actor.system("registry")
_phones = count(13800000001)
_births = count(1)
SURNAMES = "王李张刘陈杨赵黄周吴"
GIVEN = ("建国", "秀英", "志强", "小红", "伟", "芳", "海燕", "大勇", "春梅", "立新")


def a_phone() -> str:
    """A mobile number nobody in this test run has yet."""
    return str(next(_phones))


def a_name() -> str:
    n = next(_births)
    return SURNAMES[n % 10] + GIVEN[n // 10 % 10]


def an_id_number(born: date = date(1985, 5, 20), *, place: str = "330624", serial: int | None = None) -> str:
    """A sound synthetic identity number."""
    body = f"{place}{born:%Y%m%d}{(serial if serial is not None else next(_births)) % 1000:03d}"
    return body + mod_11_2.calc_check_digit(body)


def make_person(
    name: str = "", phone: str | None = None, *, id_number: str = "", born: date | None = None, sex: str = "",
    residence_code: str = "", hukou_code: str = "",
) -> Person:  # fmt: skip
    """A person in the register; `phone=""` for none."""
    return actions.register_person(
        actor=REGISTRY, name=name or a_name(), phone=a_phone() if phone is None else phone, id_number=id_number,
        birth_date=born, sex=sex, residence_code=residence_code, hukou_code=hukou_code,
    )  # fmt: skip


def make_account(person: Person) -> Account:
    """An account with which this person is signed in (`client.force_login(account)`)."""
    return actions.open_account(actor=REGISTRY, phone=person.phone, person=person)


def make_household(head: Person, *others: Person, relation: str = "child", address: str = "") -> Household:
    household = actions.form_household(head, actor=REGISTRY, address=address)
    for person in others:
        actions.add_household_member(household, person, actor=REGISTRY, relation=relation)
    return household
