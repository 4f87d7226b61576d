"""Sentences that are written down where they belong, and said later, in the reader's language."""


def marked(message: str) -> str:
    """Return a sentence as it is; the catalogues find it by this call, imported as `_`."""
    return message
