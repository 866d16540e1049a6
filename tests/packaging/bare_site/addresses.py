"""Prints the addresses that the plugin brings, one a line, as patterns."""

import django
from django.urls import URLResolver, get_resolver


def addresses(resolver: URLResolver, prefix: str = "") -> list[str]:
    found = []
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        found += addresses(entry, path) if isinstance(entry, URLResolver) else [path]
    return found


if __name__ == "__main__":
    django.setup()
    for plugin in get_resolver().url_patterns:
        if plugin.namespace == "mandatory_assignments":
            print(*addresses(plugin, str(plugin.pattern)), sep="\n")
