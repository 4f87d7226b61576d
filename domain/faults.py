"""What a database that is busy or away means to whoever asked: a refusal, not a crash."""

import asyncpg
from tortoise.exceptions import BaseORMException, DBConnectionError

from domain.errors import Refusal


class Busy(Refusal):
    """This is busy with another request. Please try again in a moment."""

    code = "in_progress"


class Unavailable(Refusal):
    """We cannot answer right now. Nothing was changed; please try again in a moment."""

    code = "unavailable"


_BUSY = (
    asyncpg.LockNotAvailableError,
    asyncpg.DeadlockDetectedError,
    asyncpg.SerializationError,
)
_AWAY = (
    asyncpg.PostgresConnectionError,
    asyncpg.OperatorInterventionError,
    asyncpg.InsufficientResourcesError,
    asyncpg.IdleInTransactionSessionTimeoutError,
    asyncpg.exceptions.InterfaceError,
    DBConnectionError,
    ConnectionError,
    TimeoutError,
)


def as_refusal(error: BaseException) -> Refusal | None:
    """Return what an error means to a caller; None if it is a fault of ours."""
    # Tortoise wraps what the driver raised.
    inner = error.args[0] if isinstance(error, BaseORMException) and error.args else error
    if isinstance(inner, _BUSY):
        return Busy()
    if isinstance(inner, _AWAY) or isinstance(error, _AWAY):
        return Unavailable()
    return None
