namespace SecureToken.Core.Interop;

/// <summary>
/// What the text of a path means on a platform: how its names are separated, when two spellings are one file, and which names are no files.
/// Nothing is asked of the file system; <c>CanonicalPath</c> does that. Every comparison of paths goes through this type.
/// </summary>
public sealed class PathRules
{
    /// <summary>Names differ by letter case.</summary>
    public static readonly PathRules Linux = new(isWindows: false, ignoresCase: false);

    /// <summary>Names do not differ by letter case on the usual file system.</summary>
    public static readonly PathRules MacOS = new(isWindows: false, ignoresCase: true);

    /// <summary>Two separators, drives, devices in every directory, and names that do not differ by letter case.</summary>
    public static readonly PathRules Windows = new(isWindows: true, ignoresCase: true);

    private const string ExtendedPrefix = @"\\?\";
    private const string ExtendedShare = @"\\?\UNC\";
    private const string DevicePrefix = @"\\.\";

    /// <summary>Programs of Windows see longer paths only behind <see cref="ExtendedPrefix"/>; directories end at 248 characters.</summary>
    private const int LongestPlain = 247;

    private const string NumbersOfDevices = "0123456789\u00b9\u00b2\u00b3";
    private static readonly string[] Devices = ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"];
    private static readonly string[] NumberedDevices = ["COM", "LPT"];

    private readonly bool _isWindows;

    private PathRules(bool isWindows, bool ignoresCase)
    {
        _isWindows = isWindows;
        Separator = isWindows ? '\\' : '/';
        Comparison = ignoresCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        Comparer = StringComparer.FromComparison(Comparison);
    }

    /// <summary>Those of the system that this runs on.</summary>
    public static PathRules Here { get; } =
        OperatingSystem.IsWindows() ? Windows : OperatingSystem.IsMacOS() ? MacOS : Linux;

    /// <summary>What separates the names of a full path.</summary>
    public char Separator { get; }

    /// <summary>Compares full paths.</summary>
    public StringComparison Comparison { get; }

    /// <summary>Compares full paths in a set.</summary>
    public StringComparer Comparer { get; }

    /// <summary>Whether one file can be named by different letters.</summary>
    public bool IgnoresCase => Comparison == StringComparison.OrdinalIgnoreCase;

    /// <summary>One text for all spellings of a full path: what keys and names of locks are made of.</summary>
    public string Comparable(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string one = _isWindows ? Plain(path.Replace('/', '\\')) : path;
        return IgnoresCase ? one.ToUpperInvariant() : one;
    }

    /// <summary>The hash code of what <see cref="Comparable"/> gives, which allocates nothing where that is the path itself.</summary>
    public int HashOf(ReadOnlySpan<char> path) =>
        _isWindows || IgnoresCase
            ? Comparable(path.ToString()).GetHashCode(StringComparison.Ordinal) : string.GetHashCode(path, StringComparison.Ordinal);

    /// <summary>Whether a text has a character that a terminal obeys, which no path of a destination has.</summary>
    public static bool HasControl(ReadOnlySpan<char> text)
    {
        foreach (char unit in text)
        {
            if (unit is < ' ' or (>= '\x7f' and <= '\x9f'))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether two full paths are one.</summary>
    public bool AreSame(string one, string other) => string.Equals(Comparable(one), Comparable(other), StringComparison.Ordinal);

    /// <summary>Whether a full path is that of a directory, or of something below it.</summary>
    public bool IsWithin(string path, string directory)
    {
        string inner = Comparable(path);
        string outer = Comparable(directory).TrimEnd(Separator);
        return inner.StartsWith(outer, StringComparison.Ordinal) && (inner.Length == outer.Length || inner[outer.Length] == Separator);
    }

    /// <summary>The names of a full path.</summary>
    public string[] Names(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Split(_isWindows ? ['\\', '/'] : ['/']);
    }

    /// <summary>The path below a directory as programs of every platform write it, git for one: with slashes.</summary>
    /// <param name="path">A full path below the directory.</param>
    /// <param name="directory">The directory.</param>
    public string Relative(string path, string directory)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(directory);
        return Slashed(path[directory.TrimEnd(Separator).Length..].TrimStart(Separator));
    }

    /// <summary>A path as committed files have it, with slashes. A backslash is a letter of a name where it separates none.</summary>
    public string Slashed(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return _isWindows ? path.Replace('\\', '/') : path;
    }

    /// <summary>
    /// What a full path leads to that is no file of a directory, in words: a device, whose names Windows knows in every directory and with
    /// every extension, or a stream behind a file's own content, which git does not see. Null for the path of a file.
    /// </summary>
    public string? NoFile(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (!_isWindows)
        {
            return null;
        }

        string full = path.Replace('/', '\\');
        bool isDevicePath = full.StartsWith(DevicePrefix, StringComparison.Ordinal);
        string plain = Plain(isDevicePath ? full[DevicePrefix.Length..] : full);
        string name = plain[(plain.LastIndexOf('\\') + 1)..];
        string stem = name.Split('.', ':')[0].TrimEnd(' ');
        string? device = Array.Find(Devices, device => device.Equals(stem, StringComparison.OrdinalIgnoreCase))
            ?? (stem.Length == 4 && NumbersOfDevices.Contains(stem[3], StringComparison.Ordinal)
                && Array.Find(NumberedDevices, name => stem.StartsWith(name, StringComparison.OrdinalIgnoreCase)) is { } port
                ? port + stem[3] : null);
        return device is not null ? $"the device {device}"
            : isDevicePath || full.StartsWith(ExtendedPrefix + "GLOBALROOT", StringComparison.OrdinalIgnoreCase) ? "a device"
            : plain.IndexOf(':', Math.Min(2, plain.Length)) >= 0 ? "an alternate data stream"
            : null;
    }

    /// <summary>A full path as the system's own calls take it, however long it is.</summary>
    public string Extended(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return !_isWindows || path.Length <= LongestPlain || path.StartsWith(ExtendedPrefix, StringComparison.Ordinal) ? path
            : path.StartsWith(@"\\", StringComparison.Ordinal) ? ExtendedShare + path[2..]
            : ExtendedPrefix + path;
    }

    /// <summary>A path as people write it: without the prefix by which Windows reports it.</summary>
    public static string Plain(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.StartsWith(ExtendedShare, StringComparison.OrdinalIgnoreCase) ? @"\\" + path[ExtendedShare.Length..]
            : path.StartsWith(ExtendedPrefix, StringComparison.Ordinal) && path.Length > 5 && path[5] == ':' ? path[ExtendedPrefix.Length..]
            : path;
    }

    /// <summary>
    /// The files that may be meant by the name of a program. Windows runs what has one of the extensions of PATHEXT, and a name may have
    /// a dot of its own: <c>my.tool</c> is <c>my.tool.cmd</c>.
    /// </summary>
    /// <param name="program">The path or name.</param>
    /// <param name="extensions">The variable PATHEXT, which has a default.</param>
    public IEnumerable<string> Programs(string program, string? extensions)
    {
        ArgumentNullException.ThrowIfNull(program);
        if (!_isWindows)
        {
            return [program];
        }

        string[] known = (string.IsNullOrWhiteSpace(extensions) ? ".COM;.EXE;.BAT;.CMD" : extensions)
            .Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        bool isWhole = Array.Exists(known, extension => program.EndsWith(extension, StringComparison.OrdinalIgnoreCase));
        return [.. isWhole ? (string[])[program] : [], .. known.Select(extension => program + extension)];
    }
}
