"""What people write: kept whole or refused, never cut in silence."""

from board.errors import CannotDecide


def in_full(text: str, *, most: int, field: str = "because") -> str:
    """The text, trimmed. Raises CannotDecide, at this field of its form, where it is longer than what can be kept."""
    trimmed = text.strip()
    if len(trimmed) > most:
        said = f"Say it in at most {most:,} characters: it has {len(trimmed):,}. Nothing was saved, and nothing is cut."
        raise CannotDecide(said, {field: said})
    return trimmed
