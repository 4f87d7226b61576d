"""A new merchant, a fresh database, and Telegram: from nothing to a customer's first points."""

import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.app.life import until
from tests.browser.shop import context_of
from tests.miniapp.signing import init_data
from tests.peers import bot_api
from tests.peers.bot_api import TOKEN, USERNAME, BotApi

pytestmark = [
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(240),
]

NUMBER = 4711
CUSTOMER = {"id": NUMBER, "first_name": "Ngọc Ánh", "language_code": "vi"}


@dataclass(frozen=True)
class House:
    """A deployment as its operator runs it, and the Telegram it talks to."""

    address: str
    environment: dict[str, str]
    telegram: BotApi

    def loyalty(self, *arguments: str) -> str:
        """Run a command of the operator's, who must not be disappointed."""
        done = subprocess.run(
            [sys.executable, "-m", "app.cli", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@asynccontextmanager
async def a_house(tmp_path: Path) -> AsyncIterator[House]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    async with bot_api.running() as telegram:
        environment = {
            **os.environ,
            "DATABASE_URL": "",
            "REDIS_URL": "",
            "TELEGRAM_BOT_TOKEN": "",
            "PUBLIC_URL": "",
            "DATA_DIR": str(tmp_path / "data"),
            "PORT": str(port),
            "DEMO": "0",
            "TELEGRAM_API_URL": telegram.url,
            "PYTHONUNBUFFERED": "1",
        }
        output = tmp_path / "output"
        with output.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", "run"],
                env=environment,
                stdout=file,
                stderr=file,
            )
        try:
            await until(lambda: "Chat Loyalty is running" in output.read_text(), patience=120)
            yield House(f"http://127.0.0.1:{port}", environment, telegram)
        finally:
            process.terminate()
            process.wait(timeout=60)


async def press(page: Page, form: str, button: str = "button.primary") -> None:
    await page.locator(f'form[action$="{form}"] {button}').click()


async def set_up(page: Page, house: House) -> None:
    """What the overview asks of a merchant, in clicks."""
    await expect(page.locator(".steps li")).to_have_count(8)
    await page.locator('.steps a[href$="/settings/telegram"]').first.click()
    await page.locator("#token").fill("7000000002:AAF-a-token-that-nobody-has-0123456789")
    await press(page, "/settings/telegram")
    await expect(page.locator("#token-wrong")).to_be_visible()
    await page.locator("#token").fill(TOKEN)
    await press(page, "/settings/telegram")
    await expect(page.locator(f'main a[href="https://t.me/{USERNAME}"]')).to_be_visible()

    await page.goto(f"{house.address}/admin/settings/terms")
    await page.locator("#vi").fill("Mỗi ngày một ly, mỗi ly một niềm vui.")
    await page.locator("#en").fill("A cup a day, a joy a cup.")
    await press(page, "/settings/terms")
    await expect(page.locator(".banner.good")).to_be_visible()

    await page.goto(f"{house.address}/admin/settings/look")
    await page.locator("#accent").fill("#7a1f4d")
    await page.locator("#look button.primary").click()
    await expect(page.locator(".banner.good")).to_be_visible()

    await page.goto(f"{house.address}/admin/rules/daily_login")
    await page.locator("#points").fill("35")
    await page.locator('#rule button[value="save"]').click()
    await expect(page.locator(".banner.good")).to_be_visible()


async def join(phone: Page, house: House) -> None:
    """A customer says /start, opens the card from the bot's message, and checks in."""
    house.telegram.deliver(
        {
            "update_id": 1,
            "message": {
                "message_id": 1,
                "date": int(time.time()),
                "chat": {"id": NUMBER, "type": "private"},
                "from": {**CUSTOMER, "is_bot": False},
                "text": "/start",
            },
        }
    )
    await house.telegram.until(lambda: bool(house.telegram.sent(NUMBER)))
    buttons: list[dict[str, Any]] = house.telegram.last(NUMBER).buttons
    card = next(b["url"] for b in buttons if "/app" in b.get("url", ""))
    user = json.dumps(CUSTOMER, ensure_ascii=False, separators=(",", ":"))
    proof = init_data(at=int(time.time()), user=user)

    await phone.goto(f"{card.partition('#')[0]}#tgWebAppData={_quoted(proof)}&tgWebAppVersion=8.0")
    await expect(phone.locator('[data-screen="welcome"]')).to_contain_text("Mỗi ngày một ly")
    await phone.locator("form[hx-post$='/registration'] button").click()
    await expect(phone.locator("#check-in button")).to_contain_text("35")
    before = int(await phone.locator("#balance").get_attribute("value") or 0)
    await phone.locator("#check-in button").click()
    await expect(phone.locator("#balance")).to_have_attribute("value", str(before + 35))


def _quoted(proof: str) -> str:
    from urllib.parse import quote

    return quote(proof, safe="")


async def test_a_merchant_sets_up_alone_and_a_customer_gets_the_first_points(
    browser: Browser, tmp_path: Path
) -> None:
    async with a_house(tmp_path) as house:
        house.loyalty("program", "create", "moc", "--name", "Mộc Coffee")
        said = house.loyalty(
            "admin", "create", "lan@moc.vn", "--program", "moc", "--name", "Lan Anh"
        )
        desk = await context_of(browser)
        page = await desk.new_page()
        await page.goto(re.findall(r"http\S+#\S+", said)[0])
        await page.wait_for_selector(".steps")

        await set_up(page, house)
        await house.telegram.until(lambda: bool(house.telegram.of("setMyCommands")))
        phone = await (await browser.new_context(viewport={"width": 390, "height": 844})).new_page()
        await join(phone, house)

        balance = await phone.locator("#balance").get_attribute("value")
        await page.goto(f"{house.address}/admin/overview")
        await expect(page.locator(".figures b").first).to_have_text(balance or "")
        await expect(page.locator(".steps .done")).to_have_count(6)
        assert house.loyalty("audit") == "0 findings\n"
        await phone.context.close()
        await desk.close()
