using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using SecureToken.Core.Files;

namespace SecureToken.Core.State;

/// <summary>
/// What MSBuild found a project's properties to be, so that it need not be asked again: that takes seconds. A build keeps it, and so does
/// the tool after it has asked. It is valid as long as everything that it was found from has the same content; where that is not certain,
/// nothing is kept. Like the ledger it is a help and never a need, and holds no secret.
/// </summary>
public static class ProjectRecord
{
    private const long LongestFile = 1 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);
    private static readonly string[] Above =
        ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json"];

    // Words in a file of MSBuild by which it can look at something else, or at a variable by a function.
    private static readonly SearchValues<string> Elsewhere = SearchValues.Create(
        [
            "[System.", "[Microsoft.", "Registry:", "DirectoryBuildPropsPath", "DirectoryBuildTargetsPath", "CustomBefore", "CustomAfter",
        ],
        StringComparison.OrdinalIgnoreCase);

    // Properties of MSBuild itself that a variable of the same name sets, and on which a project's own conditions often depend.
    private static readonly string[] AlwaysRead =
        ["Configuration", "Platform", "TargetFramework", "CI", "TF_BUILD", "ContinuousIntegrationBuild"];

    /// <summary>The properties, if they are known and nothing has changed since.</summary>
    /// <param name="project">The project file, absolute.</param>
    /// <param name="names">The properties.</param>
    /// <param name="environment">Reads environment variables.</param>
    public static IReadOnlyDictionary<string, string>? Find(
        string project, IReadOnlyCollection<string> names, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(names);
        if (PathOf(project, environment) is not { } path
            || !TryRead(path, out byte[]? content) || content is null)
        {
            return null;
        }

        return Read(content, out string? named, out string? inputs) is { } properties && named == project
            && names.All(properties.ContainsKey) && inputs == InputsOf(project, names, environment)
            ? properties : null;
    }

    /// <summary>
    /// Whether a record was kept after the last change to each file that it is found from. A build that finds one looks no further: should
    /// it be out of date by a variable, or by a file that is gone, whoever reads it finds out.
    /// </summary>
    /// <param name="project">The project file, absolute.</param>
    /// <param name="environment">Reads environment variables.</param>
    public static bool IsRecent(string project, Func<string, string?> environment)
    {
        if (PathOf(project, environment) is not { } path)
        {
            return false;
        }

        // A file that is not there has a time of long ago.
        DateTime kept = File.GetLastWriteTimeUtc(path);
        return FilesOf(project).All(file => File.GetLastWriteTimeUtc(file) < kept)
            && RestoredFilesOf(project).All(file => File.GetLastWriteTimeUtc(file) < kept);
    }

    /// <summary>Keeps the properties. What cannot be kept costs time later, and nothing else.</summary>
    /// <param name="project">The project file, absolute.</param>
    /// <param name="properties">What MSBuild found, without any property of the command line.</param>
    /// <param name="environment">Reads environment variables.</param>
    public static void Keep(string project, IReadOnlyDictionary<string, string> properties, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(properties);
        if (PathOf(project, environment) is not { } path || InputsOf(project, [.. properties.Keys], environment) is not { } inputs)
        {
            return;
        }

        // As a rule it is there already, and a build locks and writes nothing.
        ReadOnlySpan<byte> text = Write(project, inputs, properties);
        if (!(TryRead(path, out byte[]? old) && old is not null && text.SequenceEqual(old))
            && SecretFile.Lock(path, path + ".lock", Patience, isSecret: false).Succeeded(out SecretFile? file, out _))
        {
            using (file)
            {
                file.Write(text, static _ => true, Durability.None);
            }
        }
    }

    private static ReadOnlySpan<byte> Write(string project, string inputs, IReadOnlyDictionary<string, string> properties)
    {
        var text = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(text);
        writer.WriteStartObject();
        writer.WriteString("project"u8, project);
        writer.WriteString("inputs"u8, inputs);
        writer.WriteStartObject("properties"u8);
        foreach (string name in properties.Keys.Order(StringComparer.Ordinal))
        {
            writer.WriteString(name, properties[name]);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.Flush();
        return text.WrittenSpan;
    }

    /// <summary>Reads a record; null when it is none.</summary>
    private static Dictionary<string, string>? Read(byte[] content, out string? project, out string? inputs)
    {
        project = null;
        inputs = null;
        try
        {
            using var document = JsonDocument.Parse(content);
            project = document.RootElement.GetProperty("project"u8).GetString();
            inputs = document.RootElement.GetProperty("inputs"u8).GetString();
            return document.RootElement.GetProperty("properties"u8).EnumerateObject()
                .ToDictionary(property => property.Name, property => property.Value.GetString()!, StringComparer.Ordinal);
        }
        catch (Exception exception)
            when (exception is JsonException or InvalidOperationException or KeyNotFoundException or ArgumentException)
        {
            return null;
        }
    }

    private static string? PathOf(string project, Func<string, string?> environment) =>
        StateDirectory.Find(environment).Succeeded(out string? state, out _)
            ? Path.Combine(
                state, "projects", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(project))[..12]) + ".json")
            : null;

    /// <summary>
    /// A hash of all that the properties are found from: the project, the files that MSBuild imports by their names, what a restore has
    /// written, and the variables that these mention. Null when they may depend on more.
    /// </summary>
    private static string? InputsOf(string project, IReadOnlyCollection<string> names, Func<string, string?> environment)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var variables = new SortedSet<string>([.. names, .. AlwaysRead], StringComparer.OrdinalIgnoreCase);
        foreach (string path in FilesOf(project))
        {
            if (!TryHash(path, hash, out byte[]? content))
            {
                return null;
            }

            if (content is not null && !path.EndsWith(".json", StringComparison.Ordinal))
            {
                string text = Encoding.UTF8.GetString(content);
                if (DependsOnMore(text))
                {
                    return null;
                }

                AddProperties(text, variables);
            }
        }

        foreach (string path in RestoredFilesOf(project))
        {
            if (!TryHash(path, hash, out _))
            {
                return null;
            }
        }

        foreach (string name in variables)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name.ToUpperInvariant()}={environment(name)}\0"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The project, and what MSBuild and the SDK look for by name above it.</summary>
    private static IEnumerable<string> FilesOf(string project)
    {
        yield return project;
        yield return project + ".user";
        for (string? at = Path.GetDirectoryName(project); at is not null; at = Path.GetDirectoryName(at))
        {
            foreach (string name in Above)
            {
                yield return Path.Combine(at, name);
            }
        }
    }

    /// <summary>What a restore writes, which imports from packages only.</summary>
    private static IEnumerable<string> RestoredFilesOf(string project)
    {
        string restored = Path.Combine(Path.GetDirectoryName(project)!, "obj", Path.GetFileName(project));
        return [restored + ".nuget.g.props", restored + ".nuget.g.targets"];
    }

    private static bool TryHash(string path, IncrementalHash hash, out byte[]? content)
    {
        if (!TryRead(path, out content))
        {
            return false;
        }

        hash.AppendData(Encoding.UTF8.GetBytes($"{path}\0{content?.Length ?? -1}\0"));
        hash.AppendData(content ?? []);
        return true;
    }

    private static bool TryRead(string path, out byte[]? content)
    {
        content = null;
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            return true;
        }

        if (file.Length > LongestFile)
        {
            return false;
        }

        try
        {
            content = File.ReadAllBytes(path);
            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>
    /// Whether a file of MSBuild can look at something else: an import by a path, another file, a variable by a function.
    /// </summary>
    private static bool DependsOnMore(string text) => text.AsSpan().ContainsAny(Elsewhere) || AsksForFile(text) || ImportsMore(text);

    private static bool AsksForFile(string text)
    {
        const string Function = "Exists";
        for (int at = text.IndexOf(Function, StringComparison.OrdinalIgnoreCase); at >= 0;
            at = text.IndexOf(Function, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            if (text.AsSpan(at + Function.Length).TrimStart().StartsWith("("))
            {
                return true;
            }
        }

        return false;
    }

    private static bool ImportsMore(string text)
    {
        const string Element = "<Import";
        for (int at = text.IndexOf(Element, StringComparison.OrdinalIgnoreCase); at >= 0;
            at = text.IndexOf(Element, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            int end = text.IndexOf('>', at);
            string import = end < 0 ? text[at..] : text[at..end];
            if (!(import.Contains("GetPathOfFileAbove", StringComparison.Ordinal)
                && Array.Exists(Above, name => import.Contains(name, StringComparison.Ordinal))))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Adds the properties that a file of MSBuild mentions.</summary>
    private static void AddProperties(string text, SortedSet<string> into)
    {
        for (int at = text.IndexOf("$(", StringComparison.Ordinal); at >= 0; at = text.IndexOf("$(", at + 2, StringComparison.Ordinal))
        {
            int end = at + 2;
            while (end < text.Length && (char.IsLetterOrDigit(text[end]) || text[end] == '_'))
            {
                end++;
            }

            if (end > at + 2)
            {
                into.Add(text[(at + 2)..end]);
            }
        }
    }
}
