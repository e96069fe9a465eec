"""A pseudo-terminal with somebody at the keyboard, and the screen that they see."""
import codecs
import errno
import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
import unicodedata

SEQUENCE = re.compile(r"\x1b(?:\[([0-?]*)[ -/]*([@-~])|\]([^\x07\x1b]*)(?:\x07|\x1b\\)|[()][0-9A-Za-z]|[=>78cDEHM])")
COLORS = {30: "black", 31: "red", 32: "green", 33: "yellow", 34: "blue", 35: "magenta", 36: "cyan", 37: "white", 90: "faint"}


class Screen:
    """What a terminal shows: rows of (character, style). Rows that have left at the top are kept; each such row is a scroll."""

    def __init__(self, columns, lines):
        self.columns, self.lines = columns, lines
        self.rows = [[]]
        self.top = 0
        self.row = self.column = 0
        self.style = ""
        self.pending = ""
        self.scrolled = 0

    def feed(self, text):
        text = self.pending + text
        self.pending = ""
        position = 0
        while position < len(text):
            if text[position] != "\x1b":
                self.put(text[position])
                position += 1
                continue
            match = SEQUENCE.match(text, position)
            if match is None:
                if len(text) - position > 200:
                    raise ValueError("no such sequence: %r" % text[position:position + 20])
                self.pending = text[position:]
                return
            if match.group(2):
                self.obey(match.group(1), match.group(2))
            position = match.end()

    def put(self, character):
        if character == "\n":
            self.down()
        elif character == "\r":
            self.column = 0
        elif character == "\b":
            self.column = max(0, self.column - 1)
        elif character == "\t":
            self.column = min(self.columns - 1, self.column // 8 * 8 + 8)
        elif unicodedata.category(character) != "Cc":
            if self.column == self.columns:
                self.down()
                self.column = 0
            row = self.rows[self.row]
            row.extend([(" ", "")] * (self.column + 1 - len(row)))
            row[self.column] = (character, self.style)
            self.column += 1

    def down(self):
        self.row += 1
        if self.row == len(self.rows):
            self.rows.append([])
        if self.row - self.top >= self.lines:
            self.top += 1
            self.scrolled += 1

    def obey(self, parameters, command):
        private = parameters.startswith("?")
        numbers = [int(number) if number else 0 for number in parameters.lstrip("?").split(";")]
        count = max(1, numbers[0])
        if private or command not in "ABCDEFGHJKm":
            return
        if command == "A":
            self.row = max(self.top, self.row - count)
        elif command == "B":
            self.row = min(len(self.rows) - 1, self.row + count)
        elif command == "C":
            self.column = min(self.columns, self.column + count)
        elif command == "D":
            self.column = max(0, self.column - count)
        elif command == "E":
            self.row, self.column = min(len(self.rows) - 1, self.row + count), 0
        elif command == "F":
            self.row, self.column = max(self.top, self.row - count), 0
        elif command == "G":
            self.column = min(self.columns, count) - 1
        elif command == "H":
            self.row = min(len(self.rows) - 1, self.top + count - 1)
            self.column = min(self.columns, max(1, numbers[1] if len(numbers) > 1 else 1)) - 1
        elif command == "J":
            self.rows[self.row] = self.rows[self.row][:self.column]
            for row in range(self.row + 1, len(self.rows)):
                self.rows[row] = []
        elif command == "K":
            self.rows[self.row] = self.rows[self.row][:self.column] if numbers[0] == 0 else []
        elif command == "m":
            for number in numbers:
                self.style = "" if number in (0, 39, 22) else "bold" if number == 1 else "faint" if number == 2 else COLORS.get(number, self.style)

    def text(self):
        return ["".join(character for character, _ in row).rstrip() for row in self.rows]


class Terminal:
    """Programs, one after the other, on one pseudo-terminal."""

    def __init__(self, columns, lines, environment, directory):
        self.screen = Screen(columns, lines)
        self.size = struct.pack("HHHH", lines, columns, 0, 0)
        self.environment, self.directory = environment, directory

    def run(self, arguments, answers=(), limit=600):
        """Runs a program. Each answer is (text that is awaited, what is done: keys to type, or a function); in this order."""
        child, master = pty.fork()
        if child == 0:
            try:
                fcntl.ioctl(0, termios.TIOCSWINSZ, self.size)
                os.chdir(self.directory)
                os.execvpe(arguments[0], arguments, self.environment)
            except OSError as error:
                os.write(2, ("%s: %s\n" % (arguments[0], error)).encode())
            os._exit(127)
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        seen, answers, end = "", list(answers), time.monotonic() + limit
        while True:
            if time.monotonic() > end:
                os.kill(child, signal.SIGKILL)
                raise TimeoutError("%s did not end. The screen:\n%s" % (" ".join(arguments), "\n".join(self.screen.text())))
            ready, _, _ = select.select([master], [], [], 0.1)
            if not ready:
                continue
            try:
                data = os.read(master, 65536)
            except OSError as error:
                if error.errno != errno.EIO:
                    raise
                data = b""
            if not data:
                break
            text = decoder.decode(data)
            self.screen.feed(text)
            seen += text
            while answers and answers[0][0] in seen:
                awaited, act = answers.pop(0)
                seen = seen[seen.index(awaited) + len(awaited):]
                if callable(act):
                    act()
                else:
                    os.write(master, act.encode())
        os.close(master)
        _, status = os.waitpid(child, 0)
        if answers:
            raise AssertionError("%s never said %r. The screen:\n%s" % (" ".join(arguments), answers[0][0], "\n".join(self.screen.text())))
        return os.waitstatus_to_exitcode(status)
