"""Write the plugin's OpenAPI document as YAML to standard output."""

import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> None:
    """Load the plugin as the miniature LMS does, and let it tell."""
    sys.path[:0] = [str(HERE.parent), str(HERE / "standins"), str(HERE.parents[1])]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "demo.settings")
    import django

    django.setup()
    from drf_spectacular.renderers import OpenApiYamlRenderer

    from mandatory_assignments.rest_api.v1.schema import document

    sys.stdout.buffer.write(OpenApiYamlRenderer().render(document()))


if __name__ == "__main__":
    main()
