from django.apps import AppConfig


class ShopsConfig(AppConfig):
    name = "lapak.shops"
    label = "shops"
