"""Nothing but what the plugins bring; the API of edx-completion cannot be imported without the platform."""

from completion.apps import CompletionAppConfig
from edx_django_utils.plugins import get_plugin_url_patterns

CompletionAppConfig.plugin_app.pop("url_config", None)
urlpatterns = get_plugin_url_patterns("lms.djangoapp")
