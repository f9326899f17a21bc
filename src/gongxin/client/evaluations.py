"""A published grade as the platform answers it, as typed values (评价结果)."""

from dataclasses import dataclass
from datetime import date

from gongxin.client.answers import Citation, Label


@dataclass(frozen=True, slots=True)
class Level:
    """A level of a model, from best to worst; thousandths that reach it, None for the last."""

    level: str
    name: Label
    lowest: int | None


@dataclass(frozen=True, slots=True)
class Factor:
    """Points (signed thousandths) that one public record gave, with its clause (得分依据)."""

    item: str
    name: Label
    record_id: str
    document_no: str
    decided_on: date
    points: int
    basis: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A clause that allows no better level, and the records for which it holds (封顶条款)."""

    name: Label
    level: str
    records: tuple[str, ...]
    basis: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A published grade with its reasons; alone it is no basis for refusing anybody (评价结果).

    Read ``standing`` and ``notice``: one that is ``illustrative`` has no effect at all.
    """

    uscc: str
    name: str
    model: str
    model_name: Label
    version: str
    authority: str
    standing: str
    illustrative: bool
    level: str
    level_name: Label
    levels: tuple[Level, ...]
    base: int
    score: int
    factors: tuple[Factor, ...]
    ceilings: tuple[Ceiling, ...]
    basis: tuple[Citation, ...]
    coverage: str
    notice: tuple[Label, ...]
    explanation: str
    as_of: date
    head: int
    release: str
    how_to_repair: str
    how_to_object: str
