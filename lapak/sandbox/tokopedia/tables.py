"""The tables behind practice Tokopedia. Money is whole rupiah, times are Unix seconds, ids are 64-bit numbers."""

TABLES = """
CREATE TABLE IF NOT EXISTS tokopedia_shop (
    shop_id INTEGER PRIMARY KEY, name TEXT NOT NULL, code TEXT NOT NULL, cipher TEXT NOT NULL UNIQUE,
    open_id TEXT NOT NULL, warehouse_id INTEGER NOT NULL, migrated INTEGER NOT NULL CHECK (migrated IN (0, 1)),
    linked INTEGER NOT NULL CHECK (linked IN (0, 1)));
CREATE TABLE IF NOT EXISTS tokopedia_code (
    code TEXT PRIMARY KEY, shop_id INTEGER NOT NULL REFERENCES tokopedia_shop ON DELETE CASCADE, until REAL NOT NULL);
CREATE TABLE IF NOT EXISTS tokopedia_grant (
    access TEXT PRIMARY KEY, refresh TEXT NOT NULL,
    shop_id INTEGER NOT NULL REFERENCES tokopedia_shop ON DELETE CASCADE,
    access_until REAL NOT NULL, refresh_until REAL NOT NULL, dead INTEGER NOT NULL DEFAULT 0,
    refreshed INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS tokopedia_grant_refresh ON tokopedia_grant (refresh);
CREATE TABLE IF NOT EXISTS tokopedia_webhook (
    shop_id INTEGER NOT NULL REFERENCES tokopedia_shop ON DELETE CASCADE, event_type TEXT NOT NULL,
    address TEXT NOT NULL, created INTEGER NOT NULL, updated INTEGER NOT NULL, PRIMARY KEY (shop_id, event_type));
CREATE TABLE IF NOT EXISTS tokopedia_image (
    uri TEXT PRIMARY KEY, use_case TEXT NOT NULL, media_type TEXT NOT NULL, width_px INTEGER NOT NULL,
    height_px INTEGER NOT NULL, bytes BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS tokopedia_product (
    product_id INTEGER PRIMARY KEY, shop_id INTEGER NOT NULL REFERENCES tokopedia_shop ON DELETE CASCADE,
    created INTEGER NOT NULL, updated INTEGER NOT NULL, spec TEXT NOT NULL, statuses TEXT NOT NULL,
    audit TEXT NOT NULL, audit_until REAL NOT NULL DEFAULT 0, version TEXT NOT NULL DEFAULT '',
    reason TEXT NOT NULL DEFAULT '', idempotency_key TEXT);
CREATE UNIQUE INDEX IF NOT EXISTS tokopedia_product_once ON tokopedia_product (shop_id, idempotency_key);
CREATE TABLE IF NOT EXISTS tokopedia_sku (
    sku_id INTEGER PRIMARY KEY, product_id INTEGER NOT NULL REFERENCES tokopedia_product ON DELETE CASCADE,
    seller_sku TEXT NOT NULL, more TEXT NOT NULL, price_idr INTEGER NOT NULL,
    stock INTEGER NOT NULL CHECK (stock >= 0), committed INTEGER NOT NULL DEFAULT 0 CHECK (committed >= 0));
CREATE INDEX IF NOT EXISTS tokopedia_sku_product ON tokopedia_sku (product_id);
CREATE TABLE IF NOT EXISTS tokopedia_order (
    order_id INTEGER PRIMARY KEY, shop_id INTEGER NOT NULL REFERENCES tokopedia_shop ON DELETE CASCADE,
    platform TEXT NOT NULL, shipping TEXT NOT NULL, status TEXT NOT NULL, hold_until REAL NOT NULL DEFAULT 0,
    hold_push INTEGER NOT NULL DEFAULT 0, created INTEGER NOT NULL, updated INTEGER NOT NULL, paid INTEGER,
    shipped INTEGER, package_id INTEGER NOT NULL, tracking_number TEXT NOT NULL DEFAULT '',
    cancelled_by TEXT NOT NULL DEFAULT '', cancel_reason TEXT NOT NULL DEFAULT '', buyer TEXT NOT NULL,
    lines TEXT NOT NULL, total_idr INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS tokopedia_order_shop ON tokopedia_order (shop_id, updated);
CREATE INDEX IF NOT EXISTS tokopedia_order_package ON tokopedia_order (package_id);
CREATE TABLE IF NOT EXISTS tokopedia_cancellation (
    cancel_id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL REFERENCES tokopedia_order ON DELETE CASCADE,
    role TEXT NOT NULL, status TEXT NOT NULL, reason TEXT NOT NULL, created INTEGER NOT NULL,
    updated INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS tokopedia_cancellation_order ON tokopedia_cancellation (order_id);
"""
# Children first, so that a reset meets no foreign key.
EMPTIED = (
    "tokopedia_cancellation",
    "tokopedia_order",
    "tokopedia_sku",
    "tokopedia_product",
    "tokopedia_image",
    "tokopedia_webhook",
    "tokopedia_grant",
    "tokopedia_code",
    "tokopedia_shop",
)
