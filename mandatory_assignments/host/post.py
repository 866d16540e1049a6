"""Handing mails to edx-ace: one open connection for many, and the truth about each from the signal ACE sends.

Knows nothing of notices. ACE itself returns nothing, swallows what mail servers say, and opens a connection per mail.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from smtplib import SMTP, SMTPException, SMTPServerDisconnected
from typing import Any

from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import get_template
from django.utils import translation

from ..data import Mail, MailServerAway
from . import lms

log = logging.getLogger(__name__)

_heard: ContextVar[set[str] | None] = ContextVar("heard", default=None)

DISCONNECTED = "disconnected"
"""The reason code where the connection broke while the mail was handed over: nobody knows whether it went out."""

OK = 250
"""What a mail server answers when all is well."""

TEMPLATES = ("base_body", "base_head", "page", "text")
"""What in a mail's context names a template that its own templates extend or include."""

PATIENCE_SECONDS = 60
"""How long a mail server may say nothing, where the platform sets no limit of its own."""


class Office:
    """A post office that is open: hands over one mail after the other through one connection.

    `is_lost` tells that two connections broke one after the other, so that it would be no use to go on.
    """

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._broken = 0
        self._renderer = _keeping_renderer()()

    @property
    def is_lost(self) -> bool:
        """Whether the mail server is best left alone for a while."""
        return self._broken > 1

    def send(self, mail: Mail) -> str:
        """Hands the mail over; empty when ACE says that it went out, else a reason code.

        The codes: refused, disconnected, template, policy, not_sent. Raises MailServerAway where the connection is
        gone and there is no other: this mail was not handed over.
        """
        heard: set[str] = set()
        listening = _heard.set(heard)
        try:
            message = _message(mail)
            reason = self._hand_over(message)
        except MailServerAway:
            raise
        except Exception:
            log.exception("mandatory_assignments: a mail of the kind %s could not be made", mail.name)
            reason = "template"
        finally:
            _heard.reset(listening)
        if heard:
            reason = ""
        self._broken = self._broken + 1 if reason == DISCONNECTED else 0
        return reason

    def _hand_over(self, message: Any) -> str:
        from edx_ace import policy
        from edx_ace.channel import ChannelType, get_channel_for_message
        from edx_ace.channel.django_email import DjangoEmailChannel
        from edx_ace.delivery import deliver
        from edx_ace.errors import ChannelError

        if ChannelType.EMAIL not in policy.channels_for(message):
            return "policy"
        channel = get_channel_for_message(ChannelType.EMAIL, message)
        if type(channel) is DjangoEmailChannel:
            channel = _connected_channel()(self._connection)
        rendered = self._rendered(channel, message)
        self._be_open()
        try:
            deliver(channel, rendered, message)
        except (ChannelError, OSError) as error:
            cause = error.__cause__ if isinstance(error, ChannelError) else error
            log.warning("mandatory_assignments: mail %s did not go out (%s)", message.uuid, type(cause).__name__)
            return DISCONNECTED if _broke_off(cause) else "refused"
        return "not_sent"

    def _rendered(self, channel: Any, message: Any) -> Any:
        """As ACE renders it, in the language of its reader, unless the platform has a renderer of its own."""
        from edx_ace import presentation
        from edx_ace.renderers import EmailRenderer

        if type(presentation.RENDERERS.get(channel.channel_type)) is not EmailRenderer:
            return presentation.render(channel, message)
        with translation.override(message.language or translation.get_language()):
            return self._renderer.render(channel, message)

    def _be_open(self) -> None:
        """Opens another connection where the mail server has closed this one, as many do after some mails."""
        server = getattr(self._connection, "connection", None)
        if not isinstance(server, SMTP):
            return
        try:
            if server.noop()[0] == OK:
                return
        except (OSError, SMTPException):
            log.info("mandatory_assignments: the mail server closed the connection; another is opened")
        _close(self._connection)
        _open(self._connection)


@contextmanager
def office() -> Iterator[Office]:
    """Opens the post office. Raises MailServerAway when the mail server does not answer."""
    from edx_ace.signals import ACE_MESSAGE_SENT

    connection: Any = get_connection()
    if getattr(connection, "timeout", 0) is None:
        connection.timeout = PATIENCE_SECONDS
    _open(connection)
    ACE_MESSAGE_SENT.connect(_hear, dispatch_uid="mandatory_assignments.post")
    try:
        with lms.worker_request():
            yield Office(connection)
    finally:
        _close(connection)


def _open(connection: Any) -> None:
    try:
        connection.open()
    except (OSError, SMTPException) as error:
        raise MailServerAway(type(error).__name__) from error


def _close(connection: Any) -> None:
    try:
        connection.close()
    except (OSError, SMTPException):
        log.info("mandatory_assignments: the mail server was gone before its connection was closed")


def _broke_off(cause: BaseException | None) -> bool:
    """Whether the connection broke, and not the mail server said no."""
    if isinstance(cause, SMTPException):
        return isinstance(cause, SMTPServerDisconnected)
    return isinstance(cause, OSError)


def _hear(sender: Any, message: Any, **kwargs: Any) -> None:
    """ACE says that a message went out."""
    heard = _heard.get()
    if heard is not None:
        heard.add(str(message["uuid"]))


def _message(mail: Mail) -> Any:
    from edx_ace import Recipient

    kind = _message_types()[mail.name]
    message = kind(context=dict(mail.context)).personalize(
        Recipient(mail.recipient_id, mail.address), mail.language, {}
    )
    if mail.sender:
        message.options["from_address"] = mail.sender
    message.headers.update(mail.headers)
    return message


@cache
def _message_types() -> dict[str, Any]:
    """The message types by name: what tells ACE which five templates make up a mail."""
    base = lms.message_type_base()
    return {
        name: type(name, (base,), {"NAME": name, "APP_LABEL": "mandatory_assignments"}) for name in ("notice", "digest")
    }


@cache
def _keeping_renderer() -> Any:
    from edx_ace.renderers import EmailRenderer

    class KeepingRenderer(EmailRenderer):  # type: ignore[misc]
        """ACE's renderer of mails, which compiles each template once and not nine of them for each mail.

        Where the platform keeps no compiled templates, that was two thirds of its time.
        """

        def __init__(self) -> None:
            self._kept: dict[Any, Any] = {}

        def get_template_for_message(self, channel: Any, message: Any, filename: str) -> Any:
            key = message.name, filename
            if key not in self._kept:
                self._kept[key] = super().get_template_for_message(channel, message, filename)
            return _Filled(self._kept[key], {name: self._part(message.context[name]) for name in TEMPLATES})

        def _part(self, path: str) -> Any:
            if path not in self._kept:
                self._kept[path] = get_template(path)
            return self._kept[path]

    return KeepingRenderer


class _Filled:
    """A template whose context has compiled templates in the place of their names."""

    def __init__(self, template: Any, parts: Mapping[str, Any]) -> None:
        self._template, self._parts = template, parts

    def render(self, context: Mapping[str, Any]) -> str:
        return str(self._template.render({**context, **self._parts}))


@cache
def _connected_channel() -> Any:
    from edx_ace.channel.django_email import DjangoEmailChannel
    from edx_ace.errors import FatalChannelDeliveryError

    class ConnectedEmailChannel(DjangoEmailChannel):  # type: ignore[misc]
        """Django's mail channel of ACE over a connection that stays open."""

        def __init__(self, connection: Any) -> None:
            super().__init__()
            self._connection = connection

        def deliver(self, message: Any, rendered_message: Any) -> None:
            """Hands the mail over; raises FatalChannelDeliveryError with the cause when the server refuses it."""
            mail = EmailMultiAlternatives(
                subject=self.get_subject(rendered_message),
                body=rendered_message.body,
                from_email=self.get_from_address(message),
                to=[message.recipient.email_address],
                reply_to=message.options.get("reply_to"),
                headers=message.headers,
                connection=self._connection,
            )
            html = self.make_simple_html_template(rendered_message.head_html, rendered_message.body_html)
            mail.attach_alternative(html, "text/html")
            try:
                mail.send()
            except SMTPException as error:
                raise FatalChannelDeliveryError("the mail server refused the mail") from error

    return ConnectedEmailChannel
