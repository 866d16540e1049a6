"""Prints the receivers that the plugin declares, each found by its name as the LMS finds it.

What the platform itself sends is not there on a bare site.
"""

import django
from django.apps import apps
from django.utils.module_loading import import_string

if __name__ == "__main__":
    django.setup()
    config = apps.get_app_config("mandatory_assignments")
    declared = config.plugin_app["signals_config"]["lms.djangoapp"]
    for receiver in declared["receivers"]:
        for path in (receiver["signal_path"], receiver.get("sender_path")):
            if path and not path.startswith("openedx.core."):
                import_string(path)
        print(import_string(f"{config.name}.{declared['relative_path']}.{receiver['receiver_func_name']}").__name__)
