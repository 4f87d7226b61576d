"""X4 and X5: files from spreadsheets, each row once, and a report for what is wrong."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from domain.access.models import Staff
from domain.access.staff import create_staff
from domain.content.csv_rows import ColumnMissing, ColumnUnknown, FileTooLarge, NotCsv, NotUtf8
from domain.content.import_rows import Kind, template
from domain.content.importing import NothingToImport, Plan, commit, forget_old, plan, receive
from domain.content.models import Category, News, Product
from domain.errors import NotFound, Refusal
from domain.programs import Program
from tests.admin.desk import acts
from tests.clock import MONDAY_NOON
from tests.factories import a_program

NOW = MONDAY_NOON
HEAD = "key,title_vi,price,category\n"


@pytest.fixture
async def shop(opened: str) -> tuple[Program, Staff]:
    program = await a_program()
    member = await create_staff(program, login="lan", name="Lan Anh", role="manager", now=NOW)
    return program, member


Shop = tuple[Program, Staff]


async def dry(shop: Shop, text: str | bytes, kind: Kind = "products") -> Plan:
    sent = text.encode() if isinstance(text, str) else text
    import_id = await receive(shop[0], kind, sent, by=shop[1], now=NOW)
    return await plan(shop[0], import_id, now=NOW)


async def imported(shop: Shop, text: str | bytes, kind: Kind = "products") -> Plan:
    made = await dry(shop, text, kind)
    return await commit(shop[0], made.import_id, by=shop[1], now=NOW)


def outcomes(made: Plan) -> list[tuple[int, str, str | None]]:
    return [
        (row.wish.line, row.outcome, row.refusal.code if row.refusal else None) for row in made.rows
    ]


async def test_a_dry_run_writes_nothing(shop: Shop) -> None:
    made = await dry(shop, HEAD + "A,Bạc xỉu,39000,Cà phê\nB,Trà đào,49000,Trà\n")

    assert made.counts == {"new": 2, "changed": 0, "same": 0, "bad": 0}
    assert (await Product.all().count(), await Category.all().count()) == (0, 0)


async def test_a_commit_makes_products_and_the_categories_they_name(shop: Shop) -> None:
    await imported(shop, HEAD + "A,Bạc xỉu,39000,Cà phê\nB,Phin,35000,CÀ PHÊ\n")

    found = await Product.all().order_by("position")
    assert [(p.title, p.price, p.category) for p in found] == [
        ({"vi": "Bạc xỉu"}, 39_000, {"vi": "Cà phê"}),
        ({"vi": "Phin"}, 35_000, {"vi": "Cà phê"}),
    ]
    assert len({p.category_id for p in found}) == 1
    act, facts = (await acts())[-1]
    assert (act, facts["new"]) == ("content_imported", 2)


async def test_the_same_file_twice_changes_nothing(shop: Shop) -> None:
    text = HEAD + "A,Bạc xỉu,39000,Cà phê\nB,Trà đào,49000,\n"
    await imported(shop, text)

    again = await dry(shop, text)

    assert again.counts == {"new": 0, "changed": 0, "same": 2, "bad": 0}
    with pytest.raises(NothingToImport):
        await commit(shop[0], again.import_id, by=shop[1], now=NOW)
    assert await Product.all().count() == 2


async def test_one_commit_pressed_many_times_is_one(shop: Shop) -> None:
    made = await dry(shop, HEAD + "A,Bạc xỉu,39000,Cà phê\n")

    done = await asyncio.gather(
        *(commit(shop[0], made.import_id, by=shop[1], now=NOW) for _ in range(5))
    )

    assert all(each.counts["new"] == 1 for each in done)
    assert await Product.all().count() == 1


async def test_two_files_with_one_key_at_the_same_instant_make_one_product(shop: Shop) -> None:
    plans = [await dry(shop, HEAD + f"A,Bạc xỉu {n},39000,\n") for n in range(4)]

    await asyncio.gather(*(commit(shop[0], p.import_id, by=shop[1], now=NOW) for p in plans))

    assert await Product.all().count() == 1


async def test_a_row_changes_the_product_of_its_key_and_nothing_else_of_it(shop: Shop) -> None:
    await imported(shop, "key,title_vi,title_en,body_vi,price\nA,Trà,Tea,Thơm.,39000\n")

    made = await dry(shop, "key,price\nA,45000\n")
    await commit(shop[0], made.import_id, by=shop[1], now=NOW)

    assert made.counts["changed"] == 1
    (kept,) = await Product.all()
    assert (kept.title, kept.body, kept.price) == (
        {"vi": "Trà", "en": "Tea"},
        {"vi": "Thơm."},
        45_000,
    )


async def test_a_language_without_a_column_keeps_its_text(shop: Shop) -> None:
    await imported(shop, "key,title_vi,title_en\nA,Trà,Tea\n")

    await imported(shop, "key,title_vi\nA,Trà sen\n")

    assert (await Product.all())[0].title == {"vi": "Trà sen", "en": "Tea"}


async def test_bad_rows_are_named_and_stop_no_other(shop: Shop) -> None:
    rows = [
        "A,Đúng,39000,",
        "B,,39000,",
        "C,Số,1e3,",
        "D,Số,３９０００,",
        "E,Số,39.000,",
        "F,Số,-1,",
        "G,Số,99999999999999,",
        "A,Lặp,1,",
        ",Không tên,1,",
        "H,Thừa,1,x,y",
        "I,NUL\x00,1,",
        f"J,{'x' * 121},1,",
        '"K\nL",Khóa,1,',
        "M,Đúng,0,",
    ]

    made = await dry(shop, HEAD + "\n".join(rows))

    assert outcomes(made) == [
        (2, "new", None),
        (3, "bad", "title_missing"),
        (4, "bad", "cell_unfit"),
        (5, "bad", "cell_unfit"),
        (6, "bad", "cell_unfit"),
        (7, "bad", "cell_unfit"),
        (8, "bad", "cell_unfit"),
        (9, "bad", "key_repeated"),
        (10, "bad", "key_unfit"),
        (11, "bad", "row_unfit"),
        (12, "bad", "row_holds_nul"),
        (13, "bad", "text_too_long"),
        (14, "bad", "key_unfit"),
        (16, "new", None),
    ]
    await commit(shop[0], made.import_id, by=shop[1], now=NOW)
    assert await Product.all().count() == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
async def test_every_way_in_which_spreadsheets_save_is_read(
    shop: Shop, delimiter: str, encoding: str, ending: str
) -> None:
    lines = [["key", "title_vi", "price"], ["A", "Cà phê sữa đá", "35000"]]
    text = ending.join(delimiter.join(line) for line in lines) + ending

    made = await dry(shop, text.encode(encoding))

    assert [(r.wish.title, r.outcome) for r in made.rows] == [("Cà phê sữa đá", "new")]


@pytest.mark.parametrize(
    ("sent", "refusal"),
    [
        ("key,title_vi\nA,Trà\n".encode() + b"\xff", NotUtf8),
        ("key,title_vi\nA,Tr\xe0\n".encode("latin-1"), NotUtf8),
        (b"PK\x03\x04" + bytes(100), NotCsv),
        (b"\x1f\x8b" + bytes(100), NotCsv),
        (b"", ColumnMissing),
        (b"title_vi\nx\n", ColumnMissing),
        (b"key,colour\nA,red\n", ColumnUnknown),
        (b"key,price,price\nA,1,2\n", ColumnUnknown),
        (b"key,title_vi\n" + b"A,x\n" * 5_001, FileTooLarge),
        (b"key,title_vi\n" + b"x" * 2 * 1024 * 1024, FileTooLarge),
        (b"key,title_vi\nA," + b"x" * 150_000, NotCsv),
    ],
    ids=lambda value: value.__name__ if isinstance(value, type) else f"{len(value)} bytes",
)
async def test_a_file_that_cannot_be_read_says_why(
    shop: Shop, sent: bytes, refusal: type[Refusal]
) -> None:
    with pytest.raises(refusal):
        await dry(shop, sent)


@pytest.mark.parametrize("kind", ["products", "news"])
async def test_the_template_is_a_file_that_can_be_imported(shop: Shop, kind: Kind) -> None:
    made = await imported(shop, template(kind), kind)

    assert made.counts["new"] == 1


async def test_news_are_imported_with_their_hour_in_the_programs_zone(shop: Shop) -> None:
    text = (
        "key,title_vi,visible_from,hidden\nA,Một,2026-03-01 08:00,\nB,Hai,05/03/2026,\n"
        "C,Ba,,có\nD,Bốn,2026-02-30,\nE,Năm,２０２６-03-01,\nF,Sáu,1970-01-01,\nG,Bảy,,vâng\n"
    )

    made = await imported(shop, text, "news")

    assert (made.counts["new"], made.counts["bad"]) == (3, 4)
    found = {n.title["vi"]: n for n in await News.all()}
    assert found["Một"].published_at == datetime(2026, 3, 1, 1, 0, tzinfo=UTC)
    assert found["Hai"].published_at == datetime(2026, 3, 4, 17, 0, tzinfo=UTC)
    assert found["Ba"].hidden_at == NOW


async def test_a_file_of_another_program_is_not_found(shop: Shop) -> None:
    made = await dry(shop, HEAD + "A,Trà,1,\n")
    other = await a_program()

    with pytest.raises(NotFound):
        await plan(other, made.import_id, now=NOW)
    with pytest.raises(NotFound):
        await commit(other, made.import_id, by=shop[1], now=NOW)


async def test_prices_have_the_decimals_of_their_currency(opened: str) -> None:
    program = await a_program(currency="USD")
    member = await create_staff(program, login="lan", name="Lan", role="manager", now=NOW)

    await imported((program, member), "key;title_en;price\nA;Tea;4.5\nB;Tea;4,25\nC;Tea;4\n")

    assert [p.price for p in await Product.all().order_by("position")] == [450, 425, 400]


async def test_old_files_are_forgotten(shop: Shop) -> None:
    made = await dry(shop, HEAD + "A,Trà,1,\n")

    await forget_old(NOW + timedelta(days=31))

    with pytest.raises(NotFound):
        await plan(shop[0], made.import_id, now=NOW)
