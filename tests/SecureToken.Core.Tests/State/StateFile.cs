using System.Text.Json;
using SecureToken.Core.Tests.Files;

namespace SecureToken.Core.Tests.State;

/// <summary>A file of the state directory, and how tests/SecureToken.StorageProbe writes it.</summary>
/// <param name="Name">What it is called in the tests.</param>
/// <param name="Command">What the probe is told, with another word for another content.</param>
/// <param name="Files">The files, below the state directory.</param>
internal sealed record StateFile(string Name, Func<Sandbox, string, string[]> Command, params string[] Files)
{
    // Before the files, whose names are made of it.
    private static string NameOfReset { get; } =
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("http://127.0.0.1:9\nan-instance\n42"u8)[..12]);

    public static IReadOnlyList<StateFile> All { get; } =
    [
        new("ledger, a new place", (box, word) => ["place", box.At("state", "ledger", "one.json"), "/somewhere/" + word], "ledger/one.json"),
        new("ledger, verified again", (box, _) => ["verify", box.At("state", "ledger", "one.json")], "ledger/one.json") { IsDurable = false },
        new("receipt", (_, _) => ["receipt"], "resets.jsonl") { IsLog = true },
        new("journal and recovery file", (_, word) => ["journal", "a-token-" + word], $"resets/{NameOfReset}.json", $"resets/{NameOfReset}.token"),
        new("project record", (box, word) => ["keep", box.At("work", "app.csproj"), word], "projects") { IsDurable = false, IsNeeded = false },
    ];

    /// <summary>Whether what was said is true after a power cut too. Of the others it is true as long as the machine runs.</summary>
    public bool IsDurable { get; init; } = true;

    /// <summary>Whether it is told that it could not be written. What only saves time is not.</summary>
    public bool IsNeeded { get; init; } = true;

    /// <summary>Whether lines are added to it, and nothing else ever happens to it.</summary>
    public bool IsLog { get; init; }

    public static StateFile Of(string name) => All.Single(file => file.Name == name);

    /// <summary>The environment of the probe.</summary>
    public static (string Name, string Value)[] Environment(Sandbox box) => [("SECTOKEN_STATE_DIR", box.At("state")), ("HOME", box.Root)];

    /// <summary>What the files hold, below a directory; null for one that is not there.</summary>
    public IReadOnlyList<byte[]?> Read(string state) => [.. Files.Select(file => Read(Path.Combine(state, file), file))];

    /// <summary>Whether content is the old one, or the new one, each file by itself.</summary>
    public bool IsWhole(IReadOnlyList<byte[]?> now, IReadOnlyList<byte[]?> old, IReadOnlyList<byte[]?> fresh, bool mayBeCut) =>
        IsLog ? IsLogOf(now[0], old[0] ?? [], mayBeCut)
        : now.Select((content, i) => Same(content, old[i]) || Same(content, fresh[i])).All(isOne => isOne);

    /// <summary>Whether it is the new content.</summary>
    public bool IsNew(IReadOnlyList<byte[]?> now, IReadOnlyList<byte[]?> old, IReadOnlyList<byte[]?> fresh) =>
        IsLog ? now[0] is { } lines && lines.Count(b => b == (byte)'\n') > (old[0]?.Count(b => b == (byte)'\n') ?? 0) && IsLogOf(lines, old[0] ?? [], mayBeCut: false)
        : now.Zip(fresh).All(pair => Same(pair.First, pair.Second));

    /// <summary>The lines of before stand, and after them whole ones; a killed writer may have left the beginning of one.</summary>
    private static bool IsLogOf(byte[]? now, byte[] old, bool mayBeCut)
    {
        if (now is null)
        {
            return old.Length == 0;
        }

        if (!now.AsSpan().StartsWith(old))
        {
            return false;
        }

        string[] added = System.Text.Encoding.UTF8.GetString(now.AsSpan(old.Length)).Split('\n');
        return added[..^1].All(IsJson) && (added[^1].Length == 0 || mayBeCut);
    }

    private static bool IsJson(string line)
    {
        try
        {
            JsonDocument.Parse(line).Dispose();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static byte[]? Read(string path, string file)
    {
        // The name of a project record is a hash of the project's path.
        string? found = file != "projects" ? path : Directory.Exists(path) ? Directory.GetFiles(path, "*.json").SingleOrDefault() : null;
        return found is null || !File.Exists(found) ? null : file == "projects" ? Properties(File.ReadAllBytes(found)) : File.ReadAllBytes(found);
    }

    /// <summary>What a project record says; the rest of it depends on where the project is. What is no record stays what it is.</summary>
    public static byte[]? Properties(byte[]? content)
    {
        try
        {
            using JsonDocument? document = content is null ? null : JsonDocument.Parse(content);
            return document is null ? null : System.Text.Encoding.UTF8.GetBytes(document.RootElement.GetProperty("properties").GetRawText());
        }
        catch (JsonException)
        {
            return content;
        }
    }

    private static bool Same(byte[]? one, byte[]? other) => one is null || other is null ? one is null && other is null : one.AsSpan().SequenceEqual(other);
}
