"""The base of all types of messages."""

from typing import Any

from edx_ace.message import MessageType

from openedx.core.djangoapps.site_configuration import helpers


class BaseMessageType(MessageType):
    """Takes the sender's address from the site, where there is a request."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        from_address = helpers.get_value("email_from_address")
        if from_address:
            self.options["from_address"] = from_address
