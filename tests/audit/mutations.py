"""What somebody may do to a sealed log, each with the rows and places that checking must name."""

import json
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from django.db import transaction

from gongxin.audit.models import Leaf, Row, SignedHead
from gongxin.audit.signing import Signer
from tests.audit.conftest import Log, row_at
from tests.audit.ruler import execute, resealing, unbound

COLUMNS = ("actor", "action", "object", "purpose")


@dataclass(frozen=True)
class Wanted:
    """Rows that must be named and no others, and places of leaves that are gone."""

    rows: set[int]
    places: set[int] = field(default_factory=set)


@dataclass(frozen=True)
class Attack:
    log: Log
    stranger: Signer
    choose: random.Random
    size: int

    def index(self) -> int:
        return self.choose.randrange(self.size)


def change_content(attack: Attack) -> Wanted:
    return _flipped(attack, "content")


def change_salt(attack: Attack) -> Wanted:
    return _flipped(attack, "salt")


def _flipped(attack: Attack, column: str) -> Wanted:
    row = Row.objects.get(id=row_at(attack.index()))
    place = attack.choose.randrange(len(bytes(getattr(row, column))))
    flip = attack.choose.randrange(1, 256)
    set_ = f"set_byte({column}, {place}, get_byte({column}, {place}) # {flip})"
    execute(f"UPDATE audit_row SET {column} = {set_} WHERE id = {row.id}")
    return Wanted({row.id})


def change_column(attack: Attack) -> Wanted:
    row, column = row_at(attack.index()), attack.choose.choice(COLUMNS)
    execute(f"UPDATE audit_row SET {column} = {column} || '!' WHERE id = {row}")
    return Wanted({row})


def change_leaf(attack: Attack) -> Wanted:
    index = attack.index()
    execute(f"UPDATE audit_leaf SET hash = sha256(hash) WHERE index = {index}")
    return Wanted({row_at(index)})


def back_date_the_column(attack: Attack) -> Wanted:
    row, seconds = row_at(attack.index()), attack.choose.randrange(1, 10**6)
    execute(f"UPDATE audit_row SET at = at - interval '{seconds} s' WHERE id = {row}")
    return Wanted({row})


def back_date_all_of_it(attack: Attack) -> Wanted:
    row = Row.objects.get(id=row_at(attack.index()))
    plain = json.loads(bytes(row.content))
    plain["at"] = f"2026-01-{attack.choose.randrange(1, 29):02}T00:00:00.000000+00:00"
    written = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    execute(
        f"UPDATE audit_row SET at = '{plain['at']}', content = '\\x{written.encode().hex()}'"
        f" WHERE id = {row.id}"
    )
    return Wanted({row.id})


def back_date_the_head(attack: Attack) -> Wanted:
    head = attack.choose.choice(SignedHead.objects.order_by("size")).size
    seconds = attack.choose.randrange(1, 10**6)
    execute(f"UPDATE audit_head SET at = at - interval '{seconds} s' WHERE size = {head}")
    return Wanted(set())


def back_date_the_head_with_the_key(attack: Attack) -> Wanted:
    """Instant and note say the same, and the key signed them: a witness knows better."""
    head = attack.choose.choice(SignedHead.objects.order_by("size"))
    before = head.at - timedelta(seconds=attack.choose.randrange(1, 10**6))
    signer = attack.log.signer
    note = signer.note(replace(signer.verifier.opened(head.note), at=before))
    execute(f"UPDATE audit_head SET at = '{before}', note = '{note}' WHERE size = {head.size}")
    return Wanted(set())


def delete_a_row(attack: Attack) -> Wanted:
    row = row_at(attack.index())
    execute(f"DELETE FROM audit_row WHERE id = {row}")
    return Wanted({row})


def erase_without_saying_so(attack: Attack) -> Wanted:
    row = row_at(attack.index())
    execute(f"UPDATE audit_row SET content = NULL, salt = NULL WHERE id = {row}")
    return Wanted({row})


def insert_a_row(attack: Attack) -> Wanted:
    execute(
        "INSERT INTO audit_row (at, actor, action, object, purpose, content, salt)"
        " SELECT at, actor, action, object, purpose, content, salt FROM audit_row"
        f" WHERE id = {row_at(attack.index())}"
    )
    return Wanted({Row.objects.latest("id").id})


def swap_places(attack: Attack) -> Wanted:
    first, second = attack.choose.sample(range(attack.size), 2)
    rows = row_at(first), row_at(second)
    execute(
        f"UPDATE audit_leaf SET row_id = 0 WHERE index = {first}",
        f"UPDATE audit_leaf SET row_id = {rows[0]} WHERE index = {second}",
        f"UPDATE audit_leaf SET row_id = {rows[1]} WHERE index = {first}",
    )
    return Wanted(set(rows))


def swap_contents(attack: Attack) -> Wanted:
    first, second = (row_at(n) for n in attack.choose.sample(range(attack.size), 2))
    execute(
        "UPDATE audit_row r SET content = o.content, salt = o.salt FROM audit_row o"
        f" WHERE (r.id, o.id) IN (({first}, {second}), ({second}, {first}))"
    )
    return Wanted({first, second})


def cut_the_tail(attack: Attack) -> Wanted:
    """Rows, leaves and the heads above are gone: what is left fits."""
    left = attack.choose.choice([0, *SignedHead.objects.values_list("size", flat=True)][:-1])
    execute(
        f"DELETE FROM audit_row WHERE id IN (SELECT row_id FROM audit_leaf WHERE index >= {left})",
        f"DELETE FROM audit_leaf WHERE index >= {left}",
        f"DELETE FROM audit_head WHERE size > {left}",
    )
    return Wanted(set(), set(range(left, attack.size)))


def take_leaves_away(attack: Attack) -> Wanted:
    """The rows stay and have no place any more."""
    left = attack.index()
    rows = set(Leaf.objects.filter(index__gte=left).values_list("row_id", flat=True))
    execute(f"DELETE FROM audit_leaf WHERE index >= {left}")
    return Wanted(rows, set(range(left, attack.size)))


def make_it_anew_with_the_key(attack: Attack) -> Wanted:
    return _made_anew(attack, attack.log.signer)


def make_it_anew_with_another_key(attack: Attack) -> Wanted:
    return _made_anew(attack, attack.stranger)


def _made_anew(attack: Attack, signer: Signer) -> Wanted:
    """A row is changed so that it reads well, and every leaf and head made to fit."""
    wanted = back_date_all_of_it(attack)
    execute(*resealing(attack.log, signer))
    return wanted


KINDS: tuple[Callable[[Attack], Wanted], ...] = (
    change_content,
    change_salt,
    change_column,
    change_leaf,
    back_date_the_column,
    back_date_all_of_it,
    back_date_the_head,
    back_date_the_head_with_the_key,
    delete_a_row,
    erase_without_saying_so,
    insert_a_row,
    swap_places,
    swap_contents,
    cut_the_tail,
    take_leaves_away,
    make_it_anew_with_the_key,
    make_it_anew_with_another_key,
)


def attacked(log: Log, stranger: Signer, *, number: int, seed: int) -> tuple[list[str], Counter]:
    """Alter the log ``number`` times, each undone; return what was not named, and the kinds."""
    choose, missed, done = random.Random(seed), list[str](), Counter[str]()
    attack = Attack(log, stranger, choose, Leaf.objects.count())
    with unbound():
        for turn in range(number):
            kind = KINDS[turn % len(KINDS)]
            point = transaction.savepoint()
            wanted = kind(attack)
            faults = log.check().faults
            transaction.savepoint_rollback(point)
            transaction.savepoint_commit(point)  # else thousands of them use up the locks
            done[kind.__name__] += 1
            rows = {fault.row for fault in faults if fault.row is not None}
            told = {fault.what for fault in faults}
            gone = {f"archive saw a leaf at place {n}, and it is gone" for n in wanted.places}
            if rows != wanted.rows or not gone <= told or not faults:
                missed.append(f"{turn} {kind.__name__}: {wanted} but {faults}")
    return missed, done
