"""The addresses of the pages, in the owner's language."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as spare
from allauth.mfa.totp import views as totp
from django.urls import path

from lapak.web.pages import board, front, home, imports, join, mine, orders, products, publish, shops, sign_in

urlpatterns = [
    path("", home.home, name="home"),
    path("bantuan", front.help_page, name="help"),
    path("luring", front.offline, name="offline"),
    path("sw.js", front.worker, name="worker"),
    path("manifest.webmanifest", front.manifest, name="manifest"),
    path("gabung", join.start, name="join_start"),
    path("gabung/kode", join.code, name="join_code"),
    path("gabung/jenis", join.kinds, name="join_kinds"),
    path("gabung/tempat", join.places, name="join_places"),
    path("gabung/<int:step>", join.step, name="join"),
    path("usaha-baru", join.business, name="join_business"),
    path("masuk", sign_in.phone, name="sign_in"),
    path("masuk/kode", sign_in.code, name="sign_in_code"),
    path("keluar", sign_in.leave, name="sign_out"),
    path("produk", products.product_list, name="products"),
    path("produk/baru", products.product_new, name="product_new"),
    path("produk/kirim", publish.publish_any, name="publish_any"),
    path("produk/impor", imports.import_page, name="import"),
    path("produk/impor/contoh.xlsx", imports.template, name="import_template"),
    path("produk/impor/<uuid:run_id>", imports.import_done, name="import_done"),
    path("produk/impor/<uuid:run_id>/perbaiki.xlsx", imports.import_result, name="import_result"),
    path("produk/<uuid:product_id>", products.product_edit, name="product"),
    path("produk/<uuid:product_id>/angka", products.numbers, name="numbers"),
    path("produk/<uuid:product_id>/foto", products.product_photos, name="product_photos"),
    path("produk/<uuid:product_id>/berhenti", products.product_archive, name="product_archive"),
    path("foto/<str:digest>-kecil.webp", products.photo_small, name="photo_small"),
    path("foto/<str:digest>.jpg", products.photo, name="photo"),
    path("toko", shops.shop_list, name="shops"),
    path("toko/<uuid:shop_id>", shops.shop_page, name="shop"),
    path("toko/<uuid:shop_id>/kirim", publish.publish_page, name="publish"),
    path("toko/<uuid:shop_id>/lepas", shops.shop_leave, name="shop_leave"),
    path("toko/<slug:channel>/sambung", shops.shop_connect, name="shop_connect"),
    path("toko/<slug:channel>/kembali", shops.shop_back, name="shop_back"),
    path("tayangan/<uuid:listing_id>/ulang", shops.listing_again, name="listing_again"),
    path("tayangan/<uuid:listing_id>/tampil", shops.listing_hide, name="listing_hide"),
    path("pesanan", orders.order_list, name="orders"),
    path("pesanan/<uuid:order_id>", orders.order_page, name="order"),
    path("pesanan/<uuid:order_id>/terima", orders.order_accept, name="order_accept"),
    path("pesanan/<uuid:order_id>/siap", orders.order_ready, name="order_ready"),
    path("belajar", home.learn, name="learn"),
    path("data-saya", mine.mine, name="mine"),
    path("papan", board.board, name="board"),
    # Staff come in by allauth's own views, under its own names, so that it finds them; there is no signing up.
    path("staf/masuk", account.login, name="account_login"),
    path("staf/keluar", account.logout, name="account_logout"),
    path("staf/tidak-aktif", account.account_inactive, name="account_inactive"),
    path("staf/pastikan", account.reauthenticate, name="account_reauthenticate"),
    path("staf/kode", mfa.authenticate, name="mfa_authenticate"),
    path("staf/pastikan-kode", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("staf/pengaman", mfa.index, name="mfa_index"),
    path("staf/pengaman/pasang", totp.activate_totp, name="mfa_activate_totp"),
    path("staf/pengaman/lepas", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path("staf/pengaman/cadangan", spare.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("staf/pengaman/cadangan/baru", spare.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("staf/pengaman/cadangan/unduh", spare.download_recovery_codes, name="mfa_download_recovery_codes"),
]
