"""Records what the tool shows in a real run against the emulator, and draws it as an animated SVG, light and dark.

What differs from run to run (fingerprints, ids, the port, times, paths) is replaced before it is drawn, and the pace is not that of the
machine: so the same tool gives the same file.   Usage: python3 build/terminal/cast.py TOOL EMULATOR.dll OUTPUT-DIRECTORY
"""
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
import urllib.request

from terminal import Terminal

COLUMNS, LINES = 104, 24
WIDE = 400  # of the real terminal: the lines are broken when what they say is final
PROMPT = "$ "
TYPE, LINE, READ = 0.045, 0.07, 1.6
FINGERPRINTS = ["21261b744a33", "97adb8671cd7", "c473eeb5b4ff", "7751f2716ddf"]
THEMES = {
    "light": {"page": "#ffffff", "bar": "#eaeef2", "line": "#d0d7de", "text": "#1f2328", "faint": "#59636e", "red": "#a40e26",
              "green": "#116329", "yellow": "#7a4500", "blue": "#0550ae", "magenta": "#6639ba", "cyan": "#1b5e6b", "black": "#1f2328",
              "white": "#59636e", "prompt": "#0550ae"},
    "dark": {"page": "#0d1117", "bar": "#161b22", "line": "#30363d", "text": "#e6edf3", "faint": "#9da7b3", "red": "#ffa198",
             "green": "#7ee787", "yellow": "#eac54f", "blue": "#79b8ff", "magenta": "#d2a8ff", "cyan": "#76e3ea", "black": "#9da7b3",
             "white": "#e6edf3", "prompt": "#79b8ff"},
}


class Recording:
    """The screen at moments that do not depend on the machine, each with how long it stays."""

    def __init__(self, terminal, replace):
        self.terminal, self.replace = terminal, replace
        self.frames = []

    def frame(self, seconds, rows=None):
        rows = rows if rows is not None else self.rows()
        self.frames.append((seconds, rows))

    def rows(self):
        rows = [self.replace(row) for row in self.terminal.screen.rows]
        return [row[start:start + COLUMNS] for row in rows for start in range(0, max(1, len(row)), COLUMNS)]

    def type(self, text):
        """Somebody types a command."""
        screen = self.terminal.screen
        screen.style = "prompt"
        screen.feed(PROMPT)
        screen.style = "bold"
        self.frame(0.6)
        for character in text:
            screen.feed(character)
            self.frame(TYPE)
        screen.style = ""
        screen.feed("\r\n")

    def show(self, read=READ):
        """What has come since the last frame, line by line."""
        rows, old = self.rows(), self.frames[-1][1] if self.frames else []
        for count in range(len(old), len(rows)):
            self.frame(LINE, rows[:count + 1])
        self.frame(read, rows)


def replacer(root):
    """Replaces what another run would say in another way; the same value becomes the same thing."""
    known = {}

    def fingerprint(match):
        if match.group() not in known:
            known[match.group()] = FINGERPRINTS[len(known)]
        return known[match.group()]

    rules = [
        (re.compile(re.escape(root) + r"/home"), "~"),
        (re.compile(re.escape(root)), "~/src"),
        (re.compile(r"(?<![-0-9a-f])[0-9a-f]{12}\b"), fingerprint),
        (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "1b7ad6f0-3d6c-4b3f-8a52-6f0c1f2e9d11"),
        (re.compile(r"127\.0\.0\.1:\d+"), "127.0.0.1:8080"),
        (re.compile(r"IBMid-[0-9A-Z]+"), "IBMid-DLLSZY86DT"),
        (re.compile(r"  \d+ ms$"), "  8 ms"),
        (re.compile(r"Outage: [0-9.]+ to [0-9.]+ s"), "Outage: 0.042 to 1.1 s"),
        (re.compile(r"Outage: [0-9.]+ s"), "Outage: 0.042 s"),
        (re.compile(r"^[-/|\\] \d+:\d+ of 15:00"), "| 0:00 of 15:00"),
    ]

    def replace(row):
        text = "".join(character for character, _ in row)
        styles = [style for _, style in row]
        for pattern, value in rules:
            position = 0
            while (match := pattern.search(text, position)) is not None:
                new = value(match) if callable(value) else value
                text = text[:match.start()] + new + text[match.end():]
                style = styles[match.start()] if match.start() < len(styles) else ""
                styles[match.start():match.end()] = [style] * len(new)
                position = match.start() + len(new)
        return [(character, styles[i]) for i, character in enumerate(text)]

    return replace


def record(tool, emulator):
    root = tempfile.mkdtemp(prefix="sectoken-cast-")
    service = None
    try:
        home, project = root + "/home", root + "/my-api"
        os.makedirs(home)
        os.makedirs(project + "/bin")
        service = subprocess.Popen(
            ["dotnet", emulator, "--port", "0", "--team", "payments=42", "--api-key-file", root + "/key"],
            stdout=subprocess.PIPE, text=True)
        environment = {
            "PATH": project + "/bin:" + os.environ["PATH"], "HOME": home, "TERM": "xterm-256color", "LANG": "C.UTF-8",
            "DOTNET_NOLOGO": "1", "DOTNET_CLI_TELEMETRY_OPTOUT": "1", "DOTNET_CLI_HOME": home,
        }
        for line in service.stdout:
            if line.startswith("# ready"):
                break
            if "=" in line and not line.startswith("#"):
                name, value = line.strip().split("=", 1)
                environment[name] = value
        with open(project + "/bin/dotnet-sectoken", "w", encoding="utf-8") as starter:
            starter.write('#!/bin/sh\nexec %s "$@"\n' % (("dotnet '%s'" if tool.endswith(".dll") else "'%s'") % tool))
        os.chmod(project + "/bin/dotnet-sectoken", 0o700)
        subprocess.run(["git", "init", "-q", project], check=True, env=environment)

        terminal = Terminal(WIDE, 1000, environment, project)
        recording = Recording(terminal, replacer(root))
        endpoint = environment["SECTOKEN_ENDPOINT"]

        def run(shown, *answers):
            recording.type(shown)
            arguments = shown.replace("dotnet sectoken", "dotnet-sectoken").split()
            status = terminal.run(arguments, answers, limit=60)
            if status != 0:
                raise AssertionError("%s ended with %d:\n%s" % (shown, status, "\n".join(terminal.screen.text())))
            recording.show()

        def press():
            recording.show(2.5)
            request = urllib.request.Request(endpoint + "/emulator/press?team=payments", method="POST")
            urllib.request.urlopen(request).read()

        run("dotnet sectoken init --team payments --dotenv api.env --yes")
        run("dotnet sectoken inject")
        run("dotnet sectoken status")
        run("dotnet sectoken reset --no-browser", ("waiting for the new token", press))
        run("dotnet sectoken status")
        recording.frame(4)
        return recording.frames
    finally:
        if service is not None:
            service.kill()
            service.wait()
        shutil.rmtree(root)


def runs(row):
    """Parts of a row that look alike: (column, text, style)."""
    parts = []
    for column, (character, style) in enumerate(row):
        if parts and parts[-1][2] == style:
            parts[-1][1] += character
        else:
            parts.append([column, character, style])
    return [part for part in parts if part[1].strip()]


def draw(frames, theme):
    """Every version of every row is there all the time, and visible while it is on the screen; the whole moves up to scroll."""
    total = sum(seconds for seconds, _ in frames)
    versions, shifts, now = {}, [], 0.0
    open_rows = {}
    for seconds, rows in frames:
        for index in range(max(len(rows), len(open_rows))):
            row = tuple(rows[index]) if index < len(rows) else ()
            if index not in open_rows or open_rows[index][0] != row:
                if index in open_rows:
                    content, since = open_rows[index]
                    versions.setdefault((index, content), []).append((since, now))
                open_rows[index] = (row, now)
        height = max([index + 1 for index, row in enumerate(rows) if row] or [1])
        shift = max(0, height - LINES)
        if not shifts or shifts[-1][1] != shift:
            shifts.append((now, shift))
        now += seconds
    for index, (content, since) in open_rows.items():
        versions.setdefault((index, content), []).append((since, total))

    width, advance, leading, left, top = 868, 8, 19, 18, 52
    height = top + LINES * leading + 14
    percent = lambda at: ("%.3f" % (100 * at / total)).rstrip("0").rstrip(".")
    styles, body, names = [], [], {}
    for (index, content), spans in sorted(versions.items(), key=lambda entry: (entry[0][0], entry[1][0])):
        parts = runs(content)
        if not parts:
            continue
        key = tuple((percent(since), percent(until)) for since, until in spans)
        if key not in names:
            names[key] = "v%d" % len(names)
            steps, last = [], "0"
            for since, until in key:
                if since != "0":
                    steps.append("%s%%{opacity:0}" % last)
                    steps.append("%s%%{opacity:0}" % since)
                steps.append("%s%%,%s%%{opacity:1}" % (since, until))
                last = until
            if last != "100":
                steps.append("%s%%,100%%{opacity:0}" % last)
            styles.append("@keyframes %s{%s}.%s{animation-name:%s}" % (names[key], "".join(steps), names[key], names[key]))
        # Without movement the end is shown.
        final = " end" if key[-1][1] == "100" else ""
        spans_of_row = "".join(
            '<tspan x="%.1f" textLength="%.1f"%s>%s</tspan>' % (
                left + column * advance, len(text.rstrip()) * advance, ' class="%s"' % style if style else "", html.escape(text.rstrip()))
            for column, text, style in parts)
        body.append('<text class="r %s%s" y="%d">%s</text>' % (names[key], final, top + index * leading, spans_of_row))

    steps = []
    for position, (since, shift) in enumerate(shifts):
        until = shifts[position + 1][0] if position + 1 < len(shifts) else total
        steps.append("%s%%,%s%%{transform:translateY(%dpx)}" % (percent(since), percent(until), -shift * leading))
    colors = THEMES[theme]
    classes = "".join(".%s{fill:%s}" % (name, color) for name, color in colors.items() if name not in ("page", "bar", "line", "text"))
    return """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="A terminal: dotnet sectoken init, inject, status, and a reset that updates every copy">
<style>
text{{font:13px ui-monospace,SFMono-Regular,"Cascadia Mono",Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:{text};white-space:pre}}
.bold{{font-weight:600}}{classes}
.r{{opacity:0;animation:{total:.2f}s step-end infinite}}
.s{{animation:s {total:.2f}s step-end infinite}}
@keyframes s{{{steps}}}
{styles}
@media (prefers-reduced-motion:reduce){{.r,.s{{animation:none}}.end{{opacity:1}}.s{{transform:translateY({last}px)}}}}
</style>
<rect x="0.5" y="0.5" width="{w}" height="{h}" rx="8" fill="{page}" stroke="{line}"/>
<path d="M1 30V8a7 7 0 0 1 7-7H{bar}a7 7 0 0 1 7 7V30z" fill="{barcolor}"/>
<circle cx="18" cy="15.5" r="5" fill="{line}"/><circle cx="36" cy="15.5" r="5" fill="{line}"/><circle cx="54" cy="15.5" r="5" fill="{line}"/>
<clipPath id="c"><rect x="1" y="38" width="{w}" height="{clip}"/></clipPath>
<g clip-path="url(#c)"><g class="s">
{body}
</g></g>
</svg>
""".format(
        width=width, height=height, w=width - 1, h=height - 1, bar=width - 8, clip=height - 40, total=total, steps="".join(steps),
        styles="\n".join(styles), body="\n".join(body), classes=classes, last=-shifts[-1][1] * leading, text=colors["text"],
        page=colors["page"], line=colors["line"], barcolor=colors["bar"])


def main():
    tool, emulator, output = sys.argv[1:]
    frames = record(os.path.abspath(tool), os.path.abspath(emulator))
    os.makedirs(output, exist_ok=True)
    for theme in THEMES:
        with open(os.path.join(output, "cast-%s.svg" % theme), "w", encoding="utf-8") as file:
            file.write(draw(frames, theme))
    print("%d frames, %.0f s" % (len(frames), sum(seconds for seconds, _ in frames)))


main()
