"""Importing products and news from a file: a dry run that writes nothing, then one commit."""

import asyncio
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, Literal
from uuid import UUID
from zoneinfo import ZoneInfo

from domain import db, programs
from domain.access import audit
from domain.access.models import Staff
from domain.content import csv_rows
from domain.content.categories import CATEGORIES_MAX, categories
from domain.content.drafts import NEWS_ICON, PRODUCT_ICON
from domain.content.editing import ITEMS_MAX, TooManyItems
from domain.content.import_rows import COLUMNS, Kind, Wish, wishes
from domain.content.models import Category, News, Product
from domain.content.texts import TitleMissing
from domain.errors import NotFound, Refusal
from domain.ids import new_id
from domain.programs import Program
from domain.sql import queries

SQL = queries("domain.content", "importing.sql")
Outcome = Literal["new", "changed", "same", "bad"]
_KEPT: Final = timedelta(days=30)


class NothingToImport(Refusal):
    """No row of this file can be imported."""

    code = "nothing_to_import"


@dataclass(frozen=True, slots=True)
class Planned:
    """A row, and what a commit makes of it now."""

    wish: Wish
    outcome: Outcome
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Plan:
    """Every row of a file, and how many of each outcome."""

    import_id: UUID
    kind: Kind
    rows: tuple[Planned, ...]
    committed_at: datetime | None = None
    done: dict[str, int] | None = None

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are new, changed, the same and bad."""
        found = Counter(row.outcome for row in self.rows)
        return self.done or {
            outcome: found[outcome] for outcome in ("new", "changed", "same", "bad")
        }


async def receive(program: Program, kind: Kind, sent: bytes, *, by: Staff, now: datetime) -> UUID:
    """Keep a file for its dry run; raises a Refusal for one that cannot be read at all."""
    text = await asyncio.to_thread(csv_rows.decoded, sent)
    await asyncio.to_thread(_rows, kind, text)
    import_id = new_id()
    # A text of the database holds no NUL; the row that had it is refused all the same.
    kept = text.replace("\x00", "\ufffe")
    async with db.transaction() as connection:
        await connection.execute(
            SQL["receive"], import_id, program.id, kind, kept, now, f"staff:{by.id}"
        )
    return import_id


async def plan(program: Program, import_id: UUID, *, now: datetime) -> Plan:
    """Return what a commit would do, row by row; raises NotFound."""
    async with db.reading() as connection:
        row = await connection.fetchrow(SQL["find"], program.id, import_id)
    if row is None:
        raise NotFound
    if row["committed_at"]:
        return Plan(import_id, row["kind"], (), row["committed_at"], row["counts"])
    return await _planned(program, import_id, row["kind"], row["content"], now)


async def commit(program: Program, import_id: UUID, *, by: Staff, now: datetime) -> Plan:
    """Make the rows that are right so, all or none; a second commit changes nothing.

    What changed since the dry run is looked at again under the lock.
    """
    async with db.transaction() as connection:
        row = await connection.fetchrow(SQL["lock"], program.id, import_id)
        if row is None:
            raise NotFound
        kind: Kind = row["kind"]
        if row["committed_at"]:
            return Plan(import_id, kind, (), row["committed_at"], row["counts"])
        await connection.execute(SQL["one_at_a_time"], program.id)
        made = await _planned(program, import_id, kind, row["content"], now)
        if not made.counts["new"] + made.counts["changed"]:
            raise NothingToImport
        await _apply(program, made, by, now)
        await connection.execute(SQL["commit"], program.id, import_id, now, made.counts)
        facts: dict[str, Any] = {"kind": kind, "file": sha256(row["content"].encode()).hexdigest()}
        await audit.record("content_imported", now=now, by=by, **facts | made.counts)
    return Plan(import_id, kind, (), now, made.counts)


async def forget_old(now: datetime) -> None:
    """Delete files that were sent long ago, committed or not."""
    async with db.transaction() as connection:
        await connection.execute(SQL["forget"], now - _KEPT)


def _rows(kind: Kind, text: str) -> list[csv_rows.Row]:
    return csv_rows.rows(text, known=COLUMNS[kind], needed=("key",))


def _read(kind: Kind, text: str, currency: str, zone: ZoneInfo) -> list[Wish]:
    found = _rows(kind, text.replace("\ufffe", "\x00"))
    return wishes(kind, found, currency=currency, zone=zone)


async def _planned(
    program: Program, import_id: UUID, kind: Kind, content: str, now: datetime
) -> Plan:
    zone = ZoneInfo(await programs.zone_of(program.id, now))
    wanted = await asyncio.to_thread(_read, kind, content, program.currency, zone)
    model = Product if kind == "products" else News
    existing = {row.origin: row for row in await model.filter(program_id=program.id).all()}
    known = await _names(program)
    room = ITEMS_MAX - len(existing)
    rows = []
    for wish in wanted:
        row = _judged(wish, existing.get(wish.origin), known, room)
        room -= row.outcome == "new"
        rows.append(row)
    return Plan(import_id, kind, tuple(rows))


def _judged(
    wish: Wish, row: Product | News | None, known: dict[str, Category], room: int
) -> Planned:
    if wish.refusal:
        return Planned(wish, "bad", wish.refusal)
    if row is None:
        if "title" not in wish.values:
            return Planned(wish, "bad", TitleMissing())
        if room <= 0:
            return Planned(wish, "bad", TooManyItems(count=ITEMS_MAX))
        return Planned(wish, "new")
    return Planned(wish, "changed" if _difference(wish, row, known) else "same")


def _difference(wish: Wish, row: Product | News, known: dict[str, Category]) -> dict[str, Any]:
    names = [name for name in wish.values if name != "hidden"]
    values = {name: wish.merged(name, getattr(row, name)) for name in names}
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if "hidden" in wish.values and bool(row.hidden_at) != wish.values["hidden"]:
        changed["hidden"] = wish.values["hidden"]
    if isinstance(row, Product) and wish.category is not None:
        found = known.get(wish.category.casefold())
        if (found.id if found else wish.category or None) != row.category_id:
            changed["category"] = wish.category
    return changed


async def _names(program: Program) -> dict[str, Category]:
    """Return the categories by each of their names."""
    return {
        name.casefold(): each for each in await categories(program) for name in each.name.values()
    }


async def _apply(program: Program, made: Plan, by: Staff, now: datetime) -> None:
    known = await _names(program)
    model = Product if made.kind == "products" else News
    existing = {row.origin: row for row in await model.filter(program_id=program.id).all()}
    place = len(existing)
    for planned in made.rows:
        wish = planned.wish
        if planned.outcome in {"new", "changed"} and wish.category:
            await _ensure(program, wish.category, known, by, now)
        if planned.outcome == "changed":
            row = existing[wish.origin]
            difference = _difference(wish, row, known)
            row.update_from_dict(_columns(difference, known, now) | _stamp(row, by, now))
            await row.save()
        elif planned.outcome == "new":
            place += 1
            await _add(program, made.kind, wish, known, place, by, now)


async def _add(
    program: Program,
    kind: Kind,
    wish: Wish,
    known: dict[str, Category],
    place: int,
    by: Staff,
    now: datetime,
) -> None:
    wanted = wish.values | ({"category": wish.category} if wish.category else {})
    values: dict[str, Any] = {"body": {}, "published_at": now} | _columns(wanted, known, now)
    values |= {"id": new_id(), "program_id": program.id, "origin": wish.origin}
    values |= {"changed_at": now, "changed_by": by.name}
    if kind == "products":
        own: dict[str, Any] = {"price": 0, "picture": PRODUCT_ICON, "position": place}
        await Product.create(**own | values)
    else:
        own = {"summary": {}, "picture": NEWS_ICON, "edited_at": now}
        await News.create(**own | values)


def _columns(wanted: dict[str, Any], known: dict[str, Category], now: datetime) -> dict[str, Any]:
    values = dict(wanted)
    if "hidden" in values:
        values["hidden_at"] = now if values.pop("hidden") else None
    if "category" in values:
        found = known.get(values.pop("category").casefold())
        values |= {
            "category_id": found.id if found else None,
            "category": found.name if found else {},
        }
    return values


def _stamp(row: Product | News, by: Staff, now: datetime) -> dict[str, Any]:
    stamp = {"version": row.version + 1, "changed_at": now, "changed_by": by.name}
    return stamp | ({"edited_at": now} if isinstance(row, News) else {})


async def _ensure(
    program: Program, name: str, known: dict[str, Category], by: Staff, now: datetime
) -> None:
    """Make the category of that name, in the program's own language, unless it is there."""
    if name.casefold() in known:
        return
    place = len({each.id for each in known.values()})
    if place >= CATEGORIES_MAX:
        raise TooManyItems(count=place)
    known[name.casefold()] = await Category.create(
        id=new_id(),
        program_id=program.id,
        name={program.locale: name},
        position=place + 1,
        changed_at=now,
        changed_by=by.name,
    )
