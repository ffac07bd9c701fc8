"""What several kinds of things share: types of fields, pages, how a row becomes a body."""

from typing import Annotated, Generic, TypedDict, TypeVar

from ninja import Query
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

Item = TypeVar("Item")

# PostgreSQL holds no NUL in a text, and nobody means one.
NO_NUL = r"^[^\u0000]*$"
MAX_IDR = 10**15


class _Bounds(TypedDict):
    max_length: int
    pattern: str


SHORT: _Bounds = {"max_length": 200, "pattern": NO_NUL}

Word = Annotated[str, Field(max_length=200, pattern=NO_NUL)]
Text = Annotated[str, Field(max_length=5_000, pattern=NO_NUL)]
Rupiah = Annotated[int, Field(description="Whole rupiah.")]
Moment = Annotated[AwareDatetime, Field(description="RFC 3339, in UTC.")]

Limit = Annotated[int, Query(ge=1, le=100, description="How many at most.")]
Cursor = Annotated[
    str | None, Query(max_length=200, description="`next` of the page before; without it the first page.")
]


class Out(BaseModel):
    """A body that goes out, made from a row of the same names."""

    model_config = ConfigDict(from_attributes=True)


class In(BaseModel):
    """A body that comes in. A field that is not known is a fault: it is a typing error more often than not."""

    model_config = ConfigDict(extra="forbid")


class Page(Out, Generic[Item]):
    """A part of a list. Follow `next` until it is null; rows added meanwhile neither repeat nor hide others."""

    items: list[Item]
    next: str | None = Field(description="Cursor of the next page; null on the last one.")
