"""Bearer tokens: the miniature LMS issues none, so every one of them is refused."""

from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request


class BearerAuthentication(BaseAuthentication):
    """Refuses a bearer token, leaves any other request to the next class."""

    www_authenticate_realm = "api"

    def authenticate(self, request: Request) -> None:
        header = get_authorization_header(request).split()
        if header and header[0].lower() == b"bearer":
            raise AuthenticationFailed({"error_code": "token_nonexistent", "developer_message": "No such token."})

    def authenticate_header(self, request: Request) -> str:
        return f'Bearer realm="{self.www_authenticate_realm}"'


class BearerAuthenticationAllowInactiveUser(BearerAuthentication):
    """The platform's variant that lets accounts in before they are activated."""
