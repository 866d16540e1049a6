"""A real mail server on a port of its own, which counts, and can be told to refuse, dawdle, hang up or say nothing."""

import asyncio
import socket
from collections import Counter
from email import message_from_bytes, policy
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP


class MailServer:
    """What it received by recipient, and how it behaves; `connections` were opened to it."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]
        self.received: list[tuple[str, Any]] = []
        self.connections = 0
        self.refused: dict[str, str] = {}
        self.drops: set[str] = set()
        self.silent: set[str] = set()
        self.seconds = 0.0
        self.most_per_connection = 0
        self.farewell = "421 enough for one connection"
        self.goes_away = False
        self._controller: Controller | None = None

    def start(self) -> None:
        """Answers from now on."""
        self._controller = _Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()
        self.connections = 0  # it tries itself once

    def stop(self) -> None:
        """Refuses connections from now on."""
        if self._controller:
            self._controller.stop(no_assert=True)
            self._controller = None

    def stop_listening(self) -> None:
        """Takes no more connections, from within the server."""
        if self._controller:
            self._controller.server.close()

    def addresses(self) -> Counter[str]:
        """How many mails each recipient got."""
        return Counter(address for address, _content in self.received)

    def messages(self) -> list[Any]:
        """The mails, parsed."""
        return [message_from_bytes(content, policy=policy.default) for _address, content in self.received]


class _Controller(Controller):
    def __init__(self, owner: MailServer, **named: Any) -> None:
        self._owner = owner
        super().__init__(_Handler(owner), **named)

    def factory(self) -> SMTP:
        return _Session(self._owner, self.handler)


class _Session(SMTP):
    def __init__(self, owner: MailServer, handler: Any) -> None:
        super().__init__(handler, enable_SMTPUTF8=True)
        self.owner, self.mails = owner, 0

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.owner.connections += 1

    def hang_up(self) -> None:
        """Ends the connection without a word."""
        assert self.transport
        self.transport.abort()


class _Handler:
    """The dialogue of one mail."""

    def __init__(self, owner: MailServer) -> None:
        self._owner = owner

    async def handle_MAIL(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        most = self._owner.most_per_connection
        if most and server.mails >= most:
            asyncio.get_running_loop().call_later(0.01, server.hang_up)
            return self._owner.farewell
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address in self._owner.refused:
            return self._owner.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        owner, (address,) = self._owner, envelope.rcpt_tos
        if owner.seconds:
            await asyncio.sleep(owner.seconds)
        if address in owner.drops or "*" in owner.drops:
            server.hang_up()
            return "250 nobody hears this"
        owner.received.append((address, envelope.content))
        if address in owner.silent:
            await asyncio.sleep(3600)
        server.mails += 1
        if server.mails == owner.most_per_connection and (owner.goes_away or not owner.farewell):
            if owner.goes_away:
                owner.stop_listening()
            asyncio.get_running_loop().call_soon(server.transport.close)
        return "250 OK"
