"""The port that we serve on: free before we start, open once we have."""

import asyncio
import errno
import socket
from contextlib import suppress


class PortError(Exception):
    """We cannot listen where we were told to; the message is one sentence for the operator."""


def ensure_free(host: str, port: int) -> None:
    """Raise if nobody may listen there now.

    Our web processes share the port with each other, and would share it as silently with
    whoever has it already.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError:
        raise PortError(f"HOST must be a name or address of this machine, not {host!r}.") from None
    for family, kind, protocol, _, address in found:
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(address)
            except OSError as error:
                taken = error.errno == errno.EADDRINUSE
                reason = "is taken" if taken else f"is not ours to use ({error.strerror})"
                raise PortError(f"Port {port} of {host} {reason}; set another PORT.") from None


async def until_open(host: str, port: int) -> None:
    """Return once somebody listens there."""
    while True:
        with suppress(OSError):
            _, writer = await asyncio.open_connection(host, port)
            writer.close()
            return
        await asyncio.sleep(0.1)
