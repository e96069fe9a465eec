using System.Globalization;
using System.Text.Json;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Interop;
using SecureToken.Core.Text;
using SecureToken.Core.Text.Json;

namespace SecureToken.Core.Settings;

/// <summary>
/// A <c>sectoken.json</c>: where a repository's tokens go. It is committed and holds no secret, so whoever may commit may have written it:
/// a host in it needs the user's trust, and a path in it stays in the repository.
/// </summary>
/// <param name="Path">The file.</param>
/// <param name="Repository">The directory that paths in it may not leave: the work tree, or the file's own directory.</param>
/// <param name="Layer">Its settings.</param>
/// <param name="Tokens">Its tokens.</param>
/// <param name="Reset">The request that resets the token, or null.</param>
public sealed record SettingsFile(string Path, string Repository, SettingsLayer Layer, IReadOnlyList<TokenEntry> Tokens, ResetEntry? Reset)
{
    /// <summary>The name of the file.</summary>
    public const string Name = "sectoken.json";

    /// <summary>No settings file is larger (bytes).</summary>
    private const int Limit = 1024 * 1024;

    /// <summary>
    /// The nearest settings file, walking up from a directory to the root of its work tree; null when there is none. One that another user
    /// has put above us (in /tmp, say) is none of ours: it would have to be named.
    /// </summary>
    public static string? Find(string directory)
    {
        string start = System.IO.Path.GetFullPath(directory);
        for (string? at = start; at is not null; at = System.IO.Path.GetDirectoryName(at))
        {
            string candidate = System.IO.Path.Combine(at, Name);
            if (System.IO.File.Exists(candidate))
            {
                return IsOurs(candidate, start) ? candidate : null;
            }

            if (System.IO.Path.Exists(System.IO.Path.Combine(at, ".git")))
            {
                return null;
            }
        }

        return null;
    }

    /// <summary>Reads and checks a settings file.</summary>
    /// <returns>The file; or 120 (unreadable), 121 (with line and column).</returns>
    public static Result<SettingsFile> Read(string path)
    {
        string full = System.IO.Path.GetFullPath(path);
        byte[] content;
        try
        {
            var file = new FileInfo(full);
            var target = file.ResolveLinkTarget(returnFinalTarget: true) as FileInfo ?? file;
            if (!FileFacts.Of(target.FullName).Succeeded(out FileFacts? facts, out Failure? unknown))
            {
                return unknown;
            }

            if (!target.Exists || target.Length > Limit || facts is not { Kind: FileKind.Regular })
            {
                return Failure.Of(
                    DiagnosticDescriptors.SettingsFileUnreadable, path,
                    target.Exists && target.Length > Limit ? "it is larger than 1 MiB" : "it is not a regular file");
            }

            content = System.IO.File.ReadAllBytes(full);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return Failure.Of(DiagnosticDescriptors.SettingsFileUnreadable, path, FileErrors.Reason(exception));
        }

        return Parse(full, content);
    }

    /// <summary>Checks the content of a settings file.</summary>
    /// <param name="path">Absolute path of the file; only named.</param>
    /// <param name="content">UTF-8, comments and trailing commas allowed.</param>
    public static Result<SettingsFile> Parse(string path, ReadOnlySpan<byte> content)
    {
        if (TextFault.FirstInvalidByte(content) is >= 0 and int alien)
        {
            return Invalid(path, TextFault.At(content, alien, "this is not UTF-8"));
        }

        JsonNode? root = JsonTree.Read(content, out TextFault? fault);
        if (root is null)
        {
            return Invalid(path, fault!);
        }

        if (ShapeCheck.Find(root, Shapes.Root) is { } misfit)
        {
            return Invalid(path, TextFault.At(content, misfit.Offset, misfit.Reason));
        }

        var tokens = new List<TokenEntry>();
        foreach (JsonNode token in root.Of("tokens")!.Items)
        {
            var destinations = new List<DestinationEntry>();
            foreach (JsonNode destination in token.Of("destinations")!.Items)
            {
                destinations.Add(new DestinationEntry(destination, Place(path, content, destination)));
            }

            tokens.Add(new TokenEntry(LayerOf(path, token), destinations, Place(path, content, token)));
        }

        ResetEntry? reset = root.Of("reset") is { } request
            ? new ResetEntry(request.Of("method")!.Text, request.Of("path")!.Text, Place(path, content, request)) : null;
        return new SettingsFile(path, RepositoryOf(path), LayerOf(path, root), tokens, reset);
    }

    /// <summary>
    /// What the file says to a command that wants one token: its settings, and under them those of the entry of the team, or of its only
    /// entry.
    /// </summary>
    /// <param name="team">The team that the user names now, or null.</param>
    public IReadOnlyList<SettingsLayer> LayersFor(SettingValue? team)
    {
        TokenEntry? entry = team is not null ? Tokens.FirstOrDefault(token => token.Layer.Team?.Text.Trim() == team.Text.Trim())
            : Tokens.Count == 1 ? Tokens[0]
            : null;
        return entry is null ? [Layer] : [entry.Layer, Layer];
    }

    /// <summary>
    /// The entry that names a project: by its file, or by the id of its user-secrets. Null when none does; the project then gets the file's
    /// settings like any other command.
    /// </summary>
    /// <param name="project">The project file, absolute.</param>
    /// <param name="userSecretsId">The id of its user-secrets, or null.</param>
    public ProjectEntry? EntryFor(string project, string? userSecretsId)
    {
        string directory = System.IO.Path.GetDirectoryName(Path)!;
        foreach (TokenEntry token in Tokens)
        {
            foreach (DestinationEntry destination in token.Destinations)
            {
                if ((destination.Kind == "user-secrets" && destination.Text("id") is { } id && id == userSecretsId)
                    || (destination.Text("project") is { } path && !path.Contains('\0', StringComparison.Ordinal)
                        && IsSameFile(System.IO.Path.GetFullPath(path, directory), project)))
                {
                    return new ProjectEntry(token, destination);
                }
            }
        }

        return null;
    }

    private static bool IsSameFile(string one, string other) => one == other
        || (System.IO.Path.GetFileName(one).Equals(System.IO.Path.GetFileName(other), StringComparison.OrdinalIgnoreCase)
            && CanonicalPath.Of(one) is { Failure: null } first && CanonicalPath.Of(other) is { Failure: null } second
            && first.Value == second.Value);

    /// <summary>Whether a file belongs to us, to root, or to the owner of the current directory: a clone in a root container.</summary>
    private static bool IsOurs(string file, string directory) => OperatingSystem.IsWindows()
        || (FileFacts.Of(file) is { Failure: null, Value.Owner: uint owner }
            && (owner == 0 || owner == Posix.User
                || (FileFacts.Of(directory) is { Failure: null, Value.Owner: uint around } && owner == around)));

    private static Failure Invalid(string path, TextFault fault) =>
        Failure.Of(DiagnosticDescriptors.SettingsFileInvalid, path, fault.Line, fault.Column, fault.Reason);

    private static SettingsLayer LayerOf(string path, JsonNode node)
    {
        return new SettingsLayer
        {
            Region = Member("region"),
            Endpoint = Member("endpoint"),
            Instance = Member("instance"),
            IamEndpoint = Member("iamEndpoint"),
            Team = Member("team"),
            Verify = Member("verify"),
        };

        SettingValue? Member(string name) =>
            SettingValue.Of(node.Of(name)?.Text, new SettingSource($"\"{name}\" in {path}", IsCommitted: true));
    }

    private static string Place(string path, ReadOnlySpan<byte> content, JsonNode node)
    {
        TextFault at = TextFault.At(content, node.Offset, string.Empty);
        return string.Create(CultureInfo.InvariantCulture, $"{System.IO.Path.GetFileName(path)}({at.Line},{at.Column})");
    }

    private static string RepositoryOf(string path)
    {
        string own = System.IO.Path.GetDirectoryName(path)!;
        for (string? at = own; at is not null; at = System.IO.Path.GetDirectoryName(at))
        {
            if (System.IO.Path.Exists(System.IO.Path.Combine(at, ".git")))
            {
                return at;
            }
        }

        return own;
    }
}

/// <summary>One token of a settings file.</summary>
/// <param name="Layer">What it says of itself; overrides what the file says for all.</param>
/// <param name="Destinations">Where it goes.</param>
/// <param name="DeclaredAt">Where it is: file, line and column.</param>
public sealed record TokenEntry(SettingsLayer Layer, IReadOnlyList<DestinationEntry> Destinations, string DeclaredAt);

/// <summary>What a settings file says of one project.</summary>
/// <param name="Token">The token.</param>
/// <param name="Destination">The destination that names the project.</param>
public sealed record ProjectEntry(TokenEntry Token, DestinationEntry Destination);

/// <summary>The request that resets a token.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path below the endpoint.</param>
/// <param name="DeclaredAt">Where it is: file, line and column.</param>
public sealed record ResetEntry(string Method, string Path, string DeclaredAt);

/// <summary>One destination of a settings file, checked against its shape.</summary>
public sealed class DestinationEntry
{
    private readonly JsonNode _node;

    internal DestinationEntry(JsonNode node, string declaredAt)
    {
        _node = node;
        DeclaredAt = declaredAt;
    }

    /// <summary>Its kind.</summary>
    public string Kind => _node.Of(Shapes.Kind)!.Text;

    /// <summary>Where it is: file, line and column.</summary>
    public string DeclaredAt { get; }

    /// <summary>The text or number of a member, or null.</summary>
    public string? Text(string name) => _node.Of(name)?.Text;

    /// <summary>The texts of a member; one for a single text, none when it is absent.</summary>
    public IReadOnlyList<string> Texts(string name) => _node.Of(name) switch
    {
        null => [],
        { Kind: JsonValueKind.Array } list => [.. list.Items.Select(item => item.Text)],
        { } single => [single.Text],
    };

    /// <summary>Whether a member is true.</summary>
    public bool Flag(string name) => _node.Of(name)?.Kind == JsonValueKind.True;

    /// <summary>Whether a member is true; null when it is absent.</summary>
    public bool? FlagOrNull(string name) => _node.Of(name) is null ? null : Flag(name);

    /// <summary>The texts of a member by their names.</summary>
    public IReadOnlyDictionary<string, string> Map(string name) =>
        (_node.Of(name)?.Members ?? []).ToDictionary(member => member.Name, member => member.Value.Text, StringComparer.Ordinal);
}
