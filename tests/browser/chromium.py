"""Chromium by its DevTools protocol: one page at a time, without a driver of somebody else's."""

from __future__ import annotations

import asyncio
import base64
import json
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import ClientSession, ClientWebSocketResponse

from tests.running import wait_until

OPTIONS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars", "--remote-debugging-port=0",
    "--host-resolver-rules=MAP *.example 127.0.0.1",
)  # fmt: skip
SECONDS = 20

T = TypeVar("T")


class Page:
    """A page of a running Chromium."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self._socket = socket
        self._number = 0
        self.requested: list[str] = []

    async def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """One command; gives its result."""
        self._number += 1
        await self._socket.send_json({"id": self._number, "method": method, "params": parameters})
        return await self._until(lambda message: message.get("id") == self._number)

    async def _until(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        async with asyncio.timeout(SECONDS):
            while True:
                message = json.loads((await self._socket.receive()).data)
                if message.get("method") == "Network.requestWillBeSent":
                    self.requested.append(message["params"]["request"]["url"])
                if wanted(message):
                    assert "error" not in message, message
                    return dict(message.get("result", {}))

    async def open(self, address: str) -> None:
        """Go to a page and wait until it has been loaded."""
        self.requested.clear()
        await self.send("Page.navigate", url=address)
        await self.loaded()

    async def loaded(self) -> None:
        await self._until(lambda message: message.get("method") == "Page.loadEventFired")

    async def look(self, width: int, height: int, scheme: str = "light") -> None:
        """A window of this size, in light or dark."""
        await self.send("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1,
                        mobile=False)  # fmt: skip
        await self.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    async def measure(self, expression: str) -> Any:
        """The value of an expression, asked by DevTools: the page itself may run nothing."""
        result = await self.send("Runtime.evaluate", expression=expression, returnByValue=True)
        return result["result"].get("value")

    async def press(self, key: str) -> None:
        text = {"Enter": "\r"}.get(key)
        code = {"Enter": 13, "Tab": 9}[key]
        extra = {"text": text} if text else {}
        await self.send("Input.dispatchKeyEvent", type="keyDown", key=key, windowsVirtualKeyCode=code, **extra)
        await self.send("Input.dispatchKeyEvent", type="keyUp", key=key, windowsVirtualKeyCode=code)

    async def type(self, text: str) -> None:
        await self.send("Input.insertText", text=text)

    async def choose(self, text: str) -> None:
        """Type the beginning of an option while its field has the focus."""
        for character in text:
            await self.send("Input.dispatchKeyEvent", type="keyDown", key=character, text=character)
            await self.send("Input.dispatchKeyEvent", type="keyUp", key=character)

    async def spoken(self) -> list[tuple[str, str]]:
        """(role, name) of what a screen reader meets, in order."""
        tree = await self.send("Accessibility.getFullAXTree")
        return [
            (node["role"]["value"], node.get("name", {}).get("value", ""))
            for node in tree["nodes"]
            if not node["ignored"]
        ]

    async def picture(self, file: Path) -> None:
        """The whole page as PNG."""
        result = await self.send("Page.captureScreenshot", format="png", captureBeyondViewport=True)
        file.write_bytes(base64.b64decode(result["data"]))


class Chromium:
    """A Chromium with a folder of its own."""

    def __init__(self, program: str, folder: Path) -> None:
        command = [program, *OPTIONS, f"--user-data-dir={folder}", "about:blank"]
        self._browser = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        port_file = folder / "DevToolsActivePort"
        wait_until(lambda: port_file.exists() and port_file.read_text().count("\n") >= 1, SECONDS, "Chromium starts")
        self._port = int(port_file.read_text().split()[0])

    def run(self, steps: Callable[[Page], Awaitable[T]]) -> T:
        """Do these steps in a page with scripts off."""

        async def run() -> T:
            async with ClientSession() as session:
                async with session.get(f"http://127.0.0.1:{self._port}/json/list") as response:
                    pages = [page for page in await response.json() if page["type"] == "page"]
                async with session.ws_connect(pages[0]["webSocketDebuggerUrl"], max_msg_size=64 << 20) as socket:
                    page = Page(socket)
                    for domain in ("Page", "Network", "Accessibility"):
                        await page.send(f"{domain}.enable")
                    await page.send("Emulation.setScriptExecutionDisabled", value=True)
                    return await steps(page)

        return asyncio.run(run())

    def stop(self) -> None:
        self._browser.terminate()
        self._browser.wait(SECONDS)
