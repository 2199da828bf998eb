"""Completes the API's description: every operation says that it may answer with problem details."""

from typing import Any

TITLES = {
    "400": "What was sent does not fit; `errors` says what, by field.",
    "401": "Nobody is signed in, or the token is not known.",
    "403": "You may see this, and may not do that.",
    "404": "There is nothing here that you may see.",
    "409": "Somebody else was quicker; read it again.",
    "415": "The content is not JSON.",
    "429": "Too many attempts; `Retry-After` says how long to wait.",
}
WRITING = frozenset({"post", "put", "patch", "delete"})
PROBLEM = {
    "type": "object",
    "description": "What went wrong (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "What happened, and what to do."},
        "errors": {
            "type": "object",
            "description": "Messages by field; those of no field stand under `detail` or `non_field_errors`.",
            "additionalProperties": {},
        },
    },
}


def add_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Add the problem details to each operation of the description."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            if isinstance(operation, dict) and "responses" in operation:
                for code in _codes(path, method):
                    operation["responses"].setdefault(code, _problem(code))
    return result


def _codes(path: str, method: str) -> list[str]:
    if path.endswith("/token/"):
        return ["400", "401", "403", "415", "429"]
    codes = ["400", "401", "403", "404"]
    return [*codes, "409", "415"] if method in WRITING else codes


def _problem(code: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": TITLES[code], "content": {"application/problem+json": {"schema": schema}}}
