using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace SecureToken.TestSupport.Crashes;

/// <summary>What a program did to the files below a directory, read from a trace of strace.</summary>
public sealed partial class DiskTrace
{
    private const string Calls =
        "openat,open,creat,mkdir,mkdirat,rename,renameat,renameat2,unlink,unlinkat,rmdir,link,linkat,symlink,symlinkat,"
        + "write,pwrite64,writev,pwritev,pwritev2,ftruncate,truncate,fallocate,copy_file_range,sendfile,fsync,fdatasync,clone,clone3,exit_group";

    private DiskTrace(DiskImage before, IReadOnlyList<DiskStep> steps)
    {
        Before = before;
        Steps = steps;
    }

    /// <summary>
    /// What strace is told beside -f (which must not stand there twice) and -qq: every byte that is written, in a form that no content can
    /// break.
    /// </summary>
    public static IReadOnlyList<string> Options { get; } = ["-xx", "-y", "-s", "33554432", "-e", "signal=none", "-e", "trace=" + Calls];

    /// <summary>What was there before.</summary>
    public DiskImage Before { get; }

    /// <summary>What was done, in order.</summary>
    public IReadOnlyList<DiskStep> Steps { get; }

    /// <summary>The same program without some of its calls.</summary>
    public DiskTrace Without(DiskStepKind kind) => new(Before, [.. Steps.Where(step => step.Kind != kind)]);

    /// <summary>Reads a trace. A call that changes a file in a way that is not known here is an error: the model must not overlook it.</summary>
    /// <param name="log">What strace wrote with <see cref="Options"/>.</param>
    /// <param name="root">The directory that is looked at.</param>
    /// <param name="before">What was below it before.</param>
    /// <param name="word">What the program writes to say that it has succeeded, beside its exit status.</param>
    public static DiskTrace Parse(string log, string root, DiskImage before, string? word = null)
    {
        var reader = new Reader(root, before, word is null ? null : Encoding.UTF8.GetBytes(word));
        foreach (string line in StraceLog.Lines(log))
        {
            reader.Read(line);
        }

        return new DiskTrace(before, reader.Steps);
    }

    [GeneratedRegex(@"^(?<thread>\d+)\s+(?<call>\w+)\((?<arguments>.*)\)\s+= (?<result>-?\d+|\?)")]
    private static partial Regex CallPattern();

    [GeneratedRegex(@"(?:AT_FDCWD|\d+)<(?<path>[^>]*)>(?<deleted>\(deleted\))?|""(?<text>[^""]*)""(?<cut>\.\.\.)?")]
    private static partial Regex WordPattern();

    /// <summary>Follows the names, so that each call is known by the file it meets.</summary>
    private sealed class Reader
    {
        private readonly string _root;
        private readonly Dictionary<string, int> _names = new(StringComparer.Ordinal);
        private readonly Dictionary<int, long> _lengths = [];
        private readonly HashSet<string> _directories;

        // The threads of the program itself: what its children say is not what it says.
        private readonly HashSet<string> _threads = new(StringComparer.Ordinal);

        private readonly byte[]? _word;

        public Reader(string root, DiskImage before, byte[]? word)
        {
            _word = word;
            _root = root.TrimEnd('/');
            _directories = new HashSet<string>(before.Directories, StringComparer.Ordinal);
            foreach ((string path, byte[] content) in before.Files)
            {
                _lengths.Add(_names.Count, content.Length);
                _names.Add(path, _names.Count);
            }
        }

        public List<DiskStep> Steps { get; } = [];

        public void Read(string line)
        {
            Match match = CallPattern().Match(line);
            if (!match.Success || match.Groups["result"].Value.StartsWith('-'))
            {
                return;
            }

            string thread = match.Groups["thread"].Value;
            if (_threads.Count == 0)
            {
                _threads.Add(thread);
            }

            string call = match.Groups["call"].Value;
            string arguments = match.Groups["arguments"].Value;
            bool isOurs = _threads.Contains(thread);
            switch (call)
            {
                case "exit_group":
                    Say(isOurs && arguments == "0", line);
                    return;
                case "clone" or "clone3":
                    if (isOurs && arguments.Contains("CLONE_THREAD", StringComparison.Ordinal))
                    {
                        _threads.Add(match.Groups["result"].Value);
                    }

                    return;
            }

            Word[] words = [.. WordPattern().Matches(arguments).Select(Word.Of)];
            long result = long.Parse(match.Groups["result"].Value, CultureInfo.InvariantCulture);
            switch (call)
            {
                case "openat" or "open" or "creat":
                    Open(Named(words, 0), call == "creat" ? "O_CREAT|O_TRUNC" : arguments, line);
                    break;
                case "mkdir" or "mkdirat" when Named(words, 0) is { } made:
                    _directories.Add(made);
                    Steps.Add(new DiskStep(DiskStepKind.MakeDirectory, call) { Path = made });
                    break;
                case "rename" or "renameat" or "renameat2":
                    Rename(Named(words, 0), Named(words, 1), line);
                    break;
                case "unlink" or "unlinkat" when Named(words, 0) is { } removed && _names.Remove(removed, out int node):
                    Steps.Add(new DiskStep(DiskStepKind.Remove, call) { Path = removed, Node = node });
                    break;
                case "write" or "pwrite64":
                    Write(words, arguments, result, isOurs, line);
                    break;
                case "ftruncate" when Opened(words) is { } cut:
                    long length = long.Parse(arguments.Split(", ")[^1], CultureInfo.InvariantCulture);
                    _lengths[cut] = length;
                    Steps.Add(new DiskStep(DiskStepKind.Cut, call) { Node = cut, Offset = length });
                    break;
                case "fsync" or "fdatasync":
                    Sync(words, call);
                    break;
                case "mkdir" or "mkdirat" or "unlink" or "unlinkat" or "ftruncate":
                    break;
                default:
                    Refuse(words.Any(word => Below(word.Path) is not null), line);
                    break;
            }
        }

        private static void Refuse(bool isMet, string line)
        {
            if (isMet)
            {
                throw new NotSupportedException("The model of the disk does not know this call: " + line);
            }
        }

        /// <summary>The file names among the arguments; a directory handle before one says where it begins.</summary>
        private string? Named(Word[] words, int index)
        {
            List<string> names = [];
            string? directory = null;
            foreach (Word word in words)
            {
                if (!word.IsText)
                {
                    directory = word.Path;
                    continue;
                }

                names.Add(word.Path.StartsWith('/') ? word.Path : (directory ?? throw new NotSupportedException("A path from nowhere: " + word.Path)) + "/" + word.Path);
                directory = null;
            }

            return index < names.Count ? Below(names[index]) : null;
        }

        /// <summary>The path from the root; null when it is elsewhere.</summary>
        private string? Below(string path) =>
            path == _root ? string.Empty : path.StartsWith(_root + "/", StringComparison.Ordinal) ? path[(_root.Length + 1)..].TrimEnd('/') : null;

        private int? Opened(Word[] words) =>
            words is [{ IsText: false, IsDeleted: false } word, ..] && Below(word.Path) is { } path && _names.TryGetValue(path, out int node) ? node : null;

        private void Open(string? path, string flags, string line)
        {
            if (path is null || flags.Contains("O_TMPFILE", StringComparison.Ordinal))
            {
                return;
            }

            if (_names.TryGetValue(path, out int node))
            {
                if (flags.Contains("O_TRUNC", StringComparison.Ordinal))
                {
                    _lengths[node] = 0;
                    Steps.Add(new DiskStep(DiskStepKind.Cut, "open") { Node = node });
                }
            }
            else if (flags.Contains("O_CREAT", StringComparison.Ordinal))
            {
                node = _lengths.Count;
                _names.Add(path, node);
                _lengths.Add(node, 0);
                Steps.Add(new DiskStep(DiskStepKind.Create, "open") { Path = path, Node = node });
            }
            else
            {
                Refuse(!_directories.Contains(path) && !flags.Contains("O_RDONLY", StringComparison.Ordinal), line);
            }
        }

        private void Rename(string? from, string? to, string line)
        {
            if (from is null && to is null)
            {
                return;
            }

            Refuse(from is null || to is null || !_names.ContainsKey(from) || Path.GetDirectoryName(from) != Path.GetDirectoryName(to), line);
            _names.Remove(from!, out int node);
            _names[to!] = node;
            Steps.Add(new DiskStep(DiskStepKind.Rename, "rename") { From = from!, Path = to!, Node = node });
        }

        private void Write(Word[] words, string arguments, long written, bool isOurs, string line)
        {
            if (words is not [{ IsText: false } to, { IsText: true } text])
            {
                throw new NotSupportedException("A write that cannot be read: " + line[..Math.Min(line.Length, 200)]);
            }

            if (Opened(words) is { } node)
            {
                byte[] bytes = text.Bytes[..(int)written];
                long offset = arguments.EndsWith('"') || CountPattern().IsMatch(arguments) ? _lengths[node] : long.Parse(arguments.Split(", ")[^1], CultureInfo.InvariantCulture);
                _lengths[node] = Math.Max(_lengths[node], offset + bytes.Length);
                Steps.Add(new DiskStep(DiskStepKind.Write, "write") { Node = node, Offset = offset, Bytes = bytes });
            }
            else
            {
                Refuse(!to.IsDeleted && Below(to.Path) is not null, line);
                Say(isOurs && _word is not null && text.Bytes.AsSpan().SequenceEqual(_word), line);
            }
        }

        private void Sync(Word[] words, string call)
        {
            if (Opened(words) is { } node)
            {
                Steps.Add(new DiskStep(DiskStepKind.SyncFile, call) { Node = node });
            }
            else if (words is [{ IsDeleted: false } word] && Below(word.Path) is { } directory && _directories.Contains(directory))
            {
                Steps.Add(new DiskStep(DiskStepKind.SyncDirectory, call) { Path = directory });
            }
        }

        private void Say(bool isSuccess, string line)
        {
            if (isSuccess)
            {
                Steps.Add(new DiskStep(DiskStepKind.Say, line[..Math.Min(line.Length, 80)]));
            }
        }
    }

    /// <summary>The end of the arguments of a write without a place: the text and how long it is.</summary>
    [GeneratedRegex(@""", \d+$")]
    private static partial Regex CountPattern();

    /// <summary>A text or a descriptor among the arguments of a call.</summary>
    private sealed record Word(bool IsText, byte[] Bytes, bool IsDeleted)
    {
        public string Path { get; } = Encoding.UTF8.GetString(Bytes);

        public static Word Of(Match match) => match.Groups["text"] is { Success: true } text
            ? new Word(true, match.Groups["cut"].Success ? throw new NotSupportedException("strace has cut a text.") : Decode(text.Value), false)
            : new Word(false, Decode(match.Groups["path"].Value), match.Groups["deleted"].Success);

        /// <summary>With -xx every byte is "\xNN".</summary>
        private static byte[] Decode(string text) => Convert.FromHexString(text.Replace("\\x", string.Empty, StringComparison.Ordinal));
    }
}
