"""What the API reads: JSON, without what no database can store."""

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser

MOST_NESTED = "The content is nested too deeply."
NOT_TEXT = "The content holds a character that is not text (NUL, or half of a surrogate pair). Take it out."


class PlainJSONParser(JSONParser):
    """JSON whose texts hold neither NUL, which PostgreSQL cannot store, nor half surrogates, which are no text."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        """The content. Raises ParseError for what is no JSON, or no text."""
        try:
            content = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(MOST_NESTED) from error
        _check(content)
        return content


def _check(content: Any) -> None:
    waiting = [content]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting += [*part.keys(), *part.values()]
        elif isinstance(part, list):
            waiting += part
        elif isinstance(part, str) and any(sign == "\0" or "\ud800" <= sign <= "\udfff" for sign in part):
            raise ParseError(NOT_TEXT)
