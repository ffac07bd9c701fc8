"""The tables behind practice Shopee. Money is whole rupiah, times are Unix seconds."""

TABLES = """
CREATE TABLE IF NOT EXISTS shopee_shop (
    shop_id INTEGER PRIMARY KEY, name TEXT NOT NULL, auth_at INTEGER NOT NULL, consent_until INTEGER NOT NULL,
    linked INTEGER NOT NULL CHECK (linked IN (0, 1)));
CREATE TABLE IF NOT EXISTS shopee_code (
    code TEXT PRIMARY KEY, shop_id INTEGER NOT NULL REFERENCES shopee_shop ON DELETE CASCADE, until REAL NOT NULL);
CREATE TABLE IF NOT EXISTS shopee_grant (
    access TEXT PRIMARY KEY, refresh TEXT NOT NULL UNIQUE,
    shop_id INTEGER NOT NULL REFERENCES shopee_shop ON DELETE CASCADE,
    access_until REAL NOT NULL, refresh_until REAL NOT NULL, refreshed INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS shopee_image (
    image_id TEXT PRIMARY KEY, media_type TEXT NOT NULL, width_px INTEGER NOT NULL, height_px INTEGER NOT NULL,
    bytes BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS shopee_item (
    item_id INTEGER PRIMARY KEY, shop_id INTEGER NOT NULL REFERENCES shopee_shop ON DELETE CASCADE,
    status TEXT NOT NULL, review_until REAL NOT NULL DEFAULT 0, verdict TEXT NOT NULL DEFAULT 'NORMAL',
    created INTEGER NOT NULL, updated INTEGER NOT NULL, name TEXT NOT NULL, sku TEXT NOT NULL, spec TEXT NOT NULL,
    tiers TEXT NOT NULL DEFAULT '[]', banned_for TEXT NOT NULL DEFAULT '');
CREATE INDEX IF NOT EXISTS shopee_item_shop ON shopee_item (shop_id, status);
CREATE TABLE IF NOT EXISTS shopee_model (
    item_id INTEGER NOT NULL REFERENCES shopee_item ON DELETE CASCADE, model_id INTEGER NOT NULL,
    tier_index TEXT NOT NULL, sku TEXT NOT NULL, price_idr INTEGER NOT NULL,
    stock INTEGER NOT NULL CHECK (stock >= 0), reserved INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    weight TEXT NOT NULL DEFAULT '', PRIMARY KEY (item_id, model_id));
CREATE TABLE IF NOT EXISTS shopee_order (
    order_sn TEXT PRIMARY KEY, shop_id INTEGER NOT NULL REFERENCES shopee_shop ON DELETE CASCADE,
    status TEXT NOT NULL, before_cancel TEXT NOT NULL DEFAULT '', package_status TEXT NOT NULL,
    created INTEGER NOT NULL, updated INTEGER NOT NULL, paid INTEGER, picked_up INTEGER, ship_by INTEGER NOT NULL,
    package_number TEXT NOT NULL, tracking_number TEXT NOT NULL DEFAULT '', label TEXT NOT NULL DEFAULT '',
    cancel_by TEXT NOT NULL DEFAULT '', cancel_reason TEXT NOT NULL DEFAULT '', buyer TEXT NOT NULL,
    lines TEXT NOT NULL, total_idr INTEGER NOT NULL);
CREATE INDEX IF NOT EXISTS shopee_order_shop ON shopee_order (shop_id, updated);
"""
# Children first, so that a reset meets no foreign key.
EMPTIED = ("shopee_order", "shopee_model", "shopee_item", "shopee_image", "shopee_grant", "shopee_code", "shopee_shop")
