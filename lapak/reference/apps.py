from django.apps import AppConfig


class ReferenceConfig(AppConfig):
    name = "lapak.reference"
    label = "reference"
