#!/usr/bin/env python3
"""Frames of websocket.py."""

import asyncio
import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
import websocket  # noqa: E402


class Frames(unittest.TestCase):
    def read(self, data):
        async def run():
            reader = asyncio.StreamReader()
            reader.feed_data(data)
            reader.feed_eof()
            return await websocket.read_text(reader)

        return asyncio.run(run())

    def test_texts_of_any_length(self):
        for length in (0, 125, 126, 70000):
            text = "x" * length
            size = bytes([length]) if length < 126 else (b"\x7e" + length.to_bytes(2, "big") if length < 65536 else
                                                         b"\x7f" + length.to_bytes(8, "big"))
            self.assertEqual(self.read(b"\x89\x00\x81" + size + text.encode()), text, "after a ping")

    def test_a_closing_frame_says_why(self):
        with self.assertRaisesRegex(ConnectionError, "too_slow"):
            self.read(b"\x88\x0a\x03\xf0too_slow")

    def test_frames_of_a_client_are_masked(self):
        self.assertEqual(websocket.client_frame("ab"), b"\x81\x82\0\0\0\0ab")
        self.assertEqual(websocket.client_frame("a" * 200)[:4], b"\x81\xfe\x00\xc8")
        with self.assertRaises(ValueError):
            websocket.client_frame("a" * 65536)


if __name__ == "__main__":
    unittest.main()
