namespace SecureToken.Tool.Reports;

/// <summary>How a report looks.</summary>
internal static class ReportStyle
{
    public static readonly string Text = """

        :root {
          --page: #ffffff; --text: #1c2024; --soft: #57606a; --line: #d0d7de; --tint: #f6f8fa; --link: #0550ae;
          --good: #116329; --good-tint: #dafbe1; --bad: #a40e26; --bad-tint: #ffebe9; --warn: #7a4500; --warn-tint: #fff8c5;
          --faint-tint: #eaeef2; --dead: #cf222e; --maybe: #f4a9a8;
          color-scheme: light;
        }
        @media screen and (prefers-color-scheme: dark) {
          :root {
            --page: #0d1117; --text: #e6edf3; --soft: #9da7b3; --line: #30363d; --tint: #161b22; --link: #79b8ff;
            --good: #7ee787; --good-tint: #12261e; --bad: #ffa198; --bad-tint: #32161a; --warn: #eac54f; --warn-tint: #2a2211;
            --faint-tint: #21262d; --dead: #f85149; --maybe: #6e2b2e;
            color-scheme: dark;
          }
        }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--page); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
        main, footer { max-width: 68rem; margin: 0 auto; padding: 0 1.5rem; }
        footer { margin-top: 3rem; padding-bottom: 2rem; border-top: 1px solid var(--line); color: var(--soft); font-size: 0.875rem; }
        h1 { margin: 2rem 0 0.5rem; font-size: 1.75rem; line-height: 1.25; }
        h2 { margin: 2.5rem 0 0.75rem; font-size: 1.25rem; line-height: 1.25; }
        p { margin: 0.5rem 0; }
        a { color: var(--link); }
        h1, h2, p, dd, li, td { overflow-wrap: anywhere; }
        code, .value { font: 0.9em/1.5 ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; }
        dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(16rem, 1fr)); gap: 0.75rem 2rem; margin: 1rem 0; }
        dt { color: var(--soft); font-size: 0.875rem; }
        dd { margin: 0; }
        ul.counts { display: flex; flex-wrap: wrap; gap: 0.5rem; margin: 1rem 0; padding: 0; list-style: none; }
        .state { display: inline-block; padding: 0 0.6em; border: 1px solid; border-radius: 1em; white-space: nowrap; font-size: 0.875rem; }
        .good { color: var(--good); background: var(--good-tint); }
        .bad { color: var(--bad); background: var(--bad-tint); }
        .warn { color: var(--warn); background: var(--warn-tint); }
        .faint { color: var(--text); background: var(--faint-tint); }
        .scroll { overflow-x: auto; }
        table { width: 100%; border-collapse: collapse; font-size: 0.9375rem; }
        th { color: var(--soft); font-weight: 600; font-size: 0.875rem; text-align: left; white-space: nowrap; }
        th, td { padding: 0.5rem 1.25rem 0.5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
        td.place { min-width: 14rem; }
        td.whole { overflow-wrap: normal; }
        td.number, th.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
        .notice { margin: 0.75rem 0; padding: 0.25rem 1rem; border-left: 4px solid; background: var(--tint); }
        .notice p { color: var(--text); }
        .notice.error { border-color: var(--dead); }
        .notice.warning { border-color: var(--warn); }
        ul.todo { margin: 0.5rem 0; padding: 0; list-style: none; }
        ul.todo li { position: relative; margin: 0.5rem 0; padding-left: 1.75rem; }
        ul.todo li::before {
          content: ""; position: absolute; left: 0; top: 0.25em; width: 0.9em; height: 0.9em;
          border: 1.5px solid var(--soft); border-radius: 2px;
        }
        figure { margin: 1rem 0; }
        figcaption { color: var(--soft); font-size: 0.875rem; }
        svg { display: block; width: 100%; height: auto; font: 12px system-ui, sans-serif; }
        svg text { fill: var(--text); }
        svg .soft { fill: var(--soft); }
        svg .grid { stroke: var(--line); }
        svg .moment { stroke: var(--soft); stroke-dasharray: 3 3; }
        svg .maybe { fill: var(--maybe); }
        svg .dead { fill: var(--dead); }
        svg .written { fill: var(--good); }
        @media print {
          body { font-size: 10pt; }
          main, footer { max-width: none; padding: 0; }
          .scroll { overflow: visible; }
          h2 { break-after: avoid; }
          td.whole { overflow-wrap: anywhere; }
          tr, li, figure, .notice, dl div { break-inside: avoid; }
          thead { display: table-header-group; }
          .state, .notice, svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
        }

        """.ReplaceLineEndings("\n"); // as a browser reads it, for the hash
}
