"""See build/newcomer.sh."""
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import time

from terminal import Terminal

MOST_COMMANDS, MOST_SECONDS = 4, 60
COLUMNS, LINES = 80, 24
APP = """var builder = WebApplication.CreateBuilder(args);
Console.WriteLine(builder.Configuration["Sysdig:SecureApiToken"] is { Length: > 0 } ? "app: it has the token" : "app: it has no token");
"""


def commands_of_readme():
    with open("README.md", encoding="utf-8") as file:
        section = file.read().split("### In your own project", 1)[1].split("\n### ", 1)[0]
    return re.findall(r"^\$ (.+)$", section, re.MULTILINE)


class Newcomer:
    def __init__(self, root):
        self.root, self.home = root, root + "/home"
        self.clone, self.project = root + "/clone", self.home + "/my-api"
        self.directory = self.clone
        self.typed, self.moved, self.questions, self.seconds = [], 0, 0, 0.0
        os.makedirs(self.home)
        packages = os.environ.get("NUGET_PACKAGES", os.path.expanduser("~/.nuget/packages"))
        self.environment = {
            "HOME": self.home, "TERM": "xterm-256color", "LANG": "C.UTF-8", "DOTNET_NOLOGO": "1", "DOTNET_CLI_TELEMETRY_OPTOUT": "1",
            # As the installer of the SDK leaves a profile.
            "PATH": self.home + "/.dotnet/tools:" + os.environ["PATH"],
            "DOTNET_GENERATE_ASPNET_CERTIFICATE": "false", "MSBUILDDISABLENODEREUSE": "1", "DOTNET_CLI_USE_MSBUILD_SERVER": "0",
        }
        # The restore is not measured: packages that this machine has are read where they are, and none is written there.
        if os.path.isdir(packages):
            self.environment["NUGET_FALLBACK_PACKAGES"] = packages
        for name in (".nuget/NuGet/NuGet.Config", ".config/NuGet/NuGet.Config"):
            if os.path.exists(os.path.expanduser("~/" + name)):
                os.makedirs(os.path.dirname(self.home + "/" + name), exist_ok=True)
                shutil.copy(os.path.expanduser("~/" + name), self.home + "/" + name)

    def type(self, command, *answers):
        """Types a command; returns what the screen shows of it."""
        self.typed.append(command)
        print("$ " + command, flush=True)
        words = shlex.split(command)
        if words[0] == "cd":
            self.directory = words[1].replace("~", self.home)
            return ""
        return self.run(words, *answers)

    def run(self, words, *answers):
        if "/" in words[0]:
            words = [os.path.join(self.directory, words[0])] + words[1:]
        terminal = Terminal(COLUMNS, LINES, self.environment, self.directory)
        began = time.monotonic()
        status = terminal.run(words, answers, limit=900)
        took = time.monotonic() - began
        self.seconds += took
        self.questions += len(answers)
        rows = terminal.screen.text()
        # A live line that is longer than the terminal is wide, or a line break behind it, leaves its old states on the screen.
        live = [row for row in rows if re.match(r"^[-/|\\] \d+:\d\d|^[-/|\\] ", row)]
        self.moved += max(0, len(live) - 1)
        text = "\n".join(rows).strip()
        print("\n".join("    " + row for row in text.splitlines()), "\n    (%.1f s)" % took, flush=True)
        if status != 0:
            raise AssertionError("'%s' ended with %d." % (" ".join(words), status))
        return text


def main():
    commands = commands_of_readme()
    root = tempfile.mkdtemp(prefix="sectoken-newcomer-")
    service = None
    try:
        newcomer = Newcomer(root)
        subprocess.run(["git", "clone", "-q", os.getcwd(), newcomer.clone], check=True)
        subprocess.run(["git", "init", "-q", newcomer.project], check=True)
        subprocess.run(["dotnet", "new", "web", "-o", newcomer.project, "--no-restore", "-n", "my-api"],
                       check=True, stdout=subprocess.DEVNULL, env=newcomer.environment)
        with open(newcomer.project + "/Program.cs", "w", encoding="utf-8") as file:
            file.write(APP)
        subprocess.run(["dotnet", "build", "src/SecureToken.Emulator", "-c", "Release", "--nologo", "-v", "quiet"], check=True)
        service = subprocess.Popen(
            ["dotnet", "src/SecureToken.Emulator/bin/Release/net10.0/SecureToken.Emulator.dll", "--port", "0", "--team", "payments=42",
             "--api-key-file", root + "/key"], stdout=subprocess.PIPE, text=True)
        for line in service.stdout:
            if line.startswith("# ready"):
                break
            if "=" in line and not line.startswith("#"):
                name, value = line.strip().split("=", 1)
                newcomer.environment[name] = value

        print("A fresh clone, a new profile, a web project, and the settings of the emulator in the environment.")
        said = {}
        for command in commands:
            answers = ()
            if command == "dotnet sectoken init":
                answers = (("Team (", "payments\n"), ("[y/N]", "y\n"))
            said[command] = newcomer.type(command, *answers)
        taken, seconds = len(newcomer.typed), newcomer.seconds

        faults = []
        if "app: it has the token" not in said[commands[-1]]:
            faults.append("the app has no token")
        # What 'Next' promised, word for word.
        promises = re.findall(r"'(dotnet [^']+)'", said["dotnet sectoken init"].replace("\n", "").partition("Next:")[2])
        print("The tool said what to do next: %s" % ", ".join(promises))
        if not promises:
            faults.append("init said nothing to do next")
        for promise in promises:
            newcomer.run(shlex.split(promise))
        if taken > MOST_COMMANDS:
            faults.append("more than %d commands" % MOST_COMMANDS)
        if seconds > MOST_SECONDS:
            faults.append("more than %d s" % MOST_SECONDS)
        if newcomer.moved:
            faults.append("lines scrolled by themselves")
        print("Newcomer: %d commands typed, %d questions answered, %.0f s without the restore, %d lines that scrolled by themselves, "
              "%d promises kept" % (taken, newcomer.questions, seconds, newcomer.moved, len(promises)))
        if faults:
            sys.exit("newcomer.sh: " + "; ".join(faults) + ".")
    finally:
        if service is not None:
            service.kill()
            service.wait()
        shutil.rmtree(root)


main()
