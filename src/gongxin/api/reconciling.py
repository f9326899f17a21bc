"""Names of a table to codes: the reconciliation protocol that OpenRefine speaks (对码).

W3C Entity Reconciliation Community Group, Reconciliation Service API 0.2. Organisations only, by
the search of the start page with all that protects there: a person's number, what may be a
person's name and one person's undertakings find nothing, in the same words as a name that nobody
has. It says who is who and nothing of what they did: facts are read one by one.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, ValidationError

from gongxin.api.bodies import read
from gongxin.api.faults import fault
from gongxin.api.problems import INVALID, TOO_LARGE, Problem
from gongxin.api.schemas import no_person
from gongxin.core import uscc
from gongxin.core.documents import normalise_name
from gongxin.core.subject import SubjectKind
from gongxin.derive.search import Hit, search

VERSION = "0.2"
TYPE = {"id": "organisation", "name": "组织"}
CODE = "uscc"
MOST_QUERIES = 10  # what OpenRefine sends at once; each request counts in the caller's limits
MOST_FOUND = 20
MOST_TEXT = 100
MOST_PARTS = 10
LOWEST, HIGHEST = 1, 100

Text = Annotated[str, Field(max_length=1_000)]
# What is said again in the answer holds nobody's number.
Said = Annotated[str, Field(max_length=64), AfterValidator(no_person)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, hide_input_in_errors=True)


class PropertyIn(_Part):
    """A value that narrows a query: only the code is looked at; the protocol calls it a hint."""

    pid: Text
    v: Any


class QueryIn(_Part):
    """A name, or a code, that is looked for."""

    query: Text = ""
    type: Text | Annotated[list[Text], Field(max_length=MOST_PARTS)] | None = None
    limit: Annotated[int, Field(ge=1)] | None = None
    properties: Annotated[list[PropertyIn], Field(max_length=MOST_PARTS)] = []
    type_strict: Literal["any", "should", "all"] | None = None


class QueriesIn(RootModel[dict[Said, QueryIn]]):
    """Queries under names of the caller's."""


class ExtendPropertyIn(_Part):
    """A property that is wanted; it has no settings."""

    id: Text
    settings: dict[str, Any] = {}


class ExtendIn(_Part):
    """Codes, and what is wanted of them."""

    ids: list[Said]
    properties: Annotated[list[ExtendPropertyIn], Field(max_length=MOST_PARTS)]


@dataclass(frozen=True, slots=True)
class Candidate:
    """An organisation that may be meant; ``score`` says how alike the names are, no more."""

    id: str
    name: str
    score: int
    match: bool

    def document(self) -> dict[str, object]:
        """Return the candidate as the protocol has it."""
        said = {"id": self.id, "name": self.name, "score": self.score, "match": self.match}
        return {**said, "type": [TYPE]}


def queries_of(text: str) -> dict[str, QueryIn]:
    """Read a batch of queries.

    Raises:
        Problem: no JSON, other members than the protocol's, or more than ``MOST_QUERIES``.
    """
    found = read(text.encode())
    try:
        queries = QueriesIn.model_validate(found).root
    except ValidationError as error:
        raise _invalid(error) from None
    if len(queries) > MOST_QUERIES:
        raise Problem(TOO_LARGE, f"at most {MOST_QUERIES} queries in a batch")
    return queries


def extension_of(text: str) -> ExtendIn:
    """Read what is to be told of some codes.

    Raises:
        Problem: as ``queries_of``.
    """
    found = read(text.encode())
    try:
        wanted = ExtendIn.model_validate(found)
    except ValidationError as error:
        raise _invalid(error) from None
    if len(wanted.ids) > MOST_QUERIES:
        raise Problem(TOO_LARGE, f"at most {MOST_QUERIES} codes at once")
    return wanted


def answer(queries: dict[str, QueryIn]) -> dict[str, object]:
    """Return the candidates of each query."""
    return {
        name: {"result": [candidate.document() for candidate in candidates(query)]}
        for name, query in queries.items()
    }


def candidates(query: QueryIn) -> list[Candidate]:
    """Return whom a query may mean, the likeliest first; a code that is given decides."""
    types = [query.type] if isinstance(query.type, str) else query.type or [TYPE["id"]]
    if TYPE["id"] not in types:
        return []
    codes = [p.v for p in query.properties if p.pid == CODE and isinstance(p.v, str)]
    text = codes[0] if codes else query.query
    limit = min(query.limit or MOST_FOUND, MOST_FOUND)
    hits = organisations(text, limit=limit)
    exact = [hit for hit in hits if _is_exact(hit, text)]
    return [Candidate(hit.uscc, hit.name, _score(hit, text), match=exact == [hit]) for hit in hits]


def organisations(text: str, *, limit: int) -> list[Hit]:
    """Search as the start page does; only organisations, nobody's livelihood even by its code."""
    if len(text) > MOST_TEXT:
        return []
    return [h for h in search(text, limit=limit) if h.kind is SubjectKind.ORGANISATION]


def _is_exact(hit: Hit, text: str) -> bool:
    key = normalise_name(text)
    return hit.uscc == uscc.compact(text) or key in _keys(hit) or hit.matched_code != ""


def _score(hit: Hit, text: str) -> int:
    if _is_exact(hit, text):
        return HIGHEST
    key = normalise_name(text)
    return max(LOWEST, len(key) * HIGHEST // max(map(len, _keys(hit))) - 1)


def _keys(hit: Hit) -> Iterable[str]:
    return normalise_name(hit.name), normalise_name(hit.matched_name)


def _invalid(error: ValidationError) -> Problem:
    """Say where the faults are; a query's own name is somebody's text and is left out."""
    parts = [
        {**one, "loc": ("body", *(part for part in one["loc"] if _is_ours(part)))}
        for one in error.errors(include_input=False, include_url=False)
    ]
    return Problem(INVALID, errors=tuple(fault(part) for part in parts))


def _is_ours(part: int | str) -> bool:
    ours = {*QueryIn.model_fields, *PropertyIn.model_fields, *ExtendIn.model_fields}
    return isinstance(part, int) or part in ours
