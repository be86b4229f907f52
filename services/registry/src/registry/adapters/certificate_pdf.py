"""A certificate on paper: one page, in the Chinese typeface that every PDF reader knows.

The names of responsible people are written by hand and stamped, as the form wants it: they are not
kept here.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from registry.domain.volunteer import MINUTES_OF_HOUR

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from registry.domain.certificate import Certificate

FONT: Final = "STSong-Light"
_WIDTH, _HEIGHT = A4
_LEFT: Final = 28 * mm
_RIGHT: Final = _WIDTH - 28 * mm
_QR: Final = 34 * mm
_MOST_ROWS: Final = 9
_STARS: Final = ("未达到星级", "一星级", "二星级", "三星级", "四星级", "五星级")

pdfmetrics.registerFont(UnicodeCIDFont(FONT))


def render(certificate: Certificate, *, verified_at: str) -> bytes:
    """Return the certificate as a PDF; the same one gives the same bytes."""
    paper = BytesIO()
    canvas = Canvas(paper, pagesize=A4, invariant=1, lang="zh-CN")
    canvas.setTitle(f"志愿服务记录证明 {certificate.number}")
    canvas.setAuthor(certificate.issuer_name)
    _draw_head(canvas, certificate)
    _draw_said(canvas, certificate)
    _draw_times(canvas, certificate)
    _draw_foot(canvas, certificate, verified_at)
    canvas.showPage()
    canvas.save()
    return paper.getvalue()


def hours_of(minutes: int) -> str:
    """Return minutes as people write hours: 12 or 12.5."""
    return f"{minutes / MINUTES_OF_HOUR:.2f}".rstrip("0").rstrip(".")


def _draw_head(canvas: Canvas, certificate: Certificate) -> None:
    canvas.setStrokeColorRGB(0.70, 0.12, 0.14)
    for inset, width in ((14 * mm, 1.6), (16 * mm, 0.4)):
        canvas.setLineWidth(width)
        canvas.rect(inset, inset, _WIDTH - 2 * inset, _HEIGHT - 2 * inset)
    canvas.setFont(FONT, 28)
    canvas.drawCentredString(_WIDTH / 2, _HEIGHT - 46 * mm, "志愿服务记录证明")
    canvas.setFont(FONT, 11)
    canvas.drawCentredString(
        _WIDTH / 2, _HEIGHT - 54 * mm, "Certificate of Volunteer Service Record"
    )
    canvas.drawRightString(_RIGHT, _HEIGHT - 64 * mm, f"证明编号 No. {certificate.number}")


def _draw_said(canvas: Canvas, certificate: Certificate) -> None:
    canvas.setFont(FONT, 13)
    for number, (label, value) in enumerate(_said(certificate)):
        canvas.drawString(_LEFT, _HEIGHT - 78 * mm - number * 9.5 * mm, f"{label}：{value}")


def _said(certificate: Certificate) -> Iterator[tuple[str, str]]:
    yield "志愿者编号", certificate.volunteer_number
    yield "姓名及证件", "由出具单位当面核对"
    yield "服务期间", f"{_day(certificate.first_on)} 至 {_day(certificate.last_on)}"
    yield "服务时长", f"{hours_of(certificate.minutes)} 小时（经双方确认）"
    yield "时长对应星级", _STARS[certificate.star]
    yield "服务内容", ""


def _draw_times(canvas: Canvas, certificate: Certificate) -> None:
    canvas.setFont(FONT, 11)
    canvas.setLineWidth(0.5)
    canvas.setStrokeColorRGB(0.6, 0.6, 0.6)
    columns = (_LEFT + 4 * mm, _LEFT + 84 * mm, _LEFT + 114 * mm)
    for number, cells in enumerate(_rows(certificate)):
        line = _HEIGHT - 136 * mm - number * 7.5 * mm
        for column, cell in zip(columns, cells, strict=True):
            canvas.drawString(column, line, cell)
        canvas.line(_LEFT, line - 2.3 * mm, _RIGHT, line - 2.3 * mm)


def _rows(certificate: Certificate) -> Iterator[tuple[str, str, str]]:
    yield "服务项目", "天数", "时长（小时）"
    shown, rest = certificate.times[:_MOST_ROWS], certificate.times[_MOST_ROWS:]
    for time in shown:
        yield time.service.zh, str(time.days), hours_of(time.minutes)
    if rest:
        yield "其他", "", hours_of(sum(time.minutes for time in rest))


def _draw_foot(canvas: Canvas, certificate: Certificate, verified_at: str) -> None:
    code = Drawing(_QR, _QR)
    code.add(QrCodeWidget(verified_at, barLevel="M", barWidth=_QR, barHeight=_QR))
    renderPDF.draw(code, canvas, _LEFT - 2 * mm, 30 * mm)
    canvas.setFont(FONT, 8.5)
    canvas.drawString(_LEFT, 27 * mm, "扫码核验真伪  Scan to verify")
    canvas.drawString(_LEFT, 22.5 * mm, f"核验码 Seal {certificate.seal}")
    canvas.setFont(FONT, 12)
    lines = (
        f"出具单位：{certificate.issuer_name}",
        "负责人（签字）：",
        "经办人（签字）：",
        "联系方式：",
        f"出具日期：{_day(certificate.issued_on)}　（盖章）",
    )
    for number, line in enumerate(lines):
        canvas.drawString(_LEFT + 50 * mm, 64 * mm - number * 9 * mm, line)


def _day(day: date) -> str:
    return f"{day.year} 年 {day.month} 月 {day.day} 日"
