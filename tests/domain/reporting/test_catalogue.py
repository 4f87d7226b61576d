from importlib.resources import files

from domain.reporting.catalogue import REPORTS
from domain.reporting.customer_loyalty import PURPOSES, SOURCES


def test_every_report_has_its_statements_and_says_its_zone() -> None:
    for report in REPORTS.values():
        assert files("domain.reporting").joinpath(report.sql).is_file()
        assert {"from", "to", "zone"} <= set(report.filters)


def test_the_eight_sources_and_three_purposes_are_named() -> None:
    """S0.8, S0.13."""
    assert set(SOURCES) >= {
        "referrer_reward",
        "new_member_reward",
        "new_user_referral",
        "first_product_share",
        "first_news_read",
        "new_account_registration",
        "first_product_view",
        "daily_login",
    }
    assert set(PURPOSES) == {"lucky_wheel", "gift_redemption", "discount"}
