from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "lapak.api"
    label = "api"
