"""A report as one HTML file: nothing is loaded from elsewhere, and it prints on A4."""

import base64
import html
from collections.abc import Sequence

from xray_core.reports.deck.content import Table
from xray_core.reports.opinion.content import (
    LONG_LETTERS,
    Bar,
    Legend,
    OpinionReport,
    Pane,
    ReportPage,
    Section,
)
from xray_core.reports.opinion.page import page_of
from xray_core.reports.research import RESEARCH_ONLY

_STYLE = """
:root { --ink: #1a2230; --muted: #5a6472; --line: #d9dfe7; --accent: #14877d; --amber: #8a5a00; }
@page { size: A4; margin: 12mm 15mm; }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 10mm 5mm; max-width: 190mm; color: var(--ink); background: #fff;
  font: 9pt/1.45 "DejaVu Sans", "Segoe UI", system-ui, sans-serif;
  font-variant-numeric: tabular-nums; overflow-wrap: anywhere;
  -webkit-print-color-adjust: exact; print-color-adjust: exact; }
.only { color: var(--amber); font-size: 8pt; margin: 0; }
h1 { font-size: 9pt; font-weight: 400; color: var(--muted); margin: 4mm 0 0; }
.name { font-size: 15pt; line-height: 1.25; margin: 0; font-weight: 700; }
.about, .note, figcaption span, footer { color: var(--muted); font-size: 8pt; }
.about { margin: 1mm 0 5mm; }
.warning { border-left: 1mm solid var(--amber); background: #fff6e0; padding: 2mm 3mm; }
.two { display: grid; grid-template-columns: 1fr 1fr; gap: 5mm 6mm; }
.hero section { margin-top: 3mm; }
.hero { align-items: start; margin-bottom: 4mm; }
.maps { display: grid; grid-template-columns: repeat(3, 1fr); gap: 4mm 6mm; }
figure { margin: 0; break-inside: avoid; }
figure .frame { background: #000; display: flex; justify-content: center; }
figure img { display: block; max-width: 100%; max-height: 74mm; }
.maps figure img { max-height: 56mm; }
figcaption { margin-top: 1.5mm; } figcaption b, figcaption span { display: block; }
h2 { font-size: 14pt; line-height: 1.3; margin: 0 0 2mm; }
h3 { font-size: 8pt; color: var(--accent); margin: 0 0 1mm; }
p { margin: 0 0 1.5mm; }
section { break-inside: avoid; } section.long { break-inside: auto; grid-column: 1 / -1; }
.bars { display: grid; grid-template-columns: auto 1fr auto; gap: 1.5mm 3mm; align-items: center;
  margin: 3mm 0 2mm; }
.bars b { font-weight: 400; } .bars i { height: 2.6mm; display: block; background: #b8c2cf; }
.bars .kept b, .bars .kept em { font-weight: 700; } .bars .kept i { background: var(--accent); }
.bars .row { display: contents; } .bars em { font-style: normal; }
.bars .track { background: #eef1f5; }
table { width: 100%; border-collapse: collapse; font-size: 8pt; }
th, td { text-align: right; padding: 1mm 0 1mm 2mm; border-bottom: .2mm solid var(--line);
  font-weight: 400; vertical-align: bottom; }
th:first-child { text-align: left; padding-left: 0; } thead th { color: var(--muted); }
.tables { margin: 4mm 0; }
.legend { display: flex; gap: 2mm; align-items: center; font-size: 8pt; color: var(--muted);
  margin: 2mm 0 0; flex-wrap: wrap; } .legend img { width: 40mm; height: 2.6mm; }
footer { border-top: .2mm solid var(--line); margin-top: 5mm; padding-top: 2mm; }
@media screen and (max-width: 640px) { .two { grid-template-columns: 1fr; }
  .maps { grid-template-columns: 1fr 1fr; } }
@media print { body { padding: 0; } }
"""


def html_text(report: OpinionReport) -> str:
    """The whole file."""
    page = page_of(report)
    about = "<br>".join(map(_text, page.about))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Second opinion: {_text(page.name)}</title>
<style>{_STYLE}</style>
</head>
<body>
<p class="only">{RESEARCH_ONLY}</p>
<h1>Second opinion</h1>
<p class="name">{_text(page.name)}</p>
<p class="about">{about}</p>
{_warning(page)}
<div class="two hero">
{_figure(page.film)}
<div>
<h2>{_text(page.verdict)}</h2>
{_paragraphs(page.reasons)}
{_bars(page.bars)}
<p class="note">{_text(page.bars_note)}</p>
{"".join(map(_section, page.beside))}
</div>
</div>
{_maps(page.maps, page.legend)}
<div class="two tables">{"".join(map(_section, page.tables))}</div>
<div class="two">{"".join(map(_section, page.sections))}</div>
<footer><p>{_text(page.footer)}</p><p class="only">{RESEARCH_ONLY}</p></footer>
</body>
</html>
"""


def _text(words: str) -> str:
    return html.escape(words)


def _paragraphs(lines: Sequence[str]) -> str:
    return "".join(f"<p>{_text(line)}</p>" for line in lines)


def _warning(page: ReportPage) -> str:
    return f'<p class="warning">{_text(page.warning)}</p>' if page.warning else ""


def _image(data: bytes, alt: str) -> str:
    content = base64.b64encode(data).decode()
    return f'<img src="data:image/jpeg;base64,{content}" alt="{_text(alt)}">'


def _figure(pane: Pane) -> str:
    lines = "".join(f"<span>{_text(line)}</span>" for line in pane.lines)
    return (
        f'<figure><div class="frame">{_image(pane.data, pane.alt)}</div>'
        f"<figcaption><b>{_text(pane.title)}</b>{lines}</figcaption></figure>"
    )


def _maps(maps: Sequence[Pane], legend: Legend | None) -> str:
    if legend is None:
        return ""
    ramp = _image(legend.ramp, "Colour bar")
    words = f"{_text(legend.low)} {ramp} {_text(legend.high)} <span>{_text(legend.key)}</span>"
    return f'<div class="maps">{"".join(map(_figure, maps))}</div><p class="legend">{words}</p>'


def _bars(bars: Sequence[Bar]) -> str:
    rows = "".join(
        f'<div class="row{" kept" * bar.kept}"><b>{_text(bar.title)}</b>'
        f'<div class="track"><i style="width:{100 * bar.share:.1f}%"></i></div>'
        f"<em>{_text(bar.number)}</em></div>"
        for bar in bars
    )
    return f'<div class="bars">{rows}</div>' if rows else ""


def _section(section: Section) -> str:
    long = ' class="long"' if sum(map(len, section.lines)) > LONG_LETTERS else ""
    body = _table(section.table) if section.table else _paragraphs(section.lines)
    return f"<section{long}><h3>{_text(section.title)}</h3>{body}</section>"


def _table(table: Table) -> str:
    head = "".join(f"<th>{_text(cell)}</th>" for cell in table.header)
    rows = "".join(
        f"<tr><th>{_text(first)}</th>{''.join(f'<td>{_text(cell)}</td>' for cell in rest)}</tr>"
        for first, *rest in table.rows
    )
    return f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
