"""Draws a plain picture of each product: its pack, its colours, a hint of what is inside. No words in the picture."""

import io
import math
from collections.abc import Callable

from PIL import Image, ImageDraw

SIDE = 800  # px
_SCALE = 2  # drawn larger and shrunk, so that edges are smooth
_PAPER = "#fbf7ef"
_SHADE = "#ebe2d2"
Colours = tuple[str, str, str]
Box = tuple[float, float, float, float]


def picture(shape: str, colours: Colours) -> bytes:
    """A JPEG of 800 × 800 px. shape: one of `SHAPES`. colours: pack, content, mark."""
    image = Image.new("RGB", (SIDE * _SCALE, SIDE * _SCALE), _PAPER)
    pen = _Pen(ImageDraw.Draw(image))
    pen.ellipse((140, 640, 660, 730), _SHADE)
    SHAPES[shape](pen, colours)
    out = io.BytesIO()
    image.resize((SIDE, SIDE), Image.Resampling.LANCZOS).save(out, "JPEG", quality=74, optimize=True)
    return out.getvalue()


class _Pen:
    """Draws in the units of the finished picture."""

    def __init__(self, draw: ImageDraw.ImageDraw) -> None:
        self.draw = draw

    def ellipse(self, box: Box, fill: str) -> None:
        self.draw.ellipse(self._scaled(box), fill=fill)

    def block(self, box: Box, fill: str, radius: float = 0) -> None:
        self.draw.rounded_rectangle(self._scaled(box), radius=radius * _SCALE, fill=fill)

    def shape(self, points: list[tuple[float, float]], fill: str) -> None:
        self.draw.polygon([(x * _SCALE, y * _SCALE) for x, y in points], fill=fill)

    def line(self, points: list[tuple[float, float]], fill: str, width: float) -> None:
        scaled = [(x * _SCALE, y * _SCALE) for x, y in points]
        self.draw.line(scaled, fill=fill, width=round(width * _SCALE), joint="curve")

    def arc(self, box: Box, start: float, end: float, fill: str, width: float) -> None:
        self.draw.arc(self._scaled(box), start, end, fill=fill, width=round(width * _SCALE))

    @staticmethod
    def _scaled(box: Box) -> Box:
        left, top, right, bottom = (value * _SCALE for value in box)
        return left, top, right, bottom


def _pouch(pen: _Pen, colours: Colours) -> None:
    pack, content, mark = colours
    pen.shape([(230, 150), (570, 150), (610, 680), (190, 680)], pack)
    pen.block((222, 128, 578, 176), mark, 8)
    pen.ellipse((270, 270, 530, 530), _PAPER)
    _crumbs(pen, (400, 400), 105, content, mark)
    pen.block((300, 580, 500, 600), mark, 10)
    pen.block((340, 615, 460, 631), mark, 8)


def _jar(pen: _Pen, colours: Colours) -> None:
    lid, content, mark = colours
    pen.block((215, 230, 585, 690), "#e8f0ee", 60)
    pen.block((235, 300, 565, 672), content, 46)
    _crumbs(pen, (400, 380), 150, mark, content)
    pen.block((240, 140, 560, 236), lid, 22)
    pen.block((240, 196, 560, 212), _PAPER)
    pen.block((275, 450, 525, 590), _PAPER, 18)
    pen.ellipse((350, 470, 450, 570), mark)
    pen.block((245, 270, 268, 640), "#f7fbfa", 12)


def _bottle(pen: _Pen, colours: Colours) -> None:
    cap, content, mark = colours
    pen.block((350, 90, 450, 150), cap, 14)
    pen.shape([(362, 150), (438, 150), (446, 250), (530, 340), (530, 690), (270, 690), (270, 340), (354, 250)], content)
    pen.block((270, 640, 530, 700), content, 28)
    pen.block((290, 420, 510, 600), mark, 16)
    pen.ellipse((350, 460, 450, 560), content)
    pen.block((288, 350, 306, 640), "#fff3d6", 9)


def _box(pen: _Pen, colours: Colours) -> None:
    pack, content, mark = colours
    pen.shape([(170, 300), (400, 220), (630, 300), (400, 390)], content)
    pen.shape([(170, 300), (400, 390), (400, 690), (170, 590)], pack)
    pen.shape([(630, 300), (400, 390), (400, 690), (630, 590)], _darker(pack))
    pen.shape([(250, 271), (290, 257), (520, 340), (480, 358)], mark)
    pen.shape([(480, 358), (520, 342), (520, 640), (480, 656)], mark)
    for x, y in ((240, 420), (310, 450), (240, 500), (310, 530)):
        pen.ellipse((x, y, x + 50, y + 50), content)


def _cloth(pen: _Pen, colours: Colours) -> None:
    ground, figure, line = colours
    for step in range(4):
        top = 250 + step * 105
        pen.block((150 + step * 8, top, 650 - step * 8, top + 120), ground if step % 2 == 0 else _darker(ground), 26)
    for row in range(4):
        for column in range(7):
            x, y = 195 + column * 62, 285 + row * 105
            pen.ellipse((x, y, x + 22, y + 46), figure)
            pen.ellipse((x + 22, y, x + 44, y + 46), figure)
            pen.ellipse((x + 18, y + 19, x + 26, y + 27), line)


def _shirt(pen: _Pen, colours: Colours) -> None:
    ground, figure, line = colours
    pen.shape(
        [(300, 150), (500, 150), (640, 230), (700, 380), (600, 420), (560, 350), (560, 690), (240, 690), (240, 350),
         (200, 420), (100, 380), (160, 230)],
        ground,
    )  # fmt: skip
    for row in range(7):
        for column in range(6):
            x, y = 262 + column * 50 + (row % 2) * 18, 270 + row * 58
            if x < 530:
                pen.line([(x, y + 34), (x + 12, y + 12), (x + 28, y)], figure, 9)
    pen.shape([(330, 150), (400, 240), (470, 150)], line)
    pen.line([(400, 240), (400, 690)], _darker(ground), 5)
    for y in (300, 380, 460, 540, 620):
        pen.ellipse((392, y, 408, y + 16), line)


def _basket(pen: _Pen, colours: Colours) -> None:
    straw, weave, mark = colours
    pen.arc((250, 130, 550, 560), 180, 360, weave, 26)
    pen.shape([(170, 340), (630, 340), (580, 690), (220, 690)], straw)
    for row in range(9):
        for column in range(12):
            y, x = 356 + row * 37, 186 + column * 37 + (row % 2) * 18
            inset = row * 5.5
            if 176 + inset < x < 596 - inset:
                pen.block((x, y, x + 24, y + 14), weave, 6)
    pen.block((158, 318, 642, 356), mark, 18)


def _cup(pen: _Pen, colours: Colours) -> None:
    clay, inside, light = colours
    pen.ellipse((150, 590, 650, 720), _darker(clay))
    pen.ellipse((190, 600, 610, 690), clay)
    pen.arc((500, 330, 680, 550), 260, 100, clay, 34)
    pen.shape([(230, 300), (570, 300), (520, 640), (280, 640)], clay)
    pen.ellipse((280, 600, 520, 670), clay)
    pen.ellipse((230, 255, 570, 345), light)
    pen.ellipse((250, 268, 550, 334), inside)
    pen.line([(262, 380), (300, 610)], light, 10)


def _crumbs(pen: _Pen, centre: tuple[float, float], reach: float, fill: str, edge: str) -> None:
    """Pieces in a golden spiral: even, without chance."""
    for step in range(26):
        distance, angle = reach * math.sqrt(step / 26), step * 2.39996
        x, y = centre[0] + distance * math.cos(angle), centre[1] + distance * math.sin(angle)
        size = 22 + 6 * math.sin(step)
        pen.ellipse((x - size, y - size * 0.8, x + size, y + size * 0.8), edge)
        pen.ellipse((x - size + 4, y - size * 0.8 + 4, x + size - 4, y + size * 0.8 - 4), fill)


def _darker(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) * 82 // 100 for at in (1, 3, 5))
    return f"#{red:02x}{green:02x}{blue:02x}"


SHAPES: dict[str, Callable[[_Pen, Colours], None]] = {
    "pouch": _pouch,
    "jar": _jar,
    "bottle": _bottle,
    "box": _box,
    "cloth": _cloth,
    "shirt": _shirt,
    "basket": _basket,
    "cup": _cup,
}
