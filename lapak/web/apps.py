from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "lapak.web"
    label = "web"
