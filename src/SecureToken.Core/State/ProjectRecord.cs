using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using SecureToken.Core.Files;

namespace SecureToken.Core.State;

/// <summary>
/// What MSBuild found a project's properties to be, so that it need not be asked again: that takes seconds. A build keeps it, and so does
/// the tool after it has asked. It is valid as long as everything that it was found from has the same content; where that is not certain,
/// nothing is kept. Like the ledger it is a help and never a need, and holds no secret.
/// </summary>
public static partial class ProjectRecord
{
    private const long LongestFile = 1 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(200);
    private static readonly string[] Above =
        ["Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props", "global.json"];

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

        try
        {
            return JsonSerializer.Deserialize(content, ProjectRecordJson.Default.ProjectRecordText) is { } record
                && record.Project == project
                && names.All(record.Properties.ContainsKey)
                && record.Inputs == InputsOf(project, names, environment) ? record.Properties : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>Keeps the properties. What cannot be kept costs time later, and nothing else.</summary>
    /// <param name="project">The project file, absolute.</param>
    /// <param name="properties">What MSBuild found, without any property of the command line.</param>
    /// <param name="environment">Reads environment variables.</param>
    public static void Keep(string project, IReadOnlyDictionary<string, string> properties, Func<string, string?> environment)
    {
        ArgumentNullException.ThrowIfNull(properties);
        if (PathOf(project, environment) is not { } path || InputsOf(project, [.. properties.Keys], environment) is not { } inputs
            || !SecretFile.Lock(path, path + ".lock", Patience, isSecret: false).Succeeded(out SecretFile? file, out _))
        {
            return;
        }

        using (file)
        {
            var record = new ProjectRecordText(project, inputs, new Dictionary<string, string>(properties, StringComparer.Ordinal));
            file.Write(
                JsonSerializer.SerializeToUtf8Bytes(record, ProjectRecordJson.Default.ProjectRecordText), static _ => true,
                isDurable: false);
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
        foreach ((string path, bool isOfProject) in FilesOf(project))
        {
            if (!TryRead(path, out byte[]? content))
            {
                return null;
            }

            hash.AppendData(Encoding.UTF8.GetBytes($"{path}\0{content?.Length ?? -1}\0"));
            hash.AppendData(content ?? []);
            if (isOfProject && content is not null)
            {
                string text = Encoding.UTF8.GetString(content);
                if (DependsOnMore(text))
                {
                    return null;
                }

                variables.UnionWith(Property().Matches(text).Select(match => match.Groups[1].Value));
            }
        }

        foreach (string name in variables)
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{name.ToUpperInvariant()}={environment(name)}\0"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static IEnumerable<(string Path, bool IsOfProject)> FilesOf(string project)
    {
        yield return (project, true);
        yield return (project + ".user", true);
        string directory = Path.GetDirectoryName(project)!;
        string restored = Path.Combine(directory, "obj", Path.GetFileName(project));
        yield return (restored + ".nuget.g.props", false);
        yield return (restored + ".nuget.g.targets", false);
        for (string? at = directory; at is not null; at = Path.GetDirectoryName(at))
        {
            foreach (string name in Above)
            {
                yield return (Path.Combine(at, name), name != "global.json");
            }
        }
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

    /// <summary>Whether a file of MSBuild can look at something else: an import by a path, another file, a variable by a function.</summary>
    private static bool DependsOnMore(string text) =>
        Import().Matches(text).Any(import => !IsOfFileAbove(import.Value)) || Elsewhere().IsMatch(text);

    private static bool IsOfFileAbove(string import) =>
        import.Contains("GetPathOfFileAbove", StringComparison.Ordinal)
            && Array.Exists(Above, name => import.Contains(name, StringComparison.Ordinal));

    [GeneratedRegex("<Import[^>]*>")]
    private static partial Regex Import();

    [GeneratedRegex(@"\$\((\w+)")]
    private static partial Regex Property();

    [GeneratedRegex(
        @"Exists\s*\(|\[System\.|\[Microsoft\.|Registry:|DirectoryBuild(Props|Targets)Path|CustomBefore|CustomAfter",
        RegexOptions.IgnoreCase)]
    private static partial Regex Elsewhere();
}

/// <summary>A record as it is written.</summary>
/// <param name="Project">The project file.</param>
/// <param name="Inputs">The hash of all that the properties were found from.</param>
/// <param name="Properties">The properties.</param>
internal sealed record ProjectRecordText(string Project, string Inputs, Dictionary<string, string> Properties);

/// <summary>Reads and writes the record without reflection.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ProjectRecordText))]
internal sealed partial class ProjectRecordJson : JsonSerializerContext;
