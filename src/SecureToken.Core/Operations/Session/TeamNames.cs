using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using SecureToken.Core.Diagnostics;
using SecureToken.Core.Files;
using SecureToken.Core.Http;
using SecureToken.Core.Identity;
using SecureToken.Core.Model;
using SecureToken.Core.Settings;
using SecureToken.Core.State;

namespace SecureToken.Core.Operations.Session;

/// <summary>
/// The names of an instance's teams, for a shell that completes a word: remembered for some minutes, since a person presses the key often.
/// </summary>
public static class TeamNames
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(5);

    /// <summary>The names; none when they cannot be had.</summary>
    /// <param name="settings">Which instance.</param>
    /// <param name="credentials">Who we are.</param>
    /// <param name="options">How to ask, with a short deadline.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<IReadOnlyList<string>> ListAsync(
        TokenSettings settings, CredentialOptions credentials, TransportOptions options, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(settings);
        ArgumentNullException.ThrowIfNull(options);
        string? memory = MemoryOf(settings, options.Environment);
        if (memory is not null && Recall(memory, options.Clock.GetUtcNow()) is { } remembered)
        {
            return remembered;
        }

        using ServiceClient client = ServiceClient.Open(credentials, options);
        Result<ResolvedSettings> resolved = await client.ResolveAsync(settings, null, cancellation);
        Result<IReadOnlyList<TeamEntry>> listed = resolved.Failure ?? await client.ListTeamsAsync(resolved.Value, cancellation);
        if (listed.Failure is not null)
        {
            return [];
        }

        string[] names =
        [
            .. listed.Value.Select(entry => entry.Team.Name).OfType<string>().Where(name => !name.Any(char.IsControl))
                .Order(StringComparer.OrdinalIgnoreCase),
        ];
        Remember(memory, names, options.Clock.GetUtcNow());
        return names;
    }

    private static string? MemoryOf(TokenSettings settings, Func<string, string?> environment) =>
        StateDirectory.Find(environment).Succeeded(out string? state, out _)
            ? Path.Combine(
                state, "teams",
                Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{settings.Endpoint}\n{settings.Instance}"))[..12])
                + ".txt")
            : null;

    private static string[]? Recall(string path, DateTimeOffset now)
    {
        if (SecretFile.ReadUnlocked(path) is not { Failure: null, Value: { } content })
        {
            return null;
        }

        string[] lines = Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length > 0
            && DateTimeOffset.TryParseExact(lines[0], "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out DateTimeOffset at)
            && now - at is { Ticks: >= 0 } age && age < Life
                ? lines[1..]
                : null;
    }

    /// <summary>A memory that cannot be written costs a request the next time, and nothing else.</summary>
    private static void Remember(string? path, string[] names, DateTimeOffset now)
    {
        if (path is null || !SecretFile.Lock(path, path + ".lock", TimeSpan.FromSeconds(1)).Succeeded(out SecretFile? file, out _))
        {
            return;
        }

        using (file)
        {
            file.Write(
                Encoding.UTF8.GetBytes($"{now.ToString("O", CultureInfo.InvariantCulture)}\n{string.Join('\n', names)}\n"), static _ =>
                true);
        }
    }
}
