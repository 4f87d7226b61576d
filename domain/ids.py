"""Identifiers made in Python, so that every node of a cluster agrees on them."""

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7

# No vowels and no look-alikes: a code can be read aloud and spells nothing rude.
_ALPHABET = "23456789BCDFGHJKMNPQRSTVWXYZ"


def new_id() -> UUID:
    """Return a UUIDv7: unique, and sorted by the time of its making."""
    return uuid7()


def new_code(length: int) -> str:
    """Return an unguessable code of about 4.8 random bits a character."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


def new_token() -> str:
    """Return a bearer secret of 256 random bits, safe in a URL."""
    return secrets.token_urlsafe(32)
