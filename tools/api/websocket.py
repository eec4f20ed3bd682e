"""As much of a WebSocket client (RFC 6455) as measurements and tests of the node's JSON-RPC need."""

import asyncio
import json


def client_frame(text):
    """A text as a client sends it, masked with zeros."""
    payload = text.encode()
    if len(payload) >= 65536:
        raise ValueError(f"a text of {len(payload)} bytes is longer than this client sends")
    length = bytes([0x80 | len(payload)]) if len(payload) < 126 else bytes([0xFE]) + len(payload).to_bytes(2, "big")
    return b"\x81" + length + bytes(4) + payload


async def read_text(reader):
    """The next text; frames of a server are not masked. ConnectionError with the reason at a closing frame."""
    while True:
        first, second = await reader.readexactly(2)
        length = second & 0x7F
        if length == 126:
            length = int.from_bytes(await reader.readexactly(2), "big")
        elif length == 127:
            length = int.from_bytes(await reader.readexactly(8), "big")
        payload = await reader.readexactly(length)
        if first & 0x0F == 1:
            return payload.decode()
        if first & 0x0F == 8:
            raise ConnectionError(f"closed: {payload[2:].decode(errors='replace')}")


class Connection:
    """`async with Connection("127.0.0.1:8645") as connection`: calls, and what the node tells unasked."""

    def __init__(self, address):
        self._address = address
        self._next_id = 1

    async def __aenter__(self):
        host, port = self._address.rsplit(":", 1)
        self._reader, self._writer = await asyncio.open_connection(host, int(port))
        self._writer.write((f"GET / HTTP/1.1\r\nHost: {self._address}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                            "Sec-WebSocket-Key: dG91Y2hzdG9uZS1sb2FkLQ==\r\nSec-WebSocket-Version: 13\r\n\r\n").encode())
        answer = await self._reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in answer.splitlines()[0]:
            raise ConnectionError(answer.splitlines()[0].decode())
        return self

    async def __aexit__(self, *_):
        self._writer.close()

    async def call(self, method, params):
        """The result. What the node tells before its answer is lost: call before subscribing."""
        number, self._next_id = self._next_id, self._next_id + 1
        self._writer.write(client_frame(json.dumps({"jsonrpc": "2.0", "id": number, "method": method, "params": params})))
        while True:
            message = json.loads(await read_text(self._reader))
            if message.get("id") == number:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']}")
                return message["result"]

    async def next_notification(self):
        """`params` of the next one: subscription, cursor, event."""
        while True:
            message = json.loads(await read_text(self._reader))
            if "params" in message:
                return message["params"]
