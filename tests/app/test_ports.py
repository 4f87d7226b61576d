import asyncio
import socket

import pytest

from app.ports import PortError, ensure_free, until_open


@pytest.fixture
def taken() -> socket.socket:
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    listener.bind(("127.0.0.1", 0))
    listener.listen()
    return listener


def test_a_port_that_somebody_would_share_is_taken_all_the_same(taken: socket.socket) -> None:
    port = taken.getsockname()[1]

    with taken, pytest.raises(PortError, match=f"Port {port} of 127.0.0.1 is taken"):
        ensure_free("127.0.0.1", port)


def test_a_port_is_free_again_once_its_user_is_gone(taken: socket.socket) -> None:
    port = taken.getsockname()[1]
    taken.close()

    ensure_free("127.0.0.1", port)


def test_an_address_of_another_machine_is_refused() -> None:
    with pytest.raises(PortError, match="is not ours to use"):
        ensure_free("192.0.2.1", 8080)


def test_a_host_that_nobody_knows_is_refused() -> None:
    with pytest.raises(PortError, match="HOST must be"):
        ensure_free("no-such-host.invalid", 8080)


async def test_waiting_ends_when_somebody_listens() -> None:
    server = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]

    async with server:
        await asyncio.wait_for(until_open("127.0.0.1", port), 10)
