"""How values become JSON: their fields, in their order, once for every place that shows them."""

from __future__ import annotations

from functools import cache
from typing import Any, ClassVar

from pydantic import ConfigDict, Field, PlainSerializer, TypeAdapter, WithJsonSchema

Unserialized = Field(exclude=True)


def rounded(digits: int) -> PlainSerializer:
    """Return a serialiser of a number with so many digits behind the point."""
    return PlainSerializer(lambda number: round(number, digits), return_type=float)


@cache
def serializer(kind: Any) -> TypeAdapter[Any]:
    """Return the converter between values of a type and JSON-ready values; it is made once."""
    return TypeAdapter(kind)


def _without_defaults(schema: dict[str, Any]) -> None:
    """Remove defaults from a JSON schema: whoever reads a value finds all of its keys."""
    for about in schema["properties"].values():
        about.pop("default", None)


class Value:
    """A frozen value that is serialised as its fields, in their order."""

    __slots__ = ()
    __pydantic_config__: ClassVar = ConfigDict(
        json_schema_serialization_defaults_required=True, json_schema_extra=_without_defaults
    )

    def to_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        kind: Any = type(self)
        values: dict[str, Any] = serializer(kind).dump_python(self, mode="json", by_alias=True)
        return values

    def _set_computed(self, **values: object) -> None:
        """Set fields that are computed from the others, while the value is being made."""
        for name, value in values.items():
            object.__setattr__(self, name, value)


def keyed(*keys: str) -> PlainSerializer:
    """Return a serialiser of tuples as objects with these keys."""
    return PlainSerializer(lambda rows: [dict(zip(keys, row, strict=True)) for row in rows])


def one_of(*words: str) -> WithJsonSchema:
    """Return the schema of a text that is one of some words."""
    return WithJsonSchema({"type": "string", "enum": list(words)})
