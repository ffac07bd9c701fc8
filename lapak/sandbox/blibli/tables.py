"""The tables behind practice Blibli. Money is whole rupiah, times are Unix seconds."""

TABLES = """
CREATE TABLE IF NOT EXISTS blibli_store (
    store_code TEXT PRIMARY KEY, name TEXT NOT NULL, username TEXT NOT NULL, seller_key TEXT NOT NULL UNIQUE,
    signature_key TEXT NOT NULL, pickup_point TEXT NOT NULL, dropship INTEGER NOT NULL CHECK (dropship IN (0, 1)),
    linked INTEGER NOT NULL CHECK (linked IN (0, 1)));
CREATE TABLE IF NOT EXISTS blibli_hit (key TEXT NOT NULL, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS blibli_hit_key ON blibli_hit (key, at);
CREATE TABLE IF NOT EXISTS blibli_queue (
    queue_id TEXT PRIMARY KEY, store_code TEXT NOT NULL REFERENCES blibli_store ON DELETE CASCADE,
    action TEXT NOT NULL, made REAL NOT NULL, due REAL NOT NULL, done INTEGER NOT NULL DEFAULT 0,
    entries TEXT NOT NULL, history TEXT NOT NULL DEFAULT '[]');
CREATE INDEX IF NOT EXISTS blibli_queue_due ON blibli_queue (done, due);
CREATE TABLE IF NOT EXISTS blibli_image (name TEXT PRIMARY KEY, media_type TEXT NOT NULL, bytes BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS blibli_product (
    product_sku TEXT PRIMARY KEY, store_code TEXT NOT NULL REFERENCES blibli_store ON DELETE CASCADE,
    state TEXT NOT NULL, review_until REAL NOT NULL, spec TEXT NOT NULL, note TEXT NOT NULL DEFAULT '',
    created INTEGER NOT NULL, updated INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS blibli_product_store ON blibli_product (store_code, state);
CREATE TABLE IF NOT EXISTS blibli_item (
    blibli_sku TEXT PRIMARY KEY, product_sku TEXT NOT NULL REFERENCES blibli_product ON DELETE CASCADE,
    seller_sku TEXT NOT NULL, more TEXT NOT NULL, price_idr INTEGER NOT NULL, sale_price_idr INTEGER NOT NULL,
    stock INTEGER NOT NULL CHECK (stock >= 0), reserved INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    minimum INTEGER NOT NULL, buyable INTEGER NOT NULL CHECK (buyable IN (0, 1)));
CREATE INDEX IF NOT EXISTS blibli_item_product ON blibli_item (product_sku);
CREATE TABLE IF NOT EXISTS blibli_order_item (
    item_id INTEGER PRIMARY KEY, order_id INTEGER NOT NULL,
    store_code TEXT NOT NULL REFERENCES blibli_store ON DELETE CASCADE, status TEXT NOT NULL,
    package_id INTEGER NOT NULL DEFAULT 0, awb TEXT NOT NULL DEFAULT '', blibli_sku TEXT NOT NULL,
    line TEXT NOT NULL, quantity INTEGER NOT NULL CHECK (quantity >= 0), price_idr INTEGER NOT NULL,
    buyer TEXT NOT NULL, created INTEGER NOT NULL, paid INTEGER NOT NULL DEFAULT 0, updated INTEGER NOT NULL,
    reason TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS blibli_order_item_store ON blibli_order_item (store_code, paid);
"""
# Children first, so that a reset meets no foreign key.
EMPTIED = (
    "blibli_order_item",
    "blibli_item",
    "blibli_product",
    "blibli_image",
    "blibli_queue",
    "blibli_hit",
    "blibli_store",
)
