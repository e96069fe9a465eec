"""Draws docs/images/flow-light.svg and flow-dark.svg: from the service to the programs.   Usage: python3 build/terminal/flow.py"""
import html

THEMES = {
    "light": {"text": "#1f2328", "soft": "#59636e", "line": "#8c959f", "box": "#f6f8fa", "edge": "#d0d7de", "main": "#ddf4ff", "mainedge": "#54aeff"},
    "dark": {"text": "#e6edf3", "soft": "#9da7b3", "line": "#6e7681", "box": "#161b22", "edge": "#30363d", "main": "#0c2d4d", "mainedge": "#388bfd"},
}
# x, y, width, height, title, lines, is ours
BOXES = [
    (10, 20, 190, 78, "IBM Cloud IAM", ["API key, session or", "trusted profile"], False),
    (10, 142, 190, 78, "Workload Protection", ["the team's Secure API", "token, or the emulator"], False),
    (290, 20, 210, 78, "dotnet build", ["SecureToken.Build:", "asks once per team"], True),
    (290, 142, 210, 78, "dotnet sectoken", ["inject, run, watch,", "reset, status"], True),
    (590, 8, 220, 52, "user-secrets", ["development"], False),
    (590, 68, 220, 52, ".env, JSON, Kubernetes", ["deployments"], False),
    (590, 128, 220, 52, "pipeline jobs", ["GitHub, Azure, GitLab, Tekton"], False),
    (590, 188, 220, 52, "gh, kubectl, vault, …", ["programs that keep secrets"], False),
]
ARROWS = [
    (200, 59, 290, 59), (200, 75, 290, 165), (200, 165, 290, 75), (200, 181, 290, 181),
    (500, 50, 590, 34), (500, 68, 590, 90), (500, 160, 590, 50), (500, 172, 590, 104), (500, 184, 590, 154), (500, 198, 590, 214),
]


def draw(colors):
    parts = []
    for x1, y1, x2, y2 in ARROWS:
        middle = (x1 + x2) / 2
        parts.append('<path d="M%d %dC%d %d %d %d %d %d" fill="none" stroke="%s" marker-end="url(#a)"/>' % (
            x1, y1, middle, y1, middle, y2, x2 - 3, y2, colors["line"]))
    for x, y, width, height, title, lines, ours in BOXES:
        parts.append('<rect x="%d" y="%d" width="%d" height="%d" rx="6" fill="%s" stroke="%s"/>' % (
            x, y, width, height, colors["main" if ours else "box"], colors["mainedge" if ours else "edge"]))
        top = y + height / 2 - 9 * len(lines) + 5
        parts.append('<text x="%d" y="%.0f" class="t">%s</text>' % (x + width / 2, top, html.escape(title)))
        for number, line in enumerate(lines, 1):
            parts.append('<text x="%d" y="%.0f" class="s">%s</text>' % (x + width / 2, top + 18 * number, html.escape(line)))
    return """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 820 250" width="820" height="250" role="img" aria-label="IAM and the service give the token to dotnet build and dotnet sectoken, which write it to user-secrets, files, jobs and programs">
<style>text{{font-family:-apple-system,BlinkMacSystemFont,"Segoe UI","Noto Sans",Helvetica,Arial,sans-serif;text-anchor:middle}}.t{{font-size:14px;font-weight:600;fill:{text}}}.s{{font-size:12px;fill:{soft}}}</style>
<defs><marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto"><path d="M0 0L8 4L0 8z" fill="{line}"/></marker></defs>
{body}
</svg>
""".format(body="\n".join(parts), **colors)


for theme, colors in THEMES.items():
    with open("docs/images/flow-%s.svg" % theme, "w", encoding="utf-8") as file:
        file.write(draw(colors))
