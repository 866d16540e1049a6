"""The miniature LMS with the peers beside the plugin: where they are installed, their entry points add them."""

from demo.settings import *  # noqa: F403

# They bring along an exporter of events, which misses parts of the platform and is of no use here.
EVENT_TRACKING_BACKENDS: dict[str, object] = {}
LOGGING["loggers"] = {"event_routing_backends": {"level": "CRITICAL"}}  # noqa: F405
# The migrations of completion-aggregator hold SQL that only MySQL understands; elsewhere the models make its tables.
MIGRATION_MODULES = {} if "mariadb" in DATABASES["default"]["ENGINE"] else {"completion_aggregator": None}  # noqa: F405
ROOT_URLCONF = "benchmarks.urls"
# Peers answer in pages of this size; ours name their own.
REST_FRAMEWORK = {**REST_FRAMEWORK, "PAGE_SIZE": 100}  # noqa: F405
