"""Real web and worker processes, and Telegram delivering to them as stubbornly as it does."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import aiohttp

from domain import db
from tests.app.life import until
from tests.peers.bot_api import TOKEN

SECRET = "a-webhook-secret_0123"
Update = dict[str, Any]


def daytime() -> str:
    """Return a zone in which it is about noon now, so that nothing sleeps and no date ends."""
    hours = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-hours:+d}"


@dataclass
class Serving:
    """`loyalty web` and `loyalty worker` on one database, each of which may be killed."""

    environment: dict[str, str]
    port: int
    directory: Path
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    kills: dict[str, int] = field(default_factory=lambda: {"web": 0, "worker": 0})

    def start(self, command: str) -> None:
        with (self.directory / f"{command}.log").open("ab") as log:
            self.running[command] = subprocess.Popen(
                [sys.executable, "-m", "app.cli", command],
                env=os.environ | self.environment,
                stdout=log,
                stderr=log,
            )

    async def kill(self, command: str) -> None:
        """End a process at once, as a power cut does, and let a minute pass without it."""
        process = self.running.pop(command)
        process.kill()
        await asyncio.to_thread(process.wait)
        self.kills[command] += 1
        if command == "worker":
            await _let_leases_run_out()

    async def stop(self, command: str) -> int:
        """Tell a process to end, as a new release does, and return its exit code."""
        process = self.running.pop(command)
        process.send_signal(signal.SIGTERM)
        return await asyncio.to_thread(process.wait)

    async def kill_again_and_again(
        self, command: str, at: list[int], progress: Callable[[], int]
    ) -> None:
        """Kill a process whenever the progress has come that far, and start it again."""
        for so_far in sorted(at):
            await until(partial(_reached, progress, so_far), patience=300)
            await self.kill(command)
            self.start(command)


def _reached(progress: Callable[[], int], so_far: int) -> bool:
    return progress() >= so_far


async def _let_leases_run_out() -> None:
    """Whoever held a lease is dead and nobody else lives: do what a minute would do."""
    async with db.transaction() as connection:
        await connection.execute(
            "update received_update set due_at = received_at where done_at is null"
        )
        await connection.execute(
            "update broadcast_recipient set due_at = now() where state = 'sending'"
        )


@asynccontextmanager
async def serving(
    dsn: str, redis_url: str, api_url: str, directory: Path, port: int
) -> AsyncIterator[Serving]:
    """Run both processes until the block ends; nothing of them is left then."""
    environment = {
        "DATABASE_URL": dsn,
        "REDIS_URL": redis_url,
        "DATA_DIR": str(directory / "data"),
        "SECRET_KEY": "a secret that only tests know",
        "PORT": str(port),
        "PUBLIC_URL": "https://loyalty.example.test",
        "TELEGRAM_BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": api_url,
        "TELEGRAM_MODE": "webhook",
        "TELEGRAM_WEBHOOK_SECRET": SECRET,
    }
    made = Serving(environment, port, directory)
    for command in ("web", "worker"):
        made.start(command)
    try:
        yield made
    finally:
        for process in made.running.values():
            process.kill()
            process.wait()


@dataclass
class Telegram:
    """Delivers each update until it is acknowledged, and half of all it says twice."""

    port: int
    client: aiohttp.ClientSession
    chance: Random = field(default_factory=lambda: Random(50))
    acknowledged: set[int] = field(default_factory=set)
    deliveries: int = 0

    async def carry(self, updates: list[Update]) -> None:
        """Deliver the updates of one person, in order, and each of them once again later."""
        for number, update in enumerate(updates):
            await self.deliver(update)
            await self.deliver(self.chance.choice(updates[: number + 1]))

    async def deliver(self, update: Update) -> None:
        url = f"http://127.0.0.1:{self.port}/p/coffee/telegram"
        headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
        body = json.dumps(update)
        while True:
            try:
                async with self.client.post(url, data=body, headers=headers) as answer:
                    if answer.status == 200:
                        break
            except (aiohttp.ClientError, OSError, TimeoutError):
                pass  # nobody is there, or they died while they were answering
            await asyncio.sleep(0.05)
        self.acknowledged.add(int(update["update_id"]))
        self.deliveries += 1
