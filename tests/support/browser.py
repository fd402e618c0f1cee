"""People at a browser: what they see of the Models page, and what no page of it may do."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlencode, urlsplit

import httpx
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect, sync_playwright

from airflow_provider_registry.plugin import PREFIX
from demo.standalone import Airflow

PICTURES = Path(__file__).parents[2] / "build" / "pictures"

Size = tuple[int, int]
Scheme = Literal["light", "dark"]
Look = tuple[Size, Scheme]
WIDE, NARROW = (1280, 900), (390, 844)
LOOKS: tuple[Look, ...] = ((NARROW, "light"), (NARROW, "dark"), (WIDE, "dark"), (WIDE, "light"))

_AXE = Axe()
# What a person who waits for a page would take for broken; the first page of an Airflow takes seconds.
_PATIENCE_MS = 20_000
_LONGEST_WAY_BY_TAB = 60


@contextmanager
def opened(program: str) -> Iterator[Browser]:
    """The browser, until the end of the block.

    While it is open, this thread counts as one that runs asyncio's loop: nothing else there may use asyncio.
    """
    expect.set_options(timeout=_PATIENCE_MS)
    # Its shared memory would be /dev/shm, which is small in containers.
    options = ["--disable-dev-shm-usage", "--disable-gpu"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=options)
        yield browser
        browser.close()


@contextmanager
def visitors(browser: Browser, airflow: Airflow) -> Iterator[Arrives]:
    """Gives people by name, each at a browser of their own, until the end of the block."""
    come: list[Visitor] = []

    def arrives(user: str | None, **options: Any) -> Visitor:
        come.append(Visitor.arrives(browser, airflow, user, **options))
        return come[-1]

    yield arrives
    for visitor in come:
        visitor.context.close()
    assert [] == [fault for visitor in come for fault in visitor.faults]


def address(registry: str = "", **place: object) -> str:
    """The address of a page: `model=`, `version=`, `compare=`, `request=`, `tab=`, `filter=`."""
    said = {"registry": registry} if registry else {}
    query = urlencode(said | {name: str(value) for name, value in place.items()})
    return f"plugin/models?{query}" if query else "plugin/models"


@dataclass
class Visitor:
    """A person at a browser of their own.

    Attributes:
        ours: a selector of what of the page is ours, and not Airflow's frame.
        requests: the paths that the pages asked for.
        faults: what happened that never may: a request to elsewhere, a script's error, a dialog.
    """

    airflow: Airflow
    context: BrowserContext
    page: Page
    ours: str = "[data-testid=models]"
    requests: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    @classmethod
    def arrives(cls, browser: Browser, airflow: Airflow, user: str | None, **options: Any) -> Visitor:
        """Somebody who is logged in.

        Parameters:
            user: None for somebody who has not said who they are.
            options: of the browser's window, as Playwright takes them.
        """
        width, height = WIDE
        context = browser.new_context(**{"viewport": {"width": width, "height": height}, **options})
        context.set_default_timeout(_PATIENCE_MS)
        if user is not None:
            login = {"username": user, "password": user}
            answer = httpx.post(f"{airflow.url}/auth/token", json=login, trust_env=False).raise_for_status()
            context.add_cookies([{"name": "_token", "value": answer.json()["access_token"], "url": airflow.url}])
        visitor = cls(airflow, context, context.new_page())
        visitor._watch()
        return visitor

    def opens(self, place: str) -> Page:
        """Go to an address under Airflow's, as by a link in a mail, and wait for what is there."""
        self.page.goto(f"{self.airflow.url}/{place}")
        return self.settled()

    def settled(self) -> Page:
        """Wait until nothing on the page is loading any more."""
        expect(self.page.locator(self.ours)).to_be_visible()
        expect(self.page.get_by_label("Loading", exact=True)).to_have_count(0)
        return self.page

    def views(self, size: Size, scheme: Scheme) -> None:
        """Make the window this large, and the screen light or dark."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})
        self.page.emulate_media(color_scheme=scheme)
        expect(self.page.locator("html")).to_have_class(re.compile(rf"\b{scheme}\b"))

    def too_wide(self) -> list[str]:
        """What does not fit into the window from side to side, though it should."""
        return list(self.page.evaluate(_TOO_WIDE, self.ours))

    def barriers(self) -> list[str]:
        """What keeps some people from using the page, as axe finds it: each with the first place where it is."""
        found = _AXE.run(self.page, context=self.ours).response["violations"]
        return [f"{one['impact']} {one['id']}: {one['nodes'][0]['html'][:200]}" for one in found]

    def tabs_to(self, wanted: Locator) -> None:
        """Press Tab until something has the focus.

        Raises:
            AssertionError: it never has.
        """
        for _ in range(_LONGEST_WAY_BY_TAB):
            if wanted.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"Tab does not lead to {wanted}")

    def takes_picture(self, name: str) -> None:
        """Keep what is to be seen, for people to look at."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png")

    def takes_small_picture(self, name: str) -> Path:
        """Keep the page from its heading on, as WebP, which takes a third of what PNG does."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        box = self.page.locator(self.ours).bounding_box()
        head = self.page.get_by_role("heading", level=1).bounding_box()
        assert box is not None
        assert head is not None
        above = head["y"] - box["y"] - 12
        clip = {**box, "y": box["y"] + above, "height": box["height"] - above, "scale": 1}
        asked = {"format": "webp", "quality": 85, "clip": clip}
        session = self.context.new_cdp_session(self.page)
        picture = PICTURES / f"{name}.webp"
        picture.write_bytes(base64.b64decode(session.send("Page.captureScreenshot", asked)["data"]))
        return picture

    def _watch(self) -> None:
        self.context.on("request", self._check)
        self.context.on("weberror", lambda error: self.faults.append(f"error: {error.error}"))
        self.context.on("dialog", self._refuse)

    def _check(self, request: Request) -> None:
        asked, own = urlsplit(request.url), urlsplit(self.airflow.url)
        if asked.scheme in {"data", "blob"}:
            return
        self.requests.append(asked.path)
        # Where Airflow is under a path, what is ours is; 3.2 itself asks for its own version beside it.
        astray = PREFIX in asked.path and not asked.path.startswith(f"{own.path}{PREFIX}/")
        if asked[:2] != own[:2] or astray:
            self.faults.append(f"request: {request.url}")

    def _refuse(self, dialog: Any) -> None:
        self.faults.append(f"dialog: {dialog.message}")
        dialog.dismiss()


# What is beside the window, unless it lies in a part that scrolls by itself, or is there for screen readers alone.
_TOO_WIDE = """(ours) => {
  const scrolls = (element) => ["auto", "scroll"].includes(getComputedStyle(element).overflowX);
  const found = [];
  const look = (element) => {
    const { left, right, width } = element.getBoundingClientRect();
    const beside = left < -1 || right > innerWidth + 1;
    if (width > 1 && beside) found.push(`${element.outerHTML.slice(0, 120)}: from ${left} to ${right}`);
    if (!scrolls(element)) [...element.children].forEach(look);
  };
  look(document.querySelector(ours));
  const page = document.documentElement;
  if (page.scrollWidth > page.clientWidth) found.push(`the page: ${page.scrollWidth} in ${page.clientWidth}`);
  return found;
}"""

Arrives = Callable[..., Visitor]
