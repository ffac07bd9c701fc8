from django.apps import AppConfig


class CatalogConfig(AppConfig):
    name = "lapak.catalog"
    label = "catalog"
