"""Refusals: business reasons for which a verb does nothing."""

from typing import ClassVar


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not an error
    """%(code)s"""

    code: ClassVar[str] = "refused"

    def __init__(self, **facts: object) -> None:
        self.facts: dict[str, object] = facts
        super().__init__(self.message % {"code": self.code, **facts})

    @property
    def message(self) -> str:
        """The English sentence with placeholders for the facts: also the locale key."""
        return (type(self).__doc__ or self.code).strip()


class NotFound(Refusal):
    """There is nothing here under that address."""

    code = "not_found"


class InvalidInput(Refusal):
    """The request is not valid: %(problem)s."""

    code = "invalid_input"

    def __init__(self, problem: str, **facts: object) -> None:
        super().__init__(problem=problem, **facts)
