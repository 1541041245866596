"""The bookkeeping PostgreSQL does itself: whoever writes a transfer, by whatever way, the accounts follow it.

Accounts and entries accept no other writer (`pg_trigger_depth()` tells the bookkeeper from everybody else), so stored
balances cannot drift from the transfers they come from. All of it works on whole statements: paying four thousand
people is one UPDATE of transfers, one INSERT of entries and one UPDATE of accounts.
"""

from __future__ import annotations

import pgtrigger

_BORN = "(SELECT id, debit_id, credit_id, person_id, \"window\", amount, posted_on, state, '' AS was FROM born)"
_MOVED = (
    '(SELECT n.id, n.debit_id, n.credit_id, n.person_id, n."window", n.amount, n.posted_on, n.state, o.state AS was '
    "FROM after_move n JOIN before_move o ON o.id = n.id WHERE n.state <> o.state)"
)

# Accounts are locked in the order of their ids, in every trigger and every action: nobody waits in a ring.
_BOOK = """
PERFORM 1 FROM ledger_account
  WHERE id IN (SELECT debit_id FROM {moves} m UNION SELECT credit_id FROM {moves} m WHERE state = 'posted')
  ORDER BY id FOR NO KEY UPDATE;

IF EXISTS (
  SELECT 1 FROM {moves} m JOIN ledger_account d ON d.id = m.debit_id JOIN ledger_account c ON c.id = m.credit_id
  WHERE d.unit <> c.unit
) THEN
  RAISE EXCEPTION 'a transfer moves one unit' USING ERRCODE = '23514', CONSTRAINT = 'transfer_moves_one_unit';
END IF;

INSERT INTO ledger_entry (transfer_id, account_id, amount, balance_after, posted_on)
SELECT leg.id, leg.account_id, leg.amount,
  (a.credited - a.debited + sum(leg.amount) OVER (PARTITION BY leg.account_id ORDER BY leg.id))::bigint, leg.posted_on
FROM (
  SELECT id, debit_id AS account_id, -amount AS amount, posted_on FROM {moves} m WHERE state = 'posted'
  UNION ALL
  SELECT id, credit_id, amount, posted_on FROM {moves} m WHERE state = 'posted'
) leg JOIN ledger_account a ON a.id = leg.account_id
ORDER BY leg.id, leg.amount;

UPDATE ledger_account a
SET credited = a.credited + s.came, debited = a.debited + s.went, reserved = a.reserved + s.held
FROM (
  SELECT account_id, sum(came)::bigint AS came, sum(went)::bigint AS went, sum(held)::bigint AS held FROM (
    SELECT debit_id AS account_id, 0 AS came, CASE state WHEN 'posted' THEN amount ELSE 0 END AS went,
      CASE state WHEN 'reserved' THEN amount ELSE 0 END - CASE was WHEN 'reserved' THEN amount ELSE 0 END AS held
    FROM {moves} m
    UNION ALL
    SELECT credit_id, amount, 0, 0 FROM {moves} m WHERE state = 'posted'
  ) leg GROUP BY account_id
) s WHERE a.id = s.account_id;

INSERT INTO ledger_usage (person_id, "window")
SELECT DISTINCT person_id, "window" FROM {moves} m WHERE "window" <> '' ORDER BY person_id, "window"
ON CONFLICT (person_id, "window") DO NOTHING;

PERFORM 1 FROM ledger_usage
  WHERE (person_id, "window") IN (SELECT person_id, "window" FROM {moves} m WHERE "window" <> '')
  ORDER BY person_id, "window" FOR NO KEY UPDATE;

UPDATE ledger_usage u SET times = u.times + s.times, amount = u.amount + s.amount
FROM (
  SELECT person_id, "window", sum(live)::bigint AS times, sum(live * amount)::bigint AS amount FROM (
    SELECT person_id, "window", amount,
      CASE WHEN state = 'voided' THEN 0 ELSE 1 END - CASE WHEN was IN ('', 'voided') THEN 0 ELSE 1 END AS live
    FROM {moves} m WHERE "window" <> ''
  ) used GROUP BY person_id, "window"
) s WHERE u.person_id = s.person_id AND u."window" = s."window" AND s.times <> 0;

RETURN NULL;
"""

BOOK_NEW = pgtrigger.Trigger(
    name="transfer_is_booked",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert,
    referencing=pgtrigger.Referencing(new="born"),
    func=_BOOK.replace("{moves}", _BORN),
)
BOOK_MOVE = pgtrigger.Trigger(
    name="transfer_move_is_booked",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Update,
    referencing=pgtrigger.Referencing(old="before_move", new="after_move"),
    func=_BOOK.replace("{moves}", _MOVED),
)


def only_the_bookkeeper(
    name: str, operation: pgtrigger.Operation | pgtrigger.Operations, when: str = ""
) -> pgtrigger.Trigger:
    """Refuse this write unless a booking trigger makes it; `when` narrows it to writes that touch the books."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.Before,
        operation=operation,
        func=f"""
IF pg_trigger_depth() < 2 {when} THEN
  RAISE EXCEPTION 'only a transfer moves what an account holds';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
""",
    )


ACCOUNT_BORN_EMPTY = only_the_bookkeeper(
    "account_is_born_empty", pgtrigger.Insert, "AND (NEW.credited, NEW.debited, NEW.reserved) <> (0, 0, 0)"
)
ACCOUNT_MOVED_BY_TRANSFERS = only_the_bookkeeper(
    "account_is_moved_by_transfers",
    pgtrigger.Update,
    "AND (NEW.credited, NEW.debited, NEW.reserved) IS DISTINCT FROM (OLD.credited, OLD.debited, OLD.reserved)",
)
ENTRY_MADE_BY_TRANSFERS = only_the_bookkeeper("entry_is_made_by_transfers", pgtrigger.Insert)
USAGE_BORN_EMPTY = only_the_bookkeeper("usage_is_born_empty", pgtrigger.Insert, "AND (NEW.times, NEW.amount) <> (0, 0)")
USAGE_COUNTED_BY_TRANSFERS = only_the_bookkeeper(
    "usage_is_counted_by_transfers",
    pgtrigger.Update,
    "AND (NEW.times, NEW.amount) IS DISTINCT FROM (OLD.times, OLD.amount)",
)
