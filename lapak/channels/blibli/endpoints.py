"""Every call we make, with its quota: Blibli counts each of them by itself, and some for each product or order.

`signed`: the path as it is signed, where it differs from the one called.
"""

from dataclasses import dataclass

HALF_HOUR = 30 * 60
DAY = 24 * 60 * 60


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """One call. path may hold `{id}`. calls: how many in `every_s`; alone: counted for each thing by itself."""

    method: str
    path: str
    calls: int
    every_s: int
    alone: bool = False
    writes: bool = False

    @property
    def signed(self) -> str:
        return self.path.replace("/mta/", "/mtaapi/", 1) if self.path.startswith("/mta/") else self.path


_PRODUCT, _ORDER = "/mta/api/businesspartner/v1/product", "/mta/api/businesspartner/v1/order"
# Where a page prints no quota, that of its neighbours is kept.
STORE = Endpoint(method="GET", path="/seller/v1/stores", calls=25, every_s=60)
PICKUP_POINTS = Endpoint(method="POST", path="/seller/v1/stores/pickup-points/filter", calls=25, every_s=60)
CATEGORIES = Endpoint(method="GET", path=f"{_PRODUCT}/getCategory", calls=25, every_s=60)
ATTRIBUTES = Endpoint(method="GET", path="/seller/v1/categories/{id}/attributes", calls=25, every_s=60)
BRANDS = Endpoint(method="GET", path="/mta/api/businesspartner/v2/product/getBrands", calls=1000, every_s=6 * 60 * 60)
CREATE = Endpoint(method="POST", path="/seller/v1/products/async", calls=25, every_s=60, writes=True)
REVISE = Endpoint(method="POST", path="/seller/v1/products/{id}/revision", calls=25, every_s=60, writes=True)
LIST = Endpoint(method="POST", path="/seller/v1/products/filter", calls=25, every_s=60)
READ = Endpoint(method="GET", path="/seller/v1/products/{id}", calls=5, every_s=HALF_HOUR, alone=True)
DETAIL = Endpoint(method="PUT", path="/seller/v1/{id}/detail", calls=60, every_s=60, writes=True)
VARIANTS = Endpoint(
    method="POST", path="/seller/v1/products/{id}/variants", calls=10, every_s=HALF_HOUR, alone=True, writes=True
)
STOCK = Endpoint(method="PUT", path="/seller/v1/products/{id}/stock", calls=60, every_s=60, writes=True)
PRICE = Endpoint(method="PUT", path="/seller/v1/products/{id}", calls=5, every_s=60 * 60, alone=True, writes=True)
ARCHIVE = Endpoint(method="POST", path="/seller/v1/products/statuses/archive", calls=25, every_s=60, writes=True)
UNARCHIVE = Endpoint(method="POST", path="/seller/v1/products/statuses/unarchive", calls=25, every_s=60, writes=True)
QUEUES = Endpoint(method="GET", path="/mta/api/businesspartner/v1/feed/list", calls=360, every_s=DAY)
QUEUE = Endpoint(method="GET", path="/mta/api/businesspartner/v1/feed/detail", calls=5, every_s=15 * 60, alone=True)
ORDERS = Endpoint(method="POST", path="/seller/v1/orders/packages/filter", calls=100, every_s=HALF_HOUR)
ORDER_ITEM = Endpoint(method="GET", path="/seller/v1/orders/items/{id}", calls=5, every_s=HALF_HOUR, alone=True)
COMBINE = Endpoint(method="GET", path=f"{_ORDER}/getCombineShipping", calls=5, every_s=DAY, alone=True)
PACK = Endpoint(method="POST", path=f"{_ORDER}/createPackage", calls=7200, every_s=DAY, writes=True)
FULFIL = Endpoint(
    method="POST", path="/seller/v1/orders/regular/{id}/fulfill", calls=5, every_s=DAY, alone=True, writes=True
)
