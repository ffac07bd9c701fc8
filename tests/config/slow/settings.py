"""The real settings and one more app. `SLOW_FILE` is where the job writes down how far it came."""

from lapak.config.settings import *  # noqa: F403  these settings are the real ones and one app
from lapak.config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.config.slow"]
