import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from tests.app.life import alive_with, until


@dataclass(frozen=True)
class Run:
    process: subprocess.Popen[bytes]
    port: int
    output: Path

    def said(self, words: str) -> bool:
        return words in self.output.read_text()

    def children(self, command: str) -> list[int]:
        return [
            pid
            for pid in alive_with(f"app.cli\0{command}\0")
            if f"PPid:\t{self.process.pid}\n" in Path(f"/proc/{pid}/status").read_text()
        ]


Start = Callable[..., Run]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    started: list[Run] = []

    def loyalty(data: str, port: int, *, command: str = "run", **more: str) -> Run:
        output = tmp_path / f"output-{len(started)}"
        environment = {"DATA_DIR": str(tmp_path / data), "PORT": str(port), "DEMO": "0", **more}
        nothing = {"DATABASE_URL": "", "REDIS_URL": "", "TELEGRAM_BOT_TOKEN": ""}
        with output.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "app.cli", command],
                env=os.environ | nothing | environment | {"PYTHONUNBUFFERED": "1"},
                stdout=file,
                stderr=file,
            )
        started.append(Run(process, port, output))
        return started[-1]

    yield loyalty
    for run in started:
        run.process.kill()
        run.process.wait()


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _health(port: int) -> int:
    async with (
        aiohttp.ClientSession() as client,
        client.get(f"http://127.0.0.1:{port}/healthz") as answer,
    ):
        return answer.status


async def test_one_command_serves_and_stops_without_leaving_anything(
    start: Start, port: int, tmp_path: Path
) -> None:
    run = start("data", port)
    await until(lambda: run.said("Chat Loyalty is running"))
    assert await _health(port) == 200

    run.process.send_signal(signal.SIGTERM)
    await until(lambda: run.process.poll() is not None)

    assert run.process.returncode == 0
    assert alive_with(str(tmp_path)) == []


async def test_a_killed_run_leaves_no_process(start: Start, port: int, tmp_path: Path) -> None:
    run = start("data", port)
    await until(lambda: run.said("Chat Loyalty is running"))

    run.process.kill()
    run.process.wait()

    await until(lambda: not alive_with(str(tmp_path)))


async def test_a_child_that_dies_is_started_again(start: Start, port: int) -> None:
    run = start("data", port)
    await until(lambda: run.said("Chat Loyalty is running"))
    [first] = run.children("web")

    os.kill(first, signal.SIGKILL)

    await until(lambda: run.said("web ended with code -9; it starts again in 0.5 s."))
    await until(lambda: run.children("web") not in ([], [first]))


async def test_a_second_run_is_refused_in_a_sentence(
    start: Start, port: int, tmp_path: Path
) -> None:
    run = start("data", port)
    await until(lambda: run.said("Chat Loyalty is running"))

    same_data, same_port = start("data", port), start("other", port)

    assert (same_data.process.wait(), same_port.process.wait()) == (1, 1)
    assert same_data.output.read_text() == (
        f"Another process is using {tmp_path}/data; stop it, or set another DATA_DIR.\n"
    )
    assert same_port.output.read_text() == (
        f"Port {port} of 127.0.0.1 is taken; set another PORT.\n"
    )


async def test_several_web_processes_share_a_port_and_one_sum_of_counts(
    start: Start, port: int
) -> None:
    run = start("data", port, command="web", WEB_PROCESSES="3")
    await until(lambda: len(run.children("web")) == 3)
    await until(lambda: _open(port))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as client:
        for _ in range(40):
            async with client.get(f"http://127.0.0.1:{port}/healthz") as answer:
                assert answer.status == 200
        async with client.get(f"http://127.0.0.1:{port}/metrics") as answer:
            metrics = await answer.text()

    line = next(
        said
        for said in metrics.splitlines()
        if said.startswith('loyalty_answers_total{route="/healthz"')
    )
    assert float(line.rsplit(" ", 1)[1]) >= 40
    run.process.send_signal(signal.SIGTERM)
    assert run.process.wait(timeout=30) == 0
    assert run.children("web") == []


def _open(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
