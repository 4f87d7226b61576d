from app.demo import ensure_demo
from app.demo.favourite import NAME
from domain import db, secrets
from domain.ledger import audit

ADDRESS = "http://127.0.0.1:8080"
CUSTOMERS = 120


async def test_the_demo_is_a_sound_ledger_with_something_of_everything(database: str) -> None:
    secrets.configure("a secret that only tests know")

    links = await ensure_demo(database, ADDRESS, customers=CUSTOMERS)

    async with db.opened(database), db.reading() as connection:
        assert await audit.run() == []
        actions = {row["action"] for row in await connection.fetch("select action from movement")}
        customers = await connection.fetchval("select count(*) from customer")
        due = await connection.fetchval("select count(*) from account where next_due_at <= now()")
    assert customers == CUSTOMERS
    assert due == 0
    assert actions >= {
        "daily_login",
        "first_product_view",
        "first_news_read",
        "first_product_share",
        "new_account_registration",
        "new_member_reward",
        "new_user_referral",
        "referrer_reward",
        "gift_redemption",
        "lucky_wheel",
        "discount",
    }
    assert [name for name, _ in links] == ["Demo customer", "Demo admin"]


async def test_a_second_start_makes_nothing_but_fresh_links(database: str) -> None:
    secrets.configure("a secret that only tests know")
    first = await ensure_demo(database, ADDRESS, customers=30)

    second = await ensure_demo(database, ADDRESS, customers=30)

    async with db.opened(database), db.reading() as connection:
        programs = await connection.fetchval("select count(*) from program")
        favourites = await connection.fetchval(
            "select count(*) from customer where name = $1", NAME
        )
    assert (programs, favourites) == (1, 1)
    assert {link for _, link in first}.isdisjoint(link for _, link in second)
