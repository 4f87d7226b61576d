"""Products and news as staff change them: never over somebody else's change unseen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar, cast
from uuid import UUID

from tortoise.expressions import Q

from domain import db
from domain.access import audit
from domain.access.models import Staff
from domain.content import drafts
from domain.content.drafts import NEWS_ICON, PRODUCT_ICON, NewsDraft, ProductDraft, State, state_of
from domain.content.models import Category, News, Product
from domain.errors import NotFound, Refusal
from domain.ids import new_id
from domain.programs import Program
from domain.sql import queries

SQL = queries("domain.content", "editing.sql")
ITEMS_MAX = 5_000
Row = TypeVar("Row", bound=Product | News | Category)
Direction = Literal["up", "down"]


class ChangedMeanwhile(Refusal):
    """%(name)s changed this %(minutes)s min ago, while you were at it. Save again to replace it."""

    code = "changed_meanwhile"


class TooManyItems(Refusal):
    """There are already %(count)s of these. Hide or reuse some first."""

    code = "too_many_items"


async def create_product(
    program: Program, wanted: ProductDraft, *, by: Staff, now: datetime
) -> Product:
    """Add a product at the end of the list."""
    async with db.transaction() as connection:
        order = await connection.fetch(SQL["lock_products"], program.id)
        made = Product(
            id=new_id(), program_id=program.id, picture=PRODUCT_ICON, position=len(order) + 1
        )
        return await _create(program, made, wanted, by, now, len(order))


async def create_article(program: Program, wanted: NewsDraft, *, by: Staff, now: datetime) -> News:
    """Add an article."""
    async with db.transaction():
        count = await News.filter(program_id=program.id).count()
        made = News(id=new_id(), program_id=program.id, picture=NEWS_ICON, edited_at=now)
        return await _create(program, made, wanted, by, now, count)


async def change_product(
    program: Program,
    product_id: UUID,
    wanted: ProductDraft,
    *,
    version: int,
    by: Staff,
    now: datetime,
) -> Product:
    """Change the product that was read at `version`; raises ChangedMeanwhile, NotFound."""
    async with db.transaction():
        row = await held(Product, program, product_id, version=version, now=now)
        values = await drafts.values_of(program, wanted) | drafts.appearance(wanted, row, now)
        return await changed(row, values, by=by, now=now)


async def change_article(
    program: Program,
    article_id: UUID,
    wanted: NewsDraft,
    *,
    version: int,
    by: Staff,
    now: datetime,
) -> News:
    """Change the article that was read at `version`; from then on no feed changes it."""
    async with db.transaction():
        row = await held(News, program, article_id, version=version, now=now)
        values = await drafts.values_of(program, wanted) | drafts.appearance(wanted, row, now)
        row.edited_at = now
        await row.save(update_fields=["edited_at"])
        return await changed(row, values, by=by, now=now)


async def show_or_hide(
    program: Program,
    kind: type[Product] | type[News],
    item_id: UUID,
    *,
    hide: bool,
    by: Staff,
    now: datetime,
) -> None:
    """Hide an item from customers, or show it again; twice is once."""
    async with db.transaction():
        row = await held(kind, program, item_id, version=None, now=now)
        if (state_of(row, now) == "hidden") != hide:
            await changed(row, {"hidden_at": now if hide else None}, by=by, now=now)


async def move_product(
    program: Program, product_id: UUID, direction: Direction, *, by: Staff, now: datetime
) -> None:
    """Move a product one place up or down; at the end of the list nothing happens."""
    async with db.transaction() as connection:
        rows = await connection.fetch(SQL["lock_products"], program.id)
        order = [row["id"] for row in rows]
        if product_id not in order:
            raise NotFound
        moved = swapped(order, product_id, direction)
        await connection.executemany(
            SQL["place_product"], [(program.id, each, place) for place, each in enumerate(moved, 1)]
        )
        await _recorded(
            "product",
            product_id,
            by,
            now,
            {"place": order.index(product_id) + 1},
            {"place": moved.index(product_id) + 1},
        )


def swapped(order: list[UUID], moving: UUID, direction: Direction) -> list[UUID]:
    """Return the order in which one has changed places with its neighbour."""
    at = order.index(moving)
    to = max(0, at - 1) if direction == "up" else min(len(order) - 1, at + 1)
    moved = list(order)
    moved[at], moved[to] = moved[to], moved[at]
    return moved


@dataclass(frozen=True, slots=True)
class Listed(Generic[Row]):
    """A page of a list as staff see it, hidden and scheduled included."""

    rows: list[Row]
    count: int


async def listed(
    kind: type[Row],
    program: Program,
    *,
    state: State | None = None,
    start: int = 0,
    limit: int = ITEMS_MAX,
    now: datetime,
    **narrowed: Any,
) -> Listed[Row]:
    """Return so many of a list from one place on, and how many there are."""
    order = ("-published_at", "id") if kind is News else ("position", "id")
    found = kind.filter(_in_state(state, now), program_id=program.id, **narrowed)
    rows = await found.order_by(*order).offset(start).limit(limit)
    return Listed(cast(list[Row], rows), await found.count())


async def item(kind: type[Row], program: Program, item_id: UUID) -> Row:
    """Return one of the program's; raises NotFound."""
    found = await kind.get_or_none(program_id=program.id, id=item_id)
    if found is None:
        raise NotFound
    return cast(Row, found)


async def held(
    kind: type[Row], program: Program, item_id: UUID, *, version: int | None, now: datetime
) -> Row:
    """Lock a row for change; raises ChangedMeanwhile if it is no longer what was read."""
    query = kind.filter(program_id=program.id, id=item_id).select_for_update()
    row = cast(Row | None, await query.first())
    if row is None:
        raise NotFound
    if version is not None and row.version != version:
        since = (now - row.changed_at).total_seconds() if row.changed_at else 0
        raise ChangedMeanwhile(name=row.changed_by or "…", minutes=max(1, round(since / 60)))
    return row


async def changed(row: Row, values: Mapping[str, Any], *, by: Staff, now: datetime) -> Row:
    """Store what differs in a row that is held, and record it; nothing if nothing does."""
    before = {name: getattr(row, name) for name in values}
    after = {name: value for name, value in values.items() if value != before[name]}
    if not after:
        return row
    stamp = {"version": row.version + 1, "changed_at": now, "changed_by": by.name}
    row.update_from_dict(after | stamp)
    await row.save(update_fields=[*after, *stamp])
    was = {name: before[name] for name in after}
    await _recorded(type(row).Meta.table, row.id, by, now, was, after)
    return row


def _in_state(state: State | None, now: datetime) -> Q:
    is_hidden, is_to_come = Q(hidden_at__lte=now), Q(published_at__gt=now)
    seen = Q(hidden_at=None) | Q(hidden_at__gt=now)
    if state is None:
        return Q()
    if state == "hidden":
        return is_hidden
    return seen & (is_to_come if state == "scheduled" else ~is_to_come)


async def _create(
    program: Program,
    made: Row,
    wanted: drafts.Draft,
    by: Staff,
    now: datetime,
    count: int,
) -> Row:
    if count >= ITEMS_MAX:
        raise TooManyItems(count=count)
    values = await drafts.values_of(program, wanted) | drafts.appearance(wanted, None, now)
    made.update_from_dict(values | {"changed_at": now, "changed_by": by.name})
    await made.save(force_create=True)
    await _recorded(type(made).Meta.table, made.id, by, now, None, values)
    return made


async def _recorded(
    kind: str,
    item_id: UUID,
    by: Staff,
    now: datetime,
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
) -> None:
    await audit.record(
        "content_changed",
        now=now,
        by=by,
        kind=kind,
        id=str(item_id),
        before=before and plain(before),
        after=after and plain(after),
    )


def plain(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return values as the audit log keeps them."""
    return {
        name: value if isinstance(value, (dict, int, str, type(None))) else str(value)
        for name, value in values.items()
    }
