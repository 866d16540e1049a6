"""The calls that give the OpenAPI document, as YAML and as JSON."""

from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from .doors import Door
from .schema import document


class OpenApiYaml(Door):
    """`GET openapi.yaml`."""

    schema = None
    renderer_classes = [OpenApiYamlRenderer]

    def handle_exception(self, exc: Exception) -> Response:
        """Errors are JSON everywhere."""
        response = super().handle_exception(exc)
        self.request.accepted_renderer, self.request.accepted_media_type = JSONRenderer(), JSONRenderer.media_type
        return response

    def get(self, request: Request) -> Response:
        """The document."""
        return Response(document())


class OpenApiJson(OpenApiYaml):
    """`GET openapi.json`."""

    renderer_classes = [OpenApiJsonRenderer]
