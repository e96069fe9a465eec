namespace SecureToken.Core.Interop;

/// <summary>A line of the access list of a file on Windows.</summary>
/// <param name="Identity">The security identifier of a user or group, such as <c>S-1-5-18</c>.</param>
/// <param name="Rights">What it is about, as the system numbers it.</param>
/// <param name="IsAllowed">Whether it is allowed or denied.</param>
/// <param name="IsInherited">Whether the directory hands it down.</param>
internal readonly record struct AccessEntry(string Identity, int Rights, bool IsAllowed, bool IsInherited);

/// <summary>
/// Who may open a file with a secret on Windows: what mode 0600 is elsewhere. The list is the file's own; its directory hands nothing down.
/// </summary>
internal static class PrivateAccessList
{
    /// <summary>The system itself.</summary>
    public const string System = "S-1-5-18";

    /// <summary>The group of administrators.</summary>
    public const string Administrators = "S-1-5-32-544";

    /// <summary>Every right.</summary>
    public const int FullControl = 0x001F_01FF;

    /// <summary>Everyone; local, network, interactive, anonymous and authenticated users; the groups of users and of guests.</summary>
    private static readonly string[] Wide =
        ["S-1-1-0", "S-1-2-0", "S-1-5-2", "S-1-5-4", "S-1-5-7", "S-1-5-11", "S-1-5-32-545", "S-1-5-32-546"];

    /// <summary>
    /// The list of a new file. One that takes the place of a file keeps whom that file's own list names, but nobody whom the directory
    /// handed down and no group that everybody is in. A list that somebody has cut off from the directory, and that names no such group, is
    /// kept as it is: it may be tighter than ours.
    /// </summary>
    /// <param name="user">Who writes.</param>
    /// <param name="old">The list of the file that is replaced; null when there is none.</param>
    /// <param name="isOwn">Whether that list is cut off from the directory.</param>
    public static IReadOnlyList<AccessEntry> For(string user, IReadOnlyList<AccessEntry>? old, bool isOwn)
    {
        AccessEntry[] kept = [.. (old ?? []).Where(entry => !entry.IsInherited && (!entry.IsAllowed || !IsWide(entry.Identity)))];
        if (isOwn && kept.Length == old!.Count && kept.Any(entry => entry.IsAllowed && entry.Identity == user))
        {
            return kept;
        }

        string[] own = isOwn ? [user] : [user, System, Administrators];
        return
        [
            .. kept.Where(entry => !entry.IsAllowed),
            .. own.Select(identity => new AccessEntry(identity, FullControl, IsAllowed: true, IsInherited: false)),
            .. kept.Where(entry => entry.IsAllowed && !own.Contains(entry.Identity)),
        ];
    }

    private static bool IsWide(string identity) =>
        Wide.Contains(identity) || (identity.StartsWith("S-1-5-21-", StringComparison.Ordinal)
            && (identity.EndsWith("-513", StringComparison.Ordinal) || identity.EndsWith("-514", StringComparison.Ordinal)));
}
