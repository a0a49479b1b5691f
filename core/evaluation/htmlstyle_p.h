#pragma once

namespace ir::html {

/// The report's style sheet. Colours are those of the windows (ui/style/palette.cpp), dark and light.
inline constexpr const char* styleSheet = R"css(
:root { color-scheme: light dark;
  --canvas: #e9ebed; --chrome: #f7f8f9; --raised: #ffffff; --line: #cbd0d5; --text: #1b1e22;
  --dim: #545c65; --accent: #1f6fe5; --accent-rgb: 31 111 229; --review: #855b00; --error: #b3261e;
  --error-rgb: 179 38 30; }
@media (prefers-color-scheme: dark) { :root {
  --canvas: #101214; --chrome: #1b1e22; --raised: #24282d; --line: #33383f; --text: #e6e8ea;
  --dim: #9aa3ad; --accent: #3d8bfd; --accent-rgb: 61 139 253; --review: #e8b93c; --error: #f2777a;
  --error-rgb: 242 119 122; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--canvas); color: var(--text);
  font: 13px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
main { max-width: 1080px; margin: 0 auto; padding: 24px; }
h1 { font-size: 20px; font-weight: 600; margin: 0 0 4px; }
h2 { font-size: 16px; font-weight: 600; margin: 0 0 12px; }
h3 { font-size: 13px; font-weight: 600; margin: 16px 0 8px; }
p { margin: 8px 0; max-width: 80ch; }
.dim { color: var(--dim); }
.mono { font-family: ui-monospace, monospace; font-size: 12px; overflow-wrap: anywhere; }
section { background: var(--chrome); border: 1px solid var(--line); border-radius: 4px; padding: 16px;
  margin: 16px 0 0; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(160px, 1fr)); gap: 8px;
  margin: 16px 0 0; }
.tile { background: var(--chrome); border: 1px solid var(--line); border-radius: 4px; padding: 12px 16px; }
.tile b { display: block; font-size: 24px; font-weight: 600; line-height: 1.3; }
.tile span { color: var(--dim); font-size: 12px; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 4px 8px; text-align: right; border-bottom: 1px solid var(--line); white-space: nowrap; }
th { color: var(--dim); font-weight: 500; vertical-align: bottom; }
th:first-child, td:first-child { text-align: left; }
td:first-child { white-space: normal; overflow-wrap: anywhere; }
tr:last-child td { border-bottom: 0; }
td small { color: var(--dim); font-size: 12px; }
.matrix { width: auto; }
.matrix td, .matrix th { min-width: 92px; }
.matrix td.cell { text-align: center; border: 1px solid var(--line); padding: 8px; }
.matrix td.hit { background: rgb(var(--accent-rgb) / calc(var(--share) * 0.45)); }
.matrix td.miss { background: rgb(var(--error-rgb) / calc(var(--share) * 0.45)); }
.matrix td.none { color: var(--dim); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(340px, 1fr)); gap: 24px; }
.charts figure { margin: 0; }
figcaption { color: var(--dim); font-size: 12px; }
svg.chart { width: 100%; height: auto; display: block; }
svg.interval { width: 100px; height: 12px; vertical-align: middle; }
svg text { fill: var(--dim); font-size: 11px; }
svg .grid { stroke: var(--line); }
svg .ideal { stroke: var(--dim); stroke-dasharray: 4 4; }
svg .bar { fill: rgb(var(--accent-rgb) / 0.45); }
svg .quiet { fill: var(--line); }
svg .mark { stroke: var(--text); stroke-width: 2; }
svg .curve { fill: none; stroke: var(--accent); stroke-width: 2; }
svg .dot { fill: var(--accent); }
.pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(168px, 1fr)); gap: 8px; }
.pictures figure { margin: 0; background: var(--raised); border: 1px solid var(--line); border-radius: 4px;
  overflow: hidden; break-inside: avoid; }
.pictures .frame { background: #000; height: 168px; display: flex; align-items: center;
  justify-content: center; color: #9aa3ad; font-size: 12px; text-align: center; padding: 4px; }
.pictures img { max-width: 100%; max-height: 100%; }
.pictures figcaption { padding: 8px; color: var(--text); }
.pictures .tag { color: var(--error); }
.pictures .path { color: var(--dim); font-size: 11px; overflow-wrap: anywhere; display: block; }
@media print {
  :root { --canvas: #ffffff; --chrome: #ffffff; --raised: #ffffff; --line: #cbd0d5; --text: #000000;
    --dim: #444b53; --accent: #1f6fe5; --accent-rgb: 31 111 229; --error: #b3261e; --error-rgb: 179 38 30; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  main { padding: 0; max-width: none; }
  .tile, .charts figure, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
}
)css";

} // namespace ir::html
