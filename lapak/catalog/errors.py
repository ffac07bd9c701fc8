"""The faults of the catalog."""

import dataclasses
from collections.abc import Mapping, Sequence

from lapak.core.errors import Acts, Invalid, LapakError


@dataclasses.dataclass(frozen=True, kw_only=True)
class Fault:
    """One thing wrong with a draft. field: of the draft; variant: index of the variant, None for the product.

    reason keys the words (`lapak.catalog.reasons`); told fills their gaps.
    """

    field: str
    reason: str
    variant: int | None = None
    told: Mapping[str, object] = dataclasses.field(default_factory=dict)


class ProductRefused(Invalid):
    """A product draft cannot be saved. `faults` lists all that is wrong; `told` holds the first."""

    code = "product_refused"

    def __init__(self, faults: Sequence[Fault]) -> None:
        self.faults = tuple(faults)
        first = self.faults[0]
        super().__init__(field=first.field, reason=first.reason, **first.told)


class PhotoRefused(Invalid):
    """A file cannot become a photo of a product. reason: not_a_photo, photo_too_large, photo_too_many_pixels, …"""

    code = "photo_refused"


class NotEnoughStock(LapakError):
    """More units would leave than are free. told: free, wanted."""

    code, status, acts = "not_enough_stock", 409, Acts.OWNER


class SheetRefused(LapakError):
    """A whole file cannot be read as a product sheet. The subclasses say why."""

    code, status, acts = "sheet_refused", 422, Acts.OWNER


class SheetEmpty(SheetRefused):
    """The file, or its product sheet, holds no product."""

    code = "sheet_empty"


class SheetTooLarge(SheetRefused):
    """More bytes than we take, packed or unpacked. told: limit_mb."""

    code = "sheet_too_large"


class SheetTooLong(SheetRefused):
    """More rows than one import takes. told: limit."""

    code = "sheet_too_long"


class SheetTooWide(SheetRefused):
    """More columns than we read. told: limit."""

    code = "sheet_too_wide"


class SheetUnknown(SheetRefused):
    """Neither an Excel workbook nor a text table."""

    code = "sheet_unknown"


class SheetTooOld(SheetRefused):
    """An Excel file of before 2007 (.xls)."""

    code = "sheet_too_old"


class SheetLocked(SheetRefused):
    """A workbook with a password."""

    code = "sheet_locked"


class SheetBroken(SheetRefused):
    """A workbook that is damaged, or packed in a way no spreadsheet program does."""

    code = "sheet_broken"


class SheetColumnsMissing(SheetRefused):
    """The columns that a product needs are not there. told: columns."""

    code = "sheet_columns_missing"


class ImportRunning(LapakError):
    """Another sheet of this business is being taken in at this moment."""

    code, status, acts = "import_running", 409, Acts.OWNER
