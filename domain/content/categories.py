"""Categories: the headings under which a merchant sorts products."""

from datetime import datetime
from typing import Final
from uuid import UUID

from domain import db
from domain.access import audit
from domain.access.models import Staff
from domain.content import texts
from domain.content.editing import Direction, TooManyItems, changed, held, swapped
from domain.content.models import Category
from domain.content.texts import CATEGORY_MAX, Texts
from domain.errors import NotFound, Refusal
from domain.ids import new_id
from domain.programs import Program
from domain.sql import queries

SQL = queries("domain.content", "editing.sql")
CATEGORIES_MAX: Final = 40


class CategoryExists(Refusal):
    """There is a category of this name already."""

    code = "category_exists"


async def categories(program: Program) -> list[Category]:
    """Return the categories in the order that the merchant gave them."""
    return await Category.filter(program_id=program.id).order_by("position", "id")


async def counts(program: Program) -> dict[UUID, int]:
    """Return how many products stand in each category."""
    async with db.reading() as connection:
        rows = await connection.fetch(SQL["products_by_category"], program.id)
    return {row["category_id"]: row["count"] for row in rows}


async def create_category(program: Program, name: Texts, *, by: Staff, now: datetime) -> Category:
    """Add a category at the end; raises CategoryExists, TooManyItems, TitleMissing."""
    async with db.transaction() as connection:
        order = await connection.fetch(SQL["lock_categories"], program.id)
        if len(order) >= CATEGORIES_MAX:
            raise TooManyItems(count=len(order))
        cleaned = await _free(program, name)
        made = await Category.create(
            id=new_id(),
            program_id=program.id,
            name=cleaned,
            position=len(order) + 1,
            changed_at=now,
            changed_by=by.name,
        )
        await _recorded(made.id, by, now, None, cleaned)
    return made


async def rename_category(
    program: Program, category_id: UUID, name: Texts, *, version: int, by: Staff, now: datetime
) -> None:
    """Rename it, for its products too; raises ChangedMeanwhile, CategoryExists, NotFound."""
    async with db.transaction() as connection:
        row = await held(Category, program, category_id, version=version, now=now)
        cleaned = await _free(program, name, except_for=category_id)
        await changed(row, {"name": cleaned}, by=by, now=now)
        await connection.execute(SQL["name_products"], program.id, category_id, cleaned)


async def move_category(
    program: Program, category_id: UUID, direction: Direction, *, by: Staff, now: datetime
) -> None:
    """Move it one place up or down."""
    async with db.transaction() as connection:
        rows = await connection.fetch(SQL["lock_categories"], program.id)
        order = [row["id"] for row in rows]
        if category_id not in order:
            raise NotFound
        moved = swapped(order, category_id, direction)
        places = [(program.id, each, place) for place, each in enumerate(moved, 1)]
        await connection.executemany(SQL["place_category"], places)
        place = {"place": moved.index(category_id) + 1}
        await audit.record(
            "content_changed", now=now, by=by, kind="category", id=str(category_id), after=place
        )


async def delete_category(program: Program, category_id: UUID, *, by: Staff, now: datetime) -> None:
    """Delete it; its products stay, in no category. Raises NotFound."""
    async with db.transaction() as connection:
        row = await held(Category, program, category_id, version=None, now=now)
        await connection.execute(SQL["free_products"], program.id, category_id)
        await row.delete()
        await _recorded(category_id, by, now, row.name, None)


async def _free(program: Program, name: Texts, except_for: UUID | None = None) -> Texts:
    cleaned = texts.titles(name, CATEGORY_MAX)
    said = {text.casefold() for text in cleaned.values()}
    for other in await categories(program):
        if other.id != except_for and said & {text.casefold() for text in other.name.values()}:
            raise CategoryExists
    return cleaned


async def _recorded(
    category_id: UUID, by: Staff, now: datetime, before: Texts | None, after: Texts | None
) -> None:
    await audit.record(
        "content_changed",
        now=now,
        by=by,
        kind="category",
        id=str(category_id),
        before=before,
        after=after,
    )
