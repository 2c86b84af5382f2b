"""Which articles a question is asked of."""

from __future__ import annotations

from typing import NamedTuple


class Scope(NamedTuple):
    """Articles published from one day to another, both included, and of some outlets.

    ``first`` and ``last`` are ISO 8601 days, None where that side is open; an article known
    only to the month or year is within where any of its days is, an undated one is not.
    ``outlets`` are whole names; None for all.
    """

    first: str | None = None
    last: str | None = None
    outlets: tuple[str, ...] | None = None

    def condition(self) -> tuple[str, list[str]]:
        """The condition on the catalog's articles, as SQL, with its values."""
        clauses, values = ["TRUE"], []
        if self.first:
            clauses.append("published_to >= ?")
            values.append(self.first)
        if self.last:
            clauses.append("published_from <= ?")
            values.append(self.last)
        if self.outlets is not None:
            clauses.append(f"outlet IN ({','.join('?' * len(self.outlets))})")
            values += self.outlets
        return " AND ".join(clauses), values
