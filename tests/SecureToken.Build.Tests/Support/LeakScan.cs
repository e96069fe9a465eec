using System.IO.Compression;
using SecureToken.TestSupport;

namespace SecureToken.Build.Tests.Support;

/// <summary>Looks for every form of every secret in everything that a build left behind, except where the secrets belong.</summary>
internal sealed class LeakScan(Site site)
{
    private readonly List<Canary> _canaries =
    [
        .. site.Emulator.Teams.Select(team => new Canary($"token of {team.Name}", site.Emulator.TokenOf(team.Id))),
        .. site.Emulator.Decoys.Select(decoy => new Canary("decoy", decoy)),
        new Canary("API key", site.Emulator.ApiKey),
    ];

    private readonly HashSet<string> _homes = [];

    /// <summary>Another secret to look for.</summary>
    public void Add(string name, string secret) => _canaries.Add(new Canary(name, secret));

    /// <summary>A file in which secrets belong.</summary>
    public void Allow(string path) => _homes.Add(Path.GetFullPath(path));

    public IReadOnlyList<string> Find()
    {
        List<string> findings = [];
        string userSecrets = Path.Combine(site.Home, ".microsoft");
        foreach (string path in Directory.EnumerateFiles(site.Root, "*", SearchOption.AllDirectories).Where(path => !_homes.Contains(path) && !path.StartsWith(userSecrets, StringComparison.Ordinal)))
        {
            byte[] content = Path.GetExtension(path) switch
            {
                ".binlog" => BinaryLog.Unpack(path),
                ".nupkg" => Unzip(path),
                _ => File.ReadAllBytes(path),
            };
            findings.AddRange(_canaries.SelectMany(canary => canary.FindIn(content, path)));
        }

        return findings;
    }

    private static byte[] Unzip(string path)
    {
        using var all = new MemoryStream();
        using ZipArchive archive = ZipFile.OpenRead(path);
        foreach (ZipArchiveEntry entry in archive.Entries)
        {
            using Stream content = entry.Open();
            content.CopyTo(all);
        }

        return all.ToArray();
    }
}
