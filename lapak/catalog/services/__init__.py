"""The verbs of the catalog."""

from lapak.catalog.services.imports import import_products
from lapak.catalog.services.photos import add_photo, arrange_photos, remove_photo
from lapak.catalog.services.products import archive, save_product, set_price
from lapak.catalog.services.stock import (
    change_stock,
    cover_shortages,
    release_stock,
    reserve_stock,
    set_buffer,
    set_stock,
    ship_stock,
)

__all__ = [
    "add_photo",
    "archive",
    "arrange_photos",
    "change_stock",
    "cover_shortages",
    "import_products",
    "release_stock",
    "remove_photo",
    "reserve_stock",
    "save_product",
    "set_buffer",
    "set_price",
    "set_stock",
    "ship_stock",
]
