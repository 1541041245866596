"""Money is a whole number of fen everywhere; people read and type yuan."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext_lazy as _

from niangjia.kit.refusal import Invalid


def yuan(fen: int) -> str:
    """`300000` → `¥3,000`; `1250` → `¥12.50`."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    whole, rest = divmod(fen, 100)
    return f"{sign}¥{whole:,}" + (f".{rest:02d}" if rest else "")


def fen(typed: str) -> int:
    """What a person typed as yuan, in fen; full-width digits, `¥`, `元` and commas are understood."""
    plain = str(typed).translate(FULL_WIDTH).strip().strip("¥元 ").replace(",", "")  # zh: how people write money
    try:
        value = Decimal(plain) * 100
    except InvalidOperation as fault:
        raise Invalid(_("“%(typed)s” is not an amount of money.") % {"typed": typed}) from fault
    if not value.is_finite():
        raise Invalid(_("“%(typed)s” is not an amount of money.") % {"typed": typed})
    if abs(value) >= 10**15:
        raise Invalid(_("“%(typed)s” is more money than can be right.") % {"typed": typed[:40]})
    if value != value.to_integral_value():
        raise Invalid(_("“%(typed)s” must be yuan with at most two decimals.") % {"typed": typed})
    return int(value)


FULL_WIDTH = {**{0xFF10 + digit: str(digit) for digit in range(10)}, ord("．"): ".", ord("，"): ",", ord("￥"): "¥"}
